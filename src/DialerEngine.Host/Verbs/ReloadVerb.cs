using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Reload;

namespace DialerEngine.Host.Verbs;

/// <summary><c>reload</c>: a running engine reads its configuration file again.</summary>
internal static class ReloadVerb
{
    public static Command Create()
    {
        var connection = new AdminConnection();
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be applied and what needs a restart; change nothing." };
        var json = new Option<bool>("--json") { Description = "Print the admin API's JSON." };
        var command = new Command("reload", "A running engine reads its configuration file again: what can be applied is, the rest is listed.")
        {
            dryRun, json, connection.Url, connection.Token,
        };
        command.SetAction((parsed, cancel) => connection.RunAsync(parsed, "reload", async client =>
        {
            var isDry = parsed.GetValue(dryRun);
            var reply = await client.SendAsync(HttpMethod.Post, isDry ? "api/v1/configuration/reload?dryRun=true" : "api/v1/configuration/reload", null, cancel);
            return parsed.GetValue(json) ? reply : Describe(JsonSerializer.Deserialize(reply, AdminJson.Default.ReloadView)!, isDry);
        }));
        return command;
    }

    internal static string Describe(ReloadView done, bool isDry)
    {
        var text = new StringBuilder();
        foreach (var warning in done.Warnings)
        {
            text.AppendLine(warning);
        }

        Add(text, isDry ? "would be applied" : "applied", done.Applied);
        Add(text, "needs a restart", done.NeedsRestart);
        foreach (var reason in done.NotTaken)
        {
            text.Append("not taken: ").AppendLine(reason);
        }

        return text.Append(CultureInfo.InvariantCulture, $"version {done.Version}: {done.Applied.Count} {(isDry ? "to be applied" : "applied")}, {done.NeedsRestart.Count} need a restart").ToString();
    }

    private static void Add(StringBuilder text, string what, IReadOnlyList<ConfigurationChangeView> changes)
    {
        foreach (var change in changes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{what}: {change.Key}: {change.From} -> {change.To}").AppendLine(change.Reason is { } reason ? $" ({reason})" : "");
        }
    }
}
