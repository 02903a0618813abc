using DialerEngine.Core;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Desktop;

/// <summary>Events of the CTI link towards a desktop, named as T-Lib names them without <c>Event</c>.</summary>
public enum CtiEventKind : byte
{
    None = 0,
    LinkConnected,
    Registered,
    AgentLogin,
    AgentReady,
    AgentNotReady,
    AgentLogout,
    Dialing,
    Ringing,
    Established,
    Held,
    Retrieved,
    Released,
    Abandoned,
    AttachedDataChanged,
    UserEvent,
    Error,
}

/// <summary>One event for a desktop. Immutable once handed to an <see cref="IAgentChannel"/>; its user data included.</summary>
public sealed class CtiEvent
{
    public required CtiEventKind Kind { get; init; }

    /// <summary><c>referenceId</c> of the request that this event answers; null where it answers none.</summary>
    public int? ReferenceId { get; init; }

    /// <summary>The call (<c>connId</c>); none where the event is about no call.</summary>
    public CallHandle Call { get; init; }

    /// <summary>Attached data, or the user event itself; null where there is none.</summary>
    public UserData? UserData { get; init; }

    /// <summary>True with <see cref="CtiEventKind.AgentNotReady"/> for after-call work (<c>workMode</c>).</summary>
    public bool AfterCallWork { get; init; }

    /// <summary>True with <see cref="CtiEventKind.AgentNotReady"/> for an inbound call (<c>workMode</c>).</summary>
    public bool InboundCall { get; init; }

    /// <summary>Login id with <see cref="CtiEventKind.AgentLogin"/>.</summary>
    public string? AgentLoginId { get; init; }

    /// <summary>With <see cref="CtiEventKind.LinkConnected"/>: this engine's application DBID.</summary>
    public int ApplicationId { get; init; }

    /// <summary>With <see cref="CtiEventKind.Error"/>: number.</summary>
    public int ErrorCode { get; init; }

    /// <summary>With <see cref="CtiEventKind.Error"/>: text.</summary>
    public string? ErrorMessage { get; init; }
}

/// <summary>
/// The way to the agents' desktops, implemented by an adapter. Thread-safe; called on the groups' loops, so it never waits: messages go
/// into a bounded queue, and a desktop that does not read is cut off when its queue is full. A message for an agent without a
/// connection is dropped.
/// </summary>
public interface IAgentChannel
{
    /// <summary>Hands over a message.</summary>
    void Send(AgentId agent, CtiEvent message);
}
