using CpdTrainer.Audio;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>Makes calls, trains, chooses on voices that were not trained on, and writes the weights.</summary>
internal static class TrainCommand
{
    /// <summary>Everything in one run: calls, voice net, trees on that net, operating points. The two source files are written into a folder.</summary>
    public static int All(string[] speechFolders, string recordedFolder, string outputFolder, int calls, int passes, int trees, ulong seed, string? recordings)
    {
        Directory.CreateDirectory(outputFolder);
        var callFile = Path.Combine(outputFolder, "calls.bin");
        if (!File.Exists(callFile))
        {
            Make(speechFolders, recordedFolder, callFile, calls, seed);
        }

        // Each half of the voices is shown to the trees through the net that learned from the other half, as every voice of a real call is
        // new to the net; the net that ships learned from both halves.
        var sequences = VoiceCommand.Load(CallFile.Load(callFile));
        var first = VoiceCommand.Train(sequences, v => !CallFile.IsForTrees(v), passes, seed, out _);
        var second = VoiceCommand.Train(sequences, CallFile.IsForTrees, passes, seed + 1, out _);
        var both = VoiceCommand.Train(sequences, _ => true, passes, seed + 2, out var count);
        sequences.Clear();
        File.WriteAllText(Path.Combine(outputFolder, "VoiceNetWeights.cs"), VoiceCommand.Write(both, $"seed {seed}, {count} calls, {passes} passes"));
        return Run(callFile, Path.Combine(outputFolder, "AnswerModelWeights.cs"), trees, seed, recordings, first, second, both);
    }

    public static int Make(string[] speechFolders, string recordedFolder, string outputFile, int calls, ulong seed)
    {
        var bank = new SpeechBank();
        var lab = new SignalLab(seed);
        foreach (var folder in speechFolders)
        {
            bank.LoadSpoken(folder);
        }

        bank.LoadRecorded(recordedFolder, lab);
        foreach (var folder in new[] { "en_US_f_Allison", "fr_CA_f_June", "ru_RU_f_IvrvoiceRU", "es_MX_f_Allison", "it_IT_m_Carlo" })
        {
            bank.LoadPrompts("/usr/share/asterisk/sounds/" + folder, lab, 150, 100);
        }

        bank.Complete();
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} {bank.People.Count} utterances of people, {bank.Machines.Count} of machines");
        CallFile.Save(outputFile, CallFile.Make(bank, calls, seed, 2));
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} {calls} calls made");
        return 0;
    }

    public static int Run(
        string callFile, string outputFile, int trees, ulong seed, string? recordings, float[] first, float[] second, float[] both)
    {
        var lab = new SignalLab(seed);
        var train = RowsBy(second, callFile, v => !CallFile.IsValidation(v) && !CallFile.IsForTrees(v));
        train.AddRange(RowsBy(first, callFile, v => !CallFile.IsValidation(v) && CallFile.IsForTrees(v)));
        var validation = RowsBy(both, callFile, CallFile.IsValidation);

        // When the first word comes depends on the network more than on who answers: it is no evidence.
        var allowed = Enumerable.Range(1, SpeechFeatures.Count - 1).ToArray();
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} train {train.Count} calls, validation {validation.Count} calls of other voices");
        var model = new TreeTrainer(train, lab, 1.5, allowed).Train(trees);
        File.WriteAllText(outputFile, ModelWriter.Write(model, $"seed {seed}, {train.Count} calls, {trees} trees"));
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} {trees} trees");
        var search = new PolicySearch(validation, f => model.Probability(f), lab);
        search.Run(recordings is null ? [] : Recorded(recordings, _ => true));
        return 0;
    }

    private static List<CallRows> RowsBy(float[] net, string callFile, Func<string, bool> isTaken)
    {
        VoiceNet.Replace(net);
        return [.. CallFile.Load(callFile).Where(c => c.Kind != "unvoiced" && isTaken(c.Voice)).Chunk(64).SelectMany(chunk =>
            chunk.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(c => CallRows.Of(c.Samples, c.IsMachine, c.SpeechEndMs, c.Kind, c.Voice)))];
    }

    /// <summary>Operating points for the model in the product.</summary>
    public static int Policy(string callFile, string recordings, ulong seed)
    {
        var rows = CallFile.Load(callFile).Where(c => c.Kind != "unvoiced" && CallFile.IsValidation(c.Voice)).Select(c => CallRows.Of(c.Samples, c.IsMachine, c.SpeechEndMs, c.Kind, c.Voice)).ToList();
        new PolicySearch(rows, f => AnswerModel.MachineProbability(f), new SignalLab(seed)).Run(Recorded(recordings, _ => true));
        return 0;
    }

    /// <summary>People and machines of a folder of recordings.</summary>
    public static List<CallRows> Recorded(string folder, Func<Recording, bool> filter) =>
        [.. Evaluation.Load(folder).Where(r => r.Label is "human" or "machine" && filter(r))
            .Select(r => CallRows.Of(r.Samples, r.Label == "machine", r.GreetingEndMs, r.Label, r.Source))];
}
