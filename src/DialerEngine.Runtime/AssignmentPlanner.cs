using DialerEngine.Core;
using DialerEngine.Core.Groups;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Runtime;

/// <summary>
/// Assigns agents of several campaign groups by the groups' options (<see cref="AgentAssignmentOptions"/>), every few seconds. Left alone are agents who were assigned
/// by hand, and those of whom a running group does not take part. An agent's call and record are finished where they are.
/// </summary>
public sealed class AssignmentPlanner : IAsyncDisposable
{
    /// <summary>Time between two looks: staffing follows minutes, not calls.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const HoldBack Ports = HoldBack.NoFreeLine | HoldBack.TrunkDown;
    private const HoldBack Records = HoldBack.NoRecords | HoldBack.Rules;
    private readonly EngineRuntime _engine;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<int, (long Ports, long Records)> _waitingSince = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Begins to assign.</summary>
    public AssignmentPlanner(EngineRuntime engine, TimeProvider time, ILogger logger)
    {
        _engine = engine;
        _time = time;
        _logger = logger;
        _running = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                await LookAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The engine stops.
        }
    }

    private async Task LookAsync()
    {
        var groups = new List<AssignableGroup>();
        var running = new HashSet<int>();
        foreach (var loop in _engine.Groups)
        {
            var group = loop.Machine.Definition;
            if (loop is { Failed: false, Machine.State: CampaignGroupState.Running })
            {
                running.Add(group.Id.Value);
                if (group.Options.Assignment.Enabled && await _engine.SnapshotAsync(group.Name, _stop.Token).ConfigureAwait(false) is { } seen)
                {
                    groups.Add(new AssignableGroup(group.Id, group.Options.Assignment, LetsGo(group.Id, group.Options.Assignment, seen)));
                }
            }
        }

        var agents = groups.Count == 0 ? [] : _engine.Agents.Assignable(groups.ConvertAll(g => g.Group), running);
        AgentAssignment.Decide(groups, agents);
        foreach (var agent in agents)
        {
            if (_engine.Agents.AssignByPlan(agent.Agent, agent.Group))
            {
                RuntimeLog.AgentReassigned(_logger, agent.Agent, agent.Group.Value);
            }
        }

        _engine.Agents.FreeFromPlan(agents.Select(a => a.Agent).ToHashSet());
    }

    /// <summary>A group without a line, or without a record and without a call, for longer than its option says.</summary>
    private bool LetsGo(GroupId id, AgentAssignmentOptions options, GroupSnapshot seen)
    {
        var now = _time.GetTimestamp();
        var since = _waitingSince.GetValueOrDefault(id.Value);
        since.Ports = (seen.HoldBack & Ports) == 0 ? 0 : since.Ports == 0 ? now : since.Ports;
        since.Records = (seen.HoldBack & Records) == 0 || seen.CallsPending + seen.PersonsWaiting > 0 ? 0 : since.Records == 0 ? now : since.Records;
        _waitingSince[id.Value] = since;
        return (options.IfWaitingPorts && IsOver(since.Ports, options.WaitingPortsMs)) || (options.IfWaitingRecords && IsOver(since.Records, options.WaitingRecordsMs));
    }

    private bool IsOver(long since, int ms) => since != 0 && _time.GetElapsedTime(since) >= TimeSpan.FromMilliseconds(ms);
}
