using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DialerEngine.Host.Cli;

namespace DialerEngine.Host.Verbs;

/// <summary><c>record history|cancel|add</c>: single records of a running engine through its admin API; what is in memory and on desktops counts, too.</summary>
internal static class RecordVerb
{
    private static readonly string[] EventParts = ["actor", "rule", "detail"];

    public static Command Create() =>
        CommandLine.Group("record", "Single records of a running engine: history, cancelling, adding.", History(), Cancel(), Add());

    private static Command History()
    {
        var connection = new AdminConnection();
        var record = new Argument<string>("RECORD") { Description = "LIST:NUMBER, the number being its record_id." };
        var numbers = new Option<bool>("--numbers") { Description = "Shows the whole number; it is masked otherwise." };
        var json = JsonOption();
        var command = new Command("history", "Shows one record and every decision about it, with rule and actor.") { record, numbers, json, connection.Url, connection.Token };
        command.SetAction((parsed, cancel) => connection.RunAsync(parsed, "record", async client =>
        {
            var path = $"api/v1/records/{Uri.EscapeDataString(parsed.GetValue(record)!)}/history{(parsed.GetValue(numbers) ? "?numbers=true" : "")}";
            var reply = await client.SendAsync(HttpMethod.Get, path, null, cancel);
            return parsed.GetValue(json) ? reply : DescribeHistory(reply);
        }));
        return command;
    }

    private static Command Cancel()
    {
        var connection = new AdminConnection();
        var phone = new Option<string?>("--phone") { Description = "Cancels the records of this number." };
        var customer = new Option<string?>("--customer-id") { Description = "Cancels the records of this customer (the tenant's compliance.customer_id names the column)." };
        var alone = new Option<bool>("--record-only") { Description = "Leaves the other records of their chains as they are; otherwise whole chains are cancelled." };
        var campaign = new Option<string?>("--campaign") { Description = "Only in the lists of this campaign or campaign group; all loaded ones of the tenant otherwise." };
        var tenant = new Option<string?>("--tenant") { Description = "The tenant; may be left out where there is one only." };
        var country = CountryOption();
        var json = JsonOption();
        var command = new Command("cancel", "Cancels the records of a number or a customer: in the lists of loaded campaigns, in memory and on desktops.")
        {
            phone, customer, alone, campaign, tenant, country, json, connection.Url, connection.Token,
        };
        command.SetAction((parsed, cancel) => connection.RunAsync(parsed, "record", async client =>
        {
            if (parsed.GetValue(phone) is null == parsed.GetValue(customer) is null)
            {
                throw new CommandFailedException("dialer record cancel: give --phone or --customer-id, one of the two", ExitCode.Wrong);
            }

            var body = new JsonObject();
            Put(body, "phone", parsed.GetValue(phone));
            Put(body, "customerId", parsed.GetValue(customer));
            Put(body, "chain", parsed.GetValue(alone) ? "RecordOnly" : null);
            Put(body, "campaign", parsed.GetValue(campaign));
            Put(body, "tenant", parsed.GetValue(tenant));
            Put(body, "country", parsed.GetValue(country));
            var reply = await client.SendAsync(HttpMethod.Post, "api/v1/record-cancel", body.ToJsonString(), cancel);
            return parsed.GetValue(json) ? reply : DescribeCancelled(reply);
        }));
        return command;
    }

