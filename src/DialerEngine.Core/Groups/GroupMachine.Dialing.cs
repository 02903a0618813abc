using DialerEngine.Core.Compliance;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Groups;

/// <summary>From the pacer's number to the INVITE: intention, journal, last look, dial.</summary>
public sealed partial class GroupMachine
{
    private HoldBack _holdBack;
    private PacingDecision _decision;
    private double _rateTokens;
    private long _rateTicks;

    private int ReadyForCalls => _idleCount;

    private void OnTick()
    {
        ReturnOldRecords();
        ReturnOldAssured();

        // Agents whom another group had may be free now; limits of rate may have passed.
        if (WantsAgents)
        {
            ClaimReadyAgents();
        }

        LookForCallbacks();
        PortsMayBeBack();
        if (_seized > 0 || Seizing)
        {
            TickSeizures();
        }

        ShareAgents();
    }

    /// <summary>A group without records lets go of agents whom another group asked for.</summary>
    private void ShareAgents()
    {
        if (_ringCount > 0 || DialableRecords > 0 || _fetching || MayNeedAgents > 0)
        {
            return;
        }

        for (var slot = _idleHead; slot >= 0;)
        {
            var seat = _seats[slot];
            slot = seat.IdleNext;
            if (_claims.WantedElsewhere(seat.Definition.Id, _definition.Id))
            {
                if (seat.Seizure != SeizureState.None)
                {
                    Disengage(seat);
                }
                else
                {
                    LeaveIdleQueue(seat);
                    Unclaim(seat);
                }
            }
        }
    }

    /// <summary>Asks the pacer and starts as many attempts as it wants and as limits allow; notes what held back the rest.</summary>
    private void Pace()
    {
        _holdBack = HoldBack.None;
        Refill();
        AskAhead();
        if (_state != CampaignGroupState.Running)
        {
            _holdBack = HoldBack.NotRunning;
            _decision = new PacingDecision(0, PacingReason.NotRunning);
            WantFromTrunks(0);
            return;
        }

        _holdBack |= (_journalUp ? 0 : HoldBack.JournalUnavailable) | (_storeUp ? 0 : HoldBack.StoreUnavailable)
            | (_loggedIn > 0 ? 0 : HoldBack.NoAgentsLoggedIn) | HoldBackOfRecords | (_suspended ? HoldBack.AttemptRecordsUnsaved : 0);
        if (!_mode.IsAutomatic())
        {
            _holdBack |= HoldBack.AgentsRequests;
            _decision = default;
            return;
        }

        _holdBack |= _idleCount > 0 ? 0 : Seizing && _seized > 0 ? HoldBack.NoEngagedAgent : HoldBack.NoReadyAgent;
        var situation = new PacingSituation
        {
            Now = _now,
            ReadyAgents = _idleCount - _uncountedIdle,
            LoggedInAgents = _loggedIn - _leaving,
            PendingCalls = _pendingCalls - _reservedCalls,
            WaitingPersons = _waitingUnmatched,
            FreeLines = FreeLines(),
            AvailableRecords = _suspended ? 0 : DialableRecords,
            AreLastRecords = AreListsDry,
        };
        if (situation.FreeLines <= 0)
        {
            situation.FreeLines = 0;
            _holdBack |= HoldBack.NoFreeLine;
        }
        else if (OverdialLevelLeft() is var left && left < situation.FreeLines)
        {
            situation.FreeLines = left;
            _holdBack |= left == 0 ? HoldBack.OverdialLevel : 0;
        }

        _decision = _pacer.Decide(situation);
        Invariant.That(_decision.Dial >= 0);
        Invariant.That(_decision.Dial <= situation.FreeLines);
        Invariant.That(_decision.Dial <= situation.AvailableRecords);
        var dialled = 0;
        while (dialled < _decision.Dial && _journalUp && TryIntend())
        {
            dialled++;
        }

        Invariant.That(dialled == 0 || _mode != DialMode.ProgressAndSeize || MayNeedAgents <= _idleCount);

        WantFromTrunks(RefusedByTrunks(dialled) ? Math.Max(1, _decision.Dial - dialled) : 0);
    }

    /// <summary>Only what the trunks refused is a need that other groups should leave room for; what the group holds back itself is none.</summary>
    private bool RefusedByTrunks(int dialled) =>
        (_holdBack & (HoldBack.TrunkRate | HoldBack.TrunkShare)) != 0
        || ((_holdBack & HoldBack.NoFreeLine) != 0 && (_decision.Reason == PacingReason.NoFreeLine || dialled < _decision.Dial) && _gate.FreeLines(_trunks) <= 0);

    private bool TryIntend()
    {
        if (WaitsForRefusals || !TrySetAssuredAside())
        {
            return false;
        }

        if (!TryTakeTurn())
        {
            _holdBack |= HoldBack.Smoothing;
            return false;
        }

        if (TakeLine() is not (>= 0 and var trunk))
        {
            _turns += 1;
            return false;
        }

        if (Intend(null, trunk) is null)
        {
            _turns += 1;
        }

        return true;
    }

    /// <summary>Takes a line of a trunk within all rates: the trunk's index, or -1 with the reason noted.</summary>
    private int TakeLine()
    {
        if (!TryTakeRate())
        {
            _holdBack |= HoldBack.GroupRate;
            return -1;
        }

        var trunk = _gate.TryTake(_definition.Id, _trunks, _now, out var refusal);
        if (trunk < 0)
        {
            _rateTokens += 1;
            _holdBack |= refusal switch
            {
                TrunkRefusal.Rate => HoldBack.TrunkRate,
                TrunkRefusal.Share => HoldBack.TrunkShare,
                TrunkRefusal.Down => HoldBack.TrunkDown,
                _ => HoldBack.NoFreeLine,
            };
        }

        return trunk;
    }

