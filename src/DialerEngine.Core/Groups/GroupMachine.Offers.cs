using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>Callbacks that agents make themselves: shown to them as scheduled calls.</summary>
public sealed partial class GroupMachine
{
    private const int OfferAgainSeconds = 60;

    /// <summary>With <c>agent_preview_mode_start</c> an agent asks for scheduled calls first; in Push Preview none has to.</summary>
    private bool CanBeOffered(AgentSeat seat) => seat.State is AgentState.Ready or AgentState.NotReady && HasRoomForRecord(seat);

    /// <summary>The agent has neither call nor record, and none is on its way.</summary>
    private bool HasRoomForRecord(AgentSeat seat) =>
        (!_options.PreviewModeStartRequired || seat.Previews || _mode == DialMode.PushPreview)
        && seat is { LeavingSoon: false, Away: false, Call: < 0, DesktopCall: < 0, ReservedFor: < 0, OfferedCall: < 0 };

    /// <summary>Who gets a campaign callback (<c>campaign-callback-distr</c>): the agent who made it where they are free, else who is idle longest.</summary>
    private AgentSeat? SeatForCampaignCallback(CallRecord record)
    {
        if (_options.CampaignCallbackDistribution == CampaignCallbackDistribution.LastAgentFirst && SeatOf(record.AgentLoginId) is { } last && CanBeOffered(last))
        {
            return last;
        }

        AgentSeat? longest = null;
        foreach (var seat in _seats)
        {
            if (CanBeOffered(seat) && (longest is null || seat.StateSince < longest.StateSince))
            {
                longest = seat;
            }
        }

        return longest;
    }

    /// <summary>Shows the callback to an agent as a scheduled call (user event ScheduledCall); the agent's desktop decides.</summary>
    private bool TryOffer(int index, AgentSeat seat)
    {
        if (_freeSessionCount == 0)
        {
            return false;
        }

        var session = TakeSession();
        session.Record = TakeHeld(index);
        PutOnDesktop(session, seat);
        EmitCall(EffectKind.ScheduledCall, session);
        return true;
    }

    /// <summary>The agent sees a record before there is a call.</summary>
    private void PutOnDesktop(CallSession session, AgentSeat seat)
    {
        var record = session.Record!;
        session.List = ListOf(record);
        session.Agent = seat.Definition.Id;
        session.CallOver = true;
        session.Wishes.Offered = true;
        session.Wishes.TakenAs = record.RecordType;
        session.State = CallState.OnDesktop;
        session.StateSince = _now.Ticks;
        session.Times.StartProcessing = _now.UnixMs;
        ReadZone(session);
        if (!session.Wishes.InChain)
        {
            seat.OfferedCall = session.Index;
        }

        StartTimer(session, TimerKind.Stale, _options.StaleCleanTimeoutMs);
    }

    /// <summary>The end of an offered callback: what the agent asked for; else it is due again, or missed where nobody answered at all.</summary>
    private void FinishOffered(CallSession session, RecordStatus otherwise)
    {
        StopTimer(session);
        ReturnIdleMates(session);
        var record = session.Record!;
        if (_seatByAgent.TryGetValue(session.Agent.Value, out var slot))
        {
            _seats[slot].OfferedCall = _seats[slot].OfferedCall == session.Index ? -1 : _seats[slot].OfferedCall;
        }

        TreatmentDecision fate;
        var isLeft = session.Wishes is { Disposal: null, CallbackTime: 0, Processing: null, ChainDone: false } && session.PendingReply is null;
        if (session.Wishes.Preview && isLeft && otherwise != RecordStatus.Stale && IsLeftAtLogout(session))
        {
            fate = FateAtLogout(session);
        }
        else if (session.Wishes.Preview && isLeft)
        {
            fate = FateOfPreview(session, otherwise);
        }
        else if (isLeft)
        {
            var missed = otherwise == RecordStatus.Stale;
            var result = RecordTransitions.IsPersonal(record.RecordType) ? CallResult.AgentCallBackError : CallResult.GroupCallBackError;
            fate = missed ? Treat(record, result, AgentTreatment.None)
                : new TreatmentDecision { Type = record.RecordType, Status = RecordStatus.Ready, Schedule = _now.UnixSeconds + OfferAgainSeconds };
            if (missed)
            {
                fate = fate.Reason == TreatmentReason.Applied ? fate
                    : TreatmentPlan.Final(record, fate.Reason) with { Status = RecordStatus.MissedCallBack, Rule = "callback missed" };
                session.Result = result;
                Counters.CallbacksMissed++;
                EmitRecordEvent(RecordEventKind.CallbackMissed, record, record.RecordType, result);
            }
        }
        else
        {
            session.Result = session.DesktopResult ?? record.CallResult;
            fate = FateOf(session, RecordStatus.Updated);
        }

        fate = WithinChain(session, fate);
        session.State = CallState.Finishing;
        session.Wishes.EndsChain = !session.Wishes.ChainDone && EndsChain(record, fate);
        session.Wishes.NextAt = fate.ChainAt;
        record.CallResult = ResultByFate(fate, session.Result == CallResult.Unknown ? record.CallResult : session.Result);
        record.CallTime = _now.UnixSeconds;
        ref var entry = ref AppendRecordState(record, session.Index);
        ApplyFate(record, fate, ref entry);
        entry.AgentLoginId = LoginIdOf(session.Agent);
        entry.CallbackAgent = session.Wishes.CallbackAgent;
        entry.FieldUpdates = session.FieldUpdates;
        FinishOtherMates(session);
    }
}
