using DialerEngine.Media.Audio;
using DialerEngine.Media.Dtmf;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtcp;
using DialerEngine.Media.Rtp;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>What becomes of a received datagram.</summary>
public sealed partial class MediaEngine
{
    // A latched port may change again only after this long without a packet from it: two streams cannot tear at one call.
    private const long RelatchMicroseconds = 1_000_000;

    private void Receive(int tag, long now)
    {
        var index = tag >> 1;
        if (index >= _streams.Count || !_streams[index].IsOpen)
        {
            return;
        }

        var state = _streams[index];
        var isControl = (tag & 1) != 0;
        var length = _wire.Receive(isControl ? state.Rtcp : state.Rtp, _receive, _from);
        if (length <= 0)
        {
            return;
        }

        if (!state.RemoteKnown || state.RemoteRtp is null)
        {
            state.Early++;
        }
        else if (isControl)
        {
            ReceiveControl(state, _receive.AsSpan(0, length), now);
        }
        else if (!SocketAddressBytes.SameHost(_from, state.RemoteRtp))
        {
            state.Foreign++;
        }
        else
        {
            ReceiveAudio(state, _receive.AsSpan(0, length), now);
        }
    }

    private void ReceiveControl(MediaStreamState state, ReadOnlySpan<byte> datagram, long now)
    {
        if (!SocketAddressBytes.SameHost(_from, state.RemoteRtp!))
        {
            state.Foreign++;
            return;
        }

        if (state.Control.Receive(datagram, NtpTime.From(_time.GetUtcNow()), now / 1000) != RtcpParseError.None)
        {
            state.Malformed++;
        }
        else if (state.Control.ByeReceived && !state.ByeReported)
        {
            state.ByeReported = true;
            _observer.FarEndLeft(state.Handle);
        }
    }

    private void ReceiveAudio(MediaStreamState state, ReadOnlySpan<byte> datagram, long now)
    {
        if (RtpPacket.TryParse(datagram, out var packet) != RtpParseError.None || !IsAgreed(state, packet.PayloadType) || !TryLatch(state, now))
        {
            state.Malformed++;
            return;
        }

        if (packet.Ssrc != state.Reception.Ssrc || !state.HeardAny)
        {
            state.Reception.Reset(packet.Ssrc);
        }

        // Arrival stays on the clock of the engine: jitter is about differences only (RFC 3550 appendix A.8).
        state.Reception.Update(packet.SequenceNumber, packet.Timestamp, (uint)(now / 125));
        state.PacketsReceived++;
        _packetsReceived++;
        state.LastHeardAt = now;
        state.TimedOut = false;
        var first = !state.HeardAny;
        state.HeardAny = true;

        Deliver(state, packet, now);
        if (first && state.IsOpen)
        {
            _observer.FirstPacket(state.Handle);
        }

        if (state.IsOpen && packet.PayloadType == state.HeardEventType)
        {
            HearEvent(state, packet, now);
        }
    }

    private static bool IsAgreed(MediaStreamState state, byte payloadType) =>
        payloadType == ComfortNoise.PayloadType || payloadType == state.HeardEventType || state.TryLawOf(payloadType, out _);

    /// <summary>The sender is the signalled host. Another port than the known one is followed only where that was allowed and the old one is quiet.</summary>
    private bool TryLatch(MediaStreamState state, long now)
    {
        if (SocketAddressBytes.SamePort(_from, state.RemoteRtp!))
        {
            return true;
        }

        if (!state.Symmetric || (state.HeardAny && now - state.LastHeardAt < RelatchMicroseconds))
        {
            return false;
        }

        SocketAddressBytes.CopyPort(_from, state.RemoteRtp!);
        return true;
    }

    private void Deliver(MediaStreamState state, RtpPacket packet, long now)
    {
        var isAudio = state.TryLawOf(packet.PayloadType, out var law);
        if (state.RelayTo >= 0)
        {
            RelayPacket(_streams[state.RelayTo], state, packet, now);
        }

        state.HeardPause = isAudio ? false : state.HeardPause || packet.PayloadType == ComfortNoise.PayloadType;
        if (!isAudio || state.Tap is null)
        {
            return;
        }

        if (state.TapMode == MediaTapMode.AsReceived)
        {
            state.Tap.Hear(state.Handle, new MediaFrame(packet.Payload, law, packet.Payload.Length, packet.Timestamp, now / 1000));
            return;
        }

        if (!state.TapStarted || law != state.HeardLaw)
        {
            state.Jitter!.Reset(law);
            state.HeardLaw = law;
            state.TapStarted = true;
        }

        state.Jitter!.Put(packet.Timestamp, packet.Payload);
    }

    private void RelayPacket(MediaStreamState target, MediaStreamState source, RtpPacket packet, long now)
    {
        if (target.Source == SendSource.ClipThenRelay && now >= target.ClipUntil)
        {
            // The clip could not be sent in its time: the line was on hold, sent keys, or this thread was starved. Nobody waits for it.
            target.Source = SendSource.Relay;
        }

        var payload = packet.Payload;
        if (target.Source == SendSource.ClipThenRelay || target.RemoteRtp is null || payload.Length > _send.Length - RtpPacket.HeaderLength
            || target.Digits.IsBusy || !TryMapType(target, source, packet.PayloadType, out var type))
        {
            target.RelayDropped++;
            return;
        }

        if (!target.Splicer.TryRelay(
            packet.Ssrc, packet.SequenceNumber, packet.Timestamp, packet.Marker, target.ClockAt(now), G711Codec.FrameSamples, out var stamp))
        {
            target.RelayDropped++;
            return;
        }

        var room = _send.AsSpan(RtpPacket.HeaderLength);
        if (source.TryLawOf(packet.PayloadType, out var law))
        {
            G711Codec.Transcode(law, payload, target.Law, room);
        }
        else
        {
            payload.CopyTo(room);
        }

        SendPacket(target, type, stamp, payload.Length, now);
    }

    private static bool TryMapType(MediaStreamState target, MediaStreamState source, byte payloadType, out byte type)
    {
        type = target.SendType;
        if (payloadType == ComfortNoise.PayloadType)
        {
            type = ComfortNoise.PayloadType;
            return target.ComfortNoise;
        }

        if (payloadType == source.HeardEventType)
        {
            type = (byte)Math.Max(0, target.EventType);
            return target.EventType >= 0;
        }

        return true;
    }

    private void HearEvent(MediaStreamState state, RtpPacket packet, long now)
    {
        if (!TelephoneEvent.TryParse(packet.Payload, out var parsed))
        {
            state.Malformed++;
            return;
        }

        if (state.Events.Receive(parsed, packet.Timestamp, now / 1000) is TelephoneEventStep.Started or TelephoneEventStep.StartedAndEnded)
        {
            var key = TelephoneEvent.ToKey(parsed.Event);
            if (key != '\0')
            {
                _observer.DigitReceived(state.Handle, key);
            }
        }
    }
}
