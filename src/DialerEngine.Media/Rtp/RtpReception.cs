namespace DialerEngine.Media.Rtp;

/// <summary>What <see cref="RtpReception.Update"/> says of a packet.</summary>
public enum RtpAcceptance : byte
{
    /// <summary>In order or reordered by less than 100: use it.</summary>
    Accepted,

    /// <summary>A new source on probation (RFC 3550 appendix A.1, MIN_SEQUENTIAL): not counted yet, its audio may be used.</summary>
    Probation,

    /// <summary>The sequence jumped and the jump was confirmed by the next packet: the source restarted; statistics begin anew.</summary>
    Restarted,

    /// <summary>A jump that one more packet must confirm: do not use it.</summary>
    Jumped,
}

/// <summary>
/// Reception state of one source: sequence validation (RFC 3550 appendix A.1), loss (A.3) and jitter (A.8).
/// A value type to be kept inside the stream; no allocation.
/// </summary>
public struct RtpReception
{
    /// <summary>MAX_DROPOUT of RFC 3550 appendix A.1: largest forward gap taken as loss.</summary>
    public const int MaxDropout = 3000;

    /// <summary>MAX_MISORDER of RFC 3550 appendix A.1: largest backward step taken as reordering.</summary>
    public const int MaxMisorder = 100;

    /// <summary>MIN_SEQUENTIAL of RFC 3550 appendix A.1: packets in order before a source counts.</summary>
    public const int MinSequential = 2;

    private const uint SequenceModulus = 1 << 16;
    private const uint NoBadSequence = SequenceModulus + 1;

    private bool _started;
    private ushort _maxSequence;
    private uint _cycles;
    private uint _baseSequence;
    private uint _badSequence;
    private int _probation;
    private uint _received;
    private uint _expectedPrior;
    private uint _receivedPrior;
    private bool _hasTransit;
    private uint _transit;
    private uint _jitterTimes16;

    /// <summary>The source these figures are about.</summary>
    public uint Ssrc { get; private set; }

    /// <summary>True once the source has passed probation.</summary>
    public readonly bool IsValid => _started && _probation == 0;

    /// <summary>Packets received since the source was validated.</summary>
    public readonly uint Received => _received;

    /// <summary>Highest sequence number received, extended by the count of wraps (RFC 3550 section 6.4.1).</summary>
    public readonly uint ExtendedHighestSequence => _cycles + _maxSequence;

    /// <summary>Packets expected so far (A.3); 0 before validation.</summary>
    public readonly uint Expected => IsValid ? ExtendedHighestSequence - _baseSequence + 1 : 0;

    /// <summary>Cumulative loss, clamped to the signed 24 bits of the report (A.3). Negative when duplicates outnumber losses.</summary>
    public readonly int CumulativeLost => Math.Clamp((int)(Expected - _received), -0x800000, 0x7FFFFF);

    /// <summary>Interarrival jitter in timestamp units (A.8).</summary>
    public readonly uint Jitter => _jitterTimes16 >> 4;

    /// <summary>Forgets everything and waits for <paramref name="ssrc"/>.</summary>
    public void Reset(uint ssrc)
    {
        this = default;
        Ssrc = ssrc;
    }

    /// <summary>Takes one packet of the source.</summary>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="timestamp">Its RTP timestamp.</param>
    /// <param name="arrival">Time of arrival on the monotonic clock, in timestamp units, wrapping at 2^32.</param>
    public RtpAcceptance Update(ushort sequence, uint timestamp, uint arrival)
    {
        if (!_started)
        {
            Begin(sequence);
            _maxSequence = (ushort)(sequence - 1);
            _probation = MinSequential;
        }

        var acceptance = Validate(sequence);
        if (acceptance is RtpAcceptance.Accepted or RtpAcceptance.Restarted)
        {
            UpdateJitter(timestamp, arrival);
        }

        return acceptance;
    }

    /// <summary>The fraction lost since the last call, as the report's fixed-point octet (A.3), and starts a new interval.</summary>
    public byte TakeFractionLost()
    {
        var expectedInterval = Expected - _expectedPrior;
        var receivedInterval = _received - _receivedPrior;
        _expectedPrior = Expected;
        _receivedPrior = _received;
        var lost = (long)(int)(expectedInterval - receivedInterval);
        return expectedInterval == 0 || lost <= 0 ? (byte)0 : (byte)Math.Min(255, (lost << 8) / expectedInterval);
    }

    private void Begin(ushort sequence)
    {
        _started = true;
        _baseSequence = sequence;
        _maxSequence = sequence;
        _badSequence = NoBadSequence;
        _cycles = 0;
        _received = 0;
        _receivedPrior = 0;
        _expectedPrior = 0;
        _hasTransit = false;
    }

    private RtpAcceptance Validate(ushort sequence)
    {
        var delta = (ushort)(sequence - _maxSequence);
        if (_probation > 0)
        {
            return ValidateProbation(sequence);
        }

        if (delta < MaxDropout)
        {
            if (sequence < _maxSequence)
            {
                _cycles += SequenceModulus;
            }

            _maxSequence = sequence;
        }
        else if (delta <= SequenceModulus - MaxMisorder)
        {
            if (sequence != _badSequence)
            {
                _badSequence = (ushort)(sequence + 1);
                return RtpAcceptance.Jumped;
            }

            Begin(sequence);
            _received = 1;
            return RtpAcceptance.Restarted;
        }

        _received++;
        return RtpAcceptance.Accepted;
    }

    private RtpAcceptance ValidateProbation(ushort sequence)
    {
        if (sequence != (ushort)(_maxSequence + 1))
        {
            _probation = MinSequential - 1;
            _maxSequence = sequence;
            return RtpAcceptance.Probation;
        }

        _probation--;
        _maxSequence = sequence;
        if (_probation > 0)
        {
            return RtpAcceptance.Probation;
        }

        Begin(sequence);
        _received = 1;
        return RtpAcceptance.Accepted;
    }

    private void UpdateJitter(uint timestamp, uint arrival)
    {
        var transit = arrival - timestamp;
        if (_hasTransit)
        {
            // Clamped so that a hostile timestamp cannot overflow the running mean.
            var difference = (uint)Math.Min(Math.Abs((long)(int)(transit - _transit)), 1 << 24);
            _jitterTimes16 += difference - ((_jitterTimes16 + 8) >> 4);
        }

        _transit = transit;
        _hasTransit = true;
    }
}
