using DialerEngine.Cpd.Profiles;

namespace DialerEngine.Cpd.Speech;

/// <summary>What the policy makes of a probability.</summary>
internal enum AnswerVerdict : byte
{
    Wait,
    Person,
    Machine,
}

/// <summary>
/// When to stop listening. A person is called in a pause, or while they go on talking where that is as good as certain; a machine only while there is evidence enough, and at the limit,
/// or in a pause in which nobody who has more to say stays silent, whatever is more likely at the costs of the operating point.
/// </summary>
internal static class AnswerPolicy
{
    /// <summary>Whether the classifier is asked after hop <paramref name="index"/>: every 100 ms, and every 40 ms in a pause.</summary>
    public static bool IsDue(int index, int pauseMs) => index % 5 == 0 || (pauseMs >= 200 && index % 2 == 0);

    /// <summary>The same where no person is in sight: half as often.</summary>
    public static bool IsDueWhenFar(int index, int pauseMs) => pauseMs >= 200 ? index % 4 == 0 : index % 10 == 0;

    /// <summary>Whether any probability could lead to a verdict at this moment.</summary>
    public static bool IsVerdictPossible(in OperatingPoint point, int pauseMs, int sinceOnsetMs, bool isLimit) =>
        isLimit || pauseMs >= Math.Min(point.MinPauseMs, point.ForcedPauseMs) || sinceOnsetMs >= Math.Min(point.MinMachineMs, point.MinTalkingMs);

    /// <summary>The verdict at a moment.</summary>
    public static AnswerVerdict Judge(in OperatingPoint point, float probability, int pauseMs, int sinceOnsetMs, bool isLimit)
    {
        if (pauseMs >= point.MinPauseMs && probability <= PersonBelow(point, pauseMs))
        {
            return AnswerVerdict.Person;
        }

        if (sinceOnsetMs >= point.MinTalkingMs && probability <= point.PersonBelowTalking)
        {
            return AnswerVerdict.Person;
        }

        if (probability >= point.MachineAbove && sinceOnsetMs >= point.MinMachineMs)
        {
            return AnswerVerdict.Machine;
        }

        if (!isLimit && pauseMs < point.ForcedPauseMs)
        {
            return AnswerVerdict.Wait;
        }

        return probability >= point.ForcedAbove ? AnswerVerdict.Machine : AnswerVerdict.Person;
    }

    /// <summary>The bar for a person in a pause of that length.</summary>
    private static float PersonBelow(in OperatingPoint point, int pauseMs)
    {
        if (pauseMs >= point.SettledPauseMs)
        {
            return point.PersonBelowSettled;
        }

        var along = Math.Clamp((pauseMs - point.MinPauseMs) / (float)Math.Max(1, point.LongPauseMs - point.MinPauseMs), 0, 1);
        return point.PersonBelow + (along * (point.PersonBelowLong - point.PersonBelow));
    }
}
