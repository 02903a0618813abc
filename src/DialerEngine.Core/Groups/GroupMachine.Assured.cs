using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>
/// Assured connection (options <c>assured-connect</c>, <c>assured-connect-field</c>): in Progressive and Predictive dialling a record is dialled only once an
/// agent is engaged for it, as in seizing modes, while the rest of the list is dialled as always. The agent's desktop sees the record's data as their phone
/// rings, its handle as <c>GSW_ASSURED_HANDLE</c>. The agent stays engaged for the next such record when a dial fails.
/// </summary>
public sealed partial class GroupMachine
{
    /// <summary>Records that wait for an agent at one time; further ones stay in the buffer and hold up those behind them.</summary>
    private const int MostAssured = 32;

    private readonly int[] _assured = new int[MostAssured];
    private int _assuredCount;
    private int[] _assuredFields = [];

    private bool AssuresSome => _mode is DialMode.Progress or DialMode.Predict && (_options.AssuredConnect || _options.AssuredConnectField is not null);

    /// <summary>The record's own field decides where it says something, else the group's option.</summary>
    private bool IsAssured(CallRecord record) => ListFieldOf(record, _assuredFields[IndexOfList(record.List)]) switch
    {
        long number => number != 0,
        double number => number != 0,
        string text when text.Trim() is { Length: > 0 } word => word is "1" || word.Equals("true", StringComparison.OrdinalIgnoreCase)
            || word.Equals("yes", StringComparison.OrdinalIgnoreCase) || word.Equals("y", StringComparison.OrdinalIgnoreCase),
        _ => _options.AssuredConnect,
    };

    private CallRecord NextDialable => _options.PreDialValidation ? _checks[_allowed[_allowedHead]].Record! : _ring[_ringHead];

    /// <summary>Puts the records at the head of the buffer aside that need an agent first. False where one has no place and everything behind it waits.</summary>
    private bool TrySetAssuredAside()
    {
        while (AssuresSome && DialableRecords > 0 && IsAssured(NextDialable))
        {
            if (_assuredCount >= Math.Min(MostAssured, Math.Max(1, _loggedIn)) || _freeSessionCount <= 1)
            {
                _holdBack |= HoldBack.NoReadyAgent;
                return false;
            }

            SetAside();
        }

        return DialableRecords > 0;
    }

    private void SetAside()
    {
        var session = TakeSession();
        TakeDialable(session);
        session.Wishes.TakenAs = session.Record!.RecordType;
        session.Wishes.Assured = true;
        session.List = ListOf(session.Record);
        session.State = CallState.AwaitingAgent;
        session.StateSince = _now.Ticks;
        _assured[_assuredCount++] = session.Index;
    }

    /// <summary>Finds agents for the records that need one first, and dials those whose agent is there.</summary>
    private void ServeAssured()
    {
        if (_assuredCount == 0 || _state != CampaignGroupState.Running || !_journalUp || _suspended || WaitsForRefusals)
        {
            return;
        }

        for (var i = 0; i < _assuredCount; i++)
        {
            var session = _sessions[_assured[i]];
            if (session.Wishes.ReservedSeat == 0)
            {
                if (SeatToAssure() is not { } idle || (!idle.Definition.Phone.NailedUp && _options.AsmChannels > 0 && _engagingCalls >= _options.AsmChannels))
                {
                    // Those behind it may have their agent already.
                    continue;
                }

                LeaveIdleQueue(idle);
                _pacer.Observe(_now, new PacingEvent(PacingEventKind.AgentNotReady, idle.Definition.Id.Value));
                Assure(session, idle);
                if (!idle.Definition.Phone.NailedUp)
                {
                    StartEngaging(idle);
                }
            }

            var seat = _seats[session.Wishes.ReservedSeat - 1];
            if ((seat.Definition.Phone.NailedUp || seat.Seizure == SeizureState.Engaged) && _openCalls < _options.NumberOfChannels && TakeLine() is >= 0 and var trunk)
            {
                TakeOffAssured(i--);
                DialAssured(session, seat, trunk);
            }
        }
    }

