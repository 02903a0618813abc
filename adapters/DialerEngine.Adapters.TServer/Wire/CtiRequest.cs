using DialerEngine.Core.Desktop;

namespace DialerEngine.Adapters.TServer.Wire;

/// <summary>Requests of the CTI link, named as T-Lib names them without <c>Request</c>.</summary>
public enum CtiRequestKind
{
    None = 0,
    RegisterAddress,
    AgentLogin,
    AgentReady,
    AgentNotReady,
    AgentLogout,
    AnswerCall,
    ReleaseCall,
    MakeCall,
    HoldCall,
    RetrieveCall,
    UpdateUserData,
    DistributeUserEvent,
}

/// <summary>One request as it travels: a JSON object with <c>message</c> and the fields that the request has.</summary>
public sealed record CtiRequest
{
    public required CtiRequestKind Kind { get; init; }

    /// <summary><c>referenceId</c>: returned by the reply; null where no reply is looked for.</summary>
    public int? ReferenceId { get; init; }

    /// <summary><c>thisDN</c>: the agent's place, 1 to 64 characters.</summary>
    public string? ThisDn { get; init; }

    /// <summary><c>agentId</c>: login id.</summary>
    public string? AgentId { get; init; }

    /// <summary><c>password</c>.</summary>
    public string? Password { get; init; }

    /// <summary><c>connId</c>: the call, 16 hexadecimal digits; may be left out while the agent has one call.</summary>
    public string? ConnId { get; init; }

    /// <summary><c>otherDN</c>: the number to dial.</summary>
    public string? OtherDn { get; init; }

    /// <summary><c>workMode</c>: AfterCallWork or nothing.</summary>
    public string? WorkMode { get; init; }

    /// <summary><c>userData</c>.</summary>
    public UserData? UserData { get; init; }

    /// <summary>Not shown: a password must not reach a log.</summary>
    public override string ToString() => CtiNames.Of(Kind);
}
