using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>Log messages of the telephony adapter: event ids 4500 to 4599. Numbers are never in them.</summary>
internal static partial class TelephonyLog
{
    [LoggerMessage(EventId = 4501, Level = LogLevel.Warning, Message = "Call {Call} could not be placed over trunk {Trunk}: {Error}")]
    public static partial void NotPlaced(ILogger logger, string call, string trunk, string error);

    [LoggerMessage(EventId = 4502, Level = LogLevel.Warning, Message = "Call {Call} over trunk {Trunk} was answered without a usable session description; released")]
    public static partial void NoMedia(ILogger logger, string call, string trunk);

    [LoggerMessage(EventId = 4503, Level = LogLevel.Error, Message = "There is no announcement {Announcement}; the call is released without one")]
    public static partial void NoAnnouncement(ILogger logger, string announcement);

    [LoggerMessage(EventId = 4504, Level = LogLevel.Warning, Message = "The phone {Uri} of agent {Agent} cannot be reached")]
    public static partial void PhoneUnreachable(ILogger logger, string agent, string uri);

    [LoggerMessage(EventId = 4505, Level = LogLevel.Information, Message = "The line to agent {Agent} is up")]
    public static partial void LineUp(ILogger logger, string agent);

    [LoggerMessage(EventId = 4506, Level = LogLevel.Information, Message = "The line to agent {Agent} is down ({Cause})")]
    public static partial void LineDown(ILogger logger, string agent, string cause);

    [LoggerMessage(EventId = 4507, Level = LogLevel.Warning, Message = "Trunk {Trunk} is {State}")]
    public static partial void TrunkState(ILogger logger, string trunk, string state);

    [LoggerMessage(EventId = 4508, Level = LogLevel.Warning, Message = "Call {Call} could not be sent to its destination (SIP status {Status})")]
    public static partial void NotRouted(ILogger logger, string call, int status);

    // Next free event id: 4509.
}
