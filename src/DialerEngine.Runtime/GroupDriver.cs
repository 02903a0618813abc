using DialerEngine.Core;
using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Runtime;

/// <summary>Everything that a group's effects go to.</summary>
public sealed record GroupPorts
{
    public required ITelephony Telephony { get; init; }

    public required IAttemptJournal Journal { get; init; }

    public required IRecordFetcher Fetcher { get; init; }

    public required IDesktopEdge Desktop { get; init; }

    public IReadOnlyList<IGroupObserver> Observers { get; init; } = [];

    /// <summary>Asked before a record is dialled, by groups with pre-dial validation; null where no group has it.</summary>
    public IPreDialGate? Gate { get; init; }

    /// <summary>Hears which call an agent has, before the agent's desktop does.</summary>
    public ICallOwners? CallOwners { get; init; }

    /// <summary>Makes calls that belong to no record; null where there are none.</summary>
    public OrdinaryCalls? OrdinaryCalls { get; init; }
}

/// <summary>Starts a fetch for a group; its end comes back as an input. Does not wait.</summary>
public interface IRecordFetcher
{
    void Fetch(GroupMachine group, int listIndex, int limit);

    /// <summary>Takes the rest of a chain for an agent's desktop; its end comes back as <see cref="InputKind.ChainTaken"/>.</summary>
    void TakeChain(GroupMachine group, ChainFetch chain) => throw new InvariantBrokenException("nobody here has a desktop that asks for a chain");
}

/// <summary>Keeps which call is whose.</summary>
public interface ICallOwners
{
    void SetCall(AgentId agent, CallHandle call);
}

/// <summary>
/// A group's machine with its timing wheel, and the way of its effects to the adapters. Synchronous and single-threaded: the loop calls it in
/// real time, the simulator in virtual time.
/// </summary>
public sealed class GroupDriver
{
    private readonly GroupPorts _ports;
    private readonly TimerWheel _wheel;
    private readonly Queue<JournalEntry> _heldEntries = new();

    public GroupDriver(GroupMachine machine, TimerWheel wheel, GroupPorts ports)
    {
        Machine = machine;
        _wheel = wheel;
        _ports = ports;
    }

    public GroupMachine Machine { get; }

    /// <summary>True while entries wait here because the journal's queue was full.</summary>
    public bool HoldsEntries => _heldEntries.Count > 0;

    /// <summary>How far the timers are behind, ms.</summary>
    public long TimerLagMs => _wheel.LagMs;

    /// <summary>Fires what is due, then lets the machine look at the time.</summary>
    public void Tick(in Moment now)
    {
        OfferHeldEntries(now);
        foreach (var payload in _wheel.Advance(now))
        {
            Handle(now, new GroupInput { Kind = InputKind.Timer, Number = (long)payload });
        }

        Handle(now, new GroupInput { Kind = InputKind.Tick });
    }

    /// <summary>Steps the machine and carries out what follows.</summary>
    public void Handle(in Moment now, in GroupInput input)
    {
        _wheel.Begin(now);
        var effects = Machine.Step(now, input);
        foreach (ref readonly var entry in Machine.Entries)
        {
            if (_heldEntries.Count > 0 || !_ports.Journal.TryAppend(entry))
            {
                _heldEntries.Enqueue(entry);
            }
        }

        foreach (ref readonly var effect in effects)
        {
            Apply(effect);
        }
    }

    private void OfferHeldEntries(in Moment now)
    {
        if (_heldEntries.Count == 0)
        {
            return;
        }

        // The journal is behind: new dials are held back, nothing is lost.
        Handle(now, new GroupInput { Kind = InputKind.JournalFault });
        while (_heldEntries.TryPeek(out var entry) && _ports.Journal.TryAppend(entry))
        {
            _heldEntries.Dequeue();
        }

        if (_heldEntries.Count == 0)
        {
            Handle(now, new GroupInput { Kind = InputKind.JournalRecovered });
        }
    }

