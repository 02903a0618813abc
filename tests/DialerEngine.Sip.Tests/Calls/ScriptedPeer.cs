using System.Text;
using System.Text.RegularExpressions;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Tests.Calls;

/// <summary>One endpoint whose far end is the test itself: what it sends is kept as text, what it receives is text, time is a number.</summary>
public sealed class ScriptedPeer : SipCallObserver, ISipTransportSink
{
    public static readonly SipPeer Far = SipPeer.FromIPv4(0xC0000201, 5060);
    private readonly SipLocalAddress _local = new("192.0.2.9:5062", SipTransport.Udp);

    public ScriptedPeer(Func<SipEndpointOptions, SipEndpointOptions>? change = null)
    {
        var options = new SipEndpointOptions { Secret0 = 11, Secret1 = 12 };
        Endpoint = new SipEndpoint(change?.Invoke(options) ?? options, this, this, Now);
    }

    public SipEndpoint Endpoint { get; }

    public long Now { get; private set; } = 1_000;

    /// <summary>Everything sent and not yet taken, with its destination.</summary>
    public Queue<(SipPeer To, string Text)> Sent { get; } = new();

    public List<string> Events { get; } = [];

    public SipCallHandle Call { get; private set; }

    public string LastReasons { get; private set; } = "";

    public bool TransportFails { get; set; }

    public Func<SipEndpoint, SipCallHandle, bool>? WhenIncoming { get; set; }

    public Func<SipEndpoint, SipCallHandle, bool>? WhenOffered { get; set; }

    public SipPlaceError Place(SipCredentials? credentials = null, int ringTimeoutMs = 0, bool toDestination = false, string extra = "")
    {
        var error = Endpoint.TryPlace(
            new SipCallRequest
            {
                Destination = Far,
                RequestUri = "sip:100@192.0.2.1"u8,
                From = "\"Us\" <sip:us@example.com>"u8,
                Body = TestSdp.Offer,
                Credentials = credentials,
                RingTimeoutMs = ringTimeoutMs,
                InDialogToDestination = toDestination,
                ExtraHeaders = Encoding.UTF8.GetBytes(extra),
                Token = 7,
            },
            out var call);
        Call = call;
        return error;
    }

    /// <summary>The next message sent; its first line must begin so.</summary>
    public string Take(string start)
    {
        Assert.True(Sent.Count > 0, $"expected {start}, nothing was sent; events: {string.Join("; ", Events)}");
        var text = Sent.Dequeue().Text;
        Assert.StartsWith(start, text);
        return text;
    }

    public void Wait(int milliseconds)
    {
        for (var i = 0; i < milliseconds; i += 10)
        {
            Now += 10;
            Endpoint.Advance(Now);
        }
    }

