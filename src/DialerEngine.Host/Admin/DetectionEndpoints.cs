namespace DialerEngine.Host.Admin;

/// <summary>The addresses of the admin API that concern detection.</summary>
internal static class DetectionEndpoints
{
    /// <param name="app">The server.</param>
    /// <param name="detection">The detector.</param>
    /// <param name="file">The configuration file that profiles are read from again; null leaves that address out.</param>
    public static void Map(WebApplication app, DetectionControl detection, string? file)
    {
        app.MapGet("/api/v1/detection", () => Results.Json(detection.View(), AdminJson.Default.DetectionView)).WithTags("Detection").WithName("detection")
            .WithSummary("What the detector of people, machines and tones did since the engine's start.").Produces<DetectionView>();
        app.MapGet("/api/v1/detection/feedback", () => Results.Json(detection.Feedback(), AdminJson.Default.FeedbackListView)).WithTags("Detection").WithName("detectionFeedback")
            .WithSummary("Error rates of the detector by list, from what agents said of test calls, with 95 % intervals.").Produces<FeedbackListView>();
        app.MapGet("/api/v1/detection/profiles", () => Results.Json(detection.Profiles(), AdminJson.Default.ProfileListView)).WithTags("Detection").WithName("detectionProfiles")
            .WithSummary("The profiles in force for calls that start from now on, the built-in ones too.").Produces<ProfileListView>();
        if (file is not null)
        {
            app.MapPost("/api/v1/detection/profiles/reload", () => detection.Reload(file) is { } fault
                    ? Problems.Result(StatusCodes.Status409Conflict, ProblemCode.CommandRefused, fault)
                    : Results.Json(detection.View(), AdminJson.Default.DetectionView))
                .WithTags("Detection").WithName("reloadDetectionProfiles")
                .WithSummary("Reads cpdProfiles from the configuration file again, for calls that start from now on; nothing else of the file is taken.")
                .Produces<DetectionView>().Produces<ProblemView>(409, Problems.MediaType);
        }
    }
}
