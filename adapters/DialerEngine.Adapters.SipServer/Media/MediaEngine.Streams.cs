using System.Net;
using DialerEngine.Adapters.SipServer.Media.Wire;
using DialerEngine.Media.Audio;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtp;
using DialerEngine.Media.Tones;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>What can be done with a stream.</summary>
public sealed partial class MediaEngine
{
    /// <summary>Opens a stream that sends silence as soon as it knows where to.</summary>
    /// <param name="handle">Names the stream.</param>
    /// <param name="local">The address to offer in the session description; RTCP is on the port above.</param>
    public MediaOpenError TryOpen(out MediaStreamHandle handle, out IPEndPoint? local)
    {
        handle = default;
        local = null;

        // Binding takes system calls and stays outside of the lock.
        if (!_ports.TryBind(out var rtp, out var rtcp))
        {
            return MediaOpenError.NoPort;
        }

        lock (_gate)
        {
            if (_disposed || _stopping || _open == _options.MaxStreams)
            {
                rtp.Dispose();
                rtcp.Dispose();
                return _open == _options.MaxStreams ? MediaOpenError.TooManyStreams : MediaOpenError.Stopped;
            }

            if (!_free.TryPop(out var index))
            {
                index = _streams.Count;
                _streams.Add(new MediaStreamState(index));
            }

            var slot = EmptiestSlot();
            var state = _streams[index];
            local = (IPEndPoint)rtp.LocalEndPoint!;
            state.Open(MediaSocket.Of(rtp), MediaSocket.Of(rtcp), local, slot, _random, NowMicroseconds());
            _wire.Add(state.Rtp, index * 2);
            _wire.Add(state.Rtcp, (index * 2) + 1);
            _slots[slot].Add(index);
            _open++;
            handle = state.Handle;

            // Inside the lock, because the wire is closed under it.
            _wire.Wake();
            return MediaOpenError.None;
        }
    }

    /// <summary>Says where the far end is and what it takes; may be called again. False for a handle that is not open.</summary>
    public bool SetRemote(MediaStreamHandle handle, MediaRemote remote)
    {
        lock (_gate)
        {
            if (!TryGet(handle, out var state))
            {
                return false;
            }

            state.SetRemote(remote, NowMicroseconds());
            return true;
        }
    }

    /// <summary>Sends silence: the far end and NATs on the way see a live stream.</summary>
    public bool SendSilence(MediaStreamHandle handle) => SetSource(handle, SendSource.Silence, null, false, 0);

    /// <summary>Sends nothing but RTCP.</summary>
    public bool SendNothing(MediaStreamHandle handle) => SetSource(handle, SendSource.None, null, false, 0);

    /// <summary>Plays a clip from its start; silence follows its end, and the observer is told with <paramref name="token"/>.</summary>
    public bool PlayClip(MediaStreamHandle handle, AnnouncementClip clip, bool repeats = false, long token = 0) =>
        SetSource(handle, SendSource.Clip, clip, repeats, token);

    /// <summary>Plays one pass of a tone, or repeats it where the plan says so. Renders the pass first: keep a clip for what is played often.</summary>
    public bool PlayTone(MediaStreamHandle handle, TonePlan plan, long token = 0) =>
        PlayClip(handle, AnnouncementClip.FromSource(new ToneGenerator(plan), plan.PassMilliseconds), plan.Repeats, token);

