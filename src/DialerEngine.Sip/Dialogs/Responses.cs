using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Dialogs;

/// <summary>Writes responses from the request they answer (RFC 3261 section 8.2.6).</summary>
internal static class Responses
{
    /// <summary>The reason phrase that the RFCs give a status; "Unknown" for others.</summary>
    public static ReadOnlySpan<byte> PhraseOf(int status) => status switch
    {
        100 => "Trying"u8,
        180 => "Ringing"u8,
        181 => "Call Is Being Forwarded"u8,
        182 => "Queued"u8,
        183 => "Session Progress"u8,
        200 => "OK"u8,
        202 => "Accepted"u8,
        400 => "Bad Request"u8,
        401 => "Unauthorized"u8,
        403 => "Forbidden"u8,
        404 => "Not Found"u8,
        405 => "Method Not Allowed"u8,
        408 => "Request Timeout"u8,
        415 => "Unsupported Media Type"u8,
        416 => "Unsupported URI Scheme"u8,
        420 => "Bad Extension"u8,
        422 => "Session Interval Too Small"u8,
        480 => "Temporarily Unavailable"u8,
        481 => "Call/Transaction Does Not Exist"u8,
        482 => "Loop Detected"u8,
        486 => "Busy Here"u8,
        487 => "Request Terminated"u8,
        488 => "Not Acceptable Here"u8,
        489 => "Bad Event"u8,
        491 => "Request Pending"u8,
        500 => "Server Internal Error"u8,
        501 => "Not Implemented"u8,
        503 => "Service Unavailable"u8,
        504 => "Server Time-out"u8,
        505 => "Version Not Supported"u8,
        603 => "Decline"u8,
        _ => "Unknown"u8,
    };

    /// <summary>Writes a response. The result is 0 if it does not fit.</summary>
    /// <param name="into">Where it goes.</param>
    /// <param name="request">The request that is answered.</param>
    /// <param name="from">Where the request came from, for <c>received</c> and <c>rport</c>.</param>
    /// <param name="status">100 to 699.</param>
    /// <param name="phrase">Reason phrase; empty: the usual one.</param>
    /// <param name="toTag">Our tag, written unless the request's To has one; empty for 100.</param>
    /// <param name="extraLines">Further header lines, each with its line end.</param>
    /// <param name="contentType">Type of the body.</param>
    /// <param name="body">The body, may be empty.</param>
    public static int Write(
        Span<byte> into, SipMessage request, in SipPeer from, int status, ReadOnlySpan<byte> phrase, ReadOnlySpan<byte> toTag,
        ReadOnlySpan<byte> extraLines, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> body)
    {
        scoped var text = new SipWriter(into);
        text.Raw("SIP/2.0 "u8);
        text.Number((ulong)status);
        text.Raw(" "u8);
        text.Text(phrase.IsEmpty ? PhraseOf(status) : phrase);
        text.EndHeader();
        Span<byte> host = stackalloc byte[64];
        WriteVias(ref text, request, host[..from.FormatHost(host)], from.Port);
        if (status is > 100 and < 300 && request.Method is SipMethod.Invite or SipMethod.Subscribe or SipMethod.Refer)
        {
            text.CopyHeaders(request, SipHeaderKind.RecordRoute);
        }

        text.Header("From"u8, request.From.Raw);
        text.Raw("To: "u8);
        text.Text(request.To.Raw);
        if (request.To.Tag.IsEmpty && !toTag.IsEmpty)
        {
            text.Raw(";tag="u8);
            text.Text(toTag);
        }

        text.EndHeader();
        text.Header("Call-ID"u8, request.CallId);
        text.CSeq(request.CSeq, request.CSeqMethodToken);
        text.Raw(extraLines);
        text.End(contentType, body);
        return text.Succeeded ? text.Length : 0;
    }

    private static void WriteVias(ref SipWriter text, SipMessage request, ReadOnlySpan<byte> host, ushort port)
    {
        var first = true;
        for (var i = 0; i < request.HeaderCount; i++)
        {
            if (request.KindAt(i) != SipHeaderKind.Via)
            {
                continue;
            }

            if (!first)
            {
                text.Header("Via"u8, request.ValueAt(i));
                continue;
            }

            first = false;
            text.Raw("Via: "u8);
            WriteTopVia(ref text, request.TopVia, host, port);
            text.Text(request.ValueAt(i)[request.TopVia.Raw.Length..]);
            text.EndHeader();
        }
    }

    private static void WriteTopVia(ref SipWriter text, SipVia via, ReadOnlySpan<byte> host, ushort port)
    {
        var raw = via.Raw;
        var at = via is { HasRPort: true, RPort: 0 } ? FindRPort(raw) : -1;
        if (at >= 0)
        {
            text.Text(raw[..(at + 6)]);
            text.Raw("="u8);
            text.Number(port);
            text.Text(raw[(at + 6)..].TrimStart((byte)'='));
        }
        else
        {
            text.Text(raw);
        }

        if (via.Received.IsEmpty && (via.HasRPort || !via.Host.SequenceEqual(host)))
        {
            text.Raw(";received="u8);
            text.Text(host.Length > 2 && host[0] == '[' ? host[1..^1] : host);
        }
    }

    private static int FindRPort(ReadOnlySpan<byte> via)
    {
        for (var at = 0; at + 6 <= via.Length; at++)
        {
            if (via[at] == ';' && System.Text.Ascii.EqualsIgnoreCase(via.Slice(at, 6), ";rport"u8)
                && (at + 6 == via.Length || via[at + 6] is (byte)';' or (byte)'=' or (byte)' '))
            {
                return at;
            }
        }

        return -1;
    }
}
