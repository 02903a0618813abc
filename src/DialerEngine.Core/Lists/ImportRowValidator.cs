using System.Buffers.Text;

namespace DialerEngine.Core.Lists;

/// <summary>A field of a row: a range of UTF-8 in the block that carries it.</summary>
public readonly record struct ImportField(int Offset, int Length);

/// <summary>Judges rows of an imported file field by field and turns them into cells. Pure; allocates nothing for a good row of numbers.</summary>
/// <param name="mapping">Which field goes to which column.</param>
/// <param name="home">Plan of numbers without a country code.</param>
/// <param name="duplicates">What becomes of a number that came before.</param>
/// <param name="zones">Numbers of time zones by name, where the file names them.</param>
public sealed class ImportRowValidator(ImportMapping mapping, NumberingPlan home, DuplicateRule duplicates, Dictionary<string, int> zones)
{
    private const int LongestZoneName = 64;

    /// <summary>Most addresses that are no numbers in one file; each takes about a hundred octets of memory.</summary>
    public const int MaxAddresses = 5_000_000;

    private readonly ListColumn[] _columns = [.. mapping.Columns];
    private readonly int[] _sources = [.. mapping.Sources];
    private readonly NumberSet _numbers = new();
    private readonly Dictionary<string, int> _otherContacts = new(StringComparer.OrdinalIgnoreCase);
    private readonly int _status = IndexOf(mapping, "record_status");
    private NumberingPlan? _lastPlan;

    /// <summary>The column that the last fault is about; null for the whole row.</summary>
    public ListColumn? FaultColumn { get; private set; }

    /// <summary>Which field of the row the last fault is about; -1 for the whole row.</summary>
    public int FaultField { get; private set; }

    /// <summary>The row that had the number first, where the last fault is DuplicateInFile.</summary>
    public int FirstRow { get; private set; }

    /// <summary>The plan that the last number was measured by.</summary>
    public NumberingPlan LastPlan => _lastPlan ?? home;

    /// <summary>Judges a row.</summary>
    /// <param name="row">Its number in the file.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="text">The block's text; numbers in E.164 form are written behind <paramref name="used"/>.</param>
    /// <param name="used">How much of the text is used; moves by at most <see cref="PhoneNumber.MaxLength"/>.</param>
    /// <param name="cells">Receives one cell for each column of the mapping.</param>
    public ImportFault Judge(int row, ReadOnlySpan<ImportField> fields, Span<byte> text, ref int used, Span<ListCell> cells)
    {
        FaultColumn = null;
        FaultField = -1;
        if (fields.Length != mapping.FileColumns)
        {
            return ImportFault.WrongColumnCount;
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            var field = fields[_sources[i]];
            var fault = i == mapping.ContactInfo
                ? ImportFault.None
                : i == mapping.ZoneByName ? JudgeZone(text.Slice(field.Offset, field.Length), out cells[i])
                : JudgeField(_columns[i], text.Slice(field.Offset, field.Length), field.Offset, out cells[i]);
            if (fault != ImportFault.None)
            {
                return At(i, fault);
            }
        }

        // A record that is said to be out with a group that does not know of it would be out for ever.
        if (_status >= 0 && cells[_status] is { Kind: ListCellKind.Integer, Bits: (long)RecordStatus.Retrieved or (long)RecordStatus.NoRecordStatus })
        {
            return At(_status, ImportFault.StatusOfNobody);
        }

        var contact = JudgeContact(row, fields[_sources[mapping.ContactInfo]], text, ref used, cells);
        return contact == ImportFault.None ? contact : At(mapping.ContactInfo, contact);
    }

    private static int IndexOf(ImportMapping mapping, string column)
    {
        for (var i = 0; i < mapping.Columns.Count; i++)
        {
            if (mapping.Columns[i].Name == column)
            {
                return i;
            }
        }

        return -1;
    }

