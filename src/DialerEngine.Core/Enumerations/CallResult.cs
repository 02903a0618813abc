namespace DialerEngine.Core;

/// <summary>
/// CALL_RESULT: what became of a call attempt (column <c>call_result</c>, key <c>GSW_CALL_RESULT</c>). Values 0 to 53 are the
/// field's standard ones; larger numbers are custom results of a site and are kept as they are.
/// </summary>
public enum CallResult
{
    Ok = 0,
    Transferred = 1,
    Conferenced = 2,
    GeneralError = 3,
    SystemError = 4,
    RemoteRelease = 5,
    Busy = 6,
    NoAnswer = 7,
    SitDetected = 8,
    AnsweringMachine = 9,
    AllTrunksBusy = 10,
    SitInvalidNum = 11,
    SitVacant = 12,
    SitIntercept = 13,
    SitUnknown = 14,
    SitNoCircuit = 15,
    SitReorder = 16,
    Fax = 17,
    QueueFull = 18,
    Cleared = 19,
    Overflowed = 20,
    Abandoned = 21,
    Redirected = 22,
    Forwarded = 23,
    Consult = 24,
    PickedUp = 25,
    Dropped = 26,
    DroppedOnNoAnswer = 27,
    Unknown = 28,
    Covered = 29,
    ConverseOn = 30,
    Bridged = 31,
    Silence = 32,
    Answer = 33,
    NuTone = 34,
    NoDialTone = 35,
    NoProgress = 36,
    NoRingBackTone = 37,
    NoEstablishedDetected = 38,
    PagerDetected = 39,
    WrongParty = 40,
    DialError = 41,
    CallDropError = 42,
    SwitchError = 43,
    NoFreePortError = 44,
    TransferError = 45,
    Stale = 46,
    AgentCallBackError = 47,
    GroupCallBackError = 48,
    Deafened = 49,
    Held = 50,
    DoNotCall = 51,
    CancelRecord = 52,
    WrongNumber = 53,
}

/// <summary>Names of call results as users see them and as the command line writes them.</summary>
public static class CallResults
{
    /// <summary>Number of standard values, 0 to 53.</summary>
    public const int StandardCount = 54;

    private static readonly string[] DisplayNames =
    [
        "Ok", "Transferred", "Conferenced", "General Error", "System Error", "RemoteRelease", "Busy", "No Answer", "SIT Detected",
        "Answering Machine Detected", "All Trunks Busy", "SIT Invalid Num", "SIT VC (Vacant Code)", "SIT IC (Intercept)",
        "SIT Unknown Call State", "SIT NC (No Circuit)", "SIT RO (Reorder)", "Fax Detected", "Queue Full", "Cleared", "Overflowed",
        "Abandoned", "Redirected", "Forwarded", "Consult", "PickedUp", "Dropped", "Dropped on No Answer", "Unknown Call Result", "Covered",
        "Converse-On", "Bridged", "Silence", "Answer", "NU Tone", "No Dial Tone", "No Progress", "No Ring Back Tone",
        "No Established Detected", "Pager Detected", "Wrong Party", "Dial Error", "Call Drop Error", "Switch Error",
        "No Port Available", "Transfer Error", "Stale", "Agent CallBack Error", "Group CallBack Error", "Deafened", "Held", "Do Not Call",
        "Cancel Record", "Wrong Number",
    ];

    /// <summary>The name shown to users, e.g. <c>No Answer</c>; a custom result shows as <c>Custom 123</c>.</summary>
    public static string DisplayName(this CallResult result) =>
        (uint)result < StandardCount ? DisplayNames[(int)result] : $"Custom {(int)result}";

    /// <summary>The name without blanks that the command line writes, e.g. <c>NoAnswer</c>; a custom result shows as its number.</summary>
    public static string Name(this CallResult result) => result.ToString();

    /// <summary>True for the results that say a live person was reached.</summary>
    public static bool IsLiveAnswer(this CallResult result) =>
        result is CallResult.Answer or CallResult.Abandoned or CallResult.Dropped or CallResult.DroppedOnNoAnswer
            or CallResult.Transferred or CallResult.Conferenced or CallResult.WrongParty;
}
