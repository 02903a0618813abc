using CpdTrainer;
using CpdTrainer.Training;
using DialerEngine.Cpd.Profiles;

if (args is ["tones", var background, var phase, var kind, var count])
{
    return ToneTrial.Run(int.Parse(count), background, phase == "early", kind);
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

if (args is ["all", var speech, var recorded, var made, var calls, var passes, var trees, var seed, ..])
{
    return TrainCommand.All(
        speech.Split(','), recorded, made, int.Parse(calls), int.Parse(passes), int.Parse(trees), ulong.Parse(seed), args.Length > 8 ? args[8] : null);
}

if (args is ["policy", var policyCalls, var policyRecordings, var policySeed])
{
    return TrainCommand.Policy(policyCalls, policyRecordings, ulong.Parse(policySeed));
}

if (args is ["spoil", var toneName, var toneBackground, var toneSeed, var toneFile])
{
    return ToneTrial.Write(toneName, toneBackground, ulong.Parse(toneSeed), toneFile);
}

if (args is ["bursts", var burstFolder, var burstFilter])
{
    return RunDump.Bursts(burstFolder, burstFilter);
}

if (args is ["dump", var dumpCalls, var dumpRecordings, var dumpOutput])
{
    return DumpCommand.Run(dumpCalls, dumpRecordings, dumpOutput);
}

Console.Error.WriteLine("""
    CpdTrainer tones silence|NOISE:SNR early|answered country|default COUNT
    CpdTrainer list FOLDER PROFILE [FILTER]
    CpdTrainer speed FOLDER
    CpdTrainer features FOLDER
    CpdTrainer runs FOLDER SOURCE_PART
    CpdTrainer all SPEECH_FOLDER[,SPEECH_FOLDER] RECORDED_FOLDER OUTPUT_FOLDER CALLS PASSES TREES SEED [RECORDINGS]
    CpdTrainer spoil TONE silence|NOISE:SNR SEED FILE
    CpdTrainer bursts FOLDER FILTER
    CpdTrainer dump CALL_FILE|- RECORDINGS|- OUTPUT
    CpdTrainer policy CALL_FILE RECORDINGS SEED
    """);
return 2;
