namespace DialerEngine.Desktop.Protocol;

/// <summary>Data type of a key's value (column Type of the specification's tables).</summary>
public enum KeyType
{
    /// <summary>Integer of 32 bits.</summary>
    Integer,

    /// <summary>Integer of 64 bits: Unix time in seconds.</summary>
    Int64,

    /// <summary>String.</summary>
    String,
}

/// <summary>Tables of the specification (chapter Communication Protocols) in which a key is defined.</summary>
[Flags]
public enum KeySource
{
    None = 0,

    /// <summary>Default Record Information: attached to every event about a record.</summary>
    DefaultRecordInformation = 1,

    /// <summary>Reserved Keys.</summary>
    ReservedKeys = 2,

    /// <summary>Modifiable Mandatory Genesys Fields: what RecordProcessed and UpdateCallCompletionStats may change.</summary>
    ModifiableFields = 4,

    /// <summary>User Event Attributes: towards the statistics server.</summary>
    UserEventAttributes = 8,

    /// <summary>Error Event Attributes.</summary>
    ErrorEventAttributes = 16,

    /// <summary>Attached Data tables of single messages.</summary>
    MessageTables = 32,

    /// <summary>Proactive Interaction Attached Data and Media Type Business Attribute (push preview).</summary>
    ProactiveInteraction = 64,
}

/// <summary>A key of the desktop protocol. Instances are the rows of <see cref="DesktopKeys"/>; compared by reference.</summary>
public sealed class DesktopKey
{
    internal DesktopKey(string name, KeyType type, KeySource sources, string meaning, long min, long max, string[]? values)
    {
        Name = name;
        Type = type;
        Sources = sources;
        Meaning = meaning;
        Min = min;
        Max = max;
        Values = values;
    }

    /// <summary>Name on the wire, e.g. <c>GSW_PHONE</c>; case matters.</summary>
    public string Name { get; }

    public KeyType Type { get; }

    public KeySource Sources { get; }

    public string Meaning { get; }

    /// <summary>Lowest integer that is taken from a desktop.</summary>
    public long Min { get; }

    /// <summary>Highest integer that is taken from a desktop.</summary>
    public long Max { get; }

    /// <summary>The only strings that are taken from a desktop; null where any is.</summary>
    public IReadOnlyList<string>? Values { get; }

    public override string ToString() => Name;
}
