using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Host.Configuration;

/// <summary>Makes treatments from what the file says, and holds them against the rules of their actions.</summary>
internal static class TreatmentBuilder
{
    private static readonly Dictionary<string, string> KeyOfField = new(StringComparer.Ordinal)
    {
        [nameof(TreatmentDefinition.Result)] = "callResult",
        [nameof(TreatmentDefinition.RecordAction)] = "recordAction",
        [nameof(TreatmentDefinition.CallAction)] = "callAction",
        [nameof(TreatmentDefinition.NumberInSequence)] = "numberInSequence",
        [nameof(TreatmentDefinition.CycleAttempt)] = "cycleAttempt",
        [nameof(TreatmentDefinition.IntervalMinutes)] = "interval",
        [nameof(TreatmentDefinition.IncrementMinutes)] = "increment",
        [nameof(TreatmentDefinition.At)] = "at",
        [nameof(TreatmentDefinition.Destination)] = "destination",
        [nameof(TreatmentDefinition.Announcement)] = "announcement",
    };

    public static IReadOnlyList<TreatmentDefinition> Build(SectionValues owner, FaultList faults)
    {
        var treatments = new List<TreatmentDefinition>();
        var names = new UniqueNames("treatment", "name", faults);
        var places = new Dictionary<(CallResult, int), string>();
        foreach (var values in owner.Objects("treatments"))
        {
            names.Take(values);
            if (BuildOne(values, faults) is not { } treatment)
            {
                continue;
            }

            if (!places.TryAdd((treatment.Result, treatment.NumberInSequence), values.Path))
            {
                faults.Error(
                    values, values.Has("numberInSequence") ? "numberInSequence" : "callResult",
                    $"{places[(treatment.Result, treatment.NumberInSequence)]} is number {treatment.NumberInSequence} for {treatment.Result.Name()} already; the numbers of a sequence differ");
            }

            treatments.Add(treatment);
        }

        return treatments.Count == 0 ? Array.Empty<TreatmentDefinition>() : treatments;
    }

    private static TreatmentDefinition? BuildOne(SectionValues values, FaultList faults)
    {
        if (!values.Has("callResult") || ReadResult(values, faults) is not { } result)
        {
            return null;
        }

        TreatmentTime? at = null;
        if (values.TextOrNull("at") is { } text && !TreatmentTime.TryParse(text, out at))
        {
            faults.Error(values, "at", "must be a date or a time of day, e.g. \"2026-12-01 18:00\", \"tomorrow 18:00\", \"+3 09:30\", \"monday 10:00\" or \"18:00\"");
            return null;
        }

        var treatment = new TreatmentDefinition
        {
            Name = values.Text("name"),
            Result = result,
            RecordAction = Enum.Parse<RecordAction>(values.Text("recordAction")),
            CallAction = Enum.Parse<CallAction>(values.Text("callAction")),
            NumberInSequence = values.Integer("numberInSequence"),
            CycleAttempt = values.Integer("cycleAttempt"),
            IntervalMinutes = values.Integer("interval"),
            IncrementMinutes = values.Integer("increment"),
            At = at,
            Destination = values.TextOrNull("destination"),
            Announcement = values.TextOrNull("announcement"),
        };
        foreach (var fault in TreatmentValidator.Check(treatment))
        {
            // Where the value itself was wrong its fault is noted already.
            var key = KeyOfField[fault.Field];
            if (values.NodeOf(key) is null || values.Has(key))
            {
                faults.Error(values, key, fault.Message);
            }
        }

        if (treatment is { Result: CallResult.Answer, CallAction: CallAction.Drop or CallAction.PlayMessage })
        {
            faults.Warning(values, "callAction", "people who answer get no agent: each of them counts as abandoned (16 CFR 310.4(b)(1)(iv))");
        }

        if (treatment.Announcement is { } file && WavFile.Fault(file) is { } wrong)
        {
            faults.Error(values, "announcement", wrong);
        }

        return treatment;
    }

    private static CallResult? ReadResult(SectionValues values, FaultList faults)
    {
        var text = values.Text("callResult");
        var names = Enum.GetNames<CallResult>();
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            if (number >= CallResults.StandardCount)
            {
                return (CallResult)number;
            }

            faults.Error(values, "callResult", $"{number} is {((CallResult)number).Name()}; write the name");
            return null;
        }

        if (names.Contains(text, StringComparer.Ordinal))
        {
            return Enum.Parse<CallResult>(text);
        }

        faults.Error(values, "callResult", $"must be the name of a call result, e.g. NoAnswer, or a number above 53{DidYouMean.Ask(text, names)}");
        return null;
    }
}