    private static ImportFault JudgeField(ListColumn column, ReadOnlySpan<byte> value, int offset, out ListCell cell)
    {
        cell = default;
        if (column.Kind == ListColumnKind.Text)
        {
            if (value.IsEmpty && column.Default is not "")
            {
                return ImportFault.None;
            }

            // Characters are never more than octets, so counting is needed for long values only.
            if (value.Length > column.MaxLength && System.Text.Encoding.UTF8.GetCharCount(value) > column.MaxLength)
            {
                return ImportFault.TextTooLong;
            }

            cell = ListCell.OfText(offset, value.Length);
            return value.Contains((byte)0) ? ImportFault.ControlCharacter : ImportFault.None;
        }

        value = value.Trim((byte)' ');
        if (value.IsEmpty)
        {
            return ImportFault.None;
        }

        if (column.Kind == ListColumnKind.Real)
        {
            if (!Utf8Parser.TryParse(value, out double real, out var read) || read != value.Length || !double.IsFinite(real))
            {
                return ImportFault.NotAReal;
            }

            cell = ListCell.OfReal(real);
            return ImportFault.None;
        }

        if (!Utf8Parser.TryParse(value, out long integer, out var length) || length != value.Length)
        {
            return ImportFault.NotAnInteger;
        }

        cell = ListCell.OfInteger(integer);
        return integer < column.Min || integer > column.Max ? ImportFault.OutOfRange : ImportFault.None;
    }

    private ImportFault JudgeZone(ReadOnlySpan<byte> value, out ListCell cell)
    {
        cell = default;
        value = value.Trim((byte)' ');
        if (value.IsEmpty)
        {
            return ImportFault.None;
        }

        Span<char> name = stackalloc char[LongestZoneName];
        if (value.Length > LongestZoneName
            || !zones.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..System.Text.Encoding.UTF8.GetChars(value, name)], out var number))
        {
            return ImportFault.UnknownTimeZone;
        }

        cell = ListCell.OfInteger(number);
        return ImportFault.None;
    }

    private ImportFault JudgeContact(int row, ImportField field, Span<byte> text, ref int used, Span<ListCell> cells)
    {
        var value = text.Slice(field.Offset, field.Length);
        ref var cell = ref cells[mapping.ContactInfo];
        if (mapping.ContactType >= 0 && cells[mapping.ContactType] is { Kind: ListCellKind.Integer, Bits: (long)PhoneType.EmailAddress or (long)PhoneType.InstantMessaging })
        {
            return JudgeAddress(row, field, value, ref cell);
        }

        var error = PhoneNumber.TryNormalise(value, home, text[used..], out var length, out var plan);
        _lastPlan = plan;
        if (error != PhoneNumberError.None)
        {
            return FaultOf(error);
        }

        cell = ListCell.OfText(used, length);
        used += length;
        if (duplicates != DuplicateRule.Allow && _numbers.IsFull)
        {
            return ImportFault.TooManyNumbers;
        }

        if (duplicates == DuplicateRule.Allow || _numbers.TryAdd(PhoneNumber.KeyOf(text.Slice(cell.Offset, length)), row, out var first))
        {
            return ImportFault.None;
        }

        FirstRow = first;
        return ImportFault.DuplicateInFile;
    }

    private ImportFault JudgeAddress(int row, ImportField field, ReadOnlySpan<byte> value, ref ListCell cell)
    {
        if (value.IsEmpty)
        {
            return ImportFault.NumberMissing;
        }

        if (value.Length > _columns[mapping.ContactInfo].MaxLength)
        {
            return ImportFault.TextTooLong;
        }

        cell = ListCell.OfText(field.Offset, field.Length);
        if (duplicates == DuplicateRule.Allow)
        {
            return ImportFault.None;
        }

        if (_otherContacts.Count == MaxAddresses)
        {
            return ImportFault.TooManyNumbers;
        }

        var address = System.Text.Encoding.UTF8.GetString(value);
        FirstRow = _otherContacts.GetValueOrDefault(address);
        return _otherContacts.TryAdd(address, row) ? ImportFault.None : ImportFault.DuplicateInFile;
    }

    private static ImportFault FaultOf(PhoneNumberError error) => error switch
    {
        PhoneNumberError.None => ImportFault.None,
        PhoneNumberError.Empty => ImportFault.NumberMissing,
        PhoneNumberError.TooShort => ImportFault.NumberTooShort,
        PhoneNumberError.TooLong => ImportFault.NumberTooLong,
        PhoneNumberError.UnknownCountryCode => ImportFault.UnknownCountryCode,
        PhoneNumberError.BadAreaCode => ImportFault.BadAreaCode,
        _ => ImportFault.NotANumber,
    };

    private ImportFault At(int column, ImportFault fault)
    {
        FaultColumn = _columns[column];
        FaultField = _sources[column];
        return fault;
    }
}
