using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>Seizing over SIP: the agent is called first, hears silence, and is merged with the customer at the answer.</summary>
public sealed class EngagingTests
{
    private static readonly Engagement First = new(new GroupId(1), 1);
    private static readonly Engagement Second = new(new GroupId(1), 2);

    [Fact]
    public async Task An_agent_is_engaged_hears_silence_and_is_merged_without_ringing()
    {
        using var rig = new Rig();
        rig.Telephony.Engage(Rig.Ringing, First);
        var phone = await rig.Phones.IncomingAsync();
        await phone.RingAsync();
        await phone.AnswerAsync();
        await rig.Log.NextAsync("AgentEngaged");
        await phone.HearsAsync(loud: false);
        var (call, customer) = await rig.AnsweredAsync();
        var heard = Task.WhenAll(phone.HearsAsync(loud: true), customer.HearsAsync(loud: true));
        rig.Telephony.Merge(call, Rig.Ringing, beep: false);
        await rig.Log.NextAsync("AgentConnected", call);
        await heard;
        Assert.False(rig.Phones.HasIncoming);
        await customer.HangUpAsync();
        await rig.EndAsync(call);
        Assert.Equal(SipEndCause.RemoteHangUp, (await phone.EndAsync()).Cause);
        Assert.Equal("Dialing Ringing Answered AgentRinging AgentConnected Ended", rig.Log.Of(call));
        Assert.DoesNotContain(rig.Log.All, t => t.Kind == "AgentDisengaged");
    }

    [Fact]
    public async Task A_nailed_up_line_is_merged_at_once_even_where_the_desktop_answers_calls()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Desk);
        rig.Telephony.Engage(Rig.Desk, First);
        await rig.Log.NextAsync("AgentEngaged");
        var (call, _) = await rig.AnsweredAsync();
        var heard = line.HearsAsync(loud: true);
        rig.Telephony.Merge(call, Rig.Desk, beep: false);
        await rig.Log.NextAsync("AgentConnected", call);
        await heard;
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
        Assert.False(line.Ended.Task.IsCompleted);
    }

    [Fact]
    public async Task With_a_beep_the_agent_alone_hears_it_and_both_hear_each_other()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Nailed);
        await MergeAsync(rig, line, beep: false);
        Assert.Equal(0, line.Beeps);

        // A beep is cut off where this machine keeps the media thread from running: then the next one is heard.
        for (var calls = 0; line.Beeps == 0 && calls < 10; calls++)
        {
            await MergeAsync(rig, line, beep: true);
        }

        Assert.InRange(line.Beeps, 1, 8);
    }

    [Fact]
    public async Task An_agent_who_hangs_up_is_told_as_disengaged_and_cannot_be_merged()
    {
        using var rig = new Rig();
        rig.Telephony.Engage(Rig.Ringing, First);
        var phone = await rig.Phones.IncomingAsync();
        await phone.AnswerAsync();
        await rig.Log.NextAsync("AgentEngaged");
        await phone.HangUpAsync();
        await rig.Log.NextAsync("AgentDisengaged");
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Merge(call, Rig.Ringing, beep: false);
        await rig.Log.NextAsync("AgentFailed", call);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    [Fact]
    public async Task A_phone_that_cannot_be_reached_is_not_engaged()
    {
        using var rig = new Rig();
        rig.Telephony.Engage(Rig.Nowhere, First);
        await rig.Log.NextAsync("AgentDisengaged");
        rig.Telephony.Engage(Rig.Nailed, First);
        await rig.Log.NextAsync("AgentDisengaged");
    }

    [Fact]
    public async Task An_engaging_call_that_is_given_up_ends_and_the_agent_can_be_engaged_again()
    {
        using var rig = new Rig();
        rig.Telephony.Engage(Rig.Ringing, First);
        var phone = await rig.Phones.IncomingAsync();
        await phone.AnswerAsync();
        await rig.Log.NextAsync("AgentEngaged");
        rig.Telephony.Disengage(Rig.Ringing, First);
        rig.Telephony.Engage(Rig.Ringing, Second);
        await phone.EndAsync();
        var again = await rig.Phones.IncomingAsync();
        await again.AnswerAsync();
        await rig.Log.NextAsync("AgentEngaged");
        rig.Telephony.Disengage(Rig.Ringing, First);
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Merge(call, Rig.Ringing, beep: false);
        await rig.Log.NextAsync("AgentConnected", call);
        await again.HangUpAsync();
        await rig.Log.NextAsync("AgentReleased", call);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    [Fact]
    public async Task A_merge_with_a_customer_who_is_gone_ends_the_engaging_call()
    {
        using var rig = new Rig();
        rig.Telephony.Engage(Rig.Ringing, First);
        var phone = await rig.Phones.IncomingAsync();
        await phone.AnswerAsync();
        await rig.Log.NextAsync("AgentEngaged");
        var (call, customer) = await rig.AnsweredAsync();
        await customer.HangUpAsync();
        await rig.EndAsync(call);
        rig.Telephony.Merge(call, Rig.Ringing, beep: false);
        Assert.Equal(SipEndCause.RemoteHangUp, (await phone.EndAsync()).Cause);
    }

    private static async Task MergeAsync(Rig rig, PeerCall line, bool beep)
    {
        var (call, customer) = await rig.AnsweredAsync();
        rig.Telephony.Merge(call, Rig.Nailed, beep);
        await rig.Log.NextAsync("AgentConnected", call);

        // Ten frames that are the customer's voice, so the beep is over.
        await Task.WhenAll(line.HearsAsync(loud: true), customer.HearsAsync(loud: true));
        await line.HearsAsync(loud: true);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
        Assert.Equal(0, customer.Beeps);
    }

    [Fact]
    public async Task A_port_of_an_ivr_is_called_for_each_customer_one_right_after_the_other()
    {
        using var rig = new Rig();
        for (var i = 0; i < 3; i++)
        {
            var (call, customer) = await rig.AnsweredAsync();
            rig.Telephony.Deliver(call, Rig.Ringing);
            var port = await rig.Phones.IncomingAsync();
            await port.AnswerAsync();
            await rig.Log.NextAsync("AgentConnected", call);
            await Task.WhenAll(port.HearsAsync(loud: true), customer.HearsAsync(loud: true));

            // The customer hangs up: the next one may be delivered before the port has answered the BYE.
            await customer.HangUpAsync();
            await rig.EndAsync(call);
        }
    }
}
