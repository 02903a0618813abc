using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Simulation.Tests;

/// <summary>
/// Two campaign groups on one calling list, told step by step: they dial, agents ask for things, others cancel records, numbers go on the do-not-call list,
/// the wall clock is set forward and back, also into the hours around a change of daylight saving, groups stop and start, the engine crashes. What must hold
/// is looked at with each record taken, each entry and each call that leaves.
/// </summary>
internal sealed class ListStory
{
    public const int MaxAttempts = 4;
    private const int Agents = 4;
    private static readonly TimeZoneInfo Eastern = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    /// <summary>Instants to which the wall clock is set: noon, the ends of the calling hours, and both changes of daylight saving in New York.</summary>
    private static readonly DateTimeOffset[] Instants =
    [
        new(2026, 1, 5, 17, 0, 0, TimeSpan.Zero),
        new(2026, 1, 5, 22, 59, 0, TimeSpan.Zero),
        new(2026, 1, 6, 12, 59, 0, TimeSpan.Zero),
        new(2026, 3, 8, 6, 59, 0, TimeSpan.Zero),
        new(2026, 3, 8, 11, 59, 0, TimeSpan.Zero),
        new(2026, 3, 8, 21, 58, 0, TimeSpan.Zero),
        new(2026, 11, 1, 5, 59, 0, TimeSpan.Zero),
        new(2026, 11, 1, 12, 59, 0, TimeSpan.Zero),
        new(2026, 11, 1, 22, 58, 0, TimeSpan.Zero),
    ];

    private readonly SeededRandom _draw;
    private readonly SimulatedLists _lists;
    private readonly SimulatedBehaviour _behaviour;
    private readonly DoNotCallList _doNotCall = new("tenant");
    private readonly HashSet<string> _listed = [];
    private readonly Dictionary<int, int> _owner = [];
    private readonly Dictionary<int, int> _inCall = [];
    private readonly Dictionary<int, int> _dialledByPlan = [];
    private readonly HashSet<int> _acknowledged = [];
    private readonly List<(RecordSearch Search, int Record)> _asked = [];
    private readonly List<string> _wrong = [];
    private GroupRun[] _runs = [];
    private TimeSpan _skew;
    private long _elapsed;
    private ulong _life;

    public ListStory(ulong seed, int chainLength)
    {
        _draw = new SeededRandom(seed);
        _behaviour = new SimulatedBehaviour
        {
            PersonShare = 0.5,
            BusyShare = 0.3,
            RingMeanMs = 1_500,
            TalkMeanMs = 8_000,
            WrapMeanMs = 1_000,
            ImpatientShare = 0.1,
            LogoutInCallShare = 0.05,
            JournalLatencyMs = 1 + _draw.Next(150),
        };
        _lists = new SimulatedLists(new ListId(1), 30, chainLength: chainLength) { Book = [] };
        SetClock(Instants[0]);
        Begin();
    }

    /// <summary>What went wrong; empty where nothing did.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    public int Dialled { get; private set; }

    /// <summary>Calls that waited for another of their chain, in all lives.</summary>
    public long HeldForChain { get; private set; }

    public void Tell(int step)
    {
        switch (step % 14)
        {
            case 0 or 1 or 2 or 3: Run(2 + (step / 14 % 30)); break;
            case 4 or 5: CancelByOthers(_draw.Chance(0.7)); Run(1); break;
            case 6: Forbid(_draw.Next(_lists.Count)); break;
            case 7: Allow(_draw.Next(_lists.Count)); break;
            case 8: SetClock(Instants[step / 14 % Instants.Length]); Run(5); break;
            case 9: SetClock(_runs[0].World.Moment.Wall + TimeSpan.FromMinutes(_draw.Next(120) - 60)); break;
            case 10: Crash(); break;
            case 11: _runs[step / 14 % 2].Command(_draw.Chance(0.5) ? GroupCommandKind.Stop : GroupCommandKind.Start); break;
            case 12: Each(r => r.World.LogEverybodyIn()); Run(10); break;
            case 13: _runs[step / 14 % 2].Command(GroupCommandKind.SetDialMode, _draw.Chance(0.5) ? DialMode.Predict : DialMode.Progress); Run(3); break;
        }
    }

    /// <summary>Unloads both groups and looks at the books.</summary>
    public void End()
    {
        Each(r => r.Command(GroupCommandKind.ForceUnload));
        Run(300);
        foreach (var run in _runs)
        {
            Require(run.Machine.State == CampaignGroupState.NotLoaded, $"group {run.Definition.Id} never unloaded");
            Require(run.Violations == 0, $"group {run.Definition.Id} placed a call twice, or before its attempt was durable");
        }

        Require(_lists.CountOf(RecordStatus.Retrieved) == 0, $"{_lists.CountOf(RecordStatus.Retrieved)} records are nowhere");

        // A cancelled record is dropped from a buffer without a word: its list knows already.
        var still = _owner.Keys.Where(r => _lists.StatusOf(r) != RecordStatus.Canceled).ToList();
        Require(still.Count == 0, $"{still.Count} records are still with a group that is unloaded");
        Require(_lists.Book!.Values.All(r => r is not null), "attempts without a result");
    }

