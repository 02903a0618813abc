using System.Globalization;
using DialerEngine.Adapters.Simulated.Simulation;

namespace DialerEngine.Host.Simulation;

/// <summary>Draws the course of runs: utilisation, abandonment against the cap, idle agents and dials over the time of day; each row of a comparison is one line.</summary>
internal static class ShiftPlot
{
    private const double HalfHourSteps = 1_800;
    private static readonly double[] HourSteps = [1 / 12.0, 1 / 6.0, 0.25, 0.5, 1, 2, 4, 8, 24];

    public static string Write(IReadOnlyList<ComparisonRow> rows)
    {
        var scenario = rows[0].Scenario;
        var seeds = rows[0].Runs.Count;
        var title = seeds > 1 ? $"{scenario.Name}: mean of {seeds} runs" : scenario.Name;
        var abandonment = Lines(rows, s => s.Abandonment, 100, smooth: false);
        abandonment.Add(Cap(rows[0]));
        return SvgChart.Write(title,
        [
            Panel("Utilisation, talk and wrap over logged-in time", "%", Lines(rows, s => s.Utilisation, 100, smooth: true)),
            Panel("Abandoned of the people of the last 30 minutes", "%", abandonment),
            Panel("Idle agents", "agents", Lines(rows, s => s.IdleAgents, 1, smooth: true)),
            Panel("Dials", "dials/s", Lines(rows, s => s.DialsPerSecond, 1, smooth: true)),
        ]);
    }

    private static SvgPanel Panel(string title, string unit, List<SvgLine> lines) => new(title, unit, lines)
    {
        XText = hour => TimeText(hour),
        XUnit = "time of day",
        XSteps = HourSteps,
    };

    private static string TimeText(double hour)
    {
        var minutes = (int)Math.Round(hour * 60);
        return string.Create(CultureInfo.InvariantCulture, $"{minutes / 60 % 24:00}:{minutes % 60:00}");
    }

    private static SvgLine Cap(ComparisonRow row)
    {
        var from = row.Scenario.StartOfDay / 3_600;
        var cap = row.CapOf(-1) * 100;
        return new SvgLine(string.Create(CultureInfo.InvariantCulture, $"cap {cap:0.##} %"), "#777777", [(from, cap), (from + (row.Scenario.Seconds / 3_600), cap)], Dashed: true);
    }

    private static List<SvgLine> Lines(IReadOnlyList<ComparisonRow> rows, Func<ShiftSeries, double[]> figure, double times, bool smooth)
    {
        var lines = new List<SvgLine>();
        for (var i = 0; i < rows.Count; i++)
        {
            var all = rows[i].Runs.Select(r => r.All.Series).ToList();
            var step = all[0].StepSeconds;
            var mean = Mean([.. all.Select(figure)]);

            // A minute holds a handful of calls: a moving mean of ten minutes shows the course, not the noise.
            mean = smooth ? Smooth(mean, Math.Max(1, (int)(HalfHourSteps / 3 / step))) : mean;
            var from = rows[i].Scenario.StartOfDay / 3_600;
            var label = rows.Count == 1 ? rows[i].Policy == ComparisonRow.Engine ? "engine" : rows[i].Policy : rows[i].Label;
            lines.Add(new SvgLine(label, SvgChart.Colors[i % SvgChart.Colors.Count], [.. mean.Select((v, k) => (from + ((k + 1) * step / 3_600), v * times))]));
        }

        return lines;
    }

    private static double[] Mean(IReadOnlyList<double[]> series)
    {
        var mean = new double[series[0].Length];
        for (var i = 0; i < mean.Length; i++)
        {
            var known = series.Select(s => s[i]).Where(double.IsFinite).ToList();
            mean[i] = known.Count > 0 ? known.Average() : double.NaN;
        }

        return mean;
    }

    private static double[] Smooth(double[] values, int over)
    {
        var smooth = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var from = Math.Max(0, i - over + 1);
            var known = values[from..(i + 1)].Where(double.IsFinite).ToArray();
            smooth[i] = known.Length > 0 && double.IsFinite(values[i]) ? known.Average() : double.NaN;
        }

        return smooth;
    }
}
