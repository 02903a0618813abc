namespace DialerEngine.Core.Ports;

/// <summary>An entry of a do-not-call list as stored (table <c>gsw_donotcall_list</c>). At least one of number and customer is there.</summary>
public sealed record DoNotCallEntry
{
    /// <summary>Column <c>phone</c>: E.164 with plus sign; null where the entry names a customer only.</summary>
    public string? Phone { get; init; }

    /// <summary>Column <c>customer_id</c>, at most 64 characters.</summary>
    public string? CustomerId { get; init; }

    /// <summary>Column <c>dnc_message</c>, at most 255 characters.</summary>
    public string? Message { get; init; }

    /// <summary>Column <c>campaign_dbid</c>; 0 for none.</summary>
    public int CampaignDbid { get; init; }

    /// <summary>Column <c>list_dbid</c>; 0 for none.</summary>
    public int ListDbid { get; init; }

    /// <summary>Column <c>is_internal</c>: true where a customer asked this company, false for a register of the state.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Column <c>time_stamp</c>: Unix seconds at which the entry was made.</summary>
    public long TimeStamp { get; init; }

    /// <summary>Column <c>expiration</c>: Unix seconds at which it ends; 0 for never (GSW_DURATION).</summary>
    public long Expiration { get; init; }
}

/// <summary>How far a reader has read a tenant's list.</summary>
/// <param name="Addition">Last addition seen.</param>
/// <param name="Removal">Last removal seen.</param>
public readonly record struct DoNotCallPosition(long Addition, long Removal);

/// <summary>Hears what changed in a stored list.</summary>
public interface IDoNotCallReader
{
    /// <summary>An entry is there. Text in UTF-8, empty for none, valid during the call.</summary>
    void Added(ReadOnlySpan<byte> phone, ReadOnlySpan<byte> customerId, long expiration);

    /// <summary>All entries of a number or a customer are gone.</summary>
    void Removed(ReadOnlySpan<byte> phone, ReadOnlySpan<byte> customerId);
}

/// <summary>
/// Do-not-call lists in storage, one for each tenant. A number or customer has one entry: a later one replaces it. Safe from any thread; other
/// processes may write the same storage.
/// </summary>
public interface IDoNotCallStore
{
    /// <summary>Names this storage, so that a snapshot of another one is not taken for it. Never the same for two storages.</summary>
    ulong Identity { get; }

    /// <summary>Writes entries, all durable when it returns, or none. An entry with number and customer becomes two, one of each.</summary>
    /// <exception cref="StorageFaultException">The storage could not write.</exception>
    void Add(int tenantDbid, ReadOnlySpan<DoNotCallEntry> entries);

    /// <summary>Takes a number or a customer off the list; how many entries that were.</summary>
    /// <exception cref="StorageFaultException">The storage could not write.</exception>
    int Remove(int tenantDbid, string? phone, string? customerId, long nowUnixSeconds);

    /// <summary>The entry of a number or a customer; null where there is none. Ended entries are returned too.</summary>
    DoNotCallEntry? Find(int tenantDbid, string? phone, string? customerId);

    /// <summary>Entries of a tenant, ended ones too. Reads all of them.</summary>
    long Count(int tenantDbid);

    /// <summary>Reads what changed since a position as of one moment, removals first, and gives the new position. From the default position: everything.</summary>
    DoNotCallPosition ReadChanges(int tenantDbid, DoNotCallPosition since, IDoNotCallReader reader, CancellationToken stop);

    /// <summary>All entries in the order in which they were made.</summary>
    IEnumerable<DoNotCallEntry> ReadAll(int tenantDbid);
}
