using System.Text;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>
/// Calls that agents make from a record on their desktop (Preview, Push Preview, scheduled calls, dialling again): the agent's phone is called first, then
/// the customer, and both are joined at the answer. Pacing neither counts nor hears of them. Whatever becomes of the call, the record stays with the agent
/// until they are done with it (RecordProcessed).
/// </summary>
public sealed partial class GroupMachine
{
    private void OnMakeCall(MakeCallRequest request)
    {
        if (!_seatByAgent.TryGetValue(request.Agent.Value, out var slot) || RecordToDial(request, _seats[slot]) is not { } session)
        {
            RefuseCall(request, MakeCallRefusal.NoRecord);
            return;
        }

        var seat = _seats[slot];
        if (!TryReadNumber(request.Number, session, out var number))
        {
            RefuseCall(request, MakeCallRefusal.InvalidNumber);
        }
        else if (session.State != CallState.OnDesktop)
        {
            // Its last call is not over yet.
            RefuseCall(request, MakeCallRefusal.AgentBusy);
        }
        else if (WhyNotDial(seat) is not MakeCallRefusal.None and var why)
        {
            RefuseCall(request, why);
        }
        else if (!session.Wishes.Offered)
        {
            DialAgain(session, request);
        }
        else
        {
            DialForAgent(session, seat, request, number);
        }
    }

    /// <summary>The record that an agent means: by its handle, else the one that they were shown, else the one they talked about last.</summary>
    private CallSession? RecordToDial(MakeCallRequest request, AgentSeat seat)
    {
        var session = request.RecordHandle > 0 ? FindRecord(request.RecordHandle)
            : seat.OfferedCall >= 0 ? _sessions[seat.OfferedCall]
            : seat.DesktopCall >= 0 ? _sessions[seat.DesktopCall] : null;
        return session is { DesktopDone: false, Wishes.Disposal: null, PendingReply: null } && session.Agent == request.Agent
            ? session : null;
    }

    private MakeCallRefusal WhyNotDial(AgentSeat seat) => seat switch
    {
        { Call: >= 0 } or { ReservedFor: >= 0 } or { State: AgentState.LoggedOut } => MakeCallRefusal.AgentBusy,
        { Definition.Phone.NailedUp: true, LineUp: false } => MakeCallRefusal.PhoneUnreachable,
        _ when _state != CampaignGroupState.Running => MakeCallRefusal.NotRunning,
        _ when !_journalUp || _suspended => MakeCallRefusal.TryAgain,
        _ when !seat.Claimed && !_claims.TryClaim(seat.Definition.Id, _definition.Id) => MakeCallRefusal.AgentBusy,
        _ => Claimed(seat),
    };

    private static MakeCallRefusal Claimed(AgentSeat seat)
    {
        seat.Claimed = true;
        return MakeCallRefusal.None;
    }

    /// <summary>The number as the list would store it: E.164 where it is one, else exactly the record's own.</summary>
    private static bool TryReadNumber(string text, CallSession session, out string number)
    {
        number = session.Record!.ContactInfo;
        if (text.Length == 0 && NewNumberOf(session) is { } updated)
        {
            text = updated;
        }

        if (text.Length == 0 || text == number)
        {
            return number.Length > 0;
        }

        Span<byte> digits = stackalloc byte[PhoneNumber.MaxLength];
        if (text.Length > 64 || !NumberingPlans.TryFind(session.List!.DefaultCountry, out var home)
            || PhoneNumber.TryNormalise(Encoding.UTF8.GetBytes(text), home, digits, out var length, out _) != PhoneNumberError.None)
        {
            return false;
        }

        number = Encoding.ASCII.GetString(digits[..length]);
        return true;
    }

    /// <summary>The number that the agent gave the record with UpdateCallCompletionStats; null where there is none.</summary>
    private static string? NewNumberOf(CallSession session)
    {
        foreach (var (column, value) in session.FieldUpdates ?? [])
        {
            if (column == "contact_info")
            {
                return value as string;
            }
        }

        return null;
    }

