using System.Globalization;
using System.Text;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Signal;
using DialerEngine.Cpd.Speech;
using DialerEngine.Media.Audio;

namespace DialerEngine.Cpd.Evidence;

/// <summary>
/// Draws the evidence behind a decision over time as SVG: waveform, spectrogram in twelve bands, level, the voice that answers, the
/// probability of a machine, and the marks of the report.
/// </summary>
public static class EvidencePlot
{
    /// <summary>Two minutes are enough to see any call; the picture stays below two megabytes.</summary>
    public const int MaxSamples = 120 * 8_000;

    private const int Width = 1_200;
    private const int MaxColumns = 600;
    private const int WaveTop = 20;
    private const int WaveHeight = 80;
    private const int SpectrogramTop = 120;
    private const int BandHeight = 8;
    private const int LevelTop = 240;
    private const int LevelHeight = 100;
    private const int ChanceTop = 360;
    private const int ChanceHeight = 100;
    private const int Bottom = 470;

    /// <summary>The picture of 8 kHz audio of one phase of a call; what is behind <see cref="MaxSamples"/> is left out.</summary>
    public static string Draw(string title, ReadOnlySpan<short> samples, CpdProfile profile, CpdPhase phase)
    {
        samples = samples[..Math.Min(samples.Length, MaxSamples)];
        var hops = Read(samples, profile, phase, out var report);
        var scale = Width / (double)Math.Max(hops.Count, 1);
        var text = new StringBuilder(256 * 1_024);
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"520\" font-family=\"sans-serif\" font-size=\"12\">\n");
        text.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        Wave(text, hops, scale);
        Spectrogram(text, hops);
        Voice(text, hops, scale);
        Line(text, hops, scale, h => LevelTop + LevelHeight - (Math.Clamp(h.LevelDb + 70, 0, 70) * LevelHeight / 70), "#2b6cb0");
        Line(text, hops, scale, h => ChanceTop + ((1 - h.Probability) * ChanceHeight), "#c05621");
        Title(text, 14, $"waveform: {title}");
        Title(text, SpectrogramTop - 4, "spectrogram, 281 to 3437 Hz");
        Title(text, LevelTop - 4, "level, -70 to 0 dBm0; green: the voice that answers");
        Title(text, ChanceTop - 4, "probability of a machine, 0 to 1");
        Mark(text, report.GreetingEndMs, "greeting ends", scale, 484, "#2f855a");
        Mark(text, report.BeepStartMs, "beep", scale, 498, "#6b46c1");
        Mark(text, report.BeepEndMs, string.Empty, scale, 498, "#6b46c1");
        Mark(text, report.DecisionMs, report.Outcome.ToString(), scale, 512, "#c53030");
        return text.Append("</svg>\n").ToString();
    }

    private static List<Column> Read(ReadOnlySpan<short> samples, CpdProfile profile, CpdPhase phase, out CpdReport report)
    {
        var analyzer = new CallAnalyzer(profile, phase);
        var columns = new List<Column>(samples.Length / Hop.Samples);
        for (var at = 0; at + Hop.Samples <= samples.Length; at += Hop.Samples)
        {
            var frame = samples.Slice(at, Hop.Samples);
            analyzer.Process(frame);
            var hop = default(Hop);
            if (at + Hop.Samples >= Spectrum.WindowSamples)
            {
                hop.Analyze(samples.Slice(at + Hop.Samples - Spectrum.WindowSamples, Spectrum.WindowSamples));
            }

            short low = 0, high = 0;
            foreach (var sample in frame)
            {
                (low, high) = (Math.Min(low, sample), Math.Max(high, sample));
            }

            columns.Add(new Column(low, high, (float)EnergyMeter.LevelDbm0(frame), analyzer.TryFeatures(out var features, out _, out _) ? AnswerModel.MachineProbability(features) : 0.5f, analyzer.IsVoiceHeard, hop.Bands));
        }

        analyzer.Complete();
        report = analyzer.Report;
        return columns;
    }

    private static void Wave(StringBuilder text, List<Column> columns, double scale)
    {
        const double Middle = WaveTop + (WaveHeight / 2.0);
        text.Append("<path stroke=\"#4a5568\" d=\"");
        for (var i = 0; i < columns.Count; i++)
        {
            var (top, bottom) = (Middle - (columns[i].High * WaveHeight / 65_536.0), Middle - (columns[i].Low * WaveHeight / 65_536.0));
            text.Append(CultureInfo.InvariantCulture, $"M{i * scale:F1},{top:F1}V{bottom + 0.1:F1}");
        }

        text.Append("\"/>\n");
    }

    private static void Spectrogram(StringBuilder text, List<Column> columns)
    {
        var step = Math.Max(1, (columns.Count + MaxColumns - 1) / MaxColumns);
        var width = Width * step / (double)Math.Max(columns.Count, 1);
        for (var at = 0; at < columns.Count; at += step)
        {
            for (var band = 0; band < BandLevels.Count; band++)
            {
                var power = 0f;
                for (var i = at; i < Math.Min(at + step, columns.Count); i++)
                {
                    power = MathF.Max(power, columns[i].Bands[band]);
                }

                var grey = (int)Math.Clamp(255 - ((Hop.ToDb(power) + 70) * 4), 0, 255);
                if (grey < 250)
                {
                    var y = SpectrogramTop + ((BandLevels.Count - 1 - band) * BandHeight);
                    text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{at / step * width:F1}\" y=\"{y}\" width=\"{width + 0.1:F1}\" height=\"{BandHeight}\" fill=\"#{grey:x2}{grey:x2}{grey:x2}\"/>\n");
                }
            }
        }
    }

    private static void Voice(StringBuilder text, List<Column> columns, double scale)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var start = i;
            while (i < columns.Count && columns[i].IsVoice)
            {
                i++;
            }

            if (i > start)
            {
                text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{start * scale:F1}\" y=\"{LevelTop}\" width=\"{(i - start) * scale:F1}\" height=\"{LevelHeight}\" fill=\"#c6f6d5\"/>\n");
            }
        }
    }

    private static void Line(StringBuilder text, List<Column> columns, double scale, Func<Column, double> y, string colour)
    {
        text.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colour}\" points=\"");
        for (var i = 0; i < columns.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i * scale:F1},{y(columns[i]):F1} ");
        }

        text.Append("\"/>\n");
    }

    private static void Title(StringBuilder text, int y, string title) =>
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{y}\">{System.Security.SecurityElement.Escape(title)}</text>\n");

    private static void Mark(StringBuilder text, int milliseconds, string name, double scale, int y, string colour)
    {
        if (milliseconds < 0)
        {
            return;
        }

        var x = milliseconds / (double)Hop.Milliseconds * scale;
        text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"{WaveTop}\" y2=\"{Bottom}\" stroke=\"{colour}\"/>");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 3:F1}\" y=\"{y}\" fill=\"{colour}\">{name} {milliseconds} ms</text>\n");
    }

    private readonly record struct Column(short Low, short High, float LevelDb, float Probability, bool IsVoice, BandLevels Bands);
}
