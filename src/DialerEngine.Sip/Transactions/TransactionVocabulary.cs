namespace DialerEngine.Sip.Transactions;

/// <summary>Which of the four machines of RFC 3261 section 17 a transaction runs.</summary>
internal enum TransactionKind : byte
{
    /// <summary>Section 17.1.1 with RFC 6026 section 7.2.</summary>
    InviteClient,

    /// <summary>Section 17.1.2.</summary>
    NonInviteClient,

    /// <summary>Section 17.2.1 with RFC 6026 section 7.1.</summary>
    InviteServer,

    /// <summary>Section 17.2.2.</summary>
    NonInviteServer,
}

/// <summary>States of the four machines, by their names in RFC 3261 figures 5 to 8 and RFC 6026 figures 1 and 2.</summary>
internal enum TransactionState : byte
{
    Terminated,
    Calling,
    Trying,
    Proceeding,
    Accepted,
    Completed,
    Confirmed,
}

/// <summary>What can happen to a transaction.</summary>
internal enum TransactionInput : byte
{
    /// <summary>A 1xx: received by a client, given by the user to a server.</summary>
    Provisional,

    /// <summary>A 2xx: received by a client, given by the user to a server.</summary>
    Success,

    /// <summary>A 300 to 699: received by a client, given by the user to a server.</summary>
    Failure,

    /// <summary>The same request again (server).</summary>
    Request,

    /// <summary>An ACK (INVITE server).</summary>
    Ack,

    /// <summary>Timer A, E or G: send again.</summary>
    Retransmit,

    /// <summary>The timer that ends the state: B, C, D, F, H, I, J, K, L or M; for a request that we have not answered, its last resort.</summary>
    Expire,

    /// <summary>The transport could not send.</summary>
    TransportError,
}

/// <summary>What a machine asks for. Several may be set.</summary>
[Flags]
internal enum TransactionActions : ushort
{
    None = 0,

    /// <summary>Send the stored request again (timer A or E).</summary>
    SendRequest = 1,

    /// <summary>Send the ACK of a 300 to 699 (17.1.1.3).</summary>
    SendAck = 2,

    /// <summary>Hand the message to the transaction user.</summary>
    PassUp = 4,

    /// <summary>Send the response that the user gives.</summary>
    SendResponse = 8,

    /// <summary>Send the last response again.</summary>
    RepeatResponse = 16,

    /// <summary>Tell the user that no answer (client) or no ACK (server) came.</summary>
    InformTimeout = 32,

    /// <summary>Tell the user that the transport failed.</summary>
    InformTransportError = 64,

    /// <summary>Tell the user that a request of the far end still has no final answer: give one now, or the transaction ends without.</summary>
    InformUnanswered = 128,
}

/// <summary>Which timer a state waits for.</summary>
internal enum StateTimer : byte
{
    /// <summary>Keep what runs.</summary>
    Keep,

    /// <summary>No timer.</summary>
    None,
    B,

    /// <summary>The bound on the whole transaction: an INVITE of ours with provisional answers only, as a proxy's timer C (16.6 step 11).</summary>
    C,
    D,
    F,
    H,
    I,
    J,
    K,
    L,
    M,
}

/// <summary>Which timer repeats the message of a state.</summary>
internal enum RepeatTimer : byte
{
    /// <summary>Keep what runs.</summary>
    Keep,

    /// <summary>Nothing is repeated.</summary>
    None,

    /// <summary>Timer A: T1, doubling without limit.</summary>
    A,

    /// <summary>Timer E: T1, doubling up to T2.</summary>
    E,

    /// <summary>Timer E in Proceeding: T2.</summary>
    ESlow,

    /// <summary>Timer G: T1, doubling up to T2.</summary>
    G,
}

/// <summary>One row of a machine: where to go, what to do, which timers to run from then on.</summary>
internal readonly record struct Transition(
    TransactionState Next, TransactionActions Actions = TransactionActions.None, StateTimer Timer = StateTimer.Keep,
    RepeatTimer Repeat = RepeatTimer.Keep);
