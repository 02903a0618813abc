using DialerEngine.Core;
using DialerEngine.Cpd;

namespace DialerEngine.Host.Configuration;

/// <summary>How calls are listened to: the detector's bounds, its profiles, and the recording of its decisions.</summary>
internal static class CpdTable
{
    private static readonly string[] ToneResults =
    [
        nameof(CpdOutcome.AllTrunksBusy), nameof(CpdOutcome.Busy), nameof(CpdOutcome.SitDetected), nameof(CpdOutcome.SitInvalidNum), nameof(CpdOutcome.SitVacant),
        nameof(CpdOutcome.SitIntercept), nameof(CpdOutcome.SitUnknown), nameof(CpdOutcome.SitNoCircuit), nameof(CpdOutcome.SitReorder), nameof(CpdOutcome.NuTone),
    ];

    public static readonly ConfigurationSection Recording = new("cpdRecording", "Keeps the audio behind decisions (WAV) with a picture of the evidence (SVG), for groups with cpd-recording. Names hold the masked number.",
    [
        new("folder", KeyKind.Path, "Folder; made where it is not there.") { Required = true },
        new("everyCalls", KeyKind.Integer, "Every how many calls one is kept.") { Min = 1, Max = 1_000_000, Default = 1, Unit = "calls" },
        new("maxSeconds", KeyKind.Integer, "Audio kept of a call.") { Min = 1, Max = 120, Default = 20, Unit = "s" },
        new("maxFiles", KeyKind.Integer, "Calls kept; the oldest go.") { Min = 1, Max = 100_000, Default = 500, Unit = "calls" },
    ]);

    public static readonly ConfigurationSection Cpd = new("cpd", "The detector of people, machines and tones.",
    [
        new("maxChannels", KeyKind.Integer, "Calls listened to at one time; a call that finds no room is taken for a person when it is answered.")
        {
            Min = 1, Max = 65_536, Default = 4_096, Unit = "calls",
        },
        new("threads", KeyKind.Integer, "Threads that listen; calls are spread over them. A call is listened to by one thread only.")
        {
            Min = 1, Max = 64, DefaultNote = "one for each processor but one, 1 to 8", Unit = "threads",
        },
        new("recording", KeyKind.Object, "Recording of decisions.") { Section = Recording, DefaultNote = "nothing is kept" },
    ]);

    public static readonly ConfigurationSection OperatingPoint = new("cpdOperatingPoint", "Where a profile settles the trade between people lost, machines connected and seconds spent, where it is not to be as its preset says (docs/cpd.md).",
    [
        Chance("personBelow", "A person is called in the shortest pause (minPause) when the probability of a machine is at most this."),
        Chance("personBelowLong", "The same from longPause on; between the two the bar moves evenly."),
        Chance("personBelowSettled", "The same from settledPause on."),
        Chance("personBelowTalking", "The same from minTalking on, whether they pause or not."),
        Chance("machineAbove", "A machine is called from minMachine on when its probability is at least this."),
        Chance("forcedAbove", "Where a verdict is forced, a machine when its probability is at least this."),
        Time("minPause", 0.2, 1.86, "Shortest pause in which a person is called."),
        Time("longPause", 0.2, 1.86, "Pause in which those who were not sure at first are mostly machines that go on."),
        Time("settledPause", 0.2, 1.86, "Pause as hardly any greeting has within it."),
        Time("forcedPause", 0.2, 1.86, "Pause in which a verdict is forced."),
        Time("minTalking", 0.5, 60, "From so long after the first word on a person is called in the middle of a greeting too."),
        Time("minMachine", 0.5, 60, "A machine is not called sooner after the first word."),
        Time("latest", 1, 60, "A verdict is given at the latest so long after the first word."),
    ]);

    public static readonly ConfigurationSection Profile = new("cpdProfile", "A detection profile, for a country, a trunk or both. One with the name of a built-in profile (default, a country such as us or de, a value of call_answer_type_recognition) takes its place.",
    [
        new("name", KeyKind.Text, "Name of the profile, unique.") { Required = true, Pattern = ConfigurationTable.NamePattern, PatternWords = ConfigurationTable.NameWords, MaxLength = 64 },
        new("country", KeyKind.Text, "Country whose tones are listened for, ISO 3166, two letters.")
        {
            DefaultNote = "the tones of every country", Pattern = "[A-Za-z]{2}", PatternWords = "two letters, e.g. us or gb", MaxLength = 2,
        },
        new("call_answer_type_recognition", KeyKind.Choice, "How people and machines are told apart where the call says telephony_preset.")
        {
            Choices = AnswerTypeRecognitions.AllNames, Default = "full_positive_am_detection",
        },
        new("operatingPoint", KeyKind.Object, "What is to differ from the preset's operating point; not for calls whose campaign, list or record asks for another preset.")
        {
            Section = OperatingPoint, DefaultNote = "the preset's",
        },
        new("initialSilence", KeyKind.Number, "After so much silence from the answer on the result is Silence.") { Min = 0.5, Max = 60, Default = 5.0, Unit = "s" },
        new("maxAnalysis", KeyKind.Number, "After so long from the answer on a result is given whatever was heard.") { Min = 1, Max = 60, Default = 12.0, Unit = "s" },
        new("maxPreConnect", KeyKind.Number, "After so long of early media with nothing in it the result is No Progress.") { Min = 1, Max = 600, Default = 60.0, Unit = "s" },
        new("maxBeepWait", KeyKind.Number, "So long from the answer on a beep is listened for.") { Min = 1, Max = 600, Default = 60.0, Unit = "s" },
        new("congestionResult", KeyKind.Choice, "Result of a congestion tone (fast busy).") { Choices = ToneResults, Default = nameof(CpdOutcome.AllTrunksBusy) },
        new("plainTripleResult", KeyKind.Choice, "Result of the special information tone of ITU-T E.180, which names no reason.") { Choices = ToneResults, Default = nameof(CpdOutcome.SitDetected) },
    ]);

    private static ConfigurationKey Chance(string name, string description) => new(name, KeyKind.Number, description) { Min = 0, Max = 1, DefaultNote = "the preset's" };

    private static ConfigurationKey Time(string name, double min, double max, string description) =>
        new(name, KeyKind.Number, description) { Min = min, Max = max, DefaultNote = "the preset's", Unit = "s" };
}
