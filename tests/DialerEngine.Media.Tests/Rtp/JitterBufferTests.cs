using DialerEngine.Media.G711;
using DialerEngine.Media.Rtp;

namespace DialerEngine.Media.Tests.Rtp;

public sealed class JitterBufferTests
{
    private readonly byte[] _out = new byte[160];

    private static byte[] Frame(int number)
    {
        var frame = new byte[160];

        // Loud codes, so that no frame counts as quiet.
        frame.AsSpan().Fill((byte)(number % 100 + 1));
        return frame;
    }

    [Fact]
    public void Frames_come_out_in_order_after_the_starting_delay()
    {
        var buffer = new JitterBuffer(G711Law.MuLaw, minDelayMilliseconds: 40);
        var heard = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            buffer.Put((uint)(i * 160), Frame(i));
            heard.Add(buffer.Get(_out) == 0 ? -1 : _out[0] - 1);
        }

        Assert.Equal([-1, -1, .. Enumerable.Range(0, 18)], heard);
    }

    [Fact]
    public void Reordered_and_doubled_packets_are_put_right()
    {
        var buffer = new JitterBuffer(G711Law.MuLaw, minDelayMilliseconds: 60);
        int[] order = [0, 2, 1, 1, 4, 3, 5, 5];
        var results = order.Select(i => buffer.Put((uint)(i * 160), Frame(i))).ToArray();
        Assert.Equal(JitterPut.Duplicate, results[3]);
        Assert.Equal(JitterPut.Duplicate, results[7]);
        Assert.Equal([0, 0, 0, 1, 2, 3, 4, 5, 6, 0], Enumerable.Range(0, 10).Select(_ => buffer.Get(_out) == 0 ? 0 : (int)_out[0]));
    }

    [Fact]
    public void A_lost_packet_leaves_a_gap_of_silence_and_the_next_plays_in_its_place()
    {
        var buffer = new JitterBuffer(G711Law.ALaw, minDelayMilliseconds: 0);
        buffer.Put(0, Frame(0));
        buffer.Put(320, Frame(2));
        Assert.Equal(160, buffer.Get(_out));
        Assert.Equal(0, buffer.Get(_out));
        Assert.All(_out, b => Assert.Equal(0xD5, b));
        Assert.Equal(160, buffer.Get(_out));
        Assert.Equal(3, _out[0]);
    }

    [Fact]
    public void Packets_of_other_lengths_are_cut_to_the_frame()
    {
        var buffer = new JitterBuffer(G711Law.MuLaw, minDelayMilliseconds: 0);
        var audio = Enumerable.Range(0, 480).Select(i => (byte)(i % 251)).ToArray();
        buffer.Put(1000, audio.AsSpan(0, 240));
        buffer.Put(1240, audio.AsSpan(240));
        var heard = new List<byte>();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(160, buffer.Get(_out));
            heard.AddRange(_out);
        }

        Assert.Equal(audio, heard);
    }

    [Fact]
    public void A_late_packet_lengthens_the_delay_so_that_the_next_like_it_is_in_time()
    {
        var buffer = new JitterBuffer(G711Law.MuLaw, minDelayMilliseconds: 20);
        var late = 0;
        for (var i = 0; i < 200; i++)
        {
            // From frame 20 on everything takes 60 ms longer.
            var arrived = i < 20 ? i : i - 3;
            if (arrived >= 0 && (i < 20 || arrived >= 20))
            {
                late += buffer.Put((uint)(arrived * 160), Frame(arrived)) == JitterPut.Late ? 1 : 0;
            }

            buffer.Get(_out);
        }

        Assert.InRange(late, 1, 4);
        Assert.InRange(buffer.StretchedFrames, 1, 4);
        Assert.Equal(late, buffer.LatePackets);
    }

    [Theory]
    [InlineData(1.0005)]
    [InlineData(0.9995)]
    public void An_hour_of_clock_drift_is_followed_without_growing_delay_or_lasting_gaps(double farClock)
    {
        var buffer = new JitterBuffer(G711Law.MuLaw, minDelayMilliseconds: 40);
        var sent = 0;
        var gaps = 0;
        var frames = 3600 * 50;
        for (var tick = 0; tick < frames; tick++)
        {
            for (; sent <= tick * farClock; sent++)
            {
                Assert.NotEqual(JitterPut.Restarted, buffer.Put((uint)(sent * 160), Frame(sent)));
            }

            gaps += buffer.Get(_out) == 160 ? 0 : 1;
        }

        // 500 ppm are 90 frames an hour.
        Assert.InRange(farClock > 1 ? buffer.SkippedFrames : buffer.StretchedFrames, 60, 120);
        Assert.InRange(gaps, 0, 250);
        Assert.InRange(buffer.DelayMilliseconds, 0, 100);
    }

    [Fact]
    public void It_never_holds_more_than_fifty_frames_whatever_comes()
    {
        var random = new SeededMediaRandom(11);
        var buffer = new JitterBuffer(G711Law.MuLaw);
        for (var i = 0; i < 20_000; i++)
        {
            var octets = new byte[random.NextUInt32() % 2000];
            buffer.Put(random.NextUInt32() % 3 == 0 ? random.NextUInt32() : (uint)i * 160, octets);
            var target = _out.AsSpan(0, (int)(random.NextUInt32() % 161));
            Assert.InRange(buffer.Get(target), 0, target.Length);
            Assert.InRange(buffer.DelayMilliseconds, 0, 1020);
        }

        buffer.Reset(G711Law.MuLaw);
        var restarted = 0;
        for (var i = 0; i < 100; i++)
        {
            restarted += buffer.Put((uint)(i * 160), Frame(i)) == JitterPut.Restarted ? 1 : 0;
        }

        Assert.Equal(2, restarted);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    [InlineData(8000)]
    [InlineData(-9000)]
    public void A_jump_of_the_timestamp_restarts_the_buffer_there(int jump)
    {
        var buffer = new JitterBuffer(G711Law.MuLaw, minDelayMilliseconds: 0);
        buffer.Put(5, Frame(0));
        buffer.Get(_out);
        var there = 165u + (uint)jump;
        Assert.Equal(JitterPut.Restarted, buffer.Put(there, Frame(6)));
        Assert.Equal(160, buffer.Get(_out));
        Assert.Equal(7, _out[0]);
    }

    [Fact]
    public void Timestamps_may_wrap()
    {
        var buffer = new JitterBuffer(G711Law.MuLaw, minDelayMilliseconds: 20);
        var start = uint.MaxValue - 500;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(JitterPut.Stored, buffer.Put(start + (uint)(i * 160), Frame(i)));
            Assert.Equal(i == 0 ? 0 : 160, buffer.Get(_out));
        }
    }

    [Fact]
    public void Putting_and_getting_allocate_nothing()
    {
        var buffer = new JitterBuffer(G711Law.MuLaw);
        var frame = Frame(1);
        uint timestamp = 0;
        Assert.Equal(0, Allocation.Of(2000, () =>
        {
            buffer.Put(timestamp += 160, frame);
            buffer.Get(_out);
        }));
    }
}