    private static Command Add()
    {
        var connection = new AdminConnection();
        var list = new Argument<string>("LIST") { Description = "The calling list." };
        var phone = new Argument<string>("PHONE") { Description = "The number." };
        var campaign = new Option<string?>("--campaign") { Description = "A loaded campaign or campaign group that must have the list." };
        var set = new Option<string[]>("--set")
        {
            Description = "A value: COLUMN=VALUE, COLUMN being one of the list's own columns or a key of the admin API's addRecord (recordType, dateTime, chainId, agentId ...). May be repeated.",
        };
        var country = CountryOption();
        var json = JsonOption();
        var command = new Command("add", "Adds a record to a list, in a new chain or, with --set chainId=N, in an existing one; a group that runs finds it at its next look.")
        {
            list, phone, campaign, set, country, json, connection.Url, connection.Token,
        };
        command.SetAction((parsed, cancel) => connection.RunAsync(parsed, "record", async client =>
        {
            var body = new JsonObject { ["list"] = parsed.GetValue(list), ["phone"] = parsed.GetValue(phone) };
            Put(body, "campaignGroup", parsed.GetValue(campaign));
            Put(body, "country", parsed.GetValue(country));
            foreach (var pair in parsed.GetValue(set) ?? [])
            {
                var at = pair.IndexOf('=', StringComparison.Ordinal);
                if (at <= 0 || !body.TryAdd(pair[..at], pair[(at + 1)..]))
                {
                    throw new CommandFailedException($"dialer record add: --set \"{pair}\": {(at <= 0 ? "write COLUMN=VALUE" : "this value is given already")}", ExitCode.Wrong);
                }
            }

            var reply = await client.SendAsync(HttpMethod.Post, "api/v1/records", body.ToJsonString(), cancel);
            return parsed.GetValue(json) ? reply : DescribeAdded(reply);
        }));
        return command;
    }

    private static Option<bool> JsonOption() => new("--json") { Description = "Print the admin API's JSON." };

    private static Option<string?> CountryOption() => new("--country") { Description = "ISO 3166 letters, for a number without country code." };

    private static void Put(JsonObject body, string key, string? value)
    {
        if (value is not null)
        {
            body[key] = value;
        }
    }

    /// <summary>A history as lines for people: the record, then one line an event.</summary>
    internal static string DescribeHistory(string reply)
    {
        using var document = JsonDocument.Parse(reply);
        var record = document.RootElement;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Text(record, "id")} {Text(record, "contactInfo")}: {Text(record, "recordType")}, {Text(record, "recordStatus")}, ")
            .Append(CultureInfo.InvariantCulture, $"{Text(record, "callResult")}, {Number(record, "attempts")} attempts, chain {Number(record, "chainId")}/{Number(record, "chainN")}");
        foreach (var happened in record.GetProperty("events").EnumerateArray())
        {
            text.Append(Environment.NewLine).Append(CultureInfo.InvariantCulture, $"  {happened.GetProperty("at").GetDateTimeOffset():yyyy-MM-dd HH:mm:ss.fff}Z  {Text(happened, "what"),-14}");
            foreach (var part in EventParts.Select(p => Text(happened, p)).Where(p => p.Length > 0))
            {
                text.Append(' ').Append(part).Append(';');
            }

            text.Length -= text[^1] == ';' ? 1 : 0;
        }

        return text.ToString();
    }

    private static string DescribeCancelled(string reply)
    {
        using var document = JsonDocument.Parse(reply);
        var answer = document.RootElement;
        var who = Text(answer, "phone") is { Length: > 0 } phone ? phone : "customer " + Text(answer, "customerId");
        var lists = string.Join(", ", answer.GetProperty("lists").EnumerateArray().Select(l => l.GetString()));
        var more = answer.GetProperty("complete").GetBoolean() ? "" : "; there are more, ask again";
        var message = Text(answer, "message") is { Length: > 0 } said ? Environment.NewLine + said : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{who} ({Text(answer, "chain")}): cancelled {Number(answer, "inLists")} in lists, {Number(answer, "inMemory")} in memory, {Number(answer, "onDesktops")} on desktops; searched {lists}{more}{message}");
    }

    private static string DescribeAdded(string reply)
    {
        using var document = JsonDocument.Parse(reply);
        var added = document.RootElement;
        return string.Create(CultureInfo.InvariantCulture, $"{Text(added, "id")} {Text(added, "phone")}: added, chain {Number(added, "chainId")}/{Number(added, "chainN")}");
    }

    private static string Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static long Number(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
