using System.Net;
using System.Text;
using DialerEngine.Sip.Sdp;

namespace DialerEngine.Sip.Tests.Sdp;

/// <summary>Session descriptions (RFC 8866) and offer and answer (RFC 3264).</summary>
public sealed class SdpTests
{
    private const string Head = "v=0\r\no=peer 10 20 IN IP4 203.0.113.5\r\ns=-\r\nc=IN IP4 203.0.113.5\r\nt=0 0\r\n";

    private static readonly SdpLocal Local = new() { Address = IPAddress.Parse("192.0.2.10"), RtpPort = 40_000, SessionId = 7 };

    [Fact]
    public void An_offer_names_both_codecs_and_telephone_event()
    {
        Assert.Equal(
            "v=0\r\no=- 7 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\n" +
            "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n" +
            "a=ptime:20\r\na=sendrecv\r\n",
            Offer(Local));
    }

    [Fact]
    public void An_IPv6_address_is_written_and_read()
    {
        var offer = Parse(Offer(Local with { Address = IPAddress.Parse("2001:db8::7") }));
        Assert.Equal(IPAddress.Parse("2001:db8::7"), offer.Media(0).Connection.ToIPAddress());
    }

    [Fact]
    public void The_first_common_codec_of_the_offer_is_answered_with_the_offer_s_numbers()
    {
        var (outcome, answer, stream) = Answer("m=audio 5000 RTP/AVP 9 8 0 97\r\na=rtpmap:97 telephone-event/8000\r\na=ptime:30\r\n");
        Assert.Equal(SdpOutcome.Agreed, outcome);
        Assert.Contains("m=audio 40000 RTP/AVP 8 97\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(SdpCodec.Pcma, stream.Codec);
        Assert.Equal((8, 97, 97, 5000, 5001, 30), (stream.SendPayloadType, stream.SendTelephoneEvent, stream.ReceiveTelephoneEvent, stream.RemotePort, stream.RemoteRtcpPort, stream.SendPTimeMs));
        Assert.Equal((-1, 8), (stream.ReceivePcmu, stream.ReceivePcma));
    }

    [Fact]
    public void A_codec_under_a_dynamic_number_is_known_by_its_map_and_a_remapped_static_number_is_not_taken_for_the_codec()
    {
        var (outcome, answer, stream) = Answer("m=audio 5000 RTP/AVP 0 99\r\na=rtpmap:0 opus/48000/2\r\na=rtpmap:99 pcmu/8000/1\r\n");
        Assert.Equal(SdpOutcome.Agreed, outcome);
        Assert.Equal(99, stream.SendPayloadType);
        Assert.Contains("a=rtpmap:99 PCMU/8000\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sendrecv", SdpDirection.SendRecv, SdpDirection.SendRecv, false)]
    [InlineData("sendonly", SdpDirection.SendRecv, SdpDirection.RecvOnly, true)]
    [InlineData("recvonly", SdpDirection.SendRecv, SdpDirection.SendOnly, false)]
    [InlineData("inactive", SdpDirection.SendRecv, SdpDirection.Inactive, true)]
    [InlineData("sendrecv", SdpDirection.SendOnly, SdpDirection.SendOnly, false)]
    [InlineData("sendonly", SdpDirection.SendOnly, SdpDirection.Inactive, true)]
    public void The_direction_is_mirrored(string offered, SdpDirection wanted, SdpDirection expected, bool held)
    {
        var (_, answer, stream) = Answer($"m=audio 5000 RTP/AVP 0\r\na={offered}\r\n", Local with { Direction = wanted });
        Assert.Equal(expected, stream.Direction);
        Assert.Equal(held, stream.IsHeldByPeer);
        Assert.Equal(expected, Parse(answer).Media(0).Direction);

    }

    [Fact]
    public void A_direction_of_the_session_holds_for_a_stream_without_its_own()
    {
        Assert.Equal(SdpDirection.SendOnly, Parse(Head + "a=sendonly\r\nm=audio 1 RTP/AVP 0\r\n").Media(0).Direction);
        Assert.Equal(SdpDirection.RecvOnly, Parse(Head + "a=sendonly\r\nm=audio 1 RTP/AVP 0\r\na=recvonly\r\n").Media(0).Direction);
    }

    [Fact]
    public void The_address_zero_is_a_hold_as_RFC_2543_wrote_it()
    {
        var (outcome, _, stream) = Answer("m=audio 5000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n");
        Assert.Equal(SdpOutcome.Agreed, outcome);
        Assert.True(stream.IsHeldByPeer);
        Assert.Equal(SdpDirection.RecvOnly, stream.Direction);
    }

    [Fact]
    public void Every_other_stream_is_rejected_in_its_place()
    {
        var (_, answer, stream) = Answer(
            "m=video 6000 RTP/AVP 31\r\nm=audio 0 RTP/AVP 0\r\nm=audio 5000 RTP/AVP 0\r\nm=audio 5002 RTP/AVP 8\r\nm=application 9 UDP/BFCP *\r\n");
        Assert.Equal(2, stream.MediaIndex);
        Assert.Equal(
            ["m=video 0 RTP/AVP 31", "m=audio 0 RTP/AVP 0", "m=audio 40000 RTP/AVP 0", "m=audio 0 RTP/AVP 8", "m=application 0 UDP/BFCP *"],
            answer.Split("\r\n").Where(l => l.StartsWith("m=", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_later_offer_keeps_the_number_of_streams()
    {
        var peer = Parse(Head + "m=video 6000 RTP/AVP 31\r\nm=audio 5000 RTP/AVP 0\r\n");
        var octets = new byte[1_024];
        var length = SdpNegotiator.WriteOffer(Local, octets, peer, mediaIndex: 1);
        var offer = Parse(Encoding.UTF8.GetString(octets, 0, length));
        Assert.Equal((2, 0, 40_000), (offer.MediaCount, offer.Media(0).Port, offer.Media(1).Port));
    }

    [Fact]
    public void The_timing_of_the_offer_is_repeated() =>
        Assert.Contains("t=3338481189 3370017201\r\n", Answer("m=audio 5000 RTP/AVP 0\r\n", head: Head.Replace("t=0 0", "t=3338481189 3370017201")).Answer, StringComparison.Ordinal);

    [Theory]
    [InlineData("m=audio 5000 RTP/AVP 9 18\r\n", SdpOutcome.NoCommonCodec)]
    [InlineData("m=audio 0 RTP/AVP 0\r\n", SdpOutcome.NoAudio)]
    [InlineData("m=video 5000 RTP/AVP 31\r\n", SdpOutcome.NoAudio)]
    [InlineData("m=audio 5000 RTP/SAVP 0\r\n", SdpOutcome.NoAudio)]
    [InlineData("", SdpOutcome.NoAudio)]
    public void An_offer_that_cannot_be_met_is_told_by_name(string media, SdpOutcome expected) => Assert.Equal(expected, Answer(media).Outcome);

    [Fact]
    public void An_answer_to_our_offer_gives_what_we_send_and_what_may_come()
    {
        var answer = Parse(Head + "m=audio 5000 RTP/AVP 8 0 100\r\na=rtpmap:100 telephone-event/8000\r\na=rtcp:5009\r\na=maxptime:10\r\n");
        Assert.Equal(SdpOutcome.Agreed, SdpNegotiator.TakeAnswer(answer, Local, out var stream));
        Assert.Equal(SdpCodec.Pcma, stream.Codec);
        Assert.Equal((0, 8, 100, 101, 5009, 10), (stream.ReceivePcmu, stream.ReceivePcma, stream.SendTelephoneEvent, stream.ReceiveTelephoneEvent, stream.RemoteRtcpPort, stream.SendPTimeMs));
        Assert.Equal(IPAddress.Parse("203.0.113.5"), stream.RemoteAddress.ToIPAddress());
    }

    [Theory]
    [InlineData("m=audio 0 RTP/AVP 0\r\n", SdpOutcome.NoAudio)]
    [InlineData("m=audio 5000 RTP/AVP 18\r\n", SdpOutcome.NoCommonCodec)]
    [InlineData("m=audio 5000 RTP/AVP 0\r\nm=video 5002 RTP/AVP 31\r\n", SdpOutcome.AnswerDoesNotFit)]
    [InlineData("", SdpOutcome.AnswerDoesNotFit)]
    public void An_answer_that_does_not_fit_is_told_by_name(string media, SdpOutcome expected) =>
        Assert.Equal(expected, SdpNegotiator.TakeAnswer(Parse(Head + media), Local, out _));

    [Fact]
    public void An_offer_of_ours_in_a_200_is_answered_in_the_ACK()
    {
        // An INVITE without a body: the 200 carries our offer, the ACK its answer.
        var offer = Parse(Offer(Local));
        var octets = new byte[1_024];
        var peer = Local with { Address = IPAddress.Parse("203.0.113.5"), RtpPort = 5000, FirstCodec = SdpCodec.Pcma, SecondCodec = SdpCodec.None };
        Assert.Equal(SdpOutcome.Agreed, SdpNegotiator.Answer(offer, peer, octets, out var length, out _));
        Assert.Equal(SdpOutcome.Agreed, SdpNegotiator.TakeAnswer(Parse(Encoding.UTF8.GetString(octets, 0, length)), Local, out var stream));
        Assert.Equal(SdpCodec.Pcma, stream.Codec);
    }

    [Theory]
    [InlineData("", SdpParseError.Empty)]
    [InlineData("o=- 1 1 IN IP4 1.2.3.4\r\n", SdpParseError.BadVersion)]
    [InlineData("v=1\r\n", SdpParseError.BadVersion)]
    [InlineData("v=0\r\ns=-\r\nt=0 0\r\n", SdpParseError.MissingOrigin)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\n", SdpParseError.MissingTiming)]
    [InlineData("v=0\r\no=- x 1 IN IP4 1.2.3.4\r\n", SdpParseError.BadOrigin)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nt=0 0\r\nc=IN IP4 1.2.3.456\r\n", SdpParseError.BadConnection)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 1 RTP/AVP 0\r\n", SdpParseError.MissingConnection)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 65536 RTP/AVP 0\r\n", SdpParseError.BadMedia)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 1 RTP/AVP 128\r\n", SdpParseError.BadMedia)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 1 RTP/AVP\r\n", SdpParseError.BadMedia)]
    [InlineData("v=0\r\nhello\r\n", SdpParseError.BadLine)]
    public void A_broken_description_is_told_by_name(string text, SdpParseError expected) =>
        Assert.Equal(expected, new SdpSession().Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void The_bounds_hold_and_are_named()
    {
        Assert.Equal(SdpParseError.TooManyMedia, new SdpSession().Parse(Encoding.UTF8.GetBytes(Head + string.Concat(Enumerable.Repeat("m=audio 1 RTP/AVP 0\r\n", 17)))));
        Assert.Equal(SdpParseError.TooManyFormats, new SdpSession().Parse(Encoding.UTF8.GetBytes(Head + "m=audio 1 RTP/AVP" + string.Concat(Enumerable.Repeat(" 0", 65)) + "\r\n")));
        Assert.Equal(SdpParseError.TooLarge, new SdpSession().Parse(new byte[SdpSession.MaxBytes + 1]));
        Assert.Equal(-1, SdpNegotiator.WriteOffer(Local, new byte[40]));
        Assert.Equal(SdpOutcome.Overflow, SdpNegotiator.Answer(Parse(Head + "m=audio 5000 RTP/AVP 0\r\n"), Local, new byte[40], out _, out _));
    }

    [Fact]
    public void No_mutation_throws()
    {
        const int Seed = 3264;
        var whole = Encoding.UTF8.GetBytes(Head + "m=audio 5000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\na=rtcp:5001\r\nm=video 1 RTP/AVP 31\r\nc=IN IP6 ::1\r\n");
        var session = new SdpSession();
        for (var round = 0; round < 10_000; round++)
        {
            var random = new Random(Seed + round);
            var octets = whole.ToArray();
            for (var times = random.Next(1, 8); times > 0; times--)
            {
                octets[random.Next(octets.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : " \r\n=:/0123456789."u8[random.Next(17)];
            }

            var fault = Record.Exception(() =>
            {
                if (session.Parse(octets.AsSpan(0, random.Next(octets.Length))) == SdpParseError.None)
                {
                    SdpNegotiator.Answer(session, Local, new byte[2_048], out _, out _);
                    SdpNegotiator.TakeAnswer(session, Local, out _);
                }
            });
            Assert.True(fault is null, $"seed {Seed + round}: {fault}");
        }
    }

    [Fact]
    public void Nothing_is_allocated_once_warm()
    {
        var offer = Encoding.UTF8.GetBytes(Head + "m=audio 5000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n");
        var session = new SdpSession();
        var octets = new byte[1_024];
        for (var i = 0; i < 50; i++)
        {
            session.Parse(offer);
            SdpNegotiator.Answer(session, Local, octets, out _, out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++)
        {
            session.Parse(offer);
            SdpNegotiator.Answer(session, Local, octets, out _, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Offer(SdpLocal local)
    {
        var octets = new byte[1_024];
        return Encoding.UTF8.GetString(octets, 0, SdpNegotiator.WriteOffer(local, octets));
    }

    private static SdpSession Parse(string text)
    {
        var session = new SdpSession();
        Assert.Equal(SdpParseError.None, session.Parse(Encoding.UTF8.GetBytes(text)));
        return session;
    }

    private static (SdpOutcome Outcome, string Answer, SdpStream Stream) Answer(string media, SdpLocal? local = null, string head = Head)
    {
        var octets = new byte[2_048];
        var outcome = SdpNegotiator.Answer(Parse(head + media), local ?? Local, octets, out var length, out var stream);
        return (outcome, Encoding.UTF8.GetString(octets, 0, length), stream);
    }
}
