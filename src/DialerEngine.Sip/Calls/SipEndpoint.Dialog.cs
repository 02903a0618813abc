using DialerEngine.Sip.Auth;
using DialerEngine.Sip.Dialogs;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Calls;

/// <summary>Our requests inside a dialog and what comes back: RFC 3261 sections 12.2.1, 14.1 and 22, RFC 3515.</summary>
public sealed partial class SipEndpoint
{
    private static ReadOnlySpan<byte> AllowLine =>
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, REFER, NOTIFY\r\n"u8;

    /// <summary>Offers another session in an established call by re-INVITE (hold, another media address).</summary>
    /// <returns>False if the call is not established or another offer is under way; then nothing was sent.</returns>
    public bool TryReInvite(SipCallHandle handle, ReadOnlySpan<byte> sdp)
    {
        if (_calls.Find(handle) is not { State: SipCallState.Established } call || call.PendingRequest != 0
            || _transactions.Table.IsAlive(call.Modifying) || call.Unacknowledged.IsSet)
        {
            return false;
        }

        if (!TrySendInDialog(call, SipMethod.Invite, TransactionPurpose.ReInvite, _userAgentLine, SdpType, sdp, out var transaction))
        {
            return false;
        }

        call.Modifying = transaction;
        return true;
    }

    /// <summary>Asks the far end to call a third party instead of us (blind transfer, RFC 3515). The call stays until somebody ends it.</summary>
    /// <param name="handle">An established call.</param>
    /// <param name="target">The URI to call, without brackets.</param>
    public bool TryTransfer(SipCallHandle handle, ReadOnlySpan<byte> target)
    {
        if (_calls.Find(handle) is not { State: SipCallState.Established } call || call.Referring.IsSet || !SipUri.TryParse(target, out _))
        {
            return false;
        }

        scoped var lines = new SipWriter(_text);
        lines.BeginHeader("Refer-To"u8);
        lines.Raw("<"u8);
        lines.Text(target);
        lines.Raw(">"u8);
        lines.EndHeader();
        lines.Raw(_userAgentLine);
        if (!lines.Succeeded || !TrySendInDialog(call, SipMethod.Refer, TransactionPurpose.Refer, lines.Written, default, default, out var handleOf))
        {
            return false;
        }

        call.Referring = handleOf;
        return true;
    }

    /// <summary>
    /// Tells a far end that sent REFER how the call that it asked for fares (RFC 3515 section 2.4.5): NOTIFY with a status line. A status of
    /// 200 or more is the last one.
    /// </summary>
    /// <param name="handle">The call whose REFER was accepted.</param>
    /// <param name="status">100 to 699.</param>
    public bool TryReportReferral(SipCallHandle handle, int status)
    {
        if (_calls.Find(handle) is not { State: SipCallState.Established } call || status is < 100 or > 699)
        {
            return false;
        }

        scoped var text = new SipWriter(_text);
        text.Raw("Event: refer\r\nSubscription-State: "u8);
        text.Raw(status < 200 ? "active;expires=60\r\n"u8 : "terminated;reason=noresource\r\n"u8);
        text.Header("Contact"u8, call.Text.Get(_arena, DialogPiece.Contact));
        text.Raw(_userAgentLine);
        var lines = text.Length;
        text.StatusLine(status, Responses.PhraseOf(status));
        return text.Succeeded && TrySendInDialog(
            call, SipMethod.Notify, TransactionPurpose.Notify, _text.AsSpan(0, lines), "message/sipfrag;version=2.0"u8,
            _text.AsSpan(lines, text.Length - lines), out _);
    }

    /// <summary>Sends an OPTIONS outside of calls, to learn whether a peer lives; the answer comes as <see cref="SipCallObserver.OnProbeAnswered"/>.</summary>
    public bool TryProbe(in SipPeer destination, ReadOnlySpan<byte> uri, long token)
    {
        if (_sink.LocalFor(destination) is not { } local || !SipUri.TryParse(uri, out _) || !_transactions.TryReserveClient(out var index))
        {
            return false;
        }

        ref var transaction = ref _transactions.Table[index];
        _tokens.WriteBranch(_branch, index, transaction.Generation);
        SipTokens.WriteHex(_tag, _tokens.Next(), 16);
        scoped var text = new SipWriter(_wire);
        text.RequestLine(SipMethod.Options, uri);
        text.Raw(local.ViaStart);
        text.Raw(_branch);
        text.Raw("\r\nMax-Forwards: 70\r\nFrom: <sip:"u8);
        text.Raw(_contactUser);
        text.Raw(local.UriEnd);
        text.Raw(">;tag="u8);
        text.Raw(_tag.AsSpan(0, 16));
        text.Raw("\r\nTo: <"u8);
        text.Text(uri);
        text.Raw(">\r\nCall-ID: "u8);
        text.Hexadecimal(_tokens.Next(), 16);
        text.Raw("\r\nCSeq: 1 OPTIONS\r\nContact: <sip:"u8);
        text.Raw(_contactUser);
        text.Raw(local.UriEnd);
        text.Raw(">\r\nAccept: application/sdp\r\n"u8);
        text.Raw(_userAgentLine);
        text.End();
        transaction.UserToken = token;
        return Launch(
            index, text.Succeeded ? text.Length : 0, SipMethod.Options, TransactionPurpose.Probe, 1, null, destination);
    }

