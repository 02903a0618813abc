namespace DialerEngine.Core.CallerId;

/// <summary>Caller id of one dial.</summary>
/// <param name="Digits">Number (<c>GSW_CPN_DIGITS</c>); null leaves the trunk's own.</param>
/// <param name="Restricted">Whether the network is asked not to show it.</param>
/// <param name="DisplayName">Name shown beside it; null for none.</param>
/// <param name="Set">Name of the caller id set that it came from (<c>GSW_CPN_DIGITS_SET</c>); null where it came from none.</param>
public readonly record struct CallerIdChoice(string? Digits, bool Restricted = false, string? DisplayName = null, string? Set = null);

/// <summary>Chooses the caller id of a dial. Called once for each attempt, on the group's loop; allocates nothing.</summary>
public interface ICallerIds
{
    CallerIdChoice Choose(CallRecord record, CallingListDefinition list, long unixSeconds);
}

/// <summary>How a set hands out its numbers.</summary>
public enum CallerIdRotation : byte
{
    /// <summary>One after the other.</summary>
    RoundRobin = 0,

    /// <summary>By chance, each with its weight.</summary>
    Weighted,

    /// <summary>The number that shares the longest beginning with the number dialled; among equals one after the other.</summary>
    NearestArea,
}

/// <summary>A number of a set.</summary>
/// <param name="Digits">The number.</param>
/// <param name="Weight">Its share in weighted rotation, 1 to 1,000.</param>
/// <param name="DailyCap">Dials with it in one day (UTC) at most; 0 for no cap.</param>
public sealed record CallerIdNumber(string Digits, int Weight = 1, int DailyCap = 0);

/// <summary>A set of caller ids.</summary>
/// <param name="Name">Name (<c>GSW_CPN_DIGITS_SET</c>).</param>
/// <param name="Rotation">How its numbers are handed out.</param>
/// <param name="Numbers">The numbers.</param>
/// <param name="KeepOnRetry">True: a record keeps the number of its first attempt. False: each attempt takes the next one.</param>
public sealed record CallerIdSet(string Name, CallerIdRotation Rotation, IReadOnlyList<CallerIdNumber> Numbers, bool KeepOnRetry = false);

/// <summary>What one level (campaign group, campaign, list) says about caller ids; null where it says nothing.</summary>
/// <param name="Digits">A fixed number (CPNDigits).</param>
/// <param name="Set">A set; goes before the fixed number.</param>
/// <param name="Restricted">CPNPresentation: true restricts, false shows.</param>
/// <param name="DisplayName">CPNDisplayName.</param>
public sealed record CallerIdSettings(string? Digits = null, CallerIdSet? Set = null, bool? Restricted = null, string? DisplayName = null);
