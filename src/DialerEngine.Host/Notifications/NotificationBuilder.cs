using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Host.Configuration;
using DialerEngine.Notifications;
using DialerEngine.Notifications.Http;

namespace DialerEngine.Host.Notifications;

/// <summary>Makes the notifiers' options and holds that they make sense together.</summary>
internal static class NotificationBuilder
{
    public static NotificationOptions Build(SectionValues values, FaultList faults)
    {
        var security = BuildSecurity(values, faults);
        return new NotificationOptions
        {
            StatesUri = UriOf(values, "send-campaigngroup-states", "campaigngroup-states-uri", security, faults),
            StatesIntervalMs = values.SecondsAsMs("campaigngroup-states-interval"),
            HistoryUri = UriOf(values, "send-history", "history-uri", security, faults),
            HistoryResponseTimeoutMs = values.SecondsAsMs(values.Has("history-http-response-timeout") ? "history-http-response-timeout" : "http-response-timeout"),
            HistoryWaitRecoveryTimeoutMs = values.SecondsAsMs("history-wait-recovery-timeout"),
            HistoryWaitConditionThreshold = values.Integer("history-wait-condition-threshold"),
            ValidationUri = UriOf(values, "pre-dial-validation", "validation-uri", security, faults),
            ValidationTimeoutResult = (CallResult)values.Integer("validation-timeout-call-result"),
            ValidationRaceResult = (CallResult)values.Integer("validation-race-condition-call-result"),
            OnNoVerdict = FailsOpen(values, faults) ? NoVerdict.Dial : NoVerdict.DoNotDial,
            ResponseTimeoutMs = values.SecondsAsMs("http-response-timeout"),
            ConnectionPoolSize = values.Integer("http-connection-pool-size"),
            Security = security,
        };
    }

    /// <summary>Gives each group its part: what the whole configuration sends, and the group's own options do not switch off.</summary>
    public static IReadOnlyList<CampaignGroupDefinition> Apply(SectionValues root, IReadOnlyList<CampaignGroupDefinition> groups, NotificationOptions options, FaultList faults)
    {
        foreach (var group in root.Objects("tenants").SelectMany(t => t.Objects("campaignGroups")))
        {
            var own = group.Object("options");
            NeedsWhole(own, "send-history", options.HistoryUri is not null, faults);
            NeedsWhole(own, "pre-dial-validation", options.ValidationUri is not null, faults);
        }

        var maxAge = root.Object("notifications").SecondsAsMs("validation-max-age");
        return
        [
            .. groups.Select(g => g with
            {
                Options = g.Options with
                {
                    SendHistory = g.Options.SendHistory && options.HistoryUri is not null,
                    PreDialValidation = g.Options.PreDialValidation && options.ValidationUri is not null,
                    ValidationMaxAgeMs = maxAge,
                },
            }),
        ];
    }

    private static void NeedsWhole(SectionValues own, string key, bool isOn, FaultList faults)
    {
        if (own.Has(key) && own.Flag(key) && !isOn)
        {
            faults.Error(own, key, $"is true, and notifications.{key} is not: switch it on there and say where to");
        }
    }

    private static bool FailsOpen(SectionValues values, FaultList faults)
    {
        if (values.Text("on-no-verdict") != "Dial")
        {
            return false;
        }

        faults.Warning(values, "on-no-verdict", "while the validation server gives no verdict, records are dialled that it would have refused");
        return true;
    }

    private static Uri? UriOf(SectionValues values, string flag, string key, HttpSecurity security, FaultList faults)
    {
        if (!values.Flag(flag))
        {
            return null;
        }

        if (values.TextOrNull(key) is not { } text)
        {
            if (values.NodeOf(key) is null)
            {
                faults.Error(values, flag, $"is true and {key} is missing; say where to");
            }

            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic)
        {
            faults.Error(values, key, "is no address that can be posted to, e.g. https://crm.example.com/attempts");
            return null;
        }

        if (uri.Scheme == Uri.UriSchemeHttp)
        {
            if (!values.Flag("allow-plain-http"))
            {
                faults.Error(values, key, "is plain http; use https, or set allow-plain-http where nobody can listen");
                return null;
            }

            faults.Warning(values, key, "is plain http: phone numbers and credentials can be read on the way");
        }

        if (IPAddress.TryParse(uri.DnsSafeHost, out var address) && !new AddressGuard(security.AllowedHosts).Allows(uri.DnsSafeHost, address))
        {
            faults.Error(values, key, $"is at a private or special address; name {uri.DnsSafeHost} in allowed-hosts if that is meant");
            return null;
        }

        return uri;
    }

    private static HttpSecurity BuildSecurity(SectionValues values, FaultList faults)
    {
        var hosts = new List<string>();
        foreach (var host in values.Texts("allowed-hosts"))
        {
            if (AddressGuard.IsValid(host.Value))
            {
                hosts.Add(host.Value);
            }
            else
            {
                faults.Error(host, "must be a host name, an IP address or a network, e.g. crm.internal, 10.1.2.3 or 10.1.0.0/16");
            }
        }

        if (values.Has("user") != values.Has("password") && values.NodeOf("password") is null == values.Has("user"))
        {
            faults.Error(values, values.Has("user") ? "user" : "password", "user and password belong together");
        }

        if (values.Has("bearer-token") && values.Has("user"))
        {
            faults.Error(values, "bearer-token", "there is a user, too: a request has one Authorization; keep one of the two");
        }

        return new HttpSecurity
        {
            BearerToken = values.TextOrNull("bearer-token"),
            User = values.TextOrNull("user"),
            Password = values.TextOrNull("password"),
            ClientCertificate = ReadCertificate(values, faults),
            TrustedCertificates = ReadAuthorities(values, faults),
            AllowedHosts = hosts,
            Gzip = values.Flag("compress-requests"),
        };
    }

    private static X509Certificate2Collection? ReadAuthorities(SectionValues values, FaultList faults)
    {
        if (values.TextOrNull("trusted-certificates") is not { } file)
        {
            return null;
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            if (authorities.Count > 0)
            {
                return authorities;
            }

            faults.Error(values, "trusted-certificates", $"{file} has no certificate in PEM form");
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            faults.Error(values, "trusted-certificates", unusable is CryptographicException ? $"{file} is no file of certificates in PEM form" : $"{file} cannot be read: {unusable.Message}");
        }

        return null;
    }

    private static X509Certificate2? ReadCertificate(SectionValues values, FaultList faults)
    {
        if (values.TextOrNull("client-certificate") is not { } file)
        {
            if (values.Has("client-key"))
            {
                faults.Error(values, "client-key", "is the key of no certificate; name client-certificate, too");
            }

            return null;
        }

        if (values.TextOrNull("client-key") is not { } key)
        {
            if (values.NodeOf("client-key") is null)
            {
                faults.Error(values, "client-certificate", "needs its private key: client-key");
            }

            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPem(File.ReadAllText(file), key);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            // The key itself must not show up in the message.
            faults.Error(values, "client-certificate", unusable is IOException or UnauthorizedAccessException
                ? $"{file} cannot be read: {unusable.Message}"
                : $"{file} and client-key are no certificate with its private key in PEM form");
            return null;
        }
    }
}
