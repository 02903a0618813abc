namespace DialerEngine.Core.Telephony;

/// <summary>
/// Keeps the book of test calls (<c>GSW_CALL_RESULT_FEEDBACK</c>): which verdicts of the detector agents are to check, and what they said. Called on the
/// groups' loops: thread-safe, and back at once.
/// </summary>
public interface IDetectionFeedback
{
    /// <summary>Counts a verdict (Answer or AnsweringMachine); true when an agent is to check it.</summary>
    bool TakeVerdict(GroupId group, ListId list, CallResult verdict);

    /// <summary>Counts what an agent said of a test call; null where they said nothing.</summary>
    void TakeFeedback(GroupId group, ListId list, CallResult verdict, CallResult? agents);
}