    /// <summary>The agent who is idle longest and whom nothing else needs; null where there is none.</summary>
    private AgentSeat? SeatToAssure()
    {
        var spare = _idleCount - _uncountedIdle - _options.ReservedAgents - (_mode.IsProgressive() ? MayNeedAgents : 0);
        for (var slot = spare > 0 ? _idleHead : -1; slot >= 0; slot = _seats[slot].IdleNext)
        {
            if (!_seats[slot].Uncounted)
            {
                return _seats[slot];
            }
        }

        return null;
    }

    private void Assure(CallSession session, AgentSeat seat)
    {
        session.Wishes.ReservedSeat = seat.Slot + 1;
        seat.ReservedFor = session.Index;
        TellAssured(session, seat, CallEventKind.Ringing);
    }

    private void DialAssured(CallSession session, AgentSeat seat, int trunk)
    {
        session.Wishes.ReservationCounts = true;
        _reservedCalls++;
        if (IntendTaken(session, trunk) is null)
        {
            // A rule refuses the record, which has gone back to its list.
            TellAssured(session, seat, CallEventKind.Released);
            ForgetReservation(session, seat);
            FreeReserved(seat);
        }
    }

    private void TakeOffAssured(int place)
    {
        _assuredCount--;
        Array.Copy(_assured, place + 1, _assured, place, _assuredCount - place);
    }

    /// <summary>An agent who was engaged for a record that reached nobody: kept for the next one that waits, else let go.</summary>
    private bool TryAssureNext(AgentSeat seat)
    {
        if (Seizing || seat.Seizure == SeizureState.None || seat.Call >= 0)
        {
            return false;
        }

        if (_state == CampaignGroupState.Running && _journalUp && !_suspended && CanTake(seat) && seat.Claimed)
        {
            if (_assuredCount == 0 && AssuresSome && DialableRecords > 0 && _freeSessionCount > 1 && IsAssured(NextDialable))
            {
                SetAside();
            }

            for (var i = 0; i < _assuredCount; i++)
            {
                if (_sessions[_assured[i]] is { Wishes.ReservedSeat: 0 } next)
                {
                    Assure(next, seat);
                    return true;
                }
            }
        }

        Disengage(seat);
        return false;
    }

    /// <summary>Puts records back that wait for their agent: all of them, or those of a list that they are not to be taken from any more.</summary>
    private void ReturnAssured(CampaignList? list, string reason)
    {
        for (var i = _assuredCount - 1; i >= 0; i--)
        {
            var session = _sessions[_assured[i]];
            if (list is not null && !IsUnwanted(session.Record!, list))
            {
                continue;
            }

            TakeOffAssured(i);
            AppendReturned(session.Record!, reason);
            session.CallOver = true;
            session.State = CallState.Finishing;
            ReleaseReservation(session);
            FreeSession(session);
        }
    }

    /// <summary>Records that waited so long that what was true when they were fetched may not be true any more go back.</summary>
    private void ReturnOldAssured()
    {
        for (var i = _assuredCount - 1; i >= 0; i--)
        {
            var session = _sessions[_assured[i]];
            if (session.Wishes.ReservedSeat == 0 && _now.Ticks - session.StateSince > MaxBufferedTicks && _awaitingCount <= 2 * _sessions.Length)
            {
                TakeOffAssured(i);
                AppendReturned(session.Record!, "too long in the buffer");
                session.CallOver = true;
                session.State = CallState.Finishing;
                FreeSession(session);
            }
        }
    }

    /// <summary>The engaging call as the agent's desktop sees it: it rings with the record's data, and is released when it comes to no customer.</summary>
    private void TellAssured(CallSession session, AgentSeat seat, CallEventKind kind)
    {
        if (session.Wishes.Assured)
        {
            ref var effect = ref Emit(EffectKind.CallEvent);
            effect.Call = session.Handle;
            effect.Agent = seat.Definition.Id;
            effect.Detail = (int)kind;
        }
    }
}
