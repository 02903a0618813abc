using CpdTrainer.Audio;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>Makes calls, trains, chooses on voices that were not trained on, and writes the weights.</summary>
internal static class TrainCommand
{
    public static int Run(string speechFolder, string wordFolder, string outputFile, int calls, int trees, ulong seed, string? recordings)
    {
        var bank = new SpeechBank();
        var lab = new SignalLab(seed);
        bank.LoadSpoken(speechFolder);
        bank.LoadWords(wordFolder);
        foreach (var folder in new[] { "en_US_f_Allison", "fr_CA_f_June", "ru_RU_f_IvrvoiceRU", "es_MX_f_Allison" })
        {
            bank.LoadPrompts("/usr/share/asterisk/sounds/" + folder, lab, 60, 40);
        }

        Console.WriteLine($"{bank.People.Count} utterances of people, {bank.Machines.Count} of machines");
        var rows = Make(bank, lab, calls);
        var train = rows.Where(r => !IsValidation(r.Voice)).ToList();
        var validation = rows.Where(r => IsValidation(r.Voice)).ToList();
        var allowed = Enumerable.Range(0, SpeechFeatures.Count).ToArray();
        var model = new TreeTrainer(train, lab, 1.5, allowed).Train(trees);
        Console.WriteLine($"train {train.Count} calls, validation {validation.Count} calls of other voices");
        Print(validation, model);
        if (recordings is not null)
        {
            // The other engines and all recorded speech of the folder stay the hold-out.
            Console.WriteLine("development recordings (one engine only)");
            Print(Recorded(recordings, r => r.Source.Contains("espeak", StringComparison.Ordinal)), model);
        }

        File.WriteAllText(outputFile, ModelWriter.Write(model, $"seed {seed}, {train.Count} calls, {trees} trees"));
        return 0;
    }

    public static void Print(IReadOnlyList<CallRows> calls, TreeEnsemble model)
    {
        var probabilities = calls.Select(c => Array.ConvertAll(c.Rows, r => model.Probability(r.Features))).ToList();
        PrintCurve(calls, probabilities);
    }

    public static void PrintCurve(IReadOnlyList<CallRows> calls, IReadOnlyList<float[]> probabilities)
    {
        Console.WriteLine("person<  pause   machine> minMs   limit  forced |   FP%    FN%   acc%   p50 after  p90 person  <2s%");
        foreach (var lo in new[] { 0.1f, 0.15f, 0.2f, 0.25f, 0.3f, 0.4f, 0.5f, 0.6f })
        {
            foreach (var (pause, hi, min, limit, forced) in new[] { (360, 0.97f, 4000, 7000, 0.6f), (440, 0.98f, 5500, 8000, 0.6f), (440, 0.98f, 5500, 8000, 0.8f) })
            {
                var f = Trial.Run(calls, probabilities, new OperatingPoint(lo, hi, pause, min, limit, forced));
                Console.WriteLine($"{lo,6:F2} {pause,6} {hi,9:F2} {min,6} {limit,7} {forced,7:F2} | {f.FalseMachines,6:F2} {f.MissedMachines,6:F2} {f.Accuracy,6:F2} {f.PersonDelayP50,9:F0} {f.PersonP90,10:F0} {f.SettledIn2S,7:F1}");
            }
        }
    }

    /// <summary>People and machines of a folder of recordings.</summary>
    public static List<CallRows> Recorded(string folder, Func<Recording, bool> filter) =>
        [.. Evaluation.Load(folder).Where(r => r.Label is "human" or "machine" && filter(r))
            .Select(r => CallRows.Of(r.Samples, r.Label == "machine", r.GreetingEndMs, r.Label, r.Source))];

    private static List<CallRows> Make(SpeechBank bank, SignalLab lab, int calls)
    {
        var generator = new CallGenerator(bank, lab);
        var rows = new List<CallRows>(calls);
        for (var i = 0; i < calls; i++)
        {
            var source = i % 2 == 0 ? bank.People : bank.Machines;
            var call = generator.Make(source[lab.Index(source.Count)]);
            rows.Add(CallRows.Of(call.Samples, call.IsMachine, call.SpeechEndMs, call.Kind, call.Voice));
        }

        return rows;
    }

    /// <summary>One voice in six, by its name.</summary>
    private static bool IsValidation(string voice) => voice.Sum(c => c) % 6 == 0;
}
