using CpdTrainer;
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

Console.Error.WriteLine("""
    CpdTrainer tones SNR early|answered country|default COUNT
    CpdTrainer list FOLDER PROFILE [FILTER]
    """);
return 2;
