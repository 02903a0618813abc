using DialerEngine.Host.Reload;

namespace DialerEngine.Host.Admin;

/// <summary>A configuration file that cannot be taken (RFC 9457 with the lines that <c>check</c> prints).</summary>
/// <param name="Type">A URN made of the code.</param>
/// <param name="Title">The code in words.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What happened and what to do, one sentence.</param>
/// <param name="Code">One of <see cref="ProblemCode"/>.</param>
/// <param name="Faults">What is at fault, one line each, as <c>check</c> prints it.</param>
internal sealed record ConfigurationProblemView(string Type, string Title, int Status, string Detail, string Code, IReadOnlyList<string> Faults);

/// <summary>The addresses of the admin API that concern the configuration.</summary>
internal sealed class ConfigurationEndpoints(ConfigurationReload reload)
{
    public static void Map(WebApplication app, ConfigurationReload reload)
    {
        var endpoints = new ConfigurationEndpoints(reload);
        app.MapGet("/api/v1/configuration", endpoints.Show).WithTags("Configuration").WithName("getConfiguration")
            .WithSummary("The file that the engine runs with, the configuration's number, and what of the file needs a restart.").Produces<ConfigurationView>();
        app.MapPost("/api/v1/configuration/reload", endpoints.ReloadAsync).WithTags("Configuration").WithName("reloadConfiguration")
            .WithSummary("Reads the file again, applies what can be applied and says what needs a restart; a file with a fault changes nothing. dryRun=true only says.")
            .Produces<ReloadView>().Produces<ConfigurationProblemView>(400, Problems.MediaType);
    }

    private IResult Show() => Results.Json(reload.View, AdminJson.Default.ConfigurationView);

    private async Task<IResult> ReloadAsync(bool? dryRun)
    {
        // A reload that has begun is not given up half-way because the asker goes away.
        var outcome = await reload.RunAsync("the admin API", dryRun == true, CancellationToken.None);
        if (outcome.Done is { } done)
        {
            return Results.Json(done, AdminJson.Default.ReloadView);
        }

        var problem = Problems.Make(
            StatusCodes.Status400BadRequest, ProblemCode.ConfigurationFaulty, $"{reload.View.File} cannot be taken; nothing was changed, the engine runs as before");
        return Results.Json(
            new ConfigurationProblemView(problem.Type, problem.Title, problem.Status, problem.Detail, problem.Code, outcome.Faults),
            AdminJson.Default.ConfigurationProblemView, Problems.MediaType, problem.Status);
    }
}
