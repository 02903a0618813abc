using DialerEngine.Core.Callbacks;
using DialerEngine.Core.CallerId;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>
/// A campaign group as it is configured from now on. Taken between two inputs, whole or not at all. What is sized when the group is made stays: its
/// agents, its lists with their columns and orders, its largest buffer, whether it validates and reports. Answered once, on the group's loop.
/// </summary>
public sealed class GroupReconfiguration
{
    private readonly TaskCompletionSource<string?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required CampaignGroupDefinition Definition { get; init; }

    /// <summary>Indexes of the group's trunks in order of preference.</summary>
    public required IReadOnlyList<int> Trunks { get; init; }

    /// <summary>Gives the pacer of a dial mode; null where the engine has none for it.</summary>
    public required Func<DialMode, IPacer?> PacerFor { get; init; }

    /// <summary>What time it is for a customer.</summary>
    public ICustomerClock CustomerClock { get; init; } = UtcCustomerClock.Instance;

    /// <summary>The rules that every dial must pass; null where there are none.</summary>
    public IDialGate? DialGate { get; init; }

    /// <summary>Chooses the caller id of a dial; null takes the campaign's.</summary>
    public ICallerIds? CallerIds { get; init; }

    /// <summary>Null when done; else one sentence that says why not.</summary>
    public Task<string?> Done => _done.Task;

    /// <summary>Answers; later answers are ignored.</summary>
    public void Complete(string? refusal) => _done.TrySetResult(refusal);
}