    private void Begin()
    {
        var chains = new ChainClaims();
        var gate = new ComplianceGate(
            new DoNotCallRule(_doNotCall, null), new CallingWindow(new ClockOptions { CampaignWindow = new DayWindow(8 * 3_600, 18 * 3_600) }), new FrequencyRule(new AttemptHistory(new FrequencyLimits()), new CustomerField(null)));
        _life++;
        _runs = [.. Enumerable.Range(1, 2).Select(group => BeginGroup(group, gate, chains))];
    }

    private GroupRun BeginGroup(int group, IDialGate gate, ChainClaims chains)
    {
        var run = new GroupRun(
            (_life * 1_000) + (ulong)group, _behaviour, Agents, options: new CampaignGroupOptions { NumberOfChannels = 8, StaleCleanTimeoutMs = 60_000 }, lists: _lists, treatments: Plan,
            maxAttempts: MaxAttempts, elapsed: _elapsed, gate: gate, group: group, chains: chains);
        run.World.WallSkew = _skew;
        run.OnTaken = record => Taken(run, record);
        run.OnEntry = entry => Committed(run, entry);
        run.OnDial = request => Dial(request.Number);
        run.OnAgentCall = call => AskSomething(run, call);
        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        run.World.LogEverybodyIn();
        return run;
    }

    private static readonly TreatmentDefinition[] Plan =
    [
        new() { Name = "busy 1", Result = CallResult.Busy, NumberInSequence = 1, RecordAction = RecordAction.CycleRedial, CycleAttempt = 2 },
        new() { Name = "busy 2", Result = CallResult.Busy, NumberInSequence = 2, RecordAction = RecordAction.NextInChain, CycleAttempt = 5 },
        new() { Name = "no answer", Result = CallResult.NoAnswer, NumberInSequence = 1, RecordAction = RecordAction.CycleRedial, CycleAttempt = 20 },
        new() { Name = "vacant", Result = CallResult.SitVacant, NumberInSequence = 1, RecordAction = RecordAction.NextInChain, CycleAttempt = 9 },
        new() { Name = "abandoned", Result = CallResult.Abandoned, NumberInSequence = 1, RecordAction = RecordAction.RetryIn, IntervalMinutes = 1 },
    ];

    private void Run(int seconds)
    {
        for (var i = 0; i < 4 * seconds; i++)
        {
            Each(r => r.Run(TimeSpan.FromMilliseconds(250)));
            for (var a = _asked.Count - 1; a >= 0; a--)
            {
                if (_asked[a].Search.Done.IsCompleted)
                {
                    if (_asked[a].Search.Done.Result is not null)
                    {
                        _acknowledged.Add(_asked[a].Record);
                    }

                    _asked.RemoveAt(a);
                }
            }
        }
    }

    private void Crash()
    {
        _elapsed = Math.Max(_runs[0].World.Now, _runs[1].World.Now);
        _acknowledged.UnionWith(_asked.Select(a => a.Record));
        _asked.Clear();
        _owner.Clear();
        _inCall.Clear();
        _lists.Recover();
        Begin();
    }

    private void SetClock(DateTimeOffset wall)
    {
        if (_runs.Length > 0)
        {
            _skew += wall - _runs[0].World.Moment.Wall;
            Each(r => r.World.WallSkew = _skew);
            return;
        }

        _skew = wall - DateTimeOffset.UnixEpoch.AddYears(56);
    }

    private void Forbid(int record)
    {
        var number = NumberOf(record);
        Require(NumberKey.TryPackE164(number, out var key), number);
        _doNotCall.AddNumber(key, 0);
        _listed.Add(number);
    }

    private void Allow(int record)
    {
        var number = NumberOf(record);
        Require(NumberKey.TryPackE164(number, out var key), number);
        _doNotCall.RemoveNumber(key);
        _listed.Remove(number);
    }

