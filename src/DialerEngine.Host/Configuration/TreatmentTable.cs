using DialerEngine.Core.Treatments;

namespace DialerEngine.Host.Configuration;

/// <summary>Treatments of calling lists and campaigns.</summary>
internal static class TreatmentTable
{
    public static readonly ConfigurationSection Treatment = new("treatment", "A treatment: what becomes of a record, and of its call, when a call ends with a result.",
    [
        new("name", KeyKind.Text, "Name of the treatment, unique within its list or campaign.")
        {
            Required = true, Pattern = ConfigurationTable.NamePattern, PatternWords = ConfigurationTable.NameWords,
        },
        new("callResult", KeyKind.Text, "The call result that it is for: its name without blanks, e.g. NoAnswer, or a number of your own above 53.")
        {
            Required = true, Pattern = "[A-Za-z]+|[0-9]{1,9}", PatternWords = "the name of a call result, e.g. NoAnswer, or a number above 53",
        },
        new("recordAction", KeyKind.Choice, "What becomes of the record (Apply to Record).")
        {
            Choices = Enum.GetNames<RecordAction>(), Default = nameof(RecordAction.NoAction), Aliases = ["recActionCode"],
        },
        new("callAction", KeyKind.Choice, "What becomes of the call (Apply to Call): for Answer, AnsweringMachine, Fax and Silence.")
        {
            Choices = Enum.GetNames<CallAction>(), Default = nameof(CallAction.None), DefaultNote = "machines and faxes are released, all else goes to an agent",
            Aliases = ["callActionCode"],
        },
        new("numberInSequence", KeyKind.Integer, "Place among the treatments of the same result.") { Min = 1, Max = TreatmentDefinition.MaxNumber, Default = 1, Aliases = ["attempts"] },
        new("cycleAttempt", KeyKind.Integer, "How often it is applied to one record before the sequence goes on.") { Min = 1, Max = TreatmentDefinition.MaxCycleAttempt, Default = 1 },
        new("interval", KeyKind.Integer, "Wait before the next attempt.") { Min = 0, Max = 525_600, Default = 0, Unit = "min" },
        new("increment", KeyKind.Integer, "Added to the wait with each further application.") { Min = 0, Max = 525_600, Default = 0, Unit = "min" },
        new("at", KeyKind.Text, "Date or time of day on the customer's clock: \"2026-12-01 18:00\", \"tomorrow 18:00\", \"+3 09:30\" (in three days), \"monday 10:00\", \"18:00\".")
        {
            DefaultNote = "none; RetryAtDate and NextInChainAtDate need one", Aliases = ["dateTime", "date"], MaxLength = 32,
        },
        new("destination", KeyKind.Text, "Where Transfer, MuteTransfer and Route send the call: a number of the trunk or a SIP URI.") { DefaultNote = "none", Aliases = ["destDN"], MaxLength = 200 },
        new("announcement", KeyKind.Path, "WAV file that PlayMessage plays.") { DefaultNote = "none" },
    ]);
}
