namespace DialerEngine.Core.Compliance;

/// <summary>The rules of a campaign group in the order in which they are asked: do-not-call, the customer's clock, frequency.</summary>
/// <param name="doNotCall">Null where the group does not check (option <c>check_dnc_list</c>).</param>
/// <param name="clock">Null where the group does not look at the clock.</param>
/// <param name="frequency">Null where the tenant books no attempts.</param>
public sealed class ComplianceGate(DoNotCallRule? doNotCall, CallingWindow? clock, FrequencyRule? frequency) : IDialGate
{
    /// <summary>The rules, for a rehearsal.</summary>
    public IReadOnlyList<IRecordRule> Rules { get; } = [.. new IRecordRule?[] { doNotCall, clock, frequency }.OfType<IRecordRule>()];

    public RuleVerdict Check(CallRecord record, CallingListDefinition list, long unixSeconds)
    {
        var verdict = Recheck(record, list, unixSeconds);
        return verdict.Outcome != RuleOutcome.Dial || frequency is null ? verdict : frequency.Check(record, list, unixSeconds);
    }

    public RuleVerdict TryAdmit(CallRecord record, CallingListDefinition list, long unixSeconds, out AttemptTicket ticket)
    {
        ticket = default;
        var verdict = Recheck(record, list, unixSeconds);
        return verdict.Outcome != RuleOutcome.Dial || frequency is null ? verdict : frequency.TryAdmit(record, list, unixSeconds, out ticket);
    }

    public RuleVerdict Recheck(CallRecord record, CallingListDefinition list, long unixSeconds)
    {
        var verdict = doNotCall?.Check(record, list, unixSeconds) ?? RuleVerdict.Dial;
        return verdict.Outcome != RuleOutcome.Dial || clock is null ? verdict : clock.Check(record, list, unixSeconds);
    }

    public void Withdraw(in AttemptTicket ticket) => frequency?.Withdraw(ticket);

    public void Close(in AttemptTicket ticket, bool abandoned) => frequency?.Close(ticket, abandoned);
}
