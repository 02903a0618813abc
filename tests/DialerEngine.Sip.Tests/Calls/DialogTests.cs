namespace DialerEngine.Sip.Tests.Calls;

/// <summary>What happens inside an established call: RFC 3261 sections 12.2, 14 and 15, RFC 3311, 3515 and 6086.</summary>
public sealed class DialogTests
{
    private readonly ScriptedPeer _peer = new();

    [Fact]
    public void A_bye_of_the_far_end_ends_the_call_with_its_reason()
    {
        var invite = _peer.Establish();
        _peer.Feed(ScriptedPeer.FarRequest(invite, "BYE", 1, lines: "Reason: Q.850;cause=16\r\n"));
        _peer.Take("SIP/2.0 200 OK");
        Assert.Equal("ended RemoteHangUp by Remote status 200 q850 16 early False retry -1", _peer.Events[^1]);
        Assert.Equal(0, _peer.Endpoint.CallCount);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_bye_that_crosses_ours_is_answered_and_the_end_is_reported_once()
    {
        var invite = _peer.Establish();
        _peer.Endpoint.TryHangUp(_peer.Call);
        var bye = _peer.Take("BYE");
        _peer.Feed(ScriptedPeer.FarRequest(invite, "BYE", 1));
        _peer.Take("SIP/2.0 200 OK");
        _peer.Answer(bye, "481 Call/Transaction Does Not Exist");
        Assert.Single(_peer.Events, e => e.StartsWith("ended", StringComparison.Ordinal));
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_bye_without_answer_is_repeated_up_to_T2_and_then_given_up()
    {
        _peer.Establish();
        _peer.Endpoint.TryHangUp(_peer.Call);
        var sentAt = new List<long>();
        var start = _peer.Now;
        _peer.Sent.Clear();
        while (_peer.Endpoint.CallCount > 0)
        {
            _peer.Wait(10);
            if (_peer.Sent.Count > 0)
            {
                _peer.Take("BYE");
                sentAt.Add(_peer.Now - start);
            }
        }

        Assert.Equal([500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500], sentAt);
        Assert.Equal(32_000, _peer.Now - start);
        Assert.Equal(1, _peer.Endpoint.Counters.UnansweredByes);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_challenged_bye_is_sent_again_with_credentials()
    {
        _peer.Establish(credentials: new("us", "secret"));
        _peer.Endpoint.TryHangUp(_peer.Call);
        _peer.Answer(_peer.Take("BYE"), "401 Unauthorized", lines: "WWW-Authenticate: Digest realm=\"t\", nonce=\"n\"\r\n");
        var again = _peer.Take("BYE");
        Assert.Equal("3 BYE", ScriptedPeer.Header(again, "CSeq"));
        Assert.Contains("nonce=\"n\"", ScriptedPeer.Header(again, "Authorization"), StringComparison.Ordinal);
        _peer.Answer(again, "200 OK");
        Assert.Equal(0, _peer.Endpoint.CallCount);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_request_with_wrong_tags_or_call_id_gets_481()
    {
        var invite = _peer.Establish();
        _peer.Feed(ScriptedPeer.FarRequest(invite, "BYE", 1, farTag: "wrong"));
        _peer.Take("SIP/2.0 481");
        _peer.Feed(ScriptedPeer.FarRequest(invite.Replace("Call-ID: ", "Call-ID: x", StringComparison.Ordinal), "BYE", 2));
        _peer.Take("SIP/2.0 481");
        Assert.Equal(1, _peer.Endpoint.CallCount);
    }

    [Fact]
    public void A_request_older_than_the_last_gets_500()
    {
        var invite = _peer.Establish();
        _peer.Feed(ScriptedPeer.FarRequest(invite, "INFO", 9));
        _peer.Take("SIP/2.0 200");
        _peer.Feed(ScriptedPeer.FarRequest(invite, "OPTIONS", 8));
        _peer.Take("SIP/2.0 500");
    }

    [Fact]
    public void A_reinvite_is_answered_by_the_user_and_its_contact_becomes_the_target()
    {
        var invite = _peer.Establish();
        _peer.WhenOffered = (endpoint, call) => endpoint.TryAnswerOffer(call, "v=answer\r\n"u8);
        _peer.Feed(ScriptedPeer.FarRequest(invite, "INVITE", 1, lines: "Contact: <sip:moved@192.0.2.1:5099>\r\n", body: "v=hold\r\n"));
        var ok = _peer.Take("SIP/2.0 200 OK");
        Assert.EndsWith("v=answer\r\n", ok, StringComparison.Ordinal);
        _peer.Feed(ScriptedPeer.FarRequest(invite, "ACK", 1));
        Assert.Equal(["answered fork 0 sdp v=0", "offer sdp v=hold", "confirmed sdp "], _peer.Events);
        _peer.Wait(5_000);
        Assert.Empty(_peer.Sent);
        _peer.Endpoint.TryHangUp(_peer.Call);
        _peer.Take("BYE sip:moved@192.0.2.1:5099");
    }

    [Fact]
    public void A_reinvite_without_offer_is_answered_with_ours_and_the_ack_brings_the_answer()
    {
        var invite = _peer.Establish();
        _peer.WhenOffered = (endpoint, call) => endpoint.TryAnswerOffer(call, "v=ours\r\n"u8);
        _peer.Feed(ScriptedPeer.FarRequest(invite, "INVITE", 1));
        Assert.EndsWith("v=ours\r\n", _peer.Take("SIP/2.0 200"), StringComparison.Ordinal);
        _peer.Feed(ScriptedPeer.FarRequest(invite, "ACK", 1, body: "v=theirs\r\n"));
        Assert.Equal("confirmed sdp v=theirs", _peer.Events[^1]);
    }

    [Fact]
    public void An_offer_that_nobody_takes_is_refused_with_488_and_the_call_stays()
    {
        var invite = _peer.Establish();
        _peer.Feed(ScriptedPeer.FarRequest(invite, "INVITE", 1, body: "v=hold\r\n"));
        _peer.Take("SIP/2.0 488");
        _peer.Feed(ScriptedPeer.FarRequest(invite, "UPDATE", 2, body: "v=hold\r\n"));
        _peer.Take("SIP/2.0 488");
        Assert.Equal(1, _peer.Endpoint.CallCount);
    }

    [Fact]
    public void An_update_is_answered_with_or_without_an_offer()
    {
        var invite = _peer.Establish();
        _peer.Feed(ScriptedPeer.FarRequest(invite, "UPDATE", 1, lines: "Session-Expires: 1800\r\nContact: <sip:far@192.0.2.1:5070>\r\n"));
        Assert.Empty(ScriptedPeer.Header(_peer.Take("SIP/2.0 200"), "Session-Expires"));
        _peer.WhenOffered = (endpoint, call) => endpoint.TryAnswerOffer(call, "v=answer\r\n"u8);
        _peer.Feed(ScriptedPeer.FarRequest(invite, "UPDATE", 2, body: "v=2\r\n"));
        Assert.EndsWith("v=answer\r\n", _peer.Take("SIP/2.0 200"), StringComparison.Ordinal);
        _peer.Wait(2_000);
        Assert.Empty(_peer.Sent);
    }

    [Fact]
    public void An_offer_that_crosses_ours_gets_491_and_a_second_open_one_500()
    {
        var invite = _peer.Establish();
        Assert.True(_peer.Endpoint.TryReInvite(_peer.Call, "v=mine\r\n"u8));
        var mine = _peer.Take("INVITE sip:far@192.0.2.1:5066");
        _peer.Feed(ScriptedPeer.FarRequest(invite, "INVITE", 1, body: "v=theirs\r\n"));
        _peer.Take("SIP/2.0 491");
        _peer.Answer(mine, "200 OK", lines: "Contact: <sip:far@192.0.2.1:5066>\r\n", sdp: "v=ok\r\n");
        Assert.Equal("2 ACK", ScriptedPeer.Header(_peer.Take("ACK"), "CSeq"));
        Assert.Equal("session 200 sdp v=ok", _peer.Events[^1]);
        _peer.WhenOffered = (_, _) => true;
        _peer.Feed(ScriptedPeer.FarRequest(invite, "INVITE", 3, body: "v=1\r\n"));
        _peer.Take("SIP/2.0 100");
        _peer.Feed(ScriptedPeer.FarRequest(invite, "UPDATE", 4, body: "v=2\r\n"));
        _peer.Take("SIP/2.0 500");
        Assert.False(_peer.Endpoint.TryReInvite(_peer.Call, "v=mine\r\n"u8));
    }

    [Fact]
    public void A_refused_reinvite_leaves_the_call_and_one_that_the_far_end_does_not_know_ends_it()
    {
        _peer.Establish();
        _peer.Endpoint.TryReInvite(_peer.Call, "v=mine\r\n"u8);
        _peer.Answer(_peer.Take("INVITE"), "488 Not Acceptable Here");
        _peer.Take("ACK");
        Assert.Equal("session 488 sdp ", _peer.Events[^1]);
        Assert.True(_peer.Endpoint.TryReInvite(_peer.Call, "v=mine\r\n"u8));
        _peer.Answer(_peer.Take("INVITE"), "481 Call/Transaction Does Not Exist");
        _peer.Take("ACK");
        _peer.Take("BYE");
        Assert.Equal("ended DialogLost by Network status 481 q850 0 early False retry -1", _peer.Events[^1]);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_call_that_ends_with_an_open_offer_answers_it_with_487()
    {
        var invite = _peer.Establish();
        _peer.WhenOffered = (_, _) => true;
        _peer.Feed(ScriptedPeer.FarRequest(invite, "INVITE", 1, body: "v=1\r\n"));
        _peer.Take("SIP/2.0 100");
        _peer.Feed(ScriptedPeer.FarRequest(invite, "BYE", 2));
        _peer.Take("SIP/2.0 200");
        _peer.Take("SIP/2.0 487");
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_transfer_reports_what_the_notifies_say()
    {
        var invite = _peer.Establish();
        Assert.True(_peer.Endpoint.TryTransfer(_peer.Call, "sip:third@192.0.2.77"u8));
        var refer = _peer.Take("REFER sip:far@192.0.2.1:5066");
        Assert.Equal("<sip:third@192.0.2.77>", ScriptedPeer.Header(refer, "Refer-To"));
        _peer.Answer(refer, "202 Accepted");
        const string Lines = "Event: refer\r\nSubscription-State: ";
        _peer.Feed(ScriptedPeer.FarRequest(invite, "NOTIFY", 1, lines: Lines + "active\r\n", body: "SIP/2.0 100 Trying\r\n", type: "message/sipfrag"));
        _peer.Take("SIP/2.0 200");
        _peer.Feed(ScriptedPeer.FarRequest(invite, "NOTIFY", 2, lines: Lines + "terminated;reason=noresource\r\n", body: "SIP/2.0 200 OK\r\n", type: "message/sipfrag"));
        _peer.Take("SIP/2.0 200");
        Assert.Equal(["transfer 202 final False", "transfer 100 final False", "transfer 200 final True"], _peer.Events.Skip(1));
        _peer.Feed(ScriptedPeer.FarRequest(invite, "NOTIFY", 3, lines: Lines + "terminated\r\n", body: "SIP/2.0 200 OK\r\n", type: "message/sipfrag"));
        _peer.Take("SIP/2.0 481");
        Assert.True(_peer.Endpoint.TryTransfer(_peer.Call, "sip:third@192.0.2.77"u8));
        _peer.Answer(_peer.Take("REFER"), "603 Decline");
        Assert.Equal("transfer 603 final True", _peer.Events[^1]);
    }

    [Fact]
    public void A_refer_of_the_far_end_reaches_the_user()
    {
        var invite = _peer.Establish();
        _peer.Feed(ScriptedPeer.FarRequest(invite, "REFER", 1, lines: "Refer-To: <sip:x@192.0.2.3>\r\n"));
        _peer.Take("SIP/2.0 202");
        Assert.Equal("refer sip:x@192.0.2.3", _peer.Events[^1]);
        Assert.True(_peer.Endpoint.TryReportReferral(_peer.Call, 100));
        var notify = _peer.Take("NOTIFY");
        Assert.Equal("active;expires=60", ScriptedPeer.Header(notify, "Subscription-State"));
        Assert.EndsWith("\r\n\r\nSIP/2.0 100 Trying\r\n", notify, StringComparison.Ordinal);
        Assert.True(_peer.Endpoint.TryReportReferral(_peer.Call, 486));
        Assert.StartsWith("terminated", ScriptedPeer.Header(_peer.Take("NOTIFY"), "Subscription-State"), StringComparison.Ordinal);
        _peer.Feed(ScriptedPeer.FarRequest(invite, "REFER", 2));
        _peer.Take("SIP/2.0 400");
    }

    [Theory]
    [InlineData("INFO", "SIP/2.0 200")]
    [InlineData("OPTIONS", "SIP/2.0 200")]
    [InlineData("PRACK", "SIP/2.0 481")]
    [InlineData("NOTIFY", "SIP/2.0 481")]
    [InlineData("MESSAGE", "SIP/2.0 405")]
    [InlineData("LEAP", "SIP/2.0 501")]
    public void Other_requests_inside_a_call_get_their_answers(string method, string status)
    {
        var invite = _peer.Establish();
        _peer.Feed(ScriptedPeer.FarRequest(invite, method, 1));
        _peer.Take(status);
        Assert.Equal(1, _peer.Endpoint.CallCount);
    }
}
