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

if (args is ["speed", var speedFolder])
{
    return SpeedTrial.Run(speedFolder);
}

if (args is ["features", var featureFolder])
{
    return Evaluation.Features(featureFolder, CpdProfiles.Default);
}

if (args is ["runs", var runFolder, var part])
{
    return RunDump.Run(runFolder, r => r.Source.Contains(part, StringComparison.Ordinal) && r.Label is "human" or "machine");
}

if (args is ["make", var speech, var words, var made, var calls, var makeSeed])
{
    return TrainCommand.Make(speech.Split(','), words, made, int.Parse(calls), ulong.Parse(makeSeed));
}

if (args is ["voice", var voiceCalls, var voiceOutput, var passes, var voiceSeed])
{
    return VoiceCommand.Run(voiceCalls, voiceOutput, int.Parse(passes), ulong.Parse(voiceSeed));
}

if (args is ["train", var callFile, var output, var trees, var seed, ..])
{
    return TrainCommand.Run(callFile, output, int.Parse(trees), ulong.Parse(seed), args.Length > 5 ? args[5] : null);
}

if (args is ["policy", var policyCalls, var policyRecordings, var policySeed])
{
    return TrainCommand.Policy(policyCalls, policyRecordings, ulong.Parse(policySeed));
}

Console.Error.WriteLine("""
    CpdTrainer tones SNR early|answered country|default COUNT
    CpdTrainer list FOLDER PROFILE [FILTER]
    CpdTrainer speed FOLDER
    CpdTrainer features FOLDER
    CpdTrainer runs FOLDER SOURCE_PART
    CpdTrainer make SPEECH_FOLDER[,SPEECH_FOLDER] WORD_FOLDER CALL_FILE CALLS SEED
    CpdTrainer voice CALL_FILE OUTPUT_FILE PASSES SEED
    CpdTrainer policy CALL_FILE RECORDINGS SEED
    CpdTrainer train CALL_FILE OUTPUT_FILE TREES SEED [RECORDINGS]
    """);
return 2;
