using DialerEngine.Sip.Dialogs;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Calls;

/// <summary>What comes back to an INVITE that we sent: RFC 3261 sections 13.2.2 and 13.2.2.4, RFC 3262.</summary>
public sealed partial class SipEndpoint
{
    private static ReadOnlySpan<byte> SdpType => "application/sdp"u8;

    void ITransactionUser.OnResponse(int transaction, SipMessage response, in SipPeer from)
    {
        switch (_transactions.Table[transaction].Purpose)
        {
            case TransactionPurpose.Invite:
                OnInviteResponse(transaction, response);
                break;
            case TransactionPurpose.Probe:
                if (response.StatusCode >= 200)
                {
                    _observer.OnProbeAnswered(_transactions.Table[transaction].UserToken, response.StatusCode);
                }

                break;
            case TransactionPurpose.Cancel or TransactionPurpose.ByeStray:
                break;
            default:
                OnInDialogResponse(transaction, response);
                break;
        }
    }

    void ITransactionUser.OnStraySuccess(SipMessage response, in SipPeer from)
    {
        // RFC 6026 section 8.9 would drop it; but a 2xx that nobody ends is a call that somebody pays for. Only answers to INVITEs with a tag
        // that we made are acted upon.
        if (!_tokens.TryReadTag(response.From.Tag, out _, out _) || response.To.Tag.IsEmpty || _sink.LocalFor(from) is not { } local)
        {
            Counters.StrayResponses++;
            return;
        }

        EndUnwanted(response, local, from, toDestination: false, credentials: 0, acknowledgeOnly: false);
    }

    private static bool HasSdp(SipMessage message) =>
        !message.Body.IsEmpty && message.ContentType.Length >= SdpType.Length
        && System.Text.Ascii.EqualsIgnoreCase(message.ContentType[..SdpType.Length], SdpType);

    private void OnInviteResponse(int transaction, SipMessage response)
    {
        var call = _calls.Find(_transactions.Table[transaction].Call);
        if (call is not null && call.Invite.Index != transaction)
        {
            call = null;
        }

        if (response.StatusCode < 200)
        {
            if (call is not null)
            {
                OnProvisional(call, response);
            }
        }
        else if (response.StatusCode < 300)
        {
            OnSuccess(transaction, call, response);
        }
        else if (call is not null)
        {
            OnFailure(transaction, call, response);
        }
    }

    private void OnProvisional(SipCall call, SipMessage response)
    {
        if (call.FirstProvisionalAt < 0)
        {
            call.FirstProvisionalAt = NowMs;
        }

        if (call.State == SipCallState.Cancelling)
        {
            SendCancel(call);
            return;
        }

        if (response.StatusCode == 100 || call.State != SipCallState.Calling)
        {
            return;
        }

        var fork = ForkOf(call, response);
        CollectReasons(call, response);
        if (!AcknowledgeProvisional(call, fork, response))
        {
            return;
        }

        if (response.StatusCode is 180 && call.RingingAt < 0)
        {
            call.RingingAt = NowMs;
        }

        var sdp = HasSdp(response) ? response.Body : default;
        if (!sdp.IsEmpty)
        {
            call.EarlyMedia = true;
            if (fork >= 0)
            {
                _arena.Return(ref call.Early[fork].Sdp);
                call.Early[fork].Sdp = _arena.Store(sdp);
            }
        }

        _observer.OnProgress(new SipCallProgress
        {
            Call = call.Handle,
            Token = call.Token,
            Status = response.StatusCode,
            Fork = fork,
            Sdp = sdp,
            Message = response,
        });
    }

    /// <summary>The early dialog of a To tag, made on first sight; -1 without tag or beyond the bound.</summary>
    private int ForkOf(SipCall call, SipMessage response)
    {
        if (response.To.Tag.IsEmpty)
        {
            return -1;
        }

        var hash = _tokens.HashOf(response.To.Tag);
        for (var i = 0; i < call.EarlyCount; i++)
        {
            if (call.Early[i].TagHash == hash)
            {
                return i;
            }
        }

        if (call.EarlyCount == EarlyDialogs.Length)
        {
            return -1;
        }

        call.Early[call.EarlyCount].TagHash = hash;
        return call.EarlyCount++;
    }

