namespace DialerEngine.Sip.Transactions;

/// <summary>What an endpoint has counted since it was made. Written by the endpoint's thread; others may read at any time.</summary>
public sealed class SipEndpointCounters
{
    /// <summary>Messages handed to the transport, repeats included.</summary>
    public long MessagesSent { get; internal set; }

    /// <summary>Messages that came in.</summary>
    public long MessagesReceived { get; internal set; }

    /// <summary>Messages that no parser could make sense of.</summary>
    public long MalformedMessages { get; internal set; }

    /// <summary>Messages that we sent again by timer or because the far end repeated its own.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Requests that the far end repeated.</summary>
    public long RepeatedRequests { get; internal set; }

    /// <summary>Final responses that the far end repeated.</summary>
    public long RepeatedResponses { get; internal set; }

    /// <summary>Responses to nothing that we know.</summary>
    public long StrayResponses { get; internal set; }

    /// <summary>2xx of an INVITE that nobody waited for any more, or a second one of a fork: acknowledged and ended with BYE.</summary>
    public long UnwantedAnswers { get; internal set; }

    /// <summary>Client transactions without final answer and refusals without ACK.</summary>
    public long TransactionTimeouts { get; internal set; }

    /// <summary>Requests of the far end that nobody had answered by the end of their time.</summary>
    public long UnansweredRequests { get; internal set; }

    /// <summary>Messages that the transport refused.</summary>
    public long TransportErrors { get; internal set; }

    /// <summary>Requests refused with 503 because a table was full.</summary>
    public long RefusedRequests { get; internal set; }

    /// <summary>Calls placed.</summary>
    public long CallsPlaced { get; internal set; }

    /// <summary>Calls that came in.</summary>
    public long CallsReceived { get; internal set; }

    /// <summary>Calls that reached an answer, in either direction.</summary>
    public long CallsAnswered { get; internal set; }

    /// <summary>Calls that ended, answered or not.</summary>
    public long CallsEnded { get; internal set; }

    /// <summary>BYEs that got no final answer.</summary>
    public long UnansweredByes { get; internal set; }
}
