using DialerEngine.Media.Dtmf;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtcp;
using DialerEngine.Media.Rtp;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>The media thread: paces sending, takes what arrives.</summary>
public sealed partial class MediaEngine
{
    // Behind by more than this the thread was starved: sending the past in one burst would only fill the far end's jitter buffer.
    private const long MaxCatchUpMicroseconds = (long)SkippedFromMilliseconds * 1000;

    // A thread that cannot keep up must still take what arrives: so many slots at most between two looks at the sockets.
    private const int MaxSlotsPerTurn = 3;

    private const int IdleWaitMilliseconds = 100;

    // Three packets of 20 ms without an end mean that the key was let go (RFC 4733 section 2.5.2.2).
    private const int EventExpiryMilliseconds = 60;

    /// <summary>One turn: slots that are due, then what has arrived, waiting at most until the next slot.</summary>
    /// <param name="maxWaitMilliseconds">0 does not wait: tests drive the engine so in their own time.</param>
    internal void RunOnce(int maxWaitMilliseconds)
    {
        long untilNext;
        lock (_gate)
        {
            SendDueSlots();
            untilNext = _open == 0 ? IdleWaitMilliseconds * 1000 : UntilNextBusySlot();
        }

        // Rounded up: a wait that ends early would only come back here.
        var wait = (int)Math.Min(maxWaitMilliseconds, Math.Max(0, (untilNext + 999) / 1000));
        var count = _wire.Wait(wait, _ready);
        if (count == 0)
        {
            return;
        }

        lock (_gate)
        {
            var now = NowMicroseconds();
            for (var i = 0; i < count; i++)
            {
                Receive(_ready[i], now);
            }
        }
    }

