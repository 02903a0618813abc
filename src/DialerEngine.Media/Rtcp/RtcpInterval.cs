namespace DialerEngine.Media.Rtcp;

/// <summary>The time to the next report (RFC 3550 sections 6.2, 6.3.1 and appendix A.7).</summary>
public static class RtcpInterval
{
    /// <summary>The minimum of RFC 3550 section 6.2: 5 s, half of it before the first report.</summary>
    public const double MinimumSeconds = 5;

    // e - 3/2: makes up for the reconsideration converging below the average (RFC 3550 section 6.3.1).
    private const double Compensation = Math.E - 1.5;

    /// <summary>
    /// Milliseconds until the next report of a session of two members (a telephone call), drawn between 0.5 and 1.5 times the
    /// deterministic interval and divided by e - 3/2.
    /// </summary>
    /// <param name="random">Where the randomisation comes from.</param>
    /// <param name="first">True before the first report, where half the minimum holds.</param>
    /// <param name="averagePacketOctets">Running average of RTCP packet sizes, UDP and IP heads included.</param>
    /// <param name="sessionBandwidthBitsPerSecond">Of the session; RTCP gets 5 % of it.</param>
    public static long NextMilliseconds(IMediaRandom random, bool first, double averagePacketOctets, double sessionBandwidthBitsPerSecond)
    {
        var minimum = first ? MinimumSeconds / 2 : MinimumSeconds;
        var octetsPerSecond = sessionBandwidthBitsPerSecond * 0.05 / 8;
        var interval = Math.Max(minimum, octetsPerSecond > 0 ? averagePacketOctets * 2 / octetsPerSecond : minimum);
        var factor = 0.5 + (random.NextUInt32() / 4294967296.0);
        return (long)(interval * factor / Compensation * 1000);
    }
}
