using DialerEngine.Sip.Calls;

namespace DialerEngine.Sip.Tests.Calls;

/// <summary>No transaction and no unanswered call lives for ever, whatever the far end or the user leaves undone.</summary>
public sealed class BoundedLifeTests
{
    private readonly ScriptedPeer _peer = new(o => o with { LongestSetupMs = 60_000 });

    [Fact]
    public void A_reinvite_with_provisional_answers_only_ends_64_T1_after_its_call()
    {
        _peer.Establish();
        Assert.True(_peer.Endpoint.TryReInvite(_peer.Call, "v=mine\r\n"u8));
        var mine = _peer.Take("INVITE");
        _peer.Answer(mine, "100 Trying", toTag: "");
        Assert.True(_peer.Endpoint.TryHangUp(_peer.Call));
        _peer.Answer(_peer.Take("BYE"), "200 OK");
        Assert.Equal(0, _peer.Endpoint.CallCount);
        for (var i = 0; i < 33; i++)
        {
            _peer.Answer(mine, "180 Ringing");
            _peer.Wait(1_000);
        }

        Assert.Equal(0, _peer.Endpoint.TransactionCount);
        Assert.Single(_peer.Events, e => e.StartsWith("ended", StringComparison.Ordinal));
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_reinvite_that_is_answered_provisionally_after_the_end_of_its_call_is_bounded_too()
    {
        _peer.Establish();
        Assert.True(_peer.Endpoint.TryReInvite(_peer.Call, "v=mine\r\n"u8));
        var mine = _peer.Take("INVITE");
        _peer.Endpoint.TryHangUp(_peer.Call);
        _peer.Answer(_peer.Take("BYE"), "200 OK");
        _peer.Answer(mine, "180 Ringing");
        _peer.Wait(32_100);
        Assert.Equal(0, _peer.Endpoint.TransactionCount);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_reinvite_with_provisional_answers_only_ends_its_call_at_the_bound()
    {
        _peer.Establish();
        Assert.True(_peer.Endpoint.TryReInvite(_peer.Call, "v=mine\r\n"u8));
        var mine = _peer.Take("INVITE");
        for (var i = 0; i < 91; i++)
        {
            _peer.Answer(mine, "180 Ringing");
            _peer.Wait(1_000);
        }

        Assert.Empty(_peer.Sent);
        _peer.Wait(1_100);
        _peer.Take("BYE");
        Assert.StartsWith("ended DialogLost by Network status 408", _peer.Events[^1], StringComparison.Ordinal);
        _peer.ExpectNothingLeft();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Provisional_answers_after_the_cancel_do_not_keep_a_call_alive(bool ringsBefore)
    {
        _peer.Place();
        var invite = _peer.Take("INVITE");
        if (ringsBefore)
        {
            _peer.Answer(invite, "180 Ringing");
        }

        Assert.True(_peer.Endpoint.TryHangUp(_peer.Call));
        for (var i = 0; i < 321; i++)
        {
            _peer.Answer(invite, "180 Ringing");
            _peer.Wait(100);
        }

        Assert.StartsWith("ended Cancelled by Local status 0", _peer.Events[^1], StringComparison.Ordinal);
        Assert.Equal(0, _peer.Endpoint.CallCount);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void The_cancel_of_an_invite_with_credentials_waits_for_a_provisional_answer_of_its_own()
    {
        _peer.Place(new SipCredentials("a", "b"));
        var first = _peer.Take("INVITE");
        _peer.Answer(first, "100 Trying", toTag: "");
        _peer.Answer(first, "401 Unauthorized", lines: "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n");
        _peer.Take("ACK");
        var second = _peer.Take("INVITE");
        Assert.True(_peer.Endpoint.TryHangUp(_peer.Call));
        Assert.Empty(_peer.Sent);
        _peer.Answer(second, "100 Trying", toTag: "");
        Assert.Equal(ScriptedPeer.Header(second, "Via"), ScriptedPeer.Header(_peer.Take("CANCEL"), "Via"));
        _peer.Wait(32_100);
        Assert.StartsWith("ended Cancelled", _peer.Events[^1], StringComparison.Ordinal);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_call_that_nobody_answers_is_refused_at_the_longest_set_up_time()
    {
        _peer.WhenIncoming = (endpoint, call) => endpoint.TryRing(call);
        _peer.Feed(ScriptedPeer.FarInvite());
        _peer.Take("SIP/2.0 180");
        _peer.Wait(59_900);
        Assert.Empty(_peer.Sent);
        _peer.Wait(200);
        _peer.Take("SIP/2.0 480");
        Assert.StartsWith("ended LocalRefusal by Local status 480", _peer.Events[^1], StringComparison.Ordinal);
        Assert.Equal(1, _peer.Endpoint.Counters.UnansweredRequests);
        _peer.ExpectNothingLeft();
    }

    [Theory]
    [InlineData("INVITE", 60_000)]
    [InlineData("UPDATE", 28_000)]
    public void An_offer_that_the_user_keeps_open_gets_504_and_the_call_stays(string method, int boundMs)
    {
        var invite = _peer.Establish();
        _peer.WhenOffered = (_, _) => true;
        _peer.Feed(ScriptedPeer.FarRequest(invite, method, 1, body: "v=1\r\n"));
        _peer.Sent.Clear();
        _peer.Wait(boundMs - 100);
        Assert.Empty(_peer.Sent);
        _peer.Wait(200);
        _peer.Take("SIP/2.0 504");
        Assert.False(_peer.Endpoint.TryAnswerOffer(_peer.Call, "v=late\r\n"u8));
        Assert.Equal(1, _peer.Endpoint.CallCount);
        Assert.True(_peer.Endpoint.TryReInvite(_peer.Call, "v=mine\r\n"u8));
        _peer.Endpoint.TryHangUp(_peer.Call);
        _peer.ExpectNothingLeft();
    }

    [Fact]
    public void A_call_that_comes_in_and_cannot_be_answered_over_its_transport_ends()
    {
        _peer.WhenIncoming = (_, _) => true;
        _peer.TransportFails = true;
        _peer.Feed(ScriptedPeer.FarInvite());
        Assert.Equal(["incoming", "ended TransportFailure by Network status 0 q850 0 early False retry -1"], _peer.Events);
        Assert.Equal(0, _peer.Endpoint.CallCount);
        _peer.ExpectNothingLeft();
    }
}
