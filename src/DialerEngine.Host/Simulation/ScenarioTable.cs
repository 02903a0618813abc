using DialerEngine.Core;
using DialerEngine.Host.Configuration;
using ConfigurationSection = DialerEngine.Host.Configuration.ConfigurationSection;

namespace DialerEngine.Host.Simulation;

/// <summary>Every key of a scenario file: reading, the published schema and the manual's tables are made from here.</summary>
internal static class ScenarioTable
{
    /// <summary>Longest duration in a scenario: ten days.</summary>
    internal const double LongestSeconds = 864_000;

    /// <summary>Most agents of a team, and of all together.</summary>
    internal const int MostAgents = 5_000;

    /// <summary>Dial modes by the names that desktops use.</summary>
    internal static readonly IReadOnlyDictionary<string, DialMode> Modes = Enum.GetValues<DialMode>()
        .Where(m => m.IsAutomatic()).ToDictionary(m => m.DesktopName(), StringComparer.Ordinal);

    public static readonly ConfigurationSection Part = new("part", "One law of a mixture.",
    [
        new("weight", KeyKind.Number, "Weight of this law among the parts.") { Required = true, Min = 0, Max = 1e6 },
        new("law", KeyKind.Choice, "Form of the law.") { Required = true, Choices = ["constant", "uniform", "exponential", "lognormal", "gamma", "weibull"] },
        .. Parameters(),
    ]);

    public static readonly ConfigurationSection Law = new("law", "A law of durations, in seconds. A plain number stands for a constant.",
    [
        new("law", KeyKind.Choice, "Form of the law: which of the other keys it needs is said at each.")
        {
            Required = true, Choices = ["constant", "uniform", "exponential", "lognormal", "gamma", "weibull", "empirical", "histogram", "mixture", "csv"],
        },
        .. Parameters(),
        new("values", KeyKind.Numbers, "empirical: the values seen; histogram: the edges of the cells, rising.") { Min = 0, Max = LongestSeconds, MinItems = 1, MaxItems = 100_000 },
        new("weights", KeyKind.Numbers, "histogram: weights of the cells, one fewer than edges.") { Min = 0, Max = 1e12, MinItems = 1, MaxItems = 100_000 },
        new("parts", KeyKind.Objects, "mixture: the laws to choose from.") { Section = Part, MinItems = 1, MaxItems = 100 },
        new("file", KeyKind.Path, "csv: log of real calls with a line of column names."),
        new("column", KeyKind.Text, "csv: column whose numbers are the values; empty cells are passed over.") { MaxLength = 64 },
        new("plus", KeyKind.Number, "Added to every value.") { Min = 0, Max = LongestSeconds, Default = 0.0, Unit = "s" },
        new("atMost", KeyKind.Number, "Longest value: what would be longer is drawn again.") { Min = 0, Max = LongestSeconds, DefaultNote = "none", Unit = "s" },
    ]);

    public static readonly ConfigurationSection Trunk = new("scenarioTrunk", "A trunk.",
    [
        Name("trunk"),
        new("lines", KeyKind.Integer, "Calls at one time.") { Min = 1, Max = 100_000, Default = 10_000, Unit = "calls" },
        new("callsPerSecond", KeyKind.Number, "Call starts a second.") { Min = 0.1, Max = 10_000, Default = 1_000.0, Unit = "calls/s" },
    ]);

    public static readonly ConfigurationSection Break = new("break", "A break: a share of the team is not ready for a while, each after the call in hand.",
    [
        new("at", KeyKind.TimeOfDay, "Time of day at which it begins.") { Required = true },
        new("minutes", KeyKind.Number, "Length.") { Required = true, Min = 1, Max = 1_440, Unit = "min" },
        new("share", KeyKind.Number, "Share of the team.") { Min = 0, Max = 1, Default = 1.0 },
    ]);

