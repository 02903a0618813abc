using DialerEngine.Media.Rtcp;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>Names a stream. A handle kept beyond <see cref="MediaEngine.Close(MediaStreamHandle)"/> is refused by every call, even when its place is used again.</summary>
/// <param name="Index">Place in the engine's table.</param>
/// <param name="Generation">How often the place has been used; never 0 for an open stream.</param>
public readonly record struct MediaStreamHandle(int Index, int Generation)
{
    /// <summary>False for the default value, which names nothing.</summary>
    public bool IsValid => Generation > 0;
}

/// <summary>Why a stream was not opened.</summary>
public enum MediaOpenError : byte
{
    None,

    /// <summary><see cref="MediaEngineOptions.MaxStreams"/> are open.</summary>
    TooManyStreams,

    /// <summary>No pair of ports of the configured range could be bound.</summary>
    NoPort,

    /// <summary>The engine is stopped.</summary>
    Stopped,
}

/// <summary>Figures of one stream.</summary>
/// <param name="PacketsSent">RTP packets handed to the network.</param>
/// <param name="OctetsSent">Payload octets of them.</param>
/// <param name="PacketsReceived">RTP packets accepted.</param>
/// <param name="PacketsLost">By the far end's sequence numbers (RFC 3550 appendix A.3).</param>
/// <param name="JitterMilliseconds">Interarrival jitter (RFC 3550 appendix A.8).</param>
/// <param name="ForeignPackets">Packets of other hosts, dropped.</param>
/// <param name="MalformedPackets">Not RTP, or of a payload type that was not agreed; dropped.</param>
/// <param name="EarlyPackets">Received before the far end's address was known; dropped.</param>
/// <param name="RelayDropped">Not relayed: stragglers of a former source, payload types that the other leg does not take, or what came during a beep.</param>
/// <param name="SendFailures">Packets the system did not take.</param>
/// <param name="Remote">What the far end reports of what we send.</param>
public readonly record struct MediaStreamStatistics(
    uint PacketsSent,
    uint OctetsSent,
    uint PacketsReceived,
    int PacketsLost,
    double JitterMilliseconds,
    uint ForeignPackets,
    uint MalformedPackets,
    uint EarlyPackets,
    uint RelayDropped,
    uint SendFailures,
    RtcpRemoteView Remote);

/// <summary>Figures of the engine.</summary>
/// <param name="OpenStreams">Streams open now.</param>
/// <param name="PacketsSent">Since the start.</param>
/// <param name="PacketsReceived">Since the start.</param>
/// <param name="LatenessP50Milliseconds">How late paced packets left, median, since the last reset.</param>
/// <param name="LatenessP99Milliseconds">99th percentile.</param>
/// <param name="LatenessMaxMilliseconds">The worst; 100 ms and more are counted as skipped instead.</param>
/// <param name="SkippedTicks">Frames not sent because the thread was starved for more than 100 ms.</param>
public readonly record struct MediaEngineStatistics(
    int OpenStreams,
    long PacketsSent,
    long PacketsReceived,
    double LatenessP50Milliseconds,
    double LatenessP99Milliseconds,
    double LatenessMaxMilliseconds,
    long SkippedTicks);
