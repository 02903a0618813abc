using DialerEngine.Media.Rtp;

namespace DialerEngine.Media.Rtcp;

/// <summary>What the far end's reports say of the stream that we send.</summary>
/// <param name="FractionLost">In 256ths, since its last report.</param>
/// <param name="CumulativeLost">Packets.</param>
/// <param name="Jitter">In timestamp units of 1/8000 s.</param>
/// <param name="RoundTripMilliseconds">From LSR and DLSR; -1 until known.</param>
public readonly record struct RtcpRemoteView(byte FractionLost, int CumulativeLost, uint Jitter, int RoundTripMilliseconds);

/// <summary>
/// RTCP of one two-party stream: when to report, what to report, what was reported to us (RFC 3550 section 6).
/// Times are milliseconds on any monotonic clock; wall time enters only as the NTP time of a sender report. No allocation.
/// </summary>
public struct RtcpSession
{
    // G.711 at 20 ms with RTP, UDP and IPv4 heads (RFC 3550 section 6.2 counts them).
    private const double SessionBandwidth = 80_000;

    private IMediaRandom _random;
    private uint _ssrc;
    private long _nextReport;
    private double _averageSize;
    private uint _lastSenderReport;
    private long _lastSenderReportAt;

    /// <summary>The far end's last report on us.</summary>
    public RtcpRemoteView Remote { get; private set; }

    /// <summary>True once the far end has said BYE.</summary>
    public bool ByeReceived { get; private set; }

    /// <summary>Starts afresh; the first report falls due after a random share of 2.5 s.</summary>
    public void Start(IMediaRandom random, uint ssrc, long now)
    {
        this = default;
        _random = random;
        _ssrc = ssrc;
        _averageSize = 100;
        Remote = new RtcpRemoteView(0, 0, 0, -1);
        _nextReport = now + RtcpInterval.NextMilliseconds(random, first: true, _averageSize, SessionBandwidth);
    }

    /// <summary>True when a report should leave now.</summary>
    public readonly bool IsDue(long now) => _random is not null && now >= _nextReport;

    /// <summary>
    /// Writes SR (when <paramref name="info"/> shows packets sent) or RR, then SDES, then BYE where asked, and draws the next interval.
    /// </summary>
    /// <returns>Octets written; 0 when <paramref name="target"/> is too small.</returns>
    public int Write(Span<byte> target, in RtcpSenderInfo info, ref RtpReception reception, ReadOnlySpan<byte> canonicalName, bool bye, long now)
    {
        Span<RtcpReportBlock> blocks = stackalloc RtcpReportBlock[1];
        var count = 0;
        if (reception.IsValid)
        {
            blocks[0] = new RtcpReportBlock(
                reception.Ssrc,
                reception.TakeFractionLost(),
                reception.CumulativeLost,
                reception.ExtendedHighestSequence,
                reception.Jitter,
                _lastSenderReport,
                _lastSenderReport == 0 ? 0 : NtpTime.ShortFromMilliseconds(now - _lastSenderReportAt));
            count = 1;
        }

        var writer = new RtcpWriter(target);
        if (info.PacketCount > 0)
        {
            writer.SenderReport(_ssrc, info, blocks[..count]);
        }
        else
        {
            writer.ReceiverReport(_ssrc, blocks[..count]);
        }

        writer.SourceDescription(_ssrc, canonicalName);
        if (bye)
        {
            writer.Bye(_ssrc);
        }

        Average(writer.Length);
        _nextReport = now + RtcpInterval.NextMilliseconds(_random, first: false, _averageSize, SessionBandwidth);
        return writer.Overflowed ? 0 : writer.Length;
    }

    /// <summary>Takes a received compound.</summary>
    /// <param name="datagram">The bytes as received; anything may be in them.</param>
    /// <param name="ntpNow">NTP time of arrival, for the round trip.</param>
    /// <param name="now">Monotonic time of arrival in milliseconds.</param>
    public RtcpParseError Receive(ReadOnlySpan<byte> datagram, ulong ntpNow, long now)
    {
        var error = RtcpReader.TryOpen(datagram, out var reader);
        if (error != RtcpParseError.None)
        {
            return error;
        }

        Average(datagram.Length);
        while (reader.TryRead(out var packet))
        {
            if (packet.Type is RtcpType.SenderReport or RtcpType.ReceiverReport)
            {
                TakeReport(packet, ntpNow, now);
            }
            else if (packet.Type == RtcpType.Bye)
            {
                ByeReceived = true;
            }
        }

        return RtcpParseError.None;
    }

    private void TakeReport(RtcpPacket packet, ulong ntpNow, long now)
    {
        if (packet.Type == RtcpType.SenderReport)
        {
            _lastSenderReport = NtpTime.Middle(packet.SenderInfo.NtpTime);
            _lastSenderReportAt = now;
        }

        for (var i = 0; i < packet.Count; i++)
        {
            var block = packet.ReportBlock(i);
            if (block.Ssrc != _ssrc)
            {
                continue;
            }

            var roundTrip = Remote.RoundTripMilliseconds;
            if (block.LastSenderReport != 0)
            {
                // RFC 3550 section 6.4.1, figure 2: A - LSR - DLSR; a clock step can make it negative, which says nothing.
                var elapsed = (int)(NtpTime.Middle(ntpNow) - block.LastSenderReport - block.DelaySinceLastSenderReport);
                roundTrip = elapsed < 0 ? roundTrip : (int)((long)elapsed * 1000 / 65536);
            }

            Remote = new RtcpRemoteView(block.FractionLost, block.CumulativeLost, block.Jitter, roundTrip);
        }
    }

    // UDP and IPv4 heads are 28 octets; the weight of 1/16 is RFC 3550 section 6.3.3's.
    private void Average(int octets) => _averageSize = ((octets + 28) / 16.0) + (_averageSize * 15 / 16);
}
