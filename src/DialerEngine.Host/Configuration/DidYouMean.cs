namespace DialerEngine.Host.Configuration;

/// <summary>Finds what somebody probably meant to write.</summary>
internal static class DidYouMean
{
    private const int MaxLength = 64;

    /// <summary>The nearest candidate; null when none is near. Case, hyphens and underscores count for nothing.</summary>
    public static string? Nearest(string written, IEnumerable<string> candidates)
    {
        if (written.Length is 0 or > MaxLength)
        {
            return null;
        }

        var wanted = Fold(written);
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > MaxLength)
            {
                continue;
            }

            var folded = Fold(candidate);
            // The beginning of a word is that word; of one or two letters every other word of that length is near.
            var shorter = Math.Min(wanted.Length, folded.Length);
            var distance = wanted.Length >= 3 && folded.StartsWith(wanted, StringComparison.Ordinal) ? 0 : Distance(wanted, folded);
            var tolerated = shorter < 3 ? 0 : (shorter + 1) / 3;
            if (distance <= tolerated && distance < bestDistance)
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best;
    }

    /// <summary>The half-sentence "; did you mean X?", or nothing.</summary>
    public static string Ask(string written, IEnumerable<string> candidates) =>
        Nearest(written, candidates) is { } nearest ? $"; did you mean {nearest}?" : "";

    private static string Fold(string text) =>
        string.Concat(text.Where(c => c is not ('-' or '_' or ' ')).Select(char.ToLowerInvariant));

    /// <summary>Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    best = Math.Min(best, before[j - 2] + 1);
                }

                current[j] = best;
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[b.Length];
    }
}
