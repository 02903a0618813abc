using DialerEngine.Sip.Dialogs;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Calls;

/// <summary>Requests of the far end inside a dialog: RFC 3261 sections 12.2.2, 14.2 and 15.1.2, RFC 3311, 3515 and 6086.</summary>
public sealed partial class SipEndpoint
{
    /// <summary>Accepts the far end's offer; without an offer in its re-INVITE the description is ours to offer.</summary>
    public bool TryAnswerOffer(SipCallHandle handle, ReadOnlySpan<byte> sdp) =>
        _calls.Find(handle) is { State: SipCallState.Established or SipCallState.AwaitingAck } call && call.PendingRequest != 0
        && RespondPending(call, 200, default, SdpType, sdp);

    /// <summary>Refuses the far end's offer; the session stays as it was (RFC 3261 section 14.2).</summary>
    /// <param name="handle">The call.</param>
    /// <param name="status">300 to 699, usually 488.</param>
    public bool TryRejectOffer(SipCallHandle handle, int status = 488) =>
        status is >= 300 and <= 699 && _calls.Find(handle) is { State: SipCallState.Established or SipCallState.AwaitingAck } call
        && call.PendingRequest != 0 && RespondPending(call, status, default, default, default);

    private bool TryFindDialog(SipMessage request, out SipCall call)
    {
        call = null!;
        if (!_tokens.TryReadTag(request.To.Tag, out var index, out var generation)
            || _calls.Find(new SipCallHandle(index, generation)) is not { } found
            || !found.Text.Get(_arena, DialogPiece.CallId).SequenceEqual(request.CallId) || !IsFromPeer(found, request))
        {
            return false;
        }

        call = found;
        return true;
    }

    private bool IsFromPeer(SipCall call, SipMessage request)
    {
        var tag = _tokens.HashOf(request.From.Tag);
        if (call.RemoteTagHash != 0)
        {
            return tag == call.RemoteTagHash;
        }

        for (var i = 0; i < call.EarlyCount; i++)
        {
            if (call.Early[i].TagHash == tag)
            {
                return true;
            }
        }

        return false;
    }

