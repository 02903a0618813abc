using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Simulation.Tests;

/// <summary>One calling list through several lives of the engine: what is not in storage is lost with each crash.</summary>
internal sealed class ListLife
{
    private readonly ulong _seed;
    private readonly SeededRandom _draw;
    private readonly SimulatedBehaviour _behaviour;
    private readonly CampaignGroupOptions _options;
    private readonly int _agents;
    private readonly TreatmentDefinition[] _plan;
    private readonly int _maxAttempts;
    private readonly SimulatedLists _lists;
    private readonly Dictionary<int, long> _promised = [];
    private readonly Dictionary<int, int> _dialledByPlan = [];
    private readonly HashSet<int> _disposed = [];
    private readonly List<string> _wrong = [];
    private readonly List<int> _open = [];
    private readonly List<(RecordSearch Search, List<int> Records)> _asked = [];
    private readonly HashSet<int> _acknowledged = [];
    private GroupRun _run;
    private long _elapsed;
    private ulong _life;

    public ListLife(
        ulong seed, SeededRandom draw, SimulatedBehaviour behaviour, CampaignGroupOptions options, int agents, int records, int chainLength, TreatmentDefinition[] plan, int maxAttempts)
    {
        (_seed, _draw, _behaviour, _options, _agents, _plan, _maxAttempts) = (seed, draw, behaviour, options, agents, plan, maxAttempts);
        _lists = new SimulatedLists(new ListId(1), records, chainLength: chainLength) { Book = [] };
        _run = Begin();
    }

    /// <summary>
    /// Callbacks that were promised, callbacks that were kept, steps to the next record of a chain, crashes, records cancelled by others, and how many of
    /// these a group had in memory.
    /// </summary>
    public (int Promised, long Kept, int Steps, int Crashes, int Cancelled, int InMemory) Happened { get; private set; }

    public void Live(int turns)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            for (var part = 1 + _draw.Next(8); part > 0; part--)
            {
                _run.Run(TimeSpan.FromMilliseconds(30_000 + _draw.Next(60_000)));
                CancelByOthers();
            }

