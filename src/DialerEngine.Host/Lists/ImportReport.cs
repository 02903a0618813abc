using System.Globalization;
using System.Text;

namespace DialerEngine.Host.Lists;

/// <summary>What came of an import.</summary>
internal sealed class ImportReport
{
    /// <summary>Rows that are told one by one; all of them are counted and in the reject file.</summary>
    public const int ToldRows = 20;

    public required string File { get; init; }

    public required string List { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Rows of the file without the header and empty lines.</summary>
    public long Rows { get; set; }

    /// <summary>Good rows: in the list now, unless nothing was kept.</summary>
    public long Accepted { get; set; }

    /// <summary>Rows with faults.</summary>
    public long Rejected { get; set; }

    /// <summary>Rows left out because their number is there already.</summary>
    public long Skipped { get; set; }

    /// <summary>True when the rows are in the list.</summary>
    public bool IsCommitted { get; set; }

    /// <summary>Where the rows with faults are; null where there are none.</summary>
    public string? RejectFile { get; set; }

    public TimeSpan Elapsed { get; set; }

    /// <summary>The first rows with faults or left out, one line each.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>The report as a user reads it.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        var seconds = Math.Max(Elapsed.TotalSeconds, 0.001);
        var name = Path.GetFileName(File);
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"{name}: {Accepted:N0} of {Rows:N0} rows {(IsCommitted ? $"accepted into {List}" : "are good")}");
        if (Skipped > 0)
        {
            text.Append(culture, $", {Skipped:N0} left out as duplicates");
        }

        if (Rejected > 0)
        {
            text.Append(culture, $", {Rejected:N0} rejected");
            if (RejectFile is not null)
            {
                text.Append(culture, $" → {RejectFile}");
            }
        }

        text.Append(culture, $"  ({seconds:N1} s, {Rows / seconds:N0} rows/s)").AppendLine();
        foreach (var line in Lines)
        {
            text.Append("  ").AppendLine(line);
        }

        if (Rejected + Skipped > Lines.Count)
        {
            text.Append(culture, $"  and {Rejected + Skipped - Lines.Count:N0} more").AppendLine();
        }

        text.AppendLine(Conclusion());
        return text.ToString();
    }

    private string Conclusion()
    {
        if (DryRun)
        {
            return "Dry run: nothing was changed.";
        }

        if (!IsCommitted)
        {
            return Rejected > 0
                ? "Nothing was imported, because --mode all takes all rows or none. Fix the rows above and import the file again, or say --mode good."
                : "Nothing was imported.";
        }

        if (Accepted == 0 && Rejected == 0)
        {
            return $"Nothing in it was new for {List}.";
        }

        return RejectFile is null
            ? $"All good rows are in {List}."
            : $"Fix {RejectFile} and import it alone; accepted rows will not be loaded twice.";
    }
}
