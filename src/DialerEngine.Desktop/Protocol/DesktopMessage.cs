using DialerEngine.Core.Desktop;

namespace DialerEngine.Desktop.Protocol;

/// <summary>Who sends a message.</summary>
public enum MessageDirection
{
    /// <summary>Desktop to engine (D &gt; O): a request, named by <c>GSW_AGENT_REQ_TYPE</c>.</summary>
    ToEngine,

    /// <summary>Engine to desktop (O &gt; D): a reply or a notification, named by <c>GSW_USER_EVENT</c>.</summary>
    ToDesktop,
}

/// <summary>A key within a message.</summary>
/// <param name="Key">The key.</param>
/// <param name="Required">Column Key Required.</param>
/// <param name="Type">Type that this message's table gives the key.</param>
/// <param name="Default">Value that the engine takes where the desktop sends none; null where the specification names none.</param>
public sealed record MessageKey(DesktopKey Key, bool Required, KeyType Type, object? Default = null);

/// <summary>
/// The blocks "Mandatory Fields" of RequestRecordCancel and DoNotCall: with <paramref name="When"/> all of <paramref name="Then"/>
/// are required; without it at least one of <paramref name="Else"/>.
/// </summary>
public sealed record MessageCondition(DesktopKey When, IReadOnlyList<DesktopKey> Then, IReadOnlyList<DesktopKey> Else);

/// <summary>A message of the desktop protocol. Instances are the rows of <see cref="DesktopMessages"/>.</summary>
public sealed class DesktopMessage
{
    /// <summary>Name in the specification's library of events.</summary>
    public required string Name { get; init; }

    public required MessageDirection Direction { get; init; }

    /// <summary>Chapter of the library: Notifications, Preview, Common ...</summary>
    public required string Chapter { get; init; }

    /// <summary>Table of the specification that the keys come from.</summary>
    public required string Table { get; init; }

    public required string Meaning { get; init; }

    public required IReadOnlyList<MessageKey> Keys { get; init; }

    /// <summary>Key whose value names the message, and that value.</summary>
    public required DesktopKey Selector { get; init; }

    /// <summary>Value of <see cref="Selector"/>; the message's name but for a few.</summary>
    public required string SelectorValue { get; init; }

    /// <summary>True where user-defined fields may be there too.</summary>
    public bool CustomFields { get; init; }

    public MessageCondition? Condition { get; init; }

    /// <summary>Name of the message that says yes to a request; null where the reply is another or none.</summary>
    public string? Acknowledge { get; init; }

    /// <summary>Errors that a request may be answered with.</summary>
    public IReadOnlyList<DesktopError> Errors { get; init; } = [];

    /// <summary>What the engine does with the request; <see cref="DesktopRequestKind.None"/> where it answers 101 Invalid Request.</summary>
    public DesktopRequestKind Kind { get; init; }

    /// <summary>True where the engine carries the request out or sends the message.</summary>
    public bool Supported { get; init; }

    public override string ToString() => Name;
}
