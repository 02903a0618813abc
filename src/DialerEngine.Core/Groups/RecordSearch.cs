using DialerEngine.Core.Ports;

namespace DialerEngine.Core.Groups;

/// <summary>What a group had of the records that it was asked about.</summary>
/// <param name="InMemory">Records dropped from the buffer or out of calls that have no agent; their calls are ended where nobody answered yet.</param>
/// <param name="OnDesktops">Records that agents have: in a call, on the desktop or offered. Their desktops were told.</param>
public readonly record struct RecordsFound(int InMemory, int OnDesktops)
{
    public static RecordsFound operator +(RecordsFound a, RecordsFound b) => Add(a, b);

    public static RecordsFound Add(RecordsFound left, RecordsFound right) => new(left.InMemory + right.InMemory, left.OnDesktops + right.OnDesktops);
}

/// <summary>
/// Records that are final in their lists already and must not be dialled from a group's memory either. Answered exactly once, when the group holds none of
/// them that could still be dialled; null where the group cannot answer.
/// </summary>
public sealed class RecordSearch
{
    private readonly TaskCompletionSource<RecordsFound?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required DisposalKind Kind { get; init; }

    public required IReadOnlySet<(ListId List, RecordId Record)> Records { get; init; }

    /// <summary><c>GSW_CHAIN_ATTR</c> for the desktops that are told.</summary>
    public required bool WholeChain { get; init; }

    /// <summary>The agent who asks: their own desktop is not told. Default where no agent asks.</summary>
    public AgentId Asker { get; init; }

    /// <summary>The answer; null where the group has failed or has too many questions open.</summary>
    public Task<RecordsFound?> Done => _done.Task;

    /// <summary>What was found so far; the group's loop alone writes it.</summary>
    internal RecordsFound Found { get; set; }

    /// <summary>Answers with what was found, or with null where the group cannot answer; later answers are ignored.</summary>
    public void Answer(bool found) => _done.TrySetResult(found ? Found : null);

    internal bool Names(CallRecord record) => Records.Contains((record.List, record.Id));
}
