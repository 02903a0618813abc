using System.Net;
using DialerEngine.Adapters.TServer;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DialerEngine.Host.Admin;

/// <summary>What an admin server needs.</summary>
internal sealed record AdminServerSettings
{
    public required IPEndPoint Listen { get; init; }

    /// <summary>TLS; null for plain HTTP.</summary>
    public LinkCertificate? Certificate { get; init; }

    public required AdminToken Token { get; init; }

    public required IEngineControl Control { get; init; }

    /// <summary>The engine's calling lists; null leaves their addresses out.</summary>
    public IListControl? Lists { get; init; }

    /// <summary>Requests about records by number, customer or chain; null leaves their addresses out.</summary>
    public RecordAccess? Records { get; init; }

    /// <summary>The agents; null leaves their addresses out.</summary>
    public DialerEngine.Runtime.AgentRouter? Agents { get; init; }

    /// <summary>Reloads the configuration; null leaves its addresses out.</summary>
    public Reload.ConfigurationReload? Reload { get; init; }

    /// <summary>Do-not-call lists of the tenants.</summary>
    public IReadOnlyCollection<Dnc.DoNotCallKeeper> DoNotCall { get; init; } = [];

    /// <summary>The detector; null leaves its addresses out.</summary>
    public DetectionControl? Detection { get; init; }

    /// <summary>The configuration file of the engine, for what is read from it again; null where it has none.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Address of the CTI link, beside which the agents' desktop page is; null where there is none.</summary>
    public Uri? Cti { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Loggers { get; init; }
}

/// <summary>Admin API, metrics and dashboard on a Kestrel of their own.</summary>
internal sealed class AdminServer : IAsyncDisposable
{
    /// <summary>Largest body of a request.</summary>
    public const int MaxBodyOctets = 16 * 1024;

    private const int MaxConnections = 1_000;
    private readonly WebApplication _app;
    private readonly MetricsCollector _metrics;

    private AdminServer(WebApplication app, MetricsCollector metrics, string address)
    {
        _app = app;
        _metrics = metrics;
        Address = address;
    }

    /// <summary>Where it listens, with the port that it got, e.g. <c>http://127.0.0.1:8480</c>; <c>https</c> with a certificate.</summary>
    public string Address { get; }

    /// <summary>Starts listening.</summary>
    /// <exception cref="Cli.CommandFailedException">The address cannot be had.</exception>
    public static async Task<AdminServer> StartAsync(AdminServerSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(AdminServer).Assembly.GetName().Name, Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyOctets;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(settings.Listen, listen => Secure(listen, settings.Certificate));
        });
        if (settings.Certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.Services.RemoveAll<ILoggerFactory>();
        builder.Services.AddSingleton(settings.Loggers);
        // The process's signals belong to whoever serves the engine; this server is stopped by it.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AdminJson.Default));
        // A request that cannot be read comes to the guard, which says so in our own form.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddOpenApi("v1", AdminOpenApi.Configure);
        var app = builder.Build();
        var metrics = new MetricsCollector();
        try
        {
            var logger = settings.Loggers.CreateLogger("DialerEngine.Host.Admin");
            app.Use((context, next) => AdminGuard.HandleAsync(context, next, settings.Token, logger));
            Dashboard.Map(app);
            if (settings.Cti is { } cti)
            {
                app.MapGet(Web.DesktopPage.Path, (HttpContext context) => Results.Redirect(Web.DesktopPage.AddressOf(cti, context.Request.Host.Host).ToString()))
                    .ExcludeFromDescription();
            }

            AdminEndpoints.Map(app, settings.Control, settings.Time, metrics, logger);
            if (settings.Lists is { } lists)
            {
                ListEndpoints.Map(app, settings.Control, lists);
            }

            if (settings.Records is { } records)
            {
                RecordEndpoints.Map(app, records, settings.Time);
            }

            if (settings.Agents is { } agents)
            {
                AgentEndpoints.Map(app, agents);
            }

            if (settings.Detection is { } detection)
            {
                DetectionEndpoints.Map(app, detection, settings.ConfigurationFile);
            }

            if (settings.Reload is { } reload)
            {
                ConfigurationEndpoints.Map(app, reload);
            }

            DoNotCallEndpoints.Map(app, settings.DoNotCall, settings.Records, settings.Time);
            app.MapOpenApi("/openapi/{documentName}.json");
            app.MapFallback(context => Problems.WriteAsync(context, StatusCodes.Status404NotFound, ProblemCode.NotFound, "there is nothing at this address"));
            await app.StartAsync();
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return new AdminServer(app, metrics, address);
        }
        catch (IOException fault)
        {
            metrics.Dispose();
            await app.DisposeAsync();
            throw new Cli.CommandFailedException(
                $"admin.listen: {settings.Listen} cannot be had ({fault.Message.ReplaceLineEndings(" ")}); another program may listen there: give another port, or 0 for a free one");
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
        _metrics.Dispose();
    }

    /// <summary>The certificate is looked up for each connection: a renewed one is used without a restart.</summary>
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

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
