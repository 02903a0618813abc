using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>Runs the stopping rule over the rows of calls and counts.</summary>
internal static class Trial
{
    public readonly record struct Figures(double FalseMachines, double MissedMachines, double Accuracy, double PersonDelayP50, double PersonP90, double SettledIn2S, double NeverHeard);

    /// <summary>The verdict on one call: machine or not, and when.</summary>
    public static (bool IsMachine, int AtMs) Decide(CallRows call, float[] probabilities, in OperatingPoint point)
    {
        for (var i = 0; i < call.Rows.Length; i++)
        {
            ref readonly var row = ref call.Rows[i];
            var verdict = AnswerPolicy.Judge(point, probabilities[i], row.PauseMs, row.SinceOnsetMs, row.SinceOnsetMs >= point.LimitMs || row.NowMs >= 12_000);
            if (verdict != AnswerVerdict.Wait)
            {
                return (verdict == AnswerVerdict.Machine, row.NowMs);
            }
        }

        // A beep, or the end of the audio.
        return (call.IsMachine, call.Rows.Length == 0 ? 0 : call.Rows[^1].NowMs);
    }

    public static Figures Run(IReadOnlyList<CallRows> calls, IReadOnlyList<float[]> probabilities, in OperatingPoint point)
    {
        int people = 0, machines = 0, lost = 0, missed = 0, settled = 0, unheard = 0;
        var delays = new List<int>();
        var times = new List<int>();
        for (var i = 0; i < calls.Count; i++)
        {
            var call = calls[i];
            if (call.Rows.Length == 0)
            {
                // Nobody was heard: who is never heard is lost. A machine without a word is found by its beep, if at all.
                (people, lost, unheard) = call.IsMachine ? (people, lost, unheard) : (people + 1, lost + 1, unheard + 1);
                continue;
            }

            var (isMachine, at) = Decide(call, probabilities[i], point);
            if (call.IsMachine)
            {
                machines++;
                missed += isMachine ? 0 : 1;
                continue;
            }

            people++;
            lost += isMachine ? 1 : 0;
            settled += at - call.SpeechEndMs <= 2_000 ? 1 : 0;
            times.Add(at);
            delays.Add(at - call.SpeechEndMs);
        }

        delays.Sort();
        times.Sort();
        return new Figures(
            100.0 * lost / people, 100.0 * missed / machines, 100.0 * (people + machines - lost - missed) / (people + machines),
            delays[delays.Count / 2], times[times.Count * 9 / 10], 100.0 * settled / people, 100.0 * unheard / people);
    }
}
