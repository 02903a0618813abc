using DialerEngine.Sip.Dialogs;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Transactions;

/// <summary>The client half: RFC 3261 section 17.1 and RFC 6026 section 7.2.</summary>
internal sealed partial class TransactionLayer
{
    /// <summary>Takes a slot for a request that is about to be written, because its branch names the slot.</summary>
    public bool TryReserveClient(out int index) => Table.TryTake(out index);

    /// <summary>Gives a reserved slot back unused.</summary>
    public void AbandonClient(int index)
    {
        Arena.Return(ref Table[index].Bytes);
        Arena.Return(ref Table[index].Credentials);
        Table.Release(index);
    }

    /// <summary>Sends a request as a client transaction. The bytes are copied.</summary>
    /// <returns>False if there is no memory for the bytes or the transport refused them; the slot is free again then.</returns>
    public bool TryStartClient(
        int index, SipMethod method, TransactionPurpose purpose, uint cseq, Calls.SipCallHandle call, in SipPeer peer,
        ReadOnlySpan<byte> request)
    {
        ref var transaction = ref Table[index];
        transaction.Kind = method == SipMethod.Invite ? TransactionKind.InviteClient : TransactionKind.NonInviteClient;
        transaction.Method = method;
        transaction.Purpose = purpose;
        transaction.CSeq = cseq;
        transaction.Call = call;
        transaction.Peer = peer;
        transaction.Bytes = Arena.Store(request);
        if (transaction.Bytes == 0)
        {
            AbandonClient(index);
            return false;
        }

        var start = TransactionMachines.Start(transaction.Kind);
        transaction.State = start.Next;
        transaction.LimitAt = NowMs + _timers.B + (method == SipMethod.Invite ? _longestInviteMs : 0);
        SetTimers(ref transaction, index, start, false);
        if (SendStored(ref transaction))
        {
            return true;
        }

        _counters.TransportErrors++;
        Free(index);
        return false;
    }

    /// <summary>
    /// Puts an upper bound on an INVITE that was cancelled or whose call is over: without final answer it ends after 64*T1 (RFC 3261
    /// section 9.1), and no later provisional answer moves that.
    /// </summary>
    public void LimitAfterCancel(TransactionHandle invite)
    {
        if (!Table.IsAlive(invite) || Table[invite.Index].FinalStatus != 0)
        {
            return;
        }

        ref var transaction = ref Table[invite.Index];
        transaction.LimitAt = Math.Min(transaction.LimitAt, NowMs + (64L * _timers.T1));
        transaction.ExpireAt = Math.Min(transaction.ExpireAt, transaction.LimitAt);
        Schedule(ref transaction, invite.Index);
    }

    /// <summary>True for a transaction that has had a provisional answer and no final one.</summary>
    public bool IsProceeding(TransactionHandle handle) =>
        Table.IsAlive(handle) && Table[handle.Index].State == TransactionState.Proceeding;

    /// <summary>A response arrived.</summary>
    public void OnResponse(SipMessage response, in SipPeer from)
    {
        if (!TryMatchClient(response, out var index))
        {
            if (response.StatusCode is >= 200 and < 300 && response.CSeqMethod == SipMethod.Invite)
            {
                User.OnStraySuccess(response, from);
            }
            else
            {
                _counters.StrayResponses++;
            }

            return;
        }

        ref var transaction = ref Table[index];
        var status = response.StatusCode;
        var input = status < 200 ? TransactionInput.Provisional : status < 300 ? TransactionInput.Success : TransactionInput.Failure;
        if (status >= 200 && transaction.FinalStatus != 0)
        {
            _counters.RepeatedResponses++;
        }

        if (input == TransactionInput.Success && transaction is { Kind: TransactionKind.InviteClient, State: TransactionState.Completed })
        {
            // A forking proxy may still forward a 2xx after it has passed on a refusal (RFC 3261 section 16.7 step 5).
            User.OnStraySuccess(response, from);
            return;
        }

        if (status >= 200 && transaction.FinalStatus == 0)
        {
            transaction.FinalStatus = (short)status;
        }

        Apply(index, input, response, from);
    }

    private bool TryMatchClient(SipMessage response, out int index)
    {
        if (!Tokens.TryReadBranch(response.TopVia.Branch, out index, out var generation)
            || !Table.IsAlive(new TransactionHandle(index, generation)))
        {
            return false;
        }

        if (response.CSeqMethod == SipMethod.Cancel && Table[index].Method != SipMethod.Cancel)
        {
            // A CANCEL has the branch of its INVITE (RFC 3261 section 9.1).
            var cancel = Table[index].Linked;
            index = cancel.Index;
            return Table.IsAlive(cancel) && Table[index].Method == SipMethod.Cancel;
        }

        ref var transaction = ref Table[index];
        return transaction.Method == response.CSeqMethod && transaction.CSeq == response.CSeq
            && transaction.Kind is TransactionKind.InviteClient or TransactionKind.NonInviteClient;
    }

    /// <summary>
    /// Writes the ACK of a refusal once from the INVITE (RFC 3261 section 17.1.1.3) and keeps it in the INVITE's place; repeats it later.
    /// </summary>
    /// <returns>The chunk with the INVITE, which the caller gives back; 0 when only repeating.</returns>
    private int AcknowledgeFailure(ref Transaction transaction, SipMessage response)
    {
        var invite = 0;
        if (transaction.Bytes != 0)
        {
            Arena.Locate(transaction.Bytes, out var slab, out var offset, out var length);
            if (SipParser.TryParse(slab, offset, length, _own) == SipParseError.None && _own.Method == SipMethod.Invite)
            {
                var written = DerivedRequests.WriteFailureAck(_scratch, _own, response);
                invite = transaction.Bytes;
                transaction.Bytes = written == 0 ? 0 : Arena.Store(_scratch.AsSpan(0, written));
            }
            else
            {
                _counters.Retransmissions++;
            }
        }

        SendStored(ref transaction);
        return invite;
    }
}
