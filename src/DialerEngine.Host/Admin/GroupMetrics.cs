using DialerEngine.Core;
using DialerEngine.Core.Groups;

namespace DialerEngine.Host.Admin;

/// <summary>Gauges made from looks at the campaign groups.</summary>
internal static class GroupMetrics
{
    private static readonly CampaignGroupState[] States = Enum.GetValues<CampaignGroupState>();

    public static void Write(PrometheusText text, IReadOnlyList<GroupSnapshot> groups)
    {
        Gauge(text, groups, "dialer_group_agents", "Agents by state.", "state",
            ("logged_in", g => g.AgentsLoggedIn), ("ready", g => g.AgentsReady), ("on_call", g => g.AgentsOnCall),
            ("after_call_work", g => g.AgentsAfterCallWork), ("not_ready", g => g.AgentsNotReady),
            ("engaging", g => g.AgentsEngaging), ("engaged", g => g.AgentsEngaged), ("leaving", g => g.AgentsLeaving));
        Gauge(text, groups, "dialer_group_calls", "Calls by state.", "state",
            ("pending", g => g.CallsPending), ("listened_to", g => g.CallsListenedTo), ("waiting", g => g.PersonsWaiting), ("connected", g => g.CallsConnected));
        Gauge(text, groups, "dialer_group_records", "Records that the group holds, by place.", "place",
            ("buffer", g => g.RecordsBuffered), ("desktop", g => g.RecordsOnDesktops));
        Gauge(text, groups, "dialer_group_state", "1 for the state that the group is in, 0 for the others.", "state",
            [.. States.Select(s => (s.ToString(), (Func<GroupSnapshot, double?>)(g => g.State == s ? 1 : 0)))]);
        text.Family("dialer_group_refused_dials_total", "counter", "Records that a rule held back or finished since the group was loaded, by rule.");
        foreach (var group in groups)
        {
            foreach (var (rule, count) in group.ByRule)
            {
                text.Sample("dialer_group_refused_dials_total", [new("group", group.Name), new("rule", rule)], count);
            }
        }

        Gauge(text, groups, "dialer_group_detections", "What the detector did since the group was loaded.", "what",
            ("verdicts", g => g.Detection.Verdicts), ("missed", g => g.Detection.Missed), ("corrected", g => g.Detection.Corrected),
            ("before_answer", g => g.Detection.BeforeAnswer), ("test_calls", g => g.Detection.TestCalls), ("messages", g => g.Detection.MessagesPlayed));
        Gauge(text, groups, "dialer_group_answer_to_verdict_ms", "From the answer to the verdict.", "quantile",
            ("0.5", g => g.Detection.AnswerToVerdictMsP50), ("0.99", g => g.Detection.AnswerToVerdictMsP99));
        Gauge(text, groups, "dialer_group_person_wait_ms", "From the end of a person's greeting to the agent, or to giving up.", "quantile",
            ("0.5", g => g.Detection.PersonWaitMsP50), ("0.99", g => g.Detection.PersonWaitMsP99));
        Gauge(text, groups, "dialer_group_busy_factor_ratio", "Talk and after-call work over logged-in time.", null, ("", g => g.BusyFactor));
        Gauge(text, groups, "dialer_group_engaged_seconds", "Time that agents were held engaged without a customer, over all agents.", null, ("", g => g.EngagedSeconds));
        Gauge(text, groups, "dialer_group_pacing_dials", "Calls that the last pacing decision wanted to place.", null, ("", g => g.PacingDial));
        Gauge(text, groups, "dialer_group_pacing_expected", "What the last pacing decision expected within its horizon.", "of",
            ("answers", g => g.Pacing.ExpectedAnswers), ("free_agents", g => g.Pacing.ExpectedFreeAgents));
        Gauge(text, groups, "dialer_group_pacing_abandonment_ratio", "Abandoned calls over people reached in the window of the rule, and its cap.", "of",
            ("rate", g => g.Pacing.AbandonRate), ("cap", g => g.Pacing.AbandonCap));
        Gauge(text, groups, "dialer_group_overdial_ratio", "Abandoned and dropped calls over live answers.", null, ("", g => g.OverdialRate));
    }

    private static void Gauge(
        PrometheusText text, IReadOnlyList<GroupSnapshot> groups, string name, string help, string? label,
        params ReadOnlySpan<(string Value, Func<GroupSnapshot, double?> Read)> series)
    {
        text.Family(name, "gauge", help);
        foreach (var group in groups)
        {
            foreach (var (value, read) in series)
            {
                if (read(group) is { } number)
                {
                    KeyValuePair<string, string>[] labels = label is null ? [new("group", group.Name)] : [new("group", group.Name), new(label, value)];
                    text.Sample(name, labels, number);
                }
            }
        }
    }
}
