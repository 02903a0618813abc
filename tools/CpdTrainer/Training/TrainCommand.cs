using CpdTrainer.Audio;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>Trains the trees on a voice net that never heard their voices, chooses operating points on voices of which neither learned.</summary>
internal static class TrainCommand
{
    private static readonly string[] Asterisk = ["en_US_f_Allison", "fr_CA_f_June", "ru_RU_f_IvrvoiceRU", "es_MX_f_Allison", "it_IT_m_Carlo"];

    /// <summary>Speech of folders parted by commas; <c>asterisk</c> among the recorded ones stands for Debian's installed prompts, <c>-</c> for none, a folder whose name begins with <c>music</c> for music.</summary>
    public static SpeechBank Bank(string speech, string recorded, ulong seed)
    {
        var bank = new SpeechBank();
        var lab = new SignalLab(seed);
        foreach (var folder in speech.Split(','))
        {
            bank.LoadSpoken(folder);
        }

        foreach (var folder in recorded.Split(',').Where(f => f != "-"))
        {
            if (Path.GetFileName(folder).StartsWith("music", StringComparison.Ordinal))
            {
                bank.LoadMusic(folder);
            }
            else if (folder == "asterisk")
            {
                Array.ForEach(Asterisk, voice => bank.LoadPrompts("/usr/share/asterisk/sounds/" + voice, lab, 150, 100));
            }
            else
            {
                bank.LoadRecorded(folder, lab);
            }
        }

        bank.Complete();
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} {bank.People.Count} utterances of people, {bank.Machines.Count} of machines, {bank.People.Concat(bank.Machines).Select(u => u.Voice).Distinct().Count()} voices");
        return bank;
    }

    /// <summary>Makes calls and keeps their audio; of all voices, of those that are held out of the net's training, or such in which nobody speaks.</summary>
    public static int Calls(string speech, string recorded, string outputFile, int calls, ulong seed, string kind)
    {
        var bank = Bank(speech, recorded, seed);
        if (kind == "held")
        {
            bank.Keep(CallFile.IsValidation);
        }

        CallFile.Save(outputFile, CallFile.Make(bank, calls, seed, 2, kind == "unvoiced"));
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} {calls} calls made");
        return 0;
    }

    /// <summary>Trees on the net of a folder, then operating points for both; the trees' source goes into that folder too.</summary>
    public static int Trees(string netFolder, string callFile, int trees, ulong seed, string? recordings)
    {
        var lab = new SignalLab(seed);
        VoiceNet.Replace(VoiceCommand.Load(netFolder));
        var rows = Rows(callFile, _ => true);
        var train = rows.Where(r => !CallFile.IsHeldFromTrees(r.Voice)).ToList();
        var validation = rows.Where(r => CallFile.IsHeldFromTrees(r.Voice)).ToList();

        // When the first word comes depends on the network more than on who answers: it is no evidence.
        var allowed = Enumerable.Range(1, SpeechFeatures.Count - 1).ToArray();
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} train {train.Count} calls, validation {validation.Count} calls of other voices");
        var model = new TreeTrainer(train, lab, 1.5, allowed).Train(trees);
        File.WriteAllText(Path.Combine(netFolder, "AnswerModelWeights.cs"), ModelWriter.Write(model, "AnswerModelWeights", $"seed {seed}, {train.Count} calls, {trees} trees"));
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} {trees} trees");
        new PolicySearch(validation, f => model.Probability(f), lab).Run(recordings is null ? [] : Recorded(recordings, _ => true));
        return 0;
    }

    /// <summary>Trees that tell anybody's words from music, noise and tones, on the net of a folder; what they cost at some bars, on voices and music of which none was learned.</summary>
    public static int Somebody(string netFolder, string callFile, int trees, ulong seed, string? recordings)
    {
        var lab = new SignalLab(seed);
        VoiceNet.Replace(VoiceCommand.Load(netFolder));
        var rows = Asked(callFile.Split(',').SelectMany(CallFile.Load));
        var train = rows.Where(r => !CallFile.IsHeldFromTrees(r.Voice)).ToList();
        var held = rows.Where(r => CallFile.IsHeldFromTrees(r.Voice)).ToList();
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} train {train.Count} calls, {train.Count(r => r.IsMachine)} of somebody; held {held.Count}");
        var model = new TreeTrainer(train, lab, 1, [.. Enumerable.Range(1, SpeechFeatures.Count - 1)]).Train(trees);
        File.WriteAllText(Path.Combine(netFolder, "SomebodyModelWeights.cs"), ModelWriter.Write(model, "SomebodyModelWeights", $"seed {seed}, {train.Count} calls, {trees} trees"));
        PrintSomebody("held", held, model);
        if (recordings is not null)
        {
            PrintSomebody("recordings", Asked(Evaluation.Load(recordings).Where(r => r.Label is "human" or "machine" or "music")
                .Select(r => new MadeCall(r.Samples, r.Label == "machine", 0, -1, r.Label == "music" ? "unvoiced" : "recording", r.File, []))), model);
        }

        return 0;
    }

    /// <summary>Calls by whether anybody speaks, with the moments at which a verdict could fall.</summary>
    private static List<CallRows> Asked(IEnumerable<MadeCall> calls) =>
        [.. calls.Chunk(64).SelectMany(chunk => chunk.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(c =>
        {
            var rows = CallRows.Of(c.Samples, c.Kind != "unvoiced", c.SpeechEndMs, c.Kind, c.Voice);
            return rows with { Rows = [.. rows.Rows.Where(r => r.PauseMs >= 240 || r.SinceOnsetMs >= 2_500)] };
        })).Where(c => c.Rows.Length > 0)];

    private static void PrintSomebody(string name, List<CallRows> calls, TreeEnsemble model)
    {
        foreach (var bar in new[] { 0.05f, 0.1f, 0.2f, 0.3f, 0.5f })
        {
            double Below(bool somebody) => 100 * calls.Where(c => c.IsMachine == somebody).Select(c => c.Rows.Count(r => model.Probability(r.Features) < bar) / (double)c.Rows.Length).DefaultIfEmpty().Average();
            double All(bool somebody) => 100 * calls.Where(c => c.IsMachine == somebody).Select(c => c.Rows.All(r => model.Probability(r.Features) < bar) ? 1.0 : 0).DefaultIfEmpty().Average();
            Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"    {name}: below {bar}: of somebody's moments {Below(true):F2} %, of nobody's {Below(false):F2} %; whole calls {All(true):F2} % of somebody, {All(false):F2} % of nobody ({calls.Count(c => !c.IsMachine)})"));
        }
    }

    /// <summary>Operating points for the model in the product.</summary>
    public static int Policy(string callFile, string recordings, ulong seed)
    {
        new PolicySearch(Rows(callFile, CallFile.IsHeldFromTrees), f => AnswerModel.MachineProbability(f), new SignalLab(seed)).Run(Recorded(recordings, _ => true));
        return 0;
    }

    private static List<CallRows> Rows(string callFile, Func<string, bool> isTaken) =>
        [.. callFile.Split(',').SelectMany(CallFile.Load).Where(c => c.Kind != "unvoiced" && isTaken(c.Voice)).Chunk(64).SelectMany(chunk =>
            chunk.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(c => CallRows.Of(c.Samples, c.IsMachine, c.SpeechEndMs, c.Kind, c.Voice)))];

    /// <summary>People and machines of a folder of recordings.</summary>
    public static List<CallRows> Recorded(string folder, Func<Recording, bool> filter) =>
        [.. Evaluation.Load(folder).Where(r => r.Label is "human" or "machine" && filter(r))
            .Select(r => CallRows.Of(r.Samples, r.Label == "machine", r.GreetingEndMs, r.Label, r.Source))];
}
