using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace NotificationReceiver;

/// <summary>How a receiver is started.</summary>
public sealed record ReceiverOptions
{
    /// <summary>Address; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>File of attempt records; null keeps their identities in memory.</summary>
    public string? StorePath { get; init; }

    /// <summary>First way to answer.</summary>
    public ReceiverMode Mode { get; init; } = ReceiverMode.Good;

    /// <summary>Numbers that validation refuses, and the rule that it names.</summary>
    public IReadOnlySet<string> Refused { get; init; } = new HashSet<string>();

    public ulong Seed { get; init; } = 1;
}

/// <summary>What is posted.</summary>
public enum PostKind
{
    States,
    Attempts,
    Validation,
}

/// <summary>
/// A receiver of notifications: <c>POST /states</c>, <c>/attempts</c>, <c>/validation</c>; <c>POST /mode</c> with a way to answer, of one kind of posts or of all; <c>GET /counts</c>.
/// </summary>
public sealed class ReceiverServer : IAsyncDisposable
{
    private const int MaxBody = 256 * 1024;
    private readonly ReceiverOptions _options;
    private readonly AttemptStore _store;
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly ReceiverMode[] _modes = new ReceiverMode[3];
    private ulong _random;
    private long _requests;
    private long _states;
    private long _validations;

