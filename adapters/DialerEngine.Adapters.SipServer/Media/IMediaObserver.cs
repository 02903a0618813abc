using DialerEngine.Media.G711;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>
/// Hears what happens to streams. Called on the media thread with the engine locked: hand over and return, never wait. The members
/// do nothing unless implemented.
/// </summary>
public interface IMediaObserver
{
    /// <summary>A key went down at the far end (RFC 4733).</summary>
    void DigitReceived(MediaStreamHandle stream, char key)
    {
    }

    /// <summary>The first RTP packet since the far end's address was set.</summary>
    void FirstPacket(MediaStreamHandle stream)
    {
    }

    /// <summary>A clip has been sent to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="token">As given when it was started.</param>
    void PlaybackFinished(MediaStreamHandle stream, long token)
    {
    }

    /// <summary>Nothing was received for the configured time. Once until packets come again.</summary>
    void RtpTimedOut(MediaStreamHandle stream, int silentMilliseconds)
    {
    }

    /// <summary>The far end said BYE in RTCP.</summary>
    void FarEndLeft(MediaStreamHandle stream)
    {
    }
}

/// <summary>What a tap is given.</summary>
public enum MediaTapMode : byte
{
    /// <summary>One frame of 20 ms each 20 ms from the first packet on, in order, gaps marked: for call analysis.</summary>
    Paced,

    /// <summary>Each audio packet as it comes.</summary>
    AsReceived,
}

/// <summary>A stretch of received audio.</summary>
/// <param name="codes">The octets; valid during the call only.</param>
/// <param name="law">Their law.</param>
/// <param name="present">How many of them were received; the others are silence put in for a gap.</param>
/// <param name="timestamp">RTP timestamp of the packet, or the position since the first frame (both in 1/8000 s).</param>
/// <param name="nowMilliseconds">The engine's monotonic clock.</param>
/// <param name="isPause">True in a pause that the far end has announced by comfort noise (RFC 3389): what is missing is silence, not loss.</param>
public readonly ref struct MediaFrame(ReadOnlySpan<byte> codes, G711Law law, int present, uint timestamp, long nowMilliseconds, bool isPause = false)
{
    public bool IsPause { get; } = isPause;

    public ReadOnlySpan<byte> Codes { get; } = codes;

    public G711Law Law { get; } = law;

    public int Present { get; } = present;

    public uint Timestamp { get; } = timestamp;

    public long NowMilliseconds { get; } = nowMilliseconds;
}

/// <summary>Listens to a stream's received audio. Called on the media thread with the engine locked: copy or judge, and return within microseconds.</summary>
public interface IMediaTap
{
    /// <summary>Takes a frame.</summary>
    void Hear(MediaStreamHandle stream, in MediaFrame frame);
}
