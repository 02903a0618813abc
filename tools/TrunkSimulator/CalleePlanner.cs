using DialerEngine.Media;

namespace TrunkSimulator;

/// <summary>Draws the course of a call: a pure function of seed and number, so that a number behaves the same each time it is called.</summary>
/// <param name="script">Shares and times.</param>
/// <param name="seed">Equal seeds give equal callees.</param>
/// <param name="speed">Divides ring and talk times; at least a millisecond of each is left.</param>
public sealed class CalleePlanner(TrunkScript script, ulong seed, double speed)
{
    /// <summary>Voices to choose from.</summary>
    public const int Voices = 8;

    private readonly (CalleeScript Script, double Upper)[] _mix = Cumulate(script);
    private readonly KeyValuePair<string, CalleeScript>[] _suffixes = [.. script.Suffixes.OrderByDescending(s => s.Key.Length)];

    /// <summary>The course of a call to <paramref name="number"/>; what is no digit in it does not count.</summary>
    public CalleePlan PlanOf(ReadOnlySpan<char> number)
    {
        // FNV-1a over the digits.
        var hash = 14695981039346656037UL;
        foreach (var c in number)
        {
            if (char.IsAsciiDigit(c))
            {
                hash = (hash ^ c) * 1099511628211UL;
            }
        }

        var random = new SeededMediaRandom(hash ^ (seed * 0x9E3779B97F4A7C15));
        var drawn = Share(random);
        var chosen = Fixed(number) ?? _mix.First(m => drawn < m.Upper).Script;
        var progress = 0.05 + (0.3 * Share(random));
        var ring = chosen == CalleeScript.LateAnswer
            ? script.LateAnswerSeconds
            : script.RingMinSeconds + ((script.RingMaxSeconds - script.RingMinSeconds) * Share(random));
        var speakAfter = 150 + (int)(600 * Share(random));
        var talk = Math.Min(script.TalkMeanSeconds * -Math.Log(1 - Share(random)), 8 * script.TalkMeanSeconds);
        var waits = Share(random) >= script.HangUpShare;
        var voice = (int)(random.NextUInt32() % Voices);
        var talkMs = chosen switch
        {
            CalleeScript.Machine => Scale(script.MachineSeconds),
            CalleeScript.Fax or CalleeScript.BusyEarlyMedia or CalleeScript.CongestionEarlyMedia or CalleeScript.VacantAfterAnswer =>
                Math.Max(Scale(script.MachineSeconds), (int)(script.ListenSeconds * 1000)),
            CalleeScript.EarlyHangUp => Scale(0.1 + (0.8 * Share(random))),
            _ => waits ? 0 : Math.Max(Scale(1), Scale(talk)),
        };
        return new CalleePlan(chosen, Scale(progress), Scale(ring), speakAfter, talkMs, voice);
    }

    private static double Share(SeededMediaRandom random) => random.NextUInt32() / 4294967296.0;

    private static (CalleeScript Script, double Upper)[] Cumulate(TrunkScript script)
    {
        var whole = script.Mix.Values.Sum();
        double sum = 0;

        // In the order of the enumeration, so that the order of a file does not change who is who; the last takes what rounding leaves.
        var mix = script.Mix.Where(m => m.Value > 0).OrderBy(m => m.Key).Select(m => (m.Key, Upper: (sum += m.Value) / whole)).ToArray();
        mix[^1].Upper = 2;
        return mix;
    }

    private CalleeScript? Fixed(ReadOnlySpan<char> number)
    {
        foreach (var (suffix, fixedScript) in _suffixes)
        {
            if (number.EndsWith(suffix, StringComparison.Ordinal))
            {
                return fixedScript;
            }
        }

        return null;
    }

    private int Scale(double seconds) => Math.Max(1, (int)(seconds * 1000 / speed));
}