    public void Feed(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));
        Endpoint.Receive(bytes, 0, bytes.Length, Far, Now);
    }

    /// <summary>Answers a request of the endpoint.</summary>
    public void Answer(string request, string status, string toTag = "far", string lines = "", string sdp = "") =>
        Feed(Response(request, status, toTag, lines, sdp));

    public static string Response(string request, string status, string toTag = "far", string lines = "", string sdp = "")
    {
        var to = Header(request, "To");
        var text = $"SIP/2.0 {status}\r\nVia: {Header(request, "Via")}\r\nFrom: {Header(request, "From")}\r\nTo: {to}"
            + (to.Contains(";tag=", StringComparison.Ordinal) || toTag.Length == 0 ? "" : ";tag=" + toTag)
            + $"\r\nCall-ID: {Header(request, "Call-ID")}\r\nCSeq: {Header(request, "CSeq")}\r\n{lines}";
        return text + (sdp.Length == 0 ? "Content-Length: 0\r\n\r\n" : $"Content-Type: application/sdp\r\nContent-Length: {sdp.Length}\r\n\r\n{sdp}");
    }

    /// <summary>A request of the far end inside the dialog that an INVITE of ours made.</summary>
    public static string FarRequest(string invite, string method, int cseq, string farTag = "far", string lines = "", string body = "", string type = "application/sdp") =>
        $"{method} sip:dialer@192.0.2.9:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{method}{cseq};rport\r\nMax-Forwards: 70\r\n"
        + $"From: {Header(invite, "To")};tag={farTag}\r\nTo: {Header(invite, "From")}\r\nCall-ID: {Header(invite, "Call-ID")}\r\nCSeq: {cseq} {method}\r\n{lines}"
        + (body.Length == 0 ? "Content-Length: 0\r\n\r\n" : $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    /// <summary>A new INVITE of the far end.</summary>
    public static string FarInvite(string lines = "", string branch = "z9hG4bKfar1", string toTag = "", string method = "INVITE", int cseq = 1) =>
        $"{method} sip:dialer@192.0.2.9:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch={branch};rport\r\nMax-Forwards: 70\r\n"
        + $"From: <sip:far@192.0.2.1>;tag=fartag\r\nTo: <sip:dialer@192.0.2.9>{(toTag.Length == 0 ? "" : ";tag=" + toTag)}\r\nCall-ID: farcall\r\n"
        + $"CSeq: {cseq} {method}\r\nContact: <sip:far@192.0.2.1:5060>\r\n{lines}Content-Length: 0\r\n\r\n";

    public static string Header(string message, string name) =>
        Regex.Match(message, $"^{Regex.Escape(name)}: ?(.*?)\r$", RegexOptions.Multiline).Groups[1].Value;

    public static string Tag(string value) => Regex.Match(value, ";tag=([^;>]+)").Groups[1].Value;

    /// <summary>Brings the call to its answer; the INVITE is returned.</summary>
    public string Establish(string okLines = "Contact: <sip:far@192.0.2.1:5066>\r\n", SipCredentials? credentials = null, bool toDestination = false)
    {
        Assert.Equal(SipPlaceError.None, Place(credentials, 0, toDestination));
        var invite = Take("INVITE");
        Answer(invite, "200 OK", lines: okLines, sdp: "v=0\r\n");
        Take("ACK");
        return invite;
    }

    /// <summary>Lets every waiting time pass and holds that nothing is left.</summary>
    public void ExpectNothingLeft()
    {
        Wait(140_000);
        Assert.Equal(0, Endpoint.CallCount);
        Assert.Equal(0, Endpoint.TransactionCount);
        Assert.Equal(0, Endpoint.TimerCount);
        Assert.Equal(0, Endpoint.RentedChunks);
    }

    public bool TrySend(in SipPeer destination, ReadOnlySpan<byte> message)
    {
        if (TransportFails)
        {
            return false;
        }

        Sent.Enqueue((destination, Encoding.UTF8.GetString(message)));
        return true;
    }

    public SipLocalAddress? LocalFor(in SipPeer destination) => _local;

    public override void OnProgress(in SipCallProgress progress) =>
        Events.Add($"progress {progress.Status} fork {progress.Fork} sdp {Encoding.UTF8.GetString(progress.Sdp).TrimEnd()}");

    public override void OnAnswered(in SipCallAnswered answered) =>
        Events.Add($"answered fork {answered.Fork} sdp {Encoding.UTF8.GetString(answered.Sdp).TrimEnd()}");

    public override void OnEnded(in SipCallEnded ended)
    {
        Assert.True(ended.Incoming || ended.Token == 7);
        LastReasons = Encoding.UTF8.GetString(ended.Reasons);
        Events.Add($"ended {ended.Cause} by {ended.EndedBy} status {ended.Status} q850 {ended.Q850} early {ended.EarlyMedia} retry {ended.RetryAfterSeconds}");
    }

    public override bool OnIncoming(in SipIncomingCall incoming)
    {
        Call = incoming.Call;
        Events.Add("incoming");
        return WhenIncoming?.Invoke(Endpoint, incoming.Call) ?? false;
    }

    public override void OnConfirmed(SipCallHandle call, ReadOnlySpan<byte> sdp) => Events.Add($"confirmed sdp {Encoding.UTF8.GetString(sdp).TrimEnd()}");

    public override bool OnOffer(in SipSessionOffer offer)
    {
        Events.Add($"offer sdp {Encoding.UTF8.GetString(offer.Sdp).TrimEnd()}");
        return WhenOffered?.Invoke(Endpoint, offer.Call) ?? false;
    }

    public override void OnSessionAnswer(in SipSessionAnswer answer) => Events.Add($"session {answer.Status} sdp {Encoding.UTF8.GetString(answer.Sdp).TrimEnd()}");

    public override void OnTransferProgress(in SipTransferProgress progress) => Events.Add($"transfer {progress.Status} final {progress.Final}");

    public override bool OnReferAsked(SipCallHandle call, ReadOnlySpan<byte> referTo, SipMessage message)
    {
        Events.Add("refer " + Encoding.UTF8.GetString(referTo));
        return true;
    }

    public override void OnUnwantedAnswer(SipMessage response) => Events.Add("unwanted answer");

    public override void OnProbeAnswered(long token, int status) => Events.Add($"probe {token} {status}");
}