    private ReceiverServer(ReceiverOptions options)
    {
        _options = options;
        SetMode(options.Mode);
        _random = options.Seed;
        _store = new AttemptStore(options.StorePath);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = MaxBody;
            server.Listen(options.Listen);
        });
        _app = builder.Build();
        _app.MapPost("/states", context => AnswerAsync(context, PostKind.States, StoreState));
        _app.MapPost("/attempts", context => AnswerAsync(context, PostKind.Attempts, body => _store.TryStore(body) ? 200 : 400));
        _app.MapPost("/validation", ValidateAsync);
        _app.MapPost("/mode", SetModeAsync);
        _app.MapGet("/counts", CountsAsync);
    }

    /// <summary>Address with the port that was bound.</summary>
    public Uri Uri => new(_app.Urls.First());

    public AttemptStore Store => _store;

    /// <summary>Bodies of the last states and validations, newest last, at most some hundreds.</summary>
    public ConcurrentQueue<string> Bodies { get; } = new();

    public long Requests => Interlocked.Read(ref _requests);

    public static async Task<ReceiverServer> StartAsync(ReceiverOptions options)
    {
        var server = new ReceiverServer(options);
        await server._app.StartAsync().ConfigureAwait(false);
        return server;
    }

    /// <summary>How posts of all kinds are answered from now on.</summary>
    public void SetMode(ReceiverMode mode)
    {
        lock (_gate)
        {
            Array.Fill(_modes, mode);
        }
    }

    /// <summary>How posts of one kind are answered from now on.</summary>
    public void SetMode(PostKind kind, ReceiverMode mode)
    {
        lock (_gate)
        {
            _modes[(int)kind] = mode;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        _store.Dispose();
    }

    private int StoreState(ReadOnlySpan<byte> body)
    {
        Interlocked.Increment(ref _states);
        Keep(body);
        return 200;
    }

    private void Keep(ReadOnlySpan<byte> body)
    {
        const int Kept = 500;
        Bodies.Enqueue(Encoding.UTF8.GetString(body));
        while (Bodies.Count > Kept)
        {
            Bodies.TryDequeue(out _);
        }
    }

    private async Task ValidateAsync(HttpContext context) => await AnswerAsync(context, PostKind.Validation, body =>
    {
        Interlocked.Increment(ref _validations);
        Keep(body);
        return _options.Refused.Contains(PhoneOf(body)) ? 409 : 200;
    }).ConfigureAwait(false);

    private static string PhoneOf(ReadOnlySpan<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body.ToArray());
            return json.RootElement.GetProperty("GSW_PHONE").GetString() ?? "";
        }
        catch (Exception garbage) when (garbage is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return "";
        }
    }

    private delegate int StoreBody(ReadOnlySpan<byte> body);

    private async Task AnswerAsync(HttpContext context, PostKind kind, StoreBody store)
    {
        Interlocked.Increment(ref _requests);
        var body = await ReadAsync(context.Request).ConfigureAwait(false);
        var mode = NextMode(kind);
        switch (mode.Kind)
        {
            case ReceiverKind.Status:
                await WriteAsync(context.Response, mode.Number, """{"GSW_CALL_RESULT":51,"GSW_BLOCKING_RULE":"on command","GSW_BLOCKING_RULE_TYPE":1}""").ConfigureAwait(false);
                break;
            case ReceiverKind.Reset:
                context.Abort();
                break;
            case ReceiverKind.Slow:
                await Task.Delay(TimeSpan.FromMilliseconds(mode.Number), TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await WriteAsync(context.Response, store(body), "{}").ConfigureAwait(false);
                break;
            case ReceiverKind.Garbage:
                await WriteAsync(context.Response, store(body), "\u0000\u0001 <<< no JSON").ConfigureAwait(false);
                break;
            case ReceiverKind.Lose:
                store(body);
                context.Abort();
                break;
            default:
                var status = store(body);
                await WriteAsync(context.Response, status, status == 409 ? """{"GSW_CALL_RESULT":51,"GSW_BLOCKING_RULE":"Suppression list","GSW_BLOCKING_RULE_TYPE":2}""" : "{}").ConfigureAwait(false);
                break;
        }
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        if (request.Headers.ContentEncoding == "gzip")
        {
            using var unpacked = new GZipStream(request.Body, CompressionMode.Decompress);
            var block = new byte[8_192];
            int taken;
            while (body.Length <= MaxBody && (taken = await unpacked.ReadAsync(block).ConfigureAwait(false)) > 0)
            {
                body.Write(block, 0, taken);
            }
        }
        else
        {
            await request.Body.CopyToAsync(body).ConfigureAwait(false);
        }

        return body.ToArray();
    }

    private static async Task WriteAsync(HttpResponse response, int status, string body)
    {
        response.StatusCode = status;
        if (status is 204 or 304)
        {
            return;
        }

        response.ContentType = "application/json";
        await response.WriteAsync(body).ConfigureAwait(false);
    }

    private async Task SetModeAsync(HttpContext context)
    {
        var text = Encoding.UTF8.GetString(await ReadAsync(context.Request).ConfigureAwait(false));
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        PostKind? kind = words.Length == 2 && Enum.TryParse<PostKind>(words[0], ignoreCase: true, out var one) ? one : null;
        if (words.Length is 0 or > 2 || (words.Length == 2 && kind is null) || !ReceiverMode.TryParse(words[^1], out var mode))
        {
            const string Help = "states, attempts or validation (or nothing: all of them), then good, a status, slow:MS, reset, garbage or lose, with %SHARE behind it if wanted\n";
            await WriteAsync(context.Response, 400, Help).ConfigureAwait(false);
            return;
        }

        if (kind is { } of)
        {
            SetMode(of, mode);
        }
        else
        {
            SetMode(mode);
        }

        await WriteAsync(context.Response, 200, $"{(kind is null ? "all" : words[0])} {mode}\n").ConfigureAwait(false);
    }

    private Task CountsAsync(HttpContext context) => WriteAsync(
        context.Response, 200,
        FormattableString.Invariant(
            $"{{\"requests\":{Requests},\"attempts\":{_store.Attempts},\"complete\":{_store.Complete},\"repeated\":{_store.Repeated},\"outOfOrder\":{_store.OutOfOrder},\"states\":{Interlocked.Read(ref _states)},\"validations\":{Interlocked.Read(ref _validations)}}}\n"));

    private ReceiverMode NextMode(PostKind kind)
    {
        lock (_gate)
        {
            // SplitMix64, so that a seed is a run.
            _random += 0x9E3779B97F4A7C15;
            var z = _random;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (z ^ (z >> 31)) / (double)ulong.MaxValue < _modes[(int)kind].Share ? _modes[(int)kind] : ReceiverMode.Good;
        }
    }
}
