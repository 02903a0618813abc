using System.Runtime.InteropServices;

namespace DialerEngine.Core.Compliance;

/// <summary>
/// Memory for lines of sixteen 32-bit words, each on one cache line, in blocks of one mebibyte: it grows without copying and leaves no garbage.
/// With ends, each word has a second one beside it.
/// </summary>
internal sealed class LineStore(bool keepsEnds)
{
    /// <summary>Words of a line: a cache line of 64 octets.</summary>
    public const int Words = 16;

    /// <summary>Lines of a block.</summary>
    public const int LinesInBlock = 1 << BlockBits;

    private const int BlockBits = 14;
    private const int LineOctets = Words * sizeof(uint);
    private Block[] _blocks = [];
    private int _used;

    /// <summary>Octets that the arrays take.</summary>
    public long Octets => (long)_used * (LinesInBlock + 1) * LineOctets * (keepsEnds ? 2 : 1);

    /// <summary>Makes sure that a line is there. Only the writer calls it, before it lets readers know of the line.</summary>
    public void Ensure(int line)
    {
        while (line >> BlockBits >= _used)
        {
            if (_used == _blocks.Length)
            {
                var more = new Block[Math.Max(16, _used * 2)];
                _blocks.CopyTo(more, 0);
                Volatile.Write(ref _blocks, more);
            }

            // Pinned, so that lines stay on the boundaries of cache lines where they were put.
            var words = GC.AllocateArray<uint>((LinesInBlock + 1) * Words, pinned: true);
            var past = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(words, 0) % LineOctets);
            _blocks[_used++] = new Block(words, (LineOctets - past) % LineOctets / sizeof(uint), keepsEnds ? new uint[LinesInBlock * Words] : null);
        }
    }

    /// <summary>The words of a line.</summary>
    public Span<uint> Line(int line)
    {
        ref readonly var block = ref Volatile.Read(ref _blocks)[line >> BlockBits];
        return block.Words.AsSpan(block.First + ((line & (LinesInBlock - 1)) * Words), Words);
    }

    /// <summary>The ends beside a line's words; only where the store keeps them.</summary>
    public Span<uint> Ends(int line)
    {
        ref readonly var block = ref Volatile.Read(ref _blocks)[line >> BlockBits];
        return block.Ends.AsSpan((line & (LinesInBlock - 1)) * Words, Words);
    }

    /// <summary>The words of so many first lines of a block, for reading and writing files.</summary>
    public Span<uint> BlockWords(int block, int lines) => _blocks[block].Words.AsSpan(_blocks[block].First, lines * Words);

    /// <summary>The ends beside them.</summary>
    public Span<uint> BlockEnds(int block, int lines) => _blocks[block].Ends.AsSpan(0, lines * Words);

    private readonly struct Block(uint[] words, int first, uint[]? ends)
    {
        public readonly uint[] Words = words;
        public readonly int First = first;
        public readonly uint[]? Ends = ends;
    }
}
