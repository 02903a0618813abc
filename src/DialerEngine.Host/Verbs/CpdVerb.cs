using System.CommandLine;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Cpd;

namespace DialerEngine.Host.Verbs;

/// <summary>
/// <c>cpd analyze</c>, <c>cpd report</c>, <c>cpd explain</c>: the detector over WAV files; <c>cpd feedback</c>: a running engine's error rates. Exit code 0 when every file was analysed, 1 when one was not, 2 for wrong use.
/// </summary>
internal static class CpdVerb
{
    public static Command Create()
    {
        var command = new Command("cpd", "Call progress and answering machine detection: over recordings, and as measured on calls.");
        command.Subcommands.Add(CreateAnalyze());
        command.Subcommands.Add(CreateReport());
        command.Subcommands.Add(CreateExplain());
        command.Subcommands.Add(GroupVerb.Feedback());
        return command;
    }

    private static Command CreateAnalyze()
    {
        var files = new Argument<string[]>("FILE") { Description = "WAV files; stereo is read from its first channel, other rates are resampled.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "One JSON object a line instead of text." };
        var early = new Option<bool>("--early-media") { Description = "The audio comes before the answer: only tones are judged." };
        var profile = ProfileOption();
        var config = ConfigOption();
        var command = new Command("analyze", "Says what each recording is: a person, a machine, a fax, a tone.") { files, json, early, profile, config };
        command.SetAction(result => Analyze(
            result.GetValue(files) ?? [],
            result.GetValue(json),
            result.GetValue(early) ? CpdPhase.EarlyMedia : CpdPhase.Answered,
            (result.GetValue(profile), result.GetValue(config)),
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error));
        return command;
    }

    private static Command CreateReport()
    {
        var folder = new Argument<string>("FOLDER") { Description = "A folder with manifest.csv: file,label,greeting_end_ms,beep_start_ms." };
        var profile = ProfileOption();
        var config = ConfigOption();
        var command = new Command("report", "Confusion table, times and beeps of labelled recordings, beside the five-parameter heuristic.") { folder, profile, config };
        command.SetAction(result =>
        {
            var error = result.InvocationConfiguration.Error;
            if (!TryProfile(result.GetValue(profile), result.GetValue(config), error, out var chosen))
            {
                return 2;
            }

            var report = new CpdFolderReport(result.InvocationConfiguration.Output);
            if (!report.TryRun(result.GetValue(folder) ?? ".", chosen, error, out var fault))
            {
                error.WriteLine(fault);
                return 2;
            }

            report.Print();
            return 0;
        });
        return command;
    }

    private static Command CreateExplain()
    {
        var file = new Argument<string>("FILE") { Description = "A WAV file." };
        var plot = new Option<string>("--plot") { Description = "The SVG file to write.", Required = true };
        var early = new Option<bool>("--early-media") { Description = "The audio comes before the answer." };
        var profile = ProfileOption();
        var config = ConfigOption();
        var command = new Command("explain", "Draws the evidence over time: level, probability, greeting, beep, decision.") { file, plot, early, profile, config };
        command.SetAction(result =>
        {
            var error = result.InvocationConfiguration.Error;
            if (!TryProfile(result.GetValue(profile), result.GetValue(config), error, out var chosen))
            {
                return 2;
            }

            var name = result.GetValue(file)!;
            var picture = CpdEvidencePlot.TryDraw(name, chosen, result.GetValue(early) ? CpdPhase.EarlyMedia : CpdPhase.Answered, out var fault);
            if (picture is null)
            {
                error.WriteLine($"{name}: {fault}");
                return 1;
            }

            return TryWrite(result.GetValue(plot)!, picture, error) ? 0 : 1;
        });
        return command;
    }

    private static bool TryWrite(string file, string text, TextWriter error)
    {
        try
        {
            File.WriteAllText(file, text);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error.WriteLine($"{file}: cannot be written: {e.Message}");
            return false;
        }
    }

    private static Option<string?> ProfileOption() => new("--profile")
    {
        Description = $"One of: {string.Join(", ", CpdProfiles.All.Select(p => p.Name))}; or, with --config, one of that file's cpdProfiles.",
    };

    private static Option<string?> ConfigOption() => new("--config") { Description = "A configuration file whose cpdProfiles --profile may name." };

    /// <summary>Finds the profile that the user named; says what is wrong when there is none.</summary>
    private static bool TryProfile(string? name, string? config, TextWriter error, out CpdProfile profile)
    {
        profile = CpdProfiles.Default;
        var cpd = new CpdConfiguration();
        if (config is not null)
        {
            var read = ConfigurationReader.Read(config);
            if (read.Configuration is null)
            {
                error.WriteLine(read.Faults.First(f => f.Severity == FaultSeverity.Error));
                return false;
            }

            cpd = read.Configuration.Cpd;
        }

        if (cpd.Find(name ?? profile.Name) is { } found)
        {
            profile = found;
            return true;
        }

        error.WriteLine($"--profile {name}: no such profile; use one of {string.Join(", ", cpd.Profiles.Concat(CpdProfiles.All).Select(p => p.Name).Distinct(StringComparer.OrdinalIgnoreCase))}");
        return false;
    }

    private static int Analyze(string[] files, bool json, CpdPhase phase, (string? Name, string? Config) chosen, TextWriter output, TextWriter error)
    {
        if (!TryProfile(chosen.Name, chosen.Config, error, out var profile))
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
