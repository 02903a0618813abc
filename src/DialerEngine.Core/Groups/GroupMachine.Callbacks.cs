using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>Callbacks: fetched a little early, kept until they are due, dialled for their agent or the group, never forgotten.</summary>
public sealed partial class GroupMachine
{
    /// <summary>Callbacks in memory at one time; the others wait in their lists.</summary>
    private const int HeldCapacity = 256;
    private const int MostServedPerStep = 16;
    private const int CallbackLookMs = 5_000;

    private readonly CallRecord[] _held = new CallRecord[HeldCapacity];
    private readonly long[] _heldSince = new long[HeldCapacity];
    private int _heldCount;
    private int _heldNext;
    private int _callbackList;
    private long _callbackLook;

    /// <summary>What the fetch under way is for.</summary>
    public FetchKind FetchKind { get; private set; }

    /// <summary>How far ahead of their time callbacks are fetched, seconds.</summary>
    public static int CallbackLeadSeconds => 30;

    /// <summary>Callbacks that the group holds in memory.</summary>
    public int CallbacksHeld => _heldCount;

    private void LookForCallbacks()
    {
        if (_fetching || _state != CampaignGroupState.Running || _now.Ticks < _callbackLook || _heldCount == HeldCapacity)
        {
            return;
        }

        // Lists that are switched off give no callbacks.
        for (var i = 0; i < _lists.Length && !_lists[(_callbackList + 1) % _lists.Length].IsActive; i++)
        {
            _callbackList = (_callbackList + 1) % _lists.Length;
        }

        if (!_lists[(_callbackList + 1) % _lists.Length].IsActive)
        {
            return;
        }

        _callbackLook = _now.Ticks + (Math.Max(500, CallbackLookMs / _lists.Length) * Moment.TicksPerMillisecond);
        _callbackList = (_callbackList + 1) % _lists.Length;
        _fetching = true;
        _fetchList = _callbackList;
        _fetchAsked = Math.Min(Tray.Capacity, HeldCapacity - _heldCount);
        FetchKind = FetchKind.Callbacks;
        ref var effect = ref Emit(EffectKind.Fetch);
        effect.Detail = _fetchAsked;
        effect.Number = _callbackList;
    }

    /// <summary>A fetch has ended: the next one is an ordinary one again.</summary>
    private bool EndCallbackFetch()
    {
        var was = FetchKind == FetchKind.Callbacks;
        FetchKind = FetchKind.Records;
        return was;
    }

    /// <summary>Keeps a fetched callback here instead of in the buffer. False for any other record.</summary>
    private bool TryHold(CallRecord record)
    {
        if (!RecordTransitions.IsCallback(record.RecordType) || _heldCount == HeldCapacity)
        {
            return false;
        }

        _held[_heldCount] = record;
        _heldSince[_heldCount++] = _now.Ticks;
        return true;
    }

    /// <summary>A list was switched off: its callbacks go back to it.</summary>
    private void ReturnCallbacksOf(ListId list)
    {
        for (var i = _heldCount - 1; i >= 0; i--)
        {
            if (_held[i].List == list)
            {
                ReturnRecord(TakeHeld(i), "list changed");
            }
        }
    }

    private void ReturnCallbacks()
    {
        while (_heldCount > 0)
        {
            ReturnRecord(TakeHeld(_heldCount - 1), "group stopped");
        }
    }

    private CallRecord TakeHeld(int index)
    {
        var record = _held[index];
        ForgetQuestion(index);
        _heldCount--;
        _heldChecks[index] = _heldChecks[_heldCount];
        _heldChecks[_heldCount] = default;
        _held[index] = _held[_heldCount];
        _heldSince[index] = _heldSince[_heldCount];
        _held[_heldCount] = null!;
        return record;
    }

    /// <summary>Serves callbacks whose time has come, some of them each step, all of them in turn.</summary>
    private void ServeCallbacks()
    {
        if (_heldCount == 0 || _state != CampaignGroupState.Running || !_journalUp)
        {
            return;
        }

        for (var i = Math.Min(MostServedPerStep, _heldCount); i > 0 && _heldCount > 0; i--)
        {
            if (_heldNext >= _heldCount)
            {
                _heldNext = 0;
            }

            if (!Serve(_heldNext))
            {
                _heldNext++;
            }
        }
    }

    /// <summary>True when the callback has left its place here.</summary>
    private bool Serve(int index)
    {
        var record = _held[index];
        if (record.DialScheduledTime > _now.UnixSeconds)
        {
            return false;
        }

        if (NextWindow(record) is var opens and > 0)
        {
            MoveIntoWindow(TakeHeld(index), opens);
            return true;
        }

        if (RecordTransitions.IsPersonal(record.RecordType))
        {
            return ServePersonal(index, record);
        }

        if (_mode.IsAutomatic() && _options.PredictiveCallback)
        {
            if (_ringCount >= _ring.Length)
            {
                return false;
            }

            PushFront(TakeHeld(index));
            return true;
        }

        var seat = SeatForCampaignCallback(record);
        if (seat is not null && TryOffer(index, seat))
        {
            return true;
        }

        return MissIfTooLong(index, CallResult.GroupCallBackError);
    }

    private bool ServePersonal(int index, CallRecord record)
    {
        var seat = SeatOf(record.AgentLoginId);
        if (_mode.IsAutomatic())
        {
            // Asked while the agent is busy, too: an agent who is free for a moment only is there when the answer is.
            var cleared = seat is { State: not AgentState.LoggedOut } && IsCleared(index);
            if (seat is { Idle: true })
            {
                return cleared && TryDialFor(index, seat);
            }
        }
        else if (seat is not null && CanBeOffered(seat) && TryOffer(index, seat))
        {
            return true;
        }

        return MissIfTooLong(index, CallResult.AgentCallBackError);
    }

