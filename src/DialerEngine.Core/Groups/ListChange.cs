using DialerEngine.Core.Filters;

namespace DialerEngine.Core.Groups;

/// <summary>A change of one of a campaign's lists while the group lives; what is null stays. Answered once, on the group's loop.</summary>
public sealed class ListChange
{
    private readonly TaskCompletionSource<string?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Name of the calling list.</summary>
    public required string List { get; init; }

    /// <summary>Whether records are taken from the list.</summary>
    public bool? IsActive { get; init; }

    /// <summary>The list's weight, 1 to 1,000.</summary>
    public int? Weight { get; init; }

    /// <summary>True where <see cref="Filter"/> is the new filter; null takes the filter away.</summary>
    public bool ChangesFilter { get; init; }

    public RecordFilter? Filter { get; init; }

    /// <summary>Null when done; else one sentence that says why not.</summary>
    public Task<string?> Done => _done.Task;

    /// <summary>Answers the change; later answers are ignored.</summary>
    public void Complete(string? refusal) => _done.TrySetResult(refusal);
}

/// <summary>One of a group's lists as it is dialled now.</summary>
/// <param name="Name">Name of the calling list.</param>
/// <param name="IsActive">Whether records are taken from it.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Filter">Its filter; null for none.</param>
/// <param name="Order">Its order; null for record ids.</param>
/// <param name="Buffered">Records of it in the buffer.</param>
public sealed record ListSnapshot(string Name, bool IsActive, int Weight, string? Filter, string? Order, int Buffered);
