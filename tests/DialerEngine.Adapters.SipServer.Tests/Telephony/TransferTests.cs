using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>Answered calls that are sent to a destination, each in its way, with real signalling and audio on loopback.</summary>
public sealed class TransferTests
{
    [Fact]
    public async Task A_routed_call_is_kept_until_the_network_says_that_the_destination_has_it()
    {
        using var rig = new Rig();
        var (call, customer) = await AnsweredAsync(rig, takesReferrals: true);
        Transfer(rig, call, TransferKind.Route, "5000");
        Assert.Equal($"sip:5000@{rig.Trunk.EndPoint}", await customer.Referred.Task.WaitAsync(EventLog.Limit));
        await customer.ReportReferralAsync(100);
        await customer.ReportReferralAsync(180);
        Assert.Equal(0, rig.Log.Count("Ended", call));
        await customer.ReportReferralAsync(200);
        Assert.Equal(CallEndedBy.Engine, (await rig.EndAsync(call)).EndedBy);
        Assert.Equal("Dialing Ringing Answered Ended", rig.Log.Of(call));
    }

    [Fact]
    public async Task A_routed_call_whose_destination_is_busy_comes_back()
    {
        using var rig = new Rig();
        var (call, customer) = await AnsweredAsync(rig, takesReferrals: true);
        Transfer(rig, call, TransferKind.Route, "sip:queue@192.0.2.9");
        Assert.Equal("sip:queue@192.0.2.9", await customer.Referred.Task.WaitAsync(EventLog.Limit));
        await customer.ReportReferralAsync(486);
        await rig.Log.NextAsync("RouteFailed", call);
        Assert.Equal(0, rig.Log.Count("Ended", call));
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    [Fact]
    public async Task A_mute_transfer_is_over_when_the_request_is_taken_and_waits_for_nobody()
    {
        using var rig = new Rig();
        var (call, customer) = await AnsweredAsync(rig, takesReferrals: true);
        Transfer(rig, call, TransferKind.Mute, "5000");
        Assert.Equal(CallEndedBy.Engine, (await rig.EndAsync(call)).EndedBy);
        Assert.True(customer.Referred.Task.IsCompletedSuccessfully);
        Assert.Equal("Dialing Ringing Answered Ended", rig.Log.Of(call));
    }

    [Theory]
    [InlineData(TransferKind.Mute)]
    [InlineData(TransferKind.Route)]
    public async Task A_refused_request_leaves_the_customer_where_they_were(TransferKind kind)
    {
        using var rig = new Rig();
        var (call, _) = await AnsweredAsync(rig, takesReferrals: false);
        Transfer(rig, call, kind, "5000");
        await rig.Log.NextAsync("RouteFailed", call);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    [Fact]
    public async Task A_two_step_transfer_calls_the_destination_and_puts_the_customer_through_when_it_answers()
    {
        using var rig = new Rig();
        var (call, customer) = await AnsweredAsync(rig);
        Transfer(rig, call, TransferKind.TwoStep, "5000", callerId: "+12025550100");
        var destination = await rig.Trunk.IncomingAsync();
        Assert.Equal($"sip:5000@{rig.Trunk.EndPoint}", destination.Uri);
        Assert.StartsWith("sip:+12025550100@", destination.From, StringComparison.Ordinal);
        await destination.RingAsync();
        await customer.HearsAsync(loud: false);
        await destination.AnswerAsync();
        await rig.Log.NextAsync("Transferred", call);
        await customer.HearsAsync(loud: true);
        await destination.HearsAsync(loud: true);
        await destination.HangUpAsync();
        Assert.Equal(CallEndedBy.Engine, (await rig.EndAsync(call)).EndedBy);
        Assert.Equal(SipEndCause.RemoteHangUp, (await customer.EndAsync()).Cause);
        Assert.Equal("Dialing Ringing Answered Transferred Ended", rig.Log.Of(call));
    }

    [Fact]
    public async Task A_customer_who_hangs_up_after_the_transfer_ends_the_destinations_call()
    {
        using var rig = new Rig();
        var (call, customer) = await AnsweredAsync(rig);
        Transfer(rig, call, TransferKind.TwoStep, $"sip:desk@{rig.Phones.EndPoint}");
        var destination = await rig.Phones.IncomingAsync();
        await destination.AnswerAsync();
        await rig.Log.NextAsync("Transferred", call);
        await customer.HangUpAsync();
        Assert.Equal(CallEndedBy.FarEnd, (await rig.EndAsync(call)).EndedBy);
        await destination.EndAsync();
    }

    [Fact]
    public async Task A_customer_who_hangs_up_while_the_destination_rings_ends_the_ringing()
    {
        using var rig = new Rig();
        var (call, customer) = await AnsweredAsync(rig);
        Transfer(rig, call, TransferKind.TwoStep, $"sip:desk@{rig.Phones.EndPoint}");
        var destination = await rig.Phones.IncomingAsync();
        await destination.RingAsync();
        await customer.HangUpAsync();
        await rig.EndAsync(call);
        Assert.Equal(SipEndCause.CallerCancelled, (await destination.EndAsync()).Cause);
        Assert.Equal(0, rig.Log.Count("RouteFailed", call));
    }

    [Fact]
    public async Task A_busy_destination_leaves_the_customer_there_and_a_second_one_may_be_tried()
    {
        using var rig = new Rig();
        var (call, customer) = await AnsweredAsync(rig);
        Transfer(rig, call, TransferKind.TwoStep, $"sip:busy@{rig.Phones.EndPoint}");
        await (await rig.Phones.IncomingAsync()).RejectAsync(486);
        await rig.Log.NextAsync("RouteFailed", call);
        Transfer(rig, call, TransferKind.TwoStep, $"sip:free@{rig.Phones.EndPoint}");
        await (await rig.Phones.IncomingAsync()).AnswerAsync();
        await rig.Log.NextAsync("Transferred", call);
        await customer.HearsAsync(loud: true);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    [Fact]
    public async Task A_destination_that_does_not_answer_in_its_ring_time_is_given_up()
    {
        using var rig = new Rig();
        var (call, _) = await AnsweredAsync(rig);
        Transfer(rig, call, TransferKind.TwoStep, $"sip:desk@{rig.Phones.EndPoint}", ringMs: 300);
        var destination = await rig.Phones.IncomingAsync();
        await destination.RingAsync();
        await rig.Log.NextAsync("RouteFailed", call);
        Assert.Equal(SipEndCause.CallerCancelled, (await destination.EndAsync()).Cause);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    [Fact]
    public async Task A_release_while_the_destination_rings_ends_both()
    {
        using var rig = new Rig();
        var (call, customer) = await AnsweredAsync(rig);
        Transfer(rig, call, TransferKind.TwoStep, $"sip:desk@{rig.Phones.EndPoint}");
        var destination = await rig.Phones.IncomingAsync();
        await destination.RingAsync();
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
        await customer.EndAsync();
        await destination.EndAsync();
    }

    [Fact]
    public async Task A_destination_that_cannot_be_written_is_refused()
    {
        using var rig = new Rig();
        var (call, _) = await AnsweredAsync(rig);
        foreach (var kind in new[] { TransferKind.Route, TransferKind.Mute, TransferKind.TwoStep })
        {
            Transfer(rig, call, kind, "50 00\r\nX: y");
            await rig.Log.NextAsync("RouteFailed", call);
        }

        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    private static async Task<(CallHandle Call, PeerCall Customer)> AnsweredAsync(Rig rig, bool takesReferrals = false)
    {
        var call = rig.Place();
        var customer = await rig.Trunk.IncomingAsync();
        customer.TakesReferrals = takesReferrals;
        await customer.RingAsync();
        await customer.AnswerAsync();
        await customer.Confirmed.Task.WaitAsync(EventLog.Limit);
        await rig.Log.NextAsync("Answered", call);
        return (call, customer);
    }

    private static void Transfer(Rig rig, CallHandle call, TransferKind kind, string destination, int ringMs = 10_000, string? callerId = null) =>
        rig.Telephony.Transfer(new TransferRequest { Call = call, Kind = kind, Destination = destination, RingTimeoutMs = ringMs, CallerId = callerId });
}
