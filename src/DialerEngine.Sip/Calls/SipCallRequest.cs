using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Calls;

/// <summary>Name and password for digest challenges of one trunk or registration.</summary>
/// <param name="UserName">The name that the trunk knows us by.</param>
/// <param name="Password">The password.</param>
public sealed record SipCredentials(string UserName, string Password)
{
    /// <summary>Without the password, so that no log gets it.</summary>
    public override string ToString() => $"{nameof(SipCredentials)} {{ UserName = {UserName} }}";
}

/// <summary>One call to place. All spans are copied before the call returns; empty means absent.</summary>
public readonly ref struct SipCallRequest
{
    /// <summary>Where the INVITE goes.</summary>
    public required SipPeer Destination { get; init; }

    /// <summary>The Request-URI.</summary>
    public required ReadOnlySpan<byte> RequestUri { get; init; }

    /// <summary>The From value without tag, for example <c>"Sales" &lt;sip:1000@example.com&gt;</c>.</summary>
    public required ReadOnlySpan<byte> From { get; init; }

    /// <summary>The To value; empty: the Request-URI in brackets.</summary>
    public ReadOnlySpan<byte> To { get; init; }

    /// <summary>User part of Contact; empty: the endpoint's.</summary>
    public ReadOnlySpan<byte> ContactUser { get; init; }

    /// <summary>P-Asserted-Identity value (RFC 3325).</summary>
    public ReadOnlySpan<byte> AssertedIdentity { get; init; }

    /// <summary>Privacy value (RFC 3323), for example <c>id</c>.</summary>
    public ReadOnlySpan<byte> Privacy { get; init; }

    /// <summary>Further header lines, each ended by CR LF, passed through as they are (Identity, P- headers, Diversion).</summary>
    public ReadOnlySpan<byte> ExtraHeaders { get; init; }

    /// <summary>The session offer; empty: an INVITE without offer.</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>Type of the body; empty: <c>application/sdp</c>.</summary>
    public ReadOnlySpan<byte> ContentType { get; init; }

    /// <summary>For 401 and 407; null: a challenge ends the call.</summary>
    public SipCredentials? Credentials { get; init; }

    /// <summary>Cancel the call after so many milliseconds without a final answer; 0: only after the endpoint's longest set-up time.</summary>
    public int RingTimeoutMs { get; init; }

    /// <summary>Send everything inside the dialog to <see cref="Destination"/>, whatever Contact says: for trunks behind NAT.</summary>
    public bool InDialogToDestination { get; init; }

    /// <summary>The caller's own number, given back with every event.</summary>
    public long Token { get; init; }
}

/// <summary>Why a call was not placed.</summary>
public enum SipPlaceError : byte
{
    /// <summary>It was placed.</summary>
    None,

    /// <summary><see cref="SipEndpointOptions.MaxCalls"/> are in progress.</summary>
    TooManyCalls,

    /// <summary><see cref="SipEndpointOptions.MaxTransactions"/> or the memory bound is reached.</summary>
    TooManyTransactions,

    /// <summary>A URI, address or header line is malformed, or the message would exceed 64 KiB.</summary>
    Malformed,

    /// <summary>There is no local transport towards the destination.</summary>
    NoTransport,

    /// <summary>The transport refused the INVITE.</summary>
    TransportFailure,
}
