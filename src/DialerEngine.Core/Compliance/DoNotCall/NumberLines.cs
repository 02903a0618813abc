using System.Numerics;

namespace DialerEngine.Core.Compliance;

/// <summary>
/// A long set of spread numbers (<see cref="NumberKey.Spread"/>), kept exactly: linear hashing (Litwin 1980) over cache lines. A line is a head and
/// up to fifteen numbers, so a look-up waits for memory once; a line that is full goes on in another one. With ten numbers a line on average a
/// number takes 6.4 octets and those of the lines that go on: about 7. The set grows line by line: no pause, no copy, no garbage.
/// </summary>
/// <remarks>
/// The lowest 18 bits of a number say its line while there are 2^18 of them, the other 32 are stored. With more lines further bits say the line; they
/// stay stored, so line and word name a number at any length. One writer at a time; readers hold no lock and ask the <see cref="SequenceLock"/>.
/// </remarks>
internal sealed class NumberLines
{
    /// <summary>Bits of a number that its line alone knows.</summary>
    public const int LineBits = NumberKey.Bits - 32;

    public const int FewestLines = 1 << LineBits;

    /// <summary>Most lines: ten numbers in each are more than <see cref="DoNotCallNumbers.MaxCount"/>.</summary>
    public const int MostLines = 1 << 26;

    private const int MostInLine = LineStore.Words - 1;

    // A head: how many numbers the line holds, above that the line that goes on, plus one; 0 for none.
    private const uint CountMask = 15;
    private const int NextShift = 4;

    // A reader that is overtaken by a writer may be led astray; no chain is that long.
    private const int MostHops = 1_024;

    private readonly LineStore _lines;
    private readonly LineStore _more;
    private readonly SequenceLock _moves;
    private readonly double _perLine;
    private readonly bool _keepsEnds;
    private int _lineCount;
    private int _moreCount;
    private int _free = -1;

    /// <param name="keepsEnds">Whether each number has a time at which it ends.</param>
    /// <param name="moves">What readers ask.</param>
    /// <param name="perLine">Numbers a line on average; above it the set grows by a line or two for each number.</param>
    public NumberLines(bool keepsEnds, SequenceLock moves, double perLine)
        : this(keepsEnds, moves, perLine, FewestLines)
    {
    }

    private NumberLines(bool keepsEnds, SequenceLock moves, double perLine, int lines)
    {
        _keepsEnds = keepsEnds;
        _moves = moves;
        _perLine = perLine;
        _lines = new LineStore(keepsEnds);
        _more = new LineStore(keepsEnds);
        _lines.Ensure(lines - 1);
        _lineCount = lines;
    }

    public long Count { get; private set; }

    /// <summary>Octets that the arrays take.</summary>
    public long Octets => _lines.Octets + _more.Octets;

    /// <summary>Lines, and lines that go on with others, for writing them to a file.</summary>
    public (int Lines, int More) Extent => (_lineCount, _moreCount);

    /// <summary>Looks a number up. An answer that is not <paramref name="isCertain"/> stands only if the lock says so afterwards.</summary>
    public bool Contains(ulong spread, out uint ends, out bool isCertain)
    {
        var number = LineOf(spread, Volatile.Read(ref _lineCount));
        var line = _lines.Line(number);
        var rest = (uint)(spread >> LineBits);
        var head = Volatile.Read(ref line[0]);
        var slot = line.Slice(1, (int)(head & CountMask)).IndexOf(rest);
        ends = 0;
        if (slot >= 0)
        {
            ends = _keepsEnds ? _lines.Ends(number)[slot + 1] : 0;
            isCertain = !_keepsEnds;
            return true;
        }

        isCertain = false;
        for (var hop = 0; head >> NextShift != 0 && hop < MostHops; hop++)
        {
            number = (int)(head >> NextShift) - 1;
            line = _more.Line(number);
            head = Volatile.Read(ref line[0]);
            slot = line.Slice(1, (int)(head & CountMask)).IndexOf(rest);
            if (slot >= 0)
            {
                ends = _keepsEnds ? _more.Ends(number)[slot + 1] : 0;
                return true;
            }
        }

        return false;
    }

