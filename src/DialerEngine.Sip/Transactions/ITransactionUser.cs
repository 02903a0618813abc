using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Transactions;

/// <summary>The layer above the transactions (RFC 3261 section 5: the transaction user). Called on the endpoint's thread.</summary>
internal interface ITransactionUser
{
    /// <summary>A response to a client transaction of ours.</summary>
    void OnResponse(int transaction, SipMessage response, in SipPeer from);

    /// <summary>A 2xx to an INVITE of ours whose transaction is gone.</summary>
    void OnStraySuccess(SipMessage response, in SipPeer from);

    /// <summary>A request that started a server transaction.</summary>
    void OnRequest(int transaction, SipMessage request, in SipPeer from);

    /// <summary>A request that finds no room for a transaction: answer it without one, or not at all.</summary>
    void OnRequestRefused(SipMessage request, in SipPeer from);

    /// <summary>An ACK that belongs to no refusal: the ACK of a 2xx.</summary>
    void OnAck(SipMessage ack, in SipPeer from);

    /// <summary>A CANCEL; the INVITE server transaction that it names, or -1.</summary>
    void OnCancel(int transaction, int invite, SipMessage cancel, in SipPeer from);

    /// <summary>A client transaction got no final answer, or a refused INVITE no ACK. The slot is freed after the call.</summary>
    void OnTimeout(int transaction);

    /// <summary>The transport refused the message of a transaction. The slot is freed after the call if its machine says so.</summary>
    void OnTransportError(int transaction);

    /// <summary>
    /// A request of the far end waits for its final answer at the end of its time: the last moment to give one. Without one the slot is freed
    /// after the call.
    /// </summary>
    void OnUnanswered(int transaction);

    /// <summary>A timer that belongs to no transaction.</summary>
    void OnUserTimer(ulong payload);
}
