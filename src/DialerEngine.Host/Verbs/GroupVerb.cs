using System.CommandLine;
using System.Globalization;
using System.Text.Json;

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
            var connection = new AdminConnection();
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
        var connection = new AdminConnection();
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
        var connection = new AdminConnection();
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

    private static Task<int> RunAsync(ParseResult parsed, AdminConnection connection, Func<AdminClient, Task<string>> work) =>
        connection.RunAsync(parsed, "group", work);
}
