using DialerEngine.Core.Campaigns;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;

namespace DialerEngine.Host.Configuration;

/// <summary>The detector as configured.</summary>
internal sealed record CpdConfiguration
{
    /// <summary>Calls listened to at one time, 1 to 65,536.</summary>
    public int MaxChannels { get; init; } = 4_096;

    /// <summary>Threads that analyse, 1 to 64.</summary>
    public int Threads { get; init; } = DefaultThreads;

    /// <summary>One for each processor but one, which the media thread needs; at least 1 and at most 8.</summary>
    public static int DefaultThreads { get; } = Math.Clamp(Environment.ProcessorCount - 1, 1, 8);

    /// <summary>Profiles beside the built-in ones, or in their place.</summary>
    public IReadOnlyList<CpdProfile> Profiles { get; init; } = [];

    /// <summary>Where decisions are recorded; null keeps none.</summary>
    public CpdRecordingConfiguration? Recording { get; init; }

    /// <summary>The profile of this name: a configured one before a built-in one.</summary>
    public CpdProfile? Find(string name) =>
        Profiles.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)) ?? (CpdProfiles.TryFind(name, out var builtIn) ? builtIn : null);
}

/// <summary>What is kept of decisions.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="EveryCalls">Every how many calls one is kept.</param>
/// <param name="MaxSeconds">Seconds kept of a call.</param>
/// <param name="MaxFiles">Calls kept.</param>
internal sealed record CpdRecordingConfiguration(string Folder, int EveryCalls, int MaxSeconds, int MaxFiles);

/// <summary>Makes the detector's configuration, and holds that trunks and groups fit it.</summary>
internal static class CpdBuilder
{
    /// <summary>Above a profile's limits, before an answer without a verdict is taken for a person.</summary>
    private const int MarginMs = 2_000;

    public static CpdConfiguration Build(SectionValues root, FaultList faults)
    {
        var values = root.Object("cpd");
        var names = new UniqueNames("CPD profile", "name", faults);
        var profiles = new List<CpdProfile>();
        foreach (var profile in root.Objects("cpdProfiles"))
        {
            names.Take(profile);
            profiles.Add(BuildProfile(profile, faults));
        }

        var recording = values.Object("recording");
        return new CpdConfiguration
        {
            MaxChannels = values.Integer("maxChannels"),
            Threads = values.Has("threads") ? values.Integer("threads") : CpdConfiguration.DefaultThreads,
            Profiles = profiles,
            Recording = values.Has("recording")
                ? new CpdRecordingConfiguration(recording.Text("folder"), recording.Integer("everyCalls"), recording.Integer("maxSeconds"), recording.Integer("maxFiles"))
                : null,
        };
    }

    /// <summary>Every trunk's profile must be there.</summary>
    public static void CheckTrunks(SectionValues root, CpdConfiguration cpd, FaultList faults)
    {
        foreach (var trunk in root.Objects("trunks"))
        {
            if (trunk.TextOrNull("cpdProfile") is { } name && cpd.Find(name) is null)
            {
                var known = cpd.Profiles.Concat(CpdProfiles.All).Select(p => p.Name).Distinct(StringComparer.OrdinalIgnoreCase);
                faults.Error(trunk, "cpdProfile", $"there is no CPD profile of this name{DidYouMean.Ask(name, [.. known])}");
            }
        }
    }

    /// <summary>Gives groups the time after which a silent detector is not waited for: above the limits of their trunks' profiles.</summary>
    public static List<CampaignGroupDefinition> Apply(IReadOnlyList<CampaignGroupDefinition> groups, IReadOnlyList<TrunkConfiguration> trunks, CpdConfiguration cpd)
    {
        var made = new List<CampaignGroupDefinition>(groups.Count);
        foreach (var group in groups)
        {
            var longest = trunks.Where(t => group.Trunks.Contains(t.Name))
                .Select(t => cpd.Find(t.CpdProfile ?? "default") ?? CpdProfiles.Default)
                .Select(p => p.MaxAnalysisMs + p.InitialSilenceMs + MarginMs)
                .Append(CpdProfiles.Default.MaxAnalysisMs + CpdProfiles.Default.InitialSilenceMs + MarginMs)
                .Max();
            made.Add(group with { Options = group.Options with { Detection = group.Options.Detection with { LimitMs = longest } } });
        }

        return made;
    }

    private static CpdProfile BuildProfile(SectionValues values, FaultList faults)
    {
        var preset = CpdPresets.TryParse(values.Text("call_answer_type_recognition"), out var named) ? named : CpdProfiles.Default.CallAnswerTypeRecognition;
        var country = values.Text("country").ToLowerInvariant();
        var tones = country == "uk" ? "gb" : country;
        if (tones.Length > 0 && !CpdProfiles.TryFind(tones, out _) && values.Has("country"))
        {
            faults.Warning(values, "country", "no tones are known of this country: those of every country are listened for");
        }

        return new CpdProfile
        {
            Name = values.Text("name"),
            Country = tones,
            CallAnswerTypeRecognition = preset,
            Point = values.Has("operatingPoint") ? BuildPoint(values.Object("operatingPoint"), CpdPresets.PointOf(preset), faults) : null,
            InitialSilenceMs = values.SecondsAsMs("initialSilence"),
            MaxAnalysisMs = values.SecondsAsMs("maxAnalysis"),
            MaxPreConnectMs = values.SecondsAsMs("maxPreConnect"),
            MaxBeepWaitMs = values.SecondsAsMs("maxBeepWait"),
            CongestionResult = Enum.Parse<CpdOutcome>(values.Text("congestionResult")),
            PlainTripleResult = Enum.Parse<CpdOutcome>(values.Text("plainTripleResult")),
        };
    }

    private static OperatingPoint BuildPoint(SectionValues values, in OperatingPoint preset, FaultList faults)
    {
        float Chance(string key, float otherwise) => values.Has(key) ? (float)values.Number(key) : otherwise;
        int Time(string key, int otherwise) => values.Has(key) ? values.SecondsAsMs(key) : otherwise;
        var point = new OperatingPoint(
            Chance("personBelow", preset.PersonBelow), Chance("personBelowLong", preset.PersonBelowLong), Chance("machineAbove", preset.MachineAbove), Time("minPause", preset.MinPauseMs),
            Time("longPause", preset.LongPauseMs), Time("forcedPause", preset.ForcedPauseMs), Time("minMachine", preset.MinMachineMs), Time("latest", preset.LimitMs),
            Chance("forcedAbove", preset.ForcedAbove), Time("settledPause", preset.SettledPauseMs), Chance("personBelowSettled", preset.PersonBelowSettled),
            Time("minTalking", preset.MinTalkingMs), Chance("personBelowTalking", preset.PersonBelowTalking));

        // A preset without a settled pause has none before its forced one.
        var settled = point.SettledPauseMs == int.MaxValue ? point.ForcedPauseMs : point.SettledPauseMs;
        if (point.MinPauseMs > point.LongPauseMs || point.LongPauseMs > settled || settled > point.ForcedPauseMs)
        {
            faults.Error(values, "minPause", $"pauses must grow: minPause {point.MinPauseMs}, longPause {point.LongPauseMs}, settledPause {settled}, forcedPause {point.ForcedPauseMs} ms, with the preset's where none is written");
        }

        return point;
    }
}
