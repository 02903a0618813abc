namespace DialerEngine.Sip.Transactions;

/// <summary>
/// Makes the identifiers that we put on the wire. A branch and a tag name the slot of their transaction or call, so that an answer finds it
/// without a table, and carry a keyed check, so that only what we made is believed.
/// </summary>
internal sealed class SipTokens(ulong k0, ulong k1)
{
    /// <summary>Length of a branch parameter: the magic cookie of RFC 3261 section 8.1.1.7, index, generation and check in hexadecimal.</summary>
    public const int BranchLength = 7 + TokenLength;

    /// <summary>Length of a tag.</summary>
    public const int TokenLength = 24;

    private const uint BranchUse = 0x62;
    private const uint TagUse = 0x74;
    private static readonly byte[] Digits = "0123456789abcdef"u8.ToArray();
    private ulong _counter;

    private static ReadOnlySpan<byte> Cookie => "z9hG4bK"u8;

    /// <summary>The next of an unpredictable sequence.</summary>
    public ulong Next()
    {
        var hash = new KeyedHash(k0, k1);
        hash.Add(++_counter);
        return hash.Finish();
    }

    /// <summary>A hash over the pieces of a message, keyed with our secret.</summary>
    public KeyedHash Hash() => new(k0, ~k1);

    /// <summary>A second, independent hash.</summary>
    public KeyedHash SecondHash() => new(~k0, k1);

    /// <summary>One hash of a run of bytes; never 0, which stands for "none".</summary>
    public ulong HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = Hash();
        hash.Add(bytes);
        return Math.Max(1, hash.Finish());
    }

    /// <summary>Writes the branch of a transaction slot.</summary>
    public void WriteBranch(Span<byte> into, int index, int generation)
    {
        Cookie.CopyTo(into);
        WriteToken(into[7..], BranchUse, index, generation);
    }

    /// <summary>Reads a branch that we made.</summary>
    public bool TryReadBranch(ReadOnlySpan<byte> branch, out int index, out int generation)
    {
        index = generation = 0;
        return branch.Length == BranchLength && TryReadToken(branch[7..], BranchUse, out index, out generation);
    }

    /// <summary>Writes the tag of a call slot.</summary>
    public void WriteTag(Span<byte> into, int index, int generation) => WriteToken(into, TagUse, index, generation);

    /// <summary>Reads a tag that we made.</summary>
    public bool TryReadTag(ReadOnlySpan<byte> tag, out int index, out int generation) => TryReadToken(tag, TagUse, out index, out generation);

    /// <summary>Writes 16 hexadecimal digits.</summary>
    public static void WriteHex(Span<byte> into, ulong value, int digits)
    {
        for (var i = digits - 1; i >= 0; i--)
        {
            into[i] = Digits[(int)(value & 15)];
            value >>= 4;
        }
    }

    private void WriteToken(Span<byte> into, uint use, int index, int generation)
    {
        WriteHex(into, (uint)index, 8);
        WriteHex(into[8..], (uint)generation, 8);
        WriteHex(into[16..], Check(use, index, generation), 8);
    }

    private bool TryReadToken(ReadOnlySpan<byte> text, uint use, out int index, out int generation)
    {
        index = generation = 0;
        if (text.Length != TokenLength || !TryReadHex(text[..8], out var i) || !TryReadHex(text[8..16], out var g)
            || !TryReadHex(text[16..], out var check))
        {
            return false;
        }

        index = (int)i;
        generation = (int)g;
        return check == Check(use, index, generation);
    }

    private uint Check(uint use, int index, int generation)
    {
        var hash = new KeyedHash(k0 ^ use, k1);
        hash.Add(((ulong)(uint)index << 32) | (uint)generation);
        return (uint)hash.Finish();
    }

    private static bool TryReadHex(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        foreach (var c in text)
        {
            var digit = c switch
            {
                >= (byte)'0' and <= (byte)'9' => c - '0',
                >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
                _ => -1,
            };
            if (digit < 0)
            {
                return false;
            }

            value = (value << 4) | (uint)digit;
        }

        return true;
    }
}
