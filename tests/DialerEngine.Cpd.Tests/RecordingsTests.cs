using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Tests.Signals;
using DialerEngine.Media.Wav;

namespace DialerEngine.Cpd.Tests;

/// <summary>The detector as it ships on recordings that were no part of its training: people, machines, tones, music.</summary>
public sealed class RecordingsTests
{
    private sealed record Recording(string File, string Label, int GreetingEndMs, int BeepStartMs, string Source, CpdReport Report);

    private static readonly Lazy<List<Recording>> Heard = new(() => Hear(CpdProfiles.Default));

    // The aims as they stand.
    private const double MostMissed = 0.08;
    private const double LeastAccuracy = 0.96;
    private const int LongestMedianMs = 600;
    private const int NineInTenMs = 4_000;

    [RecordingsFact]
    public void People_and_machines_are_told_apart()
    {
        var people = Heard.Value.Where(r => r.Label == "human").ToList();
        var machines = Heard.Value.Where(r => r.Label == "machine").ToList();
        var lost = people.Where(r => r.Report.Outcome != CpdOutcome.Answer).Select(r => r.File).ToList();
        var missed = machines.Where(r => r.Report.Outcome != CpdOutcome.AnsweringMachine).Select(r => r.File).ToList();
        Assert.True(lost.Count <= 0.02 * people.Count, $"people lost: {string.Join(", ", lost)}");
        Assert.True(missed.Count <= MostMissed * machines.Count, $"machines missed: {string.Join(", ", missed)}");
        Assert.True(lost.Count + missed.Count <= (1 - LeastAccuracy) * (people.Count + machines.Count), $"{lost.Count} and {missed.Count}");
        Assert.DoesNotContain(people, r => !r.Source.StartsWith("TTS", StringComparison.Ordinal) && r.Report.Outcome != CpdOutcome.Answer);
    }

    [RecordingsFact]
    public void People_are_settled_soon_after_their_greeting()
    {
        var delays = Heard.Value.Where(r => r.Label == "human" && r.Report.DecisionMs >= 0).Select(r => r.Report.DecisionMs - r.GreetingEndMs).Order().ToList();
        Assert.InRange(delays[delays.Count / 2], 0, LongestMedianMs);
        var times = Heard.Value.Where(r => r.Label == "human" && r.Report.DecisionMs >= 0).Select(r => r.Report.DecisionMs).Order().ToList();
        Assert.InRange(times[times.Count * 9 / 10], 0, NineInTenMs);
        Assert.True(delays.Count(d => d <= 2_000) >= 0.98 * Heard.Value.Count(r => r.Label == "human"), $"slowest {delays[^1]} ms");
    }

    [RecordingsFact]
    public void Beeps_are_found_and_nothing_else_is_a_beep()
    {
        var beeps = Heard.Value.Where(r => r.BeepStartMs >= 0).ToList();
        var found = beeps.Where(r => Math.Abs(r.Report.BeepStartMs - r.BeepStartMs) <= 150).ToList();
        var reported = Heard.Value.Count(r => r.Label is "human" or "machine" && r.Report.BeepStartMs >= 0);
        Assert.True(found.Count >= 0.96 * beeps.Count, $"{found.Count} of {beeps.Count}");
        Assert.True(found.Count >= 0.97 * reported, $"{found.Count} of {reported}");
        var latencies = found.Select(r => r.Report.BeepKnownMs - r.BeepStartMs).Order().ToList();
        Assert.InRange(latencies[latencies.Count * 9 / 10], 0, 120);
    }

    [RecordingsFact]
    public void Nobody_is_called_a_tone_and_no_tone_or_music_anybody()
    {
        foreach (var r in Heard.Value)
        {
            var isSomebody = r.Report.Outcome is CpdOutcome.Answer or CpdOutcome.AnsweringMachine or CpdOutcome.Unknown or CpdOutcome.None;
            Assert.True(r.Label is "human" or "machine" ? isSomebody : !(r.Report.Outcome is CpdOutcome.Answer or CpdOutcome.AnsweringMachine), $"{r.File}: {r.Report}");
        }
    }

    private static List<Recording> Hear(CpdProfile profile)
    {
        var folder = RecordingsFactAttribute.Folder!;
        return [.. File.ReadLines(Path.Combine(folder, "manifest.csv")).Skip(1).Select(line =>
        {
            var cells = line.Split(',');
            using var stream = File.OpenRead(Path.Combine(folder, cells[0]));
            Assert.Equal(WavError.None, WavReader.Load(stream, out var samples));
            return new Recording(cells[0], cells[1], Number(cells[2]), Number(cells[3]), cells[4], TestSignal.Analyze(samples, profile, CpdPhase.Answered));
        })];
    }

    private static int Number(string cell) => int.TryParse(cell, out var value) ? value : -1;
}
