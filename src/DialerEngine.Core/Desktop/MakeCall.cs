namespace DialerEngine.Core.Desktop;

/// <summary>
/// A call that an agent asks for (RequestMakeCall) to the customer of a record on its desktop. Answered once: EventDialing, or a refusal through
/// <see cref="IDesktopEdge.CallRefused"/>.
/// </summary>
public sealed class MakeCallRequest
{
    public required AgentId Agent { get; init; }

    /// <summary>The record (<c>GSW_RECORD_HANDLE</c> of the request's user data); 0 takes the one that the agent sees.</summary>
    public int RecordHandle { get; init; }

    /// <summary>The number to dial (<c>otherDN</c>); empty takes the record's own.</summary>
    public string Number { get; init; } = "";

    /// <summary>Data to be attached to the call; null where there is none.</summary>
    public UserData? UserData { get; init; }

    /// <summary><c>referenceId</c> of the request; null where it had none.</summary>
    public int? ReferenceId { get; init; }
}

/// <summary>Why a call that an agent asked for is not made.</summary>
public enum MakeCallRefusal : byte
{
    None = 0,

    /// <summary>The agent has no such record, or it is processed.</summary>
    NoRecord,

    /// <summary>The number is none that can be dialled.</summary>
    InvalidNumber,

    /// <summary>The agent has a call, or is promised to one.</summary>
    AgentBusy,

    /// <summary>The agent's phone line is down, or the phone was not answered.</summary>
    PhoneUnreachable,

    /// <summary>The campaign group does not run.</summary>
    NotRunning,

    /// <summary>Every line or start per second is in use.</summary>
    NoLine,

    /// <summary>A rule forbids the dial now: do-not-call, the customer's clock, frequency of calls.</summary>
    Forbidden,

    /// <summary>Attempts cannot be stored now.</summary>
    TryAgain,
}
