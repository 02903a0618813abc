using System.Globalization;

namespace DialerEngine.Core.Pacing;

/// <summary>Decisions in words, for people: <c>3: 12 pending, expected answers in 4 s 2.1, expected free agents 3.4, budget 2.2% of 3%</c>.</summary>
public static class PacingWords
{
    /// <summary>One line that says what was decided and from what. Allocates; not for the hot path.</summary>
    public static string Text(this in PacingDecision decision)
    {
        var inputs = decision.Inputs;
        var text = string.Create(CultureInfo.InvariantCulture, $"{decision.Dial}: {inputs.Pending} pending");
        if (decision.Reason != PacingReason.ExpectedAnswersMeetExpectedAgents)
        {
            text += ", " + Of(decision.Reason);
        }

        if (inputs.LastRecords)
        {
            text += ", the last records";
        }

        if (inputs.HorizonSeconds > 0)
        {
            text += string.Create(
                CultureInfo.InvariantCulture,
                $", expected answers in {inputs.HorizonSeconds:0} s {inputs.ExpectedAnswers:0.0}, expected free agents {inputs.ExpectedFreeAgents:0.0}");
        }

        return inputs.AbandonCap > 0
            ? text + string.Create(CultureInfo.InvariantCulture, $", budget {inputs.AbandonRate * 100:0.0}% of {inputs.AbandonCap * 100:0.##}%")
            : text;
    }

    /// <summary>A reason in a few words.</summary>
    public static string Of(PacingReason reason) => reason switch
    {
        PacingReason.OneDialForEachReadyAgent => "one dial for each ready agent",
        PacingReason.NoReadyAgent => "no agent is ready or busy",
        PacingReason.EveryReadyAgentHasADialUnderWay => "every ready agent has a dial under way",
        PacingReason.NoFreeLine => "no line is free",
        PacingReason.NoRecords => "no record is at hand",
        PacingReason.NotRunning => "the group is not running",
        PacingReason.BudgetSpent => "the budget is spent, one dial for each ready agent",
        PacingReason.ExpectedAnswersMeetExpectedAgents => "expected answers meet expected agents",
        PacingReason.WarmUp => "warm-up, one dial for each ready agent",
        PacingReason.OneDialForEachFreeLine => "one dial for each free line",
        PacingReason.BatchUnderWay => "the calls of the last batch are not all resolved",
        _ => "no reason",
    };
}
