using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using DialerEngine.Core;

namespace DialerEngine.Host.Configuration;

/// <summary>Reads single values by the table's rules: type, range, form.</summary>
internal sealed class ValueReader(FaultList faults, SecretReader secrets, string directory)
{
    // Not backtracking: a file from anywhere cannot make a pattern run long.
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <summary>The value in its type, or null when it is wrong: the fault is noted.</summary>
    public object? Read(ConfigurationKey key, ConfigurationNode node, string path) => key.Kind switch
    {
        KeyKind.Text => ReadText(key, node, path),
        KeyKind.Integer => ReadInteger(key, node, path),
        KeyKind.Number => ReadNumber(key, node, path),
        KeyKind.Law => ReadLaw(key, node, path),
        KeyKind.Flag => ReadFlag(node, path),
        KeyKind.Choice => ReadChoice(key, node, path),
        KeyKind.EndPoint => ReadEndPoint(key, node, path),
        KeyKind.Address => ReadAddress(key, node, path),
        KeyKind.Path => ReadPath(key, node, path),
        KeyKind.Secret => Text(key, node, path) is { } secret ? secrets.Read(secret, node, path) : null,
        KeyKind.TimeOfDay => ReadTime(key, node, path),
        KeyKind.Guid => ReadGuid(key, node, path),
        KeyKind.Results => ReadResults(node, path),
        _ => throw new ArgumentOutOfRangeException(nameof(key), key.Kind, null),
    };

    /// <summary>Reads an end point as the table's defaults write it.</summary>
    public static bool TryEndPoint(string text, out IPEndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.Any, 0);
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        var host = text.AsSpan(0, colon);
        var bracketed = host[0] == '[' && host[^1] == ']';
        if (bracketed != host.Contains(':') || !IPAddress.TryParse(bracketed ? host[1..^1] : host, out var address)
            || (!bracketed && host.Count('.') != 3))
        {
            return false;
        }

