using DialerEngine.Core.Campaigns;

namespace DialerEngine.Core.Ports;

/// <summary>Asks somebody outside whether a record may be dialled (pre-dial validation).</summary>
public interface IPreDialGate
{
    /// <summary>
    /// Asks about a record. Called on the group's loop: copies what it needs and returns at once. The answer comes back as an input of kind
    /// <see cref="Groups.InputKind.Validated"/> with the question's number, once; it may be missing only where the engine stops.
    /// </summary>
    void Ask(CampaignGroupDefinition group, in PreDialQuestion question);
}

/// <summary>A question to a pre-dial gate.</summary>
public readonly struct PreDialQuestion
{
    /// <summary>Number of the question within its group.</summary>
    public required long Number { get; init; }

    /// <summary>The record; the group's own object, to be read during the call only.</summary>
    public required CallRecord Record { get; init; }

    /// <summary>The record's list.</summary>
    public required CallingListDefinition List { get; init; }

    /// <summary>Identity of the attempt that a positive answer leads to.</summary>
    public required AttemptId Attempt { get; init; }

    public required DialMode DialMode { get; init; }

    /// <summary>Unix milliseconds at which the question is asked (<c>GSW_START_PROCESSING</c>).</summary>
    public required long AskedAt { get; init; }
}

/// <summary>A gate's answer.</summary>
public enum PreDialVerdict
{
    /// <summary>Dial, if window, do-not-call and pacing still hold at that instant.</summary>
    Allowed = 1,

    /// <summary>Do not dial: the record gets the result of <see cref="PreDialRefusal"/>.</summary>
    Refused = 2,
}

/// <summary>Why a record is not dialled.</summary>
/// <param name="Result">Result for the record.</param>
/// <param name="BlockingRule"><c>GSW_BLOCKING_RULE</c> as given; null where none was.</param>
/// <param name="BlockingRuleType"><c>GSW_BLOCKING_RULE_TYPE</c> as given; null where none was.</param>
public sealed record PreDialRefusal(CallResult Result, string? BlockingRule, long? BlockingRuleType);
