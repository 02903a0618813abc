using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Timers;

namespace DialerEngine.Sip.Transactions;

/// <summary>
/// Runs all transactions of an endpoint: keeps their slots, matches messages, moves the machines of <see cref="TransactionMachines"/>,
/// repeats messages and ends transactions by the wheel. Allocates nothing once warm.
/// </summary>
internal sealed partial class TransactionLayer : ITimerTarget
{
    /// <summary>Payload marker of the wheel's timers that belong to transactions; the other 15 values are the user's.</summary>
    public const int TransactionTimer = 15;

    private readonly SipTimers _timers;
    private readonly int _longestInviteMs;
    private readonly ISipTransportSink _sink;
    private readonly SipEndpointCounters _counters;
    private readonly SipMessage _own = new();
    private readonly byte[] _scratch = new byte[16 * 1024];
    private readonly KeyIndex _byKey = new();
    private readonly KeyIndex _byMergeKey = new();

    public TransactionLayer(
        SipTimers timers, ISipTransportSink sink, SipEndpointCounters counters, SipTokens tokens, ByteArena arena, TimerWheel wheel,
        int capacity, int longestInviteMs)
    {
        _timers = timers;
        _longestInviteMs = longestInviteMs;
        _sink = sink;
        _counters = counters;
        Tokens = tokens;
        Arena = arena;
        Wheel = wheel;
        Table = new TransactionTable(capacity);
    }

    public TransactionTable Table { get; }

    public SipTokens Tokens { get; }

    public ByteArena Arena { get; }

    public TimerWheel Wheel { get; }

    /// <summary>The layer above; set once before the first message.</summary>
    public ITransactionUser User { get; set; } = null!;

    /// <summary>The present moment in milliseconds: the latest that was given.</summary>
    public long NowMs { get; set; }

    /// <summary>Packs a timer's payload: kind 0 to 15, slot, generation.</summary>
    public static ulong Payload(int kind, int index, int generation) =>
        ((ulong)kind << 60) | ((ulong)(uint)index << 32) | (uint)generation;

    /// <summary>A timer fired.</summary>
    public void OnTimer(ulong payload)
    {
        if (payload >> 60 != TransactionTimer)
        {
            User.OnUserTimer(payload);
            return;
        }

        var index = (int)((payload >> 32) & 0x0FFF_FFFF);
        ref var transaction = ref Table[index];
        if (transaction.Generation != (int)(uint)payload || transaction.State == TransactionState.Terminated)
        {
            return;
        }

        transaction.Timer = TimerHandle.None;
        Apply(index, NowMs >= transaction.ExpireAt ? TransactionInput.Expire : TransactionInput.Retransmit, null, default);
    }

    /// <summary>Sends bytes that belong to no transaction: the ACK of a 2xx, a stateless answer.</summary>
    public bool SendRaw(in SipPeer destination, ReadOnlySpan<byte> message)
    {
        _counters.MessagesSent++;
        return _sink.TrySend(destination, message);
    }

    /// <summary>Moves a machine and does what it asks.</summary>
    private void Apply(int index, TransactionInput input, SipMessage? message, in SipPeer from)
    {
        ref var transaction = ref Table[index];
        var step = TransactionMachines.Next(transaction.Kind, transaction.State, input);
        transaction.State = step.Next;
        SetTimers(ref transaction, index, step, input == TransactionInput.Retransmit);
        var handle = Table.HandleOf(index);
        if ((step.Actions & TransactionActions.SendRequest) != 0 || (step.Actions & TransactionActions.RepeatResponse) != 0)
        {
            _counters.Retransmissions++;
            if (!SendStored(ref transaction))
            {
                Apply(index, TransactionInput.TransportError, null, default);
                return;
            }
        }

        var answered = 0;
        if ((step.Actions & TransactionActions.SendAck) != 0)
        {
            answered = AcknowledgeFailure(ref transaction, message!);
        }

        if ((step.Actions & TransactionActions.PassUp) != 0)
        {
            Deliver(handle, message!, from, answered);
        }

        Arena.Return(ref answered);

        if ((step.Actions & TransactionActions.InformTimeout) != 0)
        {
            _counters.TransactionTimeouts++;
            User.OnTimeout(index);
        }

        if ((step.Actions & TransactionActions.InformTransportError) != 0)
        {
            _counters.TransportErrors++;
            User.OnTransportError(index);
        }

        if ((step.Actions & TransactionActions.InformUnanswered) != 0)
        {
            _counters.UnansweredRequests++;
            User.OnUnanswered(index);
            if (Table.IsAlive(handle) && transaction.FinalStatus == 0)
            {
                Free(index);
            }

            return;
        }

        EndIfDone(handle, step.Next);
    }

