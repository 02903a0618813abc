using static DialerEngine.Sip.Transactions.TransactionActions;
using static DialerEngine.Sip.Transactions.TransactionInput;
using static DialerEngine.Sip.Transactions.TransactionState;

namespace DialerEngine.Sip.Transactions;

/// <summary>
/// The four transaction machines of RFC 3261 section 17 with the corrections of RFC 6026, as pure functions: state and input in, transition out.
/// A timer that RFC 3261 sets to zero over a reliable transport ends its state at once; the caller does that by the timer's length.
/// </summary>
internal static class TransactionMachines
{
    /// <summary>The state, timers and first action of a new transaction. A client sends its request, a server hands it up.</summary>
    public static Transition Start(TransactionKind kind) => kind switch
    {
        TransactionKind.InviteClient => new(Calling, SendRequest, StateTimer.B, RepeatTimer.A),
        TransactionKind.NonInviteClient => new(Trying, SendRequest, StateTimer.F, RepeatTimer.E),
        TransactionKind.InviteServer => new(Proceeding, PassUp, StateTimer.None, RepeatTimer.None),
        _ => new(Trying, PassUp, StateTimer.None, RepeatTimer.None),
    };

    /// <summary>One step of a machine. An input that a state does not know changes nothing.</summary>
    public static Transition Next(TransactionKind kind, TransactionState state, TransactionInput input) => kind switch
    {
        TransactionKind.InviteClient => InviteClient(state, input),
        TransactionKind.NonInviteClient => NonInviteClient(state, input),
        TransactionKind.InviteServer => InviteServer(state, input),
        _ => NonInviteServer(state, input),
    };

    /// <summary>RFC 3261 figure 5 as replaced by RFC 6026 figure 2.</summary>
    private static Transition InviteClient(TransactionState state, TransactionInput input) => (state, input) switch
    {
        (Calling, Retransmit) => new(Calling, SendRequest),
        (Calling, Expire) => new(Terminated, InformTimeout),
        (Calling, TransportError) => new(Terminated, InformTransportError),
        (Calling, Provisional) => new(Proceeding, PassUp, StateTimer.C, RepeatTimer.None),
        (Proceeding, Provisional) => new(Proceeding, PassUp),
        (Calling or Proceeding, Success) => new(Accepted, PassUp, StateTimer.M, RepeatTimer.None),
        (Calling or Proceeding, Failure) => new(Completed, PassUp | SendAck, StateTimer.D, RepeatTimer.None),
        (Proceeding, Expire) => new(Terminated, InformTimeout),
        (Accepted, Success) => new(Accepted, PassUp),
        (Completed, Failure) => new(Completed, SendAck),
        (Completed, TransportError) => new(Terminated, InformTransportError),
        (Accepted or Completed, Expire) => new(Terminated),
        _ => new(state),
    };

    /// <summary>RFC 3261 figure 6.</summary>
    private static Transition NonInviteClient(TransactionState state, TransactionInput input) => (state, input) switch
    {
        (Trying, Retransmit) => new(Trying, SendRequest),
        (Proceeding, Retransmit) => new(Proceeding, SendRequest),
        (Trying or Proceeding, Expire) => new(Terminated, InformTimeout),
        (Trying or Proceeding, TransportError) => new(Terminated, InformTransportError),
        (Trying, Provisional) => new(Proceeding, PassUp, StateTimer.Keep, RepeatTimer.ESlow),
        (Proceeding, Provisional) => new(Proceeding, PassUp),
        (Trying or Proceeding, Success or Failure) => new(Completed, PassUp, StateTimer.K, RepeatTimer.None),
        (Completed, Expire) => new(Terminated),
        _ => new(state),
    };

    /// <summary>RFC 3261 figure 7 as replaced by RFC 6026 figure 1.</summary>
    private static Transition InviteServer(TransactionState state, TransactionInput input) => (state, input) switch
    {
        (Proceeding, Request) => new(Proceeding, RepeatResponse),
        (Proceeding, Provisional) => new(Proceeding, SendResponse),
        (Proceeding, Success) => new(Accepted, SendResponse, StateTimer.L, RepeatTimer.None),
        (Proceeding, Failure) => new(Completed, SendResponse, StateTimer.H, RepeatTimer.G),
        (Proceeding, TransportError) => new(Terminated, InformTransportError),
        (Proceeding, Expire) => new(Proceeding, InformUnanswered),
        (Accepted, Success) => new(Accepted, SendResponse),
        (Accepted, Ack) => new(Accepted, PassUp),
        (Accepted, TransportError) => new(Accepted, InformTransportError),
        (Accepted, Expire) => new(Terminated),
        (Completed, Request) => new(Completed, RepeatResponse),
        (Completed, Retransmit) => new(Completed, RepeatResponse),
        (Completed, Ack) => new(Confirmed, TransactionActions.None, StateTimer.I, RepeatTimer.None),
        (Completed, Expire) => new(Terminated, InformTimeout),
        (Completed, TransportError) => new(Terminated, InformTransportError),
        (Confirmed, Expire) => new(Terminated),
        _ => new(state),
    };

    /// <summary>RFC 3261 figure 8.</summary>
    private static Transition NonInviteServer(TransactionState state, TransactionInput input) => (state, input) switch
    {
        (Trying, Provisional) => new(Proceeding, SendResponse),
        (Proceeding, Provisional) => new(Proceeding, SendResponse),
        (Proceeding, Request) => new(Proceeding, RepeatResponse),
        (Trying or Proceeding, Success or Failure) => new(Completed, SendResponse, StateTimer.J),
        (Trying or Proceeding, Expire) => new(state, InformUnanswered),
        (Proceeding or Completed, TransportError) => new(Terminated, InformTransportError),
        (Completed, Request) => new(Completed, RepeatResponse),
        (Completed, Expire) => new(Terminated),
        _ => new(state),
    };
}
