using System.Globalization;
using System.Text;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;

namespace DialerEngine.Host.Cpd;

/// <summary>Draws the evidence over time as SVG: level, the model's probability of a machine, and the marks of the report.</summary>
internal static class CpdEvidencePlot
{
    private const int HopSamples = 160;

    // Two minutes are enough to see any call; the picture stays below a megabyte.
    private const int MaxHops = 6_000;
    private const int Width = 1_200;
    private const int LevelHeight = 200;
    private const int ChanceTop = 230;
    private const int ChanceHeight = 120;

    /// <summary>The picture of a file; null and one sentence when it cannot be analysed.</summary>
    public static string? TryDraw(string file, CpdProfile profile, CpdPhase phase, out string fault)
    {
        fault = string.Empty;
        try
        {
            using var stream = File.OpenRead(file);
            var error = WavAudioStream.TryOpen(stream, out var audio);
            if (audio is null)
            {
                fault = WavAudioStream.Describe(error);
                return null;
            }

            return Draw(file, audio, profile, phase);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            fault = $"cannot be read: {e.Message}";
            return null;
        }
    }

    private static string Draw(string file, WavAudioStream audio, CpdProfile profile, CpdPhase phase)
    {
        var analyzer = new CallAnalyzer(profile, phase);
        var levels = new List<double>();
        var chances = new List<double>();
        var frame = new short[HopSamples];
        int read;
        while (levels.Count < MaxHops && (read = audio.Read(frame)) > 0)
        {
            analyzer.Process(frame.AsSpan(0, read));
            levels.Add(DialerEngine.Media.Audio.EnergyMeter.LevelDbm0(frame.AsSpan(0, read)));
            chances.Add(analyzer.Report.MachineProbability);
        }

        analyzer.Complete();
        var report = analyzer.Report;
        var scale = Width / (double)Math.Max(levels.Count, 1);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"400\" font-family=\"sans-serif\" font-size=\"12\">\n");
        text.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        Line(text, levels, scale, level => LevelHeight - (Math.Clamp(level + 70, 0, 70) * LevelHeight / 70), "#2b6cb0");
        Line(text, chances, scale, chance => ChanceTop + ((1 - chance) * ChanceHeight), "#c05621");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"14\">level, -70 to 0 dBm0: {Escape(Path.GetFileName(file))}</text>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{ChanceTop - 4}\">probability of a machine, 0 to 1</text>\n");
        Mark(text, report.GreetingEndMs, "greeting ends", scale, 374, "#2f855a");
        Mark(text, report.BeepStartMs, "beep", scale, 386, "#6b46c1");
        Mark(text, report.BeepEndMs, string.Empty, scale, 386, "#6b46c1");
        Mark(text, report.DecisionMs, report.Outcome.ToString(), scale, 398, "#c53030");
        return text.Append("</svg>\n").ToString();
    }

    private static void Line(StringBuilder text, List<double> values, double scale, Func<double, double> y, string colour)
    {
        text.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colour}\" points=\"");
        for (var i = 0; i < values.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i * scale:F1},{y(values[i]):F1} ");
        }

        text.Append("\"/>\n");
    }

    private static void Mark(StringBuilder text, int milliseconds, string name, double scale, int y, string colour)
    {
        if (milliseconds < 0)
        {
            return;
        }

        var x = milliseconds / 20.0 * scale;
        text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"0\" y2=\"360\" stroke=\"{colour}\"/>");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 3:F1}\" y=\"{y}\" fill=\"{colour}\">{name} {milliseconds} ms</text>\n");
    }

    private static string Escape(string text) => System.Security.SecurityElement.Escape(text) ?? string.Empty;
}