    private void EndIfDone(TransactionHandle handle, TransactionState reached)
    {
        // The user may have moved or freed the transaction in the callback; only what this step terminated is freed here.
        if (reached == TransactionState.Terminated && Table[handle.Index].Generation == handle.Generation)
        {
            Free(handle.Index);
            return;
        }

        if (Table.IsAlive(handle) && Table[handle.Index].ExpireAt <= NowMs && IsLinger(Table[handle.Index].State))
        {
            Free(handle.Index);
        }
    }

    /// <summary>States whose timer is zero over a reliable transport (D, I, J, K): they end as they begin.</summary>
    private static bool IsLinger(TransactionState state) => state is TransactionState.Completed or TransactionState.Confirmed;

    /// <summary>The request that the response at hand answers, for a user who sends it again with credentials; 0 if it is gone.</summary>
    public int AnsweredRequest { get; private set; }

    private void Deliver(TransactionHandle handle, SipMessage message, in SipPeer from, int answered)
    {
        ref var transaction = ref Table[handle.Index];
        if (transaction.Kind is TransactionKind.InviteServer or TransactionKind.NonInviteServer)
        {
            User.OnAck(message, from);
            return;
        }

        AnsweredRequest = answered != 0 ? answered : transaction.Bytes;
        User.OnResponse(handle.Index, message, from);
        AnsweredRequest = 0;
        if (Table.IsAlive(handle) && transaction.FinalStatus != 0
            && transaction is not { Kind: TransactionKind.InviteClient, State: TransactionState.Completed })
        {
            // After the final answer only the slot stays; an ACK of a 2xx follows from the 2xx itself.
            Arena.Return(ref transaction.Bytes);
        }
    }

    private bool SendStored(ref Transaction transaction)
    {
        if (transaction.Bytes == 0)
        {
            return true;
        }

        _counters.MessagesSent++;
        return _sink.TrySend(transaction.Peer, Arena.Get(transaction.Bytes));
    }

    private void SetTimers(ref Transaction transaction, int index, in Transition step, bool repeated)
    {
        if (step.Timer == StateTimer.Keep && step.Repeat == RepeatTimer.Keep && !repeated)
        {
            return;
        }

        if (step.Timer != StateTimer.Keep)
        {
            var length = LengthOf(step.Timer, transaction.Peer.IsReliable);
            transaction.ExpireAt = length < 0 ? transaction.LimitAt : NowMs + length;
        }

        SetRepeat(ref transaction, step.Repeat, repeated);
        Schedule(ref transaction, index);
    }

    private void SetRepeat(ref Transaction transaction, RepeatTimer repeat, bool repeated)
    {
        if (repeat == RepeatTimer.Keep)
        {
            if (repeated && transaction.RepeatAt != long.MaxValue)
            {
                var doubled = transaction.IntervalMs * 2L;
                transaction.IntervalMs = (int)(transaction.Repeat == RepeatTimer.A ? Math.Min(doubled, _timers.B) : Math.Min(doubled, _timers.T2));
                transaction.RepeatAt = NowMs + transaction.IntervalMs;
            }

            return;
        }

        transaction.Repeat = repeat;
        if (repeat == RepeatTimer.None || transaction.Peer.IsReliable)
        {
            transaction.RepeatAt = long.MaxValue;
            return;
        }

        transaction.IntervalMs = repeat == RepeatTimer.ESlow ? _timers.T2 : _timers.T1;
        transaction.RepeatAt = NowMs + transaction.IntervalMs;
    }

    private void Schedule(ref Transaction transaction, int index)
    {
        Wheel.Cancel(transaction.Timer);
        transaction.Timer = TimerHandle.None;
        var due = Math.Min(transaction.RepeatAt, transaction.ExpireAt);
        if (due != long.MaxValue && transaction.State != TransactionState.Terminated)
        {
            Wheel.TryStart(NowMs, due - NowMs, Payload(TransactionTimer, index, transaction.Generation), out transaction.Timer);
        }
    }

    /// <summary>Length of a state's timer, -1 where the limit of the whole transaction applies: no state is without an end.</summary>
    private int LengthOf(StateTimer timer, bool reliable) => timer switch
    {
        StateTimer.B => _timers.B,
        StateTimer.D => reliable ? 0 : _timers.D,
        StateTimer.F => _timers.F,
        StateTimer.H => _timers.H,
        StateTimer.I => reliable ? 0 : _timers.I,
        StateTimer.J => reliable ? 0 : _timers.J,
        StateTimer.K => reliable ? 0 : _timers.K,
        StateTimer.L => _timers.L,
        StateTimer.M => _timers.M,
        _ => -1,
    };

    private void Free(int index)
    {
        ref var transaction = ref Table[index];
        Wheel.Cancel(transaction.Timer);
        Arena.Return(ref transaction.Bytes);
        Arena.Return(ref transaction.Credentials);
        if (transaction.Kind is TransactionKind.InviteServer or TransactionKind.NonInviteServer)
        {
            _byKey.Remove(transaction.KeyHigh, index);
            if (transaction.MergeKey != 0)
            {
                _byMergeKey.Remove(transaction.MergeKey, index);
            }
        }

        Table.Release(index);
    }
}
