using System.Net;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Media.Audio;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtp;
using DialerEngine.Media.Tones;

namespace DialerEngine.Adapters.SipServer.Tests.Media;

/// <summary>A clip that one side of a bridge hears before the other: the beep of an engaged agent (<c>beep-on-merge</c>).</summary>
public sealed class MergeBeepTests : IDisposable
{
    private const int BeepFrames = 8;
    private static readonly AnnouncementClip Beep = AnnouncementClip.FromSource(new ToneGenerator(ToneCatalog.MergeBeep), 150);
    private readonly MediaRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(G711Law.MuLaw)]
    [InlineData(G711Law.ALaw)]
    public void The_agent_hears_the_beep_and_then_the_customer_who_hears_the_agent_from_the_first_moment(G711Law law)
    {
        var (customer, far) = _rig.OpenCall(law);
        var (agent, phone) = _rig.OpenCall(law);
        var tap = new ListTap();
        _rig.Engine.SetTap(customer, tap, MediaTapMode.AsReceived);
        _rig.Run(100);
        phone.Hear();
        far.Hear();
        Assert.True(_rig.Engine.Bridge(customer, agent, Beep));
        Talk(far, phone, 20, (byte)law);

        // The beep to the last octet, filled up with silence; then what the customer said since, at most 180 ms after the bridge.
        var heard = phone.Hear();
        var expected = Beep.Codes(law).ToArray().Concat(Enumerable.Repeat(G711Codec.SilenceOf(law), (BeepFrames * 160) - Beep.Length));
        Assert.Equal(expected, heard.Take(BeepFrames).SelectMany(p => p.Payload));
        var voice = heard.Skip(BeepFrames).Select(p => (int)p.Payload[0]).ToArray();
        Assert.InRange(voice[0], 8, 10);
        Assert.Equal(Enumerable.Range(voice[0], 21 - voice[0]), voice);
        Assert.Single(heard.Select(p => p.Ssrc).Distinct());
        Assert.Equal([BeepFrames], Enumerable.Range(0, heard.Count).Where(i => heard[i].Marker));
        Assert.All(heard.Zip(heard.Skip(1)), p => Assert.Equal(1, (ushort)(p.Second.Sequence - p.First.Sequence)));
        Assert.All(heard.Zip(heard.Skip(1)), p => Assert.InRange((int)(p.Second.Timestamp - p.First.Timestamp), 80, 400));

        // Nothing is kept from the customer, nothing of the beep comes there, and whoever analyses the call hears all of it.
        Assert.Equal(Enumerable.Range(101, 20), far.Hear().Select(p => (int)p.Payload[0]));
        Assert.Equal(Enumerable.Range(1, 20), tap.Frames.Select(f => (int)f.Value));
        Assert.DoesNotContain(_rig.Told, t => t.Contains("played", StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_on_hold_gets_no_late_beep()
    {
        var (customer, far) = _rig.OpenCall();
        var (agent, phone) = _rig.OpenCall();
        _rig.Engine.SetRemote(agent, new MediaRemote { Rtp = new IPEndPoint(IPAddress.Any, phone.Local.Port) });
        _rig.Engine.Bridge(customer, agent, Beep);
        _rig.Run(500);
        _rig.Engine.SetRemote(agent, MediaRig.RemoteOf(phone));
        far.Send(1);
        _rig.Run(20);
        far.Send(2);
        _rig.Run(100);
        Assert.Equal([1, 2], phone.Hear().Select(p => (int)p.Payload[0]));
    }

    [Fact]
    public void A_thread_that_was_starved_cuts_the_beep_off_for_the_customer()
    {
        var (customer, far) = _rig.OpenCall();
        var (agent, phone) = _rig.OpenCall();
        _rig.Engine.Bridge(customer, agent, Beep);
        _rig.Run(60);
        _rig.Freeze(1000);
        phone.Hear();
        Talk(far, phone, 5, 0);
        Assert.Equal([1, 2, 3, 4, 5], phone.Hear().Select(p => (int)p.Payload[0]));
    }

    [Fact]
    public void A_customer_who_is_parted_or_bridged_anew_takes_the_beep_along()
    {
        var (customer, far) = _rig.OpenCall();
        var (agent, phone) = _rig.OpenCall();
        _rig.Engine.Bridge(customer, agent, Beep);
        _rig.Run(60);
        _rig.Engine.Unbridge(customer);
        phone.Hear();
        _rig.Run(200);
        Assert.All(phone.Hear(), p => Assert.All(p.Payload, b => Assert.Equal(0xFF, b)));

        _rig.Engine.Bridge(customer, agent, Beep);
        _rig.Run(60);
        phone.Hear();
        _rig.Engine.Bridge(customer, agent);
        Talk(far, phone, 5, 0);
        Assert.Equal([1, 2, 3, 4, 5], phone.Hear().Select(p => (int)p.Payload[0]));

        _rig.Engine.Bridge(customer, agent, Beep);
        _rig.Run(60);
        _rig.Engine.Close(customer);
        phone.Hear();
        _rig.Run(200);
        Assert.All(phone.Hear(), p => Assert.All(p.Payload, b => Assert.Equal(0xFF, b)));
    }

    [Fact]
    public void Bridging_with_a_beep_allocates_nothing_once_warm()
    {
        var (customer, far) = _rig.OpenCall();
        var (agent, phone) = _rig.OpenCall(G711Law.ALaw);
        var packet = new byte[172];
        long allocated = 0;
        for (var i = 0; i < 400; i++)
        {
            RtpPacket.WriteHeader(packet, 0, false, (ushort)i, (uint)(i * 160), 5);
            far.SendRaw(packet);
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (i % 20 == 0)
            {
                _rig.Engine.Bridge(customer, agent, Beep);
            }

            _rig.Run(20);
            allocated += i < 100 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.True(phone.Hear().Count >= 370);
    }

    /// <summary>The customer says 1, 2, 3, the agent 101, 102, 103, a packet each 20 ms.</summary>
    private void Talk(FarEnd customer, FarEnd agent, int frames, byte type)
    {
        for (var i = 1; i <= frames; i++)
        {
            customer.Send((byte)i, type);
            agent.Send((byte)(100 + i), type);
            _rig.Run(20);
        }
    }
}
