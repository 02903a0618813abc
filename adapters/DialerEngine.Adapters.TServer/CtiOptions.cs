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

    /// <summary>
    /// How long an agent whose connection broke stays logged in, with the call and the records kept, so that the desktop may come back to them; zero logs the
    /// agent out at once. A desktop that closes its connection in an orderly way (status 1000), or does not read, is not waited for. Default 15 s.
    /// </summary>
    public TimeSpan ReconnectGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>From where agents without a password may log in. Default: from this machine only.</summary>
    public OpenLogins OpenLogins { get; init; } = OpenLogins.FromThisMachine;

    /// <summary>
    /// Origins of web pages (<c>https://HOST[:PORT]</c>, RFC 6454) that may connect beside the pages of this server's own; <c>*</c> lets every page in. Programs
    /// that are no browser send no origin and are not asked.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>A connection that has registered no DN after this long is ended. Default 30 s.</summary>
    public TimeSpan RegistrationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pings are sent this often. Default 15 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A ping unanswered for this long ends the connection. Default 15 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection that is being ended may take for its last messages. Default 2 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>From where an agent who has no password may log in.</summary>
public enum OpenLogins
{
    /// <summary>Over a loopback address.</summary>
    FromThisMachine,

    /// <summary>From everywhere: who knows a login id is in.</summary>
    Everywhere,

    /// <summary>From nowhere: every agent needs a password.</summary>
    Never,
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

    /// <summary>The same agent logged in on the same DN over another connection.</summary>
    TakenOver,

    /// <summary>The engine stops.</summary>
    ServerStopping,

    /// <summary>The engine failed.</summary>
    InternalError,
}
