using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace DialerEngine.Host.Configuration;

/// <summary>
/// Reads JSON (RFC 8259) with comments and trailing commas into nodes that know their place. Any octets are taken: what is no JSON comes
/// back as one fault. Bounds: 4 MiB, 32 levels.
/// </summary>
internal static class ConfigurationDocument
{
    /// <summary>Largest file that is read.</summary>
    public const int MaxOctets = 4 * 1024 * 1024;

    private const int MaxDepth = 32;
    private static readonly JsonReaderOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = MaxDepth,
    };

    /// <summary>The root node, or null and the fault.</summary>
    public static ConfigurationNode? TryParse(string file, ReadOnlySpan<byte> octets, out ConfigurationFault? fault)
    {
        if (octets.StartsWith("\uFEFF"u8))
        {
            octets = octets[3..];
        }

        if (octets.Length > MaxOctets)
        {
            fault = new ConfigurationFault(file, 1, 1, "", null, "the file is larger than 4 MiB: this is no configuration");
            return null;
        }

        if (octets.IsEmpty)
        {
            fault = new ConfigurationFault(file, 1, 1, "", null, "the file is empty; samples/trunk.json is a whole one to begin with");
            return null;
        }

        var lines = new LineIndex(octets);
        if (!Utf8.IsValid(octets))
        {
            var (line, column) = lines.Place(octets, FirstInvalid(octets));
            fault = new ConfigurationFault(file, line, column, "", null, "the file is not UTF-8 from here on; save it as UTF-8");
            return null;
        }

        var reader = new Utf8JsonReader(octets, Options);
        try
        {
            reader.Read();
            var root = ReadValue(ref reader, octets, lines);
            // Reads over comments to the end, and complains about anything else.
            while (reader.Read())
            {
            }

            fault = null;
            return root;
        }
        catch (JsonException bad)
        {
            var offset = lines.Offset((int)(bad.LineNumber ?? 0), (int)(bad.BytePositionInLine ?? 0));
            var (line, column) = lines.Place(octets, Math.Min(offset, octets.Length));
            fault = new ConfigurationFault(file, line, column, "", null, $"not JSON: {Trim(bad.Message)}");
            return null;
        }
        catch (InvalidOperationException)
        {
            // The one thing that a well-formed token can still hide: half of a surrogate pair written as an escape.
            var (line, column) = lines.Place(octets, (int)reader.TokenStartIndex);
            fault = new ConfigurationFault(file, line, column, "", null, "not JSON: a text holds half of a surrogate pair (\\uD800 to \\uDFFF)");
            return null;
        }
    }

    private static ConfigurationNode ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> octets, LineIndex lines)
    {
        var (line, column) = lines.Place(octets, (int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<ConfigurationMember>();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var (keyLine, keyColumn) = lines.Place(octets, (int)reader.TokenStartIndex);
                    var name = reader.GetString()!;
                    reader.Read();
                    members.Add(new ConfigurationMember(name, keyLine, keyColumn, ReadValue(ref reader, octets, lines)));
                }

                return new ConfigurationNode { Kind = NodeKind.Object, Line = line, Column = column, Members = members };
            case JsonTokenType.StartArray:
                var items = new List<ConfigurationNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadValue(ref reader, octets, lines));
                }

                return new ConfigurationNode { Kind = NodeKind.Array, Line = line, Column = column, Items = items };
            case JsonTokenType.String:
                return new ConfigurationNode { Kind = NodeKind.Text, Line = line, Column = column, Text = reader.GetString()! };
            case JsonTokenType.Number:
                return new ConfigurationNode { Kind = NodeKind.Number, Line = line, Column = column, Text = Encoding.ASCII.GetString(reader.ValueSpan) };
            default:
                var kind = reader.TokenType switch
                {
                    JsonTokenType.True => NodeKind.True,
                    JsonTokenType.False => NodeKind.False,
                    _ => NodeKind.Null,
                };
                return new ConfigurationNode { Kind = kind, Line = line, Column = column };
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> octets)
    {
        var offset = 0;
        while (offset < octets.Length && Rune.DecodeFromUtf8(octets[offset..], out _, out var used) == System.Buffers.OperationStatus.Done)
        {
            offset += used;
        }

        return offset;
    }

    /// <summary>The library's sentence without the place, which the fault carries itself.</summary>
    private static string Trim(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var sentence = (end < 0 ? message : message[..end]).TrimEnd('.');
        return sentence.Replace('\r', ' ').Replace('\n', ' ');
    }

    /// <summary>Where lines begin.</summary>
    private sealed class LineIndex
    {
        private readonly List<int> _starts = [0];
        private int _lastLine;
        private int _lastOffset;
        private int _lastColumn;

        public LineIndex(ReadOnlySpan<byte> octets)
        {
            for (var i = 0; i < octets.Length; i++)
            {
                if (octets[i] == '\n')
                {
                    _starts.Add(i + 1);
                }
            }
        }

        public int Offset(int line, int octetInLine) => _starts[Math.Clamp(line, 0, _starts.Count - 1)] + octetInLine;

        public (int Line, int Column) Place(ReadOnlySpan<byte> octets, int offset)
        {
            var found = _starts.BinarySearch(offset);
            var line = found >= 0 ? found : ~found - 1;
            if (line != _lastLine || offset < _lastOffset)
            {
                (_lastLine, _lastOffset, _lastColumn) = (line, _starts[line], 0);
            }

            // Places are asked for in the order of the file: counting on from the last one keeps a file of one long line linear.
            _lastColumn += Encoding.UTF8.GetCharCount(octets[_lastOffset..offset]);
            _lastOffset = offset;
            return (line + 1, _lastColumn + 1);
        }
    }
}
