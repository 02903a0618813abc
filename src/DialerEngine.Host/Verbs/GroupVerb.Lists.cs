using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Cli;

namespace DialerEngine.Host.Verbs;

/// <summary><c>group list NAME LIST</c>: switches, weighs and filters a list while the engine runs; what holds records back in <c>group status</c>.</summary>
internal static partial class GroupVerb
{
    private static Command List()
    {
        var connection = new AdminConnection();
        var name = NameArgument();
        var list = new Argument<string>("LIST") { Description = "The calling list." };
        var active = new Option<string?>("--active") { Description = "on: records are taken from it. off: none are, and those that wait go back." };
        var weight = new Option<int?>("--weight") { Description = "Its weight among the campaign's lists, 1 to 1,000." };
        var filter = new Option<string?>("--filter") { Description = "Its filter from now on; \"\" takes the filter away." };
        active.AcceptOnlyFromAmong("on", "off");
        var command = new Command("list", "Switches a list of a campaign group on or off, weighs it or filters it anew; holds until the engine's next start.")
        {
            name, list, active, weight, filter, connection.Url, connection.Token,
        };
        command.SetAction((parsed, cancel) => RunAsync(parsed, connection, async client =>
        {
            var change = new ListChangeRequest(parsed.GetValue(active) is { } on ? on == "on" : null, parsed.GetValue(weight), parsed.GetValue(filter));
            if (change is { Active: null, Weight: null, Filter: null })
            {
                throw new CommandFailedException("dialer group list: nothing to change; give --active, --weight or --filter", ExitCode.Wrong);
            }

            var path = $"{PathOf(parsed.GetValue(name)!)}/lists/{Uri.EscapeDataString(parsed.GetValue(list)!)}";
            var reply = await client.SendAsync(HttpMethod.Put, path, JsonSerializer.Serialize(change, AdminJson.Default.ListChangeRequest), cancel);
            using var document = JsonDocument.Parse(reply);
            return DescribeLists(document.RootElement);
        }));
        return command;
    }

    private static string DescribeLists(JsonElement group)
    {
        var text = new StringBuilder();
        foreach (var list in group.GetProperty("lists").EnumerateArray())
        {
            var isOn = list.GetProperty("isActive").GetBoolean();
            text.Append(text.Length == 0 ? "" : Environment.NewLine)
                .Append(CultureInfo.InvariantCulture, $"{Text(list, "name")}: {(isOn ? "on" : "off")}, weight {Number(list, "weight")}, {Number(list, "buffered")} buffered");
            text.Append(Text(list, "filter") is { Length: > 0 } filter ? $", filter {filter}" : "")
                .Append(Text(list, "order") is { Length: > 0 } order ? $", order {order}" : "");
        }

        return text.ToString();
    }

    private static async Task<string> HeldBackAsync(AdminClient client, string group, CancellationToken cancel)
    {
        string reply;
        try
        {
            reply = await client.SendAsync(HttpMethod.Get, PathOf(group) + "/held-records", null, cancel);
        }
        catch (CommandFailedException)
        {
            // Nothing has been counted yet; the group's own words say enough.
            return "";
        }

        using var document = JsonDocument.Parse(reply);
        var text = new StringBuilder();
        foreach (var list in document.RootElement.GetProperty("lists").EnumerateArray())
        {
            text.Append(Environment.NewLine).Append(CultureInfo.InvariantCulture, $"  {Text(list, "list")}: {Number(list, "total"):N0} records, {Number(list, "readyNow"):N0} ready now");
            foreach (var held in list.GetProperty("held").EnumerateObject())
            {
                text.Append(CultureInfo.InvariantCulture, $"; {held.Name} {held.Value.GetInt64():N0}");
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $" (counted {document.RootElement.GetProperty("countedAt").GetDateTimeOffset():HH:mm:ss}Z)").ToString();
    }
}
