using System.Globalization;

namespace DialerEngine.Host.Simulation;

/// <summary>Prints rows of a comparison as a table (Markdown, columns aligned).</summary>
internal static class ComparisonTable
{
    private static readonly string[] Heads =
    [
        "run", "utilisation", "abandoned", "above cap", "worst 30 min", "noise floor", "person waits", "agent waits", "lines mean/max", "dials/s mean/max", "dials", "connects", "wall",
    ];

    public static void Write(TextWriter output, IReadOnlyList<ComparisonRow> rows)
    {
        var cells = new List<string[]>();
        foreach (var row in rows)
        {
            cells.Add(Cells(row, row.Label, -1));
            for (var g = 0; row.Scenario.Groups.Count > 1 && g < row.Scenario.Groups.Count; g++)
            {
                cells.Add(Cells(row, "- " + row.Scenario.Groups[g].Name, g));
            }
        }

        Write(output, Heads, cells);
    }

    /// <summary>Writes any table with aligned columns.</summary>
    public static void Write(TextWriter output, string[] heads, IReadOnlyList<string[]> cells)
    {
        var widths = heads.Select((h, i) => cells.Select(c => c[i].Length).Append(h.Length).Max()).ToArray();
        output.WriteLine("| " + string.Join(" | ", heads.Select((h, i) => h.PadRight(widths[i]))) + " |");
        output.WriteLine("|" + string.Join("|", widths.Select(w => new string('-', w + 2))) + "|");
        foreach (var line in cells)
        {
            output.WriteLine("| " + string.Join(" | ", line.Select((c, i) => c.PadRight(widths[i]))) + " |");
        }
    }

    private static string[] Cells(ComparisonRow row, string label, int group)
    {
        var several = row.Runs.Count > 1;
        return
        [
            label,
            WithInterval(row.Of(group, r => r.Utilisation), several, 1, 4, ""),
            WithInterval(row.Of(group, r => r.Abandonment), several, 100, 2, " %"),
            $"{row.AboveCap(group)}/{row.Runs.Count}",
            Number(row.Of(group, r => r.WorstHalfHour).Mean * 100, 1) + " %" + (several ? $" (max {Number(row.Most(group, r => r.WorstHalfHour) * 100, 1)} %)" : ""),
            Number(row.Of(group, r => r.NoiseFloor).Mean * 100, 1) + " %",
            Number(row.Of(group, r => r.MeanWait).Mean, 2) + " s",
            Number(row.Of(group, r => r.MeanIdle).Mean, 1) + " s",
            Number(row.Of(group, r => r.MeanLines).Mean, 1) + "/" + Number(row.Of(group, r => r.MaxLines).Mean, 0),
            Number(row.Of(group, r => r.DialsPerSecond).Mean, 2) + "/" + Number(row.Of(group, r => r.MaxDialsPerSecond).Mean, 0),
            Number(row.Of(group, r => r.Dials).Mean, 0),
            Number(row.Of(group, r => r.Connected).Mean, 0),
            group < 0 ? Number(row.WallSeconds, 2) + " s" : "",
        ];
    }

    private static string WithInterval(Estimate estimate, bool several, double times, int digits, string unit) =>
        Number(estimate.Mean * times, digits) + unit + (several ? " ± " + Number(estimate.Half * times, digits) : "");

    private static string Number(double value, int digits) => value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
