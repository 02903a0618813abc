using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.TServer;

/// <summary>The CTI link on a Kestrel of its own, for programs without a web host: <c>ws://HOST:PORT/cti</c>.</summary>
public sealed class CtiServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly CtiEndpoint _endpoint;

    private CtiServer(WebApplication application, CtiEndpoint endpoint, Uri uri)
    {
        _application = application;
        _endpoint = endpoint;
        Uri = uri;
    }

    /// <summary>Address that desktops connect to, with the port that was bound.</summary>
    public Uri Uri { get; }

    /// <summary>Binds and serves.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="address">Address to listen on; port 0 takes any free one.</param>
    /// <param name="loggers">Log of the web server; null for none.</param>
    /// <param name="certificate">TLS (<c>wss</c>); null for plain <c>ws</c>.</param>
    /// <param name="map">Puts more endpoints beside the link, such as the agents' desktop page; null for none.</param>
    /// <exception cref="IOException">The address is in use or not this machine's.</exception>
    public static async Task<CtiServer> StartAsync(
        CtiEndpoint endpoint,
        IPEndPoint address,
        ILoggerFactory? loggers = null,
        LinkCertificate? certificate = null,
        Action<IEndpointRouteBuilder>? map = null)
    {
        // Nothing of the environment: no configuration files, no variables, no signals. Those are the program's own.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        if (loggers is not null)
        {
            builder.Services.AddSingleton(loggers);
        }

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            // Beyond the sessions there is room for those that are being refused.
            kestrel.Limits.MaxConcurrentUpgradedConnections = endpoint.Options.MaxSessions + 16;

            // Connections that are no WebSocket yet: handshakes, and browsers that fetch the page.
            kestrel.Limits.MaxConcurrentConnections = 1_000;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, listen => Secure(listen, certificate));
        });
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var application = builder.Build();
        application.MapCti(endpoint);
        map?.Invoke(application);
        await application.StartAsync().ConfigureAwait(false);
        var bound = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var uri = new UriBuilder(bound) { Scheme = certificate is null ? "ws" : "wss", Path = "/cti" }.Uri;
        return new CtiServer(application, endpoint, uri);
    }

    /// <summary>Ends the sessions and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        _endpoint.Stop();
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ctrl-C and SIGTERM belong to the program.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static void Secure(ListenOptions listen, LinkCertificate? certificate)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (certificate is not null)
        {
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(certificate.Options()),
                HandshakeTimeout = TimeSpan.FromSeconds(10),
            });
        }
    }
}
