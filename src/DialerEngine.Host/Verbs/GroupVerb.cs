using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DialerEngine.Host.Cli;

namespace DialerEngine.Host.Verbs;

/// <summary><c>group load|start|stop|unload|force-unload|mode|status NAME</c>: drives a running engine through its admin API.</summary>
internal static partial class GroupVerb
{
    private static readonly (string Verb, string Description)[] Commands =
    [
        ("load", "Loads a campaign group: agents see it, nothing is dialled yet."),
        ("start", "Starts dialling."),
        ("stop", "Stops dialling; calls in progress finish."),
        ("unload", "Unloads when calls in progress have finished; records return to their lists."),
        ("force-unload", "Releases calls in progress and unloads."),
    ];

    public static Command Create()
    {
        var group = new Command("group", "Drives the campaign groups of a running engine through its admin API.");
        foreach (var (verb, description) in Commands)
        {
            var connection = new Connection();
            var name = NameArgument();
            var command = new Command(verb, description) { name, connection.Url, connection.Token };
            command.SetAction((parsed, cancel) => RunAsync(parsed, connection, async client =>
            {
                var reply = await client.SendAsync(HttpMethod.Post, $"{PathOf(parsed.GetValue(name)!)}/{verb}", null, cancel);
                return Describe(reply);
            }));
            group.Subcommands.Add(command);
        }

        group.Subcommands.Add(Mode());
        group.Subcommands.Add(Status());
        group.Subcommands.Add(List());
        return group;
    }

    private static Command Mode()
    {
        var connection = new Connection();
        var name = NameArgument();
        var mode = new Argument<string>("MODE") { Description = "Dial mode: " + string.Join(" or ", Configuration.TenantTable.DialModes.Keys) + "." };
        mode.AcceptOnlyFromAmong([.. Configuration.TenantTable.DialModes.Keys]);
        var command = new Command("mode", "Changes the dial mode of a loaded or running campaign group.") { name, mode, connection.Url, connection.Token };
        command.SetAction((parsed, cancel) => RunAsync(parsed, connection, async client =>
        {
            var body = $$"""{"dialMode":"{{parsed.GetValue(mode)}}"}""";
            return Describe(await client.SendAsync(HttpMethod.Put, $"{PathOf(parsed.GetValue(name)!)}/dial-mode", body, cancel));
        }));
        return command;
    }

    private static Command Status()
    {
        var connection = new Connection();
        var name = NameArgument();
        name.Arity = ArgumentArity.ZeroOrOne;
        var json = new Option<bool>("--json") { Description = "Print the admin API's JSON." };
        var command = new Command("status", "Shows a campaign group, or all of them, and why it does not dial more.") { name, json, connection.Url, connection.Token };
        command.SetAction((parsed, cancel) => RunAsync(parsed, connection, async client =>
        {
            var one = parsed.GetValue(name);
            var reply = await client.SendAsync(HttpMethod.Get, one is null ? "api/v1/campaign-groups" : PathOf(one), null, cancel);
            if (parsed.GetValue(json))
            {
                return reply;
            }

            using var document = JsonDocument.Parse(reply);
            if (!document.RootElement.TryGetProperty("groups", out var groups))
            {
                return Describe(document.RootElement) + await HeldBackAsync(client, one!, cancel);
            }

            var failed = document.RootElement.GetProperty("failed").EnumerateArray().Select(f => $"{f.GetString()}: failed; see the engine's log");
            return string.Join(Environment.NewLine, groups.EnumerateArray().Select(Describe).Concat(failed));
        }));
        return command;
    }

    private static Argument<string> NameArgument() => new("NAME") { Description = "The campaign group: campaign@group." };

    private static string PathOf(string name) => "api/v1/campaign-groups/" + Uri.EscapeDataString(name);

    private static string Describe(string reply)
    {
        using var document = JsonDocument.Parse(reply);
        return Describe(document.RootElement);
    }

    private static string Describe(JsonElement group)
    {
        var name = Text(group, "name");
        var state = Text(group, "state");
        return string.Create(CultureInfo.InvariantCulture,
            $"{name}: {state}, {Text(group, "dialMode")}; agents {Number(group, "agentsLoggedIn")} logged in, {Number(group, "agentsReady")} ready, "
            + $"{Number(group, "agentsOnCall")} on calls; calls {Number(group, "callsPending")} on their way, {Number(group, "callsConnected")} connected; "
            + $"{Number(group, "dials")} dials, {Number(group, "results")} results, {Number(group, "abandoned")} abandoned; {Text(group, "explanation")}");
    }

    private static string Text(JsonElement group, string name) =>
        group.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static long Number(JsonElement group, string name) =>
        group.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;

    private static async Task<int> RunAsync(ParseResult parsed, Connection connection, Func<AdminClient, Task<string>> work)
    {
        var url = parsed.GetValue(connection.Url)!;
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CommandFailedException($"dialer group: {url} is no address of an engine; write e.g. --url http://127.0.0.1:8480", ExitCode.Wrong);
        }

        var token = parsed.GetValue(connection.Token) ?? Environment.GetEnvironmentVariable("DIALER_TOKEN");
        if (string.IsNullOrWhiteSpace(token))
        {
            throw new CommandFailedException(
                "dialer group: no token; give the one printed at the engine's first start with --token or in DIALER_TOKEN", ExitCode.Wrong);
        }

        using var client = new AdminClient(address, token.Trim());
        await parsed.InvocationConfiguration.Output.WriteLineAsync(await work(client));
        return ExitCode.Done;
    }

    /// <summary>Where the engine is and what lets us in.</summary>
    private sealed class Connection
    {
        public Option<string> Url { get; } = new("--url") { Description = "Address of the engine's admin API.", DefaultValueFactory = _ => "http://127.0.0.1:8480" };

        public Option<string?> Token { get; } = new("--token") { Description = "Bearer token; better in the environment as DIALER_TOKEN, where other users do not see it." };
    }

    /// <summary>Speaks to the admin API; a refusal becomes one sentence.</summary>
    private sealed class AdminClient : IDisposable
    {
        private const int MaxReplyOctets = 16 * 1024 * 1024;
        private readonly HttpClient _http;

        public AdminClient(Uri address, string token)
        {
            _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = MaxReplyOctets };
            if (!AuthenticationHeaderValue.TryParse("Bearer " + token, out var authorization))
            {
                throw new CommandFailedException("dialer group: this is no token; copy it as the engine printed it", ExitCode.Wrong);
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
                return response.IsSuccessStatusCode ? text : throw new CommandFailedException("dialer group: " + Problem((int)response.StatusCode, text));
            }
            catch (HttpRequestException fault)
            {
                throw new CommandFailedException(
                    $"dialer group: no engine answers at {_http.BaseAddress} ({fault.Message.ReplaceLineEndings(" ")}); start one with dialer serve, or name its address with --url");
            }
            catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new CommandFailedException($"dialer group: the engine at {_http.BaseAddress} did not answer within 30 s");
            }
        }

        public void Dispose() => _http.Dispose();

        private static string Problem(int status, string text)
        {
            try
            {
                using var problem = JsonDocument.Parse(text);
                if (problem.RootElement.ValueKind == JsonValueKind.Object && Text(problem.RootElement, "detail") is { Length: > 0 } detail)
                {
                    return detail;
                }
            }
            catch (JsonException)
            {
                // Whatever answered speaks no problem+json: its status says it all.
            }

            return $"the engine answered with status {status}";
        }
    }
}
