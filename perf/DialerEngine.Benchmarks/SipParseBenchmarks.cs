using System.Text;
using BenchmarkDotNet.Attributes;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Benchmarks;

/// <summary>Reading and writing the messages of a call, against a parser that cuts the text into strings.</summary>
[MemoryDiagnoser]
public class SipParseBenchmarks
{
    private const string Body =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\n" +
        "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";

    private static readonly string InviteText =
        "INVITE sip:+15551230001@trunk.example.net:5060;user=phone SIP/2.0\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK74bf9;rport\r\nMax-Forwards: 70\r\n" +
        "From: \"Campaign 7\" <sip:+15559990000@dialer.example.org>;tag=9fxced76sl\r\nTo: <sip:+15551230001@trunk.example.net>\r\n" +
        "Call-ID: 3848276298220188511@dialer.example.org\r\nCSeq: 1 INVITE\r\nContact: <sip:dialer@192.0.2.10:5060>\r\n" +
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK\r\nSupported: 100rel, timer\r\nUser-Agent: DialerEngine\r\n" +
        $"Content-Type: application/sdp\r\nContent-Length: {Body.Length}\r\n\r\n{Body}";

    private static readonly string OkText =
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK74bf9;rport=5060;received=192.0.2.10\r\n" +
        "Record-Route: <sip:p1.example.net;lr>, <sip:p2.example.net;lr>\r\n" +
        "From: \"Campaign 7\" <sip:+15559990000@dialer.example.org>;tag=9fxced76sl\r\nTo: <sip:+15551230001@trunk.example.net>;tag=314159\r\n" +
        "Call-ID: 3848276298220188511@dialer.example.org\r\nCSeq: 1 INVITE\r\nContact: <sip:+15551230001@203.0.113.5:5080>\r\n" +
        $"Content-Type: application/sdp\r\nContent-Length: {Body.Length}\r\n\r\n{Body}";

    private readonly byte[] _invite = Encoding.UTF8.GetBytes(InviteText);
    private readonly byte[] _ok = Encoding.UTF8.GetBytes(OkText);
    private readonly byte[] _body = Encoding.UTF8.GetBytes(Body);
    private readonly byte[] _out = new byte[2_048];
    private readonly SipMessage _message = new();

    [Benchmark]
    public SipParseError ParseInvite() => SipParser.TryParse(_invite, 0, _invite.Length, _message);

    [Benchmark]
    public SipParseError ParseInviteAndCheckAllHeaders()
    {
        SipParser.TryParse(_invite, 0, _invite.Length, _message);
        return SipValidator.Check(_message);
    }

    [Benchmark]
    public SipParseError ParseOk() => SipParser.TryParse(_ok, 0, _ok.Length, _message);

    [Benchmark]
    public int WriteInvite()
    {
        var writer = new SipWriter(_out);
        writer.RequestLine(SipMethod.Invite, "sip:+15551230001@trunk.example.net:5060;user=phone"u8);
        writer.BeginHeader("Via"u8);
        writer.Raw("SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bK"u8);
        writer.Hexadecimal(0x74BF9, 16);
        writer.EndHeader();
        writer.Header("Max-Forwards"u8, 70);
        writer.Header("From"u8, "\"Campaign 7\" <sip:+15559990000@dialer.example.org>;tag=9fxced76sl"u8);
        writer.Header("To"u8, "<sip:+15551230001@trunk.example.net>"u8);
        writer.Header("Call-ID"u8, "3848276298220188511@dialer.example.org"u8);
        writer.CSeq(1, SipMethod.Invite);
        writer.Header("Contact"u8, "<sip:dialer@192.0.2.10:5060>"u8);
        writer.Header("Allow"u8, "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK"u8);
        writer.Header("Supported"u8, "100rel, timer"u8);
        writer.Header("User-Agent"u8, "DialerEngine"u8);
        writer.End("application/sdp"u8, _body);
        return writer.Length;
    }

    /// <summary>What a parser on strings does at the least: decode, cut at line ends, colons and semicolons, keep the headers by name.</summary>
    [Benchmark(Baseline = true)]
    public int ParseInviteBySplittingStrings()
    {
        var text = Encoding.UTF8.GetString(_invite);
        var parts = text.Split("\r\n\r\n", 2);
        var lines = parts[0].Split("\r\n");
        var start = lines[0].Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
        }

        var via = headers["Via"].Split(';');
        var from = headers["From"].Split(';');
        var to = headers["To"].Split(';');
        var cseq = headers["CSeq"].Split(' ');
        return start.Length + via.Length + from.Length + to.Length + int.Parse(cseq[0], System.Globalization.CultureInfo.InvariantCulture) + parts[1].Length;
    }
}
