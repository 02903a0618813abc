namespace DialerEngine.Core.Treatments;

/// <summary>What a treatment does with the record (field name: recActionCode, "Apply to Record"; outbound contact reference 1.11, 3.1).</summary>
public enum RecordAction : byte
{
    /// <summary>Nothing of its own: the record is Updated, as without a treatment.</summary>
    NoAction = 0,

    /// <summary>The record is Updated; the rest of its chain Chain Updated.</summary>
    MarkDb = 1,

    /// <summary>Every open record of the chain is Updated with this result.</summary>
    MarkAllChain = 2,

    /// <summary>The same record again, up to Cycle Attempt times: Interval before the first, Increment more before each further one.</summary>
    CycleRedial = 3,

    /// <summary>The record goes back to the list as rescheduled: Interval from now, Increment more each further time.</summary>
    RetryIn = 4,

    /// <summary>The record goes back to the list as rescheduled, for a date or a time of day.</summary>
    RetryAtDate = 5,

    /// <summary>The next record of the chain at once; the next treatment of the sequence where there is none.</summary>
    NextInChain = 6,

    /// <summary>The next record of the chain after the interval; the next treatment of the sequence where there is none.</summary>
    NextInChainAfter = 7,

    /// <summary>The next record of the chain at a date; the next treatment of the sequence where there is none.</summary>
    NextInChainAtDate = 8,

    /// <summary>A personal callback that cannot find its agent becomes a campaign callback, due now.</summary>
    AssignToGroup = 9,

    /// <summary>The record is finished with status Agent Error.</summary>
    MarkAsAgentError = 10,

    /// <summary>The appointment is kept (its type stays what it is) and moved: to a date, or by the interval.</summary>
    Reschedule = 11,
}

/// <summary>What a treatment does with the call (field name: callActionCode, "Apply to Call"; outbound contact reference 1.11, 3.1).</summary>
public enum CallAction : byte
{
    /// <summary>What the engine does with such a call by itself: <see cref="TreatmentPlan.DefaultCallAction"/>.</summary>
    None = 0,

    /// <summary>The call goes to an agent.</summary>
    Connect = 1,

    /// <summary>The call is released.</summary>
    Drop = 2,

    /// <summary>The call is handed over to the destination without waiting for it to pick up: <see cref="Telephony.TransferKind.Mute"/>.</summary>
    MuteTransfer = 3,

    /// <summary>The destination is called while the customer waits, and put through when it answers: <see cref="Telephony.TransferKind.TwoStep"/>.</summary>
    Transfer = 4,

    /// <summary>The network calls the destination in our place and says how that went: <see cref="Telephony.TransferKind.Route"/>.</summary>
    Route = 5,

    /// <summary>An announcement is played, then the call is released.</summary>
    PlayMessage = 6,

    /// <summary>Known, not supported.</summary>
    SendFax = 7,

    /// <summary>Known, not supported.</summary>
    SendPage = 8,

    /// <summary>Known, not supported.</summary>
    SendEmail = 9,
}
