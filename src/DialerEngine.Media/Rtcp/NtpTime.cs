namespace DialerEngine.Media.Rtcp;

/// <summary>NTP times as RTCP carries them (RFC 3550 section 4).</summary>
public static class NtpTime
{
    // Seconds from 1900-01-01 to 1970-01-01 (RFC 868): 70 years with 17 leap days.
    private const long UnixEpochSeconds = 2_208_988_800;

    /// <summary>The 64-bit form of a wall-clock moment.</summary>
    public static ulong From(DateTimeOffset moment)
    {
        var ticks = moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        return ((ulong)(uint)(seconds + UnixEpochSeconds) << 32) | (ulong)((rest << 32) / TimeSpan.TicksPerSecond);
    }

    /// <summary>The middle 32 bits (16.16 seconds) that LSR carries.</summary>
    public static uint Middle(ulong ntp) => (uint)(ntp >> 16);

    /// <summary>Milliseconds as the 16.16 seconds of DLSR; at most 65,535 s.</summary>
    public static uint ShortFromMilliseconds(long milliseconds) =>
        (uint)(Math.Clamp(milliseconds, 0, 65_535_000) * 65536 / 1000);
}
