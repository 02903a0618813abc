using CpdTrainer;
using CpdTrainer.Training;
using DialerEngine.Cpd.Profiles;

if (args is ["tones", var snr, var phase, var kind, var count])
{
    return ToneTrial.Run(int.Parse(count), double.Parse(snr), phase == "early", kind);
}

if (args is ["list", var folder, var profileName, ..])
{
    CpdProfiles.TryFind(profileName, out var profile);
    return Evaluation.List(folder, profile, args.Length > 3 ? args[3] : string.Empty);
}

if (args is ["runs", var runFolder, var part])
{
    return RunDump.Run(runFolder, r => r.Source.Contains(part, StringComparison.Ordinal) && r.Label is "human" or "machine");
}

if (args is ["train", var speech, var words, var output, var calls, var trees, var seed, ..])
{
    return TrainCommand.Run(speech, words, output, int.Parse(calls), int.Parse(trees), ulong.Parse(seed), args.Length > 7 ? args[7] : null);
}

Console.Error.WriteLine("""
    CpdTrainer tones SNR early|answered country|default COUNT
    CpdTrainer list FOLDER PROFILE [FILTER]
    CpdTrainer runs FOLDER SOURCE_PART
    CpdTrainer train SPEECH_FOLDER WORD_FOLDER OUTPUT_FILE CALLS TREES SEED [RECORDINGS]
    """);
return 2;
