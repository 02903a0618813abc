namespace DialerEngine.Core;

/// <summary>What an agent has told the engine about being available, apart from any call.</summary>
public enum AgentState : byte
{
    LoggedOut = 0,
    NotReady = 1,
    Ready = 2,
    AfterCallWork = 3,
}

/// <summary>An agent as configured.</summary>
public sealed record AgentDefinition
{
    /// <summary>Number of the agent in this configuration (its DBID), from 1.</summary>
    public required AgentId Id { get; init; }

    /// <summary>Login id that the desktop gives (<c>agentId</c>); unique in the configuration.</summary>
    public required string LoginId { get; init; }

    /// <summary>Password that the desktop must give; null where none is asked.</summary>
    public string? Password { get; init; }

    /// <summary>The same as a hash; null where the password is given as it is, or none is asked.</summary>
    public AgentPasswordHash? PasswordHash { get; init; }

    /// <summary>How the engine reaches the agent's ears.</summary>
    public required AgentPhone Phone { get; init; }

    /// <summary>True for a port of an IVR: a virtual agent without a desktop, always ready, one call at a time.</summary>
    public bool IsPort { get; init; }
}

/// <summary>How the engine reaches an agent's phone.</summary>
/// <param name="Uri">SIP URI of the phone; null when the phone registers or calls in.</param>
/// <param name="NailedUp">True: one call is kept up for the shift and every customer is put on it. False: the phone rings for every customer.</param>
/// <param name="AutoAnswer">Nailed up only. True: a customer is put through at once. False: the desktop is told EventRinging and must answer.</param>
public sealed record AgentPhone(string? Uri, bool NailedUp = true, bool AutoAnswer = true);

/// <summary>An agent group: who works together. Campaign groups join one agent group and one campaign.</summary>
public sealed record AgentGroupDefinition(string Name, IReadOnlyList<AgentId> Agents);
