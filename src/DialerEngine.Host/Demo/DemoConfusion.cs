using System.Globalization;
using DialerEngine.Core;
using Spectre.Console;
using TrunkSimulator;

namespace DialerEngine.Host.Demo;

/// <summary>What the far end played against what the detector made of it: each call of the far end's own log beside the engine's attempt of the same number.</summary>
internal static class DemoConfusion
{
    private const string NoVerdict = "no verdict";

    // What can be heard: the others say who they are by SIP alone.
    private static readonly CalleeScript[] Audible =
    [
        CalleeScript.Person, CalleeScript.MusicRingBack, CalleeScript.RingBackEarlyMedia, CalleeScript.LateAnswer, CalleeScript.AnswersTwice, CalleeScript.NeverTrying,
        CalleeScript.FirstInviteLost, CalleeScript.EarlyHangUp, CalleeScript.Machine, CalleeScript.Silent, CalleeScript.Fax, CalleeScript.VacantEarlyMedia,
        CalleeScript.VacantAfterAnswer, CalleeScript.BusyEarlyMedia, CalleeScript.CongestionEarlyMedia,
    ];

    /// <summary>Counts by what was played and what was decided.</summary>
    public static IReadOnlyDictionary<(CalleeScript Played, string Decided), int> Count(IReadOnlyList<LedgerEntry> farEnd, IReadOnlyCollection<AttemptVerdict> attempts)
    {
        var counts = new Dictionary<(CalleeScript, string), int>();
        var calls = farEnd.OrderBy(c => c.InvitedMs).GroupBy(c => Digits(c.Number)).ToDictionary(g => g.Key, g => g.ToArray());
        foreach (var number in attempts.Where(a => a.DialledAt > 0).OrderBy(a => a.DialledAt).GroupBy(a => Digits(a.Number)))
        {
            if (!calls.TryGetValue(number.Key, out var placed))
            {
                continue;
            }

            foreach (var (call, attempt) in placed.Zip(number))
            {
                // A call that came to no audio shows nothing about the detector.
                if (Audible.Contains(call.Script) && (call.AnsweredMs >= 0 || attempt.Heard is not null || call.Script is CalleeScript.BusyEarlyMedia
                    or CalleeScript.CongestionEarlyMedia or CalleeScript.VacantEarlyMedia))
                {
                    var key = (call.Script, attempt.Heard is { } heard ? heard.Name() : NoVerdict);
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                }
            }
        }

        return counts;
    }

    /// <summary>The counts as a table; null where nothing was listened to.</summary>
    public static Table? Table(DemoBooks books)
    {
        var counts = Count(books.FarEnd, books.Reports.Verdicts);
        if (!counts.Keys.Any(k => k.Decided != NoVerdict))
        {
            return null;
        }

        var columns = counts.Keys.Select(k => k.Decided).Distinct().OrderByDescending(c => counts.Where(k => k.Key.Decided == c).Sum(k => k.Value)).ToArray();
        var table = new Table().Border(TableBorder.Rounded).Title("[bold]What the far end played, and what was heard[/]");
        table.AddColumn("played");
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var played in Audible.Where(a => counts.Keys.Any(k => k.Played == a)))
        {
            table.AddRow([played.ToString(), .. columns.Select(c => counts.GetValueOrDefault((played, c)) is var count and > 0 ? count.ToString(CultureInfo.InvariantCulture) : "")]);
        }

        return table;
    }

    private static string Digits(string number) => string.Concat(number.Where(char.IsAsciiDigit));
}
