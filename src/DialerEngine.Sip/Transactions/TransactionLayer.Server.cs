using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Transactions;

/// <summary>The server half: RFC 3261 section 17.2 and RFC 6026 section 7.1.</summary>
internal sealed partial class TransactionLayer
{
    /// <summary>A request arrived.</summary>
    public void OnRequest(SipMessage request, in SipPeer from)
    {
        var method = request.Method == SipMethod.Ack ? SipMethod.Invite : request.Method;
        KeyOf(request, method, out var high, out var low);
        var index = FindServer(high, low);
        if (index >= 0)
        {
            if (request.Method != SipMethod.Ack)
            {
                _counters.RepeatedRequests++;
            }

            Apply(index, request.Method == SipMethod.Ack ? TransactionInput.Ack : TransactionInput.Request, request, from);
            return;
        }

        if (request.Method == SipMethod.Ack)
        {
            User.OnAck(request, from);
            return;
        }

        if (!Table.TryTake(out index))
        {
            _counters.RefusedRequests++;
            User.OnRequestRefused(request, from);
            return;
        }

        Open(index, request, from, high, low);
        var opened = Table.HandleOf(index);
        if (request.Method == SipMethod.Cancel)
        {
            KeyOf(request, SipMethod.Invite, out high, out low);
            User.OnCancel(index, FindServer(high, low), request, from);
        }
        else
        {
            User.OnRequest(index, request, from);
        }

        LimitUnanswered(opened);
    }

    /// <summary>Starts the last resort of a request that the user has not finally answered at once; most are, and need no timer.</summary>
    private void LimitUnanswered(TransactionHandle handle)
    {
        if (Table.IsAlive(handle) && Table[handle.Index].FinalStatus == 0)
        {
            Schedule(ref Table[handle.Index], handle.Index);
        }
    }

    /// <summary>Answers a request through its transaction. The bytes are copied and repeated when the request is.</summary>
    /// <returns>False if the transaction cannot take such a response any more.</returns>
    public bool Respond(int index, int status, ReadOnlySpan<byte> response)
    {
        ref var transaction = ref Table[index];
        var input = status < 200 ? TransactionInput.Provisional : status < 300 ? TransactionInput.Success : TransactionInput.Failure;
        var step = TransactionMachines.Next(transaction.Kind, transaction.State, input);
        if ((step.Actions & TransactionActions.SendResponse) == 0)
        {
            return false;
        }

        var handle = Table.HandleOf(index);
        Arena.Return(ref transaction.Bytes);
        transaction.Bytes = Arena.Store(response);
        transaction.State = step.Next;
        transaction.FinalStatus = (short)(status >= 200 ? status : transaction.FinalStatus);
        SetTimers(ref transaction, index, step, false);
        _counters.MessagesSent++;
        if (!_sink.TrySend(transaction.Peer, response))
        {
            Apply(index, TransactionInput.TransportError, null, default);
        }

        EndIfDone(handle, step.Next);
        return true;
    }

    /// <summary>Sends the last response of a transaction again: what the user does with a 2xx until its ACK comes.</summary>
    public bool RepeatResponse(TransactionHandle handle)
    {
        if (!Table.IsAlive(handle))
        {
            return false;
        }

        _counters.Retransmissions++;
        return SendStored(ref Table[handle.Index]);
    }

    /// <summary>Frees a server transaction that gets no answer at all.</summary>
    public void Drop(int index) => Free(index);

    /// <summary>True if the same request came over another path and is being served there (RFC 3261 section 8.2.2.2).</summary>
    public bool IsMerged(int index, ulong mergeKey)
    {
        for (var other = _byMergeKey.First(mergeKey); other >= 0; other = _byMergeKey.Next(mergeKey, other))
        {
            if (other != index)
            {
                return true;
            }
        }

        ref var transaction = ref Table[index];
        transaction.MergeKey = mergeKey;
        _byMergeKey.Add(mergeKey, index);
        return false;
    }

    private void Open(int index, SipMessage request, in SipPeer from, ulong high, ulong low)
    {
        ref var transaction = ref Table[index];
        transaction.Kind = request.Method == SipMethod.Invite ? TransactionKind.InviteServer : TransactionKind.NonInviteServer;
        transaction.Method = request.Method;
        transaction.CSeq = request.CSeq;
        transaction.Peer = ReplyPeer(request, from);
        transaction.KeyHigh = high;
        transaction.KeyLow = low;

        // A non-INVITE request must be answered before its client gives up (timer F, RFC 4320); an INVITE may ring for as long as one of ours.
        transaction.LimitAt = NowMs + (request.Method == SipMethod.Invite ? _longestInviteMs : _timers.F / 8 * 7);
        transaction.ExpireAt = transaction.LimitAt;
        transaction.RepeatAt = long.MaxValue;
        transaction.State = TransactionMachines.Start(transaction.Kind).Next;
        _byKey.Add(high, index);
    }

    /// <summary>Where responses go: the source address; its port with rport (RFC 3581), else the Via's (RFC 3261 section 18.2.2).</summary>
    internal static SipPeer ReplyPeer(SipMessage request, in SipPeer from)
    {
        var via = request.TopVia;
        if (from.IsReliable || via.HasRPort)
        {
            return from;
        }

        return from.WithPort((ushort)(via.Port == 0 ? 5060 : via.Port));
    }

    private int FindServer(ulong high, ulong low)
    {
        var index = _byKey.First(high);
        while (index >= 0 && Table[index].KeyLow != low)
        {
            index = _byKey.Next(high, index);
        }

        return index;
    }

    /// <summary>Section 17.2.3: branch, sent-by and method; for a peer of RFC 2543, without the cookie, the fields that stood in for it.</summary>
    private void KeyOf(SipMessage request, SipMethod method, out ulong high, out ulong low)
    {
        var first = Tokens.Hash();
        var second = Tokens.SecondHash();
        AddKey(ref first, request, method);
        AddKey(ref second, request, method);
        high = first.Finish();
        low = second.Finish();
    }

    private static void AddKey(ref KeyedHash hash, SipMessage request, SipMethod method)
    {
        var via = request.TopVia;
        hash.Add((ulong)method | ((ulong)(uint)via.Port << 8));
        hash.AddFolded(via.Branch);
        hash.AddFolded(via.Host);
        if (method == SipMethod.Unknown)
        {
            hash.AddPiece(request.MethodToken);
        }

        if (!via.HasMagicCookie)
        {
            hash.AddPiece(request.RequestUri);
            hash.AddPiece(request.CallId);
            hash.AddPiece(request.From.Tag);
            hash.Add(request.CSeq);
        }
    }
}
