namespace DialerEngine.Core.Compliance;

/// <summary>Nobody on the tenant's do-not-call list is dialled, be it by number or by customer id.</summary>
/// <param name="entries">The tenant's list.</param>
/// <param name="customerField">Column that holds customer ids (option <c>customer_id</c>); null looks at numbers only.</param>
/// <param name="checksCallbacks">False lets callbacks through that the customer asked for (option <c>check_dnc_callback</c>).</param>
public sealed class DoNotCallRule(DoNotCallList entries, string? customerField, bool checksCallbacks = true) : IRecordRule
{
    private readonly CustomerField _customer = new(customerField);

    public string Name => "do-not-call";

    public RuleVerdict Check(CallRecord record, CallingListDefinition list, long unixSeconds)
    {
        if (!checksCallbacks && record.RecordType is RecordType.PersonalCallBack or RecordType.CampaignCallBack)
        {
            return RuleVerdict.Dial;
        }

        return (NumberKey.TryPack(record.ContactInfo, list.DefaultCountry, out var number) && entries.Numbers.Contains(number, unixSeconds))
            || entries.ContainsCustomer(_customer.Of(record, list), unixSeconds)
            ? RuleVerdict.Never(RuleReason.DoNotCall)
            : RuleVerdict.Dial;
    }
}
