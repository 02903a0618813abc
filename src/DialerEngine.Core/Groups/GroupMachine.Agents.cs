using DialerEngine.Core.Desktop;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>Agents: their states, the idle queue (longest idle first) and how people come to them.</summary>
public sealed partial class GroupMachine
{
    private readonly AgentSeat[] _seats;
    private readonly Dictionary<int, int> _seatByAgent = [];
    private int _idleHead = -1;
    private int _idleTail = -1;
    private int _idleCount;
    private int _loggedIn;

    /// <summary>Agents are claimed while the group dials or has calls that may need one.</summary>
    private bool WantsAgents => (_state == CampaignGroupState.Running && _mode.IsAutomatic()) || _pendingCalls > 0 || _waitingCount > 0;

    /// <summary>Added to the state of <see cref="InputKind.AgentState"/>: the agent did not log out, their connection was lost.</summary>
    public const int Lost = 0x100;

    private void OnAgentState(AgentId agent, int detail, long version)
    {
        var state = (AgentState)(detail & ~Lost);
        if (!_seatByAgent.TryGetValue(agent.Value, out var slot) || _seats[slot].Version >= version)
        {
            return;
        }

        var seat = _seats[slot];
        var before = seat.State;
        seat.Version = version;
        ChangeState(seat, state);
        if (before == AgentState.LoggedOut && state != AgentState.LoggedOut)
        {
            // The desktop edge tells the agent about loaded and running groups, after its own answer to the login.
            _loggedIn++;
            CountLeaving(seat);
        }
        else if (before != AgentState.LoggedOut && state == AgentState.LoggedOut)
        {
            _loggedIn--;
            SetLeaving(seat, false);
            seat.Previews = false;
            seat.WasLost = (detail & Lost) != 0;
            AgentLeft(seat);
        }

        // Going ready or not ready ends after-call work and with it the record, unless RecordProcessed is required: in Preview mode it always is.
        if (state is (AgentState.Ready or AgentState.NotReady) && seat.DesktopCall >= 0 && !_options.RecordProcessedRequired && !_sessions[seat.DesktopCall].Wishes.Preview)
        {
            DesktopIsDone(_sessions[seat.DesktopCall]);
        }
    }

    private void OnAgentLine(AgentId agent, bool up)
    {
        if (_seatByAgent.TryGetValue(agent.Value, out var slot))
        {
            var seat = _seats[slot];
            seat.LineUp = up;
            _seizeDue = true;
            if (!up && seat.Seizure != SeizureState.None && seat.Definition.Phone.NailedUp)
            {
                NoteLoss(seat);
                ForgetSeizure(seat);
            }

            UpdateIdle(seat);
            if (!up && seat.Definition.Phone.NailedUp)
            {
                AgentsPhoneLost(seat);
            }
        }
    }

    private void ChangeState(AgentSeat seat, AgentState state)
    {
        Account(seat);
        seat.State = state;
        if (Seizing)
        {
            SeizureFollows(seat);
        }

        UpdateIdle(seat);
        TellPacer(seat);
    }

    /// <summary>The agent is gone: what they had is settled.</summary>
    private void AgentLeft(AgentSeat seat)
    {
        if (seat.Call >= 0)
        {
            var session = _sessions[seat.Call];
            if (session.Wishes.ByAgent && session.State != CallState.Connected)
            {
                session.DesktopDone = true;
                GiveUpAgentsCall(session);
            }
            else if (session.State == CallState.Delivering)
            {
                ref var effect = ref Emit(EffectKind.WithdrawDelivery);
                effect.Call = session.Handle;
                effect.Agent = seat.Definition.Id;
                BackToQueue(session);
            }
            else
            {
                LeaveAgent(session, byAgent: true);
                session.DesktopDone = true;
                ReleaseCall(session);
            }
        }

        foreach (var session in _sessions)
        {
            if (session.Agent == seat.Definition.Id && session.State is (CallState.OnDesktop or CallState.Releasing))
            {
                DesktopIsDone(session);
            }
        }
    }

    /// <summary>The agent has nothing more to do with the record; it is finished now, or when the network has ended its call.</summary>
    private void DesktopIsDone(CallSession session)
    {
        session.DesktopDone = true;
        session.Times.AcwCompleted = _now.UnixMs;
        if (session.State == CallState.OnDesktop)
        {
            Finish(session, session.Result);
        }
    }

