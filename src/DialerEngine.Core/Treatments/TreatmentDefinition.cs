namespace DialerEngine.Core.Treatments;

/// <summary>
/// One treatment of a calling list or a campaign: what becomes of a record, and of its call, when a call ends with a result. Treatments with the
/// same result form a sequence (outbound contact reference 3.1).
/// </summary>
public sealed record TreatmentDefinition
{
    /// <summary>Longest sequence number.</summary>
    public const int MaxNumber = 999;

    /// <summary>Most applications of one treatment to one record.</summary>
    public const int MaxCycleAttempt = 1_000;

    /// <summary>Name, unique within its list or campaign.</summary>
    public required string Name { get; init; }

    /// <summary>The call result that it is for; larger than 53 for a site's own.</summary>
    public required CallResult Result { get; init; }

    public RecordAction RecordAction { get; init; }

    public CallAction CallAction { get; init; }

    /// <summary>Place in the sequence of its result, 1 to <see cref="MaxNumber"/>.</summary>
    public int NumberInSequence { get; init; } = 1;

    /// <summary>How often the treatment is applied to one record before the sequence goes on, 1 to <see cref="MaxCycleAttempt"/>.</summary>
    public int CycleAttempt { get; init; } = 1;

    /// <summary>Wait before the next attempt, minutes, 0 to 525,600.</summary>
    public int IntervalMinutes { get; init; }

    /// <summary>Added to the wait with each further application, minutes, 0 to 525,600.</summary>
    public int IncrementMinutes { get; init; }

    /// <summary>Date or time of day of the next attempt; null where the action has none.</summary>
    public TreatmentTime? At { get; init; }

    /// <summary>Where Transfer, MuteTransfer and Route send the call: a number of the trunk or a SIP URI.</summary>
    public string? Destination { get; init; }

    /// <summary>WAV file that PlayMessage plays.</summary>
    public string? Announcement { get; init; }

    /// <summary>Wait before the next attempt when the treatment has been applied so many times before, seconds.</summary>
    public long WaitSeconds(int applied) => 60L * (IntervalMinutes + ((long)applied * IncrementMinutes));
}

/// <summary>What is wrong with a treatment.</summary>
/// <param name="Field">The field at fault: a property's name of <see cref="TreatmentDefinition"/>.</param>
/// <param name="Message">What it must be; completes "the field ...".</param>
public readonly record struct TreatmentFault(string Field, string Message);
