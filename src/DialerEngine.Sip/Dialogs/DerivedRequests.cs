using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Dialogs;

/// <summary>
/// Requests that follow wholly from other messages: the ACK of a refusal and the CANCEL from the INVITE, the ACK of a 2xx (and the BYE that
/// ends an unwanted one) from the 2xx itself, and a request again with credentials from the one that was challenged. Because of this
/// nothing but a slot needs to stay in memory after an answer.
/// </summary>
internal static class DerivedRequests
{
    /// <summary>ACK of a 300 to 699 (RFC 3261 section 17.1.1.3).</summary>
    public static int WriteFailureAck(Span<byte> into, SipMessage invite, SipMessage response)
    {
        scoped var text = new SipWriter(into);
        WriteHopHead(ref text, invite, "ACK"u8);
        text.Header("To"u8, response.To.Raw);
        text.Header("Call-ID"u8, invite.CallId);
        text.CSeq(invite.CSeq, "ACK"u8);
        text.End();
        return text.Succeeded ? text.Length : 0;
    }

    /// <summary>CANCEL of an INVITE (RFC 3261 section 9.1) with Reason headers as given: whole lines or empty.</summary>
    public static int WriteCancel(Span<byte> into, SipMessage invite, ReadOnlySpan<byte> reasonLines)
    {
        scoped var text = new SipWriter(into);
        WriteHopHead(ref text, invite, "CANCEL"u8);
        text.Header("To"u8, invite.To.Raw);
        text.Header("Call-ID"u8, invite.CallId);
        text.CSeq(invite.CSeq, "CANCEL"u8);
        text.Raw(reasonLines);
        text.End();
        return text.Succeeded ? text.Length : 0;
    }

    /// <summary>
    /// A request in the dialog that a 2xx or a reliable 1xx made, from the response alone (sections 12.1.2 and 13.2.2.4).
    /// </summary>
    /// <param name="into">Where it goes.</param>
    /// <param name="response">The response.</param>
    /// <param name="local">Our address.</param>
    /// <param name="branch">The branch parameter.</param>
    /// <param name="method">ACK, BYE or PRACK.</param>
    /// <param name="cseq">Its number.</param>
    /// <param name="extraLines">Further header lines, each with its line end.</param>
    /// <param name="fallback">Where it goes if the first hop is a name or missing.</param>
    /// <param name="destination">Where to send it.</param>
    public static int WriteFromResponse(
        Span<byte> into, SipMessage response, SipLocalAddress local, ReadOnlySpan<byte> branch, SipMethod method, uint cseq,
        ReadOnlySpan<byte> extraLines, in SipPeer fallback, out SipPeer destination)
    {
        Span<byte> routes = stackalloc byte[2048];
        routes = routes[..RouteSet.Write(response, true, routes)];
        var target = response.TryGetContact(out var contact) ? contact.Uri : response.To.Uri;
        RouteSet.Apply(routes, target, out var uri, out var hop, out var routeValue, out var append);
        destination = RouteSet.TryResolve(hop, fallback, out var resolved) ? resolved : fallback;

        var name = SipMethods.Token(method);
        scoped var text = new SipWriter(into);
        text.RequestLine(name, uri);
        text.Text(local.ViaStart);
        text.Text(branch);
        text.Raw("\r\nMax-Forwards: 70\r\n"u8);
        RouteSet.WriteHeader(ref text, routeValue, target, append);
        text.Header("From"u8, response.From.Raw);
        text.Header("To"u8, response.To.Raw);
        text.Header("Call-ID"u8, response.CallId);
        text.CSeq(cseq, name);
        text.Raw(extraLines);
        text.End();
        return text.Succeeded ? text.Length : 0;
    }

    /// <summary>
    /// A request again after a challenge: same Call-ID, From, To and body, next CSeq, own branch, and the credentials in place of older ones
    /// (RFC 3261 section 22.2). Also used after 422 with another Session-Expires.
    /// </summary>
    public static int WriteAgain(
        Span<byte> into, SipMessage request, SipLocalAddress local, ReadOnlySpan<byte> branch, uint cseq, SipHeaderKind replaced,
        ReadOnlySpan<byte> newLines)
    {
        scoped var text = new SipWriter(into);
        text.RequestLine(request.MethodToken, request.RequestUri);
        text.Text(local.ViaStart);
        text.Text(branch);
        text.EndHeader();
        for (var i = 0; i < request.HeaderCount; i++)
        {
            var kind = request.KindAt(i);
            if (kind is SipHeaderKind.Via or SipHeaderKind.CSeq or SipHeaderKind.ContentLength or SipHeaderKind.ContentType || kind == replaced)
            {
                continue;
            }

            text.Header(request.NameAt(i), request.ValueAt(i));
        }

        text.CSeq(cseq, request.MethodToken);
        text.Raw(newLines);
        text.End(request.ContentType, request.Body);
        return text.Succeeded ? text.Length : 0;
    }

    /// <summary>Request line, the INVITE's own Via, Max-Forwards, Route and From: the same for ACK and CANCEL, so that they take the same way.</summary>
    private static void WriteHopHead(ref SipWriter text, SipMessage invite, ReadOnlySpan<byte> method)
    {
        text.RequestLine(method, invite.RequestUri);
        text.Header("Via"u8, invite.TopVia.Raw);
        text.Header("Max-Forwards"u8, "70"u8);
        text.CopyHeaders(invite, SipHeaderKind.Route);
        text.Header("From"u8, invite.From.Raw);
    }
}