    /// <summary>Sends the PRACK of a reliable provisional answer. False: a repeat or out of order, to be ignored (RFC 3262 section 4).</summary>
    private bool AcknowledgeProvisional(SipCall call, int fork, SipMessage response)
    {
        if (fork < 0 || !response.ListContains(SipHeaderKind.Require, "100rel"u8)
            || !response.TryGetHeader(SipHeaderKind.RSeq, out var value) || !TryNumber(value, out var sequence))
        {
            return true;
        }

        ref var early = ref call.Early[fork];
        if (early.ReliableSequence != 0 && sequence != early.ReliableSequence + 1)
        {
            return false;
        }

        early.ReliableSequence = sequence;
        if (!_transactions.TryReserveClient(out var index))
        {
            return true;
        }

        scoped var lines = new SipWriter(_text);
        lines.BeginHeader("RAck"u8);
        lines.Number(sequence);
        lines.Raw(" "u8);
        lines.Number(response.CSeq);
        lines.Raw(" INVITE"u8);
        lines.EndHeader();
        lines.Raw(_userAgentLine);
        var cseq = ++call.LocalCSeq;
        _tokens.WriteBranch(_branch, index, _transactions.Table[index].Generation);
        var length = DerivedRequests.WriteFromResponse(
            _wire, response, call.Local, _branch, SipMethod.Prack, cseq, lines.Written, call.Peer, out var destination);
        Launch(index, length, SipMethod.Prack, TransactionPurpose.Prack, cseq, call, call.InDialogToDestination ? call.Peer : destination);
        return true;
    }

    private void OnSuccess(int index, SipCall? call, SipMessage response)
    {
        ref var transaction = ref _transactions.Table[index];
        var tag = _tokens.HashOf(response.To.Tag);
        var local = call?.Local ?? _sink.LocalFor(transaction.Peer);
        if (local is null)
        {
            return;
        }

        if (transaction.KeyHigh == 0)
        {
            transaction.KeyHigh = tag;
            if (call is { State: SipCallState.Calling })
            {
                Establish(call, response, index, tag);
                return;
            }

            transaction.KeyLow = tag;
            var fallback = transaction.Peer;
            var toDestination = transaction.ToDestination;
            EndUnwanted(response, local, fallback, toDestination, transaction.Credentials, acknowledgeOnly: false);
            if (call is { State: SipCallState.Cancelling })
            {
                call.AnsweredAt = NowMs;
                End(call, SipEndCause.AnsweredAfterCancel, SipEndedBy.Local, response.StatusCode, response.ReasonPhrase, response);
            }

            return;
        }

        // The far end repeats its 2xx until it has our ACK; another tag is another leg of a fork, which gets ACK and BYE.
        var known = tag == transaction.KeyHigh || tag == transaction.KeyLow;
        Counters.Retransmissions += known ? 1 : 0;
        if (!known)
        {
            transaction.KeyLow = tag;
        }

        EndUnwanted(response, local, transaction.Peer, transaction.ToDestination, transaction.Credentials, acknowledgeOnly: known);
    }

    /// <summary>Acknowledges a 2xx and, unless only that is wanted, ends the dialog that it made.</summary>
    private void EndUnwanted(
        SipMessage response, SipLocalAddress local, in SipPeer fallback, bool toDestination, int credentials, bool acknowledgeOnly)
    {
        SendSuccessAck(response, local, fallback, toDestination, credentials);
        if (acknowledgeOnly)
        {
            return;
        }

        Counters.UnwantedAnswers++;
        if (_transactions.TryReserveClient(out var index))
        {
            _tokens.WriteBranch(_branch, index, _transactions.Table[index].Generation);
            var length = DerivedRequests.WriteFromResponse(
                _wire, response, local, _branch, SipMethod.Bye, response.CSeq + 1, _userAgentLine, fallback, out var destination);
            Launch(index, length, SipMethod.Bye, TransactionPurpose.ByeStray, response.CSeq + 1, null, toDestination ? fallback : destination);
        }

        _observer.OnUnwantedAnswer(response);
    }

    /// <summary>Sends the ACK of a 2xx, written from the 2xx, so that every repeat is answered alike without keeping the ACK.</summary>
    private void SendSuccessAck(SipMessage response, SipLocalAddress local, in SipPeer fallback, bool toDestination, int credentials)
    {
        var hash = _tokens.Hash();
        hash.AddPiece(response.TopVia.Branch);
        hash.AddPiece(response.To.Tag);
        "z9hG4bKa"u8.CopyTo(_branch);
        SipTokens.WriteHex(_branch.AsSpan(8), hash.Finish(), 16);
        var length = DerivedRequests.WriteFromResponse(
            _wire, response, local, _branch.AsSpan(0, 24), SipMethod.Ack, response.CSeq, _arena.Get(credentials), fallback, out var destination);
        if (length > 0)
        {
            _transactions.SendRaw(toDestination ? fallback : destination, _wire.AsSpan(0, length));
        }
    }

