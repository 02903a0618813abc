namespace DialerEngine.Core.Compliance;

/// <summary>
/// The telephone numbers that must not be called. Exact; changes count at once, readers never wait for one another and allocate nothing. A short
/// list is one hash table; a long one is kept in lines of the processor's cache (<see cref="NumberLines"/>): 100 million numbers take some 0.7 GB, those
/// with an end about twice that.
/// </summary>
public sealed class DoNotCallNumbers
{
    /// <summary>Most numbers in one list: a bound against runaway imports.</summary>
    public const int MaxCount = 400_000_000;

    /// <summary>A list that grows longer than this goes over to lines: both take some 20 MB then.</summary>
    internal const int LongestTable = 500_000;

    // See NumberLines: fewer numbers a line waste memory, more let more lines go on in a second one.
    private const double PerLine = 10;

    // A reader that writers overtake so often waits for its turn instead.
    private const int MostTries = 100;

    private readonly Lock _writing = new();
    private readonly SequenceLock _moves = new();
    private readonly int _longestTable;
    private readonly double _perLine;
    private View _view = new(new NumberTable(), null, null);
    private int _dropFrom;

    public DoNotCallNumbers()
        : this(LongestTable, PerLine)
    {
    }

    /// <summary>For tests: short lists in lines, many lines for few numbers.</summary>
    internal DoNotCallNumbers(int longestTable, double perLine) => (_longestTable, _perLine) = (longestTable, perLine);

    /// <summary>Numbers on the list, those too whose end is over and which were not dropped yet.</summary>
    public long Count => Volatile.Read(ref _view) is var view ? (view.Table?.Count ?? 0) + (view.Permanent?.Count ?? 0) + (view.Ending?.Count ?? 0) : 0;

    /// <summary>Octets of the arrays.</summary>
    public long Octets => Volatile.Read(ref _view) is var view ? (view.Table?.Octets ?? 0) + (view.Permanent?.Octets ?? 0) + (view.Ending?.Octets ?? 0) : 0;

    /// <summary>Whether a number must not be called at this time.</summary>
    /// <param name="number">See <see cref="NumberKey"/>.</param>
    /// <param name="unixSeconds">The time: entries that have ended do not count.</param>
    public bool Contains(ulong number, long unixSeconds)
    {
        if (!NumberKey.IsValid(number))
        {
            return false;
        }

        for (var tries = 0; tries < MostTries; tries++)
        {
            var since = _moves.Now;
            var blocks = Look(Volatile.Read(ref _view), number, unixSeconds, out var isCertain);
            if (isCertain || _moves.Stands(since))
            {
                return blocks;
            }
        }

        lock (_writing)
        {
            return Look(_view, number, unixSeconds, out _);
        }
    }

    /// <summary>Puts a number on the list, or changes its end.</summary>
    /// <param name="number">See <see cref="NumberKey"/>.</param>
    /// <param name="expiresUnixSeconds">When the entry ends; 0 for never.</param>
    /// <returns>False where the value is no number or the list is full.</returns>
    public bool Add(ulong number, long expiresUnixSeconds)
    {
        if (!NumberKey.IsValid(number))
        {
            return false;
        }

        var state = expiresUnixSeconds <= 0 ? NumberTable.Permanent : (uint)Math.Clamp(expiresUnixSeconds, 1, NumberTable.Permanent - 1);
        lock (_writing)
        {
            if (Count >= MaxCount)
            {
                return false;
            }

            if (_view.Table is { } table)
            {
                table.Set(number, state);
                if (table.Count > _longestTable)
                {
                    GoOver(table);
                }

                return true;
            }

            AddToLines(NumberKey.Spread(number), state);
            return true;
        }
    }

    /// <summary>Takes a number off the list.</summary>
    public void Remove(ulong number)
    {
        if (!NumberKey.IsValid(number))
        {
            return;
        }

        lock (_writing)
        {
            if (_view.Table is { } table)
            {
                table.Set(number, NumberTable.Removed);
                return;
            }

            var spread = NumberKey.Spread(number);
            _view.Permanent!.Remove(spread);
            _view.Ending?.Remove(spread);
        }
    }