    /// <summary>Puts a number into the set, or gives it another end.</summary>
    public void Add(ulong spread, uint ends)
    {
        var rest = (uint)(spread >> LineBits);
        var chain = LineOf(spread, _lineCount);
        if (Find(chain, rest) is { } place)
        {
            if (_keepsEnds)
            {
                Volatile.Write(ref Store(place).Ends(place.Line)[place.Slot], ends);
            }

            return;
        }

        Append(chain, rest, ends);
        Count++;

        // Two at once make up for those that had to wait.
        for (var i = 0; i < 2 && Count > _lineCount * _perLine && _lineCount < MostLines && !HoldsStill; i++)
        {
            Split();
        }
    }

    /// <summary>Takes a number out; false where it was not in.</summary>
    public bool Remove(ulong spread)
    {
        if (Find(LineOf(spread, _lineCount), (uint)(spread >> LineBits)) is not { } place)
        {
            return false;
        }

        _moves.Enter();
        Take(place);
        _moves.Leave();
        return true;
    }

    /// <summary>Takes numbers out whose end is over, looking at some lines. Where to go on; 0 when all were looked at.</summary>
    public int DropEnded(uint now, int fromLine, int lines)
    {
        var until = Math.Min(_lineCount, fromLine + lines);
        for (var chain = fromLine; chain < until; chain++)
        {
            for (Place? at = new Place(false, chain, 0); at is { } line; at = After(line))
            {
                for (var slot = CountOf(line); slot > 0; slot--)
                {
                    if (Store(line).Ends(line.Line)[slot] <= now)
                    {
                        _moves.Enter();
                        Take(line with { Slot = slot });
                        _moves.Leave();
                    }
                }
            }
        }

        return until < _lineCount ? until : 0;
    }

    /// <summary>While true no line is split: lines can be copied one by one, and no number comes to a place that was copied before.</summary>
    public bool HoldsStill { get; set; }

    /// <summary>The words of a block of lines and the ends beside them (empty where the set keeps none).</summary>
    /// <param name="more">Whether lines that go on with others are meant.</param>
    /// <param name="block">Blocks of <see cref="LineStore.LinesInBlock"/> lines from 0.</param>
    /// <param name="lines">How many of its lines.</param>
    /// <param name="ends">The ends.</param>
    public Span<uint> Block(bool more, int block, int lines, out Span<uint> ends)
    {
        var store = more ? _more : _lines;
        ends = _keepsEnds ? store.BlockEnds(block, lines) : [];
        return store.BlockWords(block, lines);
    }

    /// <summary>Makes room for lines that go on, when a set is read from a file.</summary>
    public void SetMore(int more)
    {
        _moreCount = more;
        if (more > 0)
        {
            _more.Ensure(more - 1);
        }
    }

    /// <summary>Empty lines of a set that is read from a file; <see cref="TryAdopt"/> follows when they are filled.</summary>
    public static NumberLines ForReading(bool keepsEnds, SequenceLock moves, double perLine, int lines) => new(keepsEnds, moves, perLine, lines);

    /// <summary>Looks through lines that were read; false where they do not fit together.</summary>
    public bool TryAdopt()
    {
        var isTaken = new bool[_moreCount];
        long count = 0;
        for (var chain = 0; chain < _lineCount; chain++)
        {
            var head = _lines.Line(chain)[0];
            count += head & CountMask;
            while (head >> NextShift != 0)
            {
                var next = (int)(head >> NextShift) - 1;
                if (next >= _moreCount || isTaken[next])
                {
                    return false;
                }

                isTaken[next] = true;
                head = _more.Line(next)[0];
                count += head & CountMask;
            }
        }

        Count = count;
        for (var line = 0; line < _moreCount; line++)
        {
            if (!isTaken[line])
            {
                Free(line);
            }
        }

        return true;
    }

    private static int LineOf(ulong spread, int lines)
    {
        var mask = BitOperations.RoundUpToPowerOf2((uint)lines) - 1;
        var line = (uint)spread & mask;
        return (int)(line < (uint)lines ? line : line & (mask >> 1));
    }

    private LineStore Store(in Place place) => place.IsMore ? _more : _lines;

    private Span<uint> WordsOf(in Place place) => Store(place).Line(place.Line);

    private int CountOf(in Place place) => (int)(WordsOf(place)[0] & CountMask);

    private Place? After(in Place place)
    {
        var next = WordsOf(place)[0] >> NextShift;
        return next == 0 ? null : new Place(true, (int)next - 1, 0);
    }

