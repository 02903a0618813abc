using DialerEngine.Core.Desktop;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>The desktop protocol's requests about an agent's own work: its ready time and its smart logout.</summary>
public sealed partial class GroupMachine
{
    private int _leaversWaiting;

    private void OnSessionRequest(DesktopRequest request, AgentSeat seat)
    {
        if (seat.State == AgentState.LoggedOut)
        {
            EmitReply(request, DesktopError.AgentNotFound, CallHandle.None);
            return;
        }

        if (seat.LeavingSoon && request.Kind is not (DesktopRequestKind.PreviewDialingModeOver or DesktopRequestKind.LogOut))
        {
            Refuse(request, InvalidRequestReason.AgentSmartlyLoggedOut);
            return;
        }

        switch (request.Kind)
        {
            case DesktopRequestKind.ReadyTime:
                EmitReply(request, TakeReadyTime(request, seat), CallHandle.None);
                break;
            case DesktopRequestKind.LogOut:
                OnLogOut(request, seat);
                break;
            case DesktopRequestKind.PreviewDialingModeStart or DesktopRequestKind.PreviewDialingModeOver:
                OnPreviewMode(request, seat);
                break;
            case DesktopRequestKind.PreviewRecordRequest:
                OnPreviewRecordRequest(request, seat);
                break;
            default:
                EmitReply(request, DesktopError.InvalidRequest, CallHandle.None);
                break;
        }
    }

    private void Refuse(DesktopRequest request, InvalidRequestReason reason)
    {
        request.Reason = reason;
        EmitReply(request, DesktopError.InvalidRequest, CallHandle.None);
    }

    /// <summary>Table ReadyTime Error Codes: predictive modes only, once for a record that the agent works on.</summary>
    private DesktopError TakeReadyTime(DesktopRequest request, AgentSeat seat)
    {
        if (_mode is not (DialMode.Predict or DialMode.PredictAndSeize))
        {
            return DesktopError.InvalidRequest;
        }

        if (request.ReadySeconds <= 0)
        {
            return DesktopError.InvalidAttributeValue;
        }

        if (OwnRecord(request) is not { State: CallState.Connected or CallState.Releasing or CallState.OnDesktop } session)
        {
            return DesktopError.NoCallFoundForTheRecordHandle;
        }

        if (session.ReadyTimeSaid)
        {
            return DesktopError.DuplicateRequest;
        }

        session.ReadyTimeSaid = true;
        _pacer.Observe(_now, new PacingEvent(PacingEventKind.AgentReadyTime, seat.Definition.Id.Value, request.ReadySeconds));
        return DesktopError.None;
    }

    /// <summary>
    /// Smart logout: new dials do not count on the agent from now on. It may go when no call is under way that was made before, at the latest after
    /// the ring time (<c>call_wait_connected_timeout</c>). Asked again meanwhile, the answer is the time that is left; asked again when the time is over and a record
    /// is still on the desktop, the agent is told that it is logged out already (third text of 101).
    /// </summary>
    private void OnLogOut(DesktopRequest request, AgentSeat seat)
    {
        if (_state != CampaignGroupState.Running || !_mode.IsAutomatic())
        {
            Refuse(request, InvalidRequestReason.NoAutoCampaign);
            return;
        }

        var busy = _pendingCalls + _waitingCount > 0;
        if (seat.LeavingSoon && seat.LeavingSince > 0)
        {
            var leftMs = seat.LeavesAt - _now.UnixMs;
            if (leftMs <= 0 && seat is not { Call: < 0, DesktopCall: < 0, OfferedCall: < 0 })
            {
                Refuse(request, InvalidRequestReason.AgentSmartlyLoggedOut);
                return;
            }

            request.LogoutSeconds = busy ? (int)((Math.Max(0, leftMs) + 999) / 1_000) : 0;
            EmitReply(request, DesktopError.None, CallHandle.None);
            return;
        }

        // An agent who may go already hears so again, and at once.
        request.LogoutSeconds = busy && !seat.MayLeave ? (RingTimeoutMs + 999) / 1_000 : 0;
        SetLeaving(seat, true);
        TellPacer(seat);
        _seizeDue = true;
        seat.LeavingSince = _now.UnixMs;
        seat.LeavesAt = _now.UnixMs + (request.LogoutSeconds * 1_000L);
        _leaversWaiting++;
        EmitReply(request, DesktopError.None, CallHandle.None);
    }

    private void StopWaitingToLeave(AgentSeat seat)
    {
        _leaversWaiting -= seat.LeavingSince > 0 ? 1 : 0;
        seat.LeavingSince = 0;
    }

    /// <summary>Tells agents who asked to log out that they may, as soon as no call waits for them.</summary>
    private void AcknowledgeLeavers()
    {
        if (_leaversWaiting == 0)
        {
            return;
        }

        var oldest = long.MaxValue;
        foreach (var session in _sessions)
        {
            if (session.State is CallState.Intended or CallState.Dialing or CallState.Ringing or CallState.Listening or CallState.Waiting or CallState.Delivering
                && !session.Wishes.ByAgent)
            {
                oldest = Math.Min(oldest, session.Times.StartProcessing);
            }
        }

        foreach (var seat in _seats)
        {
            if (seat is { LeavingSince: > 0, Call: < 0, DesktopCall: < 0, OfferedCall: < 0, ReservedFor: < 0 }
                && (oldest > seat.LeavingSince || _now.UnixMs >= seat.LeavesAt))
            {
                StopWaitingToLeave(seat);
                seat.MayLeave = true;
                if (Seizing && seat.Seizure != SeizureState.None)
                {
                    Disengage(seat);
                }

                UpdateIdle(seat);
                Emit(EffectKind.LogOutPossible).Agent = seat.Definition.Id;
            }
        }
    }
}
