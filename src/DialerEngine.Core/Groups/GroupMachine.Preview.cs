using DialerEngine.Core.Compliance;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>Preview mode: an agent asks for a record, sees it and decides about it.</summary>
public sealed partial class GroupMachine
{
    /// <summary>Records that the rules may refuse before a request is answered with No Records Available.</summary>
    private const int MostRefusedPreviews = 64;

    private void OnPreviewMode(DesktopRequest request, AgentSeat seat)
    {
        var starts = request.Kind == DesktopRequestKind.PreviewDialingModeStart;
        var error = seat.Previews != starts ? DesktopError.None : starts ? DesktopError.PreviewModeAlreadyStarted : DesktopError.PreviewModeNotStarted;
        seat.Previews = starts;
        EmitReply(request, error, CallHandle.None);
    }

    /// <summary>Gives the agent the next record. Asked again while the agent has one, the answer is the same record.</summary>
    private void OnPreviewRecordRequest(DesktopRequest request, AgentSeat seat)
    {
        if (_state != CampaignGroupState.Running || _mode != DialMode.Preview)
        {
            EmitReply(request, DesktopError.NoRunningPreviewCampaigns, CallHandle.None);
            return;
        }

        if (_options.PreviewModeStartRequired && !seat.Previews)
        {
            Refuse(request, InvalidRequestReason.PreviewDialingModeStartRequired);
            return;
        }

        var session = seat.OfferedCall >= 0 && _sessions[seat.OfferedCall].Wishes.Preview ? _sessions[seat.OfferedCall]
            : HasRoomForRecord(seat) ? TakePreview(seat)
            : null;
        EmitReply(request, session is null ? DesktopError.NoRecordsAvailable : DesktopError.None, session?.Handle ?? CallHandle.None);
    }

    /// <summary>
    /// Push Preview: ready agents are offered records without asking. Who takes no notice of one for <c>push_preview_accept_timeout</c> is not there: the
    /// record goes to somebody else, and the agent is not ready.
    /// </summary>
    private void PushPreviews()
    {
        if (_mode != DialMode.PushPreview || _state != CampaignGroupState.Running || DialableRecords == 0)
        {
            return;
        }

        foreach (var seat in _seats)
        {
            if (seat.State != AgentState.Ready || !CanBeOffered(seat))
            {
                continue;
            }

            if (TakePreview(seat) is not { } session)
            {
                return;
            }

            session.Wishes.Pushed = true;
            StartTimer(session, TimerKind.PushAccept, _options.PushPreviewAcceptTimeoutMs);
            EmitCall(EffectKind.PreviewPushed, session);
        }
    }

    /// <summary>The agent has done something with the record: from now on it may stay as long as any record on a desktop.</summary>
    private void AcceptPushed(CallSession session)
    {
        if (session.Wishes.Pushed)
        {
            session.Wishes.Pushed = false;
            StartTimer(session, TimerKind.Stale, _options.StaleCleanTimeoutMs);
        }
    }

    private void PushNotAccepted(CallSession session)
    {
        if (session is not { State: CallState.OnDesktop, Wishes.Pushed: true })
        {
            return;
        }

        Counters.PreviewsNotAccepted++;
        var seat = _seats[_seatByAgent[session.Agent.Value]];
        EmitCall(EffectKind.RecordCanceled, session);
        Finish(session, session.Result);
        if (seat.State == AgentState.Ready)
        {
            ChangeState(seat, AgentState.NotReady);
            EngineChangedState(seat);
        }
    }

    /// <summary>The next record that may be called now; null where none is at hand.</summary>
    private CallSession? TakePreview(AgentSeat seat)
    {
        for (var i = 0; i < MostRefusedPreviews; i++)
        {
            if (DialableRecords == 0 || _freeSessionCount == 0 || _suspended || !_journalUp || WaitsForRefusals)
            {
                return null;
            }

            var session = TakeSession();
            TakeDialable(session);
            session.Attempt = default;
            if (_dialGate?.Check(session.Record!, ListOf(session.Record!), _now.UnixSeconds) is { Outcome: not RuleOutcome.Dial } verdict)
            {
                AppendRefusal(session.Record!, verdict);
                session.CallOver = true;
                session.State = CallState.Finishing;
                FreeSession(session);
                continue;
            }

            session.Wishes.Preview = true;
            PutOnDesktop(session, seat);
            return session;
        }

        return null;
    }

    /// <summary>
    /// True for a record that its agent left on the desktop by logging out: it is Updated (section Agent Logout; who does not want that rejects it first). One
    /// whose agent's connection was lost is nobody's fault. Callbacks are not meant: they were promised to a customer and are due again.
    /// </summary>
    private bool IsLeftAtLogout(CallSession session) =>
        _seatByAgent.TryGetValue(session.Agent.Value, out var slot) && _seats[slot] is { State: AgentState.LoggedOut, WasLost: false };

    /// <summary>The end of a record that was left at a logout: with the option's result, else with its own.</summary>
    private TreatmentDecision FateAtLogout(CallSession session)
    {
        var record = session.Record!;
        if (_options.LogoutPreviewResult is not { } result)
        {
            return TreatmentPlan.Final(record, TreatmentReason.NoneDefined) with { Rule = "left at logout" };
        }

        session.Result = result;
        return Treat(record, result, AgentTreatment.None);
    }

    /// <summary>A preview record that the agent leaves as it is: the next one may have it.</summary>
    private static TreatmentDecision FateOfPreview(CallSession session, RecordStatus otherwise)
    {
        var record = session.Record!;
        if (otherwise == RecordStatus.Stale)
        {
            session.Result = CallResult.Stale;
            return TreatmentPlan.Final(record, TreatmentReason.NoneDefined) with { Status = RecordStatus.Stale };
        }

        return new TreatmentDecision { Type = record.RecordType, Status = RecordStatus.Ready, Schedule = record.DialScheduledTime };
    }
}