    private bool MissIfTooLong(int index, CallResult result)
    {
        if (_heldChecks[index].Question > 0 || _now.MillisecondsSince(_heldSince[index]) < _options.CallbackWaitAgentTimeoutMs)
        {
            return false;
        }

        Miss(TakeHeld(index), result);
        return true;
    }

    /// <summary>No agent in time: the treatment for it, or Missed CallBack.</summary>
    private void Miss(CallRecord record, CallResult result)
    {
        var type = record.RecordType;
        var fate = Treat(record, result, AgentTreatment.None);
        if (fate.Reason != TreatmentReason.Applied)
        {
            fate = TreatmentPlan.Final(record, fate.Reason) with { Status = RecordStatus.MissedCallBack, Rule = "callback missed" };
        }

        Counters.CallbacksMissed++;
        EmitRecordEvent(RecordEventKind.CallbackMissed, record, type, result);
        record.CallResult = result;
        record.CallTime = _now.UnixSeconds;
        var endsChain = EndsChain(record, fate);
        ref var entry = ref AppendRecordState(record, -1);
        ApplyFate(record, fate, ref entry);
        if (record.RecordStatus == RecordStatus.Ready)
        {
            LookAgain(record.List, (int)(Math.Clamp(record.DialScheduledTime - _now.UnixSeconds, 0, LookAheadSeconds) * 1_000) + 1_000);
        }

        CountPlace(record);
        EmitAppointment(record, asked: false);
        if (endsChain)
        {
            Counters.LeadsProcessed++;
            EmitRecordEvent(RecordEventKind.LeadProcessed, record, type, result);
        }

        GiveBack(record);
    }

    /// <summary>
    /// Unix seconds at which the customer's daily window opens next; 0 while it is open. A callback outside it is moved into it when its time has come
    /// (desktop protocol, Scheduling and Rescheduling Records).
    /// </summary>
    private long NextWindow(CallRecord record)
    {
        var window = CallingWindow.WindowOf(record, ListOf(record));
        var local = _clock.LocalAt(record, _now.Wall);
        var second = (int)local.TimeOfDay.TotalSeconds;
        if (window.Contains(second))
        {
            return 0;
        }

        var opens = _clock.ToUnixSeconds(record, local.Date.AddDays(second < window.From ? 0 : 1).AddSeconds(window.From));
        return Math.Max(opens, _now.UnixSeconds + 1);
    }

    private void MoveIntoWindow(CallRecord record, long opens)
    {
        record.DialScheduledTime = opens;
        record.RecordStatus = RecordStatus.Ready;
        AppendRecordState(record, -1).Rule = RuleReason.CallingWindow;
        Counters.RecordsReturned++;
        Counters.CallbacksMoved++;
        GiveBack(record);
    }

    private AgentSeat? SeatOf(string loginId)
    {
        foreach (var seat in _seats)
        {
            if (seat.Definition.LoginId == loginId)
            {
                return seat;
            }
        }

        return null;
    }

    /// <summary>Dials a personal callback with its agent kept free for it.</summary>
    private bool TryDialFor(int index, AgentSeat seat)
    {
        if (_freeSessionCount == 0 || _openCalls >= _options.NumberOfChannels || TakeLine() is not (>= 0 and var trunk))
        {
            return false;
        }

        LeaveIdleQueue(seat);
        var check = _heldChecks[index];
        if (Intend(TakeHeld(index), trunk, check) is not { } session)
        {
            UpdateIdle(seat);
            return true;
        }

        session.Wishes.ReservedSeat = seat.Slot + 1;
        session.Wishes.ReservationCounts = true;
        seat.ReservedFor = session.Index;
        _reservedCalls++;
        _pacer.Observe(_now, new PacingEvent(PacingEventKind.AgentBusy, seat.Definition.Id.Value));
        return true;
    }

    private int _reservedCalls;

    /// <summary>The customer of a personal callback answered: to the agent who was kept free. False where there is none any more.</summary>
    private bool TryDeliverReserved(CallSession session)
    {
        if (session.Wishes.ReservedSeat == 0)
        {
            return false;
        }

        var seat = _seats[session.Wishes.ReservedSeat - 1];
        ForgetReservation(session, seat);
        if (!CanTake(seat) || !seat.Claimed)
        {
            TellAssured(session, seat, Desktop.CallEventKind.Released);
            FreeReserved(seat);
            return false;
        }

        HandOver(session, seat, isPromised: session.Wishes.Assured && seat.Definition.Phone.NailedUp);
        return true;
    }

    /// <summary>The call did not come to its agent: the agent is free for others.</summary>
    private void ReleaseReservation(CallSession session)
    {
        if (session.Wishes.ReservedSeat == 0)
        {
            return;
        }

        var seat = _seats[session.Wishes.ReservedSeat - 1];
        TellAssured(session, seat, Desktop.CallEventKind.Released);
        ForgetReservation(session, seat);
        FreeReserved(seat);
    }

    private void ForgetReservation(CallSession session, AgentSeat seat)
    {
        Invariant.That(seat.ReservedFor == session.Index);
        seat.ReservedFor = -1;
        session.Wishes.ReservedSeat = 0;
        _reservedCalls -= session.Wishes.ReservationCounts ? 1 : 0;
        session.Wishes.ReservationCounts = false;
        Invariant.That(_reservedCalls >= 0);
    }

    private void FreeReserved(AgentSeat seat)
    {
        if (TryAssureNext(seat))
        {
            return;
        }

        if (seat.State == AgentState.Ready)
        {
            _pacer.Observe(_now, new PacingEvent(PacingEventKind.AgentReady, seat.Definition.Id.Value));
        }

        UpdateIdle(seat);
    }
}
