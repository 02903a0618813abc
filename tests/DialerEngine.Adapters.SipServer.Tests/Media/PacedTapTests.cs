using DialerEngine.Media.G711;

namespace DialerEngine.Adapters.SipServer.Tests.Media;

/// <summary>What a paced tap hears: the far end's audio as it was said, however it comes.</summary>
public sealed class PacedTapTests : IDisposable
{
    private readonly MediaRig _rig = new();
    private readonly ListTap _tap = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_paced_tap_hears_ordered_frames_and_marked_gaps()
    {
        var (a, far) = _rig.OpenCall();
        var tap = new ListTap();
        _rig.Engine.SetTap(a, tap);
        for (var i = 0; i < 20; i++)
        {
            if (i == 10)
            {
                far.Sequence++;
                far.Timestamp += 160;
            }
            else
            {
                far.Send((byte)(i + 1));
            }

            _rig.Run(20);
        }

        _rig.Run(60);
        var values = tap.Frames.Where(f => f.Present > 0).Select(f => (int)f.Value).ToArray();
        Assert.Equal(Enumerable.Range(1, 20).Where(i => i != 11), values);
        var first = tap.Frames.FindIndex(f => f.Value == 10);
        Assert.Equal(0, tap.Frames[first + 1].Present);
        Assert.All(tap.Frames.Zip(tap.Frames.Skip(1)), p => Assert.Equal(160u, p.Second.Timestamp - p.First.Timestamp));
    }

    [Fact]
    public void A_started_tap_hears_time_pass_before_the_first_packet_and_in_announced_pauses()
    {
        var (a, far) = _rig.OpenCall(G711Law.ALaw);
        var tap = new ListTap();
        Assert.False(_rig.Engine.StartTap(a));
        _rig.Engine.SetTap(a, tap);
        _rig.Run(100);
        Assert.Empty(tap.Frames);
        Assert.True(_rig.Engine.StartTap(a));
        _rig.Run(200);
        Assert.InRange(tap.Frames.Count, 9, 11);
        Assert.All(tap.Frames, f => Assert.Equal(0, f.Present));
        tap.Frames.Clear();
        for (var i = 0; i < 5; i++)
        {
            far.Send(9, type: 8);
            _rig.Run(20);
        }

        far.Send([70], type: 13);
        _rig.Run(200);
        Assert.Equal(5, tap.Frames.Count(f => f is { Present: 160, Law: G711Law.ALaw }));
        Assert.True(tap.Frames[^1].IsPause);
        far.Send(9, type: 8);
        _rig.Run(80);
        Assert.False(tap.Frames[^1].IsPause);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(280)]
    public void Audio_of_a_far_end_that_was_late_and_makes_up_for_it_has_no_gap_and_no_loss(int late)
    {
        var far = Call();
        Talk(far, 1, 10);
        _rig.Run(late);
        for (var i = 0; i < late / 20; i++)
        {
            far.Send((byte)(11 + i));
        }

        Talk(far, 11 + (late / 20), 20);
        AssertSaid(1, 30 + (late / 20), gaps: 0);

        // It is heard as soon as it is there: what waits is no more than the buffer's reserve.
        var said = 30 + (late / 20);
        Assert.InRange(said - _tap.Frames.Max(f => f.Present > 0 ? f.Value : 0), 0, 4);
    }

    [Fact]
    public void A_far_end_that_was_late_once_and_stays_so_is_heard_without_a_gap()
    {
        var far = Call();
        Talk(far, 1, 10);
        _rig.Run(200);
        Talk(far, 11, 100);
        AssertSaid(1, 110, gaps: 0);
    }

    [Fact]
    public void A_far_end_that_stops_sending_is_silent_after_a_third_of_a_second_from_when_it_stopped()
    {
        var far = Call();
        Talk(far, 1, 10);
        _rig.Run(280);
        var before = _tap.Frames.Count;
        _rig.Run(320);

        // 600 ms in all: the time that was waited has passed, too.
        var silent = _tap.Frames.Count(f => f.Present == 0) - First();
        Assert.InRange(silent, 27, 31);
        Assert.True(before <= 13, $"{before} frames while it was waited for");
        _tap.Frames.Clear();
        far.Timestamp += 600 * 8;
        Talk(far, 50, 20);
        AssertSaid(50, 69, gaps: 3);
    }

    [Fact]
    public void A_thread_that_was_starved_catches_up_with_what_was_said_meanwhile()
    {
        var far = Call();
        Talk(far, 1, 10);
        for (var starved = 0; starved < 3; starved++)
        {
            // Half a second in which the engine has no turn; the kernel keeps the packets.
            for (var i = 0; i < 25; i++)
            {
                far.Send((byte)(11 + (25 * starved) + i));
                _rig.Freeze(20);
            }

            _rig.Run(200);
        }

        Talk(far, 86, 20);
        AssertSaid(1, 105, gaps: 0);
    }

    [Fact]
    public void A_loss_is_a_gap_at_once_and_not_waited_for()
    {
        var far = Call();
        Talk(far, 1, 10);
        far.Sequence += 3;
        far.Timestamp += 480;
        _rig.Run(60);
        Talk(far, 14, 10);
        Assert.Equal(3, GapsBetween(1, 23));
        Assert.Equal(Enumerable.Range(1, 10).Concat(Enumerable.Range(14, 10)).Take(17), Values().Take(17));
    }

    private FarEnd Call()
    {
        var (stream, far) = _rig.OpenCall();
        _rig.Engine.SetTap(stream, _tap);
        return far;
    }

    private void Talk(FarEnd far, int from, int packets)
    {
        for (var i = 0; i < packets; i++)
        {
            far.Send((byte)(from + i));
            _rig.Run(20);
        }
    }

    private int[] Values() => [.. _tap.Frames.Where(f => f.Present > 0).Select(f => (int)f.Value)];

    /// <summary>Frames before the first that is real: the buffer's delay.</summary>
    private int First() => _tap.Frames.FindIndex(f => f.Present > 0);

    private int GapsBetween(int from, int to)
    {
        var frames = _tap.Frames.SkipWhile(f => f.Present == 0).TakeWhile(f => f.Present == 0 || f.Value <= to).ToArray();
        var last = Array.FindLastIndex(frames, f => f.Present > 0);
        Assert.Equal(from, frames[0].Value);
        return frames[..(last + 1)].Count(f => f.Present == 0);
    }

    /// <summary>All that was said was heard, in order, but for what the buffer still holds.</summary>
    private void AssertSaid(int from, int to, int gaps)
    {
        var values = Values();
        Assert.Equal(Enumerable.Range(from, values.Length), values);
        Assert.InRange(values[^1], to - 4, to);
        Assert.InRange(GapsBetween(from, to), 0, gaps);
        Assert.All(_tap.Frames.Zip(_tap.Frames.Skip(1)), p => Assert.Equal(160u, p.Second.Timestamp - p.First.Timestamp));
    }
}
