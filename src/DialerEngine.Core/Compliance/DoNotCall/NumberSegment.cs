using System.Numerics;

namespace DialerEngine.Core.Compliance;

/// <summary>A change to a segment: the low bits of a spread number and what becomes of it.</summary>
/// <param name="Low">Bits below the segment's number.</param>
/// <param name="Keep">True: in the set; false: not in it.</param>
/// <param name="Expires">Unix seconds, where the set keeps them.</param>
internal readonly record struct SegmentChange(ulong Low, bool Keep, uint Expires);

/// <summary>
/// One 256th of a set of numbers, never changed once made. Numbers are kept exactly: a bucket is the upper part of the spread number, its
/// slot holds all of the rest. Four octets a number and less than one for the buckets.
/// </summary>
internal sealed class NumberSegment
{
    public const int Count256 = 256;

    /// <summary>Bits of a spread number below the segment's number.</summary>
    public const int LowBits = NumberKey.Bits - 8;

    // A slot holds 32 bits, so buckets take at least the other ten; more than 16 bits would cost more than they save.
    private const int FewestBucketBits = LowBits - 32;
    private const int MostBucketBits = 16;
    private const int PerBucket = 6;

    public static readonly NumberSegment Empty = new(FewestBucketBits, new uint[(1 << FewestBucketBits) + 1], [], null);
    private readonly int _restBits;
    private readonly uint[] _starts;
    private readonly uint[] _rests;
    private readonly uint[]? _expiries;

    private NumberSegment(int bucketBits, uint[] starts, uint[] rests, uint[]? expiries)
    {
        BucketBits = bucketBits;
        _restBits = LowBits - bucketBits;
        _starts = starts;
        _rests = rests;
        _expiries = expiries;
    }

    public int BucketBits { get; }

    public int Count => _rests.Length;

    public ReadOnlySpan<uint> Starts => _starts;

    public ReadOnlySpan<uint> Rests => _rests;

    public ReadOnlySpan<uint> Expiries => _expiries;

    /// <summary>Octets that the arrays take.</summary>
    public long Octets => 4L * (_starts.Length + _rests.Length + (_expiries?.Length ?? 0));

    public bool Contains(ulong low, out uint expires)
    {
        expires = 0;
        var bucket = low >> _restBits;
        var rest = (uint)(low & ((1UL << _restBits) - 1));
        var end = _starts[bucket + 1];
        for (var i = _starts[bucket]; i < end; i++)
        {
            var found = _rests[i];
            if (found >= rest)
            {
                if (found != rest)
                {
                    return false;
                }

                expires = _expiries is null ? 0 : _expiries[i];
                return true;
            }
        }

        return false;
    }

    /// <summary>The segment with changes applied.</summary>
    /// <param name="changes">In rising order of their low bits, each once.</param>
    /// <param name="keepsExpiry">Whether the set keeps a time for each number.</param>
    /// <param name="now">Numbers whose time is over by then are left out.</param>
    public NumberSegment With(ReadOnlySpan<SegmentChange> changes, bool keepsExpiry, uint now)
    {
        var most = Count + changes.Length;
        var bucketBits = Math.Clamp(BitOperations.Log2((uint)Math.Max(1, most / PerBucket)) + 1, FewestBucketBits, MostBucketBits);
        var into = new Builder(bucketBits, most, keepsExpiry, now);
        var next = 0;
        for (var bucket = 0; bucket < _starts.Length - 1; bucket++)
        {
            for (var i = _starts[bucket]; i < _starts[bucket + 1]; i++)
            {
                var low = ((ulong)bucket << _restBits) | _rests[i];
                while (next < changes.Length && changes[next].Low < low)
                {
                    into.Add(changes[next++]);
                }

                if (next < changes.Length && changes[next].Low == low)
                {
                    into.Add(changes[next++]);
                }
                else
                {
                    into.Add(new SegmentChange(low, true, _expiries is null ? 0 : _expiries[i]));
                }
            }
        }

        while (next < changes.Length)
        {
            into.Add(changes[next++]);
        }

        return into.Done();
    }

    /// <summary>A segment of arrays read from outside; null where they do not fit together.</summary>
    public static NumberSegment? TryMake(int bucketBits, uint[] starts, uint[] rests, uint[]? expiries)
    {
        if (bucketBits is < FewestBucketBits or > MostBucketBits || starts.Length != (1 << bucketBits) + 1 || starts[0] != 0
            || starts[^1] != rests.Length || (expiries is not null && expiries.Length != rests.Length))
        {
            return null;
        }

        for (var i = 1; i < starts.Length; i++)
        {
            if (starts[i] < starts[i - 1])
            {
                return null;
            }
        }

        return new NumberSegment(bucketBits, starts, rests, expiries);
    }

    private sealed class Builder(int bucketBits, int most, bool keepsExpiry, uint now)
    {
        private readonly uint[] _starts = new uint[(1 << bucketBits) + 1];
        private readonly int _restBits = LowBits - bucketBits;
        private uint[] _rests = GC.AllocateUninitializedArray<uint>(most);
        private uint[]? _expiries = keepsExpiry ? GC.AllocateUninitializedArray<uint>(most) : null;
        private int _count;

        public void Add(in SegmentChange number)
        {
            if (!number.Keep || (_expiries is not null && number.Expires <= now))
            {
                return;
            }

            _rests[_count] = (uint)(number.Low & ((1UL << _restBits) - 1));
            if (_expiries is not null)
            {
                _expiries[_count] = number.Expires;
            }

            _count++;
            _starts[(number.Low >> _restBits) + 1] = (uint)_count;
        }

        public NumberSegment Done()
        {
            if (_count < _rests.Length)
            {
                Array.Resize(ref _rests, _count);
                if (_expiries is not null)
                {
                    Array.Resize(ref _expiries, _count);
                }
            }

            // A bucket without numbers begins where the one before it ended.
            for (var i = 1; i < _starts.Length; i++)
            {
                _starts[i] = Math.Max(_starts[i], _starts[i - 1]);
            }

            return new NumberSegment(bucketBits, _starts, _rests, _expiries);
        }
    }
}
