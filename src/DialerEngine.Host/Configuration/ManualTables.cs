using System.Globalization;
using System.Text;

namespace DialerEngine.Host.Configuration;

/// <summary>Writes the tables of keys for the manual (Markdown).</summary>
internal static class ManualTables
{
    public static string Write() => Write(ConfigurationTable.Sections);

    /// <summary>The tables of other files' keys.</summary>
    public static string Write(IReadOnlyList<ConfigurationSection> sections)
    {
        var text = new StringBuilder();
        foreach (var section in sections)
        {
            text.Append("### ").Append(section.Name).Append("\n\n").Append(section.Description).Append("\n\n");
            text.Append("| key | value | default | unit | meaning |\n|---|---|---|---|---|\n");
            foreach (var key in section.Keys)
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{key.Name}` | {Value(key)} | {Default(key)} | {key.Unit} | {key.Description.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Value(ConfigurationKey key) => key.Kind switch
    {
        KeyKind.Text => "text",
        KeyKind.Integer => "whole number, " + ValueReader.Range(key),
        KeyKind.Number => "number, " + ValueReader.Range(key),
        KeyKind.Flag => "`true` or `false`",
        KeyKind.Choice => string.Join(", ", key.Choices.Select(c => $"`{c}`")),
        KeyKind.EndPoint => "`ADDRESS:PORT`; port 0 takes a free one",
        KeyKind.Address => "IP address",
        KeyKind.Path => "path, relative to this file",
        KeyKind.Secret => "`env:NAME` or `file:PATH`",
        KeyKind.TimeOfDay => "`HH:MM` or `HH:MM:SS`",
        KeyKind.Guid => "UUID",
        KeyKind.Object => $"object [{key.Section!.Name}](#{Anchor(key.Section)})",
        KeyKind.Objects => $"array of [{key.Section!.Name}](#{Anchor(key.Section)})",
        KeyKind.Texts => "array of texts",
        KeyKind.Numbers => "array of numbers",
        KeyKind.Law => $"seconds, or a [law](#{Anchor(key.Section!)})",
        _ => "object",
    };

    private static string Anchor(ConfigurationSection section) => section.Name.ToLowerInvariant();

    private static string Default(ConfigurationKey key) => key switch
    {
        { Required: true } => "must be given",
        { Default: bool flag } => flag ? "`true`" : "`false`",
        { Default: string { Length: 0 } } => "empty",
        { Default: { } value } => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
        { DefaultNote: { } note } => note,
        _ => "none",
    };
}
