using DialerEngine.Core.Lists;

namespace DialerEngine.Host.Lists;

/// <summary>A row of a block as the CSV reader found it.</summary>
internal struct CsvRow
{
    /// <summary>Line of the file on which the row begins, from 1.</summary>
    public int Line;

    /// <summary>The row as it stands in the file, without its line end.</summary>
    public int RawOffset;
    public int RawLength;

    public int FirstField;
    public int FieldCount;

    /// <summary>What is wrong with it as CSV, and after validation with its values.</summary>
    public ImportFault Fault;

    /// <summary>Which field the fault is about; -1 for the whole row.</summary>
    public int FaultField;
    public ListColumn? FaultColumn;
    public NumberingPlan? FaultPlan;
    public int FirstLine;
}

/// <summary>
/// Some rows of a file on their way from the reader over the validator to the writer. Blocks go round: the text, the fields and the
/// cells of one are used again for later rows.
/// </summary>
internal sealed class ImportBlock
{
    /// <summary>Rows at most.</summary>
    public const int MaxRows = 4_096;

    // What validation adds to the text: one E.164 number a row.
    private const int Reserve = MaxRows * PhoneNumber.MaxLength;

    public byte[] Text { get; private set; } = [];

    /// <summary>Octets of the file in the text; behind them is room for unescaped fields and numbers.</summary>
    public int FileOctets { get; set; }

    /// <summary>First octet of the text that is free.</summary>
    public int Used { get; set; }

    public CsvRow[] Rows { get; } = new CsvRow[MaxRows];

    public int RowCount { get; set; }

    public ImportField[] Fields { get; private set; } = new ImportField[MaxRows * 8];

    public int FieldCount { get; set; }

    public ListCell[] Cells { get; private set; } = [];

    /// <summary>Octets of the file read so far, for the progress.</summary>
    public long FilePosition { get; set; }

    public void Clear()
    {
        FileOctets = 0;
        Used = 0;
        RowCount = 0;
        FieldCount = 0;
    }

    /// <summary>Makes room for that much of the file; unescaping never needs more than the same again.</summary>
    public void EnsureText(int fileOctets)
    {
        var needed = (fileOctets * 2) + Reserve;
        if (Text.Length < needed)
        {
            var larger = new byte[needed];
            Text.AsSpan(0, FileOctets).CopyTo(larger);
            Text = larger;
        }
    }

    public void AddField(int offset, int length)
    {
        if (FieldCount == Fields.Length)
        {
            var larger = new ImportField[Fields.Length * 2];
            Fields.CopyTo(larger, 0);
            Fields = larger;
        }

        Fields[FieldCount++] = new ImportField(offset, length);
    }

    public void EnsureCells(int columns)
    {
        if (Cells.Length < MaxRows * columns)
        {
            Cells = new ListCell[MaxRows * columns];
        }
    }
}
