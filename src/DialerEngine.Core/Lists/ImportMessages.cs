using System.Globalization;
using System.Text;

namespace DialerEngine.Core.Lists;

/// <summary>What is wrong with a row, in words: what was found, what is expected, what to do.</summary>
public static class ImportMessages
{
    private const int LongestShownValue = 40;

    /// <summary>The code as users see it: E and four digits for faults, W for rows that were left out on purpose.</summary>
    public static string Code(ImportFault fault, DuplicateRule duplicates) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsDuplicate(fault) && duplicates == DuplicateRule.Skip ? 'W' : 'E')}{(int)fault}");

    public static bool IsDuplicate(ImportFault fault) => fault is ImportFault.DuplicateInFile or ImportFault.DuplicateInList;

    /// <summary>One clause about the fault.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="column">The list's column that it is about; null for the whole row.</param>
    /// <param name="value">The field, UTF-8.</param>
    /// <param name="plan">The plan that a number was measured by.</param>
    /// <param name="firstRow">Where the number was first.</param>
    /// <param name="expected">How many columns a row should have.</param>
    /// <param name="found">How many it has.</param>
    public static string Describe(
        ImportFault fault, ListColumn? column, ReadOnlySpan<byte> value, NumberingPlan plan, int firstRow, int expected, int found)
    {
        var digits = 0;
        foreach (var octet in value)
        {
            digits += octet is >= (byte)'0' and <= (byte)'9' ? 1 : 0;
        }

        return fault switch
        {
            ImportFault.RowTooLong => "row longer than 1 MiB; look for a quotation mark that is not closed",
            ImportFault.NotUtf8 => "not UTF-8; save the file as UTF-8 or say --encoding latin1",
            ImportFault.WrongColumnCount => string.Create(CultureInfo.InvariantCulture, $"{found} columns where the header has {expected}; quote fields that contain the separator"),
            ImportFault.NumberTooShort => string.Create(CultureInfo.InvariantCulture, $"too short for +{plan.CountryCode} ({Lengths(plan)} digits expected, {digits} found)"),
            ImportFault.NumberTooLong => string.Create(CultureInfo.InvariantCulture, $"too long for +{plan.CountryCode} ({Lengths(plan)} digits expected, {digits} found)"),
            ImportFault.NotANumber => "not a telephone number: only digits, + and separators are allowed",
            ImportFault.UnknownCountryCode => "no country code begins like this; write the number with + and its country code",
            ImportFault.BadAreaCode => "no such number in the North American plan: area code and exchange begin with 2 to 9",
            ImportFault.BadQuoting => "text after a closing quotation mark, or a quotation mark that is not closed; write quotation marks inside a field twice",
            ImportFault.NumberMissing => "no number",
            ImportFault.NotAnInteger => "not a whole number",
            ImportFault.NotAReal => "not a number; write decimals with a point",
            ImportFault.OutOfRange => string.Create(CultureInfo.InvariantCulture, $"not between {column?.Min} and {column?.Max}"),
            ImportFault.TextTooLong => string.Create(CultureInfo.InvariantCulture, $"longer than {column?.MaxLength} characters"),
            ImportFault.ControlCharacter => "contains a NUL character",
            ImportFault.ChainPlaceTaken => "another record has this chain_id and chain_n; give each record of a chain its own chain_n",
            ImportFault.RecordIdTaken => "another record has this record_id; leave the column out to have ids assigned",
            ImportFault.TooManyNumbers => "too many numbers to look for duplicates among; split the file or say --duplicates allow",
            ImportFault.StatusOfNobody => "no group has this record, so it cannot be Retrieved (2) or without a status (0); write 1 (Ready) for a record to be dialled, 3 (Updated) for one that is done",
            ImportFault.UnknownTimeZone =>
                "no time zone with a number has this name; name it in timeZones of the configuration, or give the list a column tz_name, which takes every IANA name",
            ImportFault.DuplicateInFile => string.Create(CultureInfo.InvariantCulture, $"same number as line {firstRow}; kept the first (change with --duplicates)"),
            ImportFault.DuplicateInList => "the list has this number already; kept that one (change with --duplicates)",
            _ => "the database refuses the row",
        };
    }

    /// <summary>A value as a report shows it: whole where it must be seen to be mended, masked where it is a good number, never with controls.</summary>
    public static string Show(ImportFault fault, ReadOnlySpan<byte> value)
    {
        if (fault is ImportFault.DuplicateInFile or ImportFault.DuplicateInList or ImportFault.ChainPlaceTaken or ImportFault.RecordIdTaken or ImportFault.Refused)
        {
            return MaskText(value);
        }

        var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, LongestShownValue * 4)]);
        var shown = new StringBuilder();
        foreach (var c in text.Take(LongestShownValue))
        {
            shown.Append(char.IsControl(c) ? '�' : c);
        }

        return shown.Append(text.Length > LongestShownValue ? "…" : "").ToString();
    }

    private static string MaskText(ReadOnlySpan<byte> value)
    {
        if (value.Length > 0 && value[0] == '+')
        {
            return PhoneNumber.Mask(value);
        }

        var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, LongestShownValue)]);
        var shown = new char[text.Length];
        for (var i = 0; i < shown.Length; i++)
        {
            shown[i] = i < 2 || i >= shown.Length - 2 ? char.IsControl(text[i]) ? '�' : text[i] : '•';
        }

        return new string(shown);
    }

    private static string Lengths(NumberingPlan plan) => plan.MinDigits == plan.MaxDigits
        ? plan.MinDigits.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{plan.MinDigits} to {plan.MaxDigits}");
}
