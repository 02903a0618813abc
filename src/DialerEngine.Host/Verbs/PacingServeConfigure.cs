using System.Globalization;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Pacing;

namespace DialerEngine.Host.Verbs;

/// <summary>Reads the <c>configure</c> line of <c>pacing serve</c>.</summary>
internal static class PacingServeConfigure
{
    private const int DefaultLines = 100_000;

    /// <summary>Settings of a line, over those in force (or the defaults). Returns null when all is well, else what is wrong.</summary>
    public static string? Read(ReadOnlyMemory<byte> line, ref PacingSettings settings, ref int lines, List<string> warnings)
    {
        var changed = settings;
        var faults = new List<string>();
        using var document = JsonDocument.Parse(line);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            changed = Apply(changed, property, ref lines, faults, warnings);
        }

        if (faults.Count == 0)
        {
            faults.AddRange(changed.Faults());
        }

        if (lines == 0)
        {
            lines = DefaultLines;
        }

        settings = faults.Count == 0 ? changed : settings;
        return faults.Count == 0 ? null : string.Join(" ", faults);
    }

    /// <summary>A dial mode by its name: that of the enumeration (Predict) or that of the desktop (Predictive), blanks and case aside.</summary>
    public static bool TryMode(string? text, out DialMode mode)
    {
        var wanted = Letters(text ?? "");
        foreach (var candidate in Enum.GetValues<DialMode>())
        {
            var name = Letters(candidate.ToString());
            var desktop = Letters(candidate.DesktopName());
            var spoken = name.Replace("progress", "progressive", StringComparison.Ordinal).Replace("predict", "predictive", StringComparison.Ordinal);
            if (wanted.Length > 0 && (wanted == name || wanted == desktop || wanted == spoken))
            {
                mode = candidate;
                return true;
            }
        }

        mode = DialMode.NoDialMode;
        return false;
    }

    private static PacingSettings Apply(
        PacingSettings settings, JsonProperty property, ref int lines, List<string> faults, List<string> warnings)
    {
        var value = property.Value;
        switch (property.Name)
        {
            case "t" or "type":
                return settings;
            case "mode":
                var modeText = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
                return TryMode(modeText, out var mode) ? settings with { Mode = mode } : Refuse("\"mode\" is not a dial mode, e.g. Predictive or Progressive.");
            case "optimizeBy":
                var byText = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
                return Enum.TryParse<OptimizeBy>(byText, ignoreCase: true, out var by) && Enum.IsDefined(by) && !char.IsDigit(byText![0])
                    ? settings with { OptimizeBy = by }
                    : Refuse("\"optimizeBy\" is none of OverdialRate, BusyFactor, DistributionTime, WaitTime, MaximumGain.");
            case "goal":
                return Number(out var goal) ? settings with { Goal = goal } : settings;
            case "maxOverdialPercent":
                return Number(out var percent) ? settings with { MaxOverdialPercent = percent } : settings;
            case "windowSeconds":
                return Number(out var window) ? settings with { WindowSeconds = window } : settings;
            case "patienceSeconds":
                return Number(out var patience) ? settings with { PatienceSeconds = patience } : settings;
            case "connectSeconds":
                return Number(out var connect) ? settings with { ConnectSeconds = connect } : settings;
            case "linesPerAgent":
                return Number(out var perAgent) ? settings with { LinesPerAgent = perAgent } : settings;
            case "reservedAgents":
                return Whole(0, 5000, out var reserved) ? settings with { ReservedAgents = reserved } : settings;
            case "predictiveAlgorithm":
                var algorithmText = value.ValueKind == JsonValueKind.String ? Letters(value.GetString()!) : "";
                return Enum.TryParse<PredictiveAlgorithm>(algorithmText, ignoreCase: true, out var algorithm)
                    ? settings with { Algorithm = algorithm }
                    : Refuse("\"predictiveAlgorithm\" is none of time_optimized_odr, classical, small_group, advanced_small_group.");
            case "smallGroupSize":
                return Whole(1, 5000, out var small) ? settings with { SmallGroupSize = small } : settings;
            case "lines":
                lines = Whole(1, 1_000_000, out var most) ? most : lines;
                return settings;
            case "agents":
                // Agents count when they log in; the number is checked so that a slip is seen early.
                Whole(0, 65_536, out _);
                return settings;
            case "seed":
                // The controller draws no random numbers: equal lines give equal decisions under any seed.
                Number(out _);
                return settings;
            default:
                warnings.Add($"\"{property.Name}\" is not an option of configure and changes nothing");
                return settings;
        }

        PacingSettings Refuse(string fault)
        {
            faults.Add(fault);
            return settings;
        }

        bool Number(out double number)
        {
            number = 0;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number))
            {
                return true;
            }

            faults.Add($"\"{property.Name}\" must be a number.");
            return false;
        }

        bool Whole(int least, int most, out int number)
        {
            number = 0;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number) && number >= least && number <= most)
            {
                return true;
            }

            faults.Add(string.Create(CultureInfo.InvariantCulture, $"\"{property.Name}\" must be a whole number from {least} to {most}."));
            return false;
        }
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetter)).ToLowerInvariant();
}
