using DialerEngine.Sip.Dialogs;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Calls;

/// <summary>Requests that come in outside of dialogs, and the calls they make: RFC 3261 sections 8.2, 9.2, 11.2 and 13.3.</summary>
public sealed partial class SipEndpoint
{
    /// <summary>Rings: 180, or 183 with a session description for early media.</summary>
    /// <returns>False if the call does not wait for an answer.</returns>
    public bool TryRing(SipCallHandle handle, int status = 180, ReadOnlySpan<byte> sdp = default)
    {
        if (_calls.Find(handle) is not { State: SipCallState.Incoming } call || status is <= 100 or >= 200)
        {
            return false;
        }

        if (call.RingingAt < 0 && status == 180)
        {
            call.RingingAt = NowMs;
        }

        call.EarlyMedia |= !sdp.IsEmpty;
        return RespondPending(call, status, default, SdpType, sdp);
    }

    /// <summary>Answers a call that comes in; the 200 is repeated until the ACK comes (RFC 3261 section 13.3.1.4).</summary>
    public bool TryAnswer(SipCallHandle handle, ReadOnlySpan<byte> sdp)
    {
        if (_calls.Find(handle) is not { State: SipCallState.Incoming } call)
        {
            return false;
        }

        if (!RespondPending(call, 200, default, SdpType, sdp))
        {
            return false;
        }

        call.State = SipCallState.AwaitingAck;
        call.AnsweredAt = NowMs;
        Counters.CallsAnswered++;
        return true;
    }

    /// <summary>Refuses a call that comes in.</summary>
    /// <param name="handle">The call.</param>
    /// <param name="status">300 to 699.</param>
    /// <param name="lines">Further header lines, each ended by CR LF (Retry-After, Reason, Contact).</param>
    public bool TryReject(SipCallHandle handle, int status, ReadOnlySpan<byte> lines = default)
    {
        if (_calls.Find(handle) is not { State: SipCallState.Incoming } call || status is < 300 or > 699 || !AreHeaderLines(lines))
        {
            return false;
        }

        RespondPending(call, status, lines, default, default);
        End(call, SipEndCause.LocalRefusal, SipEndedBy.Local, status, Responses.PhraseOf(status), null);
        return true;
    }

    void ITransactionUser.OnRequest(int transaction, SipMessage request, in SipPeer from)
    {
        if (!request.To.Tag.IsEmpty)
        {
            OnInDialogRequest(transaction, request, from);
            return;
        }

        switch (request.Method)
        {
            case SipMethod.Invite:
                OnNewInvite(transaction, request, from);
                break;
            case SipMethod.Options:
                Respond(transaction, request, from, _calls.IsFull ? 503 : 200, Capabilities());
                break;
            case SipMethod.Register:
                var decision = _observer.OnRegister(new SipRegistration { From = from, Message = request });
                Respond(transaction, request, from, decision.Status, decision.Status == 405 ? AllowLine : decision.HeaderLines);
                break;
            case SipMethod.Bye or SipMethod.Update or SipMethod.Prack or SipMethod.Info or SipMethod.Notify:
                Respond(transaction, request, from, 481, default);
                break;
            case SipMethod.Unknown:
                Respond(transaction, request, from, 501, AllowLine);
                break;
            default:
                Respond(transaction, request, from, 405, AllowLine);
                break;
        }
    }

    void ITransactionUser.OnRequestRefused(SipMessage request, in SipPeer from) =>
        RespondStateless(request, from, 503, RetryAfterLine());

    void ITransactionUser.OnCancel(int transaction, int invite, SipMessage cancel, in SipPeer from)
    {
        if (invite < 0)
        {
            Respond(transaction, cancel, from, 481, default);
            return;
        }

        var handle = _transactions.Table.HandleOf(invite);
        Respond(transaction, cancel, from, 200, default);
        if (_calls.Find(_transactions.Table[invite].Call) is not { } call || call.Pending != handle)
        {
            return;
        }

        if (call.State == SipCallState.Incoming)
        {
            CollectReasons(call, cancel);
            RespondPending(call, 487, default, default, default);
            End(call, SipEndCause.CallerCancelled, SipEndedBy.Remote, 487, Responses.PhraseOf(487), cancel);
        }
        else
        {
            // A re-INVITE is taken back; the session stays as it was.
            RespondPending(call, 487, default, default, default);
        }
    }

