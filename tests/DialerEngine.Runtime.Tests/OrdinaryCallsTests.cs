using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Runtime.Tests;

/// <summary>Calls that agents make without a record: the way of one, its unhappy ends, and that nothing is left behind.</summary>
public sealed class OrdinaryCallsTests : IDisposable
{
    private static readonly AgentId Agent = new(1);
    private readonly Bench _bench = new();

    public void Dispose()
    {
        // However a test ended its call: line, claim and the groups' patience are given back.
        _bench.Calls.End(Agent);
        foreach (var handle in _bench.Placed.Except(_bench.Over))
        {
            _bench.Calls.Ended(handle, new CallOutcome { Result = CallResult.Ok, Answered = true });
        }

        Assert.Equal(0, _bench.Calls.Count);
        Assert.Equal(_bench.Gate.FreeLines([0]), _bench.Lines);
        Assert.True(_bench.Claims.TryClaim(Agent, new GroupId(5)));
        Assert.False(_bench.IsBusy);
        Assert.True(_bench.Owned.IsNone);
    }

    [Fact]
    public void The_phone_is_called_then_the_number_and_both_are_joined_at_the_answer()
    {
        Assert.Null(_bench.Make("(202) 555-0123", new UserData().Set("note", "hi"), reference: 7));
        var dialing = Assert.Single(_bench.Told);
        Assert.Equal((CallEventKind.Dialing, 7), (dialing.Kind, dialing.Reference));
        Assert.True(dialing.Data.TryGetString("note", out var note) && note == "hi");
        Assert.Equal(["engage 1"], _bench.Commands);
        Assert.True(_bench.IsBusy);
        Assert.Equal(dialing.Call, _bench.Owned);
        Assert.False(_bench.Claims.TryClaim(Agent, new GroupId(5)));

        _bench.Engaged();
        Assert.Equal("place +12025550123 as +12025550100 heard by 1", _bench.Commands[^1]);
        _bench.Calls.Answered(dialing.Call);
        Assert.Equal("merge 1", _bench.Commands[^1]);
        _bench.Calls.AgentConnected(dialing.Call);
        Assert.Equal(CallEventKind.Established, _bench.Told[^1].Kind);

        Assert.True(_bench.Calls.TryControl(Agent, CallControl.Hold, dialing.Call));
        Assert.False(_bench.Calls.TryControl(Agent, CallControl.Hold, dialing.Call));
        Assert.True(_bench.Calls.TryControl(Agent, CallControl.Retrieve, dialing.Call));
        Assert.True(_bench.Calls.TryUpdate(Agent, dialing.Call, new UserData().Set("note", "bye")));
        Assert.Equal([CallEventKind.Held, CallEventKind.Retrieved, CallEventKind.AttachedDataChanged], _bench.Told.Skip(2).Select(t => t.Kind));
        Assert.True(_bench.Told[^1].Data.TryGetString("note", out note) && note == "bye");
        Assert.True(_bench.Told[0].Data.TryGetString("note", out note) && note == "hi");

        _bench.End(dialing.Call, new CallOutcome { Answered = true, Result = CallResult.Ok });
        Assert.Equal((CallEventKind.Released, 33L), (_bench.Told[^1].Kind, _bench.Told[^1].Result));
        Assert.Equal(0, _bench.Calls.Count);
    }

    [Fact]
    public void A_call_that_nobody_answers_ends_with_the_networks_result_and_the_phone_is_let_go()
    {
        var call = _bench.Dialing();
        _bench.End(call, new CallOutcome { Result = CallResult.Busy });
        Assert.Equal((CallEventKind.Released, 6L), (_bench.Told[^1].Kind, _bench.Told[^1].Result));
        Assert.Equal("disengage 1", _bench.Commands[^1]);
    }

    [Fact]
    public void A_phone_that_is_not_answered_ends_it_before_anything_is_dialled()
    {
        _bench.Make("+12025550123");
        _bench.Calls.AgentDisengaged(Agent, _bench.Engagement);
        Assert.Equal(CallEventKind.Released, _bench.Told[^1].Kind);
        Assert.Equal(["engage 1"], _bench.Commands);
        Assert.Equal(0, _bench.Calls.Count);
    }

