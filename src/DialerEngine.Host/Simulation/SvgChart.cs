using System.Globalization;
using System.Text;

namespace DialerEngine.Host.Simulation;

/// <summary>One line of a chart.</summary>
/// <param name="Label">Name in the legend.</param>
/// <param name="Color">Colour.</param>
/// <param name="Points">Points by x; where y is not a number the line has a gap.</param>
/// <param name="Dashed">True for a reference.</param>
internal sealed record SvgLine(string Label, string Color, IReadOnlyList<(double X, double Y)> Points, bool Dashed = false);

/// <summary>One panel: axes with units, and lines.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="YUnit">Unit of the vertical axis.</param>
/// <param name="Lines">The lines.</param>
/// <param name="MarkPoints">True draws a point at each value.</param>
internal sealed record SvgPanel(string Title, string YUnit, IReadOnlyList<SvgLine> Lines, bool MarkPoints = false)
{
    /// <summary>Writes an x value at its tick.</summary>
    public Func<double, string>? XText { get; init; }

    public string XUnit { get; init; } = "";

    /// <summary>Distances that ticks of the x axis may have; null for round decimal ones.</summary>
    public double[]? XSteps { get; init; }
}

/// <summary>Writes charts as SVG 1.1: panels under each other, one legend. Needs no library and no fonts beyond the viewer's.</summary>
internal static class SvgChart
{
    private const int Width = 960;
    private const int PanelHeight = 210;
    private const int Left = 70;
    private const int Right = 20;
    private const int Head = 40;

    /// <summary>Colours that people with colour blindness can tell apart (Okabe and Ito 2008).</summary>
    public static readonly IReadOnlyList<string> Colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"];

    public static string Write(string title, IReadOnlyList<SvgPanel> panels)
    {
        var legend = panels.SelectMany(p => p.Lines).DistinctBy(l => l.Label).ToList();
        var rows = LegendRows(legend);
        var top = Head + (rows * 20) + 10;
        var height = top + (panels.Count * PanelHeight) + 10;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" font-family="sans-serif" font-size="12">""").Append('\n');
        svg.Append(CultureInfo.InvariantCulture, $"""<rect width="{Width}" height="{height}" fill="#ffffff"/>""").Append('\n');
        Text(svg, Left, 24, title, "start", "font-size=\"17\" font-weight=\"bold\"");
        WriteLegend(svg, legend);
        for (var i = 0; i < panels.Count; i++)
        {
            WritePanel(svg, panels[i], top + (i * PanelHeight));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static int LegendRows(List<SvgLine> legend)
    {
        var (rows, x) = (1, Left);
        foreach (var line in legend)
        {
            if (x + LegendWidth(line) > Width - Right && x > Left)
            {
                rows++;
                x = Left;
            }

            x += LegendWidth(line);
        }

        return rows;
    }

    private static int LegendWidth(SvgLine line) => 44 + (line.Label.Length * 7);

    private static void WriteLegend(StringBuilder svg, List<SvgLine> legend)
    {
        var (x, y) = (Left, Head);
        foreach (var line in legend)
        {
            if (x + LegendWidth(line) > Width - Right && x > Left)
            {
                x = Left;
                y += 20;
            }

            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{x}" y1="{y}" x2="{x + 24}" y2="{y}" stroke="{line.Color}" stroke-width="2"{Dash(line)}/>""").Append('\n');
            Text(svg, x + 30, y + 4, line.Label, "start");
            x += LegendWidth(line);
        }
    }

    private static string Dash(SvgLine line) => line.Dashed ? " stroke-dasharray=\"6 4\"" : "";

    private static void WritePanel(StringBuilder svg, SvgPanel panel, int top)
    {
        var (y0, y1) = (top + PanelHeight - 40, top + 24);
        var points = panel.Lines.SelectMany(l => l.Points).Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).ToList();
        var (xMin, xMax) = points.Count > 0 ? (points.Min(p => p.X), points.Max(p => p.X)) : (0, 1);
        xMax = xMax > xMin ? xMax : xMin + 1;
        var (yMin, yMax) = Range(points);
        double X(double x) => Left + ((x - xMin) / (xMax - xMin) * (Width - Left - Right));
        double Y(double y) => y0 - ((y - yMin) / (yMax - yMin) * (y0 - y1));

