namespace DialerEngine.Sip.Tests.Calls;

/// <summary>Calls that come in and requests outside of calls: RFC 3261 sections 8.2, 9.2, 11, 13.3 and 17.2.</summary>
public sealed class CalledTests
{
    private readonly ScriptedPeer _peer = new();

    [Fact]
    public void A_call_comes_in_rings_is_answered_and_confirmed()
    {
        _peer.WhenIncoming = (_, _) => true;
        _peer.Feed(ScriptedPeer.FarInvite("Record-Route: <sip:192.0.2.1:5080;lr>\r\n"));
        Assert.Empty(ScriptedPeer.Tag(ScriptedPeer.Header(_peer.Take("SIP/2.0 100"), "To")));
        Assert.True(_peer.Endpoint.TryRing(_peer.Call));
        var ringing = _peer.Take("SIP/2.0 180 Ringing");
        Assert.True(_peer.Endpoint.TryAnswer(_peer.Call, "v=0\r\n"u8));
        var ok = _peer.Take("SIP/2.0 200 OK");
        var tag = ScriptedPeer.Tag(ScriptedPeer.Header(ok, "To"));
        Assert.Equal(tag, ScriptedPeer.Tag(ScriptedPeer.Header(ringing, "To")));
        Assert.Equal("<sip:192.0.2.1:5080;lr>", ScriptedPeer.Header(ok, "Record-Route"));
        Assert.Equal("<sip:dialer@192.0.2.9:5062>", ScriptedPeer.Header(ok, "Contact"));
        Assert.Contains(";rport=5060;received=192.0.2.1", ScriptedPeer.Header(ok, "Via"), StringComparison.Ordinal);
        _peer.Feed(ScriptedPeer.FarInvite(method: "ACK", branch: "z9hG4bKack", toTag: tag));
        Assert.Equal(["incoming", "confirmed sdp "], _peer.Events);
        _peer.Wait(5_000);
        Assert.Empty(_peer.Sent);
        Assert.True(_peer.Endpoint.TryHangUp(_peer.Call));
        var bye = _peer.Take("BYE sip:far@192.0.2.1:5060 SIP/2.0");
        Assert.Equal("<sip:192.0.2.1:5080;lr>", ScriptedPeer.Header(bye, "Route"));
        Assert.Equal("<sip:far@192.0.2.1>;tag=fartag", ScriptedPeer.Header(bye, "To"));
        _peer.Answer(bye, "200 OK");
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_success_is_repeated_until_the_ack_and_without_it_the_call_is_ended()
    {
        _peer.WhenIncoming = (endpoint, call) => endpoint.TryAnswer(call, "v=0\r\n"u8);
        _peer.Feed(ScriptedPeer.FarInvite());
        _peer.Take("SIP/2.0 200");
        var repeats = new List<long>();
        for (var waited = 10; waited < 32_000; waited += 10)
        {
            _peer.Wait(10);
            if (_peer.Sent.Count > 0)
            {
                _peer.Take("SIP/2.0 200");
                repeats.Add(waited);
            }
        }

        Assert.Equal([500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500], repeats);
        _peer.Wait(10);
        _peer.Take("BYE");
        Assert.Equal("ended AcknowledgementMissing by Network status 200 q850 0 early False retry -1", _peer.Events[^1]);
        _peer.Wait(100_000);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_repeated_invite_gets_the_last_provisional_answer_again()
    {
        _peer.WhenIncoming = (endpoint, call) => endpoint.TryRing(call);
        _peer.Feed(ScriptedPeer.FarInvite());
        var ringing = _peer.Take("SIP/2.0 180");
        _peer.Feed(ScriptedPeer.FarInvite());
        Assert.Equal(ringing, _peer.Take("SIP/2.0 180"));
        Assert.Single(_peer.Events);
    }

    [Fact]
    public void A_refusal_is_repeated_until_its_ack()
    {
        _peer.WhenIncoming = (endpoint, call) => endpoint.TryReject(call, 486);
        _peer.Feed(ScriptedPeer.FarInvite());
        var busy = _peer.Take("SIP/2.0 486 Busy Here");
        _peer.Wait(510);
        Assert.Equal(busy, _peer.Take("SIP/2.0 486"));
        _peer.Feed(ScriptedPeer.FarInvite(method: "ACK", toTag: ScriptedPeer.Tag(ScriptedPeer.Header(busy, "To"))));
        _peer.Wait(40_000);
        Assert.Empty(_peer.Sent);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_cancel_ends_a_ringing_call_with_487_and_its_reason()
    {
        _peer.WhenIncoming = (endpoint, call) => endpoint.TryRing(call);
        _peer.Feed(ScriptedPeer.FarInvite());
        _peer.Take("SIP/2.0 180");
        _peer.Feed(ScriptedPeer.FarInvite("Reason: SIP;cause=200\r\n", method: "CANCEL"));
        Assert.Equal("1 CANCEL", ScriptedPeer.Header(_peer.Take("SIP/2.0 200"), "CSeq"));
        Assert.Equal("1 INVITE", ScriptedPeer.Header(_peer.Take("SIP/2.0 487"), "CSeq"));
        Assert.Equal("ended CallerCancelled by Remote status 487 q850 0 early False retry -1", _peer.Events[^1]);
        Assert.Equal("SIP;cause=200", _peer.LastReasons);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_cancel_after_the_answer_changes_nothing_and_one_for_nothing_gets_481()
    {
        _peer.WhenIncoming = (endpoint, call) => endpoint.TryAnswer(call, "v=0\r\n"u8);
        _peer.Feed(ScriptedPeer.FarInvite());
        _peer.Take("SIP/2.0 200");
        _peer.Feed(ScriptedPeer.FarInvite(method: "CANCEL"));
        Assert.Equal("1 CANCEL", ScriptedPeer.Header(_peer.Take("SIP/2.0 200"), "CSeq"));
        Assert.Equal(["incoming"], _peer.Events);
        _peer.Feed(ScriptedPeer.FarInvite(method: "CANCEL", branch: "z9hG4bKnobody"));
        _peer.Take("SIP/2.0 481");
    }

    [Fact]
    public void The_same_invite_over_another_path_is_a_loop()
    {
        _peer.WhenIncoming = (_, _) => true;
        _peer.Feed(ScriptedPeer.FarInvite());
        _peer.Take("SIP/2.0 100");
        _peer.Feed(ScriptedPeer.FarInvite(branch: "z9hG4bKother"));
        _peer.Take("SIP/2.0 482");
        Assert.Equal(1, _peer.Endpoint.CallCount);
    }

    [Fact]
    public void A_call_that_nobody_wants_is_refused_with_480()
    {
        _peer.Feed(ScriptedPeer.FarInvite());
        _peer.Take("SIP/2.0 480");
        Assert.Equal(0, _peer.Endpoint.CallCount);
    }

    [Theory]
    [InlineData("INVITE", "Require: 100rel\r\n", "SIP/2.0 420", "Unsupported", "100rel")]
    [InlineData("OPTIONS", "", "SIP/2.0 200", "Accept", "application/sdp")]
    [InlineData("BYE", "", "SIP/2.0 481", "CSeq", "1 BYE")]
    [InlineData("INFO", "", "SIP/2.0 481", "CSeq", "1 INFO")]
    [InlineData("REGISTER", "", "SIP/2.0 405", "Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, REFER, NOTIFY")]
    [InlineData("PUBLISH", "", "SIP/2.0 405", "CSeq", "1 PUBLISH")]
    [InlineData("JUMP", "", "SIP/2.0 501", "CSeq", "1 JUMP")]
    public void A_request_outside_of_calls_gets_its_answer(string method, string lines, string status, string header, string value)
    {
        _peer.Feed(ScriptedPeer.FarInvite(lines, method: method));
        Assert.Equal(value, ScriptedPeer.Header(_peer.Take(status), header));
        Assert.Equal(0, _peer.Endpoint.CallCount);
    }

    [Fact]
    public void A_body_that_is_no_session_description_is_refused_with_415()
    {
        _peer.Feed(ScriptedPeer.FarInvite().Replace("Content-Length: 0\r\n\r\n", "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi", StringComparison.Ordinal));
        Assert.Equal("application/sdp", ScriptedPeer.Header(_peer.Take("SIP/2.0 415"), "Accept"));
    }

    [Fact]
    public void At_the_bound_of_calls_an_invite_gets_503_with_retry_after()
    {
        var peer = new ScriptedPeer(o => o with { MaxCalls = 1 }) { WhenIncoming = (_, _) => true };
        peer.Feed(ScriptedPeer.FarInvite());
        peer.Take("SIP/2.0 100");
        peer.Feed(ScriptedPeer.FarInvite(branch: "z9hG4bK2").Replace("farcall", "another", StringComparison.Ordinal));
        Assert.Equal("5", ScriptedPeer.Header(peer.Take("SIP/2.0 503"), "Retry-After"));
        Assert.Equal(1, peer.Endpoint.Counters.RefusedRequests);
    }

    [Fact]
    public void At_the_bound_of_transactions_a_request_gets_503_without_one()
    {
        var peer = new ScriptedPeer(o => o with { MaxTransactions = 16 });
        for (var i = 0; i < 17; i++)
        {
            peer.Feed(ScriptedPeer.FarInvite(method: "OPTIONS", branch: "z9hG4bK" + i));
        }

        Assert.Equal(17, peer.Sent.Count);
        Assert.StartsWith("SIP/2.0 503", peer.Sent.Last().Text, StringComparison.Ordinal);
        Assert.Equal(16, peer.Endpoint.TransactionCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("INVITE sip:a SIP/2.0\r\n\r\n")]
    [InlineData("\0\0\0\0")]
    [InlineData("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK000000000000000000000000\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n")]
    public void Hostile_bytes_leave_nothing_behind(string text)
    {
        _peer.Feed(text);
        Assert.Equal(0, _peer.Endpoint.TransactionCount);
        Assert.Equal(0, _peer.Endpoint.CallCount);
        Assert.Empty(_peer.Sent);
    }
}
