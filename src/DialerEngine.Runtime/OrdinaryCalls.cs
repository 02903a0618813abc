using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Telephony;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Runtime;

/// <summary>What ordinary calls stand on.</summary>
public sealed record OrdinaryCallPorts
{
    public required ITelephony Telephony { get; init; }

    public required IDesktopEdge Desktop { get; init; }

    public required ITrunkGate Trunks { get; init; }

    public required IAgentClaims Claims { get; init; }

    public required ICallOwners Owners { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Index of a trunk in the engine's table.</summary>
    public required Func<string, int> TrunkIndex { get; init; }

    /// <summary>A group's rules; null where it has none.</summary>
    public required Func<CampaignGroupDefinition, IDialGate?> GateFor { get; init; }

    /// <summary>Told when an agent begins and ends such a call: campaign groups leave the agent alone meanwhile.</summary>
    public required Action<AgentId, bool> Busy { get; init; }
}

/// <summary>
/// Ordinary outbound calls: an agent dials a number that belongs to no record (RequestMakeCall). The agent's phone is called first, then the number, and both are
/// joined at the answer, as with a record; but there is no attempt, no result and no report, and pacing hears nothing. The call takes a line of one of the agent's
/// loaded campaign groups and must pass its rules: do-not-call, the customer's clock. One call an agent; thread-safe; nothing here waits.
/// </summary>
public sealed class OrdinaryCalls(OrdinaryCallPorts ports)
{
    /// <summary>Campaign groups have numbers from 1: this one names the calls that are of none.</summary>
    public static readonly GroupId Group = new(0);

    /// <summary>Holds an agent's claim against the groups; no group can have it.</summary>
    private static readonly GroupId Claimant = new(-1);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Call> _byAgent = [];
    private readonly Dictionary<ulong, Call> _byHandle = [];
    private readonly GuidIdSource _ids = new();
    private long _last;

    private enum Stage : byte
    {
        /// <summary>The agent's phone is being called.</summary>
        CallingAgent,
        Dialing,

        /// <summary>Answered; the two are being joined.</summary>
        Joining,
        Talking,

        /// <summary>Over for the agent; the network has not said so yet.</summary>
        Ending,
    }

