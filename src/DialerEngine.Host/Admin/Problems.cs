namespace DialerEngine.Host.Admin;

/// <summary>Codes of refusals, the same words in answers and in the manual.</summary>
internal static class ProblemCode
{
    public const string Unauthorized = "unauthorized";
    public const string NotFound = "not-found";
    public const string GroupNotFound = "group-not-found";
    public const string CommandRefused = "command-refused";
    public const string GroupFailed = "group-failed";
    public const string BadRequest = "bad-request";
    public const string BodyTooLarge = "body-too-large";
    public const string NothingLoaded = "nothing-loaded";
    public const string ChainPlaceTaken = "chain-place-taken";
    public const string ConfigurationFaulty = "configuration-faulty";
    public const string NotReady = "not-ready";
    public const string InternalError = "internal-error";
}

/// <summary>A refusal (RFC 9457).</summary>
/// <param name="Type">A URN made of the code.</param>
/// <param name="Title">The code in words.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What happened and what to do, one sentence.</param>
/// <param name="Code">One of <see cref="ProblemCode"/>.</param>
/// <param name="Field">The field of the body that is refused; absent where the refusal is about none.</param>
/// <param name="Value">Its value, shortened.</param>
/// <param name="Rule">What the field must be.</param>
internal sealed record ProblemView(
    string Type, string Title, int Status, string Detail, string Code, string? Field = null, string? Value = null, string? Rule = null);

/// <summary>Writes refusals.</summary>
internal static class Problems
{
    public const string MediaType = "application/problem+json";

    public static ProblemView Make(int status, string code, string detail)
    {
        var words = code.Replace('-', ' ');
        return new ProblemView("urn:dialer-engine:problem:" + code, char.ToUpperInvariant(words[0]) + words[1..], status, detail, code);
    }

    /// <summary>As the result of an endpoint.</summary>
    public static IResult Result(int status, string code, string detail) =>
        Results.Json(Make(status, code, detail), AdminJson.Default.ProblemView, MediaType, status);

    /// <summary>A field of a body that cannot be taken.</summary>
    public static IResult Field(string field, string? value, string rule)
    {
        var shown = value is null ? null : Configuration.ConfigurationNode.Shorten(value);
        var view = Make(StatusCodes.Status400BadRequest, ProblemCode.BadRequest, $"{field} {rule}") with { Field = field, Value = shown, Rule = rule };
        return Results.Json(view, AdminJson.Default.ProblemView, MediaType, StatusCodes.Status400BadRequest);
    }

    /// <summary>Straight to the answer.</summary>
    public static Task WriteAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(Make(status, code, detail), AdminJson.Default.ProblemView, MediaType, context.RequestAborted);
    }
}
