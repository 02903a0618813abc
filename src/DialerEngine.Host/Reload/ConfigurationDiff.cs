using System.Globalization;
using System.Text;
using DialerEngine.Host.Configuration;
using ConfigurationSection = DialerEngine.Host.Configuration.ConfigurationSection;

namespace DialerEngine.Host.Reload;

/// <summary>
/// What a file says now against what an engine runs with, key by key, and the configuration between the two: the file's values where a running engine
/// takes them, its present ones elsewhere. Things in arrays are told apart by their names, not by their places.
/// </summary>
internal sealed class ConfigurationDiff
{
    /// <summary>How long a value is shown.</summary>
    private const int Shown = 200;

    /// <summary>What the elements of an array are known by; arrays of anything else are one value.</summary>
    private static readonly Dictionary<string, Func<SectionValues, string>> Names = new(StringComparer.Ordinal)
    {
        ["trunk"] = v => v.Text("name"),
        ["tenant"] = v => v.Text("name"),
        ["callingList"] = v => v.Text("name"),
        ["campaign"] = v => v.Text("name"),
        ["campaignList"] = v => v.Text("list"),
        ["agent"] = v => v.Text("loginId"),
        ["agentGroup"] = v => v.Text("name"),
        ["campaignGroup"] = v => $"{v.Text("campaign")}@{v.Text("agentGroup")}",
    };

    /// <summary>Objects whose absence means something: they are one value.</summary>
    private static readonly string[] Whole = ["callerId", "ivr", "phone"];

    private readonly Func<ConfigurationChange, string?> _whyRestart;
    private readonly List<ConfigurationChange> _applied = [];
    private readonly List<ConfigurationChange> _waiting = [];

    private ConfigurationDiff(Func<ConfigurationChange, string?> whyRestart) => _whyRestart = whyRestart;

    /// <summary>Changes that a running engine takes, in the order of the table of keys.</summary>
    public IReadOnlyList<ConfigurationChange> Applied => _applied;

    /// <summary>Changes that need a restart.</summary>
    public IReadOnlyList<ConfigurationChange> NeedRestart => _waiting;

    /// <summary>The file's values where they can be taken, the running ones elsewhere.</summary>
    public SectionValues Merged { get; private set; } = null!;

    /// <param name="running">What the engine runs with.</param>
    /// <param name="wanted">What the file says.</param>
    /// <param name="whyRestart">Why a change of a live key cannot be applied; null where it can.</param>
    public static ConfigurationDiff Of(SectionValues running, SectionValues wanted, Func<ConfigurationChange, string?> whyRestart)
    {
        var diff = new ConfigurationDiff(whyRestart);
        diff.Merged = diff.Merge(running, wanted, "", "");
        return diff;
    }

    private SectionValues Merge(SectionValues running, SectionValues wanted, string path, string owner)
    {
        var merged = new SectionValues(wanted.Section, wanted.Path, wanted.Line, wanted.Column);
        foreach (var key in wanted.Section.Keys)
        {
            var place = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            if (key.Kind == KeyKind.Object && !Whole.Contains(key.Section!.Name))
            {
                if (running.Has(key.Name) || wanted.Has(key.Name))
                {
                    var node = wanted.NodeOf(key.Name) ?? running.NodeOf(key.Name)!;
                    merged.Set(key, Merge(running.Object(key.Name), wanted.Object(key.Name), place, owner), node);
                }
            }
            else if (key.Kind == KeyKind.Objects && Names.TryGetValue(key.Section!.Name, out var nameOf))
            {
                merged.Take(key, wanted.Has(key.Name) ? wanted : running);
                if (wanted.Has(key.Name) || running.Has(key.Name))
                {
                    merged.Set(key, MergeNamed(running, wanted, key, nameOf, place, owner), wanted.NodeOf(key.Name) ?? running.NodeOf(key.Name)!);
                }
            }
            else
            {
                merged.Take(key, IsKept(running, wanted, key, place, owner) ? running : wanted);
            }
        }

        return merged;
    }

