namespace DialerEngine.Sip.Timers;

/// <summary>
/// The timers of RFC 3261 section 17 and table 4 of its annex A, with the additions of RFC 6026. All values are milliseconds.
/// T1, T2 and T4 are set; the lettered timers follow from them.
/// </summary>
public sealed record SipTimers
{
    /// <summary>The values of RFC 3261: T1 500 ms, T2 4 s, T4 5 s.</summary>
    public static SipTimers Default { get; } = new();

    /// <summary>Round-trip time estimate. RFC 3261 section 17.1.1.1: 500 ms; smaller only inside a closed network. Range 10 to 10,000.</summary>
    public int T1 { get; init; } = 500;

    /// <summary>Longest interval between retransmissions of a non-INVITE request and of an INVITE's response. Range T1 to 60,000.</summary>
    public int T2 { get; init; } = 4_000;

    /// <summary>Longest time a message stays in the network. Range 0 to 60,000.</summary>
    public int T4 { get; init; } = 5_000;

    /// <summary>First retransmission of an INVITE over UDP; doubles each time (17.1.1.2).</summary>
    public int A => T1;

    /// <summary>An INVITE without any response is given up (17.1.1.2).</summary>
    public int B => 64 * T1;

    /// <summary>How long an INVITE client transaction absorbs repeated refusals over UDP: at least 32 s (17.1.1.2).</summary>
    public int D => 64 * T1;

    /// <summary>First retransmission of a non-INVITE request over UDP; doubles up to T2 (17.1.2.2).</summary>
    public int E => T1;

    /// <summary>A non-INVITE request without final response is given up (17.1.2.2).</summary>
    public int F => 64 * T1;

    /// <summary>First retransmission of an INVITE's refusal over UDP; doubles up to T2 (17.2.1).</summary>
    public int G => T1;

    /// <summary>How long an INVITE server transaction waits for the ACK (17.2.1).</summary>
    public int H => 64 * T1;

    /// <summary>How long repeated ACKs are absorbed over UDP (17.2.1).</summary>
    public int I => T4;

    /// <summary>How long a non-INVITE server transaction answers repeated requests over UDP (17.2.2).</summary>
    public int J => 64 * T1;

    /// <summary>How long a non-INVITE client transaction absorbs repeated responses over UDP (17.1.2.2).</summary>
    public int K => T4;

    /// <summary>How long an INVITE server transaction absorbs repeated INVITEs after a 2xx (RFC 6026 section 7.1).</summary>
    public int L => 64 * T1;

    /// <summary>How long an INVITE client transaction passes up repeated 2xx (RFC 6026 section 7.2).</summary>
    public int M => 64 * T1;

    /// <summary>True if every base value is in its range.</summary>
    public bool IsValid => T1 is >= 10 and <= 10_000 && T2 >= T1 && T2 <= 60_000 && T4 is >= 0 and <= 60_000;
}
