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
/// A list of numbers as a file that loads as fast as it can be read. Little-endian: "DLRDNC2\n", the storage's identity, the last addition and the
/// last removal that it holds; the short list (count, numbers of 64 bits, states of 32), or count -1 and the long one: for the numbers without and with
/// an end the count of lines (0 for none), their words block by block, each block's ends after it, and the same again of the lines that go on with
/// others; then a CRC-32C of everything before it.
/// </summary>
public static class DoNotCallSnapshot
{
    // Stands where a short list has its length.
    private const long IsLong = -1;

    // A short list is shorter than this by far; a bound for files.
    private const int MostInTable = 16 * DoNotCallNumbers.LongestTable;

    private static ReadOnlySpan<byte> Magic => "DLRDNC2\n"u8;

    /// <summary>
    /// Writes the list while changes go on: what was on it at the beginning is in the file, what comes meanwhile may be. Told both positions of the
    /// beginning, whoever loads it reads later changes again, which does no harm.
    /// </summary>
    /// <param name="numbers">The list.</param>
    /// <param name="into">Where to.</param>
    /// <param name="identity">Names storage and tenant, so that no other's snapshot is taken for it.</param>
    /// <param name="lastAddition">The last addition that is in it.</param>
    /// <param name="lastRemoval">The last removal that is in it.</param>
    public static void Save(DoNotCallNumbers numbers, Stream into, ulong identity, long lastAddition, long lastRemoval)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentNullException.ThrowIfNull(into);
        var writer = new Summed(into);
        writer.Write(Magic);
        writer.Write((long)identity);
        writer.Write(lastAddition);
        writer.Write(lastRemoval);
        var (table, permanent, ending) = numbers.HoldStill();
        try
        {
            if (table is not null)
            {
                (ulong Key, uint State)[] entries = [];
                numbers.Locked(() => entries = table.ToArray());
                writer.Write(entries.Length);
                writer.Write(MemoryMarshal.AsBytes<ulong>(Array.ConvertAll(entries, e => e.Key)));
                writer.Write(MemoryMarshal.AsBytes<uint>(Array.ConvertAll(entries, e => e.State)));
            }
            else
            {
                writer.Write(IsLong);
                Save(numbers, writer, permanent);
                Save(numbers, writer, ending);
            }
        }
        finally
        {
            numbers.LetGo();
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

        if (!reader.Read(out long count))
        {
            return SnapshotError.Truncated;
        }

        NumberTable? table = null;
        NumberLines? permanent = null, ending = null;
        var error = SnapshotError.None;
        if (count != IsLong)
        {
            error = TryLoadTable(reader, count, out table);
        }
        else
        {
            error = TryLoadLines(numbers, reader, keepsEnds: false, out permanent);
            error = error == SnapshotError.None ? TryLoadLines(numbers, reader, keepsEnds: true, out ending) : error;
            error = error == SnapshotError.None && (permanent?.Count ?? 0) + (ending?.Count ?? 0) > DoNotCallNumbers.MaxCount ? SnapshotError.Damaged : error;
        }

        if (error != SnapshotError.None)
        {
            return error;
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
        numbers.Replace(table, permanent, ending);
        return SnapshotError.None;
    }

    private static void Save(DoNotCallNumbers numbers, Summed writer, NumberLines? lines)
    {
        var words = new uint[LineStore.LinesInBlock * LineStore.Words];
        var ends = new uint[words.Length];
        foreach (var more in (ReadOnlySpan<bool>)[false, true])
        {
            // Lines that go on come last: those that the lines before them lead to are there by then.
            var count = 0;
            numbers.Locked(() => count = lines is null ? 0 : more ? lines.Extent.More : lines.Extent.Lines);
            writer.Write(count);
            for (var line = 0; line < count; line += LineStore.LinesInBlock)
            {
                var hasEnds = false;
                var length = Math.Min(LineStore.LinesInBlock, count - line);
                numbers.Locked(() =>
                {
                    lines!.Block(more, line / LineStore.LinesInBlock, length, out var from).CopyTo(words);
                    from.CopyTo(ends);
                    hasEnds = !from.IsEmpty;
                });
                writer.Write(MemoryMarshal.AsBytes(words.AsSpan(0, length * LineStore.Words)));
                writer.Write(hasEnds ? MemoryMarshal.AsBytes(ends.AsSpan(0, length * LineStore.Words)) : []);
            }
        }
    }

    private static SnapshotError TryLoadTable(Summed reader, long count, out NumberTable? table)
    {
        table = null;

        // Nothing is allocated on the word of a file that promises more than it can hold.
        if (count is < 0 or > MostInTable || !reader.CanHold(count * 12))
        {
            return SnapshotError.Damaged;
        }

        var keys = new ulong[count];
        var states = new uint[count];
        if (!reader.Read(MemoryMarshal.AsBytes(keys.AsSpan())) || !reader.Read(MemoryMarshal.AsBytes(states.AsSpan())))
        {
            return SnapshotError.Truncated;
        }

        table = new NumberTable();
        for (var i = 0; i < keys.Length; i++)
        {
            if (!NumberKey.IsValid(keys[i]))
            {
                return SnapshotError.Damaged;
            }

            table.Set(keys[i], states[i]);
        }

        return SnapshotError.None;
    }

    private static SnapshotError TryLoadLines(DoNotCallNumbers numbers, Summed reader, bool keepsEnds, out NumberLines? loaded)
    {
        loaded = null;
        NumberLines? lines = null;
        foreach (var more in (ReadOnlySpan<bool>)[false, true])
        {
            if (!reader.Read(out long count))
            {
                return SnapshotError.Truncated;
            }

            var fewest = !more && count > 0 ? NumberLines.FewestLines : 0;
            if (count < fewest || count > NumberLines.MostLines || (lines is null && more && count > 0)
                || !reader.CanHold(count * LineStore.Words * sizeof(uint) * (keepsEnds ? 2 : 1)))
            {
                return SnapshotError.Damaged;
            }

            if (more)
            {
                lines?.SetMore((int)count);
            }
            else if (count > 0)
            {
                lines = numbers.ForReading(keepsEnds, (int)count);
            }

            for (var line = 0; line < count; line += LineStore.LinesInBlock)
            {
                var length = (int)Math.Min(LineStore.LinesInBlock, count - line);
                var words = lines!.Block(more, line / LineStore.LinesInBlock, length, out var ends);
                if (!reader.Read(MemoryMarshal.AsBytes(words)) || !reader.Read(MemoryMarshal.AsBytes(ends)))
                {
                    return SnapshotError.Truncated;
                }
            }
        }

        loaded = lines;
        return lines is null || lines.TryAdopt() ? SnapshotError.None : SnapshotError.Damaged;
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