    /// <summary>
    /// Starts an attempt with the given record, or with the next one to be dialled where there is none. Null where a rule refuses the record, which has
    /// then gone back to its list.
    /// </summary>
    private CallSession? Intend(CallRecord? record, int trunk, HeldCheck check = default)
    {
        var session = TakeSession();
        if (record is null)
        {
            TakeDialable(session);
        }
        else
        {
            session.Record = record;
            session.Attempt = check.Attempt == default ? _ids.NextAttempt() : check.Attempt;
            session.Times.StartProcessing = check.AskedAt > 0 ? check.AskedAt : _now.UnixMs;
        }

        session.Wishes.TakenAs = session.Record!.RecordType;
        session.List = ListOf(session.Record);
        return IntendTaken(session, trunk);
    }

    private CallSession? IntendTaken(CallSession session, int trunk)
    {
        session.Trunk = trunk;
        if (!TryEnterChain(session))
        {
            Decline(session, RuleVerdict.HoldUntil(RuleReason.OpenAttempt, _now.UnixSeconds + ChainHoldSeconds));
            return null;
        }

        if (!TryAdmit(session))
        {
            return null;
        }

        session.State = CallState.Intended;
        session.StateSince = _now.Ticks;
        _openCalls++;
        _pendingCalls++;
        _intendedCount++;
        _firstIntent = _intents++ == 0 ? _now.Ticks : _firstIntent;
        AppendAttempt(JournalEntryKind.AttemptStarted, session);
        _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallDialing, session.Index, RecordKinds.Of(IndexOfList(session.Record!.List), session.Record.Attempts)));
        return session;
    }

    private bool TryTakeRate()
    {
        if (_options.DialingRateLimit <= 0)
        {
            return true;
        }

        var elapsed = Math.Clamp((_now.Ticks - _rateTicks) / (double)TimeSpan.TicksPerSecond, 0, 1);
        _rateTicks = _now.Ticks;
        _rateTokens = Math.Min(Math.Max(1, _options.DialingRateLimit / 4), _rateTokens + (elapsed * _options.DialingRateLimit));
        if (_rateTokens < 1)
        {
            return false;
        }

        _rateTokens -= 1;
        return true;
    }

    /// <summary>
    /// The attempt is in the journal: one last look, then the dial. What was true when it was intended may have changed while the journal
    /// was written: a stop, or an agent who went away.
    /// </summary>
    private void IntentDurable(CallSession session)
    {
        Invariant.That(session.State == CallState.Intended);
        if (session.Wishes.ByAgent)
        {
            AgentsIntentDurable(session);
            return;
        }

        var isReserved = session.Wishes.ReservedSeat > 0;
        var underWay = _pendingCalls - _reservedCalls - _intendedCount + _waitingUnmatched;
        _intendedCount--;
        var lateForAgents = !isReserved && _mode.IsProgressive() && underWay >= ReadyForCalls;
        var reason = _state != CampaignGroupState.Running ? "group stopped" : _suspended ? "attempt records unsaved" : lateForAgents ? "no agent left"
            : session.Wishes.DisposedByOthers ? "canceled by request" : null;
        if (reason is not null || IsRefusedAtLast(session))
        {
            Withdraw(session, reason);
            return;
        }

        session.State = CallState.Dialing;
        session.StateSince = _now.Ticks;
        session.Recognition = RecognitionOf(session.Record!);
        Counters.Dials++;
        StartTimer(session, TimerKind.DialGuard, RingTimeoutMs + DialGuardExtraMs);
        EmitCall(EffectKind.Place, session);
        EmitCall(EffectKind.AttemptStarted, session);
    }

    private int RingTimeoutMs => Math.Max(_options.RingTimeoutMs, _options.MinimumRingTimeMs);

    /// <summary>What an adapter needs to place the call that an effect names.</summary>
    public DialRequest DialRequestOf(CallHandle call)
    {
        var session = Find(call) ?? throw new InvariantBrokenException("a placed call has no session");
        return new DialRequest
        {
            Call = call,
            Trunk = session.Trunk,
            Number = session.Record!.ContactInfo,
            CallerId = session.CallerId.Digits,
            CallerName = session.CallerId.DisplayName,
            CallerIdRestricted = session.CallerId.Restricted,
            RingTimeoutMs = RingTimeoutMs,
            Attempt = session.Attempt,
            Listen = session.Recognition != AnswerTypeRecognition.NoProgressDetection,
            ListenOnConnect = Detection.OnConnect,
            Hears = session.Wishes.ByAgent ? session.Agent : default,
            Analysis = new CallAnalysisRequest
            {
                Call = call,
                List = session.Record.List,
                AnswerTypeRecognition = session.Recognition.OptionName(),
                MaskedName = Detection.Recording ? MaskedNumber(session.Record) : null,
            },
        };
    }

    private void Withdraw(CallSession session, string? reason)
    {
        _pendingCalls--;
        CloseCall(session);
        _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallReleased, session.Index));
        session.State = CallState.Finishing;
        MarkWithdrawn(session);
        ref var entry = ref AppendAttempt(JournalEntryKind.AttemptWithdrawn, session);
        entry.Rule = session.Refusal.Reason;
        entry.Reason = reason;
    }

    private void WithdrawalDurable(CallSession session)
    {
        Counters.Withdrawn++;
        CountWithdrawn(session);
        FreeSession(session);
    }
}
