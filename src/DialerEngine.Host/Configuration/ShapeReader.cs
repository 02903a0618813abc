using System.Globalization;

namespace DialerEngine.Host.Configuration;

/// <summary>Holds a document against the table of keys: unknown and missing keys, duplicates, types, ranges and forms. Notes every fault.</summary>
internal sealed class ShapeReader(ValueReader values, FaultList faults)
{
    public SectionValues Read(ConfigurationNode node, ConfigurationSection section, string path)
    {
        var result = new SectionValues(section, path, node.Line, node.Column);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in node.Members)
        {
            var memberPath = result.PathOf(ConfigurationNode.Shorten(member.Name));
            if (!seen.Add(member.Name))
            {
                faults.Hidden(member.Line, member.Column, memberPath, "stands here a second time; keep one of the two");
            }
            else if (section.Find(member.Name) is { } key)
            {
                ReadMember(result, key, member.Value, memberPath);
            }
            else
            {
                faults.Hidden(member.Line, member.Column, memberPath, $"unknown key{Suggest(section, member.Name)}");
            }
        }

        foreach (var key in section.Keys)
        {
            if (key.Required && !seen.Contains(key.Name))
            {
                faults.Hidden(node.Line, node.Column, result.PathOf(key.Name), $"is missing; {Meaning(key)}");
            }
        }

        return result;
    }

    private static string Suggest(ConfigurationSection section, string written)
    {
        foreach (var key in section.Keys)
        {
            if (key.Aliases.Contains(written, StringComparer.OrdinalIgnoreCase))
            {
                return $"; did you mean {key.Name}?";
            }
        }

        var near = DidYouMean.Ask(written, section.Keys.Select(k => k.Name));
        if (near.Length > 0)
        {
            return near;
        }

        var elsewhere = ConfigurationTable.Sections.FirstOrDefault(s => s.Find(written) is not null);
        return elsewhere is null ? $"; {section.Name} has {Join(section)}" : $"; {written} belongs to {elsewhere.Name}, not to {section.Name}";
    }

    /// <summary>The first sentence of a key's description as part of another sentence.</summary>
    private static string Meaning(ConfigurationKey key)
    {
        var text = key.Description;
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        text = end < 0 ? text.TrimEnd('.') : text[..end];
        return text.Length > 1 && char.IsUpper(text[1]) ? text : char.ToLowerInvariant(text[0]) + text[1..];
    }

    private static string Join(ConfigurationSection section) => string.Join(", ", section.Keys.Select(k => k.Name));

    private void ReadMember(SectionValues into, ConfigurationKey key, ConfigurationNode node, string path)
    {
        var value = key.Kind switch
        {
            KeyKind.Object => ReadObject(key, node, path),
            KeyKind.Objects => ReadObjects(key, node, path),
            KeyKind.Texts => ReadTexts(key, node, path),
            KeyKind.Numbers => ReadNumbers(key, node, path),
            KeyKind.Law when node.Kind == NodeKind.Object => ReadObject(key, node, path),
            _ => values.Read(key, node, path),
        };
        into.Set(key, value, node);
    }

    private SectionValues? ReadObject(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (node.Kind == NodeKind.Object)
        {
            return Read(node, key.Section!, path);
        }

        faults.Error(node, path, $"must be an object {{ ... }}, not {node.KindName}");
        return null;
    }

    private List<SectionValues>? ReadObjects(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (!IsArray(key, node, path))
        {
            return null;
        }

        var items = new List<SectionValues>();
        for (var i = 0; i < node.Items.Count; i++)
        {
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            if (ReadObject(key, node.Items[i], itemPath) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    private List<Placed<string>>? ReadTexts(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (!IsArray(key, node, path))
        {
            return null;
        }

        var items = new List<Placed<string>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < node.Items.Count; i++)
        {
            var item = node.Items[i];
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            if (item.Kind != NodeKind.Text)
            {
                faults.Error(item, itemPath, $"must be a text in quotes, not {item.KindName}");
            }
            else if (!seen.Add(item.Text))
            {
                faults.Error(item, itemPath, "stands here a second time; keep one of the two");
            }
            else
            {
                items.Add(new Placed<string>(item.Text, item.Line, item.Column, itemPath));
            }
        }

        return items;
    }

    private List<double>? ReadNumbers(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (!IsArray(key, node, path))
        {
            return null;
        }

        var items = new List<double>();
        for (var i = 0; i < node.Items.Count; i++)
        {
            if (values.Read(key with { Kind = KeyKind.Number }, node.Items[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")) is double number)
            {
                items.Add(number);
            }
        }

        return items.Count == node.Items.Count ? items : null;
    }

    private bool IsArray(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (node.Kind != NodeKind.Array)
        {
            faults.Error(node, path, $"must be an array [ ... ], not {node.KindName}");
            return false;
        }

        if (node.Items.Count < key.MinItems || node.Items.Count > key.MaxItems)
        {
            faults.Error(node, path, string.Create(
                CultureInfo.InvariantCulture,
                $"has {node.Items.Count} elements; must have {(key.MinItems > 0 ? $"{key.MinItems} to" : "at most")} {key.MaxItems}"));
            return node.Items.Count > 0 && node.Items.Count <= key.MaxItems;
        }

        return true;
    }
}