    /// <summary>Starts a client transaction with the message in the wire buffer; gives the slot back if there is none.</summary>
    private bool Launch(
        int index, int length, SipMethod method, TransactionPurpose purpose, uint cseq, SipCall? call, in SipPeer destination)
    {
        if (length == 0)
        {
            _transactions.AbandonClient(index);
            return false;
        }

        return _transactions.TryStartClient(
            index, method, purpose, cseq, call?.Handle ?? SipCallHandle.None, destination, _wire.AsSpan(0, length));
    }

    private bool TrySendInDialog(
        SipCall call, SipMethod method, TransactionPurpose purpose, ReadOnlySpan<byte> lines, ReadOnlySpan<byte> contentType,
        ReadOnlySpan<byte> body, out TransactionHandle transaction)
    {
        transaction = TransactionHandle.None;
        if (!_transactions.TryReserveClient(out var index))
        {
            return false;
        }

        var cseq = ++call.LocalCSeq;
        var target = call.Text.Get(_arena, DialogPiece.Target);
        RouteSet.Apply(
            call.Text.Get(_arena, DialogPiece.Routes), target, out var uri, out _, out var routeValue, out var append);
        _tokens.WriteBranch(_branch, index, _transactions.Table[index].Generation);
        var text = new SipWriter(_wire);
        text.RequestLine(method, uri);
        text.Raw(call.Local.ViaStart);
        text.Raw(_branch);
        text.Raw("\r\nMax-Forwards: 70\r\n"u8);
        RouteSet.WriteHeader(ref text, routeValue, target, append);
        text.Header("From"u8, call.Text.Get(_arena, DialogPiece.Local));
        text.Header("To"u8, call.Text.Get(_arena, DialogPiece.Remote));
        text.Header("Call-ID"u8, call.Text.Get(_arena, DialogPiece.CallId));
        text.CSeq(cseq, method);
        if (method is SipMethod.Invite or SipMethod.Update or SipMethod.Refer)
        {
            text.Header("Contact"u8, call.Text.Get(_arena, DialogPiece.Contact));
            text.Raw(AllowLine);
        }

        text.Raw(lines);
        text.End(contentType, body);
        var handle = _transactions.Table.HandleOf(index);
        if (!Launch(index, text.Succeeded ? text.Length : 0, method, purpose, cseq, call, call.NextHop))
        {
            return false;
        }

        _transactions.Table[index].ToDestination = call.InDialogToDestination;
        transaction = handle;
        return true;
    }

    private void OnInDialogResponse(int index, SipMessage response)
    {
        ref var transaction = ref _transactions.Table[index];
        var purpose = transaction.Purpose;
        if (_calls.Find(transaction.Call) is not { } call || response.StatusCode < 200)
        {
            return;
        }

        if (purpose == TransactionPurpose.ReInvite && response.StatusCode < 300)
        {
            OnReInviteSuccess(index, call, response);
            return;
        }

        if (response.StatusCode is 401 or 407 && TryAnswerChallenge(index, call, response))
        {
            return;
        }

        if (purpose == TransactionPurpose.Bye)
        {
            Discard(call);
            return;
        }

        if (response.StatusCode is 481 or 408 && call.State == SipCallState.Established && purpose is not TransactionPurpose.Notify)
        {
            // RFC 3261 section 12.2.1.2: the far end has lost the dialog.
            LoseDialog(call, response.StatusCode, response.ReasonPhrase, response);
            return;
        }

        if (purpose is TransactionPurpose.ReInvite or TransactionPurpose.Update)
        {
            call.Modifying = TransactionHandle.None;
            var sdp = HasSdp(response) ? response.Body : default;
            _observer.OnSessionAnswer(new SipSessionAnswer { Call = call.Handle, Token = call.Token, Status = response.StatusCode, Sdp = sdp });
        }
        else if (purpose == TransactionPurpose.Refer)
        {
            var refused = response.StatusCode >= 300;
            call.Referring = refused ? TransactionHandle.None : call.Referring;
            ReportTransfer(call, response.StatusCode, refused);
        }
    }

