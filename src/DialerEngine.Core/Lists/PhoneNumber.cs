namespace DialerEngine.Core.Lists;

/// <summary>Why text is no telephone number that can be dialled.</summary>
public enum PhoneNumberError : byte
{
    None,
    Empty,
    BadCharacter,
    TooShort,
    TooLong,
    UnknownCountryCode,

    /// <summary>Country code 1: area code or exchange begins with 0 or 1, or the area code is a service code such as 911.</summary>
    BadAreaCode,
}

/// <summary>Brings telephone numbers as people write them into E.164 form: a plus sign and up to 15 digits.</summary>
public static class PhoneNumber
{
    /// <summary>Longest E.164 number in this form, with its plus sign (ITU-T E.164: 15 digits).</summary>
    public const int MaxLength = 16;

    // Longest run of digits that is looked at: an international prefix (4), a stray trunk prefix (2), 15 digits.
    private const int MaxDigits = 21;

    /// <summary>
    /// Reads a number. It may carry a plus sign, <c>tel:</c>, the country's international or trunk prefix, the trunk zero in brackets
    /// after a country code, and blanks, hyphens, dots, slashes and brackets between digits. Nothing is allocated.
    /// </summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="home">Plan of numbers without a country code.</param>
    /// <param name="e164">Receives the number; at least <see cref="MaxLength"/> octets.</param>
    /// <param name="length">How many octets it has.</param>
    /// <param name="plan">The plan that judged it; on an error, the one that it was measured by.</param>
    public static PhoneNumberError TryNormalise(
        ReadOnlySpan<byte> text, NumberingPlan home, Span<byte> e164, out int length, out NumberingPlan plan)
    {
        length = 0;
        plan = home;
        Span<byte> digits = stackalloc byte[MaxDigits];
        var error = ReadDigits(text, digits, out var count, out var isInternational);
        if (error != PhoneNumberError.None)
        {
            return error;
        }

        ReadOnlySpan<byte> number = digits[..count];
        if (!isInternational && StartsWith(number, home.InternationalPrefix))
        {
            number = number[home.InternationalPrefix.Length..];
            isInternational = true;
        }

        if (isInternational)
        {
            if (!NumberingPlans.TryFindByCode(number, out plan))
            {
                plan = home;
                return PhoneNumberError.UnknownCountryCode;
            }

            return Judge(number[plan.CountryCode.Length..], plan, e164, out length);
        }

        return FromHome(number, home, e164, out length);
    }

    /// <summary>The value of an E.164 number's digits, unique to it, as a key for sets of numbers.</summary>
    public static ulong KeyOf(ReadOnlySpan<byte> e164)
    {
        ulong key = 0;
        foreach (var digit in e164[1..])
        {
            key = (key * 10) + (ulong)(digit - '0');
        }

        return key;
    }

    /// <summary>A number for logs and reports: country code and last two digits, the rest as dots.</summary>
    public static string Mask(ReadOnlySpan<byte> e164)
    {
        if (e164.Length < 4)
        {
            return "•••";
        }

        var code = NumberingPlans.TryFindByCode(e164[1..], out var plan) ? plan.CountryCode.Length : 1;
        var shown = new char[e164.Length];
        for (var i = 0; i < shown.Length; i++)
        {
            shown[i] = i <= code || i >= shown.Length - 2 ? (char)e164[i] : '•';
        }

        return new string(shown);
    }

    private static PhoneNumberError FromHome(ReadOnlySpan<byte> number, NumberingPlan home, Span<byte> e164, out int length)
    {
        var hasTrunkPrefix = StartsWith(number, home.TrunkPrefix);
        var error = Judge(hasTrunkPrefix ? number[home.TrunkPrefix.Length..] : number, home, e164, out length);
        if (error == PhoneNumberError.None)
        {
            return error;
        }

        // "8005553535" at home in Russia: begins like the trunk prefix and is whole.
        if (hasTrunkPrefix && Judge(number, home, e164, out length) == PhoneNumberError.None)
        {
            return PhoneNumberError.None;
        }

        // "34600111222" at home in Spain: too long for a national number, and right with its country code.
        if (StartsWith(number, home.CountryCode) && Judge(number[home.CountryCode.Length..], home, e164, out length) == PhoneNumberError.None)
        {
            return PhoneNumberError.None;
        }

        length = 0;
        return error;
    }

    private static PhoneNumberError Judge(ReadOnlySpan<byte> national, NumberingPlan plan, Span<byte> e164, out int length)
    {
        length = 0;
        if (national.Length < plan.MinDigits)
        {
            return PhoneNumberError.TooShort;
        }

        if (national.Length > plan.MaxDigits)
        {
            return PhoneNumberError.TooLong;
        }

        if (plan.IsNanp && (national[0] < '2' || national[3] < '2' || (national[1] == '1' && national[2] == '1')))
        {
            return PhoneNumberError.BadAreaCode;
        }

        e164[0] = (byte)'+';
        for (var i = 0; i < plan.CountryCode.Length; i++)
        {
            e164[1 + i] = (byte)plan.CountryCode[i];
        }

        national.CopyTo(e164[(1 + plan.CountryCode.Length)..]);
        length = 1 + plan.CountryCode.Length + national.Length;
        return PhoneNumberError.None;
    }

    private static PhoneNumberError ReadDigits(ReadOnlySpan<byte> text, Span<byte> digits, out int count, out bool isInternational)
    {
        count = 0;
        isInternational = false;
        if (text.StartsWith("tel:"u8))
        {
            text = text[4..];
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                if (isInternational && c == '0' && i > 0 && text[i - 1] == '(' && i + 1 < text.Length && text[i + 1] == ')')
                {
                    continue;
                }

                if (count == digits.Length)
                {
                    return PhoneNumberError.TooLong;
                }

                digits[count++] = c;
            }
            else if (c == '+' && count == 0 && !isInternational)
            {
                isInternational = true;
            }
            else if (c == 0xC2 && i + 1 < text.Length && text[i + 1] == 0xA0)
            {
                // No-break space, which spreadsheets write.
                i++;
            }
            else if (c is not ((byte)' ' or (byte)'-' or (byte)'.' or (byte)'(' or (byte)')' or (byte)'/' or (byte)'\t'))
            {
                return PhoneNumberError.BadCharacter;
            }
        }

        return count == 0 ? isInternational ? PhoneNumberError.TooShort : PhoneNumberError.Empty : PhoneNumberError.None;
    }

    private static bool StartsWith(ReadOnlySpan<byte> digits, string prefix)
    {
        if (digits.Length < prefix.Length)
        {
            return false;
        }

        for (var i = 0; i < prefix.Length; i++)
        {
            if (digits[i] != prefix[i])
            {
                return false;
            }
        }

        return prefix.Length > 0;
    }
}