    void ITransactionUser.OnAck(SipMessage ack, in SipPeer from)
    {
        if (!TryFindDialog(ack, out var call) || !call.Unacknowledged.IsSet || ack.CSeq != call.UnacknowledgedCSeq)
        {
            return;
        }

        call.Unacknowledged = TransactionHandle.None;
        StopTimer(ref call.RepeatTimer);
        if (call.State == SipCallState.AwaitingAck)
        {
            call.State = SipCallState.Established;
        }

        if (call.State == SipCallState.Established)
        {
            _observer.OnConfirmed(call.Handle, HasSdp(ack) ? ack.Body : default);
        }
    }

    private ReadOnlySpan<byte> Capabilities()
    {
        var lines = new SipWriter(_text);
        lines.Raw(AllowLine);
        lines.Raw("Accept: application/sdp\r\nSupported: 100rel\r\n"u8);
        lines.Raw(_serverLine);
        return lines.Written;
    }

    private ReadOnlySpan<byte> RetryAfterLine()
    {
        var lines = new SipWriter(_text);
        lines.Header("Retry-After"u8, (ulong)_options.RetryAfterSeconds);
        return lines.Written;
    }

    /// <summary>Answers a request whose message is at hand, outside of an open offer.</summary>
    private void Respond(int transaction, SipMessage request, in SipPeer from, int status, ReadOnlySpan<byte> lines)
    {
        var length = Responses.Write(_wire, request, from, status, default, MakeStatelessTag(request), lines, default, default);
        if (length == 0)
        {
            // The request's own headers leave no room for an answer of 64 KiB: nobody who means it sends such.
            _transactions.Drop(transaction);
            return;
        }

        _transactions.Respond(transaction, status, _wire.AsSpan(0, length));
    }

    private void OnNewInvite(int transaction, SipMessage request, in SipPeer from)
    {
        var hash = _tokens.Hash();
        hash.AddPiece(request.From.Tag);
        hash.AddPiece(request.CallId);
        hash.Add(request.CSeq);
        if (_transactions.IsMerged(transaction, Math.Max(1, hash.Finish())))
        {
            Respond(transaction, request, from, 482, default);
            return;
        }

        if (!SipUri.TryParse(request.RequestUri, out var uri) || (!uri.IsSipOrSips && uri.Scheme != SipUriScheme.Tel))
        {
            Respond(transaction, request, from, 416, default);
            return;
        }

        if (request.Has(SipHeaderKind.Require))
        {
            RefuseExtensions(transaction, request, from);
            return;
        }

        if (!request.Body.IsEmpty && !HasSdp(request))
        {
            Respond(transaction, request, from, 415, "Accept: application/sdp\r\n"u8);
            return;
        }

        if (_sink.LocalFor(from) is not { } local || _transactions.Table.Left < 2 || !_calls.TryTake(out var call))
        {
            Counters.RefusedRequests++;
            Respond(transaction, request, from, 503, RetryAfterLine());
            return;
        }

        OpenIncoming(call, transaction, request, from, local);
    }

    /// <summary>RFC 3261 section 8.2.2.3. Nothing that a caller can require of the called side is served here.</summary>
    private void RefuseExtensions(int transaction, SipMessage request, in SipPeer from)
    {
        scoped var lines = new SipWriter(_text);
        foreach (var token in request.Values(SipHeaderKind.Require))
        {
            lines.Header("Unsupported"u8, token);
        }

        Respond(transaction, request, from, 420, lines.Written);
    }

    private void OpenIncoming(SipCall call, int transaction, SipMessage request, in SipPeer from, SipLocalAddress local)
    {
        call.State = SipCallState.Incoming;
        call.Incoming = true;
        call.Peer = from;
        call.NextHop = from;
        call.Local = local;
        call.StartedAt = NowMs;
        call.RemoteCSeq = request.CSeq;
        call.RemoteTagHash = _tokens.HashOf(request.From.Tag);
        call.LocalCSeq = 0;
        _transactions.Table[transaction].Call = call.Handle;
        if (!TryRememberIncoming(call, request) || !TryKeepPending(call, transaction, request, from))
        {
            Discard(call);
            Counters.RefusedRequests++;
            Respond(transaction, request, from, 503, RetryAfterLine());
            return;
        }

        Counters.CallsReceived++;
        var handle = call.Handle;
        var sdp = HasSdp(request) ? request.Body : default;
        var taken = _observer.OnIncoming(new SipIncomingCall { Call = handle, From = from, Sdp = sdp, Message = request });
        if (_calls.Find(handle) is not { State: SipCallState.Incoming } still)
        {
            return;
        }

        if (!taken)
        {
            TryReject(handle, 480);
        }
        else if (still.RingingAt < 0 && !still.EarlyMedia)
        {
            RespondPending(still, 100, default, default, default);
        }
    }