    private Place? Find(int chain, uint rest)
    {
        for (Place? at = new Place(false, chain, 0); at is { } line; at = After(line))
        {
            var slot = WordsOf(line).Slice(1, CountOf(line)).IndexOf(rest);
            if (slot >= 0)
            {
                return line with { Slot = slot + 1 };
            }
        }

        return null;
    }

    private void Append(int chain, uint rest, uint ends)
    {
        var at = new Place(false, chain, 0);
        while (CountOf(at) == MostInLine && After(at) is { } next)
        {
            at = next;
        }

        if (CountOf(at) == MostInLine)
        {
            // The new line is whole before the chain leads to it.
            var next = NewMore();
            Put(new Place(true, next, 0), rest, ends);
            ref var head = ref WordsOf(at)[0];
            Volatile.Write(ref head, head | ((uint)(next + 1) << NextShift));
            return;
        }

        Put(at, rest, ends);
    }

    private void Put(in Place line, uint rest, uint ends)
    {
        var words = WordsOf(line);
        var slot = (int)(words[0] & CountMask) + 1;
        if (_keepsEnds)
        {
            Store(line).Ends(line.Line)[slot] = ends;
        }

        words[slot] = rest;
        Volatile.Write(ref words[0], words[0] + 1);
    }

    /// <summary>Takes a number out: the last one of its line comes to its place.</summary>
    private void Take(in Place place)
    {
        var words = WordsOf(place);
        var last = (int)(words[0] & CountMask);
        Volatile.Write(ref words[place.Slot], words[last]);
        if (_keepsEnds)
        {
            var ends = Store(place).Ends(place.Line);
            Volatile.Write(ref ends[place.Slot], ends[last]);
        }

        Volatile.Write(ref words[0], words[0] - 1);
        Count--;
    }

    /// <summary>Grows by one line: what belongs to it comes from the line that had it so far, and the rest of that one closes up.</summary>
    private void Split()
    {
        var added = _lineCount;
        var bit = BitOperations.Log2((uint)added);
        var from = added - (1 << bit);
        var moves = 1U << (bit - LineBits);
        _lines.Ensure(added);
        _moves.Enter();
        WordsOf(new Place(false, added, 0))[0] = 0;
        for (Place? at = new Place(false, from, 0); at is { } line; at = After(line))
        {
            var words = WordsOf(line);
            for (var slot = 1; slot <= CountOf(line); slot++)
            {
                if ((words[slot] & moves) != 0)
                {
                    Append(added, words[slot], _keepsEnds ? Store(line).Ends(line.Line)[slot] : 0);
                }
            }
        }

        Volatile.Write(ref _lineCount, added + 1);
        CloseUp(from, moves);
        _moves.Leave();
    }

    /// <summary>Leaves out of a chain the numbers that have a bit, and gives back the lines that it no longer needs.</summary>
    private void CloseUp(int chain, uint bit)
    {
        var to = new Place(false, chain, 0);
        var kept = 0;
        for (Place? at = to; at is { } line; at = After(line))
        {
            var count = CountOf(line);
            for (var slot = 1; slot <= count; slot++)
            {
                var rest = WordsOf(line)[slot];
                if ((rest & bit) != 0)
                {
                    continue;
                }

                if (kept == MostInLine)
                {
                    SetCount(to, kept);
                    to = After(to)!.Value;
                    kept = 0;
                }

                kept++;
                WordsOf(to)[kept] = rest;
                if (_keepsEnds)
                {
                    Store(to).Ends(to.Line)[kept] = Store(line).Ends(line.Line)[slot];
                }
            }
        }

        var rests = After(to);
        Volatile.Write(ref WordsOf(to)[0], (uint)kept);
        while (rests is { } free)
        {
            rests = After(free);
            Free(free.Line);
        }
    }

    private void SetCount(in Place line, int count)
    {
        ref var head = ref WordsOf(line)[0];
        Volatile.Write(ref head, (head & ~CountMask) | (uint)count);
    }

    private int NewMore()
    {
        if (_free >= 0)
        {
            var free = _free;
            _free = (int)_more.Line(free)[1] - 1;
            return free;
        }

        _more.Ensure(_moreCount);
        return _moreCount++;
    }

    private void Free(int line)
    {
        var words = _more.Line(line);
        Volatile.Write(ref words[0], 0);
        words[1] = (uint)(_free + 1);
        _free = line;
    }

    private readonly record struct Place(bool IsMore, int Line, int Slot);
}