    private void DialForAgent(CallSession session, AgentSeat seat, MakeCallRequest request, string number)
    {
        if (_openCalls >= _options.NumberOfChannels || TakeLine() is not (>= 0 and var trunk))
        {
            FreeUnlessIdle(seat);
            RefuseCall(request, MakeCallRefusal.NoLine);
            return;
        }

        var record = session.Record!;
        if (!TryEnterAgentsChain(session))
        {
            _gate.Release(_definition.Id, trunk);
            _rateTokens += 1;
            Counters.CountRefused(RuleReason.OpenAttempt);
            FreeUnlessIdle(seat);
            RefuseCall(request, MakeCallRefusal.Forbidden, nameof(RuleReason.OpenAttempt));
            return;
        }

        var own = record.ContactInfo;
        record.ContactInfo = number;
        if (_dialGate is not null && _dialGate.TryAdmit(record, session.List!, _now.UnixSeconds, out session.Ticket) is { Outcome: not RuleOutcome.Dial } verdict)
        {
            record.ContactInfo = own;
            session.Ticket = default;
            LeaveChain(session);
            _gate.Release(_definition.Id, trunk);
            _rateTokens += 1;
            Counters.CountRefused(verdict.Reason);
            FreeUnlessIdle(seat);
            RefuseCall(request, MakeCallRefusal.Forbidden, verdict.Reason.ToString());
            return;
        }

        session.CallerId = _callerIds?.Choose(record, session.List!, _now.UnixSeconds) ?? new CallerId.CallerIdChoice(_definition.Campaign.CpnDigits);
        session.Trunk = trunk;
        session.Wishes.ByAgent = true;
        session.Wishes.Pushed = false;
        session.DialReference = request.ReferenceId;
        session.CallOver = false;
        session.ReleaseAsked = false;
        session.Result = CallResult.Unknown;
        session.Outcome = default;
        session.State = CallState.CallingAgent;
        session.StateSince = _now.Ticks;
        session.Times.StartProcessing = _now.UnixMs;
        StopTimer(session);
        NameAnew(session);
        _openCalls++;
        if (seat.Idle)
        {
            LeaveIdleQueue(seat);
        }

        Account(seat);
        seat.Call = session.Index;
        session.AgentSlot = seat.Slot;
        TellPacer(seat);
        Attach(session, request.UserData, isRecordsOwn: true);
        EmitCall(EffectKind.CallEvent, session, (int)CallEventKind.Dialing);
        if (seat.Definition.Phone.NailedUp || seat.Seizure == SeizureState.Engaged)
        {
            IntendAgentsCall(session, seat);
        }
        else if (seat.Seizure == SeizureState.None)
        {
            StartEngaging(seat);
        }
    }

    /// <summary>Every call has a name of its own, also where it is about the same record: words about an earlier call must not meet this one.</summary>
    private void NameAnew(CallSession session)
    {
        var generation = _generations[session.Index] = (_generations[session.Index] % CallHandle.MaxGeneration) + 1;
        session.Handle = new CallHandle(_definition.Id, session.Index, generation);
        session.ReachedAt = 0;
    }

    /// <summary>The agent's phone is there: the attempt begins.</summary>
    private void IntendAgentsCall(CallSession session, AgentSeat seat)
    {
        if (_state != CampaignGroupState.Running || !_journalUp || _suspended)
        {
            EndAgentsCall(session, CallResult.Unknown);
            return;
        }

        session.Attempt = _ids.NextAttempt();
        session.Wishes.Offered = false;
        seat.OfferedCall = seat.OfferedCall == session.Index ? -1 : seat.OfferedCall;
        session.State = CallState.Intended;
        session.StateSince = _now.Ticks;
        AppendAttempt(JournalEntryKind.AttemptStarted, session);
    }

    /// <summary>The attempt is durable: one last look, then the dial.</summary>
    private void AgentsIntentDurable(CallSession session)
    {
        var reason = _state != CampaignGroupState.Running ? "group stopped"
            : _suspended ? "attempt records unsaved"
            : session.Wishes.Disposal is not null ? "canceled by request"
            : session.AgentSlot < 0 ? "no agent left" : null;
        if (reason is null && !IsRefusedAtLast(session))
        {
            session.State = CallState.Dialing;
            session.StateSince = _now.Ticks;

            // The agent hears whatever there is to hear.
            session.Recognition = AnswerTypeRecognition.NoProgressDetection;
            Counters.Dials++;
            StartTimer(session, TimerKind.DialGuard, RingTimeoutMs + DialGuardExtraMs);
            EmitCall(EffectKind.Place, session);
            EmitCall(EffectKind.AttemptStarted, session);
            return;
        }

        // The attempt is taken back and the record stays where it is: with the agent.
        GiveTicketBack(session);
        ref var entry = ref AppendAttempt(JournalEntryKind.AttemptWithdrawn, session);
        entry.Reason = reason ?? session.Refusal.Reason.ToString();
        AwaitForNobody();
        session.Refusal = default;
        session.Wishes.Offered = true;
        session.Attempt = default;
        EndAgentsCall(session, CallResult.Unknown);
    }

    /// <summary>The customer, or something else, answered: the agent hears it at once, whatever it is.</summary>
    private void JoinAgentsCustomer(CallSession session, CallResult result)
    {
        if (session.AgentSlot < 0)
        {
            return;
        }

        session.Times.Answered = _now.UnixMs;
        session.AnsweredTicks = _now.Ticks;
        session.PersonTicks = _now.Ticks;
        session.Result = result;
        session.WasLiveAnswer = true;
        Counters.LiveAnswers += result == CallResult.Answer ? 1 : 0;
        _waitingCount++;
        ConsumeSeizure(_seats[session.AgentSlot]);
        session.State = CallState.Delivering;
        session.StateSince = _now.Ticks;
        StartTimer(session, TimerKind.AgentAnswer, _options.AgentAnswerTimeoutMs);
        EmitCall(EffectKind.Merge, session);
    }

