using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DialerEngine.Core.Compliance;

/// <summary>Why a snapshot cannot be used. The list is then read from the storage, which is slower and always right.</summary>
public enum SnapshotError : byte
{
    None,

    /// <summary>The file ends early.</summary>
    Truncated,

    /// <summary>It is not a snapshot of this format.</summary>
    Format,

    /// <summary>Its check sum is wrong.</summary>
    Damaged,

    /// <summary>It belongs to another storage or tenant.</summary>
    Foreign,
}

/// <summary>
/// A set of numbers as a file that loads as fast as it can be read. Little-endian: "DLRDNC1\n", the storage's identity, the last change that it
/// holds, then 2 x 256 segments (bucket bits, count, bucket starts, rests, ends), then a CRC-32C of everything before it.
/// </summary>
public static class DoNotCallSnapshot
{
    private static ReadOnlySpan<byte> Magic => "DLRDNC1\n"u8;

    /// <summary>Writes the merged base.</summary>
    /// <param name="numbers">The set; its waiting changes are merged first.</param>
    /// <param name="into">Where to.</param>
    /// <param name="identity">Names storage and tenant, so that no other's snapshot is taken for it.</param>
    /// <param name="lastAddition">The last addition that is in it.</param>
    /// <param name="lastRemoval">The last removal that is in it.</param>
    /// <param name="nowUnixSeconds">The time: what has ended is left out.</param>
    public static void Save(DoNotCallNumbers numbers, Stream into, ulong identity, long lastAddition, long lastRemoval, long nowUnixSeconds)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentNullException.ThrowIfNull(into);
        numbers.Merge(nowUnixSeconds);
        var writer = new Summed(into);
        writer.Write(Magic);
        writer.Write((long)identity);
        writer.Write(lastAddition);
        writer.Write(lastRemoval);
        var (permanent, ending) = numbers.Segments;
        foreach (var segment in permanent)
        {
            Save(writer, segment, hasExpiry: false);
        }

        foreach (var segment in ending)
        {
            Save(writer, segment, hasExpiry: true);
        }

        Span<byte> sum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(sum, writer.Sum);
        into.Write(sum);
    }

    /// <summary>Reads a snapshot into a set, all of it or nothing. Input from outside: never throws for its contents.</summary>
    public static SnapshotError TryLoad(DoNotCallNumbers numbers, Stream from, ulong identity, out long lastAddition, out long lastRemoval)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentNullException.ThrowIfNull(from);
        lastAddition = 0;
        lastRemoval = 0;
        var reader = new Summed(from);
        Span<byte> magic = stackalloc byte[8];
        if (!reader.Read(magic))
        {
            return SnapshotError.Truncated;
        }

        if (!magic.SequenceEqual(Magic))
        {
            return SnapshotError.Format;
        }

        if (!reader.Read(out long owner) || !reader.Read(out long addition) || !reader.Read(out long removal))
        {
            return SnapshotError.Truncated;
        }

        if ((ulong)owner != identity)
        {
            return SnapshotError.Foreign;
        }

        var budget = (long)DoNotCallNumbers.MaxCount;
        var permanent = new NumberSegment[NumberSegment.Count256];
        var ending = new NumberSegment[NumberSegment.Count256];
        for (var i = 0; i < 2 * NumberSegment.Count256; i++)
        {
            var error = TryLoad(reader, hasExpiry: i >= NumberSegment.Count256, ref budget, out var segment);
            if (error != SnapshotError.None)
            {
                return error;
            }

            (i < NumberSegment.Count256 ? permanent : ending)[i % NumberSegment.Count256] = segment!;
        }

        var sum = reader.Sum;
        Span<byte> written = stackalloc byte[4];
        if (!reader.Read(written))
        {
            return SnapshotError.Truncated;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(written) != sum)
        {
            return SnapshotError.Damaged;
        }

        (lastAddition, lastRemoval) = (addition, removal);
        numbers.Replace(permanent, ending);
        return SnapshotError.None;
    }

    private static void Save(Summed writer, NumberSegment segment, bool hasExpiry)
    {
        writer.Write(segment.BucketBits);
        writer.Write(segment.Count);
        writer.Write(MemoryMarshal.AsBytes(segment.Starts));
        writer.Write(MemoryMarshal.AsBytes(segment.Rests));
        if (hasExpiry)
        {
            writer.Write(MemoryMarshal.AsBytes(segment.Expiries));
        }
    }

    private static SnapshotError TryLoad(Summed reader, bool hasExpiry, ref long budget, out NumberSegment? segment)
    {
        segment = null;
        if (!reader.Read(out long bits) || !reader.Read(out long count))
        {
            return SnapshotError.Truncated;
        }

        // Nothing is allocated on the word of a file that promises more than it can hold.
        budget -= count;
        if (bits is < 1 or > 16 || count < 0 || budget < 0 || !reader.CanHold(count * 4))
        {
            return SnapshotError.Damaged;
        }

        var starts = GC.AllocateUninitializedArray<uint>((1 << (int)bits) + 1);
        var rests = GC.AllocateUninitializedArray<uint>((int)count);
        var expiries = hasExpiry ? GC.AllocateUninitializedArray<uint>((int)count) : null;
        if (!reader.Read(MemoryMarshal.AsBytes(starts.AsSpan())) || !reader.Read(MemoryMarshal.AsBytes(rests.AsSpan()))
            || (expiries is not null && !reader.Read(MemoryMarshal.AsBytes(expiries.AsSpan()))))
        {
            return SnapshotError.Truncated;
        }

        segment = NumberSegment.TryMake((int)bits, starts, rests, expiries);
        return segment is null ? SnapshotError.Damaged : SnapshotError.None;
    }

    private sealed class Summed(Stream stream)
    {
        public uint Sum { get; private set; }

        public bool CanHold(long octets) => !stream.CanSeek || octets <= stream.Length - stream.Position;

        public void Write(long value)
        {
            Span<byte> octets = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(octets, value);
            Write(octets);
        }

        public void Write(ReadOnlySpan<byte> octets)
        {
            stream.Write(octets);
            Add(octets);
        }

        public bool Read(out long value)
        {
            Span<byte> octets = stackalloc byte[8];
            var read = Read(octets);
            value = BinaryPrimitives.ReadInt64LittleEndian(octets);
            return read;
        }

        public bool Read(Span<byte> octets)
        {
            if (stream.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false) < octets.Length)
            {
                return false;
            }

            Add(octets);
            return true;
        }

        private void Add(ReadOnlySpan<byte> octets)
        {
            var sum = Sum;
            var words = MemoryMarshal.Cast<byte, ulong>(octets);
            foreach (var word in words)
            {
                sum = BitOperations.Crc32C(sum, word);
            }

            foreach (var octet in octets[(words.Length * 8)..])
            {
                sum = BitOperations.Crc32C(sum, octet);
            }

            Sum = sum;
        }
    }
}
