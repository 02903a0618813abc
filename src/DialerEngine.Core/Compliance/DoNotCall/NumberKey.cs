using System.Text;
using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Compliance;

/// <summary>A telephone number as one 64-bit value: the digits of its E.164 form read as a number. Country codes never begin with 0, so no two numbers share one.</summary>
public static class NumberKey
{
    /// <summary>Bits that the largest E.164 number (15 digits, ITU-T E.164) takes.</summary>
    internal const int Bits = 50;

    private const ulong Mask = (1UL << Bits) - 1;
    private const int MostDigits = 15;

    /// <summary>
    /// Packs a record's contact. Text in E.164 form is packed as it stands; anything else is first read by the rules of its home country.
    /// Nothing is allocated.
    /// </summary>
    /// <param name="contact">The contact of a record.</param>
    /// <param name="country">ISO 3166 letters of the country that numbers without country code belong to.</param>
    /// <param name="key">The value, from 1; 0 where the text is no number.</param>
    public static bool TryPack(string contact, string country, out ulong key)
    {
        if (TryPackE164(contact, out key))
        {
            return true;
        }

        // Longest text that a list stores as a contact is 128 characters; longer ones are no numbers.
        const int LongestContact = 128;
        if (contact.Length is 0 or > LongestContact || !NumberingPlans.TryFind(country, out var home))
        {
            return false;
        }

        Span<byte> text = stackalloc byte[LongestContact * 3];
        Span<byte> e164 = stackalloc byte[PhoneNumber.MaxLength];
        var octets = Encoding.UTF8.GetBytes(contact, text);
        if (PhoneNumber.TryNormalise(text[..octets], home, e164, out var length, out _) != PhoneNumberError.None)
        {
            return false;
        }

        key = PhoneNumber.KeyOf(e164[..length]);
        return key != 0;
    }

    /// <summary>Packs text that must be a plus sign and 1 to 15 digits, the first not 0.</summary>
    public static bool TryPackE164(ReadOnlySpan<char> e164, out ulong key)
    {
        key = 0;
        if (e164.Length is < 2 or > MostDigits + 1 || e164[0] != '+' || e164[1] is < '1' or > '9')
        {
            return false;
        }

        foreach (var c in e164[1..])
        {
            if (!char.IsAsciiDigit(c))
            {
                key = 0;
                return false;
            }

            key = (key * 10) + (ulong)(c - '0');
        }

        return true;
    }

    /// <summary>Whether a value can be a packed number.</summary>
    public static bool IsValid(ulong key) => key is > 0 and <= 999_999_999_999_999;

    /// <summary>
    /// Spreads numbers evenly over all values of <see cref="Bits"/> bits, and back: one value for one number. Real numbers stand close together
    /// (area codes); spread, each part of a table gets its share of them.
    /// </summary>
    internal static ulong Spread(ulong key)
    {
        // Shift-xor and odd multiplication modulo a power of two can both be undone, so no two keys meet.
        key ^= key >> 25;
        key = (key * 0x2545F4914F6CDD1DUL) & Mask;
        key ^= key >> 25;
        key = (key * 0x9E3779B97F4A7C15UL) & Mask;
        return key ^ (key >> 25);
    }
}
