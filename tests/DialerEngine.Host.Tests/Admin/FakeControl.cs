using System.Collections.Concurrent;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Pacing;
using DialerEngine.Host.Admin;

namespace DialerEngine.Host.Tests.Admin;

/// <summary>Campaign groups with nothing behind them: each command sets the state, unless the test holds the group's calls open.</summary>
internal sealed class FakeControl(params string[] names) : IEngineControl
{
    private readonly ConcurrentDictionary<string, CampaignGroupState> _states = new(names.ToDictionary(n => n, _ => CampaignGroupState.NotLoaded));
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _unloads = new();

    public IReadOnlyList<string> Groups => names;

    public string? NotReadyReason { get; set; }

    /// <summary>While true an unload waits for its calls.</summary>
    public bool CallsStayUp { get; set; }

    /// <summary>While true not even an unload by force is done.</summary>
    public bool NothingHelps { get; set; }

    public HashSet<string> FailedGroups { get; } = [];

    public ConcurrentQueue<(string Name, GroupCommandKind Kind, DialMode Mode)> Commands { get; } = new();

    public void Set(string name, CampaignGroupState state) => _states[name] = state;

    public void EndCalls(string name)
    {
        _states[name] = CampaignGroupState.NotLoaded;
        if (_unloads.TryRemove(name, out var unload))
        {
            unload.SetResult();
        }
    }

    public async Task<CommandReply> CommandAsync(string name, GroupCommandKind kind, DialMode mode, CancellationToken cancel)
    {
        Commands.Enqueue((name, kind, mode));
        if (FailedGroups.Contains(name))
        {
            return new CommandReply(CommandOutcome.Unavailable, $"{name} has failed");
        }

        if (kind == GroupCommandKind.Load && _states[name] != CampaignGroupState.NotLoaded)
        {
            return new CommandReply(CommandOutcome.Refused, $"{name} is loaded already");
        }

        var unloads = kind is GroupCommandKind.Unload or GroupCommandKind.ForceUnload;
        if (unloads && _states[name] != CampaignGroupState.NotLoaded && (NothingHelps || (CallsStayUp && kind == GroupCommandKind.Unload)))
        {
            _states[name] = CampaignGroupState.WaitingUnload;
            await _unloads.GetOrAdd(name, _ => new TaskCompletionSource()).Task.WaitAsync(cancel);
        }

        if (kind == GroupCommandKind.Stop && _states[name] != CampaignGroupState.Running)
        {
            return new CommandReply(CommandOutcome.Refused, $"{name} is not running");
        }

        _states[name] = kind switch
        {
            GroupCommandKind.Load or GroupCommandKind.Stop => CampaignGroupState.Active,
            GroupCommandKind.Start => CampaignGroupState.Running,
            GroupCommandKind.SetDialMode => _states[name],
            _ => CampaignGroupState.NotLoaded,
        };
        return new CommandReply(CommandOutcome.Done);
    }

    public Task<GroupSnapshot?> SnapshotAsync(string name, CancellationToken cancel) =>
        Task.FromResult(FailedGroups.Contains(name) ? null : Snapshot(name, _states[name]));

    private static GroupSnapshot? Snapshot(string name, CampaignGroupState state) => new()
    {
        Name = name,
        Id = new GroupId(41),
        State = state,
        DialMode = DialMode.Progress,
        AgentsLoggedIn = 10,
        AgentsReady = 3,
        AgentsOnCall = 5,
        AgentsAfterCallWork = 1,
        AgentsNotReady = 1,
        CallsPending = 4,
        PersonsWaiting = 0,
        CallsConnected = 5,
        RecordsBuffered = 20,
        RecordsOnDesktops = 1,
        Dials = 100,
        Results = 91,
        LiveAnswers = 40,
        Connected = 39,
        Abandoned = 1,
        RecordsTaken = 120,
        RecordsFinished = 91,
        RecordsReturned = 0,
        Withdrawn = 0,
        StuckCalls = 0,
        ByResult = new Dictionary<string, long> { ["NoAnswer"] = 50, ["Answer"] = 39 },
        BusyFactor = 0.62,
        HitRatio = 0.44,
        OverdialRate = null,
        AnswerToAgentMsP50 = 20,
        AnswerToAgentMsP99 = 90,
        HoldBack = HoldBack.NoRecords | HoldBack.TrunkRate,
        Explanation = "No records: every record of the list is finished.",
        PacingReason = PacingReason.NoRecords,
    };
}
