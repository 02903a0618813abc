using System.Globalization;
using System.Text;

namespace DialerEngine.Desktop.Protocol;

/// <summary>Renders the tables as the documentation's Markdown, so that the page says what the code does.</summary>
public static class ProtocolPage
{
    /// <summary>All messages in one table: direction, what they mean, whether this version carries them out.</summary>
    public static string MessageIndex()
    {
        var page = new StringBuilder();
        page.Append("| message | direction | meaning | supported |\n|---|---|---|---|\n");
        foreach (var message in DesktopMessages.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{message.Name}` | {Direction(message)} | {message.Meaning} | {(message.Supported ? "yes" : "no")} |\n");
        }

        return page.ToString();
    }

    /// <summary>One section a message: its keys, conditions, answers and errors.</summary>
    public static string MessageSections()
    {
        var page = new StringBuilder();
        foreach (var message in DesktopMessages.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"### {message.Name}\n\n{Direction(message)}. {message.Meaning}\n\n");
            page.Append("| key | type | required | default |\n|---|---|---|---|\n");
            foreach (var row in message.Keys)
            {
                var value = ReferenceEquals(row.Key, message.Selector) ? $" = `{message.SelectorValue}`" : "";
                page.Append(CultureInfo.InvariantCulture, $"| `{row.Key.Name}`{value} | {row.Type} | {(row.Required ? "yes" : "no")} | {row.Default} |\n");
            }

            page.Append(message.CustomFields ? "| user-defined fields by `send_attribute` | Integer or String | no |  |\n\n" : "\n");
            AppendRules(page, message);
        }

        return page.ToString();
    }

    /// <summary>All keys: type, values, where they are defined and used.</summary>
    public static string KeyTable()
    {
        var page = new StringBuilder();
        page.Append("| key | type | meaning | values taken | tables | attached to |\n|---|---|---|---|---|---|\n");
        foreach (var key in DesktopKeys.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{key.Name}` | {key.Type} | {key.Meaning} | {Values(key)} | {Sources(key)} | {Use(key)} |\n");
        }

        return page.ToString();
    }

    /// <summary>All errors with number, name and meaning.</summary>
    public static string ErrorTable()
    {
        var page = new StringBuilder();
        page.Append("| GSW_ERROR_NUMBER | GSW_ERROR | meaning |\n|---|---|---|\n");
        foreach (var (error, name, meaning) in DesktopErrors.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {(int)error} | {name} | {meaning} |\n");
        }

        return page.ToString();
    }

    private static void AppendRules(StringBuilder page, DesktopMessage message)
    {
        if (message.Condition is { } condition)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"With `{condition.When}`: {Names(condition.Then, " and ")} required. Without it: {Names(condition.Else, " or ")} required.\n\n");
        }

        if (message.Acknowledge is { } acknowledge)
        {
            page.Append(CultureInfo.InvariantCulture, $"Answer: `{acknowledge}`. ");
        }

        if (message.Errors.Count > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"Errors: {string.Join(", ", message.Errors.Select(e => (int)e))}.\n\n");
        }

        if (message.Direction == MessageDirection.ToEngine && !message.Supported)
        {
            page.Append("Not supported by this version: answered with error 101.\n\n");
        }
    }

    private static string Names(IReadOnlyList<DesktopKey> keys, string between) => string.Join(between, keys.Select(k => $"`{k}`"));

    private static string Direction(DesktopMessage message) =>
        message.Direction == MessageDirection.ToEngine ? "desktop to engine" : "engine to desktop";

    private static string Values(DesktopKey key)
    {
        if (key.Values is { } values)
        {
            return string.Join(", ", values);
        }

        if (key.Type != KeyType.Integer)
        {
            return "";
        }

        var min = key.Min == int.MinValue ? "" : key.Min.ToString(CultureInfo.InvariantCulture);
        var max = key.Max == int.MaxValue ? "" : key.Max.ToString(CultureInfo.InvariantCulture);
        return min.Length + max.Length == 0 ? "any" : $"{min} … {max}".Trim();
    }

    private static string Sources(DesktopKey key) => string.Join(", ", Enum.GetValues<KeySource>()
        .Where(s => s != KeySource.None && key.Sources.HasFlag(s))
        .Select(s => s switch
        {
            KeySource.DefaultRecordInformation => "Default Record Information",
            KeySource.ReservedKeys => "Reserved Keys",
            KeySource.ModifiableFields => "Modifiable Fields",
            KeySource.UserEventAttributes => "User Event Attributes",
            KeySource.ErrorEventAttributes => "Error Event Attributes",
            KeySource.ProactiveInteraction => "Proactive Interaction",
            _ => "messages",
        }));

    private static string Use(DesktopKey key)
    {
        var requests = DesktopMessages.All.Count(m => m.Direction == MessageDirection.ToEngine && m.Keys.Any(k => k.Key == key));
        var events = DesktopMessages.All.Count(m => m.Direction == MessageDirection.ToDesktop && m.Keys.Any(k => k.Key == key));
        var use = new List<string>();
        if (requests > 0)
        {
            use.Add(requests == 1 ? "1 request" : string.Create(CultureInfo.InvariantCulture, $"{requests} requests"));
        }

        if (events > 0)
        {
            use.Add(events == 1 ? "1 event" : string.Create(CultureInfo.InvariantCulture, $"{events} events"));
        }

        if (AttachedData.Keys.Contains(key))
        {
            use.Add("calls");
        }

        return string.Join(", ", use);
    }
}