    [Theory]
    [InlineData(0, new[] { "engage 1", "disengage 1" })]
    [InlineData(1, new[] { "engage 1", "place +12025550123 as +12025550100 heard by 1", "disengage 1", "release" })]
    [InlineData(2, new[] { "engage 1", "place +12025550123 as +12025550100 heard by 1", "merge 1", "disengage 1", "release" })]
    [InlineData(3, new[] { "engage 1", "place +12025550123 as +12025550100 heard by 1", "merge 1", "release" })]
    public void The_agent_may_release_it_at_any_stage_and_hears_of_its_end_once(int stage, string[] commands)
    {
        _bench.Make("+12025550123");
        var call = _bench.Told[0].Call;
        if (stage > 0)
        {
            _bench.Engaged();
        }

        if (stage > 1)
        {
            _bench.Calls.Answered(call);
        }

        if (stage > 2)
        {
            _bench.Calls.AgentConnected(call);
        }

        Assert.True(_bench.Calls.TryControl(Agent, CallControl.Release, call));
        Assert.False(_bench.Calls.TryControl(Agent, CallControl.Release, call));
        Assert.Equal(commands, _bench.Commands);
        if (stage > 0)
        {
            // Until the network has said so the line is taken, and the agent has this call.
            Assert.Equal(MakeCallRefusal.AgentBusy, _bench.Make("+12025550124"));
            _bench.End(call, new CallOutcome { Result = CallResult.Ok, Answered = stage > 1 });
        }

        Assert.Single(_bench.Told, t => t.Kind == CallEventKind.Released);
    }

    [Fact]
    public void An_agent_who_hangs_up_or_is_gone_or_talks_too_long_ends_it()
    {
        var call = _bench.Dialing();
        _bench.Calls.Answered(call);
        _bench.Calls.AgentConnected(call);
        _bench.Calls.AgentGone(call);
        Assert.Equal("release", _bench.Commands[^1]);
        _bench.End(call, new CallOutcome { Answered = true });

        call = _bench.Dialing();
        _bench.Calls.End(Agent);
        Assert.Equal("release", _bench.Commands[^1]);
        _bench.End(call, default);

        call = _bench.Dialing();
        _bench.Calls.Answered(call);
        _bench.Calls.AgentConnected(call);
        _bench.Time.Fire();
        Assert.Equal("release", _bench.Commands[^1]);
        Assert.Equal(3, _bench.Told.Count(t => t.Kind == CallEventKind.Released));
    }

    [Fact]
    public void What_stands_in_its_way_is_told_and_leaves_nothing_behind()
    {
        Assert.Equal(MakeCallRefusal.InvalidNumber, _bench.Make("reception"));
        _bench.Claims.TryClaim(Agent, new GroupId(3));
        Assert.Equal(MakeCallRefusal.AgentBusy, _bench.Make("+12025550123"));
        _bench.Claims.Release(Agent, new GroupId(3));
        _bench.Forbids = "DoNotCall";
        Assert.Equal(MakeCallRefusal.Forbidden, _bench.Make("+12025550123"));
        _bench.Forbids = null;

        // Every line is in use.
        Span<int> trunks = [0];
        var now = new Moment(0, DateTimeOffset.UnixEpoch);
        Assert.Equal(0, _bench.Gate.TryTake(new GroupId(3), trunks, now, out _));
        Assert.Equal(0, _bench.Gate.TryTake(new GroupId(3), trunks, now, out _));
        Assert.Equal(MakeCallRefusal.NoLine, _bench.Make("+12025550123"));
        _bench.Gate.Release(new GroupId(3), 0);
        _bench.Gate.Release(new GroupId(3), 0);
        Assert.Empty(_bench.Told);
        Assert.Empty(_bench.Commands);
    }

    [Fact]
    public void Stale_words_change_nothing()
    {
        var call = _bench.Dialing();
        _bench.End(call, new CallOutcome { Result = CallResult.NoAnswer });
        var told = _bench.Told.Count;
        _bench.Calls.Answered(call);
        _bench.Calls.AgentConnected(call);
        _bench.Calls.AgentGone(call);
        _bench.Calls.Ended(call, default);
        _bench.Calls.AgentEngaged(Agent, _bench.Engagement);
        _bench.Calls.AgentDisengaged(Agent, _bench.Engagement);
        Assert.False(_bench.Calls.TryControl(Agent, CallControl.Release, call));
        Assert.False(_bench.Calls.TryUpdate(Agent, call, new UserData()));
        Assert.Equal(told, _bench.Told.Count);

        // Another agent's call is none of one's own.
        call = _bench.Dialing();
        Assert.False(_bench.Calls.TryControl(new AgentId(2), CallControl.Release, call));
        Assert.Equal(OrdinaryCalls.Group, call.Group);
        Assert.False(call.IsNone);
    }

    private readonly record struct Said(CallEventKind Kind, CallHandle Call, UserData Data, int? Reference)
    {
        public long Result => Data.TryGetInteger("GSW_CALL_RESULT", out var result) ? result : -1;
    }

    private sealed class Bench : ITelephony, IDesktopEdge, ICallOwners, IDialGate
    {
        private readonly CampaignGroupDefinition _group = new()
        {
            Id = new GroupId(3),
            Guid = Guid.Empty,
            Campaign = new CampaignDefinition { Id = 1, Name = "Spring", Lists = [new CampaignList(new CallingListDefinition { Id = new ListId(1), Name = "List" })], CpnDigits = "+12025550100" },
            AgentGroup = new AgentGroupDefinition("Team", [Agent]),
            Trunks = ["t"],
        };

        private MakeCallRefusal _refused;