    private void OnReInviteSuccess(int index, SipCall call, SipMessage response)
    {
        ref var transaction = ref _transactions.Table[index];
        SendSuccessAck(response, call.Local, call.Peer, call.InDialogToDestination, transaction.Credentials);
        if (transaction.KeyHigh != 0)
        {
            Counters.Retransmissions++;
            return;
        }

        transaction.KeyHigh = 1;
        call.Modifying = TransactionHandle.None;
        if (call.State != SipCallState.Established)
        {
            return;
        }

        TrySetTarget(call, response);
        var sdp = HasSdp(response) ? response.Body : default;
        _observer.OnSessionAnswer(new SipSessionAnswer { Call = call.Handle, Token = call.Token, Status = response.StatusCode, Sdp = sdp });
    }

    private void OnModificationFailed(int transaction, SipCall call, int status)
    {
        var purpose = _transactions.Table[transaction].Purpose;
        if (purpose == TransactionPurpose.Refer)
        {
            call.Referring = TransactionHandle.None;
            ReportTransfer(call, status, final: true);
        }
        else
        {
            call.Modifying = TransactionHandle.None;
        }

        if (call.State == SipCallState.Established)
        {
            LoseDialog(call, status, Responses.PhraseOf(status), null);
        }
    }

    private void LoseDialog(SipCall call, int status, ReadOnlySpan<byte> phrase, SipMessage? message)
    {
        SendBye(call, default);
        End(call, SipEndCause.DialogLost, SipEndedBy.Network, status, phrase, message);
    }

    private void ReportTransfer(SipCall call, int status, bool final) =>
        _observer.OnTransferProgress(new SipTransferProgress { Call = call.Handle, Token = call.Token, Status = status, Final = final });

    /// <summary>Sends a challenged request again with credentials, once (RFC 3261 section 22.2). False: the challenge stands as the answer.</summary>
    private bool TryAnswerChallenge(int index, SipCall call, SipMessage response)
    {
        ref var transaction = ref _transactions.Table[index];
        if (call.Credentials is not { } credentials || transaction.Authenticated || !TryParseStored(_transactions.AnsweredRequest))
        {
            return false;
        }

        var digest = new DigestClient(credentials.UserName, credentials.Password);
        if (digest.Take(response, hadCredentials: false) != DigestOutcome.Retry || !_transactions.TryReserveClient(out var next))
        {
            return false;
        }

        var lines = new SipWriter(_text);
        digest.WriteCredentials(ref lines, _stored.MethodToken, _stored.RequestUri, _stored.Body, _tokens.Next());
        var cseq = ++call.LocalCSeq;
        _tokens.WriteBranch(_branch, next, _transactions.Table[next].Generation);
        var replaced = response.StatusCode == 401 ? SipHeaderKind.Authorization : SipHeaderKind.ProxyAuthorization;
        var length = lines.Succeeded
            ? DerivedRequests.WriteAgain(_wire, _stored, call.Local, _branch, cseq, replaced, lines.Written) : 0;
        var method = transaction.Method;
        var purpose = transaction.Purpose;
        var toDestination = transaction.ToDestination;
        var again = _transactions.Table.HandleOf(next);
        var limit = transaction.LimitAt;
        if (!Launch(next, length, method, purpose, cseq, call, transaction.Peer))
        {
            return false;
        }

        ref var repeated = ref _transactions.Table[next];
        repeated.Authenticated = true;
        repeated.ToDestination = toDestination;
        repeated.LimitAt = limit;
        if (method == SipMethod.Invite)
        {
            repeated.Credentials = _arena.Store(lines.Written);
        }

        Follow(call, purpose, again);
        return true;
    }

    private static void Follow(SipCall call, TransactionPurpose purpose, TransactionHandle again)
    {
        switch (purpose)
        {
            case TransactionPurpose.Invite:
                call.Invite = again;
                break;
            case TransactionPurpose.ReInvite or TransactionPurpose.Update:
                call.Modifying = again;
                break;
            case TransactionPurpose.Refer:
                call.Referring = again;
                break;
        }
    }
}
