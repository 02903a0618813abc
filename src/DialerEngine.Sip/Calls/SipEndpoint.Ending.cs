using DialerEngine.Sip.Dialogs;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Calls;

/// <summary>How calls end: one report each, then the slot is free.</summary>
public sealed partial class SipEndpoint
{
    private const int MaxReasonBytes = 1024;

    void ITransactionUser.OnTimeout(int transaction)
    {
        ref var ended = ref _transactions.Table[transaction];
        if (ended.Purpose == TransactionPurpose.Probe)
        {
            _observer.OnProbeAnswered(ended.UserToken, 408);
            return;
        }

        if (_calls.Find(ended.Call) is not { } call)
        {
            return;
        }

        switch (ended.Purpose)
        {
            case TransactionPurpose.Invite when call.State == SipCallState.Cancelling && call.Invite.Index == transaction:
                End(call, call.CancelCause, SipEndedBy.Local, 0, default, null);
                break;
            case TransactionPurpose.Invite when call.State == SipCallState.Calling && call.Invite.Index == transaction:
                End(call, SipEndCause.NoResponse, SipEndedBy.Network, 0, default, null);
                break;
            case TransactionPurpose.Bye:
                Counters.UnansweredByes++;
                Discard(call);
                break;
            case TransactionPurpose.ReInvite or TransactionPurpose.Update or TransactionPurpose.Refer or TransactionPurpose.SessionRefresh:
                OnModificationFailed(transaction, call, 408);
                break;
        }
    }

    void ITransactionUser.OnTransportError(int transaction)
    {
        ref var ended = ref _transactions.Table[transaction];
        if (ended.Purpose == TransactionPurpose.Probe)
        {
            _observer.OnProbeAnswered(ended.UserToken, 503);
            return;
        }

        if (_calls.Find(ended.Call) is not { } call)
        {
            return;
        }

        if (ended.Kind is TransactionKind.InviteServer or TransactionKind.NonInviteServer)
        {
            // Only before the final answer: later on the far end's own timers see to the rest.
            if (ended.FinalStatus == 0 && call.Pending.Index == transaction)
            {
                GiveUpPending(call);
            }

            return;
        }

        if (ended.Purpose == TransactionPurpose.Invite)
        {
            if (call.Invite.Index == transaction && call.State is SipCallState.Calling or SipCallState.Cancelling)
            {
                End(call, SipEndCause.TransportFailure, SipEndedBy.Network, 0, default, null);
            }
        }
        else if (ended.Purpose == TransactionPurpose.Bye)
        {
            Counters.UnansweredByes++;
            Discard(call);
        }
        else if (call.State is SipCallState.Established)
        {
            OnModificationFailed(transaction, call, 503);
        }
    }

    /// <summary>The far end's open INVITE or UPDATE cannot be answered any more: a call that came in ends, a session stays as it was.</summary>
    private void GiveUpPending(SipCall call)
    {
        call.Pending = TransactionHandle.None;
        _arena.Return(ref call.PendingRequest);
        if (call.State == SipCallState.Incoming)
        {
            End(call, SipEndCause.TransportFailure, SipEndedBy.Network, 0, default, null);
        }
    }

    /// <summary>The user has kept a request of the far end open to the end of its time: a call that came in is refused, an offer declined.</summary>
    void ITransactionUser.OnUnanswered(int transaction)
    {
        var handle = _transactions.Table.HandleOf(transaction);
        if (_calls.Find(_transactions.Table[transaction].Call) is not { } call || call.Pending != handle)
        {
            return;
        }

        if (call.State == SipCallState.Incoming)
        {
            RespondPending(call, 480, default, default, default);
            End(call, SipEndCause.LocalRefusal, SipEndedBy.Local, 480, Responses.PhraseOf(480), null);
        }
        else
        {
            // RFC 3311 section 5.2: 504 where the user would have to be asked and does not answer; the session stays as it was.
            RespondPending(call, 504, default, default, default);
            GiveUpPending(call);
        }
    }

