using DialerEngine.Adapters.CpdServer;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Engine;

namespace DialerEngine.Host.Admin;

/// <summary>A share that was measured.</summary>
/// <param name="Hits">What was counted.</param>
/// <param name="Of">Out of how many.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">Lower bound of the 95 % interval (Wilson).</param>
/// <param name="High">Upper bound.</param>
internal sealed record ShareView(long Hits, long Of, double Share, double Low, double High);

/// <summary>What agents said of the test calls of one list of one campaign group, since the engine's start.</summary>
/// <param name="Group">The campaign group.</param>
/// <param name="List">The calling list; absent for lists beyond the bound of those counted apart.</param>
/// <param name="CalledPeople">Calls that the detector called a person.</param>
/// <param name="CalledMachines">Calls that it called a machine.</param>
/// <param name="FalseMachines">Of the test calls called a machine: people.</param>
/// <param name="MissedMachines">Of the test calls called a person: machines.</param>
/// <param name="PeopleLost">Estimate over all calls: people called machines, of all people.</param>
/// <param name="MachinesConnected">Estimate over all calls: machines called people, of all machines.</param>
/// <param name="Unanswered">Test calls of the group that agents had and said nothing about.</param>
internal sealed record FeedbackView(
    string Group, string? List, long CalledPeople, long CalledMachines, ShareView FalseMachines, ShareView MissedMachines, double PeopleLost, double MachinesConnected,
    long Unanswered);

/// <summary>The reports of all lists.</summary>
/// <param name="Lists">One entry for each list of each group that makes test calls.</param>
internal sealed record FeedbackListView(IReadOnlyList<FeedbackView> Lists);

/// <summary>What the detector did since the engine's start.</summary>
/// <param name="Active">Calls listened to now.</param>
/// <param name="Opened">Calls listened to.</param>
/// <param name="Refused">Calls that found no room: taken for people.</param>
/// <param name="Failed">Analyses given up because of a fault: taken for people.</param>
/// <param name="Results">Results before and after answers.</param>
/// <param name="Corrections">Beeps after a verdict of a person.</param>
/// <param name="Frames">Frames of audio.</param>
/// <param name="RecordingsDropped">Recordings of decisions that found no room.</param>
/// <param name="Profiles">Profiles configured beside the built-in ones.</param>
internal sealed record DetectionView(
    long Active, long Opened, long Refused, long Failed, long Results, long Corrections, long Frames, long RecordingsDropped, int Profiles);

/// <summary>The running detector as the admin API sees it.</summary>
/// <param name="detection">The detector; null where nothing is listened to.</param>
/// <param name="configuration">Names of groups and lists, and the profiles at the start.</param>
internal sealed class DetectionControl(CallDetection? detection, EngineConfiguration configuration)
{
    private int _profiles = configuration.Cpd.Profiles.Count;

    /// <summary>True where calls are listened to.</summary>
    public bool Runs => detection is not null;

    public DetectionView View()
    {
        var counters = detection?.Server.Counters ?? default;
        return new DetectionView(
            counters.Active, counters.Opened, counters.Refused, counters.Failed, counters.Results, counters.Corrections, counters.Frames,
            detection?.RecordingsDropped ?? 0, _profiles);
    }

    public FeedbackListView Feedback() => new([.. (detection?.TestCalls?.Report() ?? []).Select(r => View(r))]);

    /// <summary>Puts the file's profiles in force for calls that start from now on; what is wrong with the file, or null.</summary>
    public string? Reload(string file)
    {
        var read = ConfigurationReader.Read(file);
        if (read.Configuration is not { } fresh)
        {
            return read.Faults.First(f => f.Severity == FaultSeverity.Error).ToString();
        }

        detection?.Reload(fresh.Cpd);
        _profiles = fresh.Cpd.Profiles.Count;
        return null;
    }

    private FeedbackView View(TestCallReport report)
    {
        var rates = report.Rates;
        return new FeedbackView(
            configuration.Groups.FirstOrDefault(g => g.Id == report.Group)?.Name ?? report.Group.ToString(),
            configuration.Lists.FirstOrDefault(l => l.Id == report.List)?.Name,
            rates.CalledPeople, rates.CalledMachines, View(rates.FalseMachines), View(rates.MissedMachines), rates.PeopleLost, rates.MachinesConnected, report.Unanswered);
    }

    private static ShareView View(DialerEngine.Cpd.Feedback.MeasuredShare share) => new(share.Hits, share.Of, share.Share, share.Low, share.High);
}
