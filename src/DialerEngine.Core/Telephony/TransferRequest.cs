namespace DialerEngine.Core.Telephony;

/// <summary>How a call is sent to a destination. The three are T-Library's (Platform SDK reference: TRouteCall, TMuteTransfer, TInitiateTransfer).</summary>
public enum TransferKind : byte
{
    /// <summary>
    /// The network calls the destination in our place (REFER, RFC 5589 section 6.1) and the call is kept until the network says how that went: a
    /// destination that is busy or does not answer is known.
    /// </summary>
    Route,

    /// <summary>
    /// The same, completed without waiting for the destination to pick up (TMuteTransfer): the call is left as soon as the network has taken the request. Only a
    /// refused request is known.
    /// </summary>
    Mute,

    /// <summary>
    /// Two steps (TInitiateTransfer, TCompleteTransfer): the destination is called on a line of its own while the customer waits, and the two are put through when
    /// it answers. Needs nothing of the network but a second line; the call stays ours until somebody hangs up.
    /// </summary>
    TwoStep,
}

/// <summary>An answered call that is to be sent to a destination.</summary>
public struct TransferRequest
{
    public CallHandle Call;

    public TransferKind Kind;

    /// <summary>A number of the call's trunk, or a SIP URI.</summary>
    public string Destination;

    /// <summary>How long the destination of a <see cref="TransferKind.TwoStep"/> transfer rings, ms.</summary>
    public int RingTimeoutMs;

    /// <summary>Caller id that the destination of a <see cref="TransferKind.TwoStep"/> transfer sees: that of the call. Null leaves the trunk's own.</summary>
    public string? CallerId;
}
