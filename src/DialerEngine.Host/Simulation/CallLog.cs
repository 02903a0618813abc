using System.Globalization;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Simulation;

/// <summary>One call of a log. Times in seconds; null where the cell is empty.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Start">When it was dialled, seconds from the first call of the log.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Ring">From the dial to the answer, or to the end of a call that nobody answered.</param>
/// <param name="Detection">From the answer to the verdict.</param>
/// <param name="Wait">From the verdict to the agent, or to the end of a person's patience.</param>
/// <param name="Talk">Talk; a call with talk reached an agent.</param>
/// <param name="Wrap">After-call work.</param>
/// <param name="Agent">Who took it; empty for nobody.</param>
internal sealed record LoggedCall(int Line, double Start, CallResult Result, double Ring, double? Detection, double? Wait, double? Talk, double? Wrap, string Agent);

/// <summary>
/// Reads logs of real calls: comma-separated values (RFC 4180 without line ends in cells) with a line of column names. Bounds: 1 GiB, a million
/// lines, 64 KiB a line.
/// </summary>
internal static class CallLog
{
    private const int MostRows = 1_000_000;
    private const int LongestLine = 65_536;
    private const long LargestFile = 1L << 30;

    /// <summary>Columns that a log has; the first three must be there.</summary>
    public static readonly IReadOnlyList<string> Columns = ["start", "result", "ring", "detection", "wait", "talk", "wrap", "agent"];

    /// <summary>The numbers of one column; else a sentence about the column or the file.</summary>
    public static (string Sentence, bool OfColumn)? TryReadColumn(string file, string column, out List<double> numbers)
    {
        var found = new List<double>();
        var at = -1;
        var ofColumn = false;
        var fault = TryEachRow(file, (cells, line) =>
        {
            if (line == 1)
            {
                at = cells.FindIndex(c => c.Equals(column, StringComparison.OrdinalIgnoreCase));
                ofColumn = at < 0;
                return at >= 0 ? null : $"is not a column of the file, which has {string.Join(", ", cells.Take(30).Select(ConfigurationNode.Shorten))}";
            }

            var cell = at < cells.Count ? cells[at] : "";
            if (cell.Length > 0 && !TrySeconds(cell, out _))
            {
                ofColumn = true;
                return $"has no number of seconds in line {line} of the file, but \"{ConfigurationNode.Shorten(cell)}\"";
            }

            if (cell.Length > 0 && TrySeconds(cell, out var number))
            {
                found.Add(number);
            }

            return null;
        });
        numbers = found;
        return fault is not null ? (fault, ofColumn) : found.Count > 0 ? null : ("has no number in the file", true);
    }

    /// <summary>All calls in the order of their starts; else null and a sentence.</summary>
    public static List<LoggedCall>? TryRead(string file, out string? fault)
    {
        var calls = new List<LoggedCall>();
        var at = new int[Columns.Count];
        fault = TryEachRow(file, (cells, line) => line == 1 ? Header(cells, at) : ReadCall(cells, line, at, calls));
        fault ??= calls.Count == 0 ? "has no call in it" : null;
        if (fault is not null)
        {
            return null;
        }

        var first = calls.Min(c => c.Start);
        return [.. calls.Select(c => c with { Start = c.Start - first }).OrderBy(c => c.Start).ThenBy(c => c.Line)];
    }

    private static string? Header(List<string> cells, int[] at)
    {
        for (var i = 0; i < at.Length; i++)
        {
            at[i] = cells.FindIndex(c => c.Equals(Columns[i], StringComparison.OrdinalIgnoreCase));
            if (i < 3 && at[i] < 0)
            {
                return $"has no column \"{Columns[i]}\" in its first line; a log of calls has {string.Join(", ", Columns)}";
            }
        }

        return null;
    }

    private static string? ReadCall(List<string> cells, int line, int[] at, List<LoggedCall> calls)
    {
        string Cell(int column) => at[column] >= 0 && at[column] < cells.Count ? cells[at[column]] : "";
        if (!TryStart(Cell(0), out var start))
        {
            return $"line {line}, start: \"{ConfigurationNode.Shorten(Cell(0))}\" is neither a number of seconds nor a time like 2026-01-05T09:00:00Z";
        }

        var result = Cell(1).Replace(" ", "", StringComparison.Ordinal);
        if (!Enum.TryParse<CallResult>(result, ignoreCase: true, out var known) || !Enum.IsDefined(known))
        {
            return $"line {line}, result: \"{ConfigurationNode.Shorten(result)}\" is not a call result, e.g. Answer, AnsweringMachine, Busy, NoAnswer, SitVacant, Dropped";
        }

        var times = new double?[5];
        for (var i = 0; i < times.Length; i++)
        {
            var cell = Cell(i + 2);
            if (cell.Length == 0)
            {
                continue;
            }

            if (!TrySeconds(cell, out var seconds))
            {
                return $"line {line}, {Columns[i + 2]}: \"{ConfigurationNode.Shorten(cell)}\" is not a number of seconds";
            }

            times[i] = seconds;
        }

        calls.Add(new LoggedCall(line, start, known, times[0] ?? 0, times[1], times[2], times[3], times[4], Cell(7)));
        return null;
    }

    private static string? TryEachRow(string file, Func<List<string>, int, string?> take)
    {
        try
        {
            if (new FileInfo(file).Length > LargestFile)
            {
                return "is larger than 1 GiB; take a part of it";
            }

            var line = 0;
            foreach (var text in File.ReadLines(file))
            {
                line++;
                if (line > MostRows + 1 || text.Length > LongestLine)
                {
                    return line > MostRows ? $"has more than {MostRows:N0} lines; take fewer" : $"line {line}: is longer than {LongestLine:N0} characters";
                }

                if (text.Length > 0 && take(Split(text), line) is { } fault)
                {
                    return fault;
                }
            }

            return line == 0 ? "is empty" : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return fault is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"cannot be read: {fault.Message}";
        }
    }

    private static List<string> Split(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString().Trim());
        return cells;
    }

    private static bool TryStart(string text, out double start)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out start) && start is >= 0 and <= 1e11)
        {
            return true;
        }

        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at);
        start = at.ToUnixTimeMilliseconds() / 1_000.0;
        return isTime;
    }

    private static bool TrySeconds(string text, out double seconds) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds) && seconds is >= 0 and <= ScenarioTable.LongestSeconds;
}