    /// <summary>Elements that both have are merged; those that come or go do so with a restart.</summary>
    private List<SectionValues> MergeNamed(
        SectionValues running, SectionValues wanted, ConfigurationKey key, Func<SectionValues, string> nameOf, string place, string owner)
    {
        var file = wanted.Objects(key.Name).ToDictionary(nameOf, StringComparer.Ordinal);
        var merged = new List<SectionValues>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in running.Objects(key.Name))
        {
            var name = nameOf(element);
            seen.Add(name);
            var at = $"{place}[{name}]";
            if (file.TryGetValue(name, out var other))
            {
                merged.Add(Merge(element, other, at, name));
                continue;
            }

            _waiting.Add(Change(wanted.Section, key, at, owner, "there", "removed", null));
            merged.Add(element);
        }

        foreach (var (name, _) in file.Where(f => !seen.Contains(f.Key)))
        {
            _waiting.Add(Change(wanted.Section, key, $"{place}[{name}]", owner, "not there", "added", null));
        }

        return merged;
    }

    /// <summary>Notes a change; true where the running value stays.</summary>
    private bool IsKept(SectionValues running, SectionValues wanted, ConfigurationKey key, string place, string owner)
    {
        if (SameText(running, key) == SameText(wanted, key))
        {
            return false;
        }

        var change = Change(wanted.Section, key, place, owner, ShownText(running, key), ShownText(wanted, key), wanted.ValueOf(key));
        if (!ReloadTable.IsLive(wanted.Section, key))
        {
            _waiting.Add(change);
            return true;
        }

        if (_whyRestart(change) is { } reason)
        {
            _waiting.Add(change with { Reason = reason });
            return true;
        }

        _applied.Add(change);
        return false;
    }

    private static ConfigurationChange Change(
        ConfigurationSection section, ConfigurationKey key, string path, string owner, string from, string to, object? value) =>
        new() { Section = section, Key = key, Path = path, Owner = owner, From = from, To = to, Value = value };

    /// <summary>The value as a text that is equal for equal values; secrets by what they are, not by where they come from.</summary>
    private static string SameText(SectionValues values, ConfigurationKey key) => values.ValueOf(key) switch
    {
        null => "",
        SectionValues or System.Collections.IList when values.NodeOf(key.Name) is { } node => Json(node),
        IReadOnlyList<Placed<string>> texts => string.Join('\n', texts.Select(t => t.Value)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ when key.Kind is KeyKind.Results && values.NodeOf(key.Name) is { } node => Json(node),
        var other => other.ToString() ?? "",
    };

    private static string ShownText(SectionValues values, ConfigurationKey key)
    {
        if (key.Kind == KeyKind.Secret)
        {
            return values.Has(key.Name) ? "(a secret)" : "none";
        }

        if (values.Has(key.Name) && values.NodeOf(key.Name) is { } node)
        {
            var text = node.Shown ?? Json(node);
            return text.Length <= Shown ? text : string.Concat(text.AsSpan(0, Shown), "...");
        }

        return key.Default switch
        {
            bool flag => flag ? "true (default)" : "false (default)",
            { } value => string.Create(CultureInfo.InvariantCulture, $"{value} (default)"),
            _ => key.DefaultNote ?? "none",
        };
    }

    /// <summary>A node as JSON in one line.</summary>
    private static string Json(ConfigurationNode node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private static void Write(ConfigurationNode node, StringBuilder text)
    {
        switch (node.Kind)
        {
            case NodeKind.Object:
                text.Append('{');
                for (var i = 0; i < node.Members.Count; i++)
                {
                    text.Append(i > 0 ? ", " : "").Append('"').Append(node.Members[i].Name).Append("\": ");
                    Write(node.Members[i].Value, text);
                }

                text.Append('}');
                break;
            case NodeKind.Array:
                text.Append('[');
                for (var i = 0; i < node.Items.Count; i++)
                {
                    text.Append(i > 0 ? ", " : "");
                    Write(node.Items[i], text);
                }

                text.Append(']');
                break;
            case NodeKind.Text:
                text.Append('"').Append(string.Concat(node.Text.Select(c => char.IsControl(c) ? '\uFFFD' : c))).Append('"');
                break;
            case NodeKind.Number:
                text.Append(node.Text);
                break;
            default:
                text.Append(node.Shown);
                break;
        }
    }
}
