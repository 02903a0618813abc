using CpdTrainer.Audio;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>Makes calls, trains, chooses on voices that were not trained on, and writes the weights.</summary>
internal static class TrainCommand
{
    public static int Make(string[] speechFolders, string wordFolder, string outputFile, int calls, ulong seed)
    {
        var bank = new SpeechBank();
        var lab = new SignalLab(seed);
        foreach (var folder in speechFolders)
        {
            bank.LoadSpoken(folder);
        }

        bank.LoadWords(wordFolder);
        foreach (var folder in new[] { "en_US_f_Allison", "fr_CA_f_June", "ru_RU_f_IvrvoiceRU", "es_MX_f_Allison" })
        {
            bank.LoadPrompts("/usr/share/asterisk/sounds/" + folder, lab, 120, 80);
        }

        bank.Complete();
        Console.WriteLine($"{bank.People.Count} utterances of people, {bank.Machines.Count} of machines");
        CallFile.Save(outputFile, CallFile.Make(bank, calls, seed, 2));
        return 0;
    }

    public static int Run(string callFile, string outputFile, int trees, ulong seed, string? recordings)
    {
        var lab = new SignalLab(seed);
        var rows = CallFile.Load(callFile).Where(c => c.Kind != "unvoiced").Chunk(64).SelectMany(chunk => chunk.AsParallel().AsOrdered().WithDegreeOfParallelism(2)
            .Select(c => CallRows.Of(c.Samples, c.IsMachine, c.SpeechEndMs, c.Kind, c.Voice))).ToList();
        var train = rows.Where(r => !CallFile.IsValidation(r.Voice) && CallFile.IsForTrees(r.Voice)).ToList();
        var validation = rows.Where(r => CallFile.IsValidation(r.Voice)).ToList();
        var allowed = Enumerable.Range(0, SpeechFeatures.Count).ToArray();
        Console.WriteLine($"train {train.Count} calls, validation {validation.Count} calls of other voices");
        var model = new TreeTrainer(train, lab, 1.5, allowed).Train(trees);
        File.WriteAllText(outputFile, ModelWriter.Write(model, $"seed {seed}, {train.Count} calls, {trees} trees"));
        var search = new PolicySearch(validation, f => model.Probability(f), lab);
        search.Run(recordings is null ? [] : Recorded(recordings, _ => true));
        return 0;
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
