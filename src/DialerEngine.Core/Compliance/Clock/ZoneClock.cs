using System.Collections.Concurrent;

namespace DialerEngine.Core.Compliance;

/// <summary>
/// One time zone with its changes of offset worked out ahead, so that asking for the local time costs a look into a small table and allocates
/// nothing. Zones come from the IANA database of the machine (tzdata).
/// </summary>
public sealed class ZoneClock
{
    private const int FirstYear = 2015;
    private const int LastYear = 2060;
    private static readonly ConcurrentDictionary<string, ZoneClock?> Known = new(StringComparer.OrdinalIgnoreCase);
    private readonly long[] _from;
    private readonly int[] _offsets;

    private ZoneClock(string name, List<long> from, List<int> offsets)
    {
        Name = name;
        _from = [.. from];
        _offsets = [.. offsets];
    }

    /// <summary>IANA name, e.g. <c>America/New_York</c>.</summary>
    public string Name { get; }

    /// <summary>Unix seconds of the changes of offset, rising; the first is the beginning of the table.</summary>
    public ReadOnlySpan<long> Changes => _from;

    /// <summary>Finds a zone; null where the machine knows none of this name.</summary>
    public static ZoneClock? Find(string name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > 64)
        {
            return null;
        }

        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return null;
        }

        return Known.GetOrAdd(name, Build(name, zone));
    }

    /// <summary>Seconds that local time is ahead of UTC at an instant. Beyond the table's years the last known offset stands.</summary>
    public int OffsetAt(long unixSeconds)
    {
        var at = Array.BinarySearch(_from, unixSeconds);
        if (at < 0)
        {
            at = Math.Max(0, ~at - 1);
        }

        return _offsets[at];
    }

    private static ZoneClock Build(string name, TimeZoneInfo zone)
    {
        // No zone changes its offset and back within five days.
        const long Step = 5 * 86_400;
        var at = new DateTimeOffset(FirstYear, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var end = new DateTimeOffset(LastYear, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var from = new List<long> { at };
        var offsets = new List<int> { Offset(zone, at) };
        for (; at < end; at += Step)
        {
            // A change lies within this step: find its second.
            while (Offset(zone, at + Step) != offsets[^1])
            {
                var low = Math.Max(at, from[^1]);
                var high = at + Step;
                while (high - low > 1)
                {
                    var middle = low + ((high - low) / 2);
                    if (Offset(zone, middle) == offsets[^1])
                    {
                        low = middle;
                    }
                    else
                    {
                        high = middle;
                    }
                }

                from.Add(high);
                offsets.Add(Offset(zone, high));
            }
        }

        return new ZoneClock(name, from, offsets);
    }

    private static int Offset(TimeZoneInfo zone, long unixSeconds) => (int)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(unixSeconds)).TotalSeconds;
}
