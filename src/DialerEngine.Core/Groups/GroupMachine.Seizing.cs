using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>
/// Seizing (ASM): agents are engaged first, customers dialled then, and both merged at the answer. In these modes the idle queue holds engaged agents
/// only, longest engaged first; whoever is merged leaves it. A nailed-up line is engaged without a call.
/// </summary>
public sealed partial class GroupMachine
{
    /// <summary>An engaged agent whom nothing needs any more (no records, group stopped) is kept this long: gaps between fetches are shorter.</summary>
    private const long KeepEngagedTicks = 5_000 * Moment.TicksPerMillisecond;

    /// <summary>Agents are engaged this long ahead of a limited rate of dials, s.</summary>
    private const double EngageAheadSeconds = 2;

    private long _engagements;
    private int _seized;
    private int _engagedCount;
    private int _engagingCalls;
    private bool _seizeDue;

    /// <summary>Calls on their way and people waiting: each may need an engaged agent. Callbacks that have their agent kept free are not among them.</summary>
    private int MayNeedAgents => _pendingCalls - _reservedCalls + _waitingUnmatched;

    private bool CanTake(AgentSeat seat) => Seizing ? CanJoin(seat) : seat.CanTakeCalls;

    private static bool CanJoin(AgentSeat seat) => seat.Call < 0 && seat.Seizure == SeizureState.Engaged
        && (seat.State == AgentState.Ready || (seat.Pledged && seat.State != AgentState.LoggedOut));

    /// <summary>Engages agents for the dials to come. Looks at the seats only after news about one of them, and with each tick.</summary>
    private void SeizeAgents()
    {
        if (!Seizing || !_seizeDue)
        {
            return;
        }

        _seizeDue = false;
        for (var missing = WantsAgents ? EngageTarget() - _seized : 0; missing > 0 && NextToEngage() is { } seat; missing--)
        {
            StartEngaging(seat);
        }

        foreach (var seat in _seats)
        {
            if (seat is { State: AgentState.Ready, Seizure: SeizureState.None, Call: < 0, ToldAway: false })
            {
                seat.ToldAway = true;
                _pacer.Observe(_now, new PacingEvent(PacingEventKind.AgentNotReady, seat.Definition.Id.Value));
            }
        }
    }

    /// <summary>Agents to be engaged: one for each call on its way, and one for each call that could be made before another agent can be engaged.</summary>
    private int EngageTarget()
    {
        if (_state != CampaignGroupState.Running || !_journalUp)
        {
            return MayNeedAgents;
        }

        var more = Math.Min(DialableRecords, FreeLines());
        if (_options.DialingRateLimit > 0)
        {
            more = Math.Min(more, 1 + (int)(_options.DialingRateLimit * EngageAheadSeconds));
        }

        return MayNeedAgents + Math.Max(0, more);
    }

    /// <summary>Of the agents who may be engaged the one who is ready longest, claimed; none when the rest is reserved, taken or has no channel.</summary>
    private AgentSeat? NextToEngage()
    {
        var urgent = MayNeedAgents > _seized;
        var noChannel = _options.AsmChannels > 0 && _engagingCalls >= _options.AsmChannels;
        while (true)
        {
            AgentSeat? best = null;
            var free = 0;
            foreach (var seat in _seats)
            {
                if (!seat.CanTakeCalls || seat.Seizure != SeizureState.None)
                {
                    continue;
                }

                free++;
                if (!seat.LeavingSoon && (urgent || seat.RestUntil <= _now.Ticks) && seat.RefusedAt != _now.Ticks && (seat.Definition.Phone.NailedUp || !noChannel)
                    && (best is null || seat.ReadySince < best.ReadySince))
                {
                    best = seat;
                }
            }

            if (best is null || free <= _options.ReservedAgents)
            {
                return null;
            }

            if (best.Claimed || _claims.TryClaim(best.Definition.Id, _definition.Id))
            {
                best.Claimed = true;
                return best;
            }

            best.RefusedAt = _now.Ticks;
        }
    }