    /// <summary>
    /// Forgets entries whose end is over, a part of a long list at each call; they do not block in any case. Memory is used again for later entries.
    /// </summary>
    public void DropEnded(long nowUnixSeconds)
    {
        const int LinesAtOnce = 20_000;
        var now = (uint)Math.Clamp(nowUnixSeconds, 0, NumberTable.Permanent - 1);
        lock (_writing)
        {
            if (_view.Ending is { } ending)
            {
                _dropFrom = ending.DropEnded(now, _dropFrom, LinesAtOnce);
            }
            else if (_view.Table is { } table && table.Count < LinesAtOnce)
            {
                foreach (var (number, state) in table.ToArray())
                {
                    if (!Blocks(state, now))
                    {
                        table.Set(number, NumberTable.Removed);
                    }
                }
            }
        }
    }

    /// <summary>
    /// Lets the parts of a long list be copied bit by bit while changes go on: numbers that are there now are in the copy, unless they are removed
    /// meanwhile; numbers that come may be in it or not. <see cref="LetGo"/> follows.
    /// </summary>
    internal (NumberTable? Table, NumberLines? Permanent, NumberLines? Ending) HoldStill()
    {
        lock (_writing)
        {
            SetStill(isStill: true);
            return (_view.Table, _view.Permanent, _view.Ending);
        }
    }

    internal void LetGo()
    {
        lock (_writing)
        {
            SetStill(isStill: false);
        }
    }

    /// <summary>Runs work that is short while nobody changes the list.</summary>
    internal void Locked(Action work)
    {
        lock (_writing)
        {
            work();
        }
    }

    /// <summary>Lines of a file's list, to be filled.</summary>
    internal NumberLines ForReading(bool keepsEnds, int lines) => NumberLines.ForReading(keepsEnds, _moves, _perLine, lines);

    /// <summary>Replaces everything, as one change.</summary>
    internal void Replace(NumberTable? table, NumberLines? permanent, NumberLines? ending)
    {
        lock (_writing)
        {
            _moves.Enter();
            Volatile.Write(ref _view, table is null ? new View(null, permanent ?? NewLines(keepsEnds: false), ending) : new View(table, null, null));
            _dropFrom = 0;
            _moves.Leave();
        }
    }

    private static bool Blocks(uint state, long unixSeconds) => state != NumberTable.Removed && (state == NumberTable.Permanent || state > unixSeconds);

    private static bool Look(View view, ulong number, long unixSeconds, out bool isCertain)
    {
        if (view.Table is { } table)
        {
            isCertain = true;
            return table.TryGet(number, out var state) && Blocks(state, unixSeconds);
        }

        var spread = NumberKey.Spread(number);
        if (view.Permanent!.Contains(spread, out _, out isCertain))
        {
            return true;
        }

        isCertain = false;
        return view.Ending is { } ending && ending.Contains(spread, out var ends, out _) && ends > unixSeconds;
    }

    private void SetStill(bool isStill)
    {
        foreach (var lines in (ReadOnlySpan<NumberLines?>)[_view.Permanent, _view.Ending])
        {
            lines?.HoldsStill = isStill;
        }
    }

    private NumberLines NewLines(bool keepsEnds) => new(keepsEnds, _moves, _perLine);

    private void AddToLines(ulong spread, uint state)
    {
        // A number that goes from one part to the other is for a moment in both, never in none.
        if (state == NumberTable.Permanent)
        {
            _view.Permanent!.Add(spread, 0);
            _view.Ending?.Remove(spread);
            return;
        }

        if (_view.Ending is null)
        {
            Volatile.Write(ref _view, _view with { Ending = NewLines(keepsEnds: true) });
        }

        _view.Ending!.Add(spread, state);
        _view.Permanent!.Remove(spread);
    }

    private void GoOver(NumberTable table)
    {
        var permanent = NewLines(keepsEnds: false);
        NumberLines? ending = null;
        foreach (var (number, state) in table.ToArray())
        {
            if (state == NumberTable.Permanent)
            {
                permanent.Add(NumberKey.Spread(number), 0);
            }
            else
            {
                ending ??= NewLines(keepsEnds: true);
                ending.Add(NumberKey.Spread(number), state);
            }
        }

        Volatile.Write(ref _view, new View(null, permanent, ending));
    }

    private sealed record View(NumberTable? Table, NumberLines? Permanent, NumberLines? Ending);
}
