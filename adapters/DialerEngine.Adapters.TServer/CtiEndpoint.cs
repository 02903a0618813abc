using DialerEngine.Adapters.TServer.Sessions;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.TServer;

/// <summary>
/// The CTI link's WebSocket endpoint: takes connections, refuses what is none of ours with a clear status, serves each in a session.
/// Create <see cref="CtiSessions"/> first (the desktop edge sends through it), then the engine, then this.
/// </summary>
public sealed class CtiEndpoint
{
    private readonly CtiContext _context;
    private volatile bool _stopping;

    /// <summary>Creates the endpoint.</summary>
    /// <param name="options">Bounds.</param>
    /// <param name="sessions">Who is connected.</param>
    /// <param name="gateway">The engine.</param>
    /// <param name="requests">Takes the desktops' user events.</param>
    /// <param name="metrics">Metrics, the same as the sessions' own.</param>
    /// <param name="logger">Log.</param>
    /// <param name="time">Clock of rate limits and timeouts.</param>
    public CtiEndpoint(
        CtiOptions options,
        CtiSessions sessions,
        IAgentGateway gateway,
        DesktopRequests requests,
        CtiMetrics metrics,
        ILogger<CtiEndpoint> logger,
        TimeProvider time) => _context = new CtiContext(options, sessions, gateway, requests, metrics, logger, time, new LoginThrottle(time));

    /// <summary>Bounds.</summary>
    public CtiOptions Options => _context.Options;

    /// <summary>Ends every session with a close frame (1001) and takes no more. Sessions end within <see cref="CtiOptions.CloseTimeout"/>.</summary>
    public void Stop()
    {
        _stopping = true;
        _context.Sessions.StopAll();
    }

    /// <summary>Serves one HTTP request until its session ends.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var remote = $"{http.Connection.RemoteIpAddress}:{http.Connection.RemotePort}";
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            await RefuseAsync(http, remote, StatusCodes.Status426UpgradeRequired, "this is a WebSocket endpoint").ConfigureAwait(false);
            return;
        }

        if (!http.WebSockets.WebSocketRequestedProtocols.Contains(CtiNames.Subprotocol))
        {
            await RefuseAsync(http, remote, StatusCodes.Status400BadRequest, "subprotocol dialer.cti.v1 is required").ConfigureAwait(false);
            return;
        }

        if (!OriginRule.Allows(http.Request, http.Connection.RemoteIpAddress, Options.AllowedOrigins))
        {
            await RefuseAsync(http, remote, StatusCodes.Status403Forbidden, "web pages of this origin may not connect; see cti.origins").ConfigureAwait(false);
            return;
        }

        if (_stopping || !_context.Sessions.TryTakePlace(Options.MaxSessions))
        {
            var why = _stopping ? "the engine is stopping" : "no more connections are taken";
            await RefuseAsync(http, remote, StatusCodes.Status503ServiceUnavailable, why).ConfigureAwait(false);
            return;
        }

        try
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                SubProtocol = CtiNames.Subprotocol,
                KeepAliveInterval = Options.KeepAliveInterval,
                KeepAliveTimeout = Options.KeepAliveTimeout,
            }).ConfigureAwait(false);
            using var session = new CtiSession(_context, socket, http.Connection.RemoteIpAddress ?? System.Net.IPAddress.None);
            await session.RunAsync(remote).ConfigureAwait(false);
        }
        finally
        {
            _context.Sessions.GiveBackPlace();
        }
    }

    private async Task RefuseAsync(HttpContext http, string remote, int status, string why)
    {
        CtiLog.HandshakeRefused(_context.Logger, remote, why);
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(why + "\n").ConfigureAwait(false);
    }
}

/// <summary>Puts the CTI link among an application's endpoints.</summary>
public static class CtiEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the CTI WebSocket, WebSocket handling included. When the program stops, it calls <see cref="CtiEndpoint.Stop"/> itself, once calls
    /// in progress are done: agents keep their desktops until then.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="cti">The endpoint.</param>
    /// <param name="pattern">Path; design: <c>/cti</c>.</param>
    public static IEndpointConventionBuilder MapCti(this IEndpointRouteBuilder endpoints, CtiEndpoint cti, string pattern = "/cti")
    {
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseWebSockets(new WebSocketOptions { KeepAliveInterval = cti.Options.KeepAliveInterval, KeepAliveTimeout = cti.Options.KeepAliveTimeout });
        pipeline.Run(cti.HandleAsync);
        return endpoints.Map(pattern, pipeline.Build());
    }
}
