using DialerEngine.Sip.Dialogs;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Calls;

/// <summary>Placing calls and giving them up: RFC 3261 sections 13.2.1 and 9.1.</summary>
public sealed partial class SipEndpoint
{
    /// <summary>Places a call: sends the INVITE at once. Events follow under the handle; the last of them is <see cref="SipCallObserver.OnEnded"/>.</summary>
    /// <returns><see cref="SipPlaceError.None"/>, or why nothing was sent; then no event follows.</returns>
    public SipPlaceError TryPlace(in SipCallRequest request, out SipCallHandle handle)
    {
        handle = SipCallHandle.None;
        if (!IsWellFormed(request))
        {
            return SipPlaceError.Malformed;
        }

        if (_sink.LocalFor(request.Destination) is not { } local)
        {
            return SipPlaceError.NoTransport;
        }

        // Two slots: the call must be able to end with a BYE or CANCEL of its own.
        if (_transactions.Table.Left < 2)
        {
            return SipPlaceError.TooManyTransactions;
        }

        if (!_calls.TryTake(out var call))
        {
            return SipPlaceError.TooManyCalls;
        }

        var error = Start(call, request, local);
        if (error != SipPlaceError.None)
        {
            Discard(call);
            return error;
        }

        Counters.CallsPlaced++;
        handle = call.Handle;
        return SipPlaceError.None;
    }

    /// <summary>
    /// Ends a call at whatever stage it is: CANCEL before the answer (kept back until a provisional answer, RFC 3261 section 9.1), BYE after
    /// it, 603 to a call that comes in. The end is reported by <see cref="SipCallObserver.OnEnded"/>.
    /// </summary>
    /// <param name="handle">The call.</param>
    /// <param name="reason">Value of a Reason header to send along (RFC 3326), for example <c>SIP;cause=200;text="Call completed elsewhere"</c>; may be empty.</param>
    /// <returns>False if the call is over or being ended.</returns>
    public bool TryHangUp(SipCallHandle handle, ReadOnlySpan<byte> reason = default)
    {
        if (_calls.Find(handle) is not { } call || reason.ContainsAny((byte)'\r', (byte)'\n', (byte)0))
        {
            return false;
        }

        switch (call.State)
        {
            case SipCallState.Calling:
                Cancel(call, SipEndCause.Cancelled, reason);
                return true;
            case SipCallState.Incoming:
                return TryReject(handle, 603);
            case SipCallState.AwaitingAck:
            case SipCallState.Established:
                SendBye(call, reason);
                End(call, SipEndCause.LocalHangUp, SipEndedBy.Local, 200, Responses.PhraseOf(200), null);
                return true;
            default:
                return false;
        }
    }

    private static bool IsWellFormed(in SipCallRequest request) =>
        request.Destination.IsSet && SipUri.TryParse(request.RequestUri, out _) && SipNameAddr.TryParse(request.From, out var from)
        && from.Tag.IsEmpty && (request.To.IsEmpty || SipNameAddr.TryParse(request.To, out _)) && AreHeaderLines(request.ExtraHeaders)
        && request.RequestUri.Length + request.From.Length + request.To.Length < 8192 && request.RingTimeoutMs is >= 0 and <= 3_600_000;

    /// <summary>Whole lines with a name each, no empty line that would end the headers.</summary>
    private static bool AreHeaderLines(ReadOnlySpan<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf("\r\n"u8);
            if (end <= 0 || lines[..end].IndexOf((byte)':') <= 0 || lines[..end].ContainsAny((byte)'\r', (byte)'\n', (byte)0))
            {
                return false;
            }

            lines = lines[(end + 2)..];
        }