    /// <summary>Puts the agent into the idle queue or takes it out, as its state demands.</summary>
    private void UpdateIdle(AgentSeat seat)
    {
        if (seat.ReservedFor >= 0)
        {
            if (CanTake(seat))
            {
                return;
            }

            // The agent went away while the callback was dialled; whoever is free takes it.
            TellAssured(_sessions[seat.ReservedFor], seat, CallEventKind.Released);
            ForgetReservation(_sessions[seat.ReservedFor], seat);
            if (!Seizing && seat is { Seizure: not SeizureState.None, Call: < 0 })
            {
                Disengage(seat);
            }
        }

        var should = CanTake(seat) && WantsAgents;
        if (should && !seat.Idle)
        {
            if (!seat.Claimed && !_claims.TryClaim(seat.Definition.Id, _definition.Id))
            {
                return;
            }

            seat.Claimed = true;
            seat.Idle = true;
            seat.IdlePrevious = _idleTail;
            seat.IdleNext = -1;
            if (_idleTail >= 0) { _seats[_idleTail].IdleNext = seat.Slot; } else { _idleHead = seat.Slot; }
            _idleTail = seat.Slot;
            _idleCount++;
            CountIdle(seat);
        }
        else if (!should && seat.Idle)
        {
            LeaveIdleQueue(seat);
            if (seat.Call < 0 && seat.Seizure == SeizureState.None)
            {
                Unclaim(seat);
            }
        }
        else if (!should && seat.Claimed && seat.Call < 0 && seat.Seizure == SeizureState.None)
        {
            Unclaim(seat);
        }
    }

    private void LeaveIdleQueue(AgentSeat seat)
    {
        Invariant.That(seat.Idle);
        if (seat.IdlePrevious >= 0) { _seats[seat.IdlePrevious].IdleNext = seat.IdleNext; } else { _idleHead = seat.IdleNext; }
        if (seat.IdleNext >= 0) { _seats[seat.IdleNext].IdlePrevious = seat.IdlePrevious; } else { _idleTail = seat.IdlePrevious; }
        seat.Idle = false;
        seat.IdlePrevious = -1;
        seat.IdleNext = -1;
        _idleCount--;
        CountIdle(seat);
    }

    private void Unclaim(AgentSeat seat)
    {
        seat.Claimed = false;
        _claims.Release(seat.Definition.Id, _definition.Id);
    }

    /// <summary>Gives the longest waiting person to the longest idle agent, as long as there are both.</summary>
    private void MatchPersonsAndAgents()
    {
        while (_waitingHead >= 0 && _idleHead >= 0)
        {
            var session = _sessions[_waitingHead];
            var seat = _seats[_idleHead];
            Dequeue(session);
            LeaveIdleQueue(seat);
            _pacer.Observe(_now, new PacingEvent(PacingEventKind.AgentBusy, seat.Definition.Id.Value));
            HandOver(session, seat);
        }

        if (!WantsAgents && (_idleCount > 0 || _seized > 0))
        {
            ReleaseIdleAgents();
        }
    }

    /// <param name="session">The customer.</param>
    /// <param name="seat">The agent.</param>
    /// <param name="isPromised">True where the agent's nailed-up line stood by for this very customer: it counts as engaged.</param>
    private void HandOver(CallSession session, AgentSeat seat, bool isPromised = false)
    {
        var isEngaged = isPromised || seat.Seizure == SeizureState.Engaged;
        Account(seat);
        ConsumeSeizure(seat);
        seat.Call = session.Index;
        session.AgentSlot = seat.Slot;
        session.Agent = seat.Definition.Id;
        session.State = CallState.Delivering;
        session.StateSince = _now.Ticks;
        StartTimer(session, TimerKind.AgentAnswer, _options.AgentAnswerTimeoutMs);
        EmitCall(isEngaged ? EffectKind.Merge : EffectKind.Deliver, session, isEngaged && _options.BeepOnMerge ? 1 : 0);
    }

    private void OnAgentRinging(CallHandle call, AgentId agent)
    {
        if (Find(call) is { State: CallState.Delivering, Wishes.ByAgent: false } session && session.Agent == agent)
        {
            session.Times.AgentRinging = _now.UnixMs;
            EmitCall(EffectKind.CallEvent, session, (int)CallEventKind.Ringing);
        }
    }

    private void OnAgentConnected(CallHandle call, AgentId agent)
    {
        if (Find(call) is not { State: CallState.Delivering } session || session.Agent != agent)
        {
            return;
        }

        _waitingCount--;
        session.State = CallState.Connected;
        session.StateSince = _now.Ticks;
        session.Times.AgentAnswered = _now.UnixMs;
        session.Times.Diverted = _now.UnixMs;
        Counters.Connected++;
        if (session.WasLiveAnswer)
        {
            Counters.AnswerToAgent.Add(_now.MillisecondsSince(session.AnsweredTicks));
            Counters.PersonWait.Add(_now.MillisecondsSince(session.PersonTicks));
            NoteReached(session);
        }

        StartTimer(session, TimerKind.MaxDuration, _options.MaxCallDurationMs);
        AppendAttempt(JournalEntryKind.AttemptConnected, session);
        if (session.WasLiveAnswer)
        {
            Tell(PacingEventKind.CallConnected, session, agent.Value);
        }

        EmitCall(EffectKind.CallEvent, session, (int)CallEventKind.Established);
    }

    /// <summary>The phone refused or could not be reached: this agent is not ready any more, the person waits on.</summary>
    private void OnAgentFailed(CallHandle call, AgentId agent)
    {
        if (Find(call) is { State: CallState.Delivering } session && session.Agent == agent)
        {
            DeliveryFailed(session);
        }
    }