        public Bench()
        {
            Gate = new TrunkGate([new TrunkLimits("t", 2, 1_000)]);
            Lines = Gate.FreeLines([0]);
            Claims = new AgentClaims([Agent]);
            Calls = new OrdinaryCalls(new OrdinaryCallPorts
            {
                Telephony = this,
                Desktop = this,
                Trunks = Gate,
                Claims = Claims,
                Owners = this,
                Time = Time,
                Logger = NullLogger.Instance,
                TrunkIndex = _ => 0,
                GateFor = _ => this,
                Busy = (_, busy) => IsBusy = busy,
            });
        }

        public OrdinaryCalls Calls { get; }

        public TrunkGate Gate { get; }

        public AgentClaims Claims { get; }

        public OneTimer Time { get; } = new();

        public int Lines { get; }

        public List<string> Commands { get; } = [];

        public List<Said> Told { get; } = [];

        public List<CallHandle> Placed { get; } = [];

        public HashSet<CallHandle> Over { get; } = [];

        public bool IsBusy { get; private set; }

        public CallHandle Owned { get; private set; }

        public Engagement Engagement { get; private set; }

        public string? Forbids { get; set; }

        public MakeCallRefusal? Make(string number, UserData? data = null, int? reference = null)
        {
            _refused = MakeCallRefusal.None;
            Calls.Make(new MakeCallRequest { Agent = Agent, Number = number, UserData = data, ReferenceId = reference }, _group);
            return _refused == MakeCallRefusal.None ? null : _refused;
        }

        public CallHandle Dialing()
        {
            Assert.Null(Make("+12025550123"));
            Engaged();
            return Placed[^1];
        }

        public void Engaged() => Calls.AgentEngaged(Agent, Engagement);

        public void End(CallHandle call, in CallOutcome outcome)
        {
            Over.Add(call);
            Calls.Ended(call, outcome);
        }

        public void OrdinaryCallEvent(AgentId agent, CallEventKind kind, CallHandle call, UserData data, int? referenceId) => Told.Add(new Said(kind, call, data, referenceId));

        public void CallRefused(MakeCallRequest request, MakeCallRefusal why, string? words) => _refused = why;

        public void SetCall(AgentId agent, CallHandle call) => Owned = call;

        public void Place(in DialRequest request)
        {
            Placed.Add(request.Call);
            Commands.Add($"place {request.Number} as {request.CallerId} heard by {request.Hears}");
        }

        public void Release(CallHandle call) => Commands.Add("release");

        public void Engage(AgentId agent, in Engagement engagement)
        {
            Engagement = engagement;
            Commands.Add($"engage {agent}");
        }

        public void Disengage(AgentId agent, in Engagement engagement) => Commands.Add($"disengage {agent}");

        public void Merge(CallHandle call, AgentId agent, bool beep) => Commands.Add($"merge {agent}{(beep ? " with a beep" : "")}");

        public void SetHold(CallHandle call, bool held)
        {
        }

        public RuleVerdict Check(CallRecord record, CallingListDefinition list, long unixSeconds) =>
            Forbids is null ? default : RuleVerdict.Never(RuleReason.DoNotCall);

        public RuleVerdict TryAdmit(CallRecord record, CallingListDefinition list, long unixSeconds, out AttemptTicket ticket) => throw new NotSupportedException();

        public RuleVerdict Recheck(CallRecord record, CallingListDefinition list, long unixSeconds) => throw new NotSupportedException();

        public void Withdraw(in AttemptTicket ticket) => throw new NotSupportedException();

        public void Close(in AttemptTicket ticket, bool abandoned) => throw new NotSupportedException();

        public void Deliver(CallHandle call, AgentId agent) => throw new NotSupportedException();

        public void AnswerAtAgent(CallHandle call, AgentId agent) => throw new NotSupportedException();

        public void WithdrawDelivery(CallHandle call, AgentId agent) => throw new NotSupportedException();

        public void Announce(CallHandle call, string announcement) => throw new NotSupportedException();

        public void Transfer(in TransferRequest request) => throw new NotSupportedException();

        public void OpenAgentLine(AgentId agent) => throw new NotSupportedException();

        public void CloseAgentLine(AgentId agent) => throw new NotSupportedException();

        public void CallEvent(AgentId agent, CallEventKind kind, CampaignGroupDefinition group, CallSession call) => throw new NotSupportedException();

        public void AgentStateChanged(AgentId agent, AgentState state) => throw new NotSupportedException();

        public void Notify(AgentId agent, CampaignNotification notification, CampaignGroupDefinition group, DialMode mode) => throw new NotSupportedException();

        public void Reply(DesktopRequest request, DesktopError error, CampaignGroupDefinition group, CallSession? call) => throw new NotSupportedException();
    }

    /// <summary>A clock that stands, and the last timer in the test's hand.</summary>
    private sealed class OneTimer : TimeProvider
    {
        private Action _fire = () => { };

        public void Fire() => _fire();

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

        public override long GetTimestamp() => 1;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire = () => callback(state);
            return new Handle();
        }

        private sealed class Handle : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
