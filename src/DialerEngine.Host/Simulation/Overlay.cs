using System.Globalization;
using System.Text;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Simulation;

/// <summary>
/// Lays settings over a scenario's document: <c>hours=1</c>, <c>lists[0].answerChance=0.2</c>, <c>teams[day].agents=30</c>, <c>groups[*].optimizeGoal=2</c>. A key of a
/// group without path is for every group: <c>optimizeGoal=2</c>, <c>options.call_wait_in_queue_timeout=1</c>.
/// </summary>
internal static class Overlay
{
    /// <summary>Lays "key=value;key=value" over the document; null and a sentence when it cannot be read.</summary>
    public static ConfigurationNode? TryApply(ConfigurationNode root, string settings, out string? fault)
    {
        fault = null;
        foreach (var setting in settings.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = setting.IndexOf('=');
            if (at <= 0)
            {
                fault = $"\"{ConfigurationNode.Shorten(setting)}\" is not key=value, e.g. optimizeGoal=2";
                return null;
            }

            if (Set(root, Route(setting[..at].Trim()), 0, Value(setting[(at + 1)..].Trim()), out fault) is not { } changed)
            {
                fault = $"\"{ConfigurationNode.Shorten(setting)}\": {fault}";
                return null;
            }

            root = changed;
        }

        return root;
    }

    /// <summary>Lays an object over the document: members of objects one by one, everything else as a whole.</summary>
    public static ConfigurationNode? TryApply(ConfigurationNode root, ConfigurationNode settings, out string? fault) => Merge(root, settings, "", out fault);

    private static ConfigurationNode? Merge(ConfigurationNode root, ConfigurationNode settings, string path, out string? fault)
    {
        fault = null;
        foreach (var member in settings.Members)
        {
            var inner = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            var changed = member.Value.Kind == NodeKind.Object && member.Value.Members.All(m => m.Name != "law")
                ? Merge(root, member.Value, inner, out fault)
                : Set(root, Route(inner), 0, member.Value, out fault);
            if (changed is null)
            {
                return null;
            }

            root = changed;
        }

        return root;
    }

    private static List<string> Route(string path)
    {
        var steps = new List<string>();
        foreach (var part in path.Split('.'))
        {
            var bracket = part.IndexOf('[');
            steps.Add(bracket < 0 ? part : part[..bracket]);
            if (bracket >= 0)
            {
                steps.Add(part[bracket..]);
            }
        }

        if (ScenarioTable.Root.Find(steps[0]) is null && ScenarioTable.Group.Find(steps[0]) is not null)
        {
            steps.InsertRange(0, ["groups", "[*]"]);
        }

        return steps;
    }

    private static ConfigurationNode Value(string text) =>
        ConfigurationDocument.TryParse("", Encoding.UTF8.GetBytes(text), out _) ?? new ConfigurationNode { Kind = NodeKind.Text, Line = 1, Column = 1, Text = text };

    private static ConfigurationNode? Set(ConfigurationNode node, List<string> route, int step, ConfigurationNode value, out string? fault)
    {
        fault = null;
        if (step == route.Count)
        {
            return value;
        }

        return route[step].StartsWith('[') ? SetItems(node, route, step, value, out fault) : SetMember(node, route, step, value, out fault);
    }

    private static ConfigurationNode? SetMember(ConfigurationNode node, List<string> route, int step, ConfigurationNode value, out string? fault)
    {
        if (node.Kind != NodeKind.Object)
        {
            fault = $"{route[step]} is not within an object";
            return null;
        }

        var members = node.Members.ToList();
        var at = members.FindIndex(m => m.Name == route[step]);
        var before = at >= 0 ? members[at].Value : Missing(route, step);
        if (Set(before, route, step + 1, value, out fault) is not { } after)
        {
            return null;
        }

        var member = new ConfigurationMember(route[step], at >= 0 ? members[at].Line : 1, at >= 0 ? members[at].Column : 1, after);
        if (at >= 0)
        {
            members[at] = member;
        }
        else
        {
            members.Add(member);
        }

        return new ConfigurationNode { Kind = NodeKind.Object, Line = node.Line, Column = node.Column, Members = members };
    }

    /// <summary>What stands for a key that the file does not have: its one default thing, for lists, trunks and groups.</summary>
    private static ConfigurationNode Missing(List<string> route, int step)
    {
        if (step + 1 < route.Count && route[step + 1].StartsWith('['))
        {
            var name = new ConfigurationNode { Kind = NodeKind.Text, Line = 1, Column = 1, Text = route[step].TrimEnd('s') };
            var only = new ConfigurationNode { Kind = NodeKind.Object, Line = 1, Column = 1, Members = [new ConfigurationMember("name", 1, 1, name)] };
            return new ConfigurationNode { Kind = NodeKind.Array, Line = 1, Column = 1, Items = [only] };
        }

        return new ConfigurationNode { Kind = NodeKind.Object, Line = 1, Column = 1 };
    }

    private static ConfigurationNode? SetItems(ConfigurationNode node, List<string> route, int step, ConfigurationNode value, out string? fault)
    {
        var wanted = route[step].Trim('[', ']');
        var items = node.Items.ToList();
        var found = false;
        fault = null;
        for (var i = 0; i < items.Count; i++)
        {
            if (wanted == "*" || wanted == i.ToString(CultureInfo.InvariantCulture) || items[i].Members.Any(m => m.Name == "name" && m.Value.Text == wanted))
            {
                found = true;
                if (Set(items[i], route, step + 1, value, out fault) is not { } changed)
                {
                    return null;
                }

                items[i] = changed;
            }
        }

        if (!found)
        {
            fault = $"there is no {route[step]} among the {items.Count} {(step > 0 ? route[step - 1] : "elements")}";
            return null;
        }

        return new ConfigurationNode { Kind = NodeKind.Array, Line = node.Line, Column = node.Column, Items = items };
    }
}