    /// <summary>Reports the end and frees the call, unless our BYE still waits for its answer: then that frees it.</summary>
    private void End(SipCall call, SipEndCause cause, SipEndedBy by, int status, ReadOnlySpan<byte> phrase, SipMessage? message)
    {
        var waitsForBye = call.State == SipCallState.Ending;
        call.State = SipCallState.Ending;
        StopTimer(ref call.SetupTimer);
        StopTimer(ref call.RepeatTimer);
        AnswerPending(call, 487);
        _transactions.LimitAfterCancel(call.Modifying);
        Counters.CallsEnded++;
        _observer.OnEnded(new SipCallEnded
        {
            Call = call.Handle,
            Token = call.Token,
            Cause = cause,
            EndedBy = by,
            Incoming = call.Incoming,
            Status = status,
            Phrase = phrase,
            Reasons = call.Text.Get(_arena, DialogPiece.Reasons),
            Q850 = call.Q850,
            RetryAfterSeconds = RetryAfterOf(message),
            Ringing = call.RingingAt >= 0,
            EarlyMedia = call.EarlyMedia,
            Moments = new SipCallMoments(call.StartedAt, call.FirstProvisionalAt, call.RingingAt, call.AnsweredAt, NowMs),
            Message = message,
        });
        if (!waitsForBye)
        {
            Discard(call);
        }
    }

    /// <summary>Frees everything that a call holds.</summary>
    private void Discard(SipCall call)
    {
        StopTimer(ref call.SetupTimer);
        StopTimer(ref call.RepeatTimer);
        ForgetEarly(call);
        _arena.Return(ref call.PendingRequest);
        _arena.Return(ref call.CancelReason);
        call.Text.Clear(_arena);
        _calls.Release(call);
    }

    /// <summary>Sends the BYE. Afterwards the call is <see cref="SipCallState.Ending"/> if its answer is awaited.</summary>
    private void SendBye(SipCall call, ReadOnlySpan<byte> reason)
    {
        StopTimer(ref call.RepeatTimer);
        scoped var lines = new SipWriter(_text);
        if (!reason.IsEmpty)
        {
            lines.Header("Reason"u8, reason);
        }

        lines.Raw(_userAgentLine);
        if (TrySendInDialog(call, SipMethod.Bye, TransactionPurpose.Bye, lines.Written, default, default, out _))
        {
            call.State = SipCallState.Ending;
        }
        else
        {
            Counters.UnansweredByes++;
        }
    }

    /// <summary>Answers an INVITE or UPDATE of the far end that is still open when its call ends (RFC 3261 section 15.1.2).</summary>
    private void AnswerPending(SipCall call, int status)
    {
        if (call.PendingRequest == 0)
        {
            return;
        }

        RespondPending(call, status, default, default, default);
    }

    /// <summary>Keeps every Reason value and the last Q.850 cause (RFC 3326; in provisional answers too, RFC 6432).</summary>
    private void CollectReasons(SipCall call, SipMessage message)
    {
        if (!message.Has(SipHeaderKind.Reason))
        {
            return;
        }

        foreach (var value in message.Values(SipHeaderKind.Reason))
        {
            if (TryReadQ850(value, out var cause))
            {
                call.Q850 = cause;
            }

            var before = call.Text.Get(_arena, DialogPiece.Reasons);
            if (before.EndsWith(value) || before.Length + value.Length + 2 > MaxReasonBytes)
            {
                continue;
            }

            scoped var text = new SipWriter(_text);
            text.Text(before);
            text.Raw(before.IsEmpty ? default : ", "u8);
            text.Text(value);
            call.Text.TrySet(_arena, DialogPiece.Reasons, text.Written);
        }
    }

    private static bool TryReadQ850(ReadOnlySpan<byte> reason, out int cause)
    {
        cause = 0;
        var end = reason.IndexOf((byte)';');
        if (end < 0 || !System.Text.Ascii.EqualsIgnoreCase(reason[..end].TrimEnd((byte)' '), "Q.850"u8)
            || !new SipParameters(reason[end..]).TryGet("cause"u8, out var value) || !TryNumber(value, out var number) || number > 127)
        {
            return false;
        }

        cause = (int)number;
        return true;
    }

    private static int RetryAfterOf(SipMessage? message)
    {
        if (message is null || message.IsRequest || !message.TryGetHeader(SipHeaderKind.RetryAfter, out var value))
        {
            return -1;
        }

        return System.Buffers.Text.Utf8Parser.TryParse(value, out uint seconds, out _) ? (int)Math.Min(seconds, int.MaxValue) : -1;
    }
}
