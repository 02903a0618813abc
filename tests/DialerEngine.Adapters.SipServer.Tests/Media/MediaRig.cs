using System.Net;
using System.Net.Sockets;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Media;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtp;

namespace DialerEngine.Adapters.SipServer.Tests.Media;

/// <summary>An engine driven by hand in virtual time, with far ends on loopback sockets.</summary>
internal sealed class MediaRig : IMediaObserver, IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly List<FarEnd> _farEnds = [];

    public MediaRig(MediaEngineOptions? options = null)
    {
        Engine = new MediaEngine(options ?? new MediaEngineOptions(), _clock, new SeededMediaRandom(7), this);
    }

    public MediaEngine Engine { get; }

    public List<string> Told { get; } = [];

    public (MediaStreamHandle Handle, FarEnd Far) OpenCall(G711Law law = G711Law.MuLaw, int eventType = 101, bool symmetric = true)
    {
        Assert.Equal(MediaOpenError.None, Engine.TryOpen(out var handle, out var local));
        var far = NewFarEnd(local!);
        Assert.True(Engine.SetRemote(handle, RemoteOf(far, law, eventType, symmetric)));
        return (handle, far);
    }

    public static MediaRemote RemoteOf(FarEnd far, G711Law law = G711Law.MuLaw, int eventType = 101, bool symmetric = true) =>
        new() { Rtp = far.Local, Rtcp = far.LocalControl, Law = law, TelephoneEventType = eventType, Symmetric = symmetric };

    public FarEnd NewFarEnd(IPEndPoint peer)
    {
        var far = new FarEnd(peer);
        _farEnds.Add(far);
        return far;
    }

    /// <summary>Lets time pass a millisecond at a time.</summary>
    public void Run(int milliseconds)
    {
        for (var i = 0; i < milliseconds; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Engine.RunOnce(0);
        }
    }

    /// <summary>Takes what has arrived without letting time pass.</summary>
    public void Drain()
    {
        for (var i = 0; i < 20; i++)
        {
            Engine.RunOnce(0);
        }
    }

    /// <summary>A step without any turn of the engine between, as starvation looks.</summary>
    public void Freeze(int milliseconds) => _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));

    public void DigitReceived(MediaStreamHandle stream, char key) => Told.Add($"{stream.Index}:{key}");

    public void FirstPacket(MediaStreamHandle stream) => Told.Add($"{stream.Index}:first");

    public void PlaybackFinished(MediaStreamHandle stream, long token) => Told.Add($"{stream.Index}:played {token}");

    public void RtpTimedOut(MediaStreamHandle stream, int silentMilliseconds) => Told.Add($"{stream.Index}:silent {silentMilliseconds}");

    public void FarEndLeft(MediaStreamHandle stream) => Told.Add($"{stream.Index}:left");

    public void Dispose()
    {
        Engine.Dispose();
        foreach (var far in _farEnds)
        {
            far.Dispose();
        }
    }
}

/// <summary>A packet as a far end got it.</summary>
internal sealed record Heard(byte Type, bool Marker, ushort Sequence, uint Timestamp, uint Ssrc, byte[] Payload);

/// <summary>The other side of a call.</summary>
internal sealed class FarEnd : IDisposable
{
    private readonly Socket _rtp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _control = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly IPEndPoint _peer;

    public FarEnd(IPEndPoint peer)
    {
        _peer = peer;
        _rtp.ReceiveBufferSize = 1 << 20;
        _rtp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _control.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public IPEndPoint Local => (IPEndPoint)_rtp.LocalEndPoint!;

    public IPEndPoint LocalControl => (IPEndPoint)_control.LocalEndPoint!;

    public IPEndPoint Peer => _peer;

    public uint Ssrc { get; set; } = 77;

    public ushort Sequence { get; set; } = 1000;

    public uint Timestamp { get; set; } = 5000;

    public void Send(byte value = 0x11, byte type = 0, bool marker = false) => Send(Enumerable.Repeat(value, 160).ToArray(), type, marker);

    public void Send(byte[] payload, byte type, bool marker = false, bool advance = true)
    {
        var bytes = new byte[12 + payload.Length];
        RtpPacket.WriteHeader(bytes, type, marker, Sequence++, Timestamp, Ssrc);
        payload.CopyTo(bytes, 12);
        Timestamp += advance ? 160u : 0;
        _rtp.SendTo(bytes, _peer);
    }

    public void SendRaw(byte[] bytes) => _rtp.SendTo(bytes, _peer);

    public void SendControl(byte[] bytes) => _control.SendTo(bytes, new IPEndPoint(_peer.Address, _peer.Port + 1));

    public List<Heard> Hear()
    {
        var heard = new List<Heard>();
        var buffer = new byte[2048];
        while (_rtp.Available > 0)
        {
            var length = _rtp.Receive(buffer);
            Assert.Equal(RtpParseError.None, RtpPacket.TryParse(buffer.AsSpan(0, length), out var p));
            heard.Add(new Heard(p.PayloadType, p.Marker, p.SequenceNumber, p.Timestamp, p.Ssrc, p.Payload.ToArray()));
        }

        return heard;
    }

    public List<byte[]> HearControl()
    {
        var heard = new List<byte[]>();
        var buffer = new byte[2048];
        while (_control.Available > 0)
        {
            heard.Add(buffer[.._control.Receive(buffer)]);
        }

        return heard;
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _control.Dispose();
    }
}

/// <summary>Moves only when told, with an unusual frequency.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => 70_000_000;

    public override long GetTimestamp() => _ticks * 7;

    public override DateTimeOffset GetUtcNow() => new(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(_ticks));

    public void Advance(TimeSpan by) => _ticks += by.Ticks;
}

/// <summary>Keeps what it hears.</summary>
internal sealed class ListTap : IMediaTap
{
    public List<(byte Value, int Present, G711Law Law, uint Timestamp, bool IsPause)> Frames { get; } = [];

    public void Hear(MediaStreamHandle stream, in MediaFrame frame) => Frames.Add((frame.Codes[0], frame.Present, frame.Law, frame.Timestamp, frame.IsPause));
}