    private void Run()
    {
        try
        {
            while (!Volatile.Read(ref _stopping))
            {
                RunOnce(IdleWaitMilliseconds);
            }

            _completion.SetResult();
        }
#pragma warning disable CA1031 // A fault of the thread, an observer's or a tap's included, must reach whoever waits for it, whatever it is.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _completion.SetException(fault);
        }
    }

    private long UntilNextBusySlot()
    {
        var now = NowMicroseconds();
        for (var ahead = 0; ahead < SlotCount; ahead++)
        {
            if (_slots[(int)((_nextSlot + ahead) % SlotCount)].Count > 0)
            {
                return Math.Max(0, ((_nextSlot + ahead) * SlotMicroseconds) - now);
            }
        }

        return FrameMicroseconds;
    }

    private void SendDueSlots()
    {
        var now = NowMicroseconds();
        for (var sent = 0; sent < MaxSlotsPerTurn && _nextSlot * SlotMicroseconds <= now; sent++)
        {
            var due = _nextSlot * SlotMicroseconds;
            var slot = _slots[(int)(_nextSlot % SlotCount)];
            _nextSlot++;
            if (_open == 0)
            {
                _nextSlot = (now / SlotMicroseconds) + 1;
                return;
            }

            if (now - due > MaxCatchUpMicroseconds)
            {
                _skippedTicks += slot.Count;
                foreach (var index in slot)
                {
                    OweFrame(_streams[index]);
                }

                sent--;
                continue;
            }

            // By index: an observer called from here may close a stream, which shortens the list.
            for (var i = 0; i < slot.Count; i++)
            {
                Tick(_streams[slot[i]], due);
            }

            now = NowMicroseconds();
        }
    }

    private void Tick(MediaStreamState state, long due)
    {
        if (state.RemoteRtp is not null)
        {
            SendTick(state, due);
        }

        if (!state.IsOpen)
        {
            return;
        }

        if (state.Tap is not null && state.TapMode == MediaTapMode.Paced && state.TapStarted)
        {
            HearPaced(state, due);
        }

        if (!state.IsOpen)
        {
            return;
        }

        state.Events.Expire(due / 1000, EventExpiryMilliseconds);
        if (state.Control.IsDue(due / 1000))
        {
            SendControl(state, due, bye: false);
        }

        CheckTimeout(state, due);
    }

    private void SendTick(MediaStreamState state, long due)
    {
        // The position on the stream's clock is that of the frame's due time, so lateness of this thread is not in the timestamps.
        var clock = state.ClockAt(due);
        if (state.EventType >= 0 && state.Digits.IsBusy)
        {
            if (state.Digits.TryStep(state.Splicer.EventStart(clock, G711Codec.FrameSamples), G711Codec.FrameSamples, out var key))
            {
                key.Payload.Write(_send.AsSpan(RtpPacket.HeaderLength));
                var stamp = state.Splicer.Event(key.Timestamp, key.Marker);
                SendPaced(state, (byte)state.EventType, stamp, TelephoneEvent.Length, due);
                return;
            }
        }

        var frame = _send.AsSpan(RtpPacket.HeaderLength, G711Codec.FrameSamples);
        switch (state.Source)
        {
            case SendSource.Silence:
                frame.Fill(G711Codec.SilenceOf(state.Law));
                break;
            case SendSource.Clip when state.Player.TryNextFrame(state.Law, frame):
            case SendSource.ClipThenRelay when due < state.ClipUntil && state.Player.TryNextFrame(state.Law, frame):
                break;
            case SendSource.ClipThenRelay:
                state.Source = SendSource.Relay;
                return;
            default:
                return;
        }

        SendPaced(state, state.SendType, state.Splicer.Local(clock, G711Codec.FrameSamples), G711Codec.FrameSamples, due);
        if (state.Source == SendSource.Clip && !state.Player.IsPlaying)
        {
            state.Source = SendSource.Silence;
            _observer.PlaybackFinished(state.Handle, state.PlayToken);
        }
        else if (state.Source == SendSource.ClipThenRelay && !state.Player.IsPlaying)
        {
            state.Source = SendSource.Relay;
        }
    }

    private void SendPaced(MediaStreamState state, byte payloadType, RtpStamp stamp, int payloadLength, long due)
    {
        var now = NowMicroseconds();
        _lateness.Add(now - due);
        SendPacket(state, payloadType, stamp, payloadLength, now);
    }

    /// <summary>Sends what stands behind the head's room in the send buffer.</summary>
    private void SendPacket(MediaStreamState state, byte payloadType, RtpStamp stamp, int payloadLength, long now)
    {
        RtpPacket.WriteHeader(_send, payloadType, stamp.Marker, stamp.SequenceNumber, stamp.Timestamp, state.Splicer.Ssrc);
        state.LastSentAt = now;
        if (!_wire.Send(state.Rtp, _send.AsSpan(0, RtpPacket.HeaderLength + payloadLength), state.RemoteRtp!))
        {
            state.SendFailures++;
            return;
        }

        state.PacketsSent++;
        state.OctetsSent += (uint)payloadLength;
        _packetsSent++;
    }

    private void SendControl(MediaStreamState state, long now, bool bye)
    {
        if (state.RemoteRtcp is null)
        {
            return;
        }

        var info = new RtcpSenderInfo(
            NtpTime.From(_time.GetUtcNow()),
            state.Splicer.LastTimestamp + (uint)((now - state.LastSentAt) / 125),
            state.PacketsSent,
            state.OctetsSent);
        var length = state.Control.Write(_send, info, ref state.Reception, _canonicalName, bye, now / 1000);
        if (length > 0)
        {
            _wire.Send(state.Rtcp, _send.AsSpan(0, length), state.RemoteRtcp);
        }
    }

    private void CheckTimeout(MediaStreamState state, long now)
    {
        var limit = _options.RtpTimeoutMilliseconds;
        if (limit > 0 && !state.TimedOut && state.FarEndSends && state.RemoteRtp is not null && now - state.LastHeardAt >= limit * 1000L)
        {
            state.TimedOut = true;
            _observer.RtpTimedOut(state.Handle, (int)((now - state.LastHeardAt) / 1000));
        }
    }
}
