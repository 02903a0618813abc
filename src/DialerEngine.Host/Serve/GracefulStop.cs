using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Host.Admin;

namespace DialerEngine.Host.Serve;

/// <summary>
/// Ends an engine's work: dialling stops at once, calls in progress finish up to a limit, what is left is unloaded by force, and all records go
/// back to their lists.
/// </summary>
internal sealed class GracefulStop(IEngineControl control, TimeProvider time, ILogger logger)
{
    /// <summary>Time that an unload by force may take: it waits for the far ends' and the journal's last words only.</summary>
    internal static readonly TimeSpan ForceLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs to the end; true when every group was unloaded. <paramref name="hurry"/> cuts the time of calls in progress short.</summary>
    public async Task<bool> RunAsync(TimeSpan limit, Task hurry)
    {
        // All groups stop dialling before the first is unloaded. Refusals are no matter: a group may be stopped or on its way out already.
        Order(control.Groups, GroupCommandKind.Stop);
        Order(control.Groups, GroupCommandKind.Unload);
        var left = await WaitAsync(limit, hurry);
        if (left.Count > 0)
        {
            HostLog.StopLimitReached(logger, left.Count);
            Order(left.Keys, GroupCommandKind.ForceUnload);
            left = await WaitAsync(ForceLimit, Task.Delay(Timeout.InfiniteTimeSpan, time, CancellationToken.None));
        }

        foreach (var (name, reason) in left)
        {
            HostLog.NotUnloaded(logger, name, reason);
        }

        if (left.Count == 0)
        {
            HostLog.Stopped(logger);
        }

        return left.Count == 0;
    }

    private void Order(IEnumerable<string> names, GroupCommandKind kind)
    {
        foreach (var name in names)
        {
            _ = OrderAsync(name, kind);
        }
    }

    private async Task OrderAsync(string name, GroupCommandKind kind)
    {
        var reply = await control.CommandAsync(name, kind, DialMode.NoDialMode, CancellationToken.None);
        HostLog.Commanded(logger, kind.ToString(), name, reply.Reason ?? "done");
    }

    /// <summary>Looks at the groups until all are unloaded, the limit is reached or somebody is in a hurry; the groups that are left, with the reason.</summary>
    private async Task<Dictionary<string, string>> WaitAsync(TimeSpan limit, Task hurry)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var left = await LookAsync();
            if (left.Count == 0 || hurry.IsCompleted || time.GetElapsedTime(started) >= limit)
            {
                return left;
            }

            using var woken = new CancellationTokenSource();
            await Task.WhenAny(Task.Delay(LookEvery, time, woken.Token), hurry);
            await woken.CancelAsync();
        }
    }

    private async Task<Dictionary<string, string>> LookAsync()
    {
        var left = new Dictionary<string, string>(StringComparer.Ordinal);
        using var limit = new CancellationTokenSource(ForceLimit, time);
        var looks = control.Groups.Select(name => (Name: name, Look: control.SnapshotAsync(name, limit.Token))).ToList();
        foreach (var (name, look) in looks)
        {
            try
            {
                if (await look is not { } snapshot)
                {
                    left[name] = "it has failed";
                }
                else if (snapshot.State != CampaignGroupState.NotLoaded)
                {
                    left[name] = $"it is {snapshot.State} still";
                }
            }
            catch (OperationCanceledException)
            {
                left[name] = "it does not answer";
            }
        }

        return left;
    }
}
