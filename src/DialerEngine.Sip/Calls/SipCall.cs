using System.Runtime.CompilerServices;
using DialerEngine.Sip.Dialogs;
using DialerEngine.Sip.Timers;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Calls;

/// <summary>Where a call stands.</summary>
internal enum SipCallState : byte
{
    /// <summary>The slot is free.</summary>
    Free,

    /// <summary>INVITE sent, no final answer.</summary>
    Calling,

    /// <summary>As <see cref="Calling"/>, and the user has given up: CANCEL is sent or waits for the first provisional answer.</summary>
    Cancelling,

    /// <summary>INVITE received, no final answer given.</summary>
    Incoming,

    /// <summary>We answered and wait for the ACK.</summary>
    AwaitingAck,

    /// <summary>The session stands.</summary>
    Established,

    /// <summary>The end was reported; our BYE waits for its answer.</summary>
    Ending,
}

/// <summary>One early dialog of a call that we placed: forks answer with different To tags (RFC 3261 section 12.1.2).</summary>
internal struct EarlyDialog
{
    public ulong TagHash;

    /// <summary>Last RSeq acknowledged (RFC 3262).</summary>
    public uint ReliableSequence;

    /// <summary>Chunk with its last session description, 0 for none.</summary>
    public int Sdp;
}

/// <summary>Up to eight early dialogs.</summary>
[InlineArray(Length)]
internal struct EarlyDialogs
{
    public const int Length = 8;
    private EarlyDialog _first;
}

/// <summary>One call: its dialog, its pending requests and what its end report needs. Pooled; all fields are reset when a slot is taken.</summary>
internal sealed class SipCall(int index)
{
    public readonly int Index = index;
    public int Generation;
    public SipCallState State;
    public bool Incoming;
    public bool CancelSent;
    public bool InDialogToDestination;
    public bool EarlyMedia;
    public SipEndCause CancelCause;

    /// <summary>Chunk with the Reason for a CANCEL that is held back.</summary>
    public int CancelReason;
    public long Token;
    public SipPeer Peer;
    public SipPeer NextHop;
    public SipLocalAddress Local = null!;
    public SipCredentials? Credentials;
    public DialogText Text;
    public uint LocalCSeq;
    public uint RemoteCSeq;
    public ulong RemoteTagHash;
    public TransactionHandle Invite;

    /// <summary>The INVITE or UPDATE of the far end that waits for our answer: its bytes, transaction and sender.</summary>
    public int PendingRequest;
    public TransactionHandle Pending;
    public SipPeer PendingFrom;

    /// <summary>The 2xx to an INVITE that waits for its ACK.</summary>
    public TransactionHandle Unacknowledged;
    public uint UnacknowledgedCSeq;
    public int RepeatIntervalMs;
    public long RepeatUntil;

    /// <summary>Our re-INVITE, UPDATE or REFER under way.</summary>
    public TransactionHandle Modifying;
    public TransactionHandle Referring;
    public EarlyDialogs Early;
    public int EarlyCount;
    public int Q850;
    public TimerHandle SetupTimer;
    public TimerHandle RepeatTimer;
    public long StartedAt;
    public long FirstProvisionalAt;
    public long RingingAt;
    public long AnsweredAt;

    public SipCallHandle Handle => new(Index, Generation);

    public void Reset()
    {
        State = SipCallState.Free;
        Incoming = CancelSent = InDialogToDestination = EarlyMedia = false;
        CancelCause = default;
        Token = 0;
        Peer = NextHop = PendingFrom = default;
        Credentials = null;
        LocalCSeq = RemoteCSeq = UnacknowledgedCSeq = 0;
        RemoteTagHash = 0;
        Invite = Pending = Unacknowledged = Modifying = Referring = TransactionHandle.None;
        RepeatIntervalMs = Q850 = EarlyCount = CancelReason = PendingRequest = 0;
        RepeatUntil = 0;
        SetupTimer = RepeatTimer = TimerHandle.None;
        StartedAt = FirstProvisionalAt = RingingAt = AnsweredAt = -1;
        Early = default;
    }
}

/// <summary>Slots of all calls; a freed slot is used again with a new generation.</summary>
internal sealed class SipCallTable(int capacity)
{
    private readonly List<SipCall> _slots = [];
    private readonly Stack<SipCall> _free = new();

    /// <summary>Calls alive, including those whose BYE is under way.</summary>
    public int Count => _slots.Count - _free.Count;

    public bool IsFull => _free.Count == 0 && _slots.Count >= capacity;

    public bool TryTake(out SipCall call)
    {
        call = null!;
        if (!_free.TryPop(out var taken))
        {
            if (_slots.Count >= capacity)
            {
                return false;
            }

            taken = new SipCall(_slots.Count);
            _slots.Add(taken);
        }

        taken.Reset();
        taken.Generation++;
        call = taken;
        return true;
    }

    public SipCall? Find(SipCallHandle handle)
    {
        if ((uint)handle.Index >= (uint)_slots.Count)
        {
            return null;
        }

        var call = _slots[handle.Index];
        return call.Generation == handle.Generation && call.State != SipCallState.Free ? call : null;
    }

    public void Release(SipCall call)
    {
        call.State = SipCallState.Free;
        call.Generation++;
        _free.Push(call);
    }
}
