using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Admin;

/// <summary>The running engine as the admin API sees it.</summary>
/// <param name="runtime">The groups.</param>
/// <param name="groups">Names of all campaign groups, in the order of the configuration.</param>
/// <param name="notReady">Asks storage and trunks whether they can work; null when they can.</param>
internal sealed class EngineControl(EngineRuntime runtime, IReadOnlyList<string> groups, Func<string?> notReady) : IEngineControl
{
    public IReadOnlyList<string> Groups => groups;

    public string? NotReadyReason => notReady() ?? groups
        .Where(name => runtime.Find(name) is null or { Failed: true })
        .Select(name => $"campaign group {name} has failed; see the log")
        .FirstOrDefault();

    public async Task<CommandReply> CommandAsync(string name, GroupCommandKind kind, DialMode mode, CancellationToken cancel)
    {
        if (runtime.Find(name) is not { } loop)
        {
            return new CommandReply(CommandOutcome.NotFound, $"there is no campaign group named {name}");
        }

        if (loop.Failed)
        {
            return new CommandReply(CommandOutcome.Unavailable, $"{name} has failed; see the log");
        }

        var refusal = await runtime.CommandAsync(name, kind, mode, cancel);
        return refusal is null ? new CommandReply(CommandOutcome.Done) : new CommandReply(CommandOutcome.Refused, refusal);
    }

    public Task<GroupSnapshot?> SnapshotAsync(string name, CancellationToken cancel) => runtime.SnapshotAsync(name, cancel);
}
