using DialerEngine.Core;
using DialerEngine.Core.Groups;

namespace DialerEngine.Host.Admin;

/// <summary>How a command to a campaign group went.</summary>
internal enum CommandOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>There is no campaign group of this name.</summary>
    NotFound,

    /// <summary>The group's state does not allow it.</summary>
    Refused,

    /// <summary>The group has failed and takes no commands.</summary>
    Unavailable,
}

/// <summary>How a command went, with the reason in one sentence where it was not done.</summary>
internal readonly record struct CommandReply(CommandOutcome Outcome, string? Reason = null);

/// <summary>What the admin API and the life cycle of <c>serve</c> ask of an engine.</summary>
internal interface IEngineControl
{
    /// <summary>Names of all campaign groups, in the order of the configuration.</summary>
    IReadOnlyList<string> Groups { get; }

    /// <summary>Why the engine cannot work now, in one sentence; null when it can.</summary>
    string? NotReadyReason { get; }

    /// <summary>Gives a command to a group. An unload is done when the last call is over: cancelling ends the waiting, not the unload.</summary>
    Task<CommandReply> CommandAsync(string name, GroupCommandKind kind, DialMode mode, CancellationToken cancel);

    /// <summary>A look at a group; null when there is none of this name or when it has failed.</summary>
    Task<GroupSnapshot?> SnapshotAsync(string name, CancellationToken cancel);
}
