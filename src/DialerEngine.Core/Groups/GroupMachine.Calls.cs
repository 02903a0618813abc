using DialerEngine.Core.Desktop;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>The way of a call from the network's first word to its durable result.</summary>
public sealed partial class GroupMachine
{
    private int _waitingHead = -1;
    private int _waitingTail = -1;
    private int _waitingCount;
    private int _waitingUnmatched;

    private void OnCallDialing(CallHandle call)
    {
        if (Find(call) is { State: CallState.Dialing } session && session.Times.Dialing == 0)
        {
            session.Times.Dialing = _now.UnixMs;
        }
    }

    private void OnCallRinging(CallHandle call)
    {
        if (Find(call) is { State: CallState.Dialing } session)
        {
            session.State = CallState.Ringing;
            session.StateSince = _now.Ticks;
            session.Times.Ringing = _now.UnixMs;
        }
    }

    private void OnCallAnswered(CallHandle call)
    {
        if (Find(call) is not { State: CallState.Dialing or CallState.Ringing, ReleaseAsked: false } session)
        {
            return;
        }

        if (session.Wishes.ByAgent)
        {
            JoinAgentsCustomer(session, CallResult.Answer);
            return;
        }

        BeginListening(session);
        if (session.Recognition == AnswerTypeRecognition.NoProgressDetection)
        {
            Judge(session, CallResult.Answer, 0);
            return;
        }

        StartTimer(session, TimerKind.Verdict, ListeningLimitMs);
    }