    private bool TryRememberIncoming(SipCall call, SipMessage request)
    {
        _tokens.WriteTag(_tag, call.Index, call.Generation);
        scoped var text = new SipWriter(_text);
        text.Text(request.To.Raw);
        text.Raw(";tag="u8);
        text.Raw(_tag);
        var local = text.Length;
        text.Raw("<sip:"u8);
        text.Raw(_contactUser);
        text.Raw(call.Local.UriEnd);
        text.Raw(">"u8);
        return text.Succeeded && call.Text.TryReserve(_arena, 384)
            && call.Text.TrySet(_arena, DialogPiece.CallId, request.CallId)
            && call.Text.TrySet(_arena, DialogPiece.Local, _text.AsSpan(0, local))
            && call.Text.TrySet(_arena, DialogPiece.Contact, _text.AsSpan(local, text.Length - local))
            && call.Text.TrySet(_arena, DialogPiece.Remote, request.From.Raw)
            && call.Text.TrySet(_arena, DialogPiece.RemoteTag, request.From.Tag)
            && TrySetTarget(call, request) && TrySetRoutes(call, request, reversed: false);
    }

    private bool TryKeepPending(SipCall call, int transaction, SipMessage request, in SipPeer from)
    {
        call.PendingRequest = _arena.Store(request.Raw);
        call.Pending = _transactions.Table.HandleOf(transaction);
        call.PendingFrom = from;
        return call.PendingRequest != 0;
    }

    /// <summary>Answers the INVITE or UPDATE that a call keeps open; a final answer closes it.</summary>
    private bool RespondPending(SipCall call, int status, ReadOnlySpan<byte> lines, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> body)
    {
        if (!_transactions.Table.IsAlive(call.Pending) || !TryParseStored(call.PendingRequest))
        {
            return false;
        }

        _tokens.WriteTag(_tag, call.Index, call.Generation);
        scoped var head = new SipWriter(_text);
        if (status is > 100 and < 300)
        {
            head.Header("Contact"u8, call.Text.Get(_arena, DialogPiece.Contact));
            head.Raw(AllowLine);
        }

        head.Raw(_serverLine);
        head.Raw(lines);
        var isInvite = _stored.Method == SipMethod.Invite;
        var cseq = _stored.CSeq;
        var length = Responses.Write(
            _wire, _stored, call.PendingFrom, status, default, status == 100 ? default : _tag, head.Written,
            body.IsEmpty ? default : contentType, body);
        if (length == 0 || !head.Succeeded || !_transactions.Respond(call.Pending.Index, status, _wire.AsSpan(0, length)))
        {
            return false;
        }

        if (status < 200)
        {
            return true;
        }

        if (isInvite && status < 300)
        {
            AwaitAck(call, cseq);
        }

        _arena.Return(ref call.PendingRequest);
        call.Pending = TransactionHandle.None;
        return true;
    }

    private void AwaitAck(SipCall call, uint cseq)
    {
        call.Unacknowledged = call.Pending;
        call.UnacknowledgedCSeq = cseq;
        call.RepeatIntervalMs = _options.Timers.T1;
        call.RepeatUntil = NowMs + _options.Timers.H;
        StartTimer(ref call.RepeatTimer, call, RepeatTimer, call.RepeatIntervalMs);
    }

    /// <summary>A 2xx without ACK: repeat it at T1, doubling up to T2, over any transport; after 64*T1 end the call (13.3.1.4).</summary>
    private void OnRepeatTimer(SipCall call)
    {
        if (!call.Unacknowledged.IsSet)
        {
            return;
        }

        if (NowMs >= call.RepeatUntil)
        {
            call.Unacknowledged = TransactionHandle.None;
            SendBye(call, default);
            End(call, SipEndCause.AcknowledgementMissing, SipEndedBy.Network, 200, Responses.PhraseOf(200), null);
            return;
        }

        _transactions.RepeatResponse(call.Unacknowledged);
        call.RepeatIntervalMs = Math.Min(call.RepeatIntervalMs * 2, _options.Timers.T2);
        StartTimer(ref call.RepeatTimer, call, RepeatTimer, Math.Min(call.RepeatIntervalMs, call.RepeatUntil - NowMs));
    }
}
