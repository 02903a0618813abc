using DialerEngine.Core.Filters;

namespace DialerEngine.Core.Ports;

/// <summary>What a group asks of a store when its buffer runs low.</summary>
/// <param name="Group">Group that will hold the records; written to <c>group_id</c>.</param>
/// <param name="CampaignId">Written to <c>campaign_id</c>.</param>
/// <param name="ApplicationId">This engine; written to <c>app_id</c>.</param>
/// <param name="List">The calling list to read.</param>
/// <param name="Limit">Records at most.</param>
/// <param name="NowUnixSeconds">Records scheduled later than this stay where they are.</param>
public readonly record struct FetchRequest(GroupId Group, int CampaignId, int ApplicationId, ListId List, int Limit, long NowUnixSeconds)
{
    /// <summary>Callbacks only: due appointments of agents and groups, before everything else.</summary>
    public FetchKind Kind { get; init; }

    /// <summary>Callbacks made in another campaign stay with it (<c>callback-observe-campaign</c>).</summary>
    public bool ObserveCampaign { get; init; } = true;

    /// <summary>Callbacks made in another campaign group stay with it (<c>callback-observe-group</c>).</summary>
    public bool ObserveGroup { get; init; } = true;

    /// <summary>Only records that match; null for all.</summary>
    public RecordFilter? Filter { get; init; }

    /// <summary>Order of fresh records; null takes them by <c>record_id</c>.</summary>
    public RecordOrder? Order { get; init; }

    /// <summary>Share of fresh records against rescheduled ones while both are there, percent, 0 to 100. 0: what is due goes first.</summary>
    public int FreshPercent { get; init; }

    /// <summary>Which record types go first.</summary>
    public RecordPriorities Priorities { get; init; }

    /// <summary>Which zones and windows are open now; null: all.</summary>
    public IFetchWindows? Windows { get; init; }
}

/// <summary>Which records a fetch is for.</summary>
public enum FetchKind : byte
{
    /// <summary>Everything but callbacks.</summary>
    Records = 0,

    /// <summary>
    /// Records of the types Personal Rescheduled, Personal CallBack and Campaign CallBack that are due, by time. Taken also where a lower record of the
    /// chain is Ready, but never while another record of the chain is out.
    /// </summary>
    Callbacks = 1,
}

/// <summary>Priorities of record types, higher first; equal ones are mixed (default_..._priority, section Outbound).</summary>
/// <param name="General">Fresh records and rescheduled ones of type General.</param>
/// <param name="CampaignCallback">Callbacks, campaign and personal.</param>
/// <param name="CampaignRescheduled">Rescheduled records, campaign and personal.</param>
public readonly record struct RecordPriorities(int General, int CampaignCallback, int CampaignRescheduled)
{
    /// <summary>The priority of a record type.</summary>
    public int Of(RecordType type) => type switch
    {
        RecordType.CampaignCallBack or RecordType.PersonalCallBack => CampaignCallback,
        RecordType.CampaignRescheduled or RecordType.PersonalRescheduled => CampaignRescheduled,
        _ => General,
    };
}

/// <summary>Reads ready records of calling lists for dialing. Called by one thread per group, never by the loop itself.</summary>
public interface ICallingListStore
{
    /// <summary>
    /// Takes up to <see cref="FetchRequest.Limit"/> records that are Ready and due, marks them Retrieved for this group in the same
    /// transaction, and fills the tray with them: first scheduled records whose time has come, by priority of their type and then by time;
    /// then unscheduled ones by the order asked for. With <see cref="FetchRequest.FreshPercent"/> the tray is shared between
    /// rescheduled records on one side and fresh ones on the other; what one side cannot fill the other does. Records of type NoCall and
    /// records that the filter or the windows hold back stay where they are. A fetch looks at a bounded number of records: where it stops
    /// for that it sets <see cref="RecordBatch.IsUnfinished"/>, and the next one goes on from there. Of a chain only the record with the lowest <c>chain_n</c> that is Ready is taken, due or not (a chain waits for
    /// its own reschedule), and none while another record of the chain is Retrieved. Returns the number of records, also left in
    /// <see cref="RecordBatch.Count"/>. The tray's records carry the marks: Retrieved, campaign, group and application, and know how many
    /// other records of their chain are Ready. Callbacks (<see cref="FetchKind.Callbacks"/>) are taken by fetches of their own only.
    /// </summary>
    /// <exception cref="StorageFaultException">The store could not answer; nothing was marked.</exception>
    ValueTask<int> FetchAsync(FetchRequest request, RecordBatch into, CancellationToken stop);

    /// <summary>
    /// Takes the other records of a chain that may still be called (Ready or Chain Ready, and not of type NoCall) by <c>chain_n</c>, due or not, while one
    /// record of it is out with the same group: marks them Retrieved in one transaction and fills the tray.
    /// </summary>
    /// <exception cref="StorageFaultException">The store could not answer; nothing was marked.</exception>
    ValueTask<TakenChain> TakeChainAsync(ChainRequest request, RecordBatch into, CancellationToken stop);

    /// <summary>How many records of a list are in which status (index = <see cref="RecordStatus"/>), and how many Ready ones are due now.</summary>
    ValueTask<ListCounts> CountAsync(ListId list, long nowUnixSeconds, CancellationToken stop);
}

/// <summary>A chain that an agent wants to see.</summary>
/// <param name="Group">Group that will hold the records.</param>
/// <param name="CampaignId">Written to <c>campaign_id</c>.</param>
/// <param name="ApplicationId">This engine; written to <c>app_id</c>.</param>
/// <param name="List">The calling list.</param>
/// <param name="ChainId">The chain.</param>
/// <param name="Record">The record that is out already.</param>
/// <param name="NowUnixSeconds">For the records' history.</param>
public readonly record struct ChainRequest(GroupId Group, int CampaignId, int ApplicationId, ListId List, int ChainId, RecordId Record, long NowUnixSeconds);

/// <summary>What was taken of a chain.</summary>
/// <param name="Taken">Records in the tray.</param>
/// <param name="Others">Other records of the chain, whatever their status.</param>
public readonly record struct TakenChain(int Taken, int Others);

/// <summary>Counts of a calling list.</summary>
/// <param name="Total">All records.</param>
/// <param name="ByStatus">Records by <see cref="RecordStatus"/> number, 0 to 9.</param>
/// <param name="ReadyNow">Ready records that are due.</param>
public sealed record ListCounts(long Total, IReadOnlyList<long> ByStatus, long ReadyNow);

/// <summary>Why a store could not do what it was asked.</summary>
public enum StorageFault
{
    None,
    Unavailable,
    Full,
    Locked,
    ReadOnly,
    InputOutput,
    Corrupt,
    Schema,

    /// <summary>The store refuses the data itself (a constraint, a value too large); trying again cannot help.</summary>
    Refused,
}

/// <summary>A store's failure, in words that an operator can act on.</summary>
public sealed class StorageFaultException : Exception
{
    public StorageFaultException(StorageFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    public StorageFaultException()
    {
    }

    public StorageFaultException(string message)
        : base(message)
    {
    }

    public StorageFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public StorageFault Fault { get; }

    /// <summary>True where the same call may succeed later without anybody's help.</summary>
    public bool IsTransient => Fault is StorageFault.Unavailable or StorageFault.Locked or StorageFault.Full or StorageFault.ReadOnly or StorageFault.InputOutput;
}