        return true;
    }

    private SipPlaceError Start(SipCall call, in SipCallRequest request, SipLocalAddress local)
    {
        call.State = SipCallState.Calling;
        call.Token = request.Token;
        call.Peer = request.Destination;
        call.NextHop = request.Destination;
        call.Local = local;
        call.Credentials = request.Credentials;
        call.InDialogToDestination = request.InDialogToDestination;
        call.StartedAt = NowMs;
        call.LocalCSeq = 1;
        if (!TryRemember(call, request))
        {
            return SipPlaceError.TooManyTransactions;
        }

        if (!_transactions.TryReserveClient(out var index))
        {
            return SipPlaceError.TooManyTransactions;
        }

        var length = WriteInvite(call, request, index);
        if (length == 0)
        {
            _transactions.AbandonClient(index);
            return SipPlaceError.Malformed;
        }

        var invite = _transactions.Table.HandleOf(index);
        if (!_transactions.TryStartClient(
            index, SipMethod.Invite, TransactionPurpose.Invite, call.LocalCSeq, call.Handle, call.Peer, _wire.AsSpan(0, length)))
        {
            return SipPlaceError.TransportFailure;
        }

        var setupMs = request.RingTimeoutMs > 0 ? request.RingTimeoutMs : _options.LongestSetupMs;
        ref var transaction = ref _transactions.Table[index];
        transaction.ToDestination = request.InDialogToDestination;

        // Behind the set-up timer and the time that its CANCEL has: the last resort, should neither come to an end.
        transaction.LimitAt = NowMs + setupMs + (2L * _options.Timers.B);
        call.Invite = invite;
        StartTimer(ref call.SetupTimer, call, SetupTimer, setupMs);
        return SipPlaceError.None;
    }

    private bool TryRemember(SipCall call, in SipCallRequest request)
    {
        var user = request.ContactUser.IsEmpty ? _contactUser : request.ContactUser;
        Span<byte> id = stackalloc byte[32];
        SipTokens.WriteHex(id, _tokens.Next(), 16);
        SipTokens.WriteHex(id[16..], _tokens.Next(), 16);
        _tokens.WriteTag(_tag, call.Index, call.Generation);

        scoped var text = new SipWriter(_text);
        text.Text(request.From);
        text.Raw(";tag="u8);
        text.Raw(_tag);
        var local = text.Length;
        if (request.To.IsEmpty)
        {
            text.Raw("<"u8);
            text.Text(request.RequestUri);
            text.Raw(">"u8);
        }
        else
        {
            text.Text(request.To);
        }

        var remote = text.Length;
        text.Raw("<sip:"u8);
        text.Text(user);
        text.Raw(call.Local.UriEnd);
        text.Raw(">"u8);
        var contact = text.Length;
        const int RoomForAnswer = 160;
        return text.Succeeded && call.Text.TryReserve(_arena, id.Length + contact + RoomForAnswer)
            && call.Text.TrySet(_arena, DialogPiece.CallId, id)
            && call.Text.TrySet(_arena, DialogPiece.Local, _text.AsSpan(0, local))
            && call.Text.TrySet(_arena, DialogPiece.Remote, _text.AsSpan(local, remote - local))
            && call.Text.TrySet(_arena, DialogPiece.Contact, _text.AsSpan(remote, contact - remote));
    }

    private int WriteInvite(SipCall call, in SipCallRequest request, int index)
    {
        _tokens.WriteBranch(_branch, index, _transactions.Table[index].Generation);
        scoped var text = new SipWriter(_wire);
        text.RequestLine(SipMethod.Invite, request.RequestUri);
        text.Raw(call.Local.ViaStart);
        text.Raw(_branch);
        text.Raw("\r\nMax-Forwards: 70\r\n"u8);
        text.Header("From"u8, call.Text.Get(_arena, DialogPiece.Local));
        text.Header("To"u8, call.Text.Get(_arena, DialogPiece.Remote));
        text.Header("Call-ID"u8, call.Text.Get(_arena, DialogPiece.CallId));
        text.Raw("CSeq: 1 INVITE\r\n"u8);
        text.Header("Contact"u8, call.Text.Get(_arena, DialogPiece.Contact));
        if (!request.AssertedIdentity.IsEmpty)
        {
            text.Header("P-Asserted-Identity"u8, request.AssertedIdentity);
        }

        if (!request.Privacy.IsEmpty)
        {
            text.Header("Privacy"u8, request.Privacy);
        }

        text.Raw(AllowLine);
        text.Raw(_options.OfferReliableProvisionals ? "Supported: 100rel\r\n"u8 : default);
        text.Raw(_userAgentLine);
        text.Raw(request.ExtraHeaders);
        if (request.Body.IsEmpty)
        {
            text.End();
        }
        else
        {
            text.End(request.ContentType.IsEmpty ? SdpType : request.ContentType, request.Body);
        }

        return text.Succeeded ? text.Length : 0;
    }

    private void OnSetupTimer(SipCall call)
    {
        if (call.State == SipCallState.Calling)
        {
            Cancel(call, SipEndCause.RingTimeout, default);
        }
    }

    /// <summary>Gives a call up before its answer. The CANCEL waits for the first provisional answer.</summary>
    private void Cancel(SipCall call, SipEndCause cause, ReadOnlySpan<byte> reason)
    {
        call.State = SipCallState.Cancelling;
        call.CancelCause = cause;
        StopTimer(ref call.SetupTimer);
        if (!reason.IsEmpty)
        {
            // Kept until the CANCEL leaves; what the far end says later is added behind it and reported without it.
            call.CancelReason = _arena.Store(reason);
        }

        // Not what the call has heard counts but what this INVITE has: the one sent again with credentials waits for an answer of its own.
        if (_transactions.IsProceeding(call.Invite))
        {
            SendCancel(call);
        }
    }

    private void SendCancel(SipCall call)
    {
        if (call.CancelSent || !_transactions.Table.IsAlive(call.Invite))
        {
            return;
        }

        call.CancelSent = true;
        ref var invite = ref _transactions.Table[call.Invite.Index];
        _transactions.LimitAfterCancel(call.Invite);
        if (!TryParseStored(invite.Bytes) || !_transactions.TryReserveClient(out var index))
        {
            // No room for the CANCEL: the INVITE still ends after 64*T1, and a late answer is ended with BYE.
            return;
        }

        scoped var lines = new SipWriter(_text);
        if (call.CancelReason != 0)
        {
            lines.Header("Reason"u8, _arena.Get(call.CancelReason));
        }

        var length = DerivedRequests.WriteCancel(_wire, _stored, lines.Written);
        var cancel = _transactions.Table.HandleOf(index);
        if (length > 0 && _transactions.TryStartClient(
            index, SipMethod.Cancel, TransactionPurpose.Cancel, invite.CSeq, call.Handle, invite.Peer, _wire.AsSpan(0, length)))
        {
            invite.Linked = cancel;
        }
        else if (length == 0)
        {
            _transactions.AbandonClient(index);
        }
    }

    /// <summary>Parses a message of our own or a kept request into <see cref="_stored"/>.</summary>
    private bool TryParseStored(int chunk)
    {
        if (chunk == 0)
        {
            return false;
        }

        _arena.Locate(chunk, out var slab, out var offset, out var length);
        return SipParser.TryParse(slab, offset, length, _stored) == SipParseError.None;
    }
}