    private void Establish(SipCall call, SipMessage response, int index, ulong tag)
    {
        var fork = ForkOf(call, response);
        ref var transaction = ref _transactions.Table[index];
        SendSuccessAck(response, call.Local, call.Peer, call.InDialogToDestination, transaction.Credentials);
        StopTimer(ref call.SetupTimer);
        call.State = SipCallState.Established;
        call.AnsweredAt = NowMs;
        call.RemoteTagHash = tag;
        if (!call.Text.TrySet(_arena, DialogPiece.Remote, response.To.Raw)
            || !call.Text.TrySet(_arena, DialogPiece.RemoteTag, response.To.Tag)
            || !TrySetTarget(call, response) || !TrySetRoutes(call, response, reversed: true))
        {
            // The dialog cannot be remembered: end it while its 2xx is at hand.
            EndUnwanted(response, call.Local, call.Peer, call.InDialogToDestination, transaction.Credentials, acknowledgeOnly: false);
            End(call, SipEndCause.LocalHangUp, SipEndedBy.Local, response.StatusCode, response.ReasonPhrase, response);
            return;
        }

        Counters.CallsAnswered++;
        var sdp = HasSdp(response) ? response.Body : fork >= 0 ? _arena.Get(call.Early[fork].Sdp) : default;
        var handle = call.Handle;
        _observer.OnAnswered(new SipCallAnswered { Call = handle, Token = call.Token, Fork = fork, Sdp = sdp, Message = response });
        if (_calls.Find(handle) is { } still)
        {
            ForgetEarly(still);
        }
    }

    private void OnFailure(int transaction, SipCall call, SipMessage response)
    {
        if (call.State == SipCallState.Cancelling)
        {
            CollectReasons(call, response);
            End(call, call.CancelCause, SipEndedBy.Local, response.StatusCode, response.ReasonPhrase, response);
            return;
        }

        if (call.State != SipCallState.Calling)
        {
            return;
        }

        if (response.StatusCode is 401 or 407 && TryAnswerChallenge(transaction, call, response))
        {
            return;
        }

        CollectReasons(call, response);
        End(call, SipEndCause.Refused, SipEndedBy.Remote, response.StatusCode, response.ReasonPhrase, response);
    }

    /// <summary>Remembers where requests inside the dialog go: Contact of the far end (RFC 3261 section 12.1).</summary>
    private bool TrySetTarget(SipCall call, SipMessage message)
    {
        var fits = true;
        if (message.TryGetContact(out var contact))
        {
            fits = call.Text.TrySet(_arena, DialogPiece.Target, contact.Uri);
        }
        else if (call.Text.Get(_arena, DialogPiece.Target).IsEmpty)
        {
            var peer = message.IsRequest ? message.From : message.To;
            fits = call.Text.TrySet(_arena, DialogPiece.Target, peer.Uri);
        }

        SetNextHop(call);
        return fits;
    }

    private bool TrySetRoutes(SipCall call, SipMessage message, bool reversed)
    {
        if (!message.Has(SipHeaderKind.RecordRoute))
        {
            return true;
        }

        var length = RouteSet.Write(message, reversed, _text);
        if (length == 0)
        {
            return false;
        }

        var fits = call.Text.TrySet(_arena, DialogPiece.Routes, _text.AsSpan(0, length));
        SetNextHop(call);
        return fits;
    }

    private void SetNextHop(SipCall call)
    {
        RouteSet.Apply(
            call.Text.Get(_arena, DialogPiece.Routes), call.Text.Get(_arena, DialogPiece.Target), out _, out var hop, out _, out _);
        call.NextHop = !call.InDialogToDestination && RouteSet.TryResolve(hop, call.Peer, out var resolved) ? resolved : call.Peer;
    }

    private void ForgetEarly(SipCall call)
    {
        for (var i = 0; i < call.EarlyCount; i++)
        {
            _arena.Return(ref call.Early[i].Sdp);
        }
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out uint value) =>
        System.Buffers.Text.Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length;
}
