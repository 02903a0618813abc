using System.Text.Json;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Tests.Configuration;

/// <summary>
/// The schema and the manual's tables are made from the table of keys. To bring the files up to date after a change of the table, run these tests
/// with DIALER_WRITE_EXPECTED=1.
/// </summary>
public sealed class GeneratedDocumentTests
{
    private const string Begin = "<!-- keys: begin (made from the table of keys) -->\n";
    private const string End = "<!-- keys: end -->\n";

    [Fact]
    public void The_published_schema_is_the_one_that_the_table_gives()
    {
        var file = Repository.PathOf("docs", "config.schema.json");
        if (Repository.WriteExpected)
        {
            File.WriteAllText(file, SchemaWriter.Write());
        }

        Assert.Equal(SchemaWriter.Write(), File.ReadAllText(file));
    }

    [Fact]
    public void The_manuals_tables_are_the_ones_that_the_table_gives()
    {
        var file = Repository.PathOf("docs", "configuration.md");
        var text = File.ReadAllText(file);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (Repository.WriteExpected)
        {
            text = text[..begin] + ManualTables.Write() + text[end..];
            File.WriteAllText(file, text);
            end = text.IndexOf(End, StringComparison.Ordinal);
        }

        Assert.Equal(ManualTables.Write(), text[begin..end]);
    }

    [Fact]
    public void Every_key_that_the_table_has_is_described_and_in_range()
    {
        foreach (var section in ConfigurationTable.Sections)
        {
            Assert.Equal(section.Keys.Count, section.Keys.Select(k => k.Name).Distinct().Count());
            foreach (var key in section.Keys)
            {
                Assert.EndsWith(".", key.Description, StringComparison.Ordinal);
                Assert.False(key.Required && key.Default is not null, key.Name);
                if (key.Kind is KeyKind.Integer or KeyKind.Number)
                {
                    Assert.True(key.Min > double.MinValue && key.Max < double.MaxValue, $"{key.Name} has no range");
                    var value = key.Default is null ? key.Min : Convert.ToDouble(key.Default, System.Globalization.CultureInfo.InvariantCulture);
                    Assert.InRange(value, key.Min, key.Max);
                }
            }
        }
    }

    [Fact]
    public void Every_reference_within_the_schema_leads_somewhere()
    {
        using var schema = JsonDocument.Parse(SchemaWriter.Write());
        var definitions = schema.RootElement.GetProperty("$defs").EnumerateObject().Select(d => "#/$defs/" + d.Name).ToHashSet();

        Assert.All(References(schema.RootElement), reference => Assert.Contains(reference, definitions));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(
            p => p.NameEquals("$ref") ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
