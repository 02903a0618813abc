using System.Buffers;
using System.Text;
using System.Text.Json;
using DialerEngine.Core;

namespace DialerEngine.Host.Configuration;

/// <summary>Writes the JSON schema (draft 2020-12) of configuration files from the table of keys.</summary>
internal static class SchemaWriter
{
    private const string EndPointPattern = @"^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):\d{1,5}$";

    public static string Write() => Write("DialerEngine configuration", ConfigurationTable.Sections);

    /// <summary>The schema of files of another kind; the first section is the whole file.</summary>
    public static string Write(string title, IReadOnlyList<ConfigurationSection> sections)
    {
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            writer.WriteString("title", title);
            WriteSection(writer, sections[0]);
            writer.WriteStartObject("$defs");
            foreach (var section in sections.Skip(1))
            {
                writer.WriteStartObject(section.Name);
                WriteSection(writer, section);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteSection(Utf8JsonWriter writer, ConfigurationSection section)
    {
        writer.WriteString("description", section.Description);
        writer.WriteString("type", "object");
        writer.WriteBoolean("additionalProperties", false);
        var required = section.Keys.Where(k => k.Required).ToList();
        if (required.Count > 0)
        {
            writer.WriteStartArray("required");
            foreach (var key in required)
            {
                writer.WriteStringValue(key.Name);
            }

            writer.WriteEndArray();
        }

        writer.WriteStartObject("properties");
        foreach (var key in section.Keys)
        {
            writer.WriteStartObject(key.Name);
            WriteKey(writer, key);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteKey(Utf8JsonWriter writer, ConfigurationKey key)
    {
        var unit = key.Unit is null ? "" : $" Unit: {key.Unit}.";
        var note = key.DefaultNote is null ? "" : $" Default: {key.DefaultNote}.";
        writer.WriteString("description", key.Description + unit + note);
        WriteType(writer, key);
        switch (key.Default)
        {
            case string text: writer.WriteString("default", text); break;
            case bool flag: writer.WriteBoolean("default", flag); break;
            case int number: writer.WriteNumber("default", number); break;
            case double number: writer.WriteNumber("default", number); break;
        }
    }

    private static void WriteType(Utf8JsonWriter writer, ConfigurationKey key)
    {
        switch (key.Kind)
        {
            case KeyKind.Integer or KeyKind.Number:
                writer.WriteString("type", key.Kind == KeyKind.Integer ? "integer" : "number");
                writer.WriteNumber("minimum", key.Min);
                writer.WriteNumber("maximum", key.Max);
                break;
            case KeyKind.Flag:
                writer.WriteString("type", "boolean");
                break;
            case KeyKind.Object:
                writer.WriteString("$ref", "#/$defs/" + key.Section!.Name);
                break;
            case KeyKind.Law:
                WriteLaw(writer, key);
                break;
            case KeyKind.Objects or KeyKind.Texts or KeyKind.Numbers:
                WriteArray(writer, key);
                break;
            case KeyKind.Results:
                writer.WriteString("type", "object");
                writer.WriteStartObject("propertyNames");
                writer.WriteString("pattern", "^(?:[3-6][0-9]{2}|q850:(?:[1-9]|[1-9][0-9]|1[01][0-9]|12[0-7]))$");
                writer.WriteEndObject();
                writer.WriteStartObject("additionalProperties");
                WriteChoices(writer, Enum.GetNames<CallResult>());
                writer.WriteEndObject();
                break;
            default:
                WriteText(writer, key);
                break;
        }
    }

    private static void WriteArray(Utf8JsonWriter writer, ConfigurationKey key)
    {
        writer.WriteString("type", "array");
        if (key.MinItems > 0)
        {
            writer.WriteNumber("minItems", key.MinItems);
        }

        writer.WriteNumber("maxItems", key.MaxItems);
        writer.WriteStartObject("items");
        if (key.Kind == KeyKind.Objects)
        {
            writer.WriteString("$ref", "#/$defs/" + key.Section!.Name);
        }
        else
        {
            writer.WriteString("type", key.Kind == KeyKind.Numbers ? "number" : "string");
        }

        writer.WriteEndObject();
        if (key.Kind == KeyKind.Texts)
        {
            writer.WriteBoolean("uniqueItems", true);
        }
    }

    private static void WriteLaw(Utf8JsonWriter writer, ConfigurationKey key)
    {
        writer.WriteStartArray("anyOf");
        writer.WriteStartObject();
        writer.WriteString("type", "number");
        writer.WriteNumber("minimum", key.Min);
        writer.WriteNumber("maximum", key.Max);
        writer.WriteEndObject();
        writer.WriteStartObject();
        writer.WriteString("$ref", "#/$defs/" + key.Section!.Name);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter writer, ConfigurationKey key)
    {
        writer.WriteString("type", "string");
        var pattern = key.Kind switch
        {
            KeyKind.EndPoint => EndPointPattern,
            KeyKind.TimeOfDay => $"^{ValueReader.TimePattern}$",
            _ => key.Pattern is null ? null : $"^(?:{key.Pattern})$",
        };
        if (pattern is not null)
        {
            writer.WriteString("pattern", pattern);
        }

        if (key.Kind == KeyKind.Guid)
        {
            writer.WriteString("format", "uuid");
        }
        else if (key.Kind == KeyKind.Choice)
        {
            WriteEnum(writer, key.Choices);
        }
        else if (key.Kind == KeyKind.Text)
        {
            if (key.Required)
            {
                writer.WriteNumber("minLength", 1);
            }

            writer.WriteNumber("maxLength", key.MaxLength);
        }
    }

    private static void WriteChoices(Utf8JsonWriter writer, IReadOnlyList<string> choices)
    {
        writer.WriteString("type", "string");
        WriteEnum(writer, choices);
    }

    private static void WriteEnum(Utf8JsonWriter writer, IReadOnlyList<string> choices)
    {
        writer.WriteStartArray("enum");
        foreach (var choice in choices)
        {
            writer.WriteStringValue(choice);
        }

        writer.WriteEndArray();
    }
}
