using System.Globalization;
using System.Text.Json;
using DialerEngine.Core;

namespace DialerEngine.Host.Simulation;

/// <summary>
/// A log of real calls as lines of <c>pacing serve</c>: a file of such lines as it is, or a CSV of calls turned into them, with a tick each second where
/// there is none.
/// </summary>
internal static class ReplayLog
{
    /// <summary>The lines, and whether ticks must be put between them; null and a sentence where the file cannot be read.</summary>
    public static (IEnumerable<string> Lines, bool NeedsTicks)? TryOpen(string file, out string? fault)
    {
        fault = null;
        try
        {
            var first = File.ReadLines(file).FirstOrDefault(l => l.Trim().Length > 0);
            if (first is null)
            {
                fault = "is empty";
                return null;
            }

            if (first.TrimStart().StartsWith('{'))
            {
                return (File.ReadLines(file), !File.ReadLines(file).Any(l => l.Contains("\"tick\"", StringComparison.Ordinal)));
            }
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            fault = bad is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"cannot be read: {bad.Message}";
            return null;
        }

        var calls = CallLog.TryRead(file, out fault);
        return calls is null ? null : (LinesOf(calls), true);
    }

    /// <summary>A CSV of calls as lines of <c>pacing serve</c>. An agent is there from a minute before the first call until after the last.</summary>
    internal static IEnumerable<string> LinesOf(IReadOnlyList<LoggedCall> calls)
    {
        var lines = new List<(double At, int Order, string Text)>();
        var agents = new Dictionary<string, (double From, double To)>(StringComparer.Ordinal);
        var unnamed = new List<double>();
        void Add(double at, string text) => lines.Add((at, lines.Count, string.Create(CultureInfo.InvariantCulture, $"{{\"t\":{at:0.###},{text}}}")));
        for (var i = 0; i < calls.Count; i++)
        {
            var call = calls[i];
            var id = i.ToString(CultureInfo.InvariantCulture);
            void Move(double at, string state, string more = "") => Add(at, $"\"type\":\"call\",\"id\":\"{id}\",\"state\":\"{state}\"{more}");
            Move(call.Start, "Dialing");
            var answered = call.Start + call.Ring;
            var isPerson = call.Talk is not null || call.Result is CallResult.Dropped or CallResult.Abandoned or CallResult.DroppedOnNoAnswer;
            if (!isPerson)
            {
                Move(answered + (call.Detection ?? 0), "Failed", $",\"result\":{(int)call.Result}");
                continue;
            }

            var verdict = answered + (call.Detection ?? 0);
            var reached = verdict + (call.Wait ?? 0);
            Move(answered, "Answered");
            Move(verdict, "Person");
            if (call.Talk is not { } talk)
            {
                Move(reached, "Abandoned");
                continue;
            }

            var name = call.Agent.Length > 0 ? JsonEncodedText.Encode(call.Agent).ToString() : Unnamed(unnamed, reached, reached + talk + (call.Wrap ?? 0));
            var done = reached + talk + (call.Wrap ?? 0);
            var known = agents.GetValueOrDefault(name, (From: Math.Max(0, reached - 60), To: done));
            agents[name] = (Math.Min(known.From, Math.Max(0, reached - 60)), Math.Max(known.To, done));
            Move(reached, "Connected", $",\"agent\":\"{name}\"");
            Add(reached + talk, $"\"type\":\"agent\",\"id\":\"{name}\",\"state\":\"AfterCallWork\"");
            Add(done, $"\"type\":\"agent\",\"id\":\"{name}\",\"state\":\"Ready\"");
        }

        foreach (var (name, (from, to)) in agents)
        {
            lines.Add((from, -1, string.Create(CultureInfo.InvariantCulture, $"{{\"t\":{from:0.###},\"type\":\"agent\",\"id\":\"{name}\",\"state\":\"Ready\"}}")));
            Add(to + 0.001, $"\"type\":\"agent\",\"id\":\"{name}\",\"state\":\"LoggedOut\"");
        }

        return lines.OrderBy(l => l.At).ThenBy(l => l.Order).Select(l => l.Text)
            .Prepend("""{"t":0,"type":"configure","mode":"Predictive","optimizeBy":"OverdialRate","goal":3}""");
    }

    private static string Unnamed(List<double> freeAt, double from, double to)
    {
        var index = freeAt.FindIndex(f => f <= from);
        if (index < 0)
        {
            index = freeAt.Count;
            freeAt.Add(0);
        }

        freeAt[index] = to;
        return string.Create(CultureInfo.InvariantCulture, $"unnamed {index + 1}");
    }
}
