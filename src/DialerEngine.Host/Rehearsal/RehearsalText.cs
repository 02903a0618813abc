using System.Globalization;
using System.Text;
using System.Text.Json;
using DialerEngine.Core.Campaigns;

namespace DialerEngine.Host.Rehearsal;

/// <summary>A rehearsal's report, for people and as JSON.</summary>
internal static class RehearsalText
{
    public static string Write(CampaignGroupDefinition group, DateTimeOffset at, IReadOnlyList<ListForecast> lists, bool windowsAsked)
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"{group.Name} at {at.UtcDateTime:yyyy-MM-dd HH:mm}Z{(windowsAsked ? "" : " (calling windows not asked)")}\n");
        foreach (var list in lists)
        {
            text.Append(culture, $"\n{list.List}: {list.Total:N0} records, {list.ReadyNow:N0} may be dialled then\n");
            foreach (var held in list.Held)
            {
                var examples = held.Examples.Count == 0 ? "" : $"  e.g. {string.Join(", ", held.Examples)}";
                text.Append(culture, $"  held back by {held.Rule,-20} {held.Count,12:N0}{examples}\n");
            }

            for (var hour = 0; hour < list.Hours.Count; hour++)
            {
                if (list.Hours[hour] > 0)
                {
                    text.Append(culture, $"  from {at.UtcDateTime.AddHours(hour):MM-dd HH:mm}Z {list.Hours[hour],12:N0}{(hour == 0 ? "" : " more")}\n");
                }
            }

            text.Append(list.Later == 0 ? "" : string.Create(culture, $"  after a day     {list.Later,12:N0}\n"));
            text.Append(list.First.Count == 0 ? "" : $"  first: {string.Join(", ", list.First)}\n");
        }

        return text.ToString();
    }

    public static string WriteJson(CampaignGroupDefinition group, DateTimeOffset at, IReadOnlyList<ListForecast> lists)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("group", group.Name);
            json.WriteString("at", at.UtcDateTime);
            json.WriteStartArray("lists");
            foreach (var list in lists)
            {
                Write(json, list);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, ListForecast list)
    {
        json.WriteStartObject();
        json.WriteString("list", list.List);
        json.WriteNumber("total", list.Total);
        json.WriteNumber("readyNow", list.ReadyNow);
        json.WriteStartArray("held");
        foreach (var held in list.Held)
        {
            json.WriteStartObject();
            json.WriteString("rule", held.Rule);
            json.WriteNumber("count", held.Count);
            Write(json, "examples", held.Examples);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("hours");
        foreach (var hour in list.Hours)
        {
            json.WriteNumberValue(hour);
        }

        json.WriteEndArray();
        json.WriteNumber("later", list.Later);
        Write(json, "first", list.First);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
