using System.Buffers;
using System.Runtime.CompilerServices;

namespace DialerEngine.Sip.Parsing;

/// <summary>A part of a buffer. Default means absent.</summary>
internal readonly record struct SipSlice(int Start, int Length)
{
    public int End => Start + Length;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> buffer) => buffer.Slice(Start, Length);
}

/// <summary>Character classes and small scanners of RFC 3261 section 25.1, over octets.</summary>
internal static class SipText
{
    private const string Alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary><c>token</c>.</summary>
    public static readonly SearchValues<byte> Token = Set(Alphanumeric + "-.!%*_+`'~");

    /// <summary><c>word</c>, of which a Call-ID has one, or two with an at sign between.</summary>
    public static readonly SearchValues<byte> Word = Set(Alphanumeric + "-.!%*_+`'~()<>:\\\"/[]?{}");

    /// <summary><c>token / host</c>, the unquoted form of a generic parameter's value: tokens and bracketed IPv6 references.</summary>
    public static readonly SearchValues<byte> ParameterValue = Set(Alphanumeric + "-.!%*_+`'~[]:");

    /// <summary>Every control character but the tab.</summary>
    public static readonly SearchValues<byte> Control = SearchValues.Create(ControlOctets());

    public static SearchValues<byte> Set(string characters) => SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(characters));

    public static string LettersAndDigits => Alphanumeric;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBlank(byte octet) => octet is (byte)' ' or (byte)'\t';

    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    /// <summary>First position at or after <paramref name="at"/>, below <paramref name="end"/>, that is no blank.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipBlanks(ReadOnlySpan<byte> text, int at, int end)
    {
        while (at < end && IsBlank(text[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>The position after the last octet in <paramref name="start"/>..<paramref name="end"/> that is no blank.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TrimBlanks(ReadOnlySpan<byte> text, int start, int end)
    {
        while (end > start && IsBlank(text[end - 1]))
        {
            end--;
        }

        return end;
    }

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        var start = SkipBlanks(text, 0, text.Length);
        return text[start..TrimBlanks(text, start, text.Length)];
    }

    /// <summary>The end of the token at <paramref name="at"/>; equal to it where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TokenEnd(ReadOnlySpan<byte> text, int at, int end) => RunEnd(text, at, end, Token);

    public static int RunEnd(ReadOnlySpan<byte> text, int at, int end, SearchValues<byte> set)
    {
        var length = text[at..end].IndexOfAnyExcept(set);
        return length < 0 ? end : at + length;
    }

    /// <summary>
    /// The position after the closing quote of the quoted string that opens at <paramref name="at"/>; -1 where it does not close.
    /// </summary>
    public static int QuotedEnd(ReadOnlySpan<byte> text, int at, int end)
    {
        at++;
        while (at < end)
        {
            var next = text[at..end].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if (text[at] == (byte)'"')
            {
                return at + 1;
            }

            // quoted-pair = "\" (%x00-09 / %x0B-0C / %x0E-7F)
            if (at + 1 >= end || text[at + 1] is (byte)'\r' or (byte)'\n' or > 0x7F)
            {
                return -1;
            }

            at += 2;
        }

        return -1;
    }

    /// <summary>A decimal number of digits alone, at most <paramref name="max"/>; leading zeros are allowed.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, uint max, out uint value)
    {
        ulong number = 0;
        value = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        foreach (var octet in text)
        {
            var digit = (uint)(octet - '0');
            if (digit > 9)
            {
                return false;
            }

            number = (number * 10) + digit;
            if (number > max)
            {
                return false;
            }
        }

        value = (uint)number;
        return true;
    }

    public static bool AllDigits(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => System.Text.Ascii.EqualsIgnoreCase(a, b);

    public static bool IsLetter(byte octet) => (uint)((octet | 0x20) - 'a') <= 'z' - 'a';

    public static bool IsDigit(byte octet) => (uint)(octet - '0') <= 9;

    public static bool IsHex(byte octet) => IsDigit(octet) || (uint)((octet | 0x20) - 'a') <= 5;

    private static byte[] ControlOctets()
    {
        var octets = new List<byte> { 127 };
        for (byte octet = 0; octet < 32; octet++)
        {
            if (octet != '\t')
            {
                octets.Add(octet);
            }
        }

        return [.. octets];
    }
}
