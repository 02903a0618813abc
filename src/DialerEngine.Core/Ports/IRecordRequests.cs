namespace DialerEngine.Core.Ports;

/// <summary>What is to become of records that somebody names by number or customer (desktop protocol: RequestRecordCancel, DoNotCall).</summary>
public enum DisposalKind : byte
{
    /// <summary>record_status Canceled (5), call_result Cancel Record (52).</summary>
    Cancel,

    /// <summary>record_type No Call (7), record_status Canceled (5), call_result Do Not Call (51).</summary>
    DoNotCall,
}

/// <summary>A list to be searched.</summary>
/// <param name="List">The list.</param>
/// <param name="Phone">The number as this list stores it (column <c>contact_info</c>); null where the customer is searched for.</param>
public readonly record struct DisposalTarget(ListId List, string? Phone);

/// <summary>Which records are not to be dialled any more.</summary>
public sealed record RecordDisposal
{
    public required DisposalKind Kind { get; init; }

    /// <summary>The lists to be searched, each once.</summary>
    public required IReadOnlyList<DisposalTarget> Targets { get; init; }

    /// <summary>The customer searched for where a target names no number; compared with <see cref="CustomerField"/>.</summary>
    public string? CustomerId { get; init; }

    /// <summary>Column of the customer id; lists without it hold nobody.</summary>
    public string? CustomerField { get; init; }

    /// <summary>True for whole chains (<c>GSW_CHAIN_ATTR</c> AllChain), false for the records alone that match (RecordOnly).</summary>
    public bool WholeChain { get; init; } = true;

    /// <summary>Who asked, for the records' history.</summary>
    public required string Actor { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long At { get; init; }
}

/// <summary>A record that a campaign group had in memory when it was disposed of.</summary>
/// <param name="List">Its list.</param>
/// <param name="Record">The record.</param>
/// <param name="Group">The group that had taken it.</param>
public readonly record struct RecordOut(ListId List, RecordId Record, GroupId Group);

/// <summary>What a disposal changed.</summary>
/// <param name="InLists">Records that waited in their lists and are final now.</param>
/// <param name="Out">Records that were out with groups: final in their lists, and to be taken out of the groups' memory.</param>
/// <param name="IsComplete">False where there were more than <see cref="IRecordRequests.MaxRecords"/>: asking again goes on.</param>
public sealed record DisposedRecords(int InLists, IReadOnlyList<RecordOut> Out, bool IsComplete);

/// <summary>How adding a record went.</summary>
public enum AddRecordOutcome : byte
{
    Added,

    /// <summary>The place in the chain is taken. Desktop error 115, Record With Specified chain_id and chain_n Already Exists.</summary>
    ChainPlaceTaken,

    /// <summary>The list has no chain of this number to which a next record could be added.</summary>
    NoSuchChain,

    /// <summary>The list has no such column, or it is not for the one who adds.</summary>
    UnknownColumn,

    /// <summary>The column cannot hold the value, or a new record cannot have it.</summary>
    InvalidValue,

    /// <summary>The list has no number left for a new chain or its next record.</summary>
    Full,
}

/// <summary>A record to be added to a calling list (desktop protocol, AddRecord). Columns that it does not bring get the list's defaults.</summary>
public sealed record NewRecord
{
    public required ListId List { get; init; }

    /// <summary>Column <c>contact_info</c> as the list stores it, 1 to 128 characters.</summary>
    public required string Phone { get; init; }

    /// <summary>An existing chain; null or 0 makes a new one.</summary>
    public int? ChainId { get; init; }

    /// <summary>The place in the chain; null or 0 takes the next one (0 in a new chain).</summary>
    public int? ChainN { get; init; }

    /// <summary>Values of other columns, by column name.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Columns { get; init; } = [];

    /// <summary>Who asked, for the record's history.</summary>
    public required string Actor { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long At { get; init; }
}

/// <summary>What became of a new record.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Record">The record's number where it was added.</param>
/// <param name="ChainId">Its chain.</param>
/// <param name="ChainN">Its place in it.</param>
/// <param name="Column">The column that a refusal is about; null where it is about none.</param>
public readonly record struct AddedRecord(AddRecordOutcome Outcome, RecordId Record, int ChainId, int ChainN, string? Column = null);

/// <summary>Requests about records in lists, by number, customer or chain. Each is one transaction with a note in the records' history. Safe from any thread.</summary>
public interface IRecordRequests
{
    /// <summary>Records changed by one request at most.</summary>
    const int MaxRecords = 10_000;

    /// <summary>
    /// Makes the open records that match (Ready, Retrieved, Chain Ready) final. Durable when it returns. Final in its list, a record that is out stays
    /// final whatever its group still writes about it, and no crash brings it back. The same request again changes nothing.
    /// </summary>
    /// <exception cref="StorageFaultException">Nothing was changed.</exception>
    DisposedRecords Dispose(RecordDisposal disposal);

    /// <summary>The numbers of all records of a chain as its list stores them, final ones too, each once; the first <see cref="MaxRecords"/>.</summary>
    /// <exception cref="StorageFaultException">The list cannot be read.</exception>
    IReadOnlyList<string> NumbersOfChain(ListId list, int chainId);

    /// <summary>Adds a record. In an existing chain it is of the chain's type. Durable when it returns.</summary>
    /// <exception cref="StorageFaultException">Nothing was added.</exception>
    AddedRecord Add(NewRecord record);

    /// <summary>Makes the index of the customer id column of a list that has one. To be called before the list is dialled: on a long list it takes its time.</summary>
    /// <exception cref="StorageFaultException">It could not be made.</exception>
    void EnsureCustomerIndex(ListId list, string column);
}
