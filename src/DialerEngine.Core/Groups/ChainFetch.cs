using DialerEngine.Core.Desktop;

namespace DialerEngine.Core.Groups;

/// <summary>The rest of a chain on its way from its list to an agent's desktop (ChainedRecordRequest).</summary>
public sealed class ChainFetch
{
    /// <summary>Records of one chain that a desktop is shown at most.</summary>
    public const int MostRecords = 16;

    /// <summary>Handle of the record that was asked with.</summary>
    public required int RecordHandle { get; init; }

    public required ListId List { get; init; }

    public required int ChainId { get; init; }

    /// <summary>The record that the agent has already.</summary>
    public required RecordId Record { get; init; }

    public required DesktopRequest Request { get; init; }

    /// <summary>Filled by the store.</summary>
    public RecordBatch Tray { get; } = new(MostRecords);

    /// <summary>Other records of the chain, whatever their status.</summary>
    public int Others { get; set; }

    /// <summary>True where the store could not answer.</summary>
    public bool Failed { get; set; }
}

/// <summary>What a record handle names.</summary>
/// <param name="List">The calling list.</param>
/// <param name="ChainId">The record's chain.</param>
public sealed record RecordAtHand(CallingListDefinition List, int ChainId);

/// <summary>A question about a record on an agent's desktop. Answered exactly once.</summary>
public sealed class RecordLookup
{
    private readonly TaskCompletionSource<RecordAtHand?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required AgentId Agent { get; init; }

    public required int RecordHandle { get; init; }

    /// <summary>The answer; null where the agent has no such record.</summary>
    public Task<RecordAtHand?> Done => _done.Task;

    /// <summary>What the group found; its loop alone writes it.</summary>
    internal RecordAtHand? Found { get; set; }

    /// <summary>Answers with what was found; later answers are ignored.</summary>
    public void Answer() => _done.TrySetResult(Found);
}
