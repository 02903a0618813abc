namespace DialerEngine.Media.Rtp;

/// <summary>Head of a packet to be sent.</summary>
/// <param name="SequenceNumber">Continuous over all sources of the stream, but for losses of a relayed source.</param>
/// <param name="Timestamp">On the stream's one time line.</param>
/// <param name="Marker">Set where a new source begins.</param>
public readonly record struct RtpStamp(ushort SequenceNumber, uint Timestamp, bool Marker);

/// <summary>
/// Makes one continuous RTP stream out of changing sources: local audio on the stream's own clock, and packets relayed from other
/// streams whose sequence numbers and timestamps are shifted. The far end sees one SSRC, no jump back in time and no false loss, and a
/// marker bit at each splice. Losses and reordering inside a relayed source stay visible to the far end's jitter buffer.
/// </summary>
public struct RtpSplicer
{
    /// <summary>A relayed timestamp further than this from the stream's clock is taken as a restart of the source: 2 s.</summary>
    public const int MaxDriftSamples = 16_000;

    // Behind a splice, stragglers of the time before it are expected for this many packets (20 s at 20 ms).
    private const int StragglerPackets = 1000;

    private ushort _sequence;
    private uint _timestamp;
    private bool _sentAny;
    private bool _relaying;
    private uint _sourceSsrc;
    private ushort _spliceSequence;
    private ushort _highestSource;
    private int _sinceSplice;
    private ushort _sequenceOffset;
    private uint _timestampOffset;

    /// <summary>The SSRC of what is sent.</summary>
    public uint Ssrc { get; private set; }

    /// <summary>Timestamp of the newest packet.</summary>
    public readonly uint LastTimestamp => _timestamp;

    /// <summary>Begins a stream.</summary>
    public void Start(uint ssrc, ushort firstSequence)
    {
        this = default;
        Ssrc = ssrc;
        _sequence = (ushort)(firstSequence - 1);
    }

    /// <summary>The next packet of relayed audio begins a splice, whatever its source.</summary>
    public void Cut() => _relaying = false;

    /// <summary>Stamps a packet of local audio.</summary>
    /// <param name="clock">The stream's clock in timestamp units.</param>
    /// <param name="samples">Length of a frame, the least step when a relayed source ran ahead of the clock.</param>
    public RtpStamp Local(uint clock, int samples)
    {
        var marker = !_sentAny || _relaying;
        _relaying = false;
        _timestamp = After(clock, samples);
        _sentAny = true;
        return new RtpStamp(++_sequence, _timestamp, marker);
    }

    /// <summary>Stamps a packet of a telephone event, whose timestamp stands still while the sequence goes on.</summary>
    public RtpStamp Event(uint eventTimestamp, bool marker)
    {
        _relaying = false;
        _sentAny = true;
        if ((int)(eventTimestamp - _timestamp) > 0)
        {
            _timestamp = eventTimestamp;
        }

        return new RtpStamp(++_sequence, eventTimestamp, marker);
    }

    /// <summary>Where a local event that begins now is put on the time line.</summary>
    public readonly uint EventStart(uint clock, int samples) => After(clock, samples);

    /// <summary>
    /// Stamps a relayed packet. False for a straggler from before the splice: there is no place left for it.
    /// </summary>
    /// <param name="ssrc">The source's SSRC.</param>
    /// <param name="sequence">The source's sequence number.</param>
    /// <param name="timestamp">The source's timestamp.</param>
    /// <param name="marker">The source's marker.</param>
    /// <param name="clock">The stream's clock in timestamp units.</param>
    /// <param name="samples">Usual length of a frame.</param>
    /// <param name="stamp">The head to send.</param>
    public bool TryRelay(uint ssrc, ushort sequence, uint timestamp, bool marker, uint clock, int samples, out RtpStamp stamp)
    {
        var restarted = !_relaying || ssrc != _sourceSsrc
            || Math.Abs((int)(short)(sequence - _highestSource)) > RtpReception.MaxDropout
            || Math.Abs((long)(int)(timestamp + _timestampOffset - clock)) > MaxDriftSamples;
        if (restarted)
        {
            Splice(ssrc, sequence, timestamp, clock, samples);
        }
        else if (_sinceSplice < StragglerPackets && (short)(sequence - _spliceSequence) < 0)
        {
            stamp = default;
            return false;
        }

        _sinceSplice = Math.Min(_sinceSplice + 1, StragglerPackets);
        if ((short)(sequence - _highestSource) > 0)
        {
            _highestSource = sequence;
        }

        var outSequence = (ushort)(sequence + _sequenceOffset);
        var outTimestamp = timestamp + _timestampOffset;
        if ((short)(outSequence - _sequence) > 0)
        {
            _sequence = outSequence;
        }

        if ((int)(outTimestamp - _timestamp) > 0)
        {
            _timestamp = outTimestamp;
        }

        stamp = new RtpStamp(outSequence, outTimestamp, marker || restarted);
        return true;
    }

    private void Splice(uint ssrc, ushort sequence, uint timestamp, uint clock, int samples)
    {
        _relaying = true;
        _sourceSsrc = ssrc;
        _spliceSequence = sequence;
        _highestSource = sequence;
        _sinceSplice = 0;
        _sequenceOffset = (ushort)(_sequence + 1 - sequence);
        _timestampOffset = After(clock, samples) - timestamp;
        _sentAny = true;
    }

    private readonly uint After(uint clock, int samples) =>
        _sentAny && (int)(clock - _timestamp) < samples ? _timestamp + (uint)samples : clock;
}
