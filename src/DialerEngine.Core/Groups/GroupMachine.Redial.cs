using DialerEngine.Core.Desktop;

namespace DialerEngine.Core.Groups;

/// <summary>A record that its agent dials again: each dial is an attempt of its own, with its own result.</summary>
public sealed partial class GroupMachine
{
    private const int RedialMs = 10;

    /// <summary>The record was dialled before: that attempt ends with its result first, then the next one begins.</summary>
    private void DialAgain(CallSession session, MakeCallRequest request)
    {
        StopTimer(session);
        ForgetDesktop(session);
        FreeUnlessIdle(_seats[_seatByAgent[request.Agent.Value]]);
        session.Wishes.Redial = request;
        session.State = CallState.Finishing;
        session.Result = session.DesktopResult ?? session.Result;
        session.Times.CompleteProcessing = _now.UnixMs;
        var record = session.Record!;
        record.Attempts++;
        record.CallTime = _now.UnixSeconds;
        record.CallResult = session.Result;
        AppendAttempt(JournalEntryKind.AttemptFinished, session);
    }

    /// <summary>The last attempt is told of; in the next step the session is free for another one.</summary>
    private void LastAttemptDurable(CallSession session)
    {
        Counters.Results++;
        Counters.Count(session.Result);
        EmitCall(EffectKind.AttemptFinished, session);
        CloseTicket(session);
        StartTimer(session, TimerKind.Redial, RedialMs);
    }

    private void RedialNow(CallSession session)
    {
        if (session.Wishes.Redial is not { } request)
        {
            return;
        }

        session.Wishes.Redial = null;
        session.Wishes.Offered = true;
        session.Wishes.ByAgent = false;
        session.Attempt = default;
        session.Times = default;
        session.Times.StartProcessing = _now.UnixMs;
        session.Outcome = default;
        session.Result = CallResult.Unknown;
        session.DesktopResult = null;
        session.Verdict = null;
        session.WasLiveAnswer = false;
        session.State = CallState.OnDesktop;
        session.StateSince = _now.Ticks;
        var seat = _seats[_seatByAgent[session.Agent.Value]];
        seat.OfferedCall = seat.OfferedCall < 0 ? session.Index : seat.OfferedCall;
        StartTimer(session, TimerKind.Stale, _options.StaleCleanTimeoutMs);
        OnMakeCall(request);
        if (session.State == CallState.OnDesktop
            && (seat.State == AgentState.LoggedOut || session.DesktopDone || _state is not (CampaignGroupState.Active or CampaignGroupState.Running)))
        {
            DesktopIsDone(session);
        }
    }
}
