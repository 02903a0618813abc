using System.Reflection;
using System.Runtime.InteropServices;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Admin;

/// <summary>The addresses of the admin API.</summary>
internal sealed class AdminEndpoints(IEngineControl control, TimeProvider time, MetricsCollector metrics, ILogger logger)
{
    /// <summary>An answer waits this long for a command to take effect; an unload may take as long as the longest call.</summary>
    private static readonly TimeSpan CommandWait = TimeSpan.FromSeconds(5);

    public static void Map(WebApplication app, IEngineControl control, TimeProvider time, MetricsCollector metrics, ILogger logger)
    {
        var endpoints = new AdminEndpoints(control, time, metrics, logger);
        var groups = app.MapGroup("/api/v1/campaign-groups").WithTags("Campaign groups");
        groups.MapGet("", endpoints.ListAsync).WithName("listCampaignGroups").WithSummary("All campaign groups.")
            .Produces<GroupsView>();
        groups.MapGet("/{name}", endpoints.ShowAsync).WithName("getCampaignGroup").WithSummary("One campaign group, and why it does not dial more.")
            .Produces<GroupSnapshot>().Produces<ProblemView>(404, Problems.MediaType).Produces<ProblemView>(503, Problems.MediaType);
        endpoints.MapCommand(groups, "load", GroupCommandKind.Load, "Loads: agents see the campaign, nothing is dialled yet.");
        endpoints.MapCommand(groups, "start", GroupCommandKind.Start, "Starts dialling.");
        endpoints.MapCommand(groups, "stop", GroupCommandKind.Stop, "Stops dialling; calls in progress finish.");
        endpoints.MapCommand(groups, "unload", GroupCommandKind.Unload, "Unloads when calls in progress have finished; 202 while they have not.");
        endpoints.MapCommand(groups, "force-unload", GroupCommandKind.ForceUnload, "Releases calls in progress and unloads.");
        Describe(groups.MapPut("/{name}/dial-mode", endpoints.SetDialModeAsync), "setDialMode", "Changes the dial mode of a loaded or running campaign group.")
            .Produces<ProblemView>(400, Problems.MediaType);

        app.MapGet("/metrics", endpoints.MetricsAsync).WithTags("Watching").WithName("metrics").WithSummary("All metrics as Prometheus text.")
            .Produces<string>(200, PrometheusText.MediaType);
        app.MapGet("/version", Version).WithTags("Watching").WithName("version").WithSummary("What runs here.").Produces<VersionView>();
        app.MapGet("/health/live", () => Results.Json(new HealthView("live"), AdminJson.Default.HealthView))
            .WithTags("Watching").WithName("healthLive").WithSummary("200 while the process answers. Needs no token.").Produces<HealthView>();
        app.MapGet("/health/ready", endpoints.Ready).WithTags("Watching").WithName("healthReady")
            .WithSummary("200 when storage and trunks work, 503 with the reason when not. Needs no token.").Produces<HealthView>().Produces<HealthView>(503);
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string name, string summary) => route.WithName(name).WithSummary(summary)
        .Produces<GroupSnapshot>().Produces<GroupSnapshot>(202).Produces<ProblemView>(404, Problems.MediaType).Produces<ProblemView>(409, Problems.MediaType)
        .Produces<ProblemView>(503, Problems.MediaType);

    private static IResult Version()
    {
        var assembly = typeof(AdminEndpoints).Assembly;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        return Results.Json(new VersionView("DialerEngine", version, RuntimeInformation.FrameworkDescription), AdminJson.Default.VersionView);
    }

    private static IResult NoSuchGroup(string name) =>
        Problems.Result(StatusCodes.Status404NotFound, ProblemCode.GroupNotFound, $"there is no campaign group named {ConfigurationNode.Shorten(name)}");

    private static IResult Failed(string name) =>
        Problems.Result(StatusCodes.Status503ServiceUnavailable, ProblemCode.GroupFailed, $"{name} has failed; the engine's log says why");

