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

if (args is ["hops", var hopSpeech, var hopRecorded, var hopFile, var hopCalls, var hopSeed, ..])
{
    return VoiceCommand.Hops(hopSpeech, hopRecorded, hopFile, int.Parse(hopCalls), ulong.Parse(hopSeed), args.Length > 6 && args[6] == "unvoiced");
}

if (args is ["net", var hops, var passes, var netSeed, var netFolder, ..])
{
    var rate = args.Length > 5 ? float.Parse(args[5], System.Globalization.CultureInfo.InvariantCulture) : 0.002f;
    return VoiceCommand.Train(hops, int.Parse(passes), ulong.Parse(netSeed), netFolder, rate, args.Length > 6 ? args[6] : null);
}

if (args is ["mix", var mixNet, var mixOther, var mixShare, var mixVoice, var mixFolder])
{
    var invariant = System.Globalization.CultureInfo.InvariantCulture;
    return VoiceCommand.Mix(mixNet, mixOther, float.Parse(mixShare, invariant), float.Parse(mixVoice, invariant), mixFolder);
}

if (args is ["check", var checkHops, var checkFolder])
{
    return VoiceCommand.Check(checkHops, checkFolder);
}

if (args is ["calls", var speech, var recorded, var callFile, var calls, var seed, ..])
{
    return TrainCommand.Calls(speech, recorded, callFile, int.Parse(calls), ulong.Parse(seed), args.Length > 6 ? args[6] : string.Empty);
}

if (args is ["trees", var treeNet, var treeCalls, var trees, var treeSeed, ..])
{
    return TrainCommand.Trees(treeNet, treeCalls, int.Parse(trees), ulong.Parse(treeSeed), args.Length > 5 ? args[5] : null);
}

if (args is ["somebody", var bodyNet, var bodyCalls, var bodyTrees, var bodySeed, ..])
{
    return TrainCommand.Somebody(bodyNet, bodyCalls, int.Parse(bodyTrees), ulong.Parse(bodySeed), args.Length > 5 ? args[5] : null);
}

if (args is ["policy", var policyCalls, var policyRecordings, var policySeed])
{
    return TrainCommand.Policy(policyCalls, policyRecordings, ulong.Parse(policySeed));
}

if (args is ["spoil", var toneName, var toneBackground, var toneSeed, var toneFile])
{
    return ToneTrial.Write(toneName, toneBackground, ulong.Parse(toneSeed), toneFile);
}

if (args is ["odds", var oddsFolder, var oddsFilter])
{
    return RunDump.Odds(oddsFolder, oddsFilter);
}

if (args is ["moments", var momentFolder])
{
    return RunDump.Moments(momentFolder);
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
    CpdTrainer hops SPEECH[,SPEECH] RECORDED[,asterisk]|- FILE CALLS SEED [unvoiced]
    CpdTrainer net FILE[,FILE] PASSES SEED NET_FOLDER [RATE [NET_FOLDER_TO_BEGIN_WITH]]
    CpdTrainer mix NET_FOLDER NET_FOLDER SHARE VOICE NET_FOLDER
    CpdTrainer check FILE NET_FOLDER
    CpdTrainer calls SPEECH[,SPEECH] RECORDED[,asterisk]|- CALL_FILE CALLS SEED [held|unvoiced]
    CpdTrainer trees NET_FOLDER CALL_FILE[,CALL_FILE] TREES SEED [RECORDINGS]
    CpdTrainer somebody NET_FOLDER CALL_FILE[,CALL_FILE] TREES SEED [RECORDINGS]
    CpdTrainer spoil TONE silence|NOISE:SNR SEED FILE
    CpdTrainer bursts FOLDER FILTER
    CpdTrainer odds FOLDER FILTER
    CpdTrainer moments FOLDER|CALL_FILE
    CpdTrainer dump CALL_FILE|- RECORDINGS|- OUTPUT
    CpdTrainer policy CALL_FILE RECORDINGS SEED
    """);
return 2;
