using System.Text;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Tests.Parsing;

/// <summary>Ordinary messages and short ways to parse them.</summary>
internal static class Samples
{
    public const string Invite =
        "INVITE sip:+15551230001@trunk.example.net:5060;user=phone SIP/2.0\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK74bf9;rport\r\n" +
        "Max-Forwards: 70\r\n" +
        "From: \"Campaign 7\" <sip:+15559990000@dialer.example.org>;tag=9fxced76sl\r\n" +
        "To: <sip:+15551230001@trunk.example.net>\r\n" +
        "Call-ID: 3848276298220188511@dialer.example.org\r\n" +
        "CSeq: 1 INVITE\r\n" +
        "Contact: <sip:dialer@192.0.2.10:5060;transport=udp>\r\n" +
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK\r\n" +
        "Supported: 100rel, timer\r\n" +
        "User-Agent: DialerEngine\r\n" +
        "Content-Type: application/sdp\r\n" +
        "Content-Length: 124\r\n" +
        "\r\n" +
        "v=0\r\n" +
        "o=- 1 1 IN IP4 192.0.2.10\r\n" +
        "s=-\r\n" +
        "c=IN IP4 192.0.2.10\r\n" +
        "t=0 0\r\n" +
        "m=audio 40000 RTP/AVP 0\r\n" +
        "a=rtpmap:0 PCMU/8000\r\n" +
        "a=ptime:20\r\n";

    public const string Ok =
        "SIP/2.0 200 OK\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK74bf9;rport=5062;received=198.51.100.1\r\n" +
        "Record-Route: <sip:p1.example.net;lr>, <sip:p2.example.net;lr>\r\n" +
        "From: \"Campaign 7\" <sip:+15559990000@dialer.example.org>;tag=9fxced76sl\r\n" +
        "To: <sip:+15551230001@trunk.example.net>;tag=314159\r\n" +
        "Call-ID: 3848276298220188511@dialer.example.org\r\n" +
        "CSeq: 1 INVITE\r\n" +
        "Contact: <sip:+15551230001@203.0.113.5:5080>\r\n" +
        "Content-Length: 0\r\n" +
        "\r\n";

    public static SipMessage Parse(string text, bool stream = false) => Parse(Encoding.UTF8.GetBytes(text), stream);

    public static SipMessage Parse(byte[] octets, bool stream = false)
    {
        var message = new SipMessage();
        SipParser.TryParse(octets, 0, octets.Length, message, stream);
        return message;
    }

    /// <summary>The verdict over all checks.</summary>
    public static SipParseError Verdict(string text, bool stream = false) => SipValidator.Check(Parse(text, stream));

    public static string Text(this ReadOnlySpan<byte> octets) => Encoding.UTF8.GetString(octets);
}
