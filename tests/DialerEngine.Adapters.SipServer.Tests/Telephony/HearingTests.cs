using DialerEngine.Core;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>What an agent who dials hears before the answer: the far end's audio, else a ringing tone, and silence again when it is over.</summary>
public sealed class HearingTests
{
    private static readonly Engagement First = new(new GroupId(1), 1);

    [Fact]
    public async Task The_agent_hears_early_media_one_way_and_both_hear_each_other_after_the_answer()
    {
        using var rig = new Rig();
        var phone = await EngagedAsync(rig);
        var call = rig.Place(hears: Rig.Ringing);
        var customer = await rig.Trunk.IncomingAsync();
        var heard = phone.HearsAsync(loud: true);
        await customer.RingWithMediaAsync();
        await heard;
        await customer.HearsAsync(loud: false);

        await customer.AnswerAsync();
        await rig.Log.NextAsync("Answered", call);
        var both = Task.WhenAll(phone.HearsAsync(loud: true), customer.HearsAsync(loud: true));
        rig.Telephony.Merge(call, Rig.Ringing, beep: false);
        await rig.Log.NextAsync("AgentConnected", call);
        await both;
        await customer.HangUpAsync();
        await rig.EndAsync(call);
        await phone.EndAsync();
    }

    [Fact]
    public async Task Where_the_far_end_only_rings_the_agent_hears_a_ringing_tone_and_early_media_takes_its_place()
    {
        using var rig = new Rig();
        var phone = await EngagedAsync(rig);
        var call = rig.Place(hears: Rig.Ringing);
        var customer = await rig.Trunk.IncomingAsync();
        var heard = phone.HearsAsync(loud: true);
        await customer.RingAsync();
        await heard;
        heard = phone.HearsAsync(loud: true);
        await customer.RingWithMediaAsync();
        await heard;
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
        rig.Telephony.Disengage(Rig.Ringing, First);
        await phone.EndAsync();
    }

    [Fact]
    public async Task After_a_call_that_nobody_answered_a_nailed_up_line_is_silent_again()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Nailed);
        var call = rig.Place(hears: Rig.Nailed);
        var customer = await rig.Trunk.IncomingAsync();
        var heard = line.HearsAsync(loud: true);
        await customer.RingWithMediaAsync();
        await heard;
        await customer.RejectAsync(486);
        await rig.EndAsync(call);
        await line.HearsAsync(loud: false);

        // The line is good for the next one.
        var (next, other) = await rig.AnsweredAsync();
        var both = Task.WhenAll(line.HearsAsync(loud: true), other.HearsAsync(loud: true));
        rig.Telephony.Merge(next, Rig.Nailed, beep: false);
        await rig.Log.NextAsync("AgentConnected", next);
        await both;
        rig.Telephony.Release(next);
        await rig.EndAsync(next);
    }

    [Fact]
    public async Task A_line_that_has_another_customer_by_then_is_left_alone()
    {
        using var rig = new Rig();
        var line = await rig.LineUpAsync(Rig.Nailed);
        var given = rig.Place(hears: Rig.Nailed);
        var first = await rig.Trunk.IncomingAsync();
        var heard = line.HearsAsync(loud: true);
        await first.RingWithMediaAsync();
        await heard;
        var (call, customer) = await rig.AnsweredAsync();
        rig.Telephony.Merge(call, Rig.Nailed, beep: false);
        await rig.Log.NextAsync("AgentConnected", call);
        await first.RejectAsync(486);
        await rig.EndAsync(given);
        await Task.WhenAll(line.HearsAsync(loud: true), customer.HearsAsync(loud: true));
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    private static async Task<PeerCall> EngagedAsync(Rig rig)
    {
        rig.Telephony.Engage(Rig.Ringing, First);
        var phone = await rig.Phones.IncomingAsync();
        await phone.AnswerAsync();
        await rig.Log.NextAsync("AgentEngaged");
        return phone;
    }
}
