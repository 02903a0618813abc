using System.Globalization;
using System.Text.Json;

namespace DialerEngine.Host.Admin;

/// <summary>
/// The body of a request of a third party: one flat JSON object, its keys in our spelling or in the desktop protocol's (GSW_...), numbers also as text, as
/// clients of the protocol send them. Keeps the first fault.
/// </summary>
internal sealed class TolerantBody
{
    private readonly Dictionary<string, JsonElement> _values;
    private readonly HashSet<string> _used = new(StringComparer.OrdinalIgnoreCase);

    private TolerantBody(Dictionary<string, JsonElement> values) => _values = values;

    /// <summary>The first fault as a refusal; null while there is none.</summary>
    public IResult? Fault { get; private set; }

    /// <summary>Keys that nobody has asked for yet, with their values.</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> Others => _values.Where(v => !_used.Contains(v.Key));

    /// <summary>Reads a body; null where it is no flat JSON object.</summary>
    public static async Task<TolerantBody?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = 4 }, cancel);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var values = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array || !values.TryAdd(property.Name, property.Value.Clone()))
                {
                    return null;
                }
            }

            return new TolerantBody(values);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The refusal of a body that cannot be read.</summary>
    public static IResult Unreadable() =>
        Problems.Result(StatusCodes.Status400BadRequest, ProblemCode.BadRequest, "the body must be one JSON object with each key once and no objects or arrays in it");

    /// <summary>Text under the first of the names that is there; null where none is or it is empty.</summary>
    public string? Text(params ReadOnlySpan<string> names)
    {
        if (!TryFind(names, out var value))
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Null ? null : value.GetRawText();
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    /// <summary>A whole number in a range, as a number or as text; null where there is none.</summary>
    public long? Integer(long min, long max, params ReadOnlySpan<string> names)
    {
        if (Text(names) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Refuse(names[0], text, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}"));
        return null;
    }

    /// <summary>True or false, also as 1 or 0; null where there is none.</summary>
    public bool? Flag(params ReadOnlySpan<string> names)
    {
        switch (Text(names))
        {
            case null: return null;
            case "true" or "True" or "1": return true;
            case "false" or "False" or "0": return false;
            case var text:
                Refuse(names[0], text, "must be true or false");
                return null;
        }
    }

    /// <summary>GSW_CHAIN_ATTR: true for AllChain, false for RecordOnly.</summary>
    public bool WholeChain()
    {
        switch (Text("chain", "GSW_CHAIN_ATTR"))
        {
            case null or "AllChain": return true;
            case "RecordOnly": return false;
            case var text:
                Refuse("chain", text, "must be AllChain or RecordOnly");
                return true;
        }
    }

    /// <summary>Notes a fault; the first one counts.</summary>
    public void Refuse(string field, string? value, string rule) => Fault ??= Problems.Field(field, value, rule);

    private bool TryFind(ReadOnlySpan<string> names, out JsonElement value)
    {
        value = default;
        var found = false;
        foreach (var name in names)
        {
            if (!found && _values.TryGetValue(name, out value))
            {
                found = true;
            }

            _used.Add(name);
        }

        return found;
    }
}