    /// <summary>Somebody else cancels a record; best one that somebody talks about, alone: then nothing in the list holds its chain any more.</summary>
    private void CancelByOthers(bool alone)
    {
        var record = _inCall.Count > 0 ? _inCall.Keys.ElementAt(_draw.Next(_inCall.Count)) : _draw.Next(_lists.Count);
        var wasOwned = _owner.TryGetValue(record, out var group);
        var gone = _lists.Cancel(record, wholeChain: !alone);
        if (gone.Count == 0)
        {
            _acknowledged.Add(record);
            return;
        }

        foreach (var out_ in gone)
        {
            if (_owner.TryGetValue((int)out_.Value - 1, out group))
            {
                var search = new RecordSearch { Kind = DisposalKind.Cancel, Records = new HashSet<(ListId, RecordId)> { (_lists.List, out_) }, WholeChain = !alone };
                _asked.Add((search, (int)out_.Value - 1));
                _runs[group - 1].World.Say(_draw.Next(200), new GroupInput { Kind = InputKind.RecordSearch, Reference = search });
            }
        }

        Require(!alone || wasOwned, $"record {record + 1} was out with nobody");
    }

    private void AskSomething(GroupRun run, CallSession call)
    {
        var kind = _draw.Next(8) switch
        {
            0 => RecordRequestKind.Reschedule,
            1 => RecordRequestKind.Cancel,
            2 => RecordRequestKind.DoNotCall,
            3 or 4 => RecordRequestKind.MarkProcessed,
            _ => (RecordRequestKind?)null,
        };
        if (kind is { } wanted)
        {
            run.World.Say(_draw.Next(3_000), new GroupInput
            {
                Kind = InputKind.RecordRequest,
                Reference = new RecordRequest
                {
                    Kind = wanted,
                    RecordHandle = call.RecordHandle,
                    Agent = call.Agent,
                    CallbackType = RecordType.CampaignCallBack,
                    CallbackTime = run.World.Moment.UnixSeconds + 1 + _draw.Next(120),
                    Result = wanted == RecordRequestKind.MarkProcessed ? CallResult.Busy : null,
                    Treatment = _draw.Chance(0.5) ? AgentTreatment.Campaign : AgentTreatment.None,
                    WholeChain = _draw.Chance(0.5),
                },
            });
        }
    }

    /// <summary>A record came from the list: nobody else may have it.</summary>
    private void Taken(GroupRun run, CallRecord record)
    {
        var index = (int)record.Id.Value - 1;
        Require(_owner.TryAdd(index, run.Definition.Id.Value), $"record {record.Id.Value} is with two groups");
    }

    private void Dial(string number)
    {
        Dialled++;
        var record = int.Parse(number.AsSpan(8), System.Globalization.CultureInfo.InvariantCulture) - 10_000;
        var utc = _runs[0].World.Moment.Wall;
        var local = TimeZoneInfo.ConvertTime(utc, Eastern);
        Require(local.Hour is >= 8 and < 18, $"{number} was dialled at {utc:u}, {local:HH:mm} there");
        Require(!_listed.Contains(number), $"{number} was dialled and is on the do-not-call list");
        Require(!_acknowledged.Contains(record), $"record {record + 1} was dialled after its cancellation was acknowledged");
        Require(!_inCall.Keys.Any(r => r != record && _lists.ChainOf(r) == _lists.ChainOf(record)), $"two calls at once to the chain of record {record + 1}");
        _inCall[record] = 1;
    }

    private void Committed(GroupRun run, JournalEntry entry)
    {
        var record = (int)entry.Record.Value - 1;
        var leaves = entry.Kind is JournalEntryKind.AttemptFinished or JournalEntryKind.RecordReturned
            || (entry.Kind is JournalEntryKind.AttemptWithdrawn or JournalEntryKind.RecordUpdated && entry.RecordStatus != RecordStatus.Retrieved);
        Require(_owner.GetValueOrDefault(record) == run.Definition.Id.Value, $"group {run.Definition.Id} wrote {entry.Kind} about record {record + 1}, which it does not have");
        if (entry.Kind == JournalEntryKind.AttemptStarted && !RecordTransitions.IsCallback(_lists.TypeOf(record)))
        {
            _dialledByPlan[record] = _dialledByPlan.GetValueOrDefault(record) + 1;
            Require(_dialledByPlan[record] <= MaxAttempts, $"record {record + 1} was dialled {_dialledByPlan[record]} times");
        }
        else if (entry.Kind == JournalEntryKind.AttemptWithdrawn && !RecordTransitions.IsCallback(_lists.TypeOf(record)))
        {
            _dialledByPlan[record]--;
        }

        // Numbers are single in the list: only the chain can be in another call.
        HeldForChain += entry.Rule == RuleReason.OpenAttempt ? 1 : 0;
        if (entry.Kind is JournalEntryKind.AttemptFinished or JournalEntryKind.AttemptWithdrawn)
        {
            _inCall.Remove(record);
        }

        if (leaves)
        {
            _owner.Remove(record);
        }
    }

    private void Each(Action<GroupRun> what)
    {
        foreach (var run in _runs)
        {
            what(run);
        }
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            _wrong.Add(otherwise);
        }
    }

    private static string NumberOf(int record) => "+1202555" + (10_000 + record).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
