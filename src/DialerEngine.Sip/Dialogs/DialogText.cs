using System.Runtime.CompilerServices;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Dialogs;

/// <summary>The texts that a dialog must remember.</summary>
internal enum DialogPiece
{
    CallId,

    /// <summary>Our From or To value with our tag.</summary>
    Local,

    /// <summary>The far end's From or To value, with its tag once there is one.</summary>
    Remote,

    /// <summary>The far end's tag.</summary>
    RemoteTag,

    /// <summary>Contact of the far end: the Request-URI inside the dialog.</summary>
    Target,

    /// <summary>The route set as the text of a Route header.</summary>
    Routes,

    /// <summary>Our Contact value.</summary>
    Contact,

    /// <summary>Every Reason value that came.</summary>
    Reasons,
    Count,
}

/// <summary>The texts of one dialog in one chunk of the arena; a text that grows moves all to a larger chunk.</summary>
internal struct DialogText
{
    private Places _places;
    private int _chunk;
    private int _used;

    [InlineArray((int)DialogPiece.Count)]
    private struct Places
    {
        private (ushort Start, ushort Length) _first;
    }

    /// <summary>A text, empty if not set. Valid until the next <see cref="TrySet"/>.</summary>
    public readonly ReadOnlySpan<byte> Get(ByteArena arena, DialogPiece piece)
    {
        var (start, length) = _places[(int)piece];
        return length == 0 ? default : arena.Get(_chunk).Slice(start, length);
    }

    /// <summary>Sets a text. The value must not lie in this dialog's own chunk. False if the arena is full.</summary>
    public bool TrySet(ByteArena arena, DialogPiece piece, ReadOnlySpan<byte> value)
    {
        ref var place = ref _places[(int)piece];
        if (value.Length <= place.Length)
        {
            value.CopyTo(arena.Get(_chunk)[place.Start..]);
            place.Length = (ushort)value.Length;
            return true;
        }

        if (_used + value.Length > ByteArena.CapacityOf(_chunk) && !TryMove(arena, piece, value.Length))
        {
            return false;
        }

        arena.SetLength(_chunk, _used + value.Length);
        value.CopyTo(arena.Get(_chunk)[_used..]);
        place = ((ushort)_used, (ushort)value.Length);
        _used += value.Length;
        return true;
    }

    /// <summary>Makes room at once for what a dialog usually grows to, so that it moves seldom.</summary>
    public bool TryReserve(ByteArena arena, int bytes)
    {
        _chunk = arena.Rent(bytes);
        return _chunk != 0;
    }

    /// <summary>Forgets all.</summary>
    public void Clear(ByteArena arena)
    {
        arena.Return(ref _chunk);
        this = default;
    }

    private bool TryMove(ByteArena arena, DialogPiece except, int room)
    {
        var needed = room;
        for (var i = 0; i < (int)DialogPiece.Count; i++)
        {
            needed += i == (int)except ? 0 : _places[i].Length;
        }

        var chunk = needed > ushort.MaxValue ? 0 : arena.Rent(needed);
        if (chunk == 0)
        {
            return false;
        }

        var into = arena.Get(chunk);
        var used = 0;
        for (var i = 0; i < (int)DialogPiece.Count; i++)
        {
            var (start, length) = _places[i];
            if (i == (int)except || length == 0)
            {
                _places[i] = default;
                continue;
            }

            arena.Get(_chunk).Slice(start, length).CopyTo(into[used..]);
            _places[i] = ((ushort)used, length);
            used += length;
        }

        arena.Return(ref _chunk);
        _chunk = chunk;
        _used = used;
        return true;
    }
}