    private void StartEngaging(AgentSeat seat)
    {
        Invariant.That(seat.Seizure == SeizureState.None);
        Invariant.That(seat.Claimed);
        Counters.Engagements++;
        seat.Engagement = ++_engagements;
        SetSeizure(seat, SeizureState.Engaging);
        if (seat.Definition.Phone.NailedUp)
        {
            BecomeEngaged(seat);
            return;
        }

        seat.HasEngagingCall = true;
        _engagingCalls++;
        EmitEngagement(EffectKind.Engage, seat);
    }

    private void OnAgentEngaged(AgentId agent, long engagement)
    {
        if (_seatByAgent.TryGetValue(agent.Value, out var slot) && _seats[slot] is { Seizure: SeizureState.Engaging } seat && seat.Engagement == engagement)
        {
            BecomeEngaged(seat);
            if (seat.Call >= 0 && _sessions[seat.Call] is { State: CallState.CallingAgent } session)
            {
                IntendAgentsCall(session, seat);
            }
        }
    }

    private void BecomeEngaged(AgentSeat seat)
    {
        Account(seat);
        SetSeizure(seat, SeizureState.Engaged);
        seat.ToldAway = false;
        TellPacer(seat);
        UpdateIdle(seat);
    }

    /// <summary>The engaging call failed or fell: the agent is not ready any more, and others are engaged for the dials that counted on this one.</summary>
    private void OnAgentDisengaged(AgentId agent, long engagement)
    {
        if (_seatByAgent.TryGetValue(agent.Value, out var slot) && _seats[slot] is { Seizure: not SeizureState.None } seat && seat.Engagement == engagement)
        {
            EngagementFell(seat);
        }
    }

    private void EngagementFell(AgentSeat seat)
    {
        NoteLoss(seat);
        Counters.EngagementsFailed += seat.Seizure == SeizureState.Engaging ? 1 : 0;
        ForgetSeizure(seat);
        AgentsPhoneLost(seat);
        if (seat.State == AgentState.Ready)
        {
            ChangeState(seat, AgentState.NotReady);
            EngineChangedState(seat);
        }
    }

    private void NoteLoss(AgentSeat seat)
    {
        if (seat.Seizure == SeizureState.Engaged && MayNeedAgents >= _idleCount)
        {
            Counters.EngagedLost++;
        }
    }

    /// <summary>Lets an engaged (or engaging) agent go who has no customer.</summary>
    private void Disengage(AgentSeat seat)
    {
        Invariant.That(seat.Call < 0);
        if (seat.HasEngagingCall)
        {
            EmitEngagement(EffectKind.Disengage, seat);
        }

        ForgetSeizure(seat);
    }

    /// <summary>The seat is as if it had never been engaged.</summary>
    private void ForgetSeizure(AgentSeat seat)
    {
        Account(seat);
        SetSeizure(seat, SeizureState.None);
        DropEngagingCall(seat);
        if (seat.Idle)
        {
            LeaveIdleQueue(seat);
        }

        if (seat.Claimed && seat.Call < 0)
        {
            Unclaim(seat);
        }

        _seizeDue = true;
    }

    private void SetSeizure(AgentSeat seat, SeizureState state)
    {
        _seized += (state != SeizureState.None ? 1 : 0) - (seat.Seizure != SeizureState.None ? 1 : 0);
        _engagedCount += (state == SeizureState.Engaged ? 1 : 0) - (seat.Seizure == SeizureState.Engaged ? 1 : 0);
        Invariant.That(_seized >= 0);
        seat.Seizure = state;
        seat.SeizureSince = _now.Ticks;
        SetPledged(seat, false);
    }

    private void SetPledged(AgentSeat seat, bool pledged)
    {
        seat.Pledged = pledged;
        CountIdle(seat);
    }

