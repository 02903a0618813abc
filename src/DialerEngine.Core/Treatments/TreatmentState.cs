using System.Globalization;

namespace DialerEngine.Core.Treatments;

/// <summary>
/// Which treatments a record has had, as the column <c>treatments</c> keeps it: <c>DE1 6:2.1 7:1.3</c> says that for result 6 (Busy) treatment number 2 of
/// the sequence was the last, applied once, and for result 7 number 1, three times. At most <see cref="MaxResults"/> results. A text in any other form
/// (another engine's, damaged, hostile) reads as no state.
/// </summary>
public struct TreatmentState
{
    /// <summary>Results that one record remembers. A record with more different results gets no further treatment for new ones.</summary>
    public const int MaxResults = 12;

    /// <summary>Longest text that is written; the column takes 255 characters.</summary>
    public const int MaxLength = 255;

    private const string Header = "DE1";
    private Entries _entries;
    private int _count;

    /// <summary>Results remembered.</summary>
    public readonly int Count => _count;

    /// <summary>Reads a column's text. Never fails: what is not ours is no state.</summary>
    public static TreatmentState Read(string? text)
    {
        var state = default(TreatmentState);
        if (text is null || text.Length > MaxLength || !text.StartsWith(Header, StringComparison.Ordinal))
        {
            return default;
        }

        var rest = text.AsSpan(Header.Length);
        while (rest.Length > 0)
        {
            if (rest[0] != ' ' || state._count == MaxResults)
            {
                return default;
            }

            rest = rest[1..];
            var end = rest.IndexOf(' ');
            var part = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[end..];
            var colon = part.IndexOf(':');
            var dot = part.IndexOf('.');
            if (colon <= 0 || dot < colon
                || !Number(part[..colon], int.MaxValue, out var result) || !Number(part[(colon + 1)..dot], TreatmentDefinition.MaxNumber, out var number)
                || !Number(part[(dot + 1)..], TreatmentDefinition.MaxCycleAttempt, out var applied) || state.IndexOf((CallResult)result) >= 0)
            {
                return default;
            }

            state._entries[state._count++] = new Entry(result, number, applied);
        }

        return state;
    }

    /// <summary>Number in sequence and times applied of the last treatment for a result; (0, 0) where there was none.</summary>
    public readonly (int Number, int Applied) Of(CallResult result)
    {
        var index = IndexOf(result);
        return index < 0 ? (0, 0) : (_entries[index].Number, _entries[index].Applied);
    }

    /// <summary>Remembers an application. False when there is no room for a further result.</summary>
    public bool TrySet(CallResult result, int number, int applied)
    {
        var index = IndexOf(result);
        if (index < 0)
        {
            if (_count == MaxResults)
            {
                return false;
            }

            index = _count++;
        }

        _entries[index] = new Entry((int)result, number, applied);
        return true;
    }

    /// <summary>The text for the column; empty where there is no state.</summary>
    public override readonly string ToString()
    {
        if (_count == 0)
        {
            return "";
        }

        Span<char> text = stackalloc char[MaxLength];
        Header.CopyTo(text);
        var length = Header.Length;
        for (var i = 0; i < _count; i++)
        {
            var entry = _entries[i];
            var written = text[length..].TryWrite(CultureInfo.InvariantCulture, $" {entry.Result}:{entry.Number}.{entry.Applied}", out var added);
            Invariant.That(written);
            length += added;
        }

        return new string(text[..length]);
    }

    private static bool Number(ReadOnlySpan<char> text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;

    private readonly int IndexOf(CallResult result)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_entries[i].Result == (int)result)
            {
                return i;
            }
        }

        return -1;
    }

    // 2147483647:999.1000 and a blank are 20 characters: twelve of them and the header fit into the column.
    private readonly record struct Entry(int Result, int Number, int Applied);

    [System.Runtime.CompilerServices.InlineArray(MaxResults)]
    private struct Entries
    {
        private Entry _first;
    }
}
