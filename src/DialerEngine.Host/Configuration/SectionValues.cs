using System.Globalization;
using System.Net;

namespace DialerEngine.Host.Configuration;

/// <summary>A value with the place where it stands, for faults that are found later.</summary>
internal readonly record struct Placed<T>(T Value, int Line, int Column, string Path);

/// <summary>The values of one object of the file: those written, and the defaults of the others. Wrong values are absent; their faults are noted already.</summary>
internal sealed class SectionValues(ConfigurationSection section, string path, int line, int column)
{
    private readonly Dictionary<string, (object? Value, ConfigurationNode Node)> _values = new(StringComparer.Ordinal);

    public ConfigurationSection Section { get; } = section;

    /// <summary>Path of the object.</summary>
    public string Path { get; } = path;

    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>The value that holds: the one written, else the default; null where there is neither.</summary>
    public object? ValueOf(ConfigurationKey key) => Find(key.Name);

    /// <summary>Takes a key as another object of the same section has it, be it written or absent.</summary>
    public void Take(ConfigurationKey key, SectionValues from)
    {
        if (from._values.TryGetValue(key.Name, out var found))
        {
            _values[key.Name] = found;
        }
        else
        {
            _values.Remove(key.Name);
        }
    }

    public void Set(ConfigurationKey key, object? value, ConfigurationNode node) => _values[key.Name] = (value, node);

    /// <summary>True when the file has the key with a usable value.</summary>
    public bool Has(string key) => _values.TryGetValue(key, out var found) && found.Value is not null;

    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    /// <summary>The value as written, be it right or wrong; null for a key that is absent.</summary>
    public ConfigurationNode? NodeOf(string key) => _values.TryGetValue(key, out var found) ? found.Node : null;

    public string? TextOrNull(string key) => (string?)Find(key);

    public string Text(string key) => TextOrNull(key) ?? "";

    public int Integer(string key) => Find(key) is { } value ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : 0;

    public double Number(string key) => Find(key) is { } value ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : 0;

    /// <summary>A number of seconds in milliseconds.</summary>
    public int SecondsAsMs(string key) => (int)Math.Round(Number(key) * 1_000);

    /// <summary>A number of minutes in milliseconds.</summary>
    public int MinutesAsMs(string key) => Integer(key) * 60_000;

    public bool Flag(string key) => Find(key) is true;

    /// <summary>The object of a key; where the file has none, one with nothing but defaults.</summary>
    public SectionValues Object(string key) =>
        Find(key) as SectionValues ?? new SectionValues(KeyOf(key).Section!, PathOf(key), Line, Column);

    public IReadOnlyList<SectionValues> Objects(string key) => Find(key) as IReadOnlyList<SectionValues> ?? [];

    public IReadOnlyList<Placed<string>> Texts(string key) => Find(key) as IReadOnlyList<Placed<string>> ?? [];

    public IPEndPoint EndPoint(string key) => Find(key) switch
    {
        IPEndPoint endPoint => endPoint,
        string text when ValueReader.TryEndPoint(text, out var endPoint) => endPoint,
        _ => new IPEndPoint(IPAddress.None, 0),
    };

    /// <summary>A time of day in seconds from midnight.</summary>
    public int TimeOfDay(string key) => ValueReader.TryTime(Text(key), out var seconds) ? seconds : 0;

    public T? Typed<T>(string key)
        where T : class => Find(key) as T;

    private ConfigurationKey KeyOf(string key) => Section.Find(key) ?? throw new ArgumentException($"{Section.Name} has no key {key}", nameof(key));

    private object? Find(string key)
    {
        var declared = KeyOf(key);
        return _values.TryGetValue(key, out var found) && found.Value is not null ? found.Value : declared.Default;
    }
}