        Text(svg, Left, top + 14, panel.YUnit.Length > 0 ? $"{panel.Title} ({panel.YUnit})" : panel.Title, "start", "font-weight=\"bold\"");
        var yStep = Step((yMax - yMin) / 4);
        for (var y = Math.Ceiling((yMin / yStep) - 1e-9) * yStep; y <= yMax + (yStep * 1e-6); y += yStep)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{Left}" y1="{Y(y):F1}" x2="{Width - Right}" y2="{Y(y):F1}" stroke="#dddddd"/>""").Append('\n');
            Text(svg, Left - 6, Y(y) + 4, Math.Round(y, 6).ToString("0.####", CultureInfo.InvariantCulture), "end");
        }

        var xStep = panel.XSteps is { } steps ? steps.FirstOrDefault(s => (xMax - xMin) / s <= 12, steps[^1]) : Step((xMax - xMin) / 8);
        for (var x = Math.Ceiling((xMin / xStep) - 1e-9) * xStep; x <= xMax + (xStep * 1e-6); x += xStep)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{X(x):F1}" y1="{y0}" x2="{X(x):F1}" y2="{y0 + 4}" stroke="#555555"/>""").Append('\n');
            Text(svg, X(x), y0 + 17, panel.XText?.Invoke(x) ?? Math.Round(x, 6).ToString("0.####", CultureInfo.InvariantCulture), "middle");
        }

        Text(svg, Width - Right, y0 + 32, panel.XUnit, "end");
        svg.Append(CultureInfo.InvariantCulture, $"""<path d="M{Left} {y1}V{y0}H{Width - Right}" fill="none" stroke="#555555"/>""").Append('\n');
        foreach (var line in panel.Lines)
        {
            WriteLine(svg, line, X, Y, panel.MarkPoints);
        }
    }

    private static void WriteLine(StringBuilder svg, SvgLine line, Func<double, double> x, Func<double, double> y, bool mark)
    {
        var path = new StringBuilder();
        var pen = false;
        foreach (var point in line.Points)
        {
            if (!double.IsFinite(point.Y))
            {
                pen = false;
                continue;
            }

            path.Append(CultureInfo.InvariantCulture, $"{(pen ? 'L' : 'M')}{x(point.X):F1} {y(point.Y):F1}");
            pen = true;
            if (mark && !line.Dashed)
            {
                svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{x(point.X):F1}" cy="{y(point.Y):F1}" r="3.5" fill="{line.Color}"/>""").Append('\n');
            }
        }

        if (path.Length > 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<path d="{path}" fill="none" stroke="{line.Color}" stroke-width="1.6" stroke-linejoin="round"{Dash(line)}/>""").Append('\n');
        }
    }

    private static (double Least, double Most) Range(List<(double X, double Y)> points)
    {
        if (points.Count == 0)
        {
            return (0, 1);
        }

        var (least, most) = (points.Min(p => p.Y), points.Max(p => p.Y));

        // From zero, unless that would press everything together at the top.
        least = least > 0 && least < 0.6 * most ? 0 : least;
        var margin = Math.Max((most - least) * 0.06, Math.Abs(most) * 0.01);
        margin = margin > 0 ? margin : 0.5;
        return (least == 0 ? 0 : least - margin, most + margin);
    }

    private static double Step(double about)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(about)));
        var lead = about / power;
        return power * (lead <= 1.5 ? 1 : lead <= 3.5 ? 2 : lead <= 7.5 ? 5 : 10);
    }

    private static void Text(StringBuilder svg, double x, double y, string text, string anchor, string more = "") =>
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{x:F1}" y="{y:F1}" text-anchor="{anchor}" fill="#222222" {more}>{Escaped(text)}</text>""").Append('\n');

    private static string Escaped(string text)
    {
        var safe = string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return safe.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
    }
}