    private void MapCommand(RouteGroupBuilder groups, string verb, GroupCommandKind kind, string summary) => Describe(
        groups.MapPost("/{name}/" + verb, (string name, CancellationToken cancel) => CommandAsync(name, kind, DialMode.NoDialMode, cancel)),
        verb == "force-unload" ? "forceUnloadCampaignGroup" : verb + "CampaignGroup", summary);

    private async Task<IResult> ListAsync(CancellationToken cancel)
    {
        var (groups, failed) = await SnapshotsAsync(cancel);
        return Results.Json(new GroupsView(groups, failed), AdminJson.Default.GroupsView);
    }

    private async Task<(List<GroupSnapshot> Groups, List<string> Failed)> SnapshotsAsync(CancellationToken cancel)
    {
        var groups = new List<GroupSnapshot>();
        var failed = new List<string>();
        var asked = control.Groups.Select(name => (Name: name, Snapshot: control.SnapshotAsync(name, cancel))).ToList();
        foreach (var (name, answer) in asked)
        {
            if (await answer is { } snapshot)
            {
                groups.Add(snapshot);
            }
            else
            {
                failed.Add(name);
            }
        }

        return (groups, failed);
    }

    private async Task<IResult> ShowAsync(string name, CancellationToken cancel)
    {
        if (!control.Groups.Contains(name))
        {
            return NoSuchGroup(name);
        }

        return await control.SnapshotAsync(name, cancel) is { } snapshot ? Results.Json(snapshot, AdminJson.Default.GroupSnapshot) : Failed(name);
    }

    private async Task<IResult> SetDialModeAsync(string name, DialModeRequest request, CancellationToken cancel)
    {
        if (TenantTable.DialModes.TryGetValue(request.DialMode ?? "", out var mode))
        {
            return await CommandAsync(name, GroupCommandKind.SetDialMode, mode, cancel);
        }

        var written = ConfigurationNode.Shorten(request.DialMode ?? "");
        return Problems.Result(
            StatusCodes.Status400BadRequest, ProblemCode.BadRequest,
            $"dialMode must be one of {string.Join(", ", TenantTable.DialModes.Keys)}{DidYouMean.Ask(written, TenantTable.DialModes.Keys)}");
    }

    private async Task<IResult> CommandAsync(string name, GroupCommandKind kind, DialMode mode, CancellationToken cancel)
    {
        if (!control.Groups.Contains(name))
        {
            return NoSuchGroup(name);
        }

        // The command goes on where the asker goes away: only the waiting is cancelled.
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var limit = new CancellationTokenSource(CommandWait, time);
        using var link = limit.Token.Register(waiting.Cancel);
        var status = StatusCodes.Status200OK;
        try
        {
            var reply = await control.CommandAsync(name, kind, mode, waiting.Token);
            HostLog.Commanded(logger, kind.ToString(), name, reply.Reason ?? "done");
            switch (reply.Outcome)
            {
                case CommandOutcome.NotFound: return NoSuchGroup(name);
                case CommandOutcome.Refused: return Problems.Result(StatusCodes.Status409Conflict, ProblemCode.CommandRefused, reply.Reason ?? "refused");
                case CommandOutcome.Unavailable: return Failed(name);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            HostLog.Commanded(logger, kind.ToString(), name, "under way");
            status = StatusCodes.Status202Accepted;
        }

        return await control.SnapshotAsync(name, cancel) is { } snapshot
            ? Results.Json(snapshot, AdminJson.Default.GroupSnapshot, statusCode: status)
            : Failed(name);
    }

    private async Task<IResult> MetricsAsync(CancellationToken cancel)
    {
        var (groups, _) = await SnapshotsAsync(cancel);
        var text = new PrometheusText();
        metrics.Write(text);
        GroupMetrics.Write(text, groups);
        return Results.Text(text.ToString(), PrometheusText.MediaType);
    }

    private IResult Ready() => control.NotReadyReason is { } reason
        ? Results.Json(new HealthView("not ready", reason), AdminJson.Default.HealthView, statusCode: StatusCodes.Status503ServiceUnavailable)
        : Results.Json(new HealthView("ready"), AdminJson.Default.HealthView);
}
