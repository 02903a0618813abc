namespace DialerEngine.Core.Treatments;

/// <summary>
/// Which change of a record's status the engine makes (outbound contact reference 3.6, desktop protocol: rejecting, cancelling and rescheduling records).
/// Everything else is an operator's or an import's doing.
/// </summary>
public static class RecordTransitions
{
    /// <summary>True where the engine may change a record from one status to the other.</summary>
    public static bool IsAllowed(RecordStatus from, RecordStatus to) => (from, to) switch
    {
        // Taken for dialling; finished as a mate of its chain, cancelled or put on do-not-call without being taken.
        (RecordStatus.Ready, RecordStatus.Retrieved or RecordStatus.ChainUpdated or RecordStatus.Updated or RecordStatus.Canceled) => true,

        // An appointment of a waiting record is moved.
        (RecordStatus.Ready, RecordStatus.Ready) => true,

        // The end of an attempt, or of a stay in memory. A record that is out may get a new appointment and stay out.
        (RecordStatus.Retrieved, RecordStatus.Ready or RecordStatus.Retrieved or RecordStatus.Updated or RecordStatus.Stale or RecordStatus.Canceled
            or RecordStatus.AgentError or RecordStatus.MissedCallBack) => true,

        // A rejected record makes the rest of its chain ready.
        (RecordStatus.ChainReady, RecordStatus.Ready) => true,
        _ => false,
    };

    /// <summary>True where nobody dials the record any more unless it is scheduled anew.</summary>
    public static bool IsFinal(RecordStatus status) => status is RecordStatus.Updated or RecordStatus.Stale or RecordStatus.Canceled
        or RecordStatus.AgentError or RecordStatus.ChainUpdated or RecordStatus.MissedCallBack;

    /// <summary>The type that a record has after an appointment of a kind was made for it.</summary>
    public static bool IsAppointment(RecordType type) => type is RecordType.CampaignRescheduled or RecordType.PersonalRescheduled
        or RecordType.PersonalCallBack or RecordType.CampaignCallBack;

    /// <summary>True for records that belong to one agent.</summary>
    public static bool IsPersonal(RecordType type) => type is RecordType.PersonalRescheduled or RecordType.PersonalCallBack;

    /// <summary>True for records that are fetched ahead of all others as callbacks.</summary>
    public static bool IsCallback(RecordType type) => type is RecordType.PersonalRescheduled or RecordType.PersonalCallBack or RecordType.CampaignCallBack;
}
