using DialerEngine.Core;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>Agents' phones: nailed-up lines, phones that ring per customer, and the bridge to the customer.</summary>
public sealed class AgentTests
{
    [Fact]
    public async Task A_customer_is_put_through_to_a_nailed_up_line_and_both_hear_each_other()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Nailed);
        var (call, customer) = await rig.AnsweredAsync();
        var heard = Task.WhenAll(line.HearsAsync(loud: true), customer.HearsAsync(loud: true));
        rig.Telephony.Deliver(call, Rig.Nailed);
        await rig.Log.NextAsync("AgentConnected", call);
        await heard;
        await customer.HangUpAsync();
        await rig.EndAsync(call);
        Assert.Equal("Dialing Ringing Answered AgentRinging AgentConnected Ended", rig.Log.Of(call));
        await line.HearsAsync(loud: false);
        Assert.False(line.Ended.Task.IsCompleted);
    }

    [Fact]
    public async Task A_line_serves_one_customer_after_the_other()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Nailed);
        for (var i = 0; i < 3; i++)
        {
            var (call, customer) = await rig.AnsweredAsync();
            var heard = line.HearsAsync(loud: true);
            rig.Telephony.Deliver(call, Rig.Nailed);
            await rig.Log.NextAsync("AgentConnected", call);
            await heard;
            rig.Telephony.Release(call);
            await rig.EndAsync(call);
            await customer.EndAsync();
        }

        Assert.False(rig.Phones.HasIncoming);
    }

    [Fact]
    public async Task The_desktop_answers_where_the_line_does_not_do_so_by_itself()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Desk);
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Desk);
        await rig.Log.NextAsync("AgentRinging", call);
        await line.HearsAsync(loud: false);
        Assert.Equal(0, rig.Log.Count("AgentConnected", call));
        var heard = line.HearsAsync(loud: true);
        rig.Telephony.AnswerAtAgent(call, Rig.Desk);
        await rig.Log.NextAsync("AgentConnected", call);
        await heard;
        rig.Telephony.AnswerAtAgent(call, Rig.Desk);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
        Assert.Equal(1, rig.Log.Count("AgentConnected", call));
    }

    [Fact]
    public async Task A_phone_rings_for_its_customer_and_is_hung_up_after_it()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Ringing);
        var phone = await rig.Phones.IncomingAsync();
        Assert.Equal($"sip:7003@{rig.Phones.EndPoint}", phone.Uri);
        await phone.RingAsync();
        await phone.RingAsync();
        await rig.Log.NextAsync("AgentRinging", call);
        await phone.AnswerAsync();
        await rig.Log.NextAsync("AgentConnected", call);
        await Task.WhenAll(phone.HearsAsync(loud: true), customer.HearsAsync(loud: true));
        await customer.HangUpAsync();
        await rig.EndAsync(call);
        Assert.Equal(SipEndCause.RemoteHangUp, (await phone.EndAsync()).Cause);
        Assert.Equal("Dialing Ringing Answered AgentRinging AgentConnected Ended", rig.Log.Of(call));
        Assert.Equal(0, rig.Telephony.MediaStatistics.OpenStreams);
    }

    [Fact]
    public async Task A_phone_that_answers_without_ringing_is_told_as_ringing_first()
    {
        using var rig = new Rig();
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Ringing);
        await (await rig.Phones.IncomingAsync()).AnswerAsync();
        await rig.Log.NextAsync("AgentConnected", call);
        Assert.Equal("Dialing Ringing Answered AgentRinging AgentConnected", rig.Log.Of(call));
    }

    [Theory]
    [InlineData(486)]
    [InlineData(603)]
    [InlineData(404)]
    public async Task A_phone_that_refuses_fails_the_delivery_and_the_customer_waits_on(int status)
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Ringing);
        await (await rig.Phones.IncomingAsync()).RejectAsync(status);
        await rig.Log.NextAsync("AgentFailed", call);
        Assert.False(customer.Ended.Task.IsCompleted);

        // The next attempt goes through.
        rig.Telephony.Deliver(call, Rig.Ringing);
        await (await rig.Phones.IncomingAsync()).AnswerAsync();
        await rig.Log.NextAsync("AgentConnected", call);
    }

    [Fact]
    public async Task A_phone_with_an_address_that_leads_nowhere_fails_the_delivery()
    {
        using var rig = new Rig();
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Nowhere);
        await rig.Log.NextAsync("AgentFailed", call);
        rig.Telephony.Deliver(call, new AgentId(99));
        await rig.Log.NextAsync("AgentFailed", call);
    }

    [Fact]
    public async Task A_phone_that_answers_without_a_session_fails_the_delivery()
    {
        using var rig = new Rig();
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Ringing);
        var phone = await rig.Phones.IncomingAsync();
        await phone.AnswerWithoutSdpAsync();
        await rig.Log.NextAsync("AgentFailed", call);
        await phone.EndAsync();
        Assert.Equal(0, rig.Log.Count("AgentConnected", call));
    }

    [Fact]
    public async Task A_delivery_to_a_line_that_is_down_or_taken_fails_at_once()
    {
        using var rig = new Rig();
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Nailed);
        await rig.Log.NextAsync("AgentFailed", call);
        await rig.LineUpAsync(Rig.Nailed);
        rig.Telephony.Deliver(call, Rig.Nailed);
        await rig.Log.NextAsync("AgentConnected", call);
        var (second, _) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(second, Rig.Nailed);
        await rig.Log.NextAsync("AgentFailed", second);
    }

    [Fact]
    public async Task A_delivery_withdrawn_while_the_phone_rings_cancels_it_without_a_word()
    {
        using var rig = new Rig();
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Ringing);
        var phone = await rig.Phones.IncomingAsync();
        await phone.RingAsync();
        await rig.Log.NextAsync("AgentRinging", call);
        rig.Telephony.WithdrawDelivery(call, Rig.Ringing);
        Assert.Equal(SipEndCause.CallerCancelled, (await phone.EndAsync()).Cause);
        Assert.Equal("Dialing Ringing Answered AgentRinging", rig.Log.Of(call));
    }

    [Fact]
    public async Task A_delivery_withdrawn_after_the_answer_hangs_the_phone_up_and_keeps_the_customer()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Ringing);
        var phone = await rig.Phones.IncomingAsync();
        await phone.AnswerAsync();
        await rig.Log.NextAsync("AgentConnected", call);
        rig.Telephony.WithdrawDelivery(call, Rig.Ringing);
        await phone.EndAsync();
        await customer.HearsAsync(loud: false);
        Assert.Equal(0, rig.Log.Count("AgentReleased", call));
        Assert.Equal(0, rig.Log.Count("AgentFailed", call));
    }

    [Fact]
    public async Task The_next_customer_reaches_a_phone_whose_last_call_is_just_being_cancelled()
    {
        using var rig = new Rig();
        var (first, customer) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(first, Rig.Ringing);
        var ringing = await rig.Phones.IncomingAsync();
        await ringing.RingAsync();
        await rig.Log.NextAsync("AgentRinging", first);
        var (second, _) = await rig.AnsweredAsync();

        // The phone takes its time: the CANCEL has no answer yet when the second customer is delivered. A third call shows that it was.
        using var busy = new ManualResetEventSlim();
        var waiting = rig.Phones.RunAsync(_ => busy.Wait(EventLog.Limit));
        rig.Telephony.Release(first);
        rig.Telephony.Deliver(second, Rig.Ringing);
        var third = rig.Place();
        await rig.Log.NextAsync("Dialing", third);
        busy.Set();
        await waiting;
        Assert.Equal(SipEndCause.CallerCancelled, (await ringing.EndAsync()).Cause);
        await customer.EndAsync();
        await (await rig.Phones.IncomingAsync()).AnswerAsync();
        await rig.Log.NextAsync("AgentConnected", second);
        Assert.Equal(0, rig.Log.Count("AgentFailed", second));
    }

    [Fact]
    public async Task A_customer_who_leaves_while_the_phone_rings_stops_its_ringing()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Ringing);
        var phone = await rig.Phones.IncomingAsync();
        await phone.RingAsync();
        await customer.HangUpAsync();
        await rig.EndAsync(call);
        Assert.Equal(SipEndCause.CallerCancelled, (await phone.EndAsync()).Cause);
    }

    [Fact]
    public async Task An_agent_who_hangs_up_the_phone_leaves_the_customer_in_silence()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Ringing);
        var phone = await rig.Phones.IncomingAsync();
        await phone.AnswerAsync();
        await rig.Log.NextAsync("AgentConnected", call);
        await customer.HearsAsync(loud: true);
        await phone.HangUpAsync();
        await rig.Log.NextAsync("AgentReleased", call);
        await customer.HearsAsync(loud: false);
        Assert.False(customer.Ended.Task.IsCompleted);
    }

    [Fact]
    public async Task A_line_that_falls_in_a_talk_releases_the_agent_and_comes_up_again()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Nailed);
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Nailed);
        await rig.Log.NextAsync("AgentConnected", call);
        await line.HangUpAsync();
        await rig.Log.NextAsync("AgentReleased", call);
        await rig.Log.NextAsync("LineDown");
        await (await rig.Phones.IncomingAsync()).AnswerAsync();
        await rig.Log.NextAsync("LineUp");
    }

    [Fact]
    public async Task A_line_that_falls_before_the_desktop_answers_fails_the_delivery()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Desk);
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Desk);
        await rig.Log.NextAsync("AgentRinging", call);
        await line.HangUpAsync();
        await rig.Log.NextAsync("AgentFailed", call);
        await rig.Log.NextAsync("LineDown");
    }

    [Fact]
    public async Task A_line_that_is_refused_is_tried_again()
    {
        using var rig = new Rig();
        rig.Telephony.OpenAgentLine(Rig.Nailed);
        await (await rig.Phones.IncomingAsync()).RejectAsync(486);
        await (await rig.Phones.IncomingAsync()).AnswerAsync();
        await rig.Log.NextAsync("LineUp");
    }

    [Fact]
    public async Task A_logout_ends_the_line_and_it_stays_down()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Nailed);
        rig.Telephony.CloseAgentLine(Rig.Nailed);
        await line.EndAsync();
        await rig.Log.NextAsync("LineDown");
        await rig.LineUpAsync(Rig.Nailed);
        Assert.False(rig.Phones.HasIncoming);
    }

    [Fact]
    public async Task A_logout_and_login_while_the_line_is_being_called_brings_it_up()
    {
        using var rig = new Rig();
        rig.Telephony.OpenAgentLine(Rig.Nailed);
        var first = await rig.Phones.IncomingAsync();
        await first.RingAsync();
        rig.Telephony.CloseAgentLine(Rig.Nailed);
        rig.Telephony.OpenAgentLine(Rig.Nailed);
        await first.EndAsync();
        await (await rig.Phones.IncomingAsync()).AnswerAsync();
        await rig.Log.NextAsync("LineUp");
    }

    [Fact]
    public async Task Hold_stops_the_sound_both_ways_and_retrieve_brings_it_back()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Nailed);
        var (call, customer) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Nailed);
        await rig.Log.NextAsync("AgentConnected", call);
        await Task.WhenAll(line.HearsAsync(loud: true), customer.HearsAsync(loud: true));
        rig.Telephony.SetHold(call, true);
        await Task.WhenAll(line.HearsAsync(loud: false), customer.HearsAsync(loud: false));
        rig.Telephony.SetHold(call, false);
        await Task.WhenAll(line.HearsAsync(loud: true), customer.HearsAsync(loud: true));
        rig.Telephony.SetHold(call, true);
        await customer.HearsAsync(loud: false);
        await customer.HangUpAsync();
        await rig.EndAsync(call);
    }

    [Fact]
    public async Task A_customer_held_by_one_agent_is_not_held_for_the_next()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.Ringing);
        var phone = await rig.Phones.IncomingAsync();
        await phone.AnswerAsync();
        await rig.Log.NextAsync("AgentConnected", call);
        rig.Telephony.SetHold(call, true);
        await customer.HearsAsync(loud: false);
        await phone.HangUpAsync();
        await rig.Log.NextAsync("AgentReleased", call);
        rig.Telephony.Deliver(call, Rig.Ringing);
        await (await rig.Phones.IncomingAsync()).AnswerAsync();
        await customer.HearsAsync(loud: true);
        rig.Telephony.SetHold(call, true);
        await customer.HearsAsync(loud: false);
    }

    [Fact]
    public async Task A_phone_that_calls_in_brings_its_line_up()
    {
        using var rig = new Rig();
        var phone = await rig.Phones.CallAsync(rig.Telephony.LocalEndPoint, $"sip:dialer@{rig.Telephony.LocalEndPoint}", "<sip:1004@phones.example>");
        await phone.Answered.Task.WaitAsync(EventLog.Limit);
        await rig.Log.NextAsync("LineUp");
        rig.Telephony.OpenAgentLine(Rig.CallsIn);
        await rig.Log.NextAsync("LineUp");
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Deliver(call, Rig.CallsIn);
        await rig.Log.NextAsync("AgentConnected", call);
        await phone.HearsAsync(loud: true);
        await phone.HangUpAsync();
        await rig.Log.NextAsync("AgentReleased", call);
        await rig.Log.NextAsync("LineDown");
    }

    [Fact]
    public async Task A_phone_known_by_its_address_may_call_in_too_but_only_once()
    {
        using var rig = new Rig();
        var from = $"<sip:7001@{rig.Phones.EndPoint}>";
        var phone = await rig.Phones.CallAsync(rig.Telephony.LocalEndPoint, $"sip:dialer@{rig.Telephony.LocalEndPoint}", from);
        await phone.Answered.Task.WaitAsync(EventLog.Limit);
        await rig.Log.NextAsync("LineUp");
        var again = await rig.Phones.CallAsync(rig.Telephony.LocalEndPoint, $"sip:dialer@{rig.Telephony.LocalEndPoint}", from);
        Assert.Equal(486, (await again.EndAsync()).Status);
    }

    [Fact]
    public async Task A_strangers_call_is_refused_and_harms_nobody()
    {
        using var rig = new Rig();
        var stranger = await rig.Phones.CallAsync(rig.Telephony.LocalEndPoint, $"sip:dialer@{rig.Telephony.LocalEndPoint}", "<sip:mallory@example.com>");
        Assert.Equal(403, (await stranger.EndAsync()).Status);
        var (call, _) = await rig.AnsweredAsync();
        stranger = await rig.Phones.CallAsync(rig.Telephony.LocalEndPoint, $"sip:dialer@{rig.Telephony.LocalEndPoint}", "<sip:mallory@example.com>");
        Assert.Equal(403, (await stranger.EndAsync()).Status);
        rig.Telephony.Release(call);
        Assert.Equal(CallEndedBy.Engine, (await rig.EndAsync(call)).EndedBy);
    }
}