    /// <summary>Somebody, or something, is to be brought to an agent. Only a person counts where abandonment is counted.</summary>
    private void BringToAgent(CallSession session, CallResult result)
    {
        session.Times.Queued = _now.UnixMs;
        session.Result = result;
        session.WasLiveAnswer = result == CallResult.Answer;
        if (session.WasLiveAnswer)
        {
            Counters.LiveAnswers++;
            _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallPerson, session.Index));
        }
        else
        {
            _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallFailed, session.Index, (int)result));
        }

        _waitingCount++;
        if (TryDeliverReserved(session))
        {
            return;
        }

        Enqueue(session);
        StartTimer(session, TimerKind.Queue, Math.Max(1, WaitLeftMs(session)));
    }

    /// <summary>How long the person may still wait: counted from the end of their greeting (16 CFR 310.4(b)(4)(iii)).</summary>
    private long WaitLeftMs(CallSession session) => _options.QueueTimeoutMs - _now.MillisecondsSince(session.PersonTicks);

    private void OnCallEnded(CallHandle call, in CallOutcome outcome)
    {
        if (Find(call) is not { CallOver: false } session || session.State is CallState.Intended or CallState.Finishing or CallState.CallingAgent or CallState.AwaitingAgent)
        {
            return;
        }

        CloseCall(session);
        _gate.Report(session.Trunk, outcome.TrunkFault, outcome.RetryAfterMs, _now);
        session.Outcome = new CallOutcomeView
        {
            EndedBy = session.Outcome.EndedBy == CallEndedBy.Agent ? CallEndedBy.Agent
                : session.ReleaseAsked && outcome.EndedBy == CallEndedBy.Nobody ? CallEndedBy.Engine : outcome.EndedBy,
            NetworkCode = outcome.NetworkCode,
            Q850Cause = outcome.Q850Cause,
            NetworkPhrase = outcome.NetworkPhrase,
            NetworkReasons = outcome.NetworkReasons,
        };
        session.Times.Released = _now.UnixMs;
        switch (session.State)
        {
            case CallState.Dialing or CallState.Ringing or CallState.Delivering when session.Wishes.ByAgent:
                AgentsCallEnded(session, outcome.Result);
                break;
            case CallState.Dialing or CallState.Ringing:
                _pendingCalls--;
                _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallFailed, session.Index, (int)outcome.Result));
                FinishUnanswered(session, outcome);
                break;
            case CallState.Listening:
                LeaveListening(session);
                _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallFailed, session.Index, (int)ResultWhileListening(session)));
                Finish(session, ResultWhileListening(session));
                break;
            case CallState.Waiting:
                Dequeue(session);
                _waitingCount--;
                CountAbandoned(session);
                Finish(session, session.WasLiveAnswer ? CallResult.Abandoned : session.Result);
                break;
            case CallState.Delivering:
                TakeFromAgent(session);
                _waitingCount--;
                CountAbandoned(session);
                Finish(session, session.WasLiveAnswer ? CallResult.Abandoned : session.Result);
                break;
            case CallState.Connected:
                LeaveAgent(session, byAgent: false);
                KeepOnDesktop(session);
                break;
            case CallState.Announcing or CallState.AwaitingBeep:
                Finish(session, session.Result);
                break;
            case CallState.Routed:
                FinishRouted(session);
                break;
            case CallState.Releasing:
                KeepOnDesktop(session);
                break;
        }
    }

    /// <summary>A call that nobody answered: the record's fate follows from the result; a trunk's fault is not held against the callee.</summary>
    private void FinishUnanswered(CallSession session, in CallOutcome outcome)
    {
        if (session.Verdict is { } heard)
        {
            Finish(session, heard);
            return;
        }

        var record = session.Record!;
        if (outcome.TrunkFault && record.Attempts + 1 < _options.TrunkFaultMaxAttempts)
        {
            var delayMs = Math.Max(_options.TrunkFaultRetryDelayMs, outcome.RetryAfterMs);
            Finish(session, outcome.Result, RecordStatus.Ready, _now.UnixSeconds + ((delayMs + 999) / 1000));
            LookAgain(record.List, delayMs + 1_000);
            return;
        }

        Finish(session, outcome.Result);
    }

    /// <summary>The call is over: its record stays on the agent's desktop until the agent is done with it.</summary>
    private void KeepOnDesktop(CallSession session)
    {
        if (session.Agent == default || session.DesktopDone)
        {
            Finish(session, session.Result);
            return;
        }

        session.State = CallState.OnDesktop;
        session.StateSince = _now.Ticks;
        StartTimer(session, TimerKind.Stale, _options.StaleCleanTimeoutMs);
    }

    private void QueueTimedOut(CallSession session)
    {
        if (session.State != CallState.Waiting)
        {
            return;
        }

        Dequeue(session);
        GiveUpPerson(session);
    }

    /// <summary>No agent in time: the person hears the announcement, then is released (16 CFR 310.4(b)(4)(iii)).</summary>
    private void GiveUpPerson(CallSession session)
    {
        _waitingCount--;
        CountAbandoned(session);
        if (!session.WasLiveAnswer)
        {
            // A machine or silence that was to go to an agent: nobody is abandoned, and the verdict stays the result.
            session.State = CallState.Announcing;
            session.StateSince = _now.Ticks;
            ReleaseCall(session);
            return;
        }

        session.Result = session.AgentGaveUp ? CallResult.DroppedOnNoAnswer : CallResult.Dropped;
        NoteOverdial(session);
        SayGoodbye(session);
    }

    /// <summary>Plays the safe-harbour announcement to a person for whom there is nobody, where the group has one, and releases the call.</summary>
    private void SayGoodbye(CallSession session)
    {
        session.State = CallState.Announcing;
        session.StateSince = _now.Ticks;
        if (_options.SafeHarbourAnnouncement is { } announcement)
        {
            StartTimer(session, TimerKind.Announcement, AnnouncementGuardMs);
            ref var effect = ref Emit(EffectKind.Announce);
            effect.Call = session.Handle;
            effect.Text = announcement;
            return;
        }

        ReleaseCall(session);
    }

    private void OnAnnouncementEnded(CallHandle call)
    {
        if (Find(call) is { State: CallState.Announcing } session)
        {
            ReleaseCall(session);
        }
    }

    private void CountAbandoned(CallSession session)
    {
        if (!session.WasLiveAnswer)
        {
            return;
        }

        session.Times.Abandoned = _now.UnixMs;
        Counters.Abandoned++;
        Counters.PersonWait.Add(_now.MillisecondsSince(session.PersonTicks));
        NoteReached(session);
        Tell(PacingEventKind.CallAbandoned, session);
    }

    /// <summary>The person counts where the rate of abandoned calls is counted: once, and not in calls that agents make.</summary>
    private void NoteReached(CallSession session)
    {
        if (session.ReachedAt == 0 && !session.Wishes.ByAgent)
        {
            session.ReachedAt = _now.UnixMs;
        }
    }

    /// <summary>Asks the network to end the call; its word comes as <see cref="InputKind.CallEnded"/>.</summary>
    private void ReleaseCall(CallSession session)
    {
        if (session.ReleaseAsked || session.CallOver)
        {
            return;
        }

        session.ReleaseAsked = true;
        if (session.State == CallState.Waiting)
        {
            Dequeue(session);
            _waitingCount--;
            CountAbandoned(session);
            session.Result = session.WasLiveAnswer ? CallResult.Dropped : session.Result;
        }
        else if (session.State == CallState.Listening)
        {
            LeaveListening(session);
            session.Result = CallResult.Dropped;
            _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallFailed, session.Index, (int)CallResult.Dropped));
        }

        if (session.State is not (CallState.Dialing or CallState.Ringing))
        {
            session.State = CallState.Releasing;
            session.StateSince = _now.Ticks;
        }

        StartTimer(session, TimerKind.ReleaseGuard, ReleaseGuardMs);
        EmitCall(EffectKind.Release, session);
    }

    private void MaxDurationReached(CallSession session)
    {
        if (session.State == CallState.Connected)
        {
            LeaveAgent(session, byAgent: false);
            ReleaseCall(session);
        }
        else if (session.State == CallState.Routed)
        {
            ReleaseCall(session);
        }
    }

    /// <summary>The network never told the end of a call: the session must not stay for ever, nor may the agent.</summary>
    private void CallStuck(CallSession session)
    {
        if (session.CallOver || session.State is CallState.Intended or CallState.OnDesktop or CallState.Finishing or CallState.CallingAgent or CallState.AwaitingAgent)
        {
            return;
        }

        Counters.StuckCalls++;
        EmitCall(EffectKind.StuckCall, session);
        EmitCall(EffectKind.Release, session);
        OnCallEnded(session.Handle, new CallOutcome { Result = CallResult.SystemError, EndedBy = CallEndedBy.Engine, Answered = session.AnsweredTicks > 0 });
    }

    private void StaleOnDesktop(CallSession session)
    {
        if (session.State == CallState.OnDesktop)
        {
            Finish(session, CallResult.Stale, RecordStatus.Stale, 0);
        }
    }

    private void Finish(CallSession session, CallResult result) => Finish(session, result, RecordStatus.Updated, 0);

    /// <summary>The attempt has its final result: journal it with the record's new state.</summary>
    private void Finish(CallSession session, CallResult result, RecordStatus status, long scheduledUnixSeconds)
    {
        Invariant.That(session.CallOver);
        Invariant.That(session.State != CallState.Finishing);
        if (session.Wishes.Offered)
        {
            FinishOffered(session, status);
            return;
        }

        StopTimer(session);
        ForgetDesktop(session);
        ReturnIdleMates(session);
        if (session.WasLiveAnswer)
        {
            Tell(PacingEventKind.CallReleased, session);
        }

        session.Result = session.DesktopResult ?? result;
        TakeFeedback(session);
        session.State = CallState.Finishing;
        session.Times.CompleteProcessing = _now.UnixMs;
        var record = session.Record!;
        record.Attempts++;
        record.CallTime = _now.UnixSeconds;
        var fate = status == RecordStatus.Ready && session.Wishes is { Disposal: null, CallbackTime: 0 }
            ? new TreatmentDecision { Type = record.RecordType, Status = status, Schedule = scheduledUnixSeconds }
            : FateOf(session, status == RecordStatus.Ready ? RecordStatus.Updated : status);
        fate = WithinChain(session, fate);
        record.CallResult = ResultByFate(fate, session.Result);
        session.Wishes.EndsChain = !session.Wishes.ChainDone && EndsChain(record, fate);
        session.Wishes.NextAt = fate.ChainAt;
        ref var entry = ref AppendAttempt(JournalEntryKind.AttemptFinished, session);
        ApplyFate(record, fate, ref entry);
        entry.CallbackAgent = session.Wishes.CallbackAgent;
        entry.FieldUpdates = session.FieldUpdates;
        FinishOtherMates(session);
    }

    private void ResultDurable(CallSession session)
    {
        if (session.Wishes.Redial is not null)
        {
            LastAttemptDurable(session);
            return;
        }

        Counters.Results++;
        Counters.Count(session.Result);
        CountPlace(session.Record!);
        if (session.PendingReply is { } request)
        {
            EmitReply(request, DesktopError.None, session.Handle);
        }

        EmitCall(EffectKind.AttemptFinished, session);
        FateDurable(session);
        FreeSession(session);
    }

    private void Enqueue(CallSession session)
    {
        session.State = CallState.Waiting;
        session.StateSince = _now.Ticks;
        session.QueuePrevious = _waitingTail;
        session.QueueNext = -1;
        if (_waitingTail >= 0) { _sessions[_waitingTail].QueueNext = session.Index; } else { _waitingHead = session.Index; }
        _waitingTail = session.Index;
        _waitingUnmatched++;
    }

    private void Dequeue(CallSession session)
    {
        Invariant.That(session.State == CallState.Waiting);
        if (session.QueuePrevious >= 0) { _sessions[session.QueuePrevious].QueueNext = session.QueueNext; } else { _waitingHead = session.QueueNext; }
        if (session.QueueNext >= 0) { _sessions[session.QueueNext].QueuePrevious = session.QueuePrevious; } else { _waitingTail = session.QueuePrevious; }
        session.QueuePrevious = -1;
        session.QueueNext = -1;
        _waitingUnmatched--;
    }
}