            switch (_draw.Next(6))
            {
                case 0: Crash(); break;
                case 1: _run.Command(GroupCommandKind.Stop); break;
                case 2: _run.Command(GroupCommandKind.Start); break;
                case 3: _run.World.LogEverybodyIn(); break;
                case 4: _run.Command(GroupCommandKind.SetDialMode, _draw.Chance(0.5) ? DialMode.Predict : DialMode.Progress); break;
            }
        }

        Happened = Happened with { Kept = Happened.Kept + _run.Machine.Counters.CallbacksCompleted };
        _run.Command(GroupCommandKind.Unload);
        _run.Run(TimeSpan.FromMinutes(20));
    }

    public void Check(string context)
    {
        Assert.True(_wrong.Count == 0, $"{string.Join("; ", _wrong.Take(5))}; {context}");
        Assert.True(_asked.Count == 0, $"{_asked.Count} questions about records were never answered; {context}");
        Assert.True(_run.Machine.State == CampaignGroupState.NotLoaded, $"unload never ended ({_run.Machine.State}); {context}");
        Assert.True(_lists.CountOf(RecordStatus.Retrieved) == 0, $"{_lists.CountOf(RecordStatus.Retrieved)} records are nowhere; {context}");
        Assert.True(_lists.Book!.Values.All(r => r is not null), $"attempts without result; {context}");
        foreach (var (record, _) in _promised)
        {
            // Acknowledged and neither dialled nor missed since: it must be waiting.
            Assert.True(_lists.StatusOf(record) == RecordStatus.Ready && RecordTransitions.IsAppointment(_lists.TypeOf(record)),
                $"the callback of record {record + 1} is lost ({_lists.StatusOf(record)}, {_lists.TypeOf(record)}); {context}");
        }

        foreach (var (record, dialled) in _dialledByPlan)
        {
            Assert.True(dialled <= _maxAttempts, $"record {record + 1} was dialled {dialled} times without an appointment by an agent; {context}");
        }
    }

    private GroupRun Begin()
    {
        var run = new GroupRun(
            _seed + (1_000 * _life++), _behaviour, _agents, options: _options, lists: _lists, treatments: _plan, maxAttempts: _maxAttempts, elapsed: _elapsed);
        run.OnEntry = Committed;
        run.OnAgentCall = RequestSomething;
        run.AfterStep = NoteAnswers;
        run.OnDial = request =>
        {
            var record = int.Parse(request.Number.AsSpan(8), System.Globalization.CultureInfo.InvariantCulture) - 10_000;
            if (_acknowledged.Contains(record))
            {
                _wrong.Add($"record {record + 1} was dialled after its cancellation was acknowledged");
            }
        };
        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        run.World.LogEverybodyIn();
        return run;
    }

    /// <summary>
    /// Somebody else cancels records, or puts them on do-not-call, by number: final in the list first, then the group is asked to let go of them. From its
    /// answer on nobody of them is dialled; a crash before it brings none back either.
    /// </summary>
    private void CancelByOthers()
    {
        for (var i = _draw.Next(3); i > 0; i--)
        {
            // Every second time one that a group has: in its buffer, in a call, on a desktop.
            var outs = Enumerable.Range(0, _lists.Count).Where(r => _lists.StatusOf(r) == RecordStatus.Retrieved).ToList();
            var record = outs.Count > 0 && _draw.Chance(0.5) ? outs[_draw.Next(outs.Count)] : _draw.Next(_lists.Count);
            var wholeChain = _draw.Chance(0.5);
            var records = Enumerable.Range(0, _lists.Count).Where(r => wholeChain ? _lists.ChainOf(r) == _lists.ChainOf(record) : r == record)
                .Where(r => _lists.StatusOf(r) is RecordStatus.Ready or RecordStatus.Retrieved).ToList();
            var gone = _lists.Cancel(record, wholeChain);
            records.ForEach(r => _promised.Remove(r));
            Happened = Happened with { Cancelled = Happened.Cancelled + records.Count, InMemory = Happened.InMemory + gone.Count };
            if (gone.Count == 0)
            {
                _acknowledged.UnionWith(records);
                continue;
            }

            var search = new RecordSearch
            {
                Kind = _draw.Chance(0.5) ? Core.Ports.DisposalKind.Cancel : Core.Ports.DisposalKind.DoNotCall,
                Records = gone.Select(r => (_lists.List, r)).ToHashSet(),
                WholeChain = wholeChain,
            };
            _asked.Add((search, records));
            _run.World.Say(_draw.Next(500), new GroupInput { Kind = InputKind.RecordSearch, Reference = search });
        }
    }

    /// <summary>A step is over: what was answered in it is acknowledged.</summary>
    private void NoteAnswers()
    {
        for (var i = _asked.Count - 1; i >= 0; i--)
        {
            if (_asked[i].Search.Done.IsCompleted)
            {
                if (_asked[i].Search.Done.Result is not null)
                {
                    _acknowledged.UnionWith(_asked[i].Records);
                }

                _asked.RemoveAt(i);
            }
        }
    }

    private void Crash()
    {
        // Final in the list, they stay final; their question is lost with the engine.
        _acknowledged.UnionWith(_asked.SelectMany(a => a.Records));
        _asked.Clear();
        _elapsed = _run.World.Now;
        Happened = Happened with { Crashes = Happened.Crashes + 1, Kept = Happened.Kept + _run.Machine.Counters.CallbacksCompleted };
        _lists.Recover();
        _open.Clear();
        _run = Begin();
    }

    /// <summary>An entry became durable.</summary>
    private void Committed(JournalEntry entry)
    {
        var record = (int)entry.Record.Value - 1;
        switch (entry.Kind)
        {
            case JournalEntryKind.AttemptStarted:
                if (_open.Any(o => _lists.ChainOf(o) == _lists.ChainOf(record)))
                {
                    _wrong.Add($"two calls to the chain of record {record + 1}");
                }

                if (_disposed.Contains(_lists.ChainOf(record)))
                {
                    _wrong.Add($"record {record + 1} was dialled after its chain was cancelled");
                }

                _open.Add(record);
                _promised.Remove(record);
                if (!RecordTransitions.IsCallback(_lists.TypeOf(record)))
                {
                    _dialledByPlan[record] = _dialledByPlan.GetValueOrDefault(record) + 1;
                }

                break;
            case JournalEntryKind.AttemptFinished or JournalEntryKind.AttemptWithdrawn:
                _open.Remove(record);
                if (entry.Kind == JournalEntryKind.AttemptWithdrawn && !RecordTransitions.IsCallback(_lists.TypeOf(record)))
                {
                    _dialledByPlan[record]--;
                }

                break;
            case JournalEntryKind.RecordUpdated when entry.RecordStatus == RecordStatus.Retrieved && _lists.StatusOf(record) != RecordStatus.Canceled:
                _promised[record] = entry.DialScheduledTime;
                Happened = Happened with { Promised = Happened.Promised + 1 };
                break;
            case JournalEntryKind.RecordUpdated when entry.RecordStatus == RecordStatus.MissedCallBack:
                _promised.Remove(record);
                break;
        }

        if (entry.Chain == ChainOperation.Next)
        {
            Happened = Happened with { Steps = Happened.Steps + 1 };
        }

        if (entry.Chain is ChainOperation.CancelAll or ChainOperation.DoNotCallAll)
        {
            _disposed.Add(_lists.ChainOf(record));
            _promised.Remove(record);
        }
    }

    /// <summary>What agents ask for while they talk.</summary>
    private void RequestSomething(CallSession call)
    {
        var now = _run.World.Moment.UnixSeconds;
        var request = _draw.Next(8) switch
        {
            0 => new RecordRequest
            {
                Kind = RecordRequestKind.Reschedule,
                RecordHandle = call.RecordHandle,
                Agent = call.Agent,
                CallbackType = RecordType.PersonalCallBack,
                CallbackTime = now + _draw.Next(1_200) + 1,
            },
            1 => new RecordRequest
            {
                Kind = RecordRequestKind.Reschedule,
                RecordHandle = call.RecordHandle,
                Agent = call.Agent,
                CallbackType = RecordType.CampaignCallBack,
                CallbackTime = now + _draw.Next(1_200) + 1,
            },
            2 => new RecordRequest { Kind = RecordRequestKind.Cancel, RecordHandle = call.RecordHandle, Agent = call.Agent },
            3 => new RecordRequest { Kind = RecordRequestKind.DoNotCall, RecordHandle = call.RecordHandle },
            4 => new RecordRequest
            {
                Kind = RecordRequestKind.MarkProcessed,
                RecordHandle = call.RecordHandle,
                Agent = call.Agent,
                Result = CallResult.NoAnswer,
                Treatment = AgentTreatment.Campaign,
            },
            _ => null,
        };
        if (request is not null)
        {
            // Every second wish comes as the desktop's own request.
            var input = call.RecordHandle % 2 == 0
                ? new GroupInput { Kind = InputKind.RecordRequest, Reference = request }
                : new GroupInput { Kind = InputKind.DesktopRequest, Agent = call.Agent, Reference = AsDesktopRequest(request, call.Agent) };
            _run.World.Say(_draw.Next(2_000), input);
        }
    }

    private static DesktopRequest AsDesktopRequest(RecordRequest request, AgentId agent) => new()
    {
        Kind = request.Kind switch
        {
            RecordRequestKind.Reschedule => DesktopRequestKind.RecordReschedule,
            RecordRequestKind.Cancel => DesktopRequestKind.RequestRecordCancel,
            RecordRequestKind.DoNotCall => DesktopRequestKind.DoNotCall,
            _ => DesktopRequestKind.RecordProcessed,
        },
        Agent = agent,
        RecordHandle = request.RecordHandle,
        CallResult = request.Result,
        Treatment = request.Treatment == AgentTreatment.Campaign ? "RecordTreatCampaign" : null,
        CallbackType = request.CallbackType,
        CallbackTime = DateTime.UnixEpoch.AddSeconds(request.CallbackTime),
        UserData = new UserData(),
    };
}
