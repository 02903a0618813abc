namespace DialerEngine.Core;

/// <summary>
/// What a call attempt record says beside the journal's own account of the attempt. Filled on the group's loop by copying values and references,
/// so that a record can be written down later without asking the loop.
/// </summary>
public struct AttemptFacts
{
    /// <summary>True where the group reports its attempts (<c>send-history</c>); the other fields are filled only then.</summary>
    public bool Wanted;

    /// <summary>Dial mode in which the attempt was made.</summary>
    public DialMode DialMode;

    public PhoneType PhoneType;
    public int ChainId;
    public int ChainN;

    /// <summary>Column <c>tz_dbid</c> of the record; 0 where it has none.</summary>
    public int TimeZoneDbid;

    /// <summary>IANA name of the zone that the customer's clock was read in; null where it is not known.</summary>
    public string? TimeZoneName;

    /// <summary>Values of the list's own columns <c>customer_id</c>, <c>postal_code</c>, <c>region_code</c> and <c>country_code</c>; null where there is none.</summary>
    public object? CustomerId;
    public object? PostalCode;
    public object? RegionCode;
    public object? CountryCode;

    /// <summary>Caller id of the dial (<c>GSW_CPN_DIGITS</c>); null where none was chosen.</summary>
    public string? CallerId;

    /// <summary>Name of the caller id set that it is of (<c>GSW_CPN_DIGITS_SET</c>); null where it is of none.</summary>
    public string? CallerIdSet;

    /// <summary>What refused the dial, word for word as the validation server named it (<c>GSW_BLOCKING_RULE</c>); null where nothing did.</summary>
    public string? BlockingRule;

    /// <summary>Kind of the rule as the validation server gave it (<c>GSW_BLOCKING_RULE_TYPE</c>); null where it gave none.</summary>
    public long? BlockingRuleType;
}
