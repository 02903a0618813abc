using DialerEngine.Core.Callbacks;
using DialerEngine.Core.CallerId;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>
/// A group's machine on a bench: every port is in the test's hand, time stands still unless moved, nothing happens by itself.
/// </summary>
internal sealed class MachineBench : ITimers, IIdSource, ITrunkGate, IAgentClaims, IPacer
{
    private readonly List<(long DueMs, ulong Payload, TimerHandle Handle)> _timers = [];
    private readonly Dictionary<int, long> _versions = [];
    private long _nowMs = 1_000;
    private int _lastTimer;
    private int _lastAttempt;

    public MachineBench(
        int agents = 2, CampaignGroupOptions? options = null, AgentPhone? phone = null, DialMode mode = DialMode.Progress, bool ports = false,
        IDialGate? gate = null, ICallerIds? callerIds = null, ICustomerClock? clock = null, IDetectionFeedback? feedback = null, UserFieldDefinition[]? fields = null,
        params TreatmentDefinition[] treatments)
    {
        List = new CallingListDefinition { Id = new ListId(7), Name = "list", Treatments = treatments, UserFields = fields ?? [] };
        Agents = [.. Enumerable.Range(1, agents).Select(i => new AgentDefinition
        {
            Id = new AgentId(i), LoginId = $"100{i}", Phone = phone ?? new AgentPhone($"sip:700{i}@localhost", NailedUp: false), IsPort = ports,
        })];
        Group = new CampaignGroupDefinition
        {
            Id = new GroupId(3),
            Guid = Guid.Empty,
            Campaign = new CampaignDefinition { Id = 9, Name = "campaign", Lists = [new CampaignList(List)], CpnDigits = "+12025550100" },
            AgentGroup = new AgentGroupDefinition("group", [.. Agents.Select(a => a.Id)]),
            Trunks = ["trunk"],
            DialMode = mode,
            Options = options ?? new CampaignGroupOptions(),
        };
        Machine = new GroupMachine(new GroupMachineSettings
        {
            Definition = Group,
            Agents = Agents,
            Trunks = [0],
            TrunkGate = this,
            Claims = this,
            Chains = Chains,
            Timers = this,
            Ids = this,
            PacerFor = wanted => wanted == DialMode.Progress || mode != DialMode.Progress ? this : null,
            DialGate = gate,
            CallerIds = callerIds,
            CustomerClock = clock ?? UtcCustomerClock.Instance,
            DetectionFeedback = feedback,
        });
    }

    public GroupMachine Machine { get; }

    /// <summary>Chains in calls, as other groups would claim them.</summary>
    public ChainClaims Chains { get; } = new();

    public CampaignGroupDefinition Group { get; }

    public CallingListDefinition List { get; }

    public AgentDefinition[] Agents { get; }

    /// <summary>Effects of the last step.</summary>
    public List<Effect> Effects { get; } = [];

    /// <summary>Journal entries of all steps.</summary>
    public List<JournalEntry> Entries { get; } = [];

    /// <summary>How many calls the pacer wants in addition to those under way; by default one for each ready agent.</summary>
    public Func<PacingSituation, int> Wanted { get; set; } = s => Math.Max(0, Math.Min(Math.Min(s.ReadyAgents - s.PendingCalls - s.WaitingPersons, s.FreeLines), s.AvailableRecords));

    public int LinesFree { get; set; } = 100;

    public TrunkRefusal Refusal { get; set; }

    public int LinesTaken { get; private set; }

    public List<(bool Fault, int RetryAfterMs)> TrunkReports { get; } = [];

    /// <summary>Ready times that the pacer heard.</summary>
    public List<PacingEvent> Observed { get; } = [];

    /// <summary>Hears everything that the pacer hears; null for nobody.</summary>
    public Action<PacingEvent>? Hears { get; set; }

    public HashSet<int> ClaimedElsewhere { get; } = [];

    /// <summary>Every word that the pacer heard.</summary>
    public List<PacingEvent> Told { get; } = [];

    /// <summary>Values of the list's own fields in the records that are fetched.</summary>
    public object?[] FieldValues { get; set; } = [];

    /// <summary>Wall clock at which the bench's milliseconds begin; set before the first step.</summary>
    public DateTimeOffset Begin { get; set; } = DateTimeOffset.UnixEpoch.AddYears(56);

    public Moment Now => new(_nowMs * Moment.TicksPerMillisecond, Begin.AddMilliseconds(_nowMs));

    public void Step(GroupInput input)
    {
        Effects.Clear();
        foreach (var effect in Machine.Step(Now, input))
        {
            Effects.Add(effect);
        }

        foreach (var entry in Machine.Entries)
        {
            Entries.Add(entry);
        }
    }

    public string? Command(GroupCommandKind kind, DialMode mode = DialMode.NoDialMode)
    {
        var command = new GroupCommand { Kind = kind, DialMode = mode };
        Step(new GroupInput { Kind = InputKind.Command, Reference = command });
        foreach (var effect in Effects.Where(e => e.Kind == EffectKind.CommandDone))
        {
            ((GroupCommand)effect.Reference!).Complete(effect.Text);
        }

        return command.Done.IsCompleted ? command.Done.Result : "not done yet";
    }