    /// <summary>The network has ended an agent's call that was not connected.</summary>
    private void AgentsCallEnded(CallSession session, CallResult result)
    {
        if (session.State == CallState.Delivering)
        {
            _waitingCount--;
            result = session.Result;
        }

        LeaveAgentsCall(session);
        session.Result = result;
        KeepOnDesktop(session);
    }

    /// <summary>The agent's phone was lost, or could not be reached: nobody would talk with the customer.</summary>
    private void AgentsPhoneLost(AgentSeat seat)
    {
        if (seat.Call < 0 || !_sessions[seat.Call].Wishes.ByAgent)
        {
            return;
        }

        GiveUpAgentsCall(_sessions[seat.Call]);
    }

    /// <summary>The agent releases the call before it is connected, or is gone.</summary>
    private void GiveUpAgentsCall(CallSession session)
    {
        switch (session.State)
        {
            case CallState.CallingAgent:
                EndAgentsCall(session, CallResult.Unknown);
                break;
            case CallState.Intended:
                LeaveAgentsCall(session);
                break;
            case CallState.Dialing or CallState.Ringing:
                session.Outcome.EndedBy = CallEndedBy.Agent;
                LeaveAgentsCall(session);
                ReleaseCall(session);
                break;
            case CallState.Delivering:
                _waitingCount--;
                EmitCall(EffectKind.WithdrawDelivery, session);
                LeaveAgentsCall(session);
                CountAbandoned(session);
                ReleaseCall(session);
                break;
        }
    }

    /// <summary>The call is over before anything left the engine: the record is on the desktop as before.</summary>
    private void EndAgentsCall(CallSession session, CallResult result)
    {
        LeaveAgentsCall(session);
        GiveTicketBack(session);
        CloseCall(session);
        session.Result = result;
        session.Wishes.ByAgent = false;
        session.State = CallState.OnDesktop;
        session.StateSince = _now.Ticks;
        StartTimer(session, TimerKind.Stale, _options.StaleCleanTimeoutMs);
        var seat = _seats[_seatByAgent[session.Agent.Value]];
        seat.OfferedCall = seat.OfferedCall < 0 ? session.Index : seat.OfferedCall;
        seat.DesktopCall = seat.DesktopCall == session.Index ? -1 : seat.DesktopCall;
        if (session.DesktopDone || session.Wishes.Disposal is not null)
        {
            Finish(session, session.Result);
        }
    }

    /// <summary>The agent has no call any more; the record is still theirs.</summary>
    private void LeaveAgentsCall(CallSession session)
    {
        if (session.AgentSlot < 0)
        {
            return;
        }

        var seat = _seats[session.AgentSlot];
        Invariant.That(seat.Call == session.Index);
        EmitCall(EffectKind.CallEvent, session, (int)CallEventKind.Released);
        Account(seat);
        seat.Call = -1;
        session.AgentSlot = -1;
        if (seat.Seizure != SeizureState.None)
        {
            Disengage(seat);
        }
        else
        {
            EndUnusedEngagement(seat);
        }

        if (session.Attempt != default)
        {
            session.Times.AgentReleased = session.Times.Answered > 0 ? _now.UnixMs : 0;
            seat.DesktopCall = session.Index;
        }

        FreeUnlessIdle(seat);
        if (session.Attempt != default && seat.State != AgentState.LoggedOut)
        {
            ChangeState(seat, _options.OutboundReleaseAction);
            EngineChangedState(seat);
        }
        else
        {
            UpdateIdle(seat);
            TellPacer(seat);
        }
    }

    private void GiveTicketBack(CallSession session)
    {
        if (session.Ticket != default)
        {
            _dialGate!.Withdraw(session.Ticket);
            session.Ticket = default;
        }
    }

    private void FreeUnlessIdle(AgentSeat seat)
    {
        if (seat is { Idle: false, Claimed: true, Call: < 0, Seizure: SeizureState.None })
        {
            Unclaim(seat);
        }
    }

    private void RefuseCall(MakeCallRequest request, MakeCallRefusal why, string? words = null)
    {
        ref var effect = ref Emit(EffectKind.CallRefused);
        effect.Agent = request.Agent;
        effect.Detail = (int)why;
        effect.Reference = request;
        effect.Text = words;
    }

    /// <summary>
    /// Attaches a desktop's data to its call. A desktop that dials sends along what it was shown of the record: that is the engine's to say, and the result of an
    /// earlier call is not that of this one.
    /// </summary>
    private static void Attach(CallSession session, UserData? userData, bool isRecordsOwn = false)
    {
        if (userData is null)
        {
            return;
        }

        session.AttachedData ??= new UserData();
        foreach (var (key, value) in userData.Pairs)
        {
            if (!isRecordsOwn || !key.StartsWith("GSW_", StringComparison.Ordinal))
            {
                session.AttachedData.TrySet(key, value);
            }
        }
    }

    /// <summary>Tells pacing about a call of its own: agents' calls are none.</summary>
    private void Tell(PacingEventKind kind, CallSession session, int other = 0)
    {
        if (!session.Wishes.ByAgent)
        {
            _pacer.Observe(_now, new PacingEvent(kind, session.Index, other));
        }
    }
}