    public static readonly ConfigurationSection Team = new("team", "A team of agents with one shift.",
    [
        Name("team"),
        new("agents", KeyKind.Integer, "Number of agents.") { Required = true, Min = 0, Max = MostAgents, Unit = "agents" },
        new("talk", KeyKind.Law, "Talk.") { Required = true, Section = Law, Min = 0, Max = LongestSeconds, Unit = "s" },
        new("wrap", KeyKind.Law, "After-call work.") { Required = true, Section = Law, Min = 0, Max = LongestSeconds, Unit = "s" },
        new("connect", KeyKind.Law, "From the delivery of a person to the connected agent.") { Section = Law, Min = 0, Max = LongestSeconds, Default = 0.0, Unit = "s" },
        new("login", KeyKind.TimeOfDay, "Time of day at which they log in.") { DefaultNote = "the start" },
        new("loginOverMinutes", KeyKind.Number, "They log in one after the other over this time.") { Min = 0, Max = 1_440, Default = 0.0, Unit = "min" },
        new("logout", KeyKind.TimeOfDay, "Time of day at which they leave, each after the call in hand.") { DefaultNote = "never" },
        new("breaks", KeyKind.Objects, "Breaks.") { Section = Break, MaxItems = 100 },
        new("pauseShare", KeyKind.Number, "Share of calls after which the agent is not ready for a while.") { Min = 0, Max = 1, Default = 0.0 },
        new("pause", KeyKind.Law, "Length of such a pause.") { Section = Law, Min = 0, Max = LongestSeconds, Default = 60.0, Unit = "s" },
        new("readyTimeShare", KeyKind.Number, "Share of after-call works of which the agent announces the length as they begin (ReadyTime).") { Min = 0, Max = 1, Default = 0.0 },
        new("readyTimeError", KeyKind.Number, "Coefficient of variation of the announcements around the truth.") { Min = 0, Max = 3, Default = 0.0 },
    ]);

    public static readonly ConfigurationSection Mix = new("mix", "What becomes of dials that no person answers: weights in proportion.",
    [
        new("machine", KeyKind.Number, "Answering machine.") { Min = 0, Max = 1e6, Default = 0.25 },
        new("noAnswer", KeyKind.Number, "Nobody answers within the ring time (call_wait_connected_timeout).") { Min = 0, Max = 1e6, Default = 0.33 },
        new("busy", KeyKind.Number, "Busy.") { Min = 0, Max = 1e6, Default = 0.07 },
        new("sit", KeyKind.Number, "Special information tone: no such number.") { Min = 0, Max = 1e6, Default = 0.05 },
        new("congestion", KeyKind.Number, "The trunk's fault: the record is dialled again later.") { Min = 0, Max = 1e6, Default = 0.0 },
    ]);

