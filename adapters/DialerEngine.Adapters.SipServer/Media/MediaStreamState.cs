using System.Net;
using DialerEngine.Adapters.SipServer.Media.Wire;
using DialerEngine.Media;
using DialerEngine.Media.Audio;
using DialerEngine.Media.Dtmf;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtcp;
using DialerEngine.Media.Rtp;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>What a stream sends each 20 ms when nothing is relayed to it.</summary>
internal enum SendSource : byte
{
    None,
    Silence,
    Clip,
    Relay,

    /// <summary>A clip that goes before what is relayed; what comes to be relayed meanwhile is not sent.</summary>
    ClipThenRelay,
}

/// <summary>All state of one stream; a place of the engine's table, used again and again. Guarded by the engine's lock.</summary>
internal sealed class MediaStreamState(int index)
{
    public readonly int Index = index;
    public int Generation;
    public bool IsOpen;
    public MediaSocket Rtp;
    public MediaSocket Rtcp;
    public IPEndPoint? LocalEndPoint;
    public int Slot;

    // The far end: null addresses until it is known, or while it is on hold.
    public SocketAddress? RemoteRtp;
    public SocketAddress? RemoteRtcp;
    public bool RemoteKnown;
    public IPEndPoint? Signalled;
    public IPEndPoint? SignalledRtcp;
    public G711Law Law;
    public byte SendType;
    public int MuLawType;
    public int ALawType;
    public int EventType;
    public int HeardEventType;
    public bool FarEndSends;
    public bool ComfortNoise;
    public bool Symmetric;

    // Sending.
    public SendSource Source;
    public AnnouncementPlayer Player;
    public long PlayToken;

    /// <summary>When <see cref="SendSource.ClipThenRelay"/> ends at the latest, on the engine's clock in microseconds.</summary>
    public long ClipUntil;
    public RtpSplicer Splicer;
    public uint ClockBase;
    public long ClockStart;
    public TelephoneEventSender Digits;
    public long LastSentAt;

    // Receiving.
    public RtpReception Reception;
    public bool HeardAny;
    public long LastHeardAt;
    public bool TimedOut;
    public TelephoneEventReceiver Events;
    public int RelayTo = -1;
    public int RelayFrom = -1;
    public IMediaTap? Tap;
    public MediaTapMode TapMode;
    public bool TapStarted;
    public uint TapPosition;
    public bool HeardPause;
    public G711Law HeardLaw;
    public JitterBuffer? Jitter;

    /// <summary>Frames in a row for which nothing came, and which are still waited for.</summary>
    public int HeldFrames;

    /// <summary>True when they were waited for in vain: until audio comes again time passes in silence.</summary>
    public bool IsHeldOut;

    /// <summary>Frames by which the tap is behind the clock.</summary>
    public int OwedFrames;

    public RtcpSession Control;
    public bool ByeReported;

    public uint PacketsSent;
    public uint OctetsSent;
    public uint PacketsReceived;
    public uint Foreign;
    public uint Malformed;
    public uint Early;
    public uint RelayDropped;
    public uint SendFailures;

    public MediaStreamHandle Handle => new(Index, Generation);

    /// <summary>The stream's RTP clock: 8,000 a second from a random start.</summary>
    public uint ClockAt(long nowMicroseconds) => ClockBase + (uint)((nowMicroseconds - ClockStart) / 125);

    /// <summary>Makes the place ready for a new stream.</summary>
    public void Open(MediaSocket rtp, MediaSocket rtcp, IPEndPoint local, int slot, IMediaRandom random, long nowMicroseconds)
    {
        Generation++;
        IsOpen = true;
        (Rtp, Rtcp, LocalEndPoint, Slot) = (rtp, rtcp, local, slot);
        (RemoteRtp, RemoteRtcp, RemoteKnown, Signalled, SignalledRtcp) = (null, null, false, null, null);
        (Law, SendType, MuLawType, ALawType) = (G711Law.MuLaw, 0, -1, -1);
        (EventType, HeardEventType, ComfortNoise, Symmetric, FarEndSends) = (-1, -1, false, true, true);
        (Source, Player, PlayToken, Digits) = (SendSource.Silence, default, 0, default);
        (HeardAny, TimedOut, Events, LastHeardAt) = (false, false, default, nowMicroseconds);
        (RelayTo, RelayFrom, Tap, TapStarted, TapPosition, HeardPause) = (-1, -1, null, false, 0, false);
        (HeldFrames, IsHeldOut, OwedFrames) = (0, false, 0);
        (PacketsSent, OctetsSent, PacketsReceived, Foreign, Malformed) = (0, 0, 0, 0, 0);
        (Early, RelayDropped, SendFailures, ByeReported, LastSentAt) = (0, 0, 0, false, nowMicroseconds);

        // RFC 3550 section 5.1: SSRC, first sequence number and first timestamp are random.
        Splicer.Start(random.NextUInt32(), (ushort)random.NextUInt32());
        ClockBase = random.NextUInt32();
        ClockStart = nowMicroseconds;
        Reception.Reset(0);
        Control.Start(random, Splicer.Ssrc, nowMicroseconds / 1000);
    }

    /// <summary>Takes the far end's description; the same one again (a session refresh) changes nothing that runs.</summary>
    public void SetRemote(MediaRemote remote, long nowMicroseconds)
    {
        // The same address again (a session refresh) must not undo a latched port.
        if (!RemoteKnown || !remote.Rtp.Equals(Signalled) || !Equals(remote.Rtcp, SignalledRtcp))
        {
            (Signalled, SignalledRtcp) = (remote.Rtp, remote.Rtcp);
            RemoteRtp = AddressOf(remote.Rtp);
            RemoteRtcp = RemoteRtp is null ? null : AddressOf(remote.Rtcp ?? new IPEndPoint(remote.Rtp.Address, Math.Min(65535, remote.Rtp.Port + 1)));
            HeardAny = false;
            TimedOut = false;
            LastHeardAt = nowMicroseconds;
        }

        RemoteKnown = true;
        Law = remote.Law;
        SendType = remote.SendType is >= 0 and <= 127 ? (byte)remote.SendType : (byte)remote.Law;
        MuLawType = Dynamic(remote.ReceiveMuLawType);
        ALawType = Dynamic(remote.ReceiveALawType);
        EventType = Dynamic(remote.TelephoneEventType);
        HeardEventType = remote.ReceiveTelephoneEventType < 0 ? EventType : Dynamic(remote.ReceiveTelephoneEventType);
        if (remote.Sends && !FarEndSends)
        {
            LastHeardAt = nowMicroseconds;
        }

        FarEndSends = remote.Sends;
        ComfortNoise = remote.ComfortNoise;
        Symmetric = remote.Symmetric;
    }

    /// <summary>The law of a payload type; false when it brings no audio that was agreed.</summary>
    public bool TryLawOf(byte payloadType, out G711Law law)
    {
        law = payloadType == (byte)G711Law.ALaw || payloadType == ALawType ? G711Law.ALaw : G711Law.MuLaw;
        return payloadType is (byte)G711Law.MuLaw or (byte)G711Law.ALaw || payloadType == ALawType || payloadType == MuLawType;
    }

    private static int Dynamic(int payloadType) => payloadType is >= 96 and <= 127 ? payloadType : -1;

    private static SocketAddress? AddressOf(IPEndPoint endPoint) =>
        endPoint.Port is 0 or > 65535 || endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any)
            ? null
            : endPoint.Serialize();
}
