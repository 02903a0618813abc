using Microsoft.Extensions.Primitives;

namespace DialerEngine.Host.Admin;

/// <summary>Stands before every address: asks for the token, sets the headers that browsers need, turns faults into refusals.</summary>
internal static class AdminGuard
{
    private const string TooLarge = "the body is larger than 16 KiB";
    private const string Unreadable = "the request cannot be read: its method, media type and JSON body must be as in /openapi/v1.json";

    public static async Task HandleAsync(HttpContext context, RequestDelegate next, AdminToken token, ILogger logger)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = Dashboard.ContentSecurityPolicy;
        if (!IsOpen(context.Request.Path) && !IsAllowed(context.Request.Headers.Authorization, token))
        {
            headers.WWWAuthenticate = "Bearer";
            await Problems.WriteAsync(
                context, StatusCodes.Status401Unauthorized, ProblemCode.Unauthorized,
                "the bearer token is missing or wrong; it was printed at the engine's first start (remove the token file and start again for a new one)");
            return;
        }

        try
        {
            await next(context);
            await DescribeAsync(context);
        }
        catch (BadHttpRequestException bad)
        {
            var code = bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? ProblemCode.BodyTooLarge : ProblemCode.BadRequest;
            await AnswerAsync(context, bad.StatusCode, code, code == ProblemCode.BodyTooLarge ? TooLarge : Unreadable);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // One request fails, the engine goes on.
            HostLog.RequestFailed(logger, context.Request.Method, context.Request.Path, fault.Message, fault);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, ProblemCode.InternalError, "the engine could not answer; its log says why");
        }
    }

    /// <summary>Health is for machines that have no token; the dashboard's page and script hold no data, and the desktop's address only leads elsewhere.</summary>
    private static bool IsOpen(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.Ordinal) || Dashboard.IsFile(path) || string.Equals(path.Value, Web.DesktopPage.Path, StringComparison.Ordinal);

    private static bool IsAllowed(StringValues authorization, AdminToken token) =>
        authorization.Count == 1 && authorization[0] is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && token.Accepts(value.AsSpan("Bearer ".Length).Trim());

    /// <summary>The framework refuses some requests with a bare status: it gets our form.</summary>
    private static Task DescribeAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.StatusCode < 400 || response.HasStarted || response.ContentType is not null)
        {
            return Task.CompletedTask;
        }

        return response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Problems.WriteAsync(context, response.StatusCode, ProblemCode.NotFound, "there is nothing at this address"),
            StatusCodes.Status413PayloadTooLarge => Problems.WriteAsync(context, response.StatusCode, ProblemCode.BodyTooLarge, TooLarge),
            _ => Problems.WriteAsync(context, response.StatusCode, ProblemCode.BadRequest, Unreadable),
        };
    }

    private static async Task AnswerAsync(HttpContext context, int status, string code, string detail)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        await Problems.WriteAsync(context, status, code, detail);
    }
}