    private void AgentTimedOut(CallSession session)
    {
        if (session.State == CallState.Delivering)
        {
            EmitCall(EffectKind.WithdrawDelivery, session);
            session.AgentGaveUp = true;
            DeliveryFailed(session);
        }
    }

    private void DeliveryFailed(CallSession session)
    {
        var seat = _seats[session.AgentSlot];
        if (session.Wishes.ByAgent)
        {
            GiveUpAgentsCall(session);
            return;
        }

        EmitCall(EffectKind.CallEvent, session, (int)CallEventKind.Released);
        Counters.EngagedLost += seat.HasEngagingCall ? 1 : 0;
        BackToQueue(session);
        ChangeState(seat, AgentState.NotReady);
        if (seat.Definition.IsPort)
        {
            PortFailed(seat);
            return;
        }

        EngineChangedState(seat);
    }

    /// <summary>The agent loses the person, who waits again at the head of nobody: by then most of the waiting time is used up.</summary>
    private void BackToQueue(CallSession session)
    {
        DetachAgent(session);
        var leftMs = WaitLeftMs(session);
        if (leftMs <= 0)
        {
            GiveUpPerson(session);
            return;
        }

        Enqueue(session);
        StartTimer(session, TimerKind.Queue, leftMs);
    }

    /// <summary>The customer hung up before the agent answered: the agent is idle again.</summary>
    private void TakeFromAgent(CallSession session)
    {
        Invariant.That(session.State == CallState.Delivering);
        EmitCall(EffectKind.WithdrawDelivery, session);
        EmitCall(EffectKind.CallEvent, session, (int)CallEventKind.Abandoned);
        var seat = _seats[session.AgentSlot];
        DetachAgent(session);
        UpdateIdle(seat);
    }

    private void DetachAgent(CallSession session)
    {
        var seat = _seats[session.AgentSlot];
        Invariant.That(seat.Call == session.Index);
        Account(seat);
        seat.Call = -1;
        session.AgentSlot = -1;
        session.Agent = default;
        EndUnusedEngagement(seat);
        if (!CanTake(seat))
        {
            Unclaim(seat);
        }
    }

    private void OnAgentReleased(CallHandle call, AgentId agent)
    {
        if (Find(call) is { State: CallState.Connected } session && session.Agent == agent)
        {
            LeaveAgent(session, byAgent: true);
            ReleaseCall(session);
        }
    }

    /// <summary>The talk is over for the agent: after-call work begins, the record stays on the desktop.</summary>
    private void LeaveAgent(CallSession session, bool byAgent)
    {
        Invariant.That(session.State == CallState.Connected);
        var seat = _seats[session.AgentSlot];
        Invariant.That(seat.Call == session.Index);
        session.Times.AgentReleased = _now.UnixMs;
        if (byAgent)
        {
            session.Outcome.EndedBy = CallEndedBy.Agent;
        }

        StopTimer(session);
        EmitCall(EffectKind.CallEvent, session, (int)CallEventKind.Released);
        Account(seat);
        DropEngagingCall(seat);
        seat.Call = -1;
        session.AgentSlot = -1;
        session.State = CallState.Releasing;
        if (seat.Definition.IsPort)
        {
            UpdateOnRelease(session);
            session.DesktopDone = true;
            ChangeState(seat, AgentState.Ready);
            return;
        }

        seat.DesktopCall = session.Index;
        if (seat.State != AgentState.LoggedOut)
        {
            ChangeState(seat, _options.OutboundReleaseAction);
            EngineChangedState(seat);
        }

        if (_options.OutboundReleaseAction != AgentState.AfterCallWork && !_options.RecordProcessedRequired && !session.Wishes.Preview)
        {
            session.DesktopDone = true;
        }

        if (!seat.Idle && seat.Claimed)
        {
            Unclaim(seat);
        }
    }

    private void ForgetDesktop(CallSession session)
    {
        if (session.Agent != default && _seatByAgent.TryGetValue(session.Agent.Value, out var slot) && _seats[slot].DesktopCall == session.Index)
        {
            _seats[slot].DesktopCall = -1;
        }
    }

    private void EngineChangedState(AgentSeat seat)
    {
        ref var effect = ref Emit(EffectKind.AgentStateChanged);
        effect.Agent = seat.Definition.Id;
        effect.Detail = (int)seat.State;
    }

    private string? LoginIdOf(AgentId agent) =>
        agent != default && _seatByAgent.TryGetValue(agent.Value, out var slot) ? _seats[slot].Definition.LoginId : null;

    /// <summary>Books the time since the last change under what the agent was doing.</summary>
    private void Account(AgentSeat seat)
    {
        var spent = _now.Ticks - seat.StateSince;
        seat.StateSince = _now.Ticks;
        seat.EngagedTicks += seat.Seizure == SeizureState.Engaged ? spent : 0;
        if (seat.Call >= 0)
        {
            seat.TalkTicks += spent;
            return;
        }

        switch (seat.State)
        {
            case AgentState.Ready: seat.ReadyTicks += spent; break;
            case AgentState.NotReady: seat.NotReadyTicks += spent; break;
            case AgentState.AfterCallWork: seat.WrapTicks += spent; break;
        }
    }
}
