using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DialerEngine.Host.Cli;

namespace DialerEngine.Host.Verbs;

/// <summary>Where the engine is and what lets a verb in.</summary>
internal sealed class AdminConnection
{
    public Option<string> Url { get; } = new("--url") { Description = "Address of the engine's admin API.", DefaultValueFactory = _ => "http://127.0.0.1:8480" };

    public Option<string?> Token { get; } = new("--token") { Description = "Bearer token; better in the environment as DIALER_TOKEN, where other users do not see it." };

    /// <summary>Does a verb's work with a running engine and prints what it gives.</summary>
    public async Task<int> RunAsync(ParseResult parsed, string verb, Func<AdminClient, Task<string>> work)
    {
        var url = parsed.GetValue(Url)!;
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CommandFailedException($"dialer {verb}: {url} is no address of an engine; write e.g. --url http://127.0.0.1:8480", ExitCode.Wrong);
        }

        var token = parsed.GetValue(Token) ?? Environment.GetEnvironmentVariable("DIALER_TOKEN");
        if (string.IsNullOrWhiteSpace(token))
        {
            throw new CommandFailedException(
                $"dialer {verb}: no token; give the one printed at the engine's first start with --token or in DIALER_TOKEN", ExitCode.Wrong);
        }

        using var client = new AdminClient(verb, address, token.Trim());
        await parsed.InvocationConfiguration.Output.WriteLineAsync(await work(client));
        return ExitCode.Done;
    }
}

/// <summary>Speaks to the admin API; a refusal becomes one sentence.</summary>
internal sealed class AdminClient : IDisposable
{
    private const int MaxReplyOctets = 16 * 1024 * 1024;
    private readonly HttpClient _http;
    private readonly string _verb;

    public AdminClient(string verb, Uri address, string token)
    {
        _verb = verb;
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = MaxReplyOctets };
        if (!AuthenticationHeaderValue.TryParse("Bearer " + token, out var authorization))
        {
            throw new CommandFailedException($"dialer {verb}: this is no token; copy it as the engine printed it", ExitCode.Wrong);
        }

        _http.DefaultRequestHeaders.Authorization = authorization;
    }

    public async Task<string> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await _http.SendAsync(request, cancel);
            var text = await response.Content.ReadAsStringAsync(cancel);
            return response.IsSuccessStatusCode ? text : throw new CommandFailedException($"dialer {_verb}: " + Problem((int)response.StatusCode, text));
        }
        catch (HttpRequestException fault)
        {
            throw new CommandFailedException(
                $"dialer {_verb}: no engine answers at {_http.BaseAddress} ({fault.Message.ReplaceLineEndings(" ")}); start one with dialer serve, or name its address with --url");
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandFailedException($"dialer {_verb}: the engine at {_http.BaseAddress} did not answer within 30 s");
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Problem(int status, string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            if (problem.RootElement.ValueKind == JsonValueKind.Object && problem.RootElement.TryGetProperty("detail", out var found)
                && found.ValueKind == JsonValueKind.String && found.GetString() is { Length: > 0 } detail)
            {
                return WithFaults(problem.RootElement, detail);
            }
        }
        catch (JsonException)
        {
            // Whatever answered speaks no problem+json: its status says it all.
        }

        return $"the engine answered with status {status}";
    }

    /// <summary>A refusal may list what is at fault, one line each.</summary>
    private static string WithFaults(JsonElement problem, string detail)
    {
        if (!problem.TryGetProperty("faults", out var faults) || faults.ValueKind != JsonValueKind.Array)
        {
            return detail;
        }

        return string.Join(Environment.NewLine, faults.EnumerateArray().Where(f => f.ValueKind == JsonValueKind.String).Select(f => f.GetString()).Prepend(detail));
    }
}
