using System.Collections.Concurrent;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Dnc;
using DialerEngine.Host.Rehearsal;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Engine;

/// <summary>
/// The running engine's calling lists as the admin API sees them. Counts what holds records back in the background, one list after the other:
/// a count that took long is repeated the later for it, so that counting takes at most a twentieth of the time.
/// </summary>
internal sealed class ListControl : IListControl, IAsyncDisposable
{
    private const int RestPerWork = 20;
    private volatile EngineConfiguration _configuration;
    private readonly EngineRuntime _runtime;
    private readonly ICallingListSurvey _survey;
    private readonly TenantRulesSet _rules;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, HeldView> _held = new(StringComparer.Ordinal);
    private readonly Task _counting;

    public ListControl(EngineConfiguration configuration, EngineRuntime runtime, ICallingListSurvey survey, TenantRulesSet rules, TimeProvider time, ILogger logger)
    {
        _configuration = configuration;
        _runtime = runtime;
        _survey = survey;
        _rules = rules;
        _time = time;
        _logger = logger;
        _counting = Task.Run(CountAsync);
    }

    /// <summary>Other definitions of the same lists from now on; the next count comes after the new interval.</summary>
    public void Reconfigure(EngineConfiguration next) => _configuration = next;

    public CallingListDefinition? FindList(string name) => _configuration.Lists.FirstOrDefault(l => l.Name == name);

    public async Task<CommandReply> ChangeListAsync(string group, ListChange change, CancellationToken cancel)
    {
        if (_runtime.Find(group) is not { } loop)
        {
            return new CommandReply(CommandOutcome.NotFound);
        }

        if (loop.Failed)
        {
            return new CommandReply(CommandOutcome.Unavailable);
        }

        var refusal = await _runtime.ChangeListAsync(group, change, cancel);
        return refusal is null ? new CommandReply(CommandOutcome.Done) : new CommandReply(CommandOutcome.Refused, refusal);
    }

    public RecordHistory? History(ListId list, RecordId record, int limit) => _survey.History(list, record, limit);

    public HeldView? HeldBack(string group) => _held.GetValueOrDefault(group);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _counting;
        _stop.Dispose();
    }

    private async Task CountAsync()
    {
        try
        {
            while (true)
            {
                var began = _time.GetTimestamp();
                foreach (var loop in _runtime.Groups.Where(g => g.Machine.State is CampaignGroupState.Active or CampaignGroupState.Running))
                {
                    Count(loop.Machine);
                }

                var rest = _time.GetElapsedTime(began) * RestPerWork;
                var least = TimeSpan.FromSeconds(_configuration.ListCountIntervalSeconds);
                await Task.Delay(rest > least ? rest : least, _time, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The engine stops.
        }
    }

    private void Count(GroupMachine machine)
    {
        var group = machine.Definition;
        var now = _time.GetUtcNow();
        var request = new RehearsalRequest { At = now.ToUnixTimeSeconds(), First = 0, Examples = 0, Rules = _rules.RulesOf(group) };
        try
        {
            var rehearsal = new ListRehearsal(_survey);
            var lists = new List<HeldListView>();
            for (var i = 0; i < group.Campaign.Lists.Count; i++)
            {
                var found = rehearsal.Rehearse(
                    group, machine.ListAt(i), request with { Windows = _rules.WindowsOf(group, machine.ListAt(i).List.Id) }, _stop.Token);
                lists.Add(new HeldListView(found.List, found.Total, found.ReadyNow, found.Held.ToDictionary(h => h.Rule, h => h.Count)));
            }

            _held[group.Name] = new HeldView(group.Name, now, lists);
        }
        catch (StorageFaultException fault)
        {
            HostEngineLog.CountFailed(_logger, group.Name, fault.Message);
        }
    }
}