    public static readonly ConfigurationSection List = new("list", "A calling list.",
    [
        Name("list"),
        new("records", KeyKind.Integer, "Records; 0 for a list without end.") { Min = 0, Max = 100_000_000, Default = 0, Unit = "records" },
        new("answerChance", KeyKind.Number, "Chance that a dial is answered by a person.") { Min = 0.0001, Max = 0.9999, Default = 0.3 },
        new("answerSpread", KeyKind.Number, "Records differ: each has its own chance, from a Beta law with this sum of its two shapes (5 with answerChance 0.3: Beta(1.5, 3.5)).")
        {
            Min = 0, Max = 10_000, Default = 0.0, DefaultNote = "0: all are alike",
        },
        new("mix", KeyKind.Object, "What becomes of the other dials.") { Section = Mix },
        new("personAnswer", KeyKind.Law, "Ringing until a person answers.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "the network's", Unit = "s" },
        new("machineAnswer", KeyKind.Law, "Ringing until a machine answers.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "the network's", Unit = "s" },
        new("talk", KeyKind.Law, "Talk with people of this list.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "the team's", Unit = "s" },
        new("weight", KeyKind.Integer, "Records taken from this list in one round of a group's lists.") { Min = 1, Max = 1_000, Default = 1 },
        new("open", KeyKind.Flag, "False: the list gives no records until a change opens it.") { Default = true },
    ]);

    public static readonly ConfigurationSection Network = new("network", "How the network behaves; defaults are those of the bench's base model.",
    [
        new("personAnswer", KeyKind.Law, "Ringing until a person answers.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "2.5 s and a lognormal law of 8 s, cv 0.6, at most 26 s", Unit = "s" },
        new("machineAnswer", KeyKind.Law, "Ringing until a machine answers.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "2.5 s and a lognormal law of 13 s, cv 0.25", Unit = "s" },
        new("personDetection", KeyKind.Law, "From a person's answer to the detector's verdict.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "lognormal, 1.2 s, cv 0.35", Unit = "s" },
        new("machineDetection", KeyKind.Law, "From a machine's answer to the verdict.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "lognormal, 3 s, cv 0.25", Unit = "s" },
        new("busy", KeyKind.Law, "Until busy is known.") { Section = Law, Min = 0, Max = LongestSeconds, Default = 4.0, Unit = "s" },
        new("sit", KeyKind.Law, "Until a special information tone is known.") { Section = Law, Min = 0, Max = LongestSeconds, Default = 3.0, Unit = "s" },
        new("congestion", KeyKind.Law, "Until congestion, or a dead trunk, is known.") { Section = Law, Min = 0, Max = LongestSeconds, Default = 1.0, Unit = "s" },
        new("personAsMachine", KeyKind.Number, "Share of people taken for machines and hung up on (false positives).") { Min = 0, Max = 1, Default = 0.0 },
        new("machineAsPerson", KeyKind.Number, "Share of machines taken for people and given to agents.") { Min = 0, Max = 1, Default = 0.0 },
        new("machineTalk", KeyKind.Law, "Time that an agent needs to end a call with a machine.") { Section = Law, Min = 0, Max = LongestSeconds, Default = 8.0, Unit = "s" },
        new("eventDelay", KeyKind.Law, "How late the engine hears of what the network knows.") { Section = Law, Min = 0, Max = LongestSeconds, Default = 0.0, Unit = "s" },
        new("hangUp", KeyKind.Law, "How long people without an agent stay on the line.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "as long as the engine lets them", Unit = "s" },
    ]);

    public static readonly ConfigurationSection Group = new("group", "A campaign group, with the names and meanings of the engine's configuration.",
    [
        Name("group"),
        new("lists", KeyKind.Texts, "Names of its lists.") { DefaultNote = "all", MinItems = 1, MaxItems = 64 },
        new("teams", KeyKind.Texts, "Names of its teams; a team may work for several groups.") { DefaultNote = "all", MinItems = 1, MaxItems = 64 },
        new("trunks", KeyKind.Texts, "Names of its trunks, in order of preference.") { DefaultNote = "all", MinItems = 1, MaxItems = 64 },
        new("dialMode", KeyKind.Choice, "Dial mode.") { Choices = [.. Modes.Keys], Default = "Predictive" },
        new("optimizeBy", KeyKind.Choice, "What predictive dialling optimises.") { Choices = [.. Enum.GetNames<OptimizeBy>().Skip(1)], Default = "OverdialRate" },
        new("optimizeGoal", KeyKind.Integer, "Goal, as in the engine's configuration.") { Min = 1, Max = 10_000, Default = 3 },
        new("options", KeyKind.Object, "Options of the group by their configuration names (docs/configuration.md); number_of_channels is as many as its trunks have lines, the ring time 28 s.")
        {
            Section = OptionTable.Options,
        },
    ]);

    public static readonly ConfigurationSection Change = new("change", "Something that changes at a time; keys that are absent change nothing.",
    [
        new("at", KeyKind.TimeOfDay, "Time of day.") { DefaultNote = "atHours" },
        new("atHours", KeyKind.Number, "Hours from the start, in place of at.") { Min = 0, Max = 240, DefaultNote = "at", Unit = "h" },
        new("list", KeyKind.Text, "The list that answerChance, mix, open, personAnswer and machineAnswer are for.") { DefaultNote = "all" },
        new("answerChance", KeyKind.Number, "New chance of a person.") { Min = 0.0001, Max = 0.9999, DefaultNote = "as before" },
        new("mix", KeyKind.Object, "New mix of the other dials.") { Section = Mix, DefaultNote = "as before" },
        new("open", KeyKind.Flag, "Opens or closes the list.") { DefaultNote = "as before" },
        new("personAnswer", KeyKind.Law, "New law of ringing until a person answers.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "as before", Unit = "s" },
        new("machineAnswer", KeyKind.Law, "New law of ringing until a machine answers.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "as before", Unit = "s" },
        new("team", KeyKind.Text, "The team that agents, talk and wrap are for.") { DefaultNote = "all" },
        new("agents", KeyKind.Integer, "Agents wanted: more log in at once, fewer leave as they finish their calls.") { Min = 0, Max = MostAgents, DefaultNote = "as before", Unit = "agents" },
        new("talk", KeyKind.Law, "New law of talk.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "as before", Unit = "s" },
        new("wrap", KeyKind.Law, "New law of after-call work.") { Section = Law, Min = 0, Max = LongestSeconds, DefaultNote = "as before", Unit = "s" },
        new("trunk", KeyKind.Text, "The trunk that down is for.") { DefaultNote = "all" },
        new("down", KeyKind.Flag, "Every call over the trunk fails, or calls go through again.") { DefaultNote = "as before" },
        new("group", KeyKind.Text, "The group that dialMode and dialing are for.") { DefaultNote = "all" },
        new("dialMode", KeyKind.Choice, "New dial mode.") { Choices = [.. Modes.Keys], DefaultNote = "as before" },
        new("dialing", KeyKind.Flag, "Stops or starts dialling.") { DefaultNote = "as before" },
    ]);

    public static readonly ConfigurationSection Root = new("scenario", "A shift to rehearse.",
    [
        new("$schema", KeyKind.Text, "Where the schema of this file is, for editors."),
        new("name", KeyKind.Text, "Name, for tables and plots.") { DefaultNote = "the file's", MaxLength = 64 },
        new("hours", KeyKind.Number, "Length of the shift.") { Min = 0.05, Max = 240, Default = 8.0, Unit = "h" },
        new("start", KeyKind.TimeOfDay, "Time of day at the start.") { Default = "09:00" },
        new("warmUpMinutes", KeyKind.Number, "Beginning that utilisation, idle time and lines leave out; abandonment always counts from the start.") { Min = 0, Max = 1_440, Default = 0.0, Unit = "min" },
        new("seed", KeyKind.Integer, "Seed of the first run.") { Min = 0, Max = int.MaxValue, Default = 1 },
        new("seeds", KeyKind.Integer, "Runs, each with the next seed.") { Min = 1, Max = 1_000, Default = 1 },
        new("tickMs", KeyKind.Integer, "Time between two looks at the clock.") { Min = 10, Max = 1_000, Default = 100, Unit = "ms" },
        new("trunks", KeyKind.Objects, "Trunks.") { Section = Trunk, DefaultNote = "one with 10,000 lines", MinItems = 1, MaxItems = 64 },
        new("teams", KeyKind.Objects, "Teams of agents.") { Required = true, Section = Team, MinItems = 1, MaxItems = 100 },
        new("lists", KeyKind.Objects, "Calling lists.") { Section = List, DefaultNote = "one without end", MinItems = 1, MaxItems = 100 },
        new("network", KeyKind.Object, "The network.") { Section = Network },
        new("groups", KeyKind.Objects, "Campaign groups.") { Section = Group, DefaultNote = "one, predictive, 3 % abandonment", MinItems = 1, MaxItems = 100 },
        new("changes", KeyKind.Objects, "What changes during the shift.") { Section = Change, MaxItems = 10_000 },
    ]);

    /// <summary>Every section; the first is the whole file.</summary>
    public static IReadOnlyList<ConfigurationSection> Sections => [Root, Trunk, Team, Break, List, Mix, Network, Group, Change, Law, Part, OptionTable.Options];

    private static ConfigurationKey Name(string of) => new("name", KeyKind.Text, $"Name of the {of}, unique.")
    {
        Required = true,
        Pattern = ConfigurationTable.NamePattern,
        PatternWords = ConfigurationTable.NameWords,
        MaxLength = 64,
    };

    private static ConfigurationKey[] Parameters() =>
    [
        new("mean", KeyKind.Number, "exponential, lognormal, gamma: mean.") { Min = 0.001, Max = LongestSeconds, Unit = "s" },
        new("cv", KeyKind.Number, "lognormal, gamma: standard deviation over mean.") { Min = 0.01, Max = 5 },
        new("value", KeyKind.Number, "constant: the value.") { Min = 0, Max = LongestSeconds, Unit = "s" },
        new("min", KeyKind.Number, "uniform: smallest value.") { Min = 0, Max = LongestSeconds, Unit = "s" },
        new("max", KeyKind.Number, "uniform: largest value.") { Min = 0, Max = LongestSeconds, Unit = "s" },
        new("scale", KeyKind.Number, "weibull: scale.") { Min = 0.001, Max = LongestSeconds, Unit = "s" },
        new("shape", KeyKind.Number, "weibull: shape; below 1 long ones get longer.") { Min = 0.05, Max = 100 },
    ];
}