    private void Apply(in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Fetch: _ports.Fetcher.Fetch(Machine, (int)effect.Number, effect.Detail); break;
            case EffectKind.Place: _ports.Telephony.Place(Machine.DialRequestOf(effect.Call)); break;
            case EffectKind.Release: _ports.Telephony.Release(effect.Call); break;
            case EffectKind.Deliver: _ports.Telephony.Deliver(effect.Call, effect.Agent); break;
            case EffectKind.AnswerAtAgent: _ports.Telephony.AnswerAtAgent(effect.Call, effect.Agent); break;
            case EffectKind.WithdrawDelivery: _ports.Telephony.WithdrawDelivery(effect.Call, effect.Agent); break;
            case EffectKind.Engage: _ports.Telephony.Engage(effect.Agent, new Engagement(Machine.Definition.Id, effect.Number)); break;
            case EffectKind.Disengage: _ports.Telephony.Disengage(effect.Agent, new Engagement(Machine.Definition.Id, effect.Number)); break;
            case EffectKind.Merge: _ports.Telephony.Merge(effect.Call, effect.Agent, beep: effect.Detail != 0); break;
            case EffectKind.Announce: _ports.Telephony.Announce(effect.Call, effect.Text!); break;
            case EffectKind.SetHold: _ports.Telephony.SetHold(effect.Call, effect.Detail != 0); break;
            case EffectKind.Validate: _ports.Gate!.Ask(Machine.Definition, Machine.QuestionOf(effect.Number)); break;
            case EffectKind.CallEvent: ApplyCallEvent(effect); break;
            case EffectKind.AgentStateChanged: _ports.Desktop.AgentStateChanged(effect.Agent, (AgentState)effect.Detail); break;
            case EffectKind.Notify:
                _ports.Desktop.Notify(effect.Agent, (CampaignNotification)effect.Detail, Machine.Definition, Machine.DialMode);
                break;
            case EffectKind.DesktopReply:
                _ports.Desktop.Reply((DesktopRequest)effect.Reference!, (DesktopError)effect.Detail, Machine.Definition, Machine.Find(effect.Call));
                break;
            case EffectKind.Route: _ports.Telephony.Transfer(Machine.TransferRequestOf(effect)); break;
            case EffectKind.RecordReply:
                ApplyRecordReply((RecordRequest)effect.Reference!, (RecordOutcome)effect.Detail, effect.Call);
                break;
            case EffectKind.ScheduledCall when Machine.Find(effect.Call) is { } offered:
                _ports.Desktop.ScheduledCall(effect.Agent, Machine.Definition, offered);
                break;
            case EffectKind.PreviewPushed when Machine.Find(effect.Call) is { } pushed:
                _ports.Desktop.PreviewPushed(effect.Agent, Machine.Definition, pushed);
                break;
            case EffectKind.CallRefused: ApplyCallRefused((MakeCallRequest)effect.Reference!, (MakeCallRefusal)effect.Detail, effect.Text); break;
            case EffectKind.TakeChain: _ports.Fetcher.TakeChain(Machine, (ChainFetch)effect.Reference!); break;
            case EffectKind.ChainedRecord when Machine.Find(effect.Call) is { } mate:
                _ports.Desktop.ChainedRecord((DesktopRequest)effect.Reference!, Machine.Definition, mate);
                break;
            case EffectKind.ChainEnd when Machine.Find(effect.Call) is { } first:
                _ports.Desktop.ChainEnd((DesktopRequest)effect.Reference!, Machine.Definition, first);
                break;
            case EffectKind.RecordLookedUp: ((RecordLookup)effect.Reference!).Answer(); break;
            case EffectKind.LogOutPossible: _ports.Desktop.LogOutPossible(effect.Agent, Machine.Definition); break;
            case EffectKind.RecordCanceled when Machine.Find(effect.Call) is { } canceled:
                _ports.Desktop.RecordCanceled(effect.Agent, Machine.Definition, canceled, effect.Detail != 0);
                break;
            case EffectKind.RecordsFound: ((RecordSearch)effect.Reference!).Answer(effect.Detail != 0); break;
            case EffectKind.CommandDone: ((GroupCommand)effect.Reference!).Complete(effect.Text); break;
            case EffectKind.Reconfigured: ((GroupReconfiguration)effect.Reference!).Complete(effect.Text); break;
            case EffectKind.ListChangeDone: ((ListChange)effect.Reference!).Complete(effect.Text); break;
            case EffectKind.SnapshotDone: ((SnapshotRequest)effect.Reference!).Complete(Machine.Snapshot()); break;
            default: Observe(effect); break;
        }
    }

    private void ApplyRecordReply(RecordRequest request, RecordOutcome outcome, CallHandle call)
    {
        request.Complete(outcome);
        if (request.Origin is not null)
        {
            _ports.Desktop.RecordReply(request, outcome, Machine.Definition, Machine.Find(call));
        }
    }

    /// <summary>A number and no record: an ordinary call.</summary>
    private void ApplyCallRefused(MakeCallRequest request, MakeCallRefusal why, string? words)
    {
        if (why == MakeCallRefusal.NoRecord && request is { RecordHandle: 0, Number.Length: > 0 } && _ports.OrdinaryCalls is { } ordinary)
        {
            ordinary.Make(request, Machine.Definition);
            return;
        }

        _ports.Desktop.CallRefused(request, why, words);
    }

    private void ApplyCallEvent(in Effect effect)
    {
        var kind = (CallEventKind)effect.Detail;
        if (Machine.Find(effect.Call) is not { } session)
        {
            return;
        }

        if (kind is CallEventKind.Released or CallEventKind.Abandoned)
        {
            _ports.CallOwners?.SetCall(effect.Agent, CallHandle.None);
        }
        else
        {
            _ports.CallOwners?.SetCall(effect.Agent, effect.Call);
        }

        _ports.Desktop.CallEvent(effect.Agent, kind, Machine.Definition, session);
    }

    private void Observe(in Effect effect)
    {
        for (var i = 0; i < _ports.Observers.Count; i++)
        {
            var observer = _ports.Observers[i];
            switch (effect.Kind)
            {
                case EffectKind.GroupStateChanged:
                    observer.StateChanged(Machine.Definition, (CampaignGroupState)effect.Detail, Machine.DialMode, (GroupCommandKind)effect.Number);
                    break;
                case EffectKind.AttemptStarted when Machine.Find(effect.Call) is { } session:
                    observer.AttemptStarted(Machine.Definition, session);
                    break;
                case EffectKind.AttemptFinished when Machine.Find(effect.Call) is { } session:
                    observer.AttemptFinished(Machine.Definition, session);
                    break;
                case EffectKind.RecordEvent:
                    observer.RecordEvent(Machine.Definition, effect.RecordEvent);
                    break;
                case EffectKind.DoNotCall when Machine.Find(effect.Call) is { } session:
                    observer.DoNotCallAsked(Machine.Definition, session, effect.Detail != 0);
                    break;
                case EffectKind.StuckCall when Machine.Find(effect.Call) is { } session:
                    observer.CallStuck(Machine.Definition, session);
                    break;
            }
        }
    }
}
