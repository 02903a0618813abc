using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Timers;

namespace DialerEngine.Sip.Transactions;

/// <summary>What a client transaction is for: decides what its answer means to the call.</summary>
internal enum TransactionPurpose : byte
{
    None,
    Invite,
    ReInvite,
    Cancel,
    Bye,

    /// <summary>BYE to a dialog that no call owns: a second 2xx of a forked INVITE, or a 2xx that came too late.</summary>
    ByeStray,
    Prack,
    Update,
    SessionRefresh,
    Info,
    Refer,
    Notify,
    Probe,
}

/// <summary>Names one transaction: slot and generation.</summary>
internal readonly record struct TransactionHandle(int Index, int Generation)
{
    public static readonly TransactionHandle None = new(-1, 0);

    public bool IsSet => Index >= 0;
}

/// <summary>
/// One transaction, and after its final answer the tombstone that stays until the state's timer ends: no references, at most one chunk of
/// bytes (the last message to repeat).
/// </summary>
internal struct Transaction
{
    public int Generation;
    public TransactionKind Kind;
    public TransactionState State;
    public SipMethod Method;
    public TransactionPurpose Purpose;
    public RepeatTimer Repeat;

    /// <summary>Digest credentials were sent already: a second challenge is final (RFC 3261 section 22.2).</summary>
    public bool Authenticated;

    /// <summary>INVITE client: what follows the 2xx goes where the INVITE went, not where Contact says.</summary>
    public bool ToDestination;

    /// <summary>Status of the final answer given or received, 0 before it.</summary>
    public short FinalStatus;
    public int IntervalMs;
    public uint CSeq;
    public long RepeatAt;
    public long ExpireAt;

    /// <summary>The moment by which a final answer has come or been given; without one the transaction ends then, whatever its state.</summary>
    public long LimitAt;
    public TimerHandle Timer;

    /// <summary>Client: the request while it may be repeated, then the ACK of a refusal. Server: the last response.</summary>
    public int Bytes;
    public SipPeer Peer;

    /// <summary>INVITE client: chunk with the credentials line, which the ACK of the 2xx carries too (RFC 3261 section 22.1).</summary>
    public int Credentials;
    public Calls.SipCallHandle Call;

    /// <summary>INVITE client: its CANCEL. CANCEL client: its INVITE.</summary>
    public TransactionHandle Linked;

    /// <summary>Server: the matching key of section 17.2.3. INVITE client: hash of the To tag of the first 2xx.</summary>
    public ulong KeyHigh;

    /// <summary>Server: second half of the key. INVITE client: hash of the To tag of the last extra 2xx that got its BYE.</summary>
    public ulong KeyLow;

    /// <summary>INVITE server: hash by which the same request over another path is recognised (8.2.2.2), 0: none.</summary>
    public ulong MergeKey;

    /// <summary>The caller's own number for a request outside of calls.</summary>
    public long UserToken;
}
