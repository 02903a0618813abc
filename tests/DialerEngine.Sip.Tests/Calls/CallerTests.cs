using DialerEngine.Sip.Calls;

namespace DialerEngine.Sip.Tests.Calls;

/// <summary>Calls that we place, against a scripted far end: RFC 3261 sections 9, 13.2 and 17.1.</summary>
public sealed class CallerTests
{
    private readonly ScriptedPeer _peer = new();

    [Fact]
    public void An_invite_without_answer_is_repeated_at_doubling_intervals_and_given_up_after_64_T1()
    {
        _peer.Place();
        var sentAt = new List<long> { _peer.Now };
        _peer.Sent.Clear();
        while (_peer.Endpoint.CallCount > 0)
        {
            _peer.Wait(10);
            if (_peer.Sent.Count > 0)
            {
                _peer.Take("INVITE");
                sentAt.Add(_peer.Now);
            }
        }

        Assert.Equal([0, 500, 1500, 3500, 7500, 15500, 31500], sentAt.Select(t => t - 1000));
        Assert.Equal(32_000, _peer.Now - 1000);
        Assert.Equal(["ended NoResponse by Network status 0 q850 0 early False retry -1"], _peer.Events);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_provisional_answer_stops_the_repeating()
    {
        _peer.Place();
        _peer.Answer(_peer.Take("INVITE"), "100 Trying", toTag: "");
        _peer.Wait(30_000);
        Assert.Empty(_peer.Sent);
    }

    [Fact]
    public void A_refusal_is_acknowledged_on_the_invites_branch_and_again_for_each_repeat()
    {
        _peer.Place();
        var invite = _peer.Take("INVITE");
        _peer.Answer(invite, "486 Busy Here", lines: "Reason: Q.850;cause=17;text=\"User busy\"\r\nRetry-After: 30\r\n");
        var ack = _peer.Take("ACK sip:100@192.0.2.1 SIP/2.0");
        Assert.Equal(ScriptedPeer.Header(invite, "Via"), ScriptedPeer.Header(ack, "Via"));
        Assert.Equal("1 ACK", ScriptedPeer.Header(ack, "CSeq"));
        Assert.Equal("far", ScriptedPeer.Tag(ScriptedPeer.Header(ack, "To")));
        Assert.Equal(["ended Refused by Remote status 486 q850 17 early False retry 30"], _peer.Events);
        Assert.Equal("Q.850;cause=17;text=\"User busy\"", _peer.LastReasons);
        _peer.Answer(invite, "486 Busy Here");
        Assert.Equal(ack, _peer.Take("ACK"));
        Assert.Single(_peer.Events);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void Early_media_is_told_apart_by_fork_and_taken_from_any_provisional_answer()
    {
        _peer.Place();
        var invite = _peer.Take("INVITE");
        _peer.Answer(invite, "180 Ringing", toTag: "a", sdp: "v=a\r\n");
        _peer.Answer(invite, "183 Session Progress", toTag: "b", sdp: "v=b\r\n");
        _peer.Answer(invite, "199 Early Dialog Terminated", toTag: "b");
        _peer.Answer(invite, "200 OK", toTag: "b", lines: "Contact: <sip:b@192.0.2.1>\r\n");
        Assert.Equal(
            ["progress 180 fork 0 sdp v=a", "progress 183 fork 1 sdp v=b", "progress 199 fork 1 sdp ", "answered fork 1 sdp v=b"], _peer.Events);
    }

    [Fact]
    public void A_success_is_acknowledged_to_its_contact_along_the_reversed_record_route()
    {
        _peer.Place();
        var invite = _peer.Take("INVITE");
        _peer.Answer(
            invite, "200 OK",
            lines: "Record-Route: <sip:192.0.2.50;lr>, <sip:192.0.2.51:5080;lr>\r\nRecord-Route: <sip:192.0.2.52;lr>\r\nContact: <sip:far@10.9.8.7:5099;x=y>\r\n");
        Assert.Equal("UDP:192.0.2.52:5060", _peer.Sent.Peek().To.ToString().ToUpperInvariant());
        var ack = _peer.Take("ACK sip:far@10.9.8.7:5099;x=y SIP/2.0");
        Assert.Equal("<sip:192.0.2.52;lr>, <sip:192.0.2.51:5080;lr>, <sip:192.0.2.50;lr>", ScriptedPeer.Header(ack, "Route"));
        Assert.NotEqual(ScriptedPeer.Header(invite, "Via"), ScriptedPeer.Header(ack, "Via"));
        Assert.True(_peer.Endpoint.TryHangUp(_peer.Call));
        var bye = _peer.Take("BYE sip:far@10.9.8.7:5099;x=y SIP/2.0");
        Assert.Equal(ScriptedPeer.Header(ack, "Route"), ScriptedPeer.Header(bye, "Route"));
        Assert.Equal("2 BYE", ScriptedPeer.Header(bye, "CSeq"));
    }

    [Fact]
    public void A_strict_router_gets_its_uri_as_the_request_uri_and_the_target_goes_last()
    {
        _peer.Place();
        _peer.Answer(_peer.Take("INVITE"), "200 OK", lines: "Record-Route: <sip:192.0.2.50>\r\nContact: <sip:far@192.0.2.1>\r\n");
        var ack = _peer.Take("ACK sip:192.0.2.50 SIP/2.0");
        Assert.Equal("<sip:far@192.0.2.1>", ScriptedPeer.Header(ack, "Route"));
    }

    [Fact]
    public void In_dialog_requests_go_to_the_trunk_if_that_is_asked_for()
    {
        _peer.Establish("Contact: <sip:far@10.0.0.77:5066>\r\n", toDestination: true);
        _peer.Endpoint.TryHangUp(_peer.Call);
        Assert.Equal(ScriptedPeer.Far, _peer.Sent.Peek().To);
        _peer.Take("BYE sip:far@10.0.0.77:5066 SIP/2.0");
    }

    [Fact]
    public void A_repeated_success_gets_the_same_ack_even_after_the_call_is_over()
    {
        _peer.Place();
        var invite = _peer.Take("INVITE");
        var ok = ScriptedPeer.Response(invite, "200 OK", lines: "Contact: <sip:far@192.0.2.1>\r\n", sdp: "v=0\r\n");
        _peer.Feed(ok);
        var ack = _peer.Take("ACK");
        _peer.Feed(ok);
        Assert.Equal(ack, _peer.Take("ACK"));
        _peer.Endpoint.TryHangUp(_peer.Call);
        _peer.Answer(_peer.Take("BYE"), "200 OK");
        Assert.Equal(0, _peer.Endpoint.CallCount);
        _peer.Wait(5_000);
        _peer.Feed(ok);
        Assert.Equal(ack, _peer.Take("ACK"));
        Assert.Empty(_peer.Sent);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_second_success_of_a_fork_is_acknowledged_and_ended_once()
    {
        var invite = _peer.Establish();
        var second = ScriptedPeer.Response(invite, "200 OK", toTag: "other", lines: "Contact: <sip:other@192.0.2.1>\r\n");
        _peer.Feed(second);
        _peer.Take("ACK sip:other@192.0.2.1");
        var bye = _peer.Take("BYE sip:other@192.0.2.1");
        _peer.Answer(bye, "200 OK");
        _peer.Feed(second);
        _peer.Take("ACK sip:other@192.0.2.1");
        Assert.Empty(_peer.Sent);
        Assert.Equal(["answered fork 0 sdp v=0", "unwanted answer"], _peer.Events);
        Assert.Equal(1, _peer.Endpoint.CallCount);
    }

    [Fact]
    public void A_cancel_waits_for_the_first_provisional_answer_and_takes_the_invites_branch()
    {
        _peer.Place();
        var invite = _peer.Take("INVITE");
        Assert.True(_peer.Endpoint.TryHangUp(_peer.Call, "SIP;cause=200;text=\"Call completed elsewhere\""u8));
        Assert.False(_peer.Endpoint.TryHangUp(_peer.Call));
        Assert.Empty(_peer.Sent);
        _peer.Answer(invite, "180 Ringing");
        var cancel = _peer.Take("CANCEL sip:100@192.0.2.1 SIP/2.0");
        Assert.Equal(ScriptedPeer.Header(invite, "Via"), ScriptedPeer.Header(cancel, "Via"));
        Assert.Equal("1 CANCEL", ScriptedPeer.Header(cancel, "CSeq"));
        Assert.Equal(ScriptedPeer.Header(invite, "To"), ScriptedPeer.Header(cancel, "To"));
        Assert.Equal("SIP;cause=200;text=\"Call completed elsewhere\"", ScriptedPeer.Header(cancel, "Reason"));
        _peer.Answer(cancel, "200 OK");
        _peer.Answer(invite, "487 Request Terminated");
        _peer.Take("ACK");
        Assert.Equal(["ended Cancelled by Local status 487 q850 0 early False retry -1"], _peer.Events);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_success_that_crosses_the_cancel_is_acknowledged_ended_and_reported()
    {
        _peer.Place();
        var invite = _peer.Take("INVITE");
        _peer.Answer(invite, "180 Ringing");
        _peer.Endpoint.TryHangUp(_peer.Call);
        var cancel = _peer.Take("CANCEL");
        _peer.Answer(invite, "200 OK", lines: "Contact: <sip:far@192.0.2.1>\r\n");
        _peer.Take("ACK sip:far@192.0.2.1");
        var bye = _peer.Take("BYE sip:far@192.0.2.1");
        Assert.Equal("2 BYE", ScriptedPeer.Header(bye, "CSeq"));
        _peer.Answer(cancel, "200 OK");
        _peer.Answer(bye, "200 OK");
        Assert.Equal("ended AnsweredAfterCancel by Local status 200 q850 0 early False retry -1", _peer.Events[^1]);
        _peer.Answer(invite, "200 OK", lines: "Contact: <sip:far@192.0.2.1>\r\n");
        _peer.Take("ACK");
        Assert.Empty(_peer.Sent);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_success_long_after_everything_is_still_acknowledged_and_ended()
    {
        _peer.Place();
        var invite = _peer.Take("INVITE");
        _peer.Answer(invite, "180 Ringing");
        _peer.Endpoint.TryHangUp(_peer.Call);
        _peer.Wait(100_000);
        Assert.Equal(0, _peer.Endpoint.TransactionCount);
        _peer.Sent.Clear();
        _peer.Answer(invite, "200 OK", lines: "Contact: <sip:far@192.0.2.1>\r\n");
        _peer.Take("ACK");
        _peer.Take("BYE");
        Assert.Equal("unwanted answer", _peer.Events[^1]);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_cancelled_invite_that_is_never_finished_ends_after_64_T1()
    {
        _peer.Place();
        _peer.Answer(_peer.Take("INVITE"), "180 Ringing");
        _peer.Endpoint.TryHangUp(_peer.Call);
        _peer.Answer(_peer.Take("CANCEL"), "200 OK");
        _peer.Wait(31_900);
        Assert.Equal(1, _peer.Endpoint.CallCount);
        _peer.Wait(200);
        Assert.Equal("ended Cancelled by Local status 0 q850 0 early False retry -1", _peer.Events[^1]);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void The_ring_timeout_cancels_and_is_told_from_the_users_own_wish()
    {
        _peer.Place(ringTimeoutMs: 15_000);
        var invite = _peer.Take("INVITE");
        _peer.Answer(invite, "180 Ringing");
        _peer.Wait(14_990);
        Assert.Empty(_peer.Sent);
        _peer.Wait(20);
        _peer.Answer(_peer.Take("CANCEL"), "200 OK");
        _peer.Answer(invite, "487 Request Terminated");
        Assert.Equal("ended RingTimeout by Local status 487 q850 0 early False retry -1", _peer.Events[^1]);
    }

    [Fact]
    public void A_challenge_is_answered_once_with_a_new_cseq_and_branch()
    {
        _peer.Place(new SipCredentials("us", "secret"), extra: "X-Campaign: 7\r\n");
        var invite = _peer.Take("INVITE");
        _peer.Answer(invite, "407 Proxy Authentication Required", lines: "Proxy-Authenticate: Digest realm=\"trunk\", nonce=\"abc\", qop=\"auth\", algorithm=MD5\r\n");
        _peer.Take("ACK");
        var again = _peer.Take("INVITE");
        Assert.Equal("2 INVITE", ScriptedPeer.Header(again, "CSeq"));
        Assert.Equal(ScriptedPeer.Header(invite, "Call-ID"), ScriptedPeer.Header(again, "Call-ID"));
        Assert.Equal(ScriptedPeer.Header(invite, "From"), ScriptedPeer.Header(again, "From"));
        Assert.Equal("7", ScriptedPeer.Header(again, "X-Campaign"));
        Assert.NotEqual(ScriptedPeer.Header(invite, "Via"), ScriptedPeer.Header(again, "Via"));
        Assert.Contains("username=\"us\"", ScriptedPeer.Header(again, "Proxy-Authorization"), StringComparison.Ordinal);
        Assert.EndsWith("m=audio 40000 RTP/AVP 0\r\n", again, StringComparison.Ordinal);
        _peer.Answer(again, "200 OK", toTag: "x", lines: "Contact: <sip:far@192.0.2.1>\r\n", sdp: "v=0\r\n");
        var ack = _peer.Take("ACK");
        Assert.Equal(ScriptedPeer.Header(again, "Proxy-Authorization"), ScriptedPeer.Header(ack, "Proxy-Authorization"));
        Assert.Equal(["answered fork 0 sdp v=0"], _peer.Events);
    }

    [Fact]
    public void A_second_challenge_and_a_challenge_without_credentials_are_refusals()
    {
        const string Challenge = "WWW-Authenticate: Digest realm=\"trunk\", nonce=\"abc\", qop=\"auth\", algorithm=MD5\r\n";
        _peer.Place(new SipCredentials("us", "secret"));
        _peer.Answer(_peer.Take("INVITE"), "401 Unauthorized", lines: Challenge);
        _peer.Take("ACK");
        _peer.Answer(_peer.Take("INVITE"), "401 Unauthorized", lines: Challenge);
        _peer.Take("ACK");
        Assert.Equal("ended Refused by Remote status 401 q850 0 early False retry -1", Assert.Single(_peer.Events));
        _peer.Place();
        _peer.Answer(_peer.Take("INVITE"), "401 Unauthorized", lines: Challenge);
        Assert.Equal(2, _peer.Events.Count);
        _peer.Sent.Clear();
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_reliable_provisional_answer_gets_its_prack_once_and_in_order()
    {
        _peer.Place();
        var invite = _peer.Take("INVITE");
        Assert.Equal("100rel", ScriptedPeer.Header(invite, "Supported"));
        const string Lines = "Require: 100rel\r\nContact: <sip:far@192.0.2.1:5066>\r\nRSeq: ";
        _peer.Answer(invite, "183 Session Progress", lines: Lines + "41\r\n", sdp: "v=1\r\n");
        var prack = _peer.Take("PRACK sip:far@192.0.2.1:5066 SIP/2.0");
        Assert.Equal("41 1 INVITE", ScriptedPeer.Header(prack, "RAck"));
        Assert.Equal("far", ScriptedPeer.Tag(ScriptedPeer.Header(prack, "To")));
        Assert.Equal("2 PRACK", ScriptedPeer.Header(prack, "CSeq"));
        _peer.Answer(prack, "200 OK");
        _peer.Answer(invite, "183 Session Progress", lines: Lines + "41\r\n", sdp: "v=1\r\n");
        _peer.Answer(invite, "180 Ringing", lines: Lines + "43\r\n");
        Assert.Empty(_peer.Sent);
        _peer.Answer(invite, "180 Ringing", lines: Lines + "42\r\n");
        Assert.Equal("42 1 INVITE", ScriptedPeer.Header(_peer.Take("PRACK"), "RAck"));
        Assert.Equal(["progress 183 fork 0 sdp v=1", "progress 180 fork 0 sdp "], _peer.Events);
    }

    [Fact]
    public void Reasons_of_provisional_answers_are_kept_with_those_of_the_refusal()
    {
        _peer.Place();
        var invite = _peer.Take("INVITE");
        _peer.Answer(invite, "183 Session Progress", lines: "Reason: Q.850;cause=1;text=\"Unallocated\"\r\n", sdp: "v=1\r\n");
        _peer.Answer(invite, "480 Temporarily Unavailable", lines: "Reason: SIP;cause=404\r\n");
        Assert.Equal("ended Refused by Remote status 480 q850 1 early True retry -1", _peer.Events[^1]);
        Assert.Equal("Q.850;cause=1;text=\"Unallocated\", SIP;cause=404", _peer.LastReasons);
    }

    [Fact]
    public void A_transport_that_refuses_the_invite_places_no_call()
    {
        _peer.TransportFails = true;
        Assert.Equal(SipPlaceError.TransportFailure, _peer.Place());
        Assert.Equal(0, _peer.Endpoint.CallCount);
        Assert.Empty(_peer.Events);
        _peer.ExpectNothingLeft();
    }

    [Theory]
    [InlineData("X-Bad\r\n")]
    [InlineData("X: 1")]
    [InlineData("X: 1\r\n\r\nBYE")]
    [InlineData("X: 1\n\r\n")]
    public void Header_lines_that_would_break_the_message_are_refused(string lines) =>
        Assert.Equal(SipPlaceError.Malformed, _peer.Place(extra: lines));

    [Fact]
    public void At_the_bound_of_calls_a_call_is_not_placed()
    {
        var peer = new ScriptedPeer(o => o with { MaxCalls = 1 });
        Assert.Equal(SipPlaceError.None, peer.Place());
        Assert.Equal(SipPlaceError.TooManyCalls, peer.Place());
        var tight = new ScriptedPeer(o => o with { MaxTransactions = 16 });
        for (var i = 0; i < 15; i++)
        {
            Assert.Equal(SipPlaceError.None, tight.Place());
        }

        Assert.Equal(SipPlaceError.TooManyTransactions, tight.Place());
    }

    [Fact]
    public void A_probe_tells_whether_the_peer_lives()
    {
        Assert.True(_peer.Endpoint.TryProbe(ScriptedPeer.Far, "sip:192.0.2.1"u8, 3));
        _peer.Answer(_peer.Take("OPTIONS sip:192.0.2.1"), "200 OK");
        Assert.True(_peer.Endpoint.TryProbe(ScriptedPeer.Far, "sip:192.0.2.1"u8, 4));
        _peer.Wait(33_000);
        Assert.Equal(["probe 3 200", "probe 4 408"], _peer.Events);
        _peer.ExpectNothingLeft();
    }
}
