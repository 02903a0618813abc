using System.CommandLine;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Host.Cpd;

namespace DialerEngine.Host.Verbs;

/// <summary>
/// <c>cpd analyze</c>: the detector over WAV files. Exit code 0 when every file was analysed, 1 when one was not, 2 for wrong use.
/// </summary>
internal static class CpdVerb
{
    public static Command Create()
    {
        var command = new Command("cpd", "Call progress and answering machine detection over recordings.");
        command.Subcommands.Add(CreateAnalyze());
        return command;
    }

    private static Command CreateAnalyze()
    {
        var files = new Argument<string[]>("FILE") { Description = "WAV files; stereo is read from its first channel, other rates are resampled.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "One JSON object a line instead of text." };
        var early = new Option<bool>("--early-media") { Description = "The audio comes before the answer: only tones are judged." };
        var profile = ProfileOption();
        var command = new Command("analyze", "Says what each recording is: a person, a machine, a fax, a tone.") { files, json, early, profile };
        command.SetAction(result => Analyze(
            result.GetValue(files) ?? [],
            result.GetValue(json),
            result.GetValue(early) ? CpdPhase.EarlyMedia : CpdPhase.Answered,
            result.GetValue(profile),
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error));
        return command;
    }

    internal static Option<string?> ProfileOption() => new("--profile")
    {
        Description = $"One of: {string.Join(", ", CpdProfiles.All.Select(p => p.Name))}.",
    };

    /// <summary>Finds the profile that the user named; says what is wrong when there is none.</summary>
    internal static bool TryProfile(string? name, TextWriter error, out CpdProfile profile)
    {
        profile = CpdProfiles.Default;
        if (name is null || CpdProfiles.TryFind(name, out profile))
        {
            return true;
        }

        error.WriteLine($"--profile {name}: no such profile; use one of {string.Join(", ", CpdProfiles.All.Select(p => p.Name))}");
        return false;
    }

    private static int Analyze(string[] files, bool json, CpdPhase phase, string? profileName, TextWriter output, TextWriter error)
    {
        if (!TryProfile(profileName, error, out var profile))
        {
            return 2;
        }

        var exitCode = 0;
        foreach (var file in files)
        {
            var analysis = CpdFileAnalysis.TryRun(file, profile, phase, out var fault);
            if (analysis is null)
            {
                error.WriteLine($"{file}: {fault}");
                exitCode = 1;
                continue;
            }

            output.WriteLine(json ? analysis.ToJson() : analysis.ToText());
            if (json && analysis.Note.Length > 0)
            {
                error.WriteLine($"{file}: {analysis.Note}");
            }
        }

        return exitCode;
    }
}