    /// <summary>Calls that are not over.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byHandle.Count;
            }
        }
    }

    /// <summary>Makes the call, or says why not; either way the agent's desktop hears of it.</summary>
    public void Make(MakeCallRequest request, CampaignGroupDefinition group)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(group);
        string? words = null;
        MakeCallRefusal why;
        lock (_gate)
        {
            why = TryMake(request, group, out words);
        }

        if (why != MakeCallRefusal.None)
        {
            ports.Desktop.CallRefused(request, why, words);
        }
    }

    /// <summary>What the agent does with the call through the desktop. False where it is none of theirs, or not in a state for this.</summary>
    public bool TryControl(AgentId agent, CallControl control, CallHandle handle)
    {
        lock (_gate)
        {
            if (!_byHandle.TryGetValue(handle.Value, out var call) || call.Agent != agent || call.Stage == Stage.Ending)
            {
                return false;
            }

            switch (control)
            {
                case CallControl.Release:
                    GiveUp(call);
                    return true;
                case CallControl.Hold or CallControl.Retrieve when call.Stage == Stage.Talking && call.Held != (control == CallControl.Hold):
                    call.Held = control == CallControl.Hold;
                    ports.Telephony.SetHold(handle, call.Held);
                    Tell(call, call.Held ? CallEventKind.Held : CallEventKind.Retrieved);
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>New attached data. False where the call is none of the agent's.</summary>
    public bool TryUpdate(AgentId agent, CallHandle handle, UserData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        lock (_gate)
        {
            if (!_byHandle.TryGetValue(handle.Value, out var call) || call.Agent != agent || call.Stage == Stage.Ending)
            {
                return false;
            }

            call.Attach(data);
            Tell(call, CallEventKind.AttachedDataChanged);
            return true;
        }
    }

    /// <summary>The agent is gone, or the phone is: the call ends.</summary>
    public void End(AgentId agent)
    {
        lock (_gate)
        {
            if (_byAgent.TryGetValue(agent.Value, out var call))
            {
                GiveUp(call);
            }
        }
    }

    /// <summary>The agent's phone was answered: now the number is dialled.</summary>
    public void AgentEngaged(AgentId agent, in Engagement engagement)
    {
        lock (_gate)
        {
            if (!_byAgent.TryGetValue(agent.Value, out var call) || call is not { Stage: Stage.CallingAgent } || call.Engagement != engagement)
            {
                return;
            }

            call.Stage = Stage.Dialing;
            call.Placed = true;
            ports.Telephony.Place(new DialRequest
            {
                Call = call.Handle,
                Trunk = call.Trunk,
                Number = call.Number,
                CallerId = call.Group.Campaign.CpnDigits,
                RingTimeoutMs = call.Group.Options.RingTimeoutMs,
                Attempt = _ids.NextAttempt(),
                Hears = agent,
            });
        }
    }

    /// <summary>The phone was not answered, or was hung up before the two were joined.</summary>
    public void AgentDisengaged(AgentId agent, in Engagement engagement)
    {
        lock (_gate)
        {
            if (_byAgent.TryGetValue(agent.Value, out var call) && call.Engagement == engagement)
            {
                call.Engagement = Engagement.None;
                GiveUp(call);
            }
        }
    }

    /// <summary>The far end answered.</summary>
    public void Answered(CallHandle handle)
    {
        lock (_gate)
        {
            if (_byHandle.TryGetValue(handle.Value, out var call) && call.Stage == Stage.Dialing)
            {
                call.Stage = Stage.Joining;
                call.Result = CallResult.Answer;
                ports.Telephony.Merge(handle, call.Agent, beep: false);
            }
        }
    }

    /// <summary>The two hear each other.</summary>
    public void AgentConnected(CallHandle handle)
    {
        lock (_gate)
        {
            if (_byHandle.TryGetValue(handle.Value, out var call) && call.Stage == Stage.Joining)
            {
                call.Stage = Stage.Talking;

                // The engaging call is the agent's leg from now on and ends with the call.
                call.Engagement = Engagement.None;
                call.Limit = ports.Time.CreateTimer(
                    static of => ((Action)of!)(), (Action)(() => AgentGone(handle)), TimeSpan.FromMilliseconds(call.Group.Options.MaxCallDurationMs), Timeout.InfiniteTimeSpan);
                Tell(call, CallEventKind.Established);
            }
        }
    }

    /// <summary>The agent hung up, or could not be joined.</summary>
    public void AgentGone(CallHandle handle)
    {
        lock (_gate)
        {
            if (_byHandle.TryGetValue(handle.Value, out var call))
            {
                GiveUp(call);
            }
        }
    }

    /// <summary>The network has nothing more to say about the call.</summary>
    public void Ended(CallHandle handle, in CallOutcome outcome)
    {
        lock (_gate)
        {
            if (!_byHandle.TryGetValue(handle.Value, out var call))
            {
                return;
            }

            ports.Trunks.Report(call.Trunk, outcome.TrunkFault, outcome.RetryAfterMs, Now());
            if (call.Stage != Stage.Ending)
            {
                call.Result = outcome.Answered ? call.Result : outcome.Result;
                Tell(call, CallEventKind.Released);
                Disengage(call);
            }

            Forget(call);
        }
    }

    private MakeCallRefusal TryMake(MakeCallRequest request, CampaignGroupDefinition group, out string? words)
    {
        words = null;
        if (TryReadNumber(request.Number, group) is not { } number)
        {
            return MakeCallRefusal.InvalidNumber;
        }

        if (_byAgent.ContainsKey(request.Agent.Value) || !ports.Claims.TryClaim(request.Agent, Claimant))
        {
            return MakeCallRefusal.AgentBusy;
        }

        var now = Now();
        if (Forbidden(number, group, now) is { } rule)
        {
            words = rule;
            ports.Claims.Release(request.Agent, Claimant);
            return MakeCallRefusal.Forbidden;
        }

        Span<int> trunks = stackalloc int[group.Trunks.Count];
        for (var i = 0; i < trunks.Length; i++)
        {
            trunks[i] = ports.TrunkIndex(group.Trunks[i]);
        }

        var trunk = ports.Trunks.TryTake(group.Id, trunks, now, out _);
        if (trunk < 0)
        {
            ports.Claims.Release(request.Agent, Claimant);
            return MakeCallRefusal.NoLine;
        }

        // One counter of 48 bits names calls and engagements: none is used again.
        var name = ++_last;
        var call = new Call
        {
            Agent = request.Agent,
            Number = number,
            Group = group,
            Trunk = trunk,
            Handle = new CallHandle((ulong)name & 0xffff_ffff_ffff),
            Engagement = new Engagement(Group, name),
            Reference = request.ReferenceId,
        };
        call.Attach(request.UserData);
        _byAgent.Add(request.Agent.Value, call);
        _byHandle.Add(call.Handle.Value, call);
        RuntimeLog.OrdinaryCall(ports.Logger, request.Agent, call.Handle.ToString());
        ports.Busy(request.Agent, true);
        ports.Owners.SetCall(request.Agent, call.Handle);
        Tell(call, CallEventKind.Dialing);
        ports.Telephony.Engage(request.Agent, call.Engagement);
        return MakeCallRefusal.None;
    }

    private static string? TryReadNumber(string text, CampaignGroupDefinition group)
    {
        Span<byte> digits = stackalloc byte[PhoneNumber.MaxLength];
        return text.Length is > 0 and <= 64 && NumberingPlans.TryFind(group.Campaign.Lists[0].List.DefaultCountry, out var home)
            && PhoneNumber.TryNormalise(Encoding.UTF8.GetBytes(text), home, digits, out var length, out _) == PhoneNumberError.None
            ? Encoding.ASCII.GetString(digits[..length]) : null;
    }

    /// <summary>The rule that forbids the call; null where none does. The person's daily window is the rules' own: there is no record that has one.</summary>
    private string? Forbidden(string number, CampaignGroupDefinition group, in Moment now)
    {
        const int WholeDay = 86_400;
        var list = group.Campaign.Lists[0].List;
        var record = new CallRecord { List = list.Id, ContactInfo = number, RecordType = RecordType.General, DailyTill = WholeDay };
        return ports.GateFor(group)?.Check(record, list, now.UnixSeconds) is { Outcome: not RuleOutcome.Dial } verdict ? verdict.Reason.ToString() : null;
    }

    /// <summary>The agent is done with the call, or not there any more.</summary>
    private void GiveUp(Call call)
    {
        if (call.Stage == Stage.Ending)
        {
            return;
        }

        call.Stage = Stage.Ending;
        Tell(call, CallEventKind.Released);
        Disengage(call);
        if (call.Placed)
        {
            ports.Telephony.Release(call.Handle);
            return;
        }

        Forget(call);
    }

    private void Disengage(Call call)
    {
        if (!call.Engagement.IsNone)
        {
            ports.Telephony.Disengage(call.Agent, call.Engagement);
            call.Engagement = Engagement.None;
        }
    }

    private void Forget(Call call)
    {
        call.Limit?.Dispose();
        _byHandle.Remove(call.Handle.Value);
        _byAgent.Remove(call.Agent.Value);
        ports.Trunks.Release(call.Group.Id, call.Trunk);
        ports.Claims.Release(call.Agent, Claimant);
        ports.Busy(call.Agent, false);
    }

    private void Tell(Call call, CallEventKind kind)
    {
        if (kind == CallEventKind.Released)
        {
            ports.Owners.SetCall(call.Agent, CallHandle.None);
        }

        ports.Desktop.OrdinaryCallEvent(
            call.Agent, kind, call.Handle, call.DataFor(kind), kind == CallEventKind.Dialing ? call.Reference : null);
    }

    private Moment Now() => new((long)(ports.Time.GetTimestamp() * ((double)TimeSpan.TicksPerSecond / ports.Time.TimestampFrequency)), ports.Time.GetUtcNow());

    private sealed class Call
    {
        private UserData? _data;

        public required AgentId Agent { get; init; }

        public required string Number { get; init; }

        public required CampaignGroupDefinition Group { get; init; }

        public required int Trunk { get; init; }

        public required CallHandle Handle { get; init; }

        public Engagement Engagement { get; set; }

        public int? Reference { get; init; }

        public Stage Stage { get; set; }

        public bool Placed { get; set; }

        public bool Held { get; set; }

        public CallResult Result { get; set; } = CallResult.Unknown;

        public ITimer? Limit { get; set; }

        public void Attach(UserData? more)
        {
            if (more is null)
            {
                return;
            }

            _data ??= new UserData();
            foreach (var pair in more.Pairs)
            {
                _data.TrySet(pair.Key, pair.Value);
            }
        }

        /// <summary>The agent's own data in a list of their own: an event is not changed once it is handed over.</summary>
        public UserData DataFor(CallEventKind kind)
        {
            var data = new UserData();
            foreach (var pair in _data?.Pairs ?? [])
            {
                data.TrySet(pair.Key, pair.Value);
            }

            return kind == CallEventKind.Released ? data.Set("GSW_CALL_RESULT", (long)Result) : data;
        }
    }
}
