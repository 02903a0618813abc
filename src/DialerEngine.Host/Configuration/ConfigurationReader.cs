using DialerEngine.Host.Notifications;

namespace DialerEngine.Host.Configuration;

/// <summary>What reading a file gave.</summary>
/// <param name="Configuration">The configuration; null when there is an error among the faults.</param>
/// <param name="Faults">Errors and warnings in the order of the file.</param>
/// <param name="Unlisted">Findings beyond the first thousand.</param>
/// <param name="Values">What the file says, key by key; null where it is no object.</param>
internal sealed record ConfigurationResult(EngineConfiguration? Configuration, IReadOnlyList<ConfigurationFault> Faults, int Unlisted, SectionValues? Values = null);

/// <summary>Reads configuration files. Finds everything that is wrong at once.</summary>
internal static class ConfigurationReader
{
    /// <summary>Reads a file with the process's own environment.</summary>
    public static ConfigurationResult Read(string file) => Read(file, Environment.GetEnvironmentVariable);

    /// <summary>Reads a file; <paramref name="environment"/> answers <c>env:</c> references.</summary>
    public static ConfigurationResult Read(string file, Func<string, string?> environment)
    {
        byte[] octets;
        try
        {
            octets = ReadOctets(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var reason = fault is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file; name one with --config"
                : $"cannot be read: {fault.Message}";
            return new ConfigurationResult(null, [new ConfigurationFault(file, 1, 1, "", null, reason)], 0);
        }

        return Read(file, octets, environment);
    }

    /// <summary>Reads octets as the file of this name: relative paths are relative to its folder.</summary>
    public static ConfigurationResult Read(string file, ReadOnlySpan<byte> octets, Func<string, string?> environment)
    {
        var root = ConfigurationDocument.TryParse(file, octets, out var fault);
        if (root is null)
        {
            return new ConfigurationResult(null, [fault!], 0);
        }

        var faults = new FaultList(file);
        if (root.Kind != NodeKind.Object)
        {
            faults.Error(root, "", $"must be an object {{ ... }}, not {root.KindName}");
            return new ConfigurationResult(null, faults.InOrder, 0);
        }

        var directory = Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";
        var shape = new ShapeReader(new ValueReader(faults, new SecretReader(faults, directory, environment), directory), faults);
        var values = shape.Read(root, ConfigurationTable.Root, "");
        var configuration = Build(values, faults, directory);
        return new ConfigurationResult(faults.HasErrors ? null : configuration, faults.InOrder, faults.Dropped, values);
    }

    /// <summary>Makes a configuration of values that were read from the file of this name, some now and some before.</summary>
    public static ConfigurationResult Rebuild(string file, SectionValues values)
    {
        var faults = new FaultList(file);
        var configuration = Build(values, faults, Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");
        return new ConfigurationResult(faults.HasErrors ? null : configuration, faults.InOrder, faults.Dropped, values);
    }

    private static byte[] ReadOctets(string file)
    {
        using var stream = File.OpenRead(file);
        using var octets = new MemoryStream();
        var block = new byte[64 * 1024];
        int taken;

        // One octet more than is allowed tells too large from just large enough, and keeps endless devices out.
        while (octets.Length <= ConfigurationDocument.MaxOctets && (taken = stream.Read(block)) > 0)
        {
            octets.Write(block, 0, taken);
        }

        return octets.ToArray();
    }

    private static EngineConfiguration Build(SectionValues root, FaultList faults, string directory)
    {
        var trunks = TrunkBuilder.Build(root.Objects("trunks"), faults);
        var tenants = new TenantBuilder(faults, root.Integer("applicationId"), [.. trunks.Select(t => t.Name)]);
        foreach (var tenant in root.Objects("tenants"))
        {
            tenants.Add(tenant);
        }

        var admin = root.Object("admin");
        var cti = root.Object("cti");
        var notifications = NotificationBuilder.Build(root.Object("notifications"), faults);
        var cpd = CpdBuilder.Build(root, faults);
        CpdBuilder.CheckTrunks(root, cpd, faults);
        var configuration = new EngineConfiguration
        {
            ApplicationId = root.Integer("applicationId"),
            ListCountIntervalSeconds = root.Integer("db-stat-recalc-interval"),
            LogLevel = Enum.Parse<LogLevel>(root.Text("log-level")),
            StopLimitSeconds = root.Integer("stopLimitSeconds"),
            Storage = new StorageConfiguration(root.Object("storage").Text("sqlite")),
            Admin = new AdminConfiguration
            {
                Listen = admin.EndPoint("listen"),
                TokenFile = Path.GetFullPath(Path.Combine(directory, admin.Text("tokenFile"))),
                Certificate = CertificateBuilder.Build(admin, faults),
            },
            Cti = CtiBuilder.Build(cti, tenants.Agents, faults),
            Sip = TrunkBuilder.BuildSip(root.Object("sip"), faults),
            Cpd = cpd,
            Trunks = trunks,
            Compliance = tenants.Compliance,
            Lists = tenants.Lists,
            Agents = tenants.Agents,
            Groups = NotificationBuilder.Apply(root, CpdBuilder.Apply(tenants.Groups, trunks, cpd), notifications, faults),
            Notifications = notifications,
        };
        CheckWhole(root, configuration, faults);
        return configuration;
    }

    private static void CheckWhole(SectionValues root, EngineConfiguration configuration, FaultList faults)
    {
        var admin = configuration.Admin.Listen;
        if (admin.Port != 0 && admin.Port == configuration.Cti.Listen.Port)
        {
            var at = root.Object("cti").Has("listen") ? root.Object("cti") : root.Object("admin");
            faults.Error(at, "listen", $"admin.listen and cti.listen have the same port, {admin.Port}; give one of the two another");
        }

        if (!System.Net.IPAddress.IsLoopback(admin.Address) && configuration.Admin.Certificate is null)
        {
            faults.Warning(root.Object("admin"), "listen", "without admin.certificate, whoever sees the network sees the token; give one, or loopback and a proxy with TLS");
        }

        if (configuration.Cpd.Recording is null && configuration.Groups.FirstOrDefault(g => g.Options.Detection.Recording) is { } unheard)
        {
            faults.Warning(root, "cpd", $"{unheard.Name} has cpd-recording, but cpd.recording names no folder: nothing is kept");
        }

        var sip = configuration.Sip;
        var channels = configuration.Groups.Sum(g => (long)g.Options.NumberOfChannels);
        var pairs = (sip.MediaPortLast - sip.MediaPortFirst + 1) / 2;
        var needed = channels + configuration.Agents.Count;
        if (sip.MediaPortFirst > 0 && sip.MediaPortLast > sip.MediaPortFirst && pairs < needed)
        {
            faults.Warning(
                root.Object("sip"), "mediaPortLast",
                $"these are ports for {pairs:N0} legs; all channels and agents together may need {needed:N0}");
        }
    }
}
