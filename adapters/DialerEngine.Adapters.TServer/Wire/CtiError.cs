namespace DialerEngine.Adapters.TServer.Wire;

/// <summary>
/// Numbers of EventError. They are T-Lib's (error list of the T-Library, <c>tliberr.h</c>, 2004); the texts are ours.
/// </summary>
public enum CtiError
{
    None = 0,

    /// <summary>No DN is registered on this connection (TERR_NOT_REGISTERED).</summary>
    NotRegistered = 41,

    /// <summary>The DN, place or agent is in use on another connection (TERR_RESOURCE_SEIZED).</summary>
    ResourceSeized = 42,

    /// <summary>The agent or the call is in the requested state already (TERR_IN_SAME_STATE).</summary>
    InSameState = 43,

    /// <summary>No such request, or one that the engine does not support now (TERR_UNSUP_OPER).</summary>
    UnsupportedOperation = 51,

    /// <summary>The engine failed; it is not the request's fault (TERR_INTERNAL).</summary>
    Internal = 52,

    /// <summary>A field is missing, of a wrong type or value, or the message is no JSON object (TERR_INVALID_ATTR).</summary>
    InvalidAttribute = 53,

    /// <summary>The agent has no such call, or the call is over (TERR_INV_CONNID).</summary>
    InvalidConnectionId = 56,

    /// <summary>The agent's phone is not connected (TERR_OUT_OF_SERVICE).</summary>
    OutOfService = 58,

    /// <summary>The number is none that can be dialled (TERR_INV_CALD_DN).</summary>
    InvalidCalledDn = 71,

    /// <summary>The agent has a call already (TERR_ORIG_DN_BUSY).</summary>
    OriginationBusy = 83,

    /// <summary>The message is binary; only text is taken (TERR_MSG_TYPE).</summary>
    BadMessageType = 102,

    /// <summary>The message is longer than 64 KiB (TERR_BAD_MSG_LENGTH).</summary>
    BadMessageLength = 107,

    /// <summary>Requests come faster than the limit (TERR_TOO_MANY_REQ).</summary>
    TooManyRequests = 111,

    /// <summary>Calls cannot be recorded now; try again (TERR_SERV_UNAVAIL).</summary>
    ServiceUnavailable = 118,

    /// <summary>Wrong password (TERR_BAD_PASSWD).</summary>
    BadPassword = 119,

    /// <summary>A rule forbids the call: do-not-call, the customer's clock, frequency of calls (TERR_ACCESS_RESTICT).</summary>
    AccessRestricted = 165,

    /// <summary>No line is free (TERR_RES_UNAVAIL).</summary>
    ResourceUnavailable = 166,

    /// <summary>The agent is not logged in (TERR_ACD_LOGOFF).</summary>
    NotLoggedIn = 187,

    /// <summary>No agent has this login id (TERR_AGENT_ID_INV).</summary>
    InvalidAgentId = 192,
}