    /// <summary>Answers the fetch that the last step asked for.</summary>
    public void Fetched(int count, RecordType type = RecordType.General)
    {
        for (var i = 0; i < count; i++)
        {
            var record = Machine.Tray[i];
            record.List = List.Id;
            record.Id = new RecordId(100 + i);
            record.ContactInfo = $"+120255501{i:D2}";
            record.RecordStatus = RecordStatus.Retrieved;
            record.RecordType = type;
            record.DailyTill = type == RecordType.General ? record.DailyTill : 86_400;
            record.ChainId = record.ChainId == 0 ? 100 + i : record.ChainId;
            record.CallResult = CallResult.Unknown;
            record.UserFields = FieldValues;
        }

        Machine.Tray.Count = count;
        Step(new GroupInput { Kind = InputKind.FetchCompleted, Detail = count });
    }

    /// <summary>Everything written so far is durable.</summary>
    public void Commit() => Step(new GroupInput { Kind = InputKind.JournalCommitted, Number = Entries.Count == 0 ? 0 : Entries[^1].Sequence });

    public void AgentState(int agent, AgentState state, bool lost = false)
    {
        var version = _versions[agent] = _versions.GetValueOrDefault(agent) + 1;
        Step(new GroupInput { Kind = InputKind.AgentState, Agent = new AgentId(agent), Detail = (int)state | (lost ? GroupMachine.Lost : 0), Number = version });
    }

    public void Call(InputKind kind, CallHandle call, int agent = 0, CallOutcome outcome = default) =>
        Step(new GroupInput { Kind = kind, Call = call, Agent = new AgentId(agent), Outcome = outcome });

    /// <summary>Loads, starts, fills the buffer and gets one call out to the network for agent 1.</summary>
    public CallHandle Dialled()
    {
        Command(GroupCommandKind.Load);
        Fetched(8);
        Command(GroupCommandKind.Start);
        AgentState(1, Core.AgentState.NotReady);
        AgentState(1, Core.AgentState.Ready);
        Commit();
        return Effects.Single(e => e.Kind == EffectKind.Place).Call;
    }

    /// <summary>A person who is connected to agent 1.</summary>
    public CallHandle Connected()
    {
        var call = Dialled();
        Call(InputKind.CallRinging, call);
        Call(InputKind.CallAnswered, call);
        Call(InputKind.AgentRinging, call, 1);
        Call(InputKind.AgentConnected, call, 1);
        return call;
    }

    /// <summary>Lets time pass; timers that are due fire in order.</summary>
    public void Pass(int milliseconds)
    {
        var until = _nowMs + milliseconds;
        while (_timers.Where(t => t.DueMs <= until).OrderBy(t => t.DueMs).FirstOrDefault() is { Payload: not 0 } due)
        {
            _timers.Remove(due);
            _nowMs = Math.Max(_nowMs, due.DueMs);
            Step(new GroupInput { Kind = InputKind.Timer, Number = (long)due.Payload });
        }

        _nowMs = until;
    }

    public int RunningTimers => _timers.Count;

    public JournalEntry LastEntry(JournalEntryKind kind) => Entries.Last(e => e.Kind == kind);

    public bool Has(EffectKind kind) => Effects.Any(e => e.Kind == kind);

    public bool HasCallEvent(CallEventKind kind) => Effects.Any(e => e.Kind == EffectKind.CallEvent && e.Detail == (int)kind);

    public TimerHandle Start(long delayMs, ulong payload)
    {
        var handle = new TimerHandle(++_lastTimer, 1);
        _timers.Add((_nowMs + delayMs, payload, handle));
        return handle;
    }

    public bool Cancel(TimerHandle handle) => _timers.RemoveAll(t => t.Handle == handle) > 0;

    public AttemptId NextAttempt() => new(new Guid(++_lastAttempt, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    public void Want(GroupId group, ReadOnlySpan<int> trunks, int calls, int agentsWaiting, in Moment now) => WantedFromTrunks = calls;

    public int WantedFromTrunks { get; private set; }

    public bool WantedElsewhere(AgentId agent, GroupId group) => false;

    public int TryTake(GroupId group, ReadOnlySpan<int> trunks, in Moment now, out TrunkRefusal refusal)
    {
        refusal = Refusal;
        if (refusal != TrunkRefusal.None || LinesTaken >= LinesFree)
        {
            return -1;
        }

        LinesTaken++;
        return trunks[0];
    }

    public void Release(GroupId group, int trunk) => LinesTaken--;

    public void Report(int trunk, bool fault, int retryAfterMs, in Moment now) => TrunkReports.Add((fault, retryAfterMs));

    public int FreeLines(ReadOnlySpan<int> trunks) => LinesFree - LinesTaken;

    public bool TryClaim(AgentId agent, GroupId group) => !ClaimedElsewhere.Contains(agent.Value);

    public void Release(AgentId agent, GroupId group)
    {
        // The bench has one group.
    }

    public void Observe(in Moment now, in PacingEvent happened)
    {
        // The bench's pacer looks at counts only.
        Hears?.Invoke(happened);
        Told.Add(happened);
        if (happened.Kind == PacingEventKind.AgentReadyTime)
        {
            Observed.Add(happened);
        }
    }

    public PacingDecision Decide(in PacingSituation situation) => new(Wanted(situation), PacingReason.OneDialForEachReadyAgent);
}
