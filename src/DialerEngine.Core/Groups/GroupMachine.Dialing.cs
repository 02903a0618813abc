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
        // Agents whom another group had may be free now; limits of rate may have passed.
        if (WantsAgents)
        {
            ClaimReadyAgents();
        }
    }

    /// <summary>Asks the pacer and starts as many attempts as it wants and as limits allow; notes what held back the rest.</summary>
    private void Pace()
    {
        _holdBack = HoldBack.None;
        Refill();
        if (_state != CampaignGroupState.Running)
        {
            _holdBack = HoldBack.NotRunning;
            _decision = new PacingDecision(0, PacingReason.NotRunning);
            return;
        }

        _holdBack |= (_journalUp ? 0 : HoldBack.JournalUnavailable) | (_storeUp ? 0 : HoldBack.StoreUnavailable)
            | (_loggedIn > 0 ? 0 : HoldBack.NoAgentsLoggedIn) | (_idleCount > 0 ? 0 : HoldBack.NoReadyAgent)
            | (_ringCount > 0 ? 0 : HoldBack.NoRecords);
        var situation = new PacingSituation
        {
            Now = _now,
            ReadyAgents = ReadyForCalls,
            LoggedInAgents = _loggedIn,
            PendingCalls = _pendingCalls,
            WaitingPersons = _waitingUnmatched,
            FreeLines = Math.Min(_freeSessionCount, Math.Min(_options.NumberOfChannels - _openCalls, _gate.FreeLines(_trunks))),
            AvailableRecords = _ringCount,
        };
        if (situation.FreeLines <= 0)
        {
            situation.FreeLines = 0;
            _holdBack |= HoldBack.NoFreeLine;
        }

        _decision = _pacer.Decide(situation);
        Invariant.That(_decision.Dial >= 0);
        Invariant.That(_decision.Dial <= situation.FreeLines);
        Invariant.That(_decision.Dial <= situation.AvailableRecords);
        for (var i = 0; i < _decision.Dial && _journalUp; i++)
        {
            if (!TryIntend())
            {
                break;
            }
        }
    }

    private bool TryIntend()
    {
        if (WaitsForRefusals)
        {
            return false;
        }

        if (!TryTakeRate())
        {
            _holdBack |= HoldBack.GroupRate;
            return false;
        }

        var trunk = _gate.TryTake(_trunks, _now, out var refusal);
        if (trunk < 0)
        {
            _rateTokens += 1;
            _holdBack |= refusal switch
            {
                TrunkRefusal.Rate => HoldBack.TrunkRate,
                TrunkRefusal.Down => HoldBack.TrunkDown,
                _ => HoldBack.NoFreeLine,
            };
            return false;
        }

        var session = TakeSession();
        session.Record = PopRecord();
        session.List = ListOf(session.Record);
        session.Attempt = _ids.NextAttempt();
        session.Trunk = trunk;
        if (!TryAdmit(session))
        {
            return true;
        }

        session.State = CallState.Intended;
        session.StateSince = _now.Ticks;
        session.Times.StartProcessing = _now.UnixMs;
        _openCalls++;
        _pendingCalls++;
        _intendedCount++;
        AppendAttempt(JournalEntryKind.AttemptStarted, session);
        _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallDialing, session.Index));
        return true;
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
        var underWay = _pendingCalls - _intendedCount + _waitingUnmatched;
        _intendedCount--;
        var lateForAgents = _mode is DialMode.Progress && underWay >= ReadyForCalls;
        if (_state != CampaignGroupState.Running || lateForAgents || IsRefusedAtLast(session))
        {
            Withdraw(session);
            return;
        }

        session.State = CallState.Dialing;
        session.StateSince = _now.Ticks;
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
        };
    }

    private void Withdraw(CallSession session)
    {
        _pendingCalls--;
        CloseCall(session);
        _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallReleased, session.Index));
        session.State = CallState.Finishing;
        MarkWithdrawn(session);
        AppendAttempt(JournalEntryKind.AttemptWithdrawn, session).Rule = session.Refusal.Reason;
    }

    private void WithdrawalDurable(CallSession session)
    {
        Counters.Withdrawn++;
        CountWithdrawn(session);
        FreeSession(session);
    }
}
