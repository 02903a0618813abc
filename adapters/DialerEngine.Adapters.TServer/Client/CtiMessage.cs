using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Client;

/// <summary>A message from the engine, as a desktop sees it.</summary>
public sealed record CtiMessage
{
    public required CtiEventKind Kind { get; init; }

    /// <summary>Name on the wire, e.g. <c>EventRinging</c>; of a message that this client does not know, too.</summary>
    public required string Name { get; init; }

    /// <summary>The request that this answers; null where it answers none.</summary>
    public int? ReferenceId { get; init; }

    public string? ThisDn { get; init; }

    /// <summary>The call; none where the message is about no call.</summary>
    public CallHandle Call { get; init; }

    /// <summary>Login id with EventAgentLogin.</summary>
    public string? AgentId { get; init; }

    /// <summary>AfterCallWork, or null.</summary>
    public string? WorkMode { get; init; }

    /// <summary>Attached data, or the user event; empty where there is none.</summary>
    public UserData UserData { get; init; } = new();

    /// <summary>With EventLinkConnected.</summary>
    public int ApplicationId { get; init; }

    /// <summary>With EventError; 0 otherwise.</summary>
    public int ErrorCode { get; init; }

    /// <summary>With EventError.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>True for EventError.</summary>
    public bool IsError => Kind == CtiEventKind.Error;

    /// <summary><c>GSW_USER_EVENT</c> of a user event; null where there is none.</summary>
    public string? UserEventName => UserData.TryGetString("GSW_USER_EVENT", out var name) ? name : null;
}

/// <summary>The connection is gone, or an answer did not come in time.</summary>
public sealed class CtiConnectionException : Exception
{
    public CtiConnectionException(string message)
        : base(message)
    {
    }

    public CtiConnectionException()
    {
    }

    public CtiConnectionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Bounds of a client.</summary>
public sealed record CtiClientOptions
{
    /// <summary>How long a reply is waited for. Default 10 s.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Messages that may wait in <see cref="CtiClient.Events"/>; one more and the client gives the connection up, rather than lose one. Default 4,096.</summary>
    public int EventCapacity { get; init; } = 4_096;

    /// <summary>A message's size at most, bytes. Default 1 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>Clock of the reply timeout.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>TLS: checks the server's certificate; null takes the system's rules.</summary>
    public System.Net.Security.RemoteCertificateValidationCallback? CertificateValidation { get; init; }
}
