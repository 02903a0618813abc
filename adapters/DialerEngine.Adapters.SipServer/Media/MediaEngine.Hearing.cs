using DialerEngine.Media.G711;
using DialerEngine.Media.Rtp;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>
/// Brings received audio to a paced tap. What is judged is what the far end said, not when it came: where nothing comes, the far end or a machine between may
/// be slow, so the frames are owed for a while before they are called missing, and those that come in time follow one another without a gap. A position
/// whose packet is missing while later ones are there is a loss at once.
/// </summary>
public sealed partial class MediaEngine
{
    /// <summary>Frames of 20 ms that are waited for when nothing comes; less than the shortest pause that a verdict waits for (docs/cpd.md).</summary>
    private const int MostHeldFrames = 15;

    /// <summary>Frames that may be owed: what the jitter buffer holds.</summary>
    private const int MostOwedFrames = JitterBuffer.CapacityFrames;

    /// <summary>Owed frames that are made up for in one tick, so that one stream cannot hold up the others.</summary>
    private const int MostFramesAtOnce = 10;

    private void HearPaced(MediaStreamState state, long due)
    {
        var jitter = state.Jitter!;
        state.IsHeldOut |= state.HeardPause;
        if (jitter is { IsStarted: true, Ahead: 0 } && !state.IsHeldOut)
        {
            if (state.HeldFrames < MostHeldFrames)
            {
                state.HeldFrames++;
                OweFrame(state);
                return;
            }

            // It was a pause: its time has passed.
            state.IsHeldOut = true;
            for (; state.HeldFrames > 0 && state.Tap is not null; state.HeldFrames--)
            {
                state.OwedFrames = Math.Max(0, state.OwedFrames - 1);
                HearFrame(state, due);
            }
        }
        else if (!jitter.IsNextMissing)
        {
            (state.HeldFrames, state.IsHeldOut) = (0, false);
        }

        // Listeners may close a stream or take their ear away.
        for (var heard = 0; state is { IsOpen: true, Tap: not null } && heard <= MostFramesAtOnce; heard++)
        {
            if (heard > 0)
            {
                if (state.OwedFrames == 0 || jitter.Ahead < jitter.ReserveSamples + (2 * G711Codec.FrameSamples))
                {
                    return;
                }

                state.OwedFrames--;
            }

            HearFrame(state, due);
        }
    }

    private void HearFrame(MediaStreamState state, long due)
    {
        var frame = _receive.AsSpan(0, G711Codec.FrameSamples);
        var present = state.Jitter!.Get(frame);
        var position = state.TapPosition;
        state.TapPosition += G711Codec.FrameSamples;
        state.Tap!.Hear(state.Handle, new MediaFrame(frame, state.HeardLaw, present, position, due / 1000, state.HeardPause));
    }

    /// <summary>A frame's time passed in which it was not heard: because nothing was there, or because this thread was late.</summary>
    private static void OweFrame(MediaStreamState state) => state.OwedFrames = Math.Min(state.OwedFrames + 1, MostOwedFrames);
}
