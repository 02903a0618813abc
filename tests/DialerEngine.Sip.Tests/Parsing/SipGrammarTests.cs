using System.Text;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Tests.Parsing;

/// <summary>Single rules of RFC 3261 and its extensions, each by one change to an ordinary message.</summary>
public sealed class SipGrammarTests
{
    private const string Head =
        "OPTIONS sip:trunk.example.net SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" +
        "From: <sip:a@example.org>;tag=1\r\nTo: <sip:trunk.example.net>\r\nCall-ID: c1\r\nCSeq: 7 OPTIONS\r\n";

    [Theory]
    [InlineData("Via: ", SipParseError.MissingVia)]
    [InlineData("From: ", SipParseError.MissingFrom)]
    [InlineData("To: ", SipParseError.MissingTo)]
    [InlineData("Call-ID: ", SipParseError.MissingCallId)]
    [InlineData("CSeq: ", SipParseError.MissingCSeq)]
    public void A_mandatory_header_that_is_absent_is_named(string header, SipParseError expected)
    {
        var lines = Head.Split("\r\n").Where(l => !l.StartsWith(header, StringComparison.Ordinal));
        Assert.Equal(expected, Samples.Verdict(string.Join("\r\n", lines) + "\r\n"));
    }

    [Theory]
    [InlineData("Max-Forwards: 70\r\n", "")]
    [InlineData(";tag=1", "")]
    [InlineData("SIP/2.0\r\n", "sip/2.0\r\n")]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: 2147483647 OPTIONS")]
    [InlineData("CSeq: 7 OPTIONS", "CSEQ\t :\t7\t \tOPTIONS ")]
    [InlineData("<sip:a@example.org>", "\"A \\\" \\\\ <b>, c;d\" <sip:a@example.org>")]
    [InlineData("<sip:a@example.org>", "sip:a@example.org")]
    [InlineData("<sip:a@example.org>", "Anonymous <tel:+1-201-555-0123;phone-context=x>")]
    [InlineData("192.0.2.1;", "[2001:db8::1]:5060;received=2001:db8::2;rport=5;")]
    [InlineData("192.0.2.1;branch=z9hG4bK1", "a.example.com;branch=z9hG4bK1 , SIP/2.0/WSS b.example.com;branch=z9hG4bK2")]
    [InlineData("Call-ID: c1", "Call-ID: a\"b]{@c>d")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nX-Anything: \u00e9 ;;,,\"")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nSubject:\r\n continued\r\n\tagain")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nSupported:\r\nAllow: INVITE,ACK , BYE")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nReason: Q.850;cause=16;text=\"Normal, clearing\", SIP;cause=200")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nRetry-After: 18000 (I'm in a \\) meeting (really));duration=3600")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nWarning: 307 isi.edu \"a, b\", 301 [2001:db8::1]:5060 \"c\"")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nSession-Expires: 1800;refresher=uac\r\nMin-SE: 90")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nDate: Sat, 13 Nov 2010 23:29:00 GMT\r\nTimestamp: 54.21 .5")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nRoute: <sip:a;lr>,<sip:b;lr>\r\nRoute: <sips:c>")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nReplaces: x@y;to-tag=1;from-tag=2;early-only\r\nRAck: 1 7 OPTIONS\r\nRSeq: 1")]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nContact: *")]
    public void A_message_within_the_grammar_is_valid(string old, string replacement)
    {
        Assert.Contains(old, Head, StringComparison.Ordinal);
        Assert.Equal(SipParseError.None, Samples.Verdict(Head.Replace(old, replacement) + "\r\n"));
    }

    [Theory]
    [InlineData("OPTIONS sip:", "OPTIONS  sip:", SipParseError.BadRequestUri)]
    [InlineData("OPTIONS sip:", "OPT{ONS sip:", SipParseError.BadMethod)]
    [InlineData("OPTIONS sip:trunk.example.net SIP/2.0", "SIP/2.0 099 Low", SipParseError.BadStatusCode)]
    [InlineData("OPTIONS sip:trunk.example.net SIP/2.0", "SIP/2.0 700 High", SipParseError.BadStatusCode)]
    [InlineData("OPTIONS sip:trunk.example.net SIP/2.0", "SIP/2.0 20 OK", SipParseError.BadStatusCode)]
    [InlineData("OPTIONS sip:trunk.example.net SIP/2.0", "SIP/2.0 200", SipParseError.BadStartLine)]
    [InlineData("OPTIONS sip:trunk.example.net SIP/2.0", "OPTIONS sip:trunk.example.net", SipParseError.BadStartLine)]
    [InlineData("OPTIONS sip:trunk.example.net SIP/2.0", "OPTIONS sip:trunk.example.net HTTP/1.1", SipParseError.BadStartLine)]
    [InlineData("OPTIONS sip:trunk.example.net SIP/2.0", "OPTIONS sip:trunk.example.net SIP/3.0", SipParseError.UnsupportedVersion)]
    [InlineData("sip:trunk.example.net SIP", "sip:a@b@c SIP", SipParseError.BadRequestUri)]
    [InlineData("sip:trunk.example.net SIP", "sip:trunk.example.net:70000 SIP", SipParseError.BadRequestUri)]
    [InlineData("sip:trunk.example.net SIP", "sip:%4@example.net SIP", SipParseError.BadRequestUri)]
    [InlineData("sip:trunk.example.net SIP", "sip: SIP", SipParseError.BadRequestUri)]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 256", SipParseError.BadMaxForwards)]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 7 0", SipParseError.BadMaxForwards)]
    [InlineData("Max-Forwards: 70", "Max-Forwards", SipParseError.MissingColon)]
    [InlineData("Max-Forwards: 70", "Max Forwards: 70", SipParseError.BadHeaderName)]
    [InlineData("Max-Forwards: 70", ": 70", SipParseError.BadHeaderName)]
    [InlineData("Via: SIP", " Via: SIP", SipParseError.FoldWithoutHeader)]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: 2147483648 OPTIONS", SipParseError.BadCSeq)]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: 7OPTIONS", SipParseError.BadCSeq)]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: 7 INVITE", SipParseError.CSeqMethodMismatch)]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: 7 options", SipParseError.CSeqMethodMismatch)]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: -7 OPTIONS", SipParseError.BadCSeq)]
    [InlineData("Call-ID: c1", "Call-ID: c1 c2", SipParseError.BadCallId)]
    [InlineData("Call-ID: c1", "Call-ID: @c1", SipParseError.BadCallId)]
    [InlineData("Call-ID: c1", "Call-ID:", SipParseError.BadCallId)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\ni: c1", SipParseError.DuplicateHeader)]
    [InlineData("Call-ID: c1", "Call-ID: c1\nX: y", SipParseError.BareLineEnd)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nX: a\rb", SipParseError.BareLineEnd)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nX: a\0b", SipParseError.ControlCharacter)]
    [InlineData("<sip:a@example.org>", "\"a\0b\" <sip:a@example.org>", SipParseError.ControlCharacter)]
    [InlineData("<sip:a@example.org>", "<sip:a@example.org>, <sip:b@example.org>", SipParseError.BadFrom)]
    [InlineData("<sip:a@example.org>", "<sip:a@example.org", SipParseError.BadFrom)]
    [InlineData("<sip:a@example.org>", "<>", SipParseError.BadFrom)]
    [InlineData("<sip:a@example.org>", "<example.org>", SipParseError.BadFrom)]
    [InlineData(";tag=1", ";tag=", SipParseError.BadFrom)]
    [InlineData(";tag=1", ";;tag=1", SipParseError.BadFrom)]
    [InlineData("SIP/2.0/UDP", "SIP/2.0", SipParseError.BadVia)]
    [InlineData("SIP/2.0/UDP", "HTTP/2.0/UDP", SipParseError.BadVia)]
    [InlineData("192.0.2.1;", "[2001:db8::1;", SipParseError.BadVia)]
    [InlineData("192.0.2.1;", "192.0.2.1:99999;", SipParseError.BadVia)]
    [InlineData("192.0.2.1;", "[2001::db8::1];", SipParseError.BadVia)]
    [InlineData("branch=z9hG4bK1", "branch=z9hG4bK1,", SipParseError.BadVia)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nRoute: sip:a;lr", SipParseError.BadRoute)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nRequire: a,,b", SipParseError.BadTokenList)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nContent-Type: text", SipParseError.BadContentType)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nAccept: text/plain,", SipParseError.BadAccept)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nReason:", SipParseError.BadReason)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nExpires: soon", SipParseError.BadExpires)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nExpires: 4294967296", SipParseError.BadExpires)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nContact: <sip:a@b>;q=1.1", SipParseError.BadContact)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nContact: *, <sip:a@b>", SipParseError.BadContact)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nAuthorization: Digest", SipParseError.BadAuthentication)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nContent-Length: 5", SipParseError.BodyShorterThanContentLength)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nContent-Length: 99999999999999999999", SipParseError.BodyShorterThanContentLength)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nContent-Length: 0x0", SipParseError.BadContentLength)]
    [InlineData("Call-ID: c1", "Call-ID: c1\r\nContent-Length: 0, 0", SipParseError.BadContentLength)]
    public void A_message_outside_of_the_grammar_is_refused_by_name(string old, string replacement, SipParseError expected)
    {
        Assert.Contains(old, Head, StringComparison.Ordinal);
        Assert.Equal(expected, Samples.Verdict(Head.Replace(old, replacement) + "\r\n"));
    }

    [Fact]
    public void Octets_that_are_no_UTF8_are_refused_in_a_known_header_and_pass_in_an_unknown_one()
    {
        var latin = Encoding.Latin1.GetBytes(Head.Replace("Call-ID: c1", "Call-ID: c1\r\nX-Note: caf\u00e9") + "\r\n");
        Assert.Equal(SipParseError.None, SipValidator.Check(Samples.Parse(latin)));
        latin = Encoding.Latin1.GetBytes(Head.Replace("<sip:a@", "\"Caf\u00e9\" <sip:a@") + "\r\n");
        Assert.Equal(SipParseError.BadUtf8, SipValidator.Check(Samples.Parse(latin)));
    }

    [Fact]
    public void A_body_needs_a_content_type_and_without_a_length_takes_the_rest_of_the_datagram()
    {
        Assert.Equal(SipParseError.BodyWithoutContentType, Samples.Verdict(Head + "\r\nhello"));
        Assert.Equal("hello", Samples.Parse(Head + "Content-Type: text/plain\r\n\r\nhello").Body.Text());
        Assert.Equal("hell", Samples.Parse(Head + "Content-Type: text/plain\r\nl: 4\r\n\r\nhello").Body.Text());
    }

    [Fact]
    public void A_stream_asks_for_more_until_the_message_is_whole_and_needs_a_content_length()
    {
        var whole = Encoding.UTF8.GetBytes("\r\n\r\n" + Head + "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhelloOPTIONS");
        var end = whole.Length - 7;
        var message = new SipMessage();
        for (var length = 5; length < end; length++)
        {
            Assert.Equal(SipParseError.Incomplete, SipParser.TryParse([.. whole], 0, length, message, stream: true));
            Assert.Equal(0, message.Consumed);
        }

        Assert.Equal(SipParseError.None, SipParser.TryParse(whole, 0, whole.Length, message, stream: true));
        Assert.Equal(end, message.Consumed);
        Assert.Equal("hello", message.Body.Text());
        Assert.Equal(SipParseError.MissingContentLength, Samples.Verdict(Head + "\r\n", stream: true));
    }

    [Fact]
    public void The_head_finder_says_when_to_parse_and_the_parser_how_much_is_wanted()
    {
        var whole = Encoding.UTF8.GetBytes("\r\n" + Head + "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
        var finder = new SipHeadFinder();
        for (var length = 3; length < whole.Length - 5; length++)
        {
            Assert.False(finder.IsReady(whole.AsSpan(0, length)));
        }

        Assert.True(finder.IsReady(whole.AsSpan(0, whole.Length - 5)));
        var message = new SipMessage();
        Assert.Equal(SipParseError.Incomplete, SipParser.TryParse(whole, 0, whole.Length - 5, message, stream: true));
        Assert.Equal(whole.Length, message.RequiredLength);
        finder.Reset();
        Assert.True(finder.IsReady("\r\n\r\n"u8));
        finder.Reset();
        Assert.False(finder.IsReady(new byte[SipParser.MaxMessageBytes - 1]));
        Assert.True(finder.IsReady(new byte[SipParser.MaxMessageBytes]));
    }

    [Fact]
    public void Line_ends_alone_are_a_keep_alive()
    {
        Assert.Equal(SipParseError.KeepAlive, Samples.Parse("\r\n\r\n").Error);
        Assert.Equal(4, Samples.Parse("\r\n\r\n", stream: true).Consumed);
        Assert.Equal(SipParseError.Empty, Samples.Parse("").Error);
    }

    [Fact]
    public void Every_prefix_of_a_datagram_is_refused_until_its_headers_end()
    {
        for (var length = 1; length < Head.Length + 2; length++)
        {
            Assert.NotEqual(SipParseError.None, Samples.Verdict((Head + "\r\n")[..length]));
        }

        Assert.Equal(SipParseError.None, Samples.Verdict(Head + "\r\n"));
    }

    [Fact]
    public void The_bounds_hold_and_are_named()
    {
        var many = string.Concat(Enumerable.Repeat("X-Y: y\r\n", SipMessage.MaxHeaders - 6));
        Assert.Equal(SipParseError.None, Samples.Verdict(Head + many + "\r\n"));
        Assert.Equal(SipParseError.TooManyHeaders, Samples.Verdict(Head + many + "X-Y: y\r\n\r\n"));
        Assert.Equal(SipParseError.None, Samples.Verdict(Head + "X-Y: " + new string('y', 60_000) + "\r\n\r\n"));
        Assert.Equal(SipParseError.MessageTooLarge, Samples.Verdict(Head + "X-Y: " + new string('y', 66_000) + "\r\n\r\n"));
        Assert.Equal(SipParseError.MessageTooLarge, Samples.Verdict(Head + "l: 66000\r\n\r\n", stream: true));
        Assert.Equal(SipParseError.MessageTooLarge, Samples.Verdict(Head + "X-Y: " + new string('y', 70_000), stream: true));
    }

    [Theory]
    [InlineData("sip:alice@example.com", "alice", "", "example.com", 0, "", "")]
    [InlineData("SIPS:alice:secret@[2001:db8::1]:5061;transport=tls?subject=x&priority=urgent", "alice", "secret", "[2001:db8::1]", 5061, ";transport=tls", "subject=x&priority=urgent")]
    [InlineData("sip:+1-212-555-1212:1234@gateway.com;user=phone", "+1-212-555-1212", "1234", "gateway.com", 0, ";user=phone", "")]
    [InlineData("sip:192.0.2.4", "", "", "192.0.2.4", 0, "", "")]
    [InlineData("sip:my_host.local.;lr", "", "", "my_host.local.", 0, ";lr", "")]
    [InlineData("tel:+358-555-1234567;postd=pp22", "+358-555-1234567", "", "", 0, ";postd=pp22", "")]
    public void A_URI_gives_its_parts(string text, string user, string password, string host, int port, string parameters, string headers)
    {
        Assert.True(SipUri.TryParse(Encoding.UTF8.GetBytes(text), out var uri));
        Assert.Equal(
            (user, password, host, port, parameters, headers),
            (uri.User.Text(), uri.Password.Text(), uri.Host.Text(), uri.Port, uri.RawParameters.Text(), uri.Headers.Text()));
    }

    [Theory]
    [InlineData("alice@example.com")]
    [InlineData("sip:@example.com")]
    [InlineData("sip:alice@")]
    [InlineData("sip:alice@-example.com")]
    [InlineData("sip:alice@example..com")]
    [InlineData("sip:alice@1.2.3")]
    [InlineData("sip:alice@1.2.3.256")]
    [InlineData("sip:alice@[::1")]
    [InlineData("sip:alice@example.com;")]
    [InlineData("sip:alice@example.com;a=")]
    [InlineData("sip:alice@example.com?")]
    [InlineData("sip:al ice@example.com")]
    [InlineData("tel:+")]
    [InlineData("tel:+12x")]
    [InlineData("1sip:x")]
    public void What_is_no_URI_is_refused(string text) => Assert.False(SipUri.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
