namespace DialerEngine.Core.Groups;

/// <summary>The pool of call sessions, their handles and their timers.</summary>
public sealed partial class GroupMachine
{
    /// <summary>Network events that outlive the ring time-out: Timer B and a margin (RFC 3261 17.1.1.2: 32 s).</summary>
    private const int DialGuardExtraMs = 40_000;
    private const int ReleaseGuardMs = 70_000;
    private const int AnnouncementGuardMs = 60_000;
    private readonly CallSession[] _sessions;
    private readonly int[] _generations;
    private readonly int[] _freeSessions;
    private readonly int[] _freed;
    private readonly RecordHandleSpace _handles;
    private int _freeSessionCount;
    private int _freedCount;
    private int _openCalls;
    private int _pendingCalls;
    private int _intendedCount;

    private enum TimerKind : byte
    {
        None,
        DialGuard,
        Queue,
        AgentAnswer,
        MaxDuration,
        Announcement,
        ReleaseGuard,
        Stale,
        PushAccept,
        Redial,
        Verdict,
        Beep,
    }

    /// <summary>The session that a handle names; null when that call is over or never was.</summary>
    public CallSession? Find(CallHandle call)
    {
        if (call.Group != _definition.Id || call.Index >= _sessions.Length)
        {
            return null;
        }

        var session = _sessions[call.Index];
        return session.Handle == call && session.State != CallState.Free ? session : null;
    }

    /// <summary>The session that holds the record with this handle; null when there is none (any more).</summary>
    public CallSession? FindRecord(int recordHandle)
    {
        var index = _handles.IndexOf(recordHandle);
        if (index < 0 || index >= _sessions.Length)
        {
            return null;
        }

        var session = _sessions[index];
        return session.State is not (CallState.Free or CallState.Finishing) && session.RecordHandle == recordHandle ? session : null;
    }

    private CallSession TakeSession()
    {
        Invariant.That(_freeSessionCount > 0);
        var session = _sessions[_freeSessions[--_freeSessionCount]];
        Invariant.That(session.State == CallState.Free);
        var generation = _generations[session.Index] = (_generations[session.Index] % CallHandle.MaxGeneration) + 1;
        session.Handle = new CallHandle(_definition.Id, session.Index, generation);
        session.RecordHandle = _handles.HandleOf(session.Index, generation);
        session.Result = CallResult.Unknown;
        return session;
    }

    /// <summary>Frees a session at the beginning of the next step, so that this step's effects can still be read.</summary>
    private void FreeSession(CallSession session)
    {
        Invariant.That(session.State == CallState.Finishing);
        Invariant.That(session.AgentSlot < 0);
        StopTimer(session);
        CloseTicket(session);
        LeaveChain(session);
        _freed[_freedCount++] = session.Index;
    }

    private void ClearFreed()
    {
        for (var i = 0; i < _freedCount; i++)
        {
            var session = _sessions[_freed[i]];
            GiveBack(session.Record!);
            session.Clear();
            _freeSessions[_freeSessionCount++] = session.Index;
        }

        _freedCount = 0;
    }

    /// <summary>The network has nothing more to say about the call: its line is free.</summary>
    private void CloseCall(CallSession session)
    {
        Invariant.That(!session.CallOver);
        session.CallOver = true;
        if (session.Wishes.ByAgent)
        {
            // The agent may go on with another number of the chain; a call of ours keeps its chain until its result is durable.
            LeaveChain(session);
        }

        ReleaseSecondLine(session);
        ReleaseReservation(session);
        _openCalls--;
        _gate.Release(_definition.Id, session.Trunk);
    }

    private void StartTimer(CallSession session, TimerKind kind, long delayMs)
    {
        StopTimer(session);
        session.Timer = _timers.Start(delayMs, ((ulong)kind << 48) | (session.Handle.Value & 0xffff_ffff_ffff));
    }

    private void StopTimer(CallSession session)
    {
        if (session.Timer.Generation != 0)
        {
            _timers.Cancel(session.Timer);
            session.Timer = default;
        }
    }

    private void OnTimer(ulong payload)
    {
        var handle = new CallHandle((payload & 0xffff_ffff_ffff) | ((ulong)(ushort)_definition.Id.Value << 48));
        if (Find(handle) is not { } session)
        {
            return;
        }

        session.Timer = default;
        switch ((TimerKind)(payload >> 48))
        {
            case TimerKind.Queue: QueueTimedOut(session); break;
            case TimerKind.AgentAnswer: AgentTimedOut(session); break;
            case TimerKind.MaxDuration: MaxDurationReached(session); break;
            case TimerKind.Announcement: ReleaseCall(session); break;
            case TimerKind.Stale: StaleOnDesktop(session); break;
            case TimerKind.PushAccept: PushNotAccepted(session); break;
            case TimerKind.Redial: RedialNow(session); break;
            case TimerKind.Verdict: ListeningTimedOut(session); break;
            case TimerKind.Beep: BeepWaitOver(session); break;
            case TimerKind.DialGuard or TimerKind.ReleaseGuard: CallStuck(session); break;
        }
    }
}
