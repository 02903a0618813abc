using DialerEngine.Adapters.CpdServer;
using DialerEngine.Cpd.Feedback;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Engine;

namespace DialerEngine.Host.Admin;

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
            counters.OverrunFrames,
            detection?.RecordingsDropped ?? 0, detection?.RecordingsFailed ?? 0, _profiles);
    }

    /// <summary>The profiles in force for calls that start now, the built-in ones too.</summary>
    public ProfileListView Profiles() => new([.. (detection?.Server.Profiles.All ?? []).Select(p => new ProfileView(
        p.Name, p.Country.Length == 0 ? null : p.Country, CpdPresets.NameOf(p.CallAnswerTypeRecognition), p.InitialSilenceMs / 1000.0, p.MaxAnalysisMs / 1000.0,
        p.MaxPreConnectMs / 1000.0, p.MaxBeepWaitMs / 1000.0, p.CongestionResult.ToString(), p.PlainTripleResult.ToString(), View(p.EffectivePoint)))]);

    private static OperatingPointView View(in OperatingPoint p)
    {
        static double Chance(float value) => Math.Round(value, 4);
        static double? Seconds(int ms) => ms == int.MaxValue ? null : ms / 1_000.0;
        return new OperatingPointView(
            Chance(p.PersonBelow), Chance(p.PersonBelowLong), Chance(p.PersonBelowSettled), Chance(p.PersonBelowTalking), Chance(p.MachineAbove), Chance(p.ForcedAbove),
            p.MinPauseMs / 1_000.0, p.LongPauseMs / 1_000.0, Seconds(p.SettledPauseMs), p.ForcedPauseMs / 1_000.0, Seconds(p.MinTalkingMs), p.MinMachineMs / 1_000.0, p.LimitMs / 1_000.0);
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
            rates.CalledPeople, rates.CalledMachines, View(rates.FalseMachines), View(rates.MissedMachines), View(rates.PeopleLost), View(rates.MachinesConnected), report.Unanswered);
    }

    private static EstimateView View(EstimatedShare share) => new(share.Share, share.Low, share.High);

    private static ShareView View(MeasuredShare share) => new(share.Hits, share.Of, share.Share, share.Low, share.High);
}