    /// <summary>
    /// Sends keys as telephone events in place of audio. False when the handle is not open, the far end takes no events, or a key is none or does
    /// not fit behind those waiting (at most 32); keys before the refused one are sent.
    /// </summary>
    public bool SendDigits(MediaStreamHandle handle, ReadOnlySpan<char> keys)
    {
        lock (_gate)
        {
            if (!TryGet(handle, out var state) || state.EventType < 0)
            {
                return false;
            }

            foreach (var key in keys)
            {
                if (!state.Digits.TryEnqueue(key))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>
    /// Relays each of two streams to the other; whatever they sent or relayed before ends. False when one is not open, or both are one.
    /// </summary>
    /// <param name="a">One stream.</param>
    /// <param name="b">The other.</param>
    /// <param name="firstToB">
    /// A short clip that is sent on <paramref name="b"/> in place of what <paramref name="a"/> receives meanwhile; null for none. <paramref name="a"/> is
    /// relayed to from the first moment. The clip begins within 20 ms and is cut off one frame after its time, whatever keeps it from being sent.
    /// </param>
    public bool Bridge(MediaStreamHandle a, MediaStreamHandle b, AnnouncementClip? firstToB = null)
    {
        lock (_gate)
        {
            if (!TryGet(a, out var first) || !TryGet(b, out var second) || first == second)
            {
                return false;
            }

            Relay(first, second);
            Relay(second, first);
            if (firstToB is not null)
            {
                second.Player.Start(firstToB, repeats: false);
                second.Source = SendSource.ClipThenRelay;

                // Its frames, and one more because the first leaves up to 20 ms from now.
                var frames = ((firstToB.Length + G711Codec.FrameSamples - 1) / G711Codec.FrameSamples) + 1;
                second.ClipUntil = NowMicroseconds() + (frames * FrameMicroseconds);
            }

            return true;
        }
    }

    /// <summary>Relays one way: what <paramref name="from"/> receives is sent on <paramref name="to"/>.</summary>
    public bool RelayTo(MediaStreamHandle from, MediaStreamHandle to)
    {
        lock (_gate)
        {
            if (!TryGet(from, out var source) || !TryGet(to, out var target))
            {
                return false;
            }

            Relay(source, target);
            return true;
        }
    }

    /// <summary>Ends relaying from and to a stream; streams that were relayed to send silence. False for a handle that is not open.</summary>
    public bool Unbridge(MediaStreamHandle handle)
    {
        lock (_gate)
        {
            if (!TryGet(handle, out var state))
            {
                return false;
            }

            Part(state);
            return true;
        }
    }

    /// <summary>Sets or removes the listener of a stream's received audio.</summary>
    public bool SetTap(MediaStreamHandle handle, IMediaTap? tap, MediaTapMode mode = MediaTapMode.Paced)
    {
        lock (_gate)
        {
            if (!TryGet(handle, out var state))
            {
                return false;
            }

            state.Tap = tap;
            state.TapMode = mode;
            state.TapStarted = false;
            state.TapPosition = 0;
            (state.HeldFrames, state.IsHeldOut, state.OwedFrames) = (0, false, 0);
            state.HeardLaw = G711Law.MuLaw;
            if (tap is not null && mode == MediaTapMode.Paced)
            {
                state.Jitter ??= new JitterBuffer(G711Law.MuLaw);
                state.Jitter.Reset(G711Law.MuLaw);
            }

            return true;
        }
    }

    /// <summary>Lets time pass for a paced tap from now on, whether packets come or not: silence after an answer is heard too.</summary>
    public bool StartTap(MediaStreamHandle handle)
    {
        lock (_gate)
        {
            if (!TryGet(handle, out var state) || state.Tap is null)
            {
                return false;
            }

            state.TapStarted = true;
            return true;
        }
    }

    /// <summary>Figures of a stream; false for a handle that is not open.</summary>
    public bool TryGetStatistics(MediaStreamHandle handle, out MediaStreamStatistics statistics)
    {
        lock (_gate)
        {
            if (!TryGet(handle, out var s))
            {
                statistics = default;
                return false;
            }

            statistics = StatisticsOf(s);
            return true;
        }
    }

    /// <summary>Says BYE in RTCP and closes the stream; its last figures are given. False for a handle that is not open.</summary>
    public bool Close(MediaStreamHandle handle, out MediaStreamStatistics last)
    {
        lock (_gate)
        {
            if (!TryGet(handle, out var state))
            {
                last = default;
                return false;
            }

            last = StatisticsOf(state);
            CloseState(state);
            return true;
        }
    }

    /// <summary>Closes the stream. False for a handle that is not open.</summary>
    public bool Close(MediaStreamHandle handle) => Close(handle, out _);

    private static MediaStreamStatistics StatisticsOf(MediaStreamState s) => new(
        s.PacketsSent, s.OctetsSent, s.PacketsReceived, s.Reception.CumulativeLost, s.Reception.Jitter / 8.0, s.Foreign, s.Malformed, s.Early,
        s.RelayDropped, s.SendFailures, s.Control.Remote);

    private bool SetSource(MediaStreamHandle handle, SendSource source, AnnouncementClip? clip, bool repeats, long token)
    {
        lock (_gate)
        {
            if (!TryGet(handle, out var state))
            {
                return false;
            }

            CutRelayInto(state);
            state.Source = source;
            state.Player.Stop();
            if (clip is not null)
            {
                state.Player.Start(clip, repeats);
                state.PlayToken = token;
            }

            return true;
        }
    }

    private bool TryGet(MediaStreamHandle handle, out MediaStreamState state)
    {
        state = null!;
        if ((uint)handle.Index >= (uint)_streams.Count)
        {
            return false;
        }

        state = _streams[handle.Index];
        return state.IsOpen && state.Generation == handle.Generation;
    }

    private void Relay(MediaStreamState source, MediaStreamState target)
    {
        CutRelayInto(target);
        if (source.RelayTo >= 0)
        {
            CutRelayInto(_streams[source.RelayTo]);
        }

        source.RelayTo = target.Index;
        target.RelayFrom = source.Index;
        target.Source = SendSource.Relay;
        target.Player.Stop();
        target.Splicer.Cut();
    }

    private void CutRelayInto(MediaStreamState target)
    {
        if (target.RelayFrom >= 0)
        {
            _streams[target.RelayFrom].RelayTo = -1;
            target.RelayFrom = -1;
            target.Source = SendSource.Silence;
        }
    }

    private void Part(MediaStreamState state)
    {
        CutRelayInto(state);
        if (state.RelayTo >= 0)
        {
            CutRelayInto(_streams[state.RelayTo]);
        }
    }

    private void CloseState(MediaStreamState state)
    {
        Part(state);
        SendControl(state, NowMicroseconds(), bye: true);
        _wire.Remove(state.Rtp, state.Index * 2);
        _wire.Remove(state.Rtcp, (state.Index * 2) + 1);
        state.Rtp.Socket.Dispose();
        state.Rtcp.Socket.Dispose();
        state.IsOpen = false;
        state.Tap = null;
        _slots[state.Slot].Remove(state.Index);
        _free.Push(state.Index);
        _open--;
    }

    private int EmptiestSlot()
    {
        var best = 0;
        for (var i = 1; i < SlotCount; i++)
        {
            if (_slots[i].Count < _slots[best].Count)
            {
                best = i;
            }
        }

        return best;
    }
}
