using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.TServer;

/// <summary>Log of the CTI link, event ids 6000 to 6099; the next free one is 6015. Phone numbers and passwords are not logged.</summary>
internal static partial class CtiLog
{
    [LoggerMessage(6000, LogLevel.Information, "CTI session {Session} opened from {Remote}")]
    public static partial void SessionOpened(ILogger logger, long session, string remote);

    [LoggerMessage(6001, LogLevel.Information, "CTI session {Session} of DN {Dn} ended: {Reason}")]
    public static partial void SessionClosed(ILogger logger, long session, string dn, CtiDisconnectReason reason);

    [LoggerMessage(6002, LogLevel.Information, "agent {Agent} logged in on DN {Dn}, CTI session {Session}")]
    public static partial void AgentLoggedIn(ILogger logger, long session, AgentId agent, string dn);

    [LoggerMessage(6003, LogLevel.Warning, "login on DN {Dn} refused: {Outcome}, CTI session {Session}")]
    public static partial void LoginRefused(ILogger logger, long session, string dn, AgentLogin outcome);

    [LoggerMessage(6004, LogLevel.Information, "agent {Agent} logged out because CTI session {Session} ended: {Reason}")]
    public static partial void AgentLostWithSession(ILogger logger, long session, AgentId agent, CtiDisconnectReason reason);

    [LoggerMessage(6005, LogLevel.Debug, "request refused on CTI session {Session}: {Code} {Words}")]
    public static partial void RequestRefused(ILogger logger, long session, int code, string words);

    [LoggerMessage(6006, LogLevel.Warning, "CTI handshake from {Remote} refused: {Why}")]
    public static partial void HandshakeRefused(ILogger logger, string remote, string why);

    [LoggerMessage(6007, LogLevel.Error, "CTI session {Session} met a fault of the engine")]
    public static partial void Fault(ILogger logger, long session, Exception fault);

    [LoggerMessage(6009, LogLevel.Information, "agent {Agent} is waited for: CTI session {Session} ended: {Reason}")]
    public static partial void AgentAwaited(ILogger logger, AgentId agent, long session, CtiDisconnectReason reason);

    [LoggerMessage(6010, LogLevel.Information, "agent {Agent} logged out: did not come back in time")]
    public static partial void AgentNotBack(ILogger logger, AgentId agent);

    [LoggerMessage(6011, LogLevel.Information, "agent {Agent} is back, CTI session {Session}")]
    public static partial void AgentBack(ILogger logger, AgentId agent, long session);

    [LoggerMessage(6012, LogLevel.Information, "the certificate {File} was read again, good until {NotAfter}")]
    public static partial void CertificateRenewed(ILogger logger, string file, DateTime notAfter);

    [LoggerMessage(6013, LogLevel.Error, "the changed certificate is not used, the old one stays: {Why}")]
    public static partial void CertificateUnusable(ILogger logger, string why);

    [LoggerMessage(6014, LogLevel.Information, "agent {Agent} passes from CTI session {Old} to {New}: logged in again on the same DN")]
    public static partial void AgentTakenOver(ILogger logger, AgentId agent, long old, long @new);

    [LoggerMessage(6008, LogLevel.Debug, "CTI session {Session} broke")]
    public static partial void Broken(ILogger logger, long session, Exception fault);
}
