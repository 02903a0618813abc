using Microsoft.Extensions.Logging;

namespace DialerEngine.Runtime;

/// <summary>Log messages of the runtime: event ids 3000 to 3999.</summary>
internal static partial class RuntimeLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Critical, Message = "Campaign Group {Group} has failed and is stopped: {Invariant}")]
    public static partial void GroupFailed(ILogger logger, string group, string invariant, Exception broken);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "Campaign Group {Group} is {State} (dial mode {Mode}, by {Command})")]
    public static partial void GroupState(ILogger logger, string group, string state, string mode, string command);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Error, Message = "Call {Call} of Campaign Group {Group} was never ended by the network; given up in state {State}")]
    public static partial void CallStuck(ILogger logger, string call, string group, string state);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Error, Message = "The attempt journal cannot be written ({Fault}): {Reason}. Dialling is held back, entries are kept")]
    public static partial void JournalFault(ILogger logger, string fault, string reason);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Information, Message = "The attempt journal is written again")]
    public static partial void JournalRecovered(ILogger logger);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Warning, Message = "Records of {List} could not be read for Campaign Group {Group}: {Reason}")]
    public static partial void FetchFailed(ILogger logger, string list, string group, string reason);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Information,
        Message = "Recovered: {Stale} attempts finished as Stale, {SystemError} as System Error, {Returned} records returned to their lists")]
    public static partial void Recovered(ILogger logger, int stale, int systemError, int returned);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Debug, Message = "Attempt {Attempt} record {Record} of {Group} finished: {Result} (network {Code} {Phrase})")]
    public static partial void AttemptFinished(ILogger logger, string attempt, string record, string group, string result, int code, string? phrase);

    [LoggerMessage(EventId = 3009, Level = LogLevel.Debug, Message = "{Group} paces {Decision}")]
    public static partial void Paced(ILogger logger, string group, string decision);

    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning, Message = "A chain could not be read for a desktop of Campaign Group {Group}: {Reason}")]
    public static partial void ChainFailed(ILogger logger, string group, string reason);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Information, Message = "Agent {Agent} makes an ordinary call {Call}")]
    public static partial void OrdinaryCall(ILogger logger, Core.AgentId agent, string call);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Information, Message = "Agent {Agent} is assigned to Campaign Group {Group} (0: to none)")]
    public static partial void AgentReassigned(ILogger logger, Core.AgentId agent, int group);

    // Next free event id: 3013.
}
