namespace CpdTrainer;

/// <summary>What the heuristic says.</summary>
internal enum HeuristicVerdict
{
    Human,
    Machine,
    NotSure,
}

/// <summary>
/// The baseline: the well-known heuristic on time alone, written from its public description, with its default parameters. Frames of 20 ms are
/// sound where their mean absolute level passes a threshold; long initial silence, a long greeting or too many words are a machine,
/// silence after a greeting is a person.
/// </summary>
internal static class FiveParameterHeuristic
{
    private const int InitialSilenceMs = 2_500;
    private const int GreetingMs = 1_500;
    private const int AfterGreetingSilenceMs = 800;
    private const int TotalMs = 5_000;
    private const int MinWordMs = 100;
    private const int BetweenWordsMs = 50;
    private const int MaxWords = 2;
    private const int MaxWordMs = 5_000;
    private const int Threshold = 256;

    /// <summary>The verdict on 8 kHz audio from the answer on, and the position at which it was given.</summary>
    public static (HeuristicVerdict Verdict, int AtMs) Judge(ReadOnlySpan<short> samples)
    {
        int silence = 0, voice = 0, words = 0, greeting = 0, total = 0;
        bool inInitialSilence = true, inGreeting = false, inWord = false;
        for (var at = 0; at + 160 <= samples.Length; at += 160)
        {
            total += 20;
            if (total >= TotalMs)
            {
                return (HeuristicVerdict.NotSure, total);
            }

            if (Level(samples.Slice(at, 160)) < Threshold)
            {
                silence += 20;
                if (silence >= BetweenWordsMs)
                {
                    inWord = false;
                    voice = 0;
                }

                if (inInitialSilence && silence >= InitialSilenceMs)
                {
                    return (HeuristicVerdict.Machine, total);
                }

                if (inGreeting && silence >= AfterGreetingSilenceMs)
                {
                    return (HeuristicVerdict.Human, total);
                }
            }
            else
            {
                silence = 0;
                voice += 20;
                if (voice >= MinWordMs && !inWord)
                {
                    words++;
                    inWord = true;
                }

                if (voice >= MaxWordMs || words > MaxWords)
                {
                    return (HeuristicVerdict.Machine, total);
                }

                if (inWord)
                {
                    inInitialSilence = false;
                    inGreeting = true;
                }
            }

            greeting += inGreeting ? 20 : 0;
            if (inGreeting && greeting >= GreetingMs)
            {
                return (HeuristicVerdict.Machine, total);
            }
        }

        return (HeuristicVerdict.NotSure, total);
    }

    private static int Level(ReadOnlySpan<short> frame)
    {
        var sum = 0;
        foreach (var sample in frame)
        {
            sum += Math.Abs((int)sample);
        }

        return sum / frame.Length;
    }
}
