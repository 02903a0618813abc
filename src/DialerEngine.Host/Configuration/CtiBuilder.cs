using System.Net;
using DialerEngine.Adapters.TServer;
using DialerEngine.Core;

namespace DialerEngine.Host.Configuration;

/// <summary>Makes the CTI link's settings; holds that its certificate can be used and that nothing is open by accident.</summary>
internal static class CtiBuilder
{
    public static CtiConfiguration Build(SectionValues values, IReadOnlyList<AgentDefinition> agents, FaultList faults)
    {
        var listen = values.EndPoint("listen");
        var certificate = CertificateBuilder.Build(values, faults);
        var configuration = new CtiConfiguration
        {
            Listen = listen,
            Certificate = certificate,
            Origins = BuildOrigins(values, faults),
            OpenLogins = Enum.Parse<OpenLogins>(values.Text("loginsWithoutPassword")),
            ReconnectSeconds = values.Integer("reconnectSeconds"),
        };
        if (!IPAddress.IsLoopback(listen.Address))
        {
            WarnOfOpenness(values, configuration, agents, faults);
        }
        else if (configuration.OpenLogins == OpenLogins.Never && agents.FirstOrDefault(HasNoPassword) is { } agent)
        {
            faults.Warning(values, "loginsWithoutPassword", $"agent {agent.LoginId} has no password and cannot log in; give passwordHash (made by dialer agent hash-password)");
        }

        return configuration;
    }

    private static List<string> BuildOrigins(SectionValues values, FaultList faults)
    {
        var origins = new List<string>();
        foreach (var origin in values.Texts("origins"))
        {
            if (origin.Value != "*" && !IsOrigin(origin.Value))
            {
                faults.Error(origin, "must be an origin: http:// or https://, a host and where needed a port, without a path; or *");
            }
            else
            {
                origins.Add(origin.Value);
            }
        }

        return origins;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
        && text.Equals($"{uri.Scheme}://{uri.Authority}", StringComparison.OrdinalIgnoreCase);

    private static void WarnOfOpenness(SectionValues values, CtiConfiguration configuration, IReadOnlyList<AgentDefinition> agents, FaultList faults)
    {
        if (configuration.Certificate is null)
        {
            faults.Warning(values, "listen", "without cti.certificate, passwords and customers' data travel in the clear; give one, or loopback and a proxy with TLS");
        }

        var without = agents.Count(HasNoPassword);
        if (without > 0 && configuration.OpenLogins == OpenLogins.Everywhere)
        {
            faults.Warning(values, "loginsWithoutPassword", $"{without} agents have no password: who knows a login id is in, from everywhere");
        }
        else if (without > 0)
        {
            var where = configuration.OpenLogins == OpenLogins.Never ? "not at all" : "from this machine only";
            faults.Warning(values, "listen", $"{without} agents have no password and can log in {where}; give them passwordHash (made by dialer agent hash-password)");
        }
    }

    private static bool HasNoPassword(AgentDefinition agent) => !agent.IsPort && agent.Password is null && agent.PasswordHash is null;
}
