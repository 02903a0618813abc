namespace DialerEngine.Adapters.TServer;

/// <summary>Bounds of the CTI link. The defaults are safe for 1,000 desktops on one node.</summary>
public sealed record CtiOptions
{
    /// <summary>This engine's application DBID, told to every connection, 101 to 32,767.</summary>
    public required int ApplicationId { get; init; }

    /// <summary>Connections at one time; more are refused with status 503. Default 2,000.</summary>
    public int MaxSessions { get; init; } = 2_000;

    /// <summary>A message's size at most, bytes; a bigger one is answered with EventError and ends the connection. Default 65,536.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024;

    /// <summary>Messages that may wait for a desktop that does not read; one more and it is cut off. Default 1,024.</summary>
    public int MaxQueuedMessages { get; init; } = 1_024;

    /// <summary>Bytes that may wait for a desktop that does not read; more and it is cut off. A single message always fits. Default 65,536.</summary>
    public int MaxQueuedBytes { get; init; } = 64 * 1024;

    /// <summary>Requests per second that a connection may make over time. Default 100: twenty times what a busy desktop makes.</summary>
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>Requests that a connection may make at once. Default 200.</summary>
    public int RequestBurst { get; init; } = 200;

    /// <summary>Requests in a row that may be refused for their rate; then the connection is ended. Default 500.</summary>
    public int MaxRefusedRequests { get; init; } = 500;

    /// <summary>Failed logins on one connection; then the connection is ended. Default 5.</summary>
    public int MaxFailedLogins { get; init; } = 5;

    /// <summary>A connection that has registered no DN after this long is ended. Default 30 s.</summary>
    public TimeSpan RegistrationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pings are sent this often. Default 15 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A ping unanswered for this long ends the connection. Default 15 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection that is being ended may take for its last messages. Default 2 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>Why a connection ended: the word of log and metric.</summary>
public enum CtiDisconnectReason
{
    None = 0,

    /// <summary>The desktop closed it.</summary>
    ClosedByDesktop,

    /// <summary>It broke, or pings went unanswered.</summary>
    ConnectionLost,

    /// <summary>The desktop did not read.</summary>
    SlowReader,

    /// <summary>A message was longer than the limit.</summary>
    MessageTooBig,

    /// <summary>Requests came faster than the limit and did not stop.</summary>
    Flood,

    /// <summary>Too many failed logins.</summary>
    FailedLogins,

    /// <summary>No DN was registered in time.</summary>
    RegistrationTimeout,

    /// <summary>The engine stops.</summary>
    ServerStopping,

    /// <summary>The engine failed.</summary>
    InternalError,
}
