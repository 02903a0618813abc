namespace DialerEngine.Core.Compliance;

/// <summary>What a rule says about dialling a record.</summary>
public enum RuleOutcome : byte
{
    /// <summary>It may be dialled.</summary>
    Dial = 0,

    /// <summary>Not now: it waits in its list.</summary>
    Hold,

    /// <summary>Never: the record is finished.</summary>
    Never,
}

/// <summary>Why a record is not dialled. Names are those of counters, metrics and reports.</summary>
public enum RuleReason : byte
{
    None = 0,

    /// <summary>On the tenant's do-not-call list by number or customer id.</summary>
    DoNotCall,

    /// <summary>Outside the window of the record, its list or its campaign.</summary>
    CallingWindow,

    /// <summary>Outside the hours of the country's or state's rule.</summary>
    CallingRule,

    /// <summary>A holiday at the customer's.</summary>
    Holiday,

    /// <summary>The customer's time zone is not known.</summary>
    ZoneUnknown,

    /// <summary>As many attempts within 24 hours as are allowed.</summary>
    DailyCap,

    /// <summary>As many attempts within 7 days as are allowed.</summary>
    WeeklyCap,

    /// <summary>As many attempts within 30 days as are allowed.</summary>
    MonthlyCap,

    /// <summary>Too soon after the last attempt.</summary>
    MinimumGap,

    /// <summary>As many attempts on this record as are allowed.</summary>
    RecordCap,

    /// <summary>The person was abandoned lately.</summary>
    AbandonedBefore,

    /// <summary>Another call to the same person is in progress.</summary>
    OpenAttempt,

    /// <summary>The book of attempts is full: nothing can be promised about caps.</summary>
    HistoryFull,
}

/// <summary>Reasons as reports write them.</summary>
public static class RuleReasons
{
    private static readonly string[] Names = Enum.GetNames<RuleReason>();

    /// <summary>The reason's name as in counters, metrics and a record's history; null for None.</summary>
    public static string? NameOrNull(this RuleReason reason) => reason == RuleReason.None ? null : Names[(int)reason];
}

/// <summary>A rule's answer.</summary>
/// <param name="Outcome">What is to become of the record.</param>
/// <param name="Reason">Which rule said so; None with Dial.</param>
/// <param name="UntilUnixSeconds">With Hold: when the rule should be asked again.</param>
public readonly record struct RuleVerdict(RuleOutcome Outcome, RuleReason Reason, long UntilUnixSeconds)
{
    public static RuleVerdict Dial => default;

    public static RuleVerdict Never(RuleReason reason) => new(RuleOutcome.Never, reason, 0);

    public static RuleVerdict HoldUntil(RuleReason reason, long unixSeconds) => new(RuleOutcome.Hold, reason, unixSeconds);
}

/// <summary>A rule that a record must pass before it is dialled. Asking changes nothing, so a rehearsal may ask about any moment.</summary>
public interface IRecordRule
{
    /// <summary>Name for reports.</summary>
    string Name { get; }

    /// <summary>What the rule says about dialling the record at a moment.</summary>
    RuleVerdict Check(CallRecord record, CallingListDefinition list, long unixSeconds);
}

/// <summary>An attempt that has been admitted: what is needed to close or withdraw it. Default: nothing was booked.</summary>
/// <param name="Number">Packed number; 0 where the contact is none.</param>
/// <param name="Customer">Key of the customer; 0 where caps do not look at customers.</param>
/// <param name="At">Unix second of the booking.</param>
public readonly record struct AttemptTicket(ulong Number, ulong Customer, long At);

/// <summary>
/// The last look before a dial: all rules of a campaign group. Groups share what the tenant shares (do-not-call, attempts of a person), so an
/// implementation is safe from several groups' threads. Allocates nothing once warm.
/// </summary>
public interface IDialGate
{
    /// <summary>All rules, changing nothing.</summary>
    RuleVerdict Check(CallRecord record, CallingListDefinition list, long unixSeconds);

    /// <summary>All rules and, where they allow the dial, the booking of the attempt in one step: no two groups get the same person.</summary>
    RuleVerdict TryAdmit(CallRecord record, CallingListDefinition list, long unixSeconds, out AttemptTicket ticket);

    /// <summary>The rules that may have changed while an admitted attempt waited for the journal: do-not-call and the clock.</summary>
    RuleVerdict Recheck(CallRecord record, CallingListDefinition list, long unixSeconds);

    /// <summary>The attempt never left: it counts as none.</summary>
    void Withdraw(in AttemptTicket ticket);

    /// <summary>The attempt is over.</summary>
    /// <param name="ticket">What <see cref="TryAdmit"/> gave.</param>
    /// <param name="abandoned">The person answered and found no agent.</param>
    void Close(in AttemptTicket ticket, bool abandoned);
}
