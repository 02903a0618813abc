using System.Buffers.Binary;
using System.Numerics;

namespace DialerEngine.Sip.Transactions;

/// <summary>
/// SipHash-2-4 (Aumasson, Bernstein 2012) over several pieces of bytes: a keyed hash, so that nobody outside can aim messages at one
/// bucket of a table or guess the tags and branches that are made with it.
/// </summary>
internal ref struct KeyedHash
{
    private ulong _v0;
    private ulong _v1;
    private ulong _v2;
    private ulong _v3;
    private ulong _tail;
    private int _length;

    public KeyedHash(ulong k0, ulong k1)
    {
        _v0 = k0 ^ 0x736f6d6570736575UL;
        _v1 = k1 ^ 0x646f72616e646f6dUL;
        _v2 = k0 ^ 0x6c7967656e657261UL;
        _v3 = k1 ^ 0x7465646279746573UL;
    }

    /// <summary>Adds bytes.</summary>
    public void Add(scoped ReadOnlySpan<byte> bytes)
    {
        while ((_length & 7) != 0 && bytes.Length > 0)
        {
            AddByte(bytes[0]);
            bytes = bytes[1..];
        }

        while (bytes.Length >= 8)
        {
            _length += 8;
            Word(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
        {
            AddByte(b);
        }
    }

    /// <summary>Adds bytes with ASCII letters in lower case, then a separator: for parts that compare without case.</summary>
    public void AddFolded(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            AddByte(b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b);
        }

        AddByte(0);
    }

    /// <summary>Adds bytes and a separator, so that two pieces cannot be mistaken for one.</summary>
    public void AddPiece(ReadOnlySpan<byte> bytes)
    {
        Add(bytes);
        AddByte(0);
    }

    /// <summary>Adds a number.</summary>
    public void Add(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Add(bytes);
    }

    /// <summary>The hash; the state is spent.</summary>
    public ulong Finish()
    {
        Word(_tail | ((ulong)(byte)_length << 56));
        _v2 ^= 0xff;
        Round();
        Round();
        Round();
        Round();
        return _v0 ^ _v1 ^ _v2 ^ _v3;
    }

    private void AddByte(byte value)
    {
        _tail |= (ulong)value << ((_length & 7) * 8);
        _length++;
        if ((_length & 7) == 0)
        {
            var word = _tail;
            _tail = 0;
            Word(word);
        }
    }

    private void Word(ulong word)
    {
        _v3 ^= word;
        Round();
        Round();
        _v0 ^= word;
    }

    private void Round()
    {
        _v0 += _v1;
        _v2 += _v3;
        _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
        _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
        _v0 = BitOperations.RotateLeft(_v0, 32);
        _v2 += _v1;
        _v0 += _v3;
        _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
        _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
        _v2 = BitOperations.RotateLeft(_v2, 32);
    }
}