    private void DropEngagingCall(AgentSeat seat)
    {
        if (seat.HasEngagingCall)
        {
            seat.HasEngagingCall = false;
            _engagingCalls--;
        }
    }

    /// <summary>The agent is merged with a customer: the engaging call is now that call's leg.</summary>
    private void ConsumeSeizure(AgentSeat seat)
    {
        if (seat.Seizure != SeizureState.None)
        {
            SetSeizure(seat, SeizureState.None);
        }
    }

    /// <summary>The customer was gone before the merge was done: the engaging call ends too.</summary>
    private void EndUnusedEngagement(AgentSeat seat)
    {
        if (seat.HasEngagingCall)
        {
            EmitEngagement(EffectKind.Disengage, seat);
            DropEngagingCall(seat);
        }

        _seizeDue = true;
    }

    /// <summary>What a new work state means for the engaging call. An engaged agent for whom a dial is on its way stays until that is decided.</summary>
    private void SeizureFollows(AgentSeat seat)
    {
        _seizeDue = true;
        seat.ToldAway = false;
        if (seat.State == AgentState.Ready)
        {
            seat.ReadySince = _now.Ticks;
            SetPledged(seat, false);
            return;
        }

        if (seat.Call >= 0)
        {
            // The agent dials: that call decides about the phone.
            return;
        }

        switch (seat.Seizure)
        {
            case SeizureState.Engaging:
                Disengage(seat);
                break;
            case SeizureState.Engaged when seat.State == AgentState.LoggedOut:
                NoteLoss(seat);
                Disengage(seat);
                break;
            case SeizureState.Engaged when MayNeedAgents >= _idleCount:
                SetPledged(seat, true);
                break;
            case SeizureState.Engaged:
                Disengage(seat);
                break;
        }
    }

    /// <summary>
    /// Turns the clock for engaging calls: those that ring too long are given up; engaged agents whom no answer can need any more are let go,
    /// longest engaged first.
    /// </summary>
    private void TickSeizures()
    {
        var spare = _idleCount - MayNeedAgents;
        var nothingToDial = _state != CampaignGroupState.Running || (_ringCount == 0 && DialableRecords == 0);
        var idleLimit = _options.AsmEngagedIdleTimeoutMs * Moment.TicksPerMillisecond;
        foreach (var seat in _seats)
        {
            if (seat.Seizure == SeizureState.Engaging && _now.MillisecondsSince(seat.SeizureSince) >= _options.AgentAnswerTimeoutMs)
            {
                EmitEngagement(EffectKind.Disengage, seat);
                EngagementFell(seat);
            }
        }

        if (!Seizing)
        {
            // Only agents who dial themselves are engaged; whoever is idle is idle as always.
            return;
        }

        for (var slot = _idleHead; slot >= 0 && spare > 0;)
        {
            var seat = _seats[slot];
            slot = seat.IdleNext;
            var engagedFor = _now.Ticks - seat.SeizureSince;
            var tooLong = !seat.Definition.Phone.NailedUp && idleLimit > 0 && engagedFor >= idleLimit;
            if (seat.Pledged || seat.LeavingSoon || tooLong || (nothingToDial && engagedFor >= KeepEngagedTicks))
            {
                seat.RestUntil = tooLong ? _now.Ticks + idleLimit : 0;
                Disengage(seat);
                TellPacer(seat);
                spare--;
            }
        }

        _seizeDue = true;
    }

    /// <summary>Marks a person whom no engaged agent took.</summary>
    private void NoteOverdial(CallSession session)
    {
        if (Seizing && !session.Overdialled)
        {
            session.Overdialled = true;
            Counters.Overdialled++;
        }
    }

    private void EmitEngagement(EffectKind kind, AgentSeat seat)
    {
        ref var effect = ref Emit(kind);
        effect.Agent = seat.Definition.Id;
        effect.Number = seat.Engagement;
    }
}
