using System.Diagnostics;

namespace DialerEngine.Sip.Transactions;

/// <summary>
/// Pooled bytes addressed by number instead of reference: what calls and transactions must remember costs the collector nothing.
/// Chunks come in fixed sizes carved from slabs of 256 KiB; a freed chunk serves the next renter. Bounded by total bytes; at the bound a
/// rent returns 0, which names no chunk.
/// </summary>
internal sealed class ByteArena
{
    private const int SlabBytes = 256 * 1024;
    private const int ClassShift = 26;
    private static readonly int[] Sizes = [128, 192, 256, 384, 512, 640, 768, 1024, 1280, 1536, 2048, 4096, 8192, 16384, 32768, 65536];
    private readonly SizeClass[] _classes;
    private readonly long _maxBytes;
    private long _reserved;

    public ByteArena(long maxBytes)
    {
        _maxBytes = maxBytes;
        _classes = Array.ConvertAll(Sizes, size => new SizeClass(size));
    }

    /// <summary>Chunks rented at the moment.</summary>
    public int Rented { get; private set; }

    /// <summary>Bytes taken from the heap.</summary>
    public long ReservedBytes => _reserved;

    /// <summary>Rents a chunk and copies bytes into it. 0 if the arena is full or the bytes exceed 65,536.</summary>
    public int Store(ReadOnlySpan<byte> bytes)
    {
        var handle = Rent(bytes.Length);
        if (handle != 0)
        {
            bytes.CopyTo(Get(handle));
        }

        return handle;
    }

    /// <summary>Rents a chunk of a length. 0 if the arena is full or the length exceeds 65,536.</summary>
    public int Rent(int length)
    {
        var kind = 0;
        while (kind < Sizes.Length && Sizes[kind] < length)
        {
            kind++;
        }

        if (kind == Sizes.Length)
        {
            return 0;
        }

        var pool = _classes[kind];
        if (!pool.TryTake(out var index))
        {
            if (_reserved + SlabBytes > _maxBytes)
            {
                return 0;
            }

            _reserved += SlabBytes;
            pool.AddSlab();
            pool.TryTake(out index);
        }

        pool.SetLength(index, length);
        Rented++;
        return (kind << ClassShift) | (index + 1);
    }

    /// <summary>The bytes of a chunk; empty for 0.</summary>
    public Span<byte> Get(int handle) =>
        handle == 0 ? default : _classes[handle >> ClassShift].Get((handle & ((1 << ClassShift) - 1)) - 1);

    /// <summary>Where the bytes of a chunk lie, for the parser, which works on arrays.</summary>
    public void Locate(int handle, out byte[] slab, out int offset, out int length) =>
        _classes[handle >> ClassShift].Locate((handle & ((1 << ClassShift) - 1)) - 1, out slab, out offset, out length);

    /// <summary>How many bytes a chunk can hold.</summary>
    public static int CapacityOf(int handle) => handle == 0 ? 0 : Sizes[handle >> ClassShift];

    /// <summary>Changes the length of a chunk within its capacity.</summary>
    public void SetLength(int handle, int length)
    {
        Debug.Assert(length <= CapacityOf(handle), "a chunk holds no more than its size");
        _classes[handle >> ClassShift].SetLength((handle & ((1 << ClassShift) - 1)) - 1, length);
    }

    /// <summary>Gives a chunk back and clears the caller's number. 0 is harmless.</summary>
    public void Return(ref int handle)
    {
        if (handle == 0)
        {
            return;
        }

        _classes[handle >> ClassShift].Return((handle & ((1 << ClassShift) - 1)) - 1);
        handle = 0;
        Rented--;
        Debug.Assert(Rented >= 0, "a chunk was returned twice");
    }

    private sealed class SizeClass(int size)
    {
        private readonly int _perSlab = SlabBytes / size;
        private readonly List<byte[]> _slabs = [];
        private int[] _lengthOrNext = [];
        private int _free = -1;

        public bool TryTake(out int index)
        {
            index = _free;
            if (index < 0)
            {
                return false;
            }

            _free = _lengthOrNext[index];
            return true;
        }

        public void AddSlab()
        {
            var first = _slabs.Count * _perSlab;
            _slabs.Add(GC.AllocateUninitializedArray<byte>(SlabBytes, pinned: true));
            if (_lengthOrNext.Length < first + _perSlab)
            {
                Array.Resize(ref _lengthOrNext, Math.Max(first + _perSlab, _lengthOrNext.Length * 2));
            }

            for (var i = first + _perSlab - 1; i >= first; i--)
            {
                _lengthOrNext[i] = _free;
                _free = i;
            }
        }

        public Span<byte> Get(int index) => _slabs[index / _perSlab].AsSpan(index % _perSlab * size, _lengthOrNext[index]);

        public void Locate(int index, out byte[] slab, out int offset, out int length)
        {
            slab = _slabs[index / _perSlab];
            offset = index % _perSlab * size;
            length = _lengthOrNext[index];
        }

        public void SetLength(int index, int length) => _lengthOrNext[index] = length;

        public void Return(int index)
        {
            _lengthOrNext[index] = _free;
            _free = index;
        }
    }
}