    private void OnInDialogRequest(int transaction, SipMessage request, in SipPeer from)
    {
        if (!TryFindDialog(request, out var call))
        {
            Respond(transaction, request, from, 481, default);
            return;
        }

        if (request.CSeq < call.RemoteCSeq)
        {
            // RFC 3261 section 12.2.2: older than what has been served.
            Respond(transaction, request, from, 500, RetryAfterLine());
            return;
        }

        call.RemoteCSeq = request.CSeq;
        switch (request.Method)
        {
            case SipMethod.Bye:
                OnBye(transaction, call, request, from);
                break;
            case SipMethod.Invite or SipMethod.Update:
                OnModification(transaction, call, request, from);
                break;
            case SipMethod.Info:
                Respond(transaction, request, from, 200, default);
                _observer.OnInfo(call.Handle, request);
                break;
            case SipMethod.Options:
                Respond(transaction, request, from, 200, Capabilities());
                break;
            case SipMethod.Refer:
                OnRefer(transaction, call, request, from);
                break;
            case SipMethod.Notify:
                OnNotify(transaction, call, request, from);
                break;
            case SipMethod.Prack:
                // We send no reliable provisional answer, so there is none to acknowledge (RFC 3262 section 3).
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

    private void OnBye(int transaction, SipCall call, SipMessage request, in SipPeer from)
    {
        Respond(transaction, request, from, 200, default);
        switch (call.State)
        {
            case SipCallState.AwaitingAck or SipCallState.Established:
                CollectReasons(call, request);
                End(call, SipEndCause.RemoteHangUp, SipEndedBy.Remote, 200, Responses.PhraseOf(200), request);
                break;
            case SipCallState.Incoming:
                // The caller may end an early dialog by BYE (section 15): the INVITE still needs its final answer.
                CollectReasons(call, request);
                RespondPending(call, 487, default, default, default);
                End(call, SipEndCause.CallerCancelled, SipEndedBy.Remote, 487, Responses.PhraseOf(487), request);
                break;
        }
    }

    /// <summary>re-INVITE and UPDATE: one open offer at a time in each direction (sections 14.1 and 14.2, RFC 3311 section 5.2).</summary>
    private void OnModification(int transaction, SipCall call, SipMessage request, in SipPeer from)
    {
        if (request.Has(SipHeaderKind.Require) && !request.ListContains(SipHeaderKind.Require, "timer"u8))
        {
            RefuseExtensions(transaction, request, from);
            return;
        }

        var hasOffer = HasSdp(request);
        if (!request.Body.IsEmpty && !hasOffer)
        {
            Respond(transaction, request, from, 415, "Accept: application/sdp\r\n"u8);
            return;
        }

        if (call.State is SipCallState.Ending)
        {
            Respond(transaction, request, from, 481, default);
            return;
        }

        if (request.Method == SipMethod.Update && !hasOffer)
        {
            // A refresh: of the target, of the session timer (RFC 3311 section 5.2, RFC 4028 section 9).
            TrySetTarget(call, request);
            Respond(transaction, request, from, 200, ContactLines(call));
            return;
        }

        if (call.State != SipCallState.Established || _transactions.Table.IsAlive(call.Modifying))
        {
            Respond(transaction, request, from, 491, default);
            return;
        }

        if (call.PendingRequest != 0 || call.Unacknowledged.IsSet)
        {
            Respond(transaction, request, from, 500, RetryAfterLine());
            return;
        }

        Offer(transaction, call, request, from, hasOffer);
    }

    private void Offer(int transaction, SipCall call, SipMessage request, in SipPeer from, bool hasOffer)
    {
        _transactions.Table[transaction].Call = call.Handle;
        if (!TryKeepPending(call, transaction, request, from))
        {
            Respond(transaction, request, from, 500, RetryAfterLine());
            return;
        }

        TrySetTarget(call, request);
        var handle = call.Handle;
        var isInvite = request.Method == SipMethod.Invite;
        var taken = _observer.OnOffer(new SipSessionOffer
        {
            Call = handle,
            Token = call.Token,
            Sdp = hasOffer ? request.Body : default,
            Message = request,
        });
        if (_calls.Find(handle) is not { } still || still.PendingRequest == 0)
        {
            return;
        }

        if (!taken)
        {
            RespondPending(still, 488, default, default, default);
        }
        else if (isInvite)
        {
            RespondPending(still, 100, default, default, default);
        }
    }

    private void OnRefer(int transaction, SipCall call, SipMessage request, in SipPeer from)
    {
        if (call.State != SipCallState.Established || !request.TryGetHeader(SipHeaderKind.ReferTo, out var value)
            || !SipNameAddr.TryParse(value, out var target))
        {
            Respond(transaction, request, from, call.State == SipCallState.Established ? 400 : 481, default);
            return;
        }

        var handle = call.Handle;
        var open = _transactions.Table.HandleOf(transaction);
        var taken = _observer.OnReferAsked(handle, target.Uri, request);
        if (_transactions.Table.IsAlive(open))
        {
            Respond(transaction, request, from, taken ? 202 : 603, taken ? ContactLines(call) : default);
        }
    }

    /// <summary>NOTIFY of our REFER: a body of type message/sipfrag whose status line says how the new call fares (RFC 3515 section 2.4.5).</summary>
    private void OnNotify(int transaction, SipCall call, SipMessage request, in SipPeer from)
    {
        if (!call.Referring.IsSet || !request.TryGetHeader(SipHeaderKind.Event, out var value)
            || !System.Text.Ascii.EqualsIgnoreCase(value[..Math.Min(5, value.Length)], "refer"u8))
        {
            Respond(transaction, request, from, 481, default);
            return;
        }

        Respond(transaction, request, from, 200, default);
        var over = request.TryGetHeader(SipHeaderKind.SubscriptionState, out var state)
            && state.Length >= 10 && System.Text.Ascii.EqualsIgnoreCase(state[..10], "terminated"u8);
        var status = StatusOfFragment(request.Body);
        over |= status >= 200;
        if (over)
        {
            call.Referring = TransactionHandle.None;
        }

        ReportTransfer(call, status, over);
    }

    private static int StatusOfFragment(ReadOnlySpan<byte> body) =>
        body.Length >= 11 && body.StartsWith("SIP/2.0 "u8) && TryNumber(body.Slice(8, 3), out var status) && status is >= 100 and <= 699
            ? (int)status : 0;

    private ReadOnlySpan<byte> ContactLines(SipCall call)
    {
        var lines = new SipWriter(_text);
        lines.Header("Contact"u8, call.Text.Get(_arena, DialogPiece.Contact));
        lines.Raw(AllowLine);
        return lines.Written;
    }
}