        endPoint = new IPEndPoint(address, port);
        return true;
    }

    /// <summary>Seconds from midnight of HH:MM or HH:MM:SS, 00:00 to 24:00.</summary>
    public static bool TryTime(string text, out int seconds)
    {
        seconds = 0;
        var match = Patterns.GetOrAdd(TimePattern, Compile).Match(text);
        if (!match.Success)
        {
            return false;
        }

        seconds = (int.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture) * 3_600) + (int.Parse(text.AsSpan(3, 2), CultureInfo.InvariantCulture) * 60)
            + (text.Length > 5 ? int.Parse(text.AsSpan(6, 2), CultureInfo.InvariantCulture) : 0);
        return seconds <= 86_400;
    }

    /// <summary>Form of a time of day, as the schema has it.</summary>
    internal const string TimePattern = "(?:[01][0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?";

    private static Regex Compile(string pattern) => new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private string? Text(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (node.Kind != NodeKind.Text)
        {
            if (key.Kind == KeyKind.Secret)
            {
                faults.Hidden(node.Line, node.Column, path, $"must be a text in quotes, not {node.KindName}");
            }
            else
            {
                faults.Error(node, path, $"must be a text in quotes, not {node.KindName}");
            }

            return null;
        }

        return node.Text;
    }

    private string? ReadText(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (Text(key, node, path) is not { } text)
        {
            return null;
        }

        if (text.Length == 0 && key.Required)
        {
            faults.Error(node, path, key.PatternWords is null ? "must not be empty" : $"must be {key.PatternWords}");
            return null;
        }

        if (key.Pattern is not null && !Patterns.GetOrAdd(key.Pattern, Compile).IsMatch(text))
        {
            faults.Error(node, path, $"must be {key.PatternWords}");
            return null;
        }

        if (text.Length > key.MaxLength)
        {
            faults.Error(node, path, string.Create(CultureInfo.InvariantCulture, $"has {text.Length} characters; must have at most {key.MaxLength}"));
            return null;
        }

        return text;
    }

    private double? ReadNumber(ConfigurationKey key, ConfigurationNode node, string path)
    {
        var unit = key.Unit is null ? "" : " " + key.Unit;
        if (node.Kind != NodeKind.Number)
        {
            var quoted = node.Kind == NodeKind.Text && double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
            faults.Error(node, path, quoted ? "must be a number: write it without quotes" : $"must be a number ({Range(key)}{unit}), not {node.KindName}");
            return null;
        }

        var number = double.Parse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!(number >= key.Min && number <= key.Max))
        {
            faults.Error(node, path, $"must be {Range(key)}{unit}{DefaultWords(key)}");
            return null;
        }

        return number;
    }

    private double? ReadLaw(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (node.Kind == NodeKind.Number)
        {
            return ReadNumber(key, node, path);
        }

        faults.Error(node, path, $"must be a number of seconds or an object {{ \"law\": ... }}, not {node.KindName}");
        return null;
    }

    private int? ReadInteger(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (ReadNumber(key, node, path) is not { } number)
        {
            return null;
        }

        if (number == Math.Floor(number))
        {
            return (int)number;
        }

        faults.Error(node, path, $"must be a whole number, {Range(key)}");
        return null;
    }

    internal static string Range(ConfigurationKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.Min:#,##0.###} to {key.Max:#,##0.###}");

    private static string DefaultWords(ConfigurationKey key) =>
        key.Default is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (default {key.Default})");

    private bool? ReadFlag(ConfigurationNode node, string path)
    {
        if (node.Kind is NodeKind.True or NodeKind.False)
        {
            return node.Kind == NodeKind.True;
        }

        faults.Error(node, path, "must be true or false, without quotes");
        return null;
    }

    private string? ReadChoice(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (Text(key, node, path) is not { } text)
        {
            return null;
        }

        if (key.Choices.Contains(text, StringComparer.Ordinal))
        {
            return text;
        }

        faults.Error(node, path, $"must be one of {string.Join(", ", key.Choices)}{DidYouMean.Ask(text, key.Choices)}");
        return null;
    }

    private IPEndPoint? ReadEndPoint(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (Text(key, node, path) is not { } text)
        {
            return null;
        }

        if (TryEndPoint(text, out var endPoint))
        {
            return endPoint;
        }

        faults.Error(node, path, $"must be ADDRESS:PORT with an IP address and a port 0 to 65,535, e.g. {key.Default}");
        return null;
    }

    private IPAddress? ReadAddress(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (Text(key, node, path) is not { } text)
        {
            return null;
        }

        if (IPAddress.TryParse(text, out var address) && (text.Contains(':') || text.Count(c => c == '.') == 3)
            && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
        {
            return address;
        }

        faults.Error(node, path, "must be an IP address that others can reach, e.g. 203.0.113.7");
        return null;
    }

    private string? ReadPath(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (Text(key, node, path) is not { } text)
        {
            return null;
        }

        if (text.Length is > 0 and <= 1_024 && !text.Contains('\0'))
        {
            return Path.GetFullPath(Path.Combine(directory, text));
        }

        faults.Error(node, path, "must be a path of 1 to 1,024 characters");
        return null;
    }

    private string? ReadTime(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (node.Kind == NodeKind.Text && TryTime(node.Text, out _))
        {
            return node.Text;
        }

        faults.Error(node, path, $"must be a time of day, \"HH:MM\" or \"HH:MM:SS\", 00:00 to 24:00 (default {key.Default})");
        return null;
    }

    private Guid? ReadGuid(ConfigurationKey key, ConfigurationNode node, string path)
    {
        if (Text(key, node, path) is not { } text)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var guid))
        {
            return guid;
        }

        faults.Error(node, path, "must be a UUID, e.g. 6f1c1a4e-0d3b-4c55-9a0e-1f2d3c4b5a69");
        return null;
    }

    private Dictionary<string, CallResult>? ReadResults(ConfigurationNode node, string path)
    {
        if (node.Kind != NodeKind.Object)
        {
            faults.Error(node, path, $"must be an object {{ \"480\": \"NoAnswer\", ... }}, not {node.KindName}");
            return null;
        }

        var names = Enum.GetNames<CallResult>();
        var results = new Dictionary<string, CallResult>(StringComparer.Ordinal);
        foreach (var member in node.Members)
        {
            var memberPath = $"{path}.{ConfigurationNode.Shorten(member.Name)}";
            if (!IsAnswer(member.Name))
            {
                faults.Hidden(member.Line, member.Column, memberPath, "must be a SIP status 300 to 699, or q850: and a cause 1 to 127");
            }
            else if (member.Value.Kind != NodeKind.Text || !names.Contains(member.Value.Text, StringComparer.Ordinal))
            {
                faults.Error(member.Value, memberPath, $"must be the name of a call result, e.g. NoAnswer{DidYouMean.Ask(member.Value.Text, names)}");
            }
            else if (!results.TryAdd(member.Name, Enum.Parse<CallResult>(member.Value.Text)))
            {
                faults.Hidden(member.Line, member.Column, memberPath, "stands here a second time; keep one of the two");
            }
        }

        return results;
    }

    private static bool IsAnswer(string name) => name.StartsWith("q850:", StringComparison.Ordinal)
        ? byte.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var cause) && cause is >= 1 and <= 127 && name[5] != '0'
        : name.Length == 3 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 300 and <= 699;
}
