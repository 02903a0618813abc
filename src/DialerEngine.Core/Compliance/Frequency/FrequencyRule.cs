namespace DialerEngine.Core.Compliance;

/// <summary>Nobody is tried more often than the tenant's limits allow, nor by two calls at once.</summary>
/// <param name="history">The tenant's attempts.</param>
/// <param name="customer">How a record names its customer.</param>
public sealed class FrequencyRule(AttemptHistory history, CustomerField customer) : IRecordRule
{
    public string Name => "frequency";

    public RuleVerdict Check(CallRecord record, CallingListDefinition list, long unixSeconds)
    {
        if (history.Limits.PerRecord > 0 && record.Attempts >= history.Limits.PerRecord)
        {
            return RuleVerdict.Never(RuleReason.RecordCap);
        }

        var ticket = TicketOf(record, list, unixSeconds);
        return history.Check(ticket.Number, ticket.Customer, unixSeconds);
    }

    /// <summary>Checks and books.</summary>
    public RuleVerdict TryAdmit(CallRecord record, CallingListDefinition list, long unixSeconds, out AttemptTicket ticket)
    {
        ticket = default;
        if (history.Limits.PerRecord > 0 && record.Attempts >= history.Limits.PerRecord)
        {
            return RuleVerdict.Never(RuleReason.RecordCap);
        }

        var wanted = TicketOf(record, list, unixSeconds);
        var verdict = history.TryOpen(wanted.Number, wanted.Customer, unixSeconds);
        if (verdict.Outcome == RuleOutcome.Dial)
        {
            ticket = wanted;
        }

        return verdict;
    }

    public void Withdraw(in AttemptTicket ticket) => history.Withdraw(ticket);

    public void Close(in AttemptTicket ticket, bool abandoned) => history.Close(ticket, abandoned);

    private AttemptTicket TicketOf(CallRecord record, CallingListDefinition list, long unixSeconds)
    {
        NumberKey.TryPack(record.ContactInfo, list.DefaultCountry, out var number);
        var id = customer.Of(record, list);
        return new AttemptTicket(number, string.IsNullOrEmpty(id) ? 0 : AttemptHistory.KeyOfCustomer(id), unixSeconds);
    }
}
