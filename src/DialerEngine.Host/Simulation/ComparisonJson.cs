using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DialerEngine.Adapters.Simulated.Simulation;

namespace DialerEngine.Host.Simulation;

/// <summary>
/// Writes a comparison as one JSON object: the figures of the first row at its top, all rows under <c>results</c>. Names are part of the contract with
/// users' scripts (docs/simulate.md). Only <c>wallSeconds</c> differs between two runs of one command.
/// </summary>
internal static class ComparisonJson
{
    private static readonly (string Name, Func<ShiftResult, double> Figure)[] Figures =
    [
        ("utilisation", r => r.Utilisation),
        ("abandonment", r => r.Abandonment),
        ("worstHalfHour", r => r.WorstHalfHour),
        ("noiseFloor", r => r.NoiseFloor),
        ("meanWaitSeconds", r => r.MeanWait),
        ("meanIdleSeconds", r => r.MeanIdle),
        ("linesMean", r => r.MeanLines),
        ("linesMax", r => r.MaxLines),
        ("dialsPerSecond", r => r.DialsPerSecond),
        ("dialsPerSecondMax", r => r.MaxDialsPerSecond),
        ("dials", r => r.Dials),
        ("connected", r => r.Connected),
        ("abandoned", r => r.Abandoned),
    ];

    public static string Write(IReadOnlyList<ComparisonRow> rows, long seed)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("scenario", rows[0].Scenario.Name);
            writer.WriteNumber("seed", seed);
            writer.WriteNumber("seeds", rows[0].Runs.Count);
            WriteFigures(writer, rows[0], -1);
            writer.WriteNumber("wallSeconds", Math.Round(rows.Sum(r => r.WallSeconds), 3));
            writer.WriteStartArray("results");
            foreach (var row in rows)
            {
                WriteRow(writer, row);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteRow(Utf8JsonWriter writer, ComparisonRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("name", row.Name);
        writer.WriteString("policy", row.Policy);
        WriteFigures(writer, row, -1);
        writer.WriteStartArray("groups");
        for (var g = 0; g < row.Scenario.Groups.Count; g++)
        {
            writer.WriteStartObject();
            writer.WriteString("name", row.Scenario.Groups[g].Name);
            WriteFigures(writer, row, g);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("runs");
        foreach (var run in row.Runs)
        {
            writer.WriteStartObject();
            foreach (var (name, figure) in Figures)
            {
                writer.WriteNumber(name, Rounded(figure(run.All)));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFigures(Utf8JsonWriter writer, ComparisonRow row, int group)
    {
        foreach (var (name, figure) in Figures)
        {
            var estimate = row.Of(group, figure);
            writer.WriteNumber(name, Rounded(estimate.Mean));
            if (row.Runs.Count > 1 && name is "utilisation" or "abandonment")
            {
                writer.WriteNumber(name + "Half95", Rounded(estimate.Half));
            }
        }

        writer.WriteNumber("worstHalfHourMost", Rounded(row.Most(group, r => r.WorstHalfHour)));
        writer.WriteNumber("cap", row.CapOf(group));
        writer.WriteNumber("runsAboveCap", row.AboveCap(group));
    }

    private static double Rounded(double value) => Math.Round(value, 6);
}
