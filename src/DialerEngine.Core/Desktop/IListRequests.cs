using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Ports;

namespace DialerEngine.Core.Desktop;

/// <summary>
/// Records that are not to be dialled any more, named by number or customer by an agent who need not have them on the desktop (RequestRecordCancel and
/// DoNotCall without a record handle).
/// </summary>
public sealed record ListDisposal
{
    public required DisposalKind Kind { get; init; }

    /// <summary>A group that the agent belongs to: its tenant's loaded campaigns are searched.</summary>
    public required CampaignGroupDefinition Group { get; init; }

    /// <summary>True where the request named the campaign: its lists alone are searched. Do-not-call is meant for every campaign.</summary>
    public bool ThisCampaignOnly { get; init; }

    public required AgentId Agent { get; init; }

    /// <summary>The number as the desktop gave it; it goes before the customer. Null where a customer is meant.</summary>
    public string? Phone { get; init; }

    public string? CustomerId { get; init; }

    /// <summary><c>GSW_CHAIN_ATTR</c>: true for AllChain, false for RecordOnly.</summary>
    public bool WholeChain { get; init; } = true;

    /// <summary><c>GSW_MESSAGE</c> for the do-not-call entry; null for none.</summary>
    public string? Message { get; init; }

    /// <summary><c>GSW_DURATION</c> of the do-not-call entry, seconds; 0 for ever.</summary>
    public int DurationSeconds { get; init; }
}

/// <summary>What became of a request about lists.</summary>
/// <param name="Error">None where it is done, however many records were found.</param>
/// <param name="Message">What the acknowledgement says beside (<c>GSW_MESSAGE</c>); null for nothing.</param>
/// <param name="Description">What was wrong, in words; null for nothing.</param>
public readonly record struct ListAnswer(DesktopError Error, string? Message = null, string? Description = null);

/// <summary>Requests of desktops about records in calling lists. Each is answered once, also where storage fails. Safe from any thread.</summary>
public interface IListRequests
{
    /// <summary>Makes records final wherever they are, and for do-not-call enters the number or the customer first.</summary>
    Task<ListAnswer> DisposeAsync(ListDisposal request);

    /// <summary>Adds a record; durable when it is answered.</summary>
    Task<ListAnswer> AddAsync(NewRecord record);

    /// <summary>The number as a list stores it: E.164 where it is one, else null where it is none that a list takes.</summary>
    string? StoredNumber(CallingListDefinition list, string phone);

    /// <summary>The column of a list that takes a time zone's name (<c>GSW_TZ_NAME</c>) with the value for it, and the zone. False where nobody knows the zone.</summary>
    bool TryFindZone(CallingListDefinition list, string name, out KeyValuePair<string, object?> column, out TimeZoneInfo zone);
}
