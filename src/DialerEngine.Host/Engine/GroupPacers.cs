using System.Collections.Concurrent;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Pacing;
using DialerEngine.Pacing;

namespace DialerEngine.Host.Engine;

/// <summary>Gives each campaign group its one pacer and sets it to the mode that is wanted, so that what it has learned is carried over.</summary>
/// <param name="reachedBefore">Whom a group reached within a window of so many seconds until now, oldest first; null where nothing is remembered.</param>
internal sealed class GroupPacers(Func<GroupId, double, IReadOnlyList<ReachedPeople>>? reachedBefore = null)
{
    private readonly ConcurrentDictionary<GroupId, (GroupPacer Pacer, PacingRhythm Rhythm)> _pacers = new();

    /// <summary>How a group is paced in a mode.</summary>
    public static PacingSettings SettingsOf(CampaignGroupDefinition group, DialMode mode)
    {
        var settings = new PacingSettings
        {
            Mode = mode,
            PatienceSeconds = PatienceOf(group),

            // With seizing reserved agents are not engaged, so pacing does not see them.
            ReservedAgents = mode.Seizes() ? 0 : group.Options.ReservedAgents,
            Algorithm = group.Options.PredictiveAlgorithm,
            SmallGroupSize = group.Options.SmallGroupSize,
            MaxOverdialPercent = group.Options.MaxOverdialPercent,
            WindowSeconds = group.Options.OverdialWindowSeconds,
        };
        return group.OptimizeBy == OptimizeBy.NoOptimizationMethod ? settings : settings with { OptimizeBy = group.OptimizeBy, Goal = group.OptimizeGoal };
    }

    /// <summary>The group's pacer in the mode; null where the mode is not served or the goal makes no sense for it.</summary>
    public IPacer? PacerFor(CampaignGroupDefinition group, DialMode mode)
    {
        var settings = SettingsOf(group, mode);
        if (settings.Faults().Count > 0)
        {
            return null;
        }

        var (pacer, rhythm) = _pacers.GetOrAdd(group.Id, id => Make(settings, id));
        pacer.Configure(settings);
        return rhythm;
    }

    /// <summary>
    /// A person's wait counts from the end of the greeting, and pacing hears of the person when the verdict comes: by the pause in which the presets decide
    /// (docs/cpd.md) that much of the wait is over by then.
    /// </summary>
    private static double PatienceOf(CampaignGroupDefinition group)
    {
        var spent = group.Options.Detection.VerdictLagMs is { } lag ? lag / 1_000.0 : group.Options.Detection.Recognition switch
        {
            AnswerTypeRecognition.NoProgressDetection => 0,
            AnswerTypeRecognition.NoAmDetection => 0.3,
            AnswerTypeRecognition.PositiveAmDetection => 0.4,
            AnswerTypeRecognition.AccuratePositiveAmDetection => 1.25,
            _ => 0.6,
        };
        var patience = group.Options.QueueTimeoutMs / 1_000.0;
        return Math.Min(30, Math.Max(Math.Min(patience, 0.3), patience - spent));
    }

    private (GroupPacer Pacer, PacingRhythm Rhythm) Make(PacingSettings settings, GroupId group)
    {
        var pacer = new GroupPacer(settings);
        pacer.Restore(reachedBefore?.Invoke(group, settings.WindowSeconds) ?? []);
        return (pacer, new PacingRhythm(new RecordChances(pacer)));
    }
}
