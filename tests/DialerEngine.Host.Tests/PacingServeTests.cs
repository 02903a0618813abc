using System.Globalization;
using System.Text;
using DialerEngine.Adapters.Simulated.Pacing;
using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using DialerEngine.Host.Verbs;
using DialerEngine.Pacing;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Host.Tests;

public sealed class PacingServeTests
{
    private const string Progressive = """{"t":0,"type":"configure","mode":"Progressive","lines":500}""";
    private const string Predictive =
        """{"t":0,"type":"configure","mode":"Predictive","optimizeBy":"OverdialRate","goal":3,"windowSeconds":86400,"lines":500,"agents":50,"patienceSeconds":2,"seed":1}""";

    [Fact]
    public void Each_tick_is_answered_with_its_own_time_and_a_number_of_dials()
    {
        var (code, output, error) = Serve(
            Predictive,
            """{"t":1.0,"type":"agent","id":"a1","state":"Ready"}""",
            """{"t":2.0,"type":"tick"}""",
            """{"t":2.50,"type":"tick"}""");
        Assert.Equal(0, code);
        Assert.Equal("", error);
        Assert.Equal("{\"t\":2.0,\"dial\":1}\n{\"t\":2.50,\"dial\":1}\n", output);
    }

    [Fact]
    public void A_call_goes_its_way_and_every_step_counts()
    {
        var (_, output, error) = Serve(
            Progressive,
            """{"t":1,"type":"agent","id":"a1","state":"Ready"}""",
            """{"t":1,"type":"agent","id":"a2","state":"Ready"}""",
            """{"t":2,"type":"tick"}""",
            """{"t":2,"type":"call","id":"c1","state":"Dialing"}""",
            """{"t":2,"type":"call","id":"c2","state":"Dialing"}""",
            """{"t":3,"type":"tick"}""",
            """{"t":8,"type":"call","id":"c1","state":"Answered"}""",
            """{"t":9.2,"type":"call","id":"c1","state":"Person"}""",
            """{"t":9.2,"type":"tick"}""",
            """{"t":9.3,"type":"call","id":"c1","state":"Connected","agent":"a1"}""",
            """{"t":9.9,"type":"call","id":"c2","state":"Failed","result":7}""",
            """{"t":10,"type":"tick"}""",
            """{"t":20,"type":"readyTime","agent":"a1","seconds":12}""",
            """{"t":30,"type":"agent","id":"a1","state":"AfterCallWork"}""",
            """{"t":31,"type":"call","id":"c1","state":"Released"}""",
            """{"t":32,"type":"agent","id":"a1","state":"Ready"}""",
            """{"t":33,"type":"tick"}""");
        Assert.Equal("", error);
        Assert.Equal([2, 0, 0, 1, 2], Dials(output));
    }

    [Fact]
    public void A_line_is_free_again_when_its_agent_has_moved_on_even_without_a_release()
    {
        var (_, output, error) = Serve(
            """{"t":0,"type":"configure","mode":"ProgressAndSeize","lines":1}""",
            """{"t":1,"type":"agent","id":"a1","state":"Ready"}""",
            """{"t":1,"type":"call","id":"c1","state":"Dialing"}""",
            """{"t":9,"type":"call","id":"c1","state":"Person"}""",
            """{"t":9,"type":"call","id":"c1","state":"Connected","agent":"a1"}""",
            """{"t":9,"type":"agent","id":"a2","state":"Ready"}""",
            """{"t":10,"type":"tick"}""",
            """{"t":60,"type":"agent","id":"a1","state":"AfterCallWork"}""",
            """{"t":61,"type":"tick"}""");
        Assert.Equal("", error);
        Assert.Equal([0, 1], Dials(output));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{\"t\":5")]
    [InlineData("[1,2]")]
    [InlineData("{\"t\":5}")]
    [InlineData("{\"t\":5,\"type\":\"agent\",\"id\":\"\",\"state\":\"Ready\"}")]
    [InlineData("{\"t\":5,\"type\":\"agent\",\"id\":\"a1\",\"state\":\"Asleep\"}")]
    [InlineData("{\"t\":5,\"type\":\"agent\",\"id\":\"a1\",\"state\":\"Dialing\"}")]
    [InlineData("{\"t\":5,\"type\":\"call\",\"id\":\"c1\",\"state\":\"Answered\"}")]
    [InlineData("{\"t\":5,\"type\":\"call\",\"id\":\"c1\",\"state\":\"Dialing\",\"answerChance\":2}")]
    [InlineData("{\"t\":5,\"type\":\"readyTime\",\"agent\":\"a9\",\"seconds\":5}")]
    [InlineData("{\"t\":5,\"type\":\"readyTime\",\"agent\":\"a1\",\"seconds\":-5}")]
    [InlineData("{\"t\":-5,\"type\":\"call\",\"id\":\"c1\",\"state\":\"Dialing\"}")]
    [InlineData("{\"t\":1e300,\"type\":\"call\",\"id\":\"c1\",\"state\":\"Dialing\"}")]
    [InlineData("{\"t\":0.5,\"type\":\"call\",\"id\":\"c1\",\"state\":\"Dialing\"}")]
    [InlineData("{\"t\":5,\"type\":\"agent\",\"id\":\"a1\",\"state\":\"Ready\"} {}")]
    public void A_faulty_line_is_named_once_and_passed_over(string hostile)
    {
        var (code, output, error) = Serve(
            Progressive,
            """{"t":1,"type":"agent","id":"a1","state":"Ready"}""",
            hostile,
            """{"t":6,"type":"tick"}""");
        Assert.Equal(0, code);
        Assert.Equal([1], Dials(output));
        Assert.StartsWith("standard input, line 3: ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public void A_line_of_more_than_a_mebibyte_is_passed_over()
    {
        var (code, output, error) = Serve(
            Progressive,
            """{"t":1,"type":"agent","id":"a1","state":"Ready"}""",
            new string('x', 3_000_000),
            """{"t":6,"type":"tick"}""");
        Assert.Equal(0, code);
        Assert.Equal([1], Dials(output));
        Assert.Contains("line 3: the line is longer than", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"t":0,"type":"tick"}""", "the first line must be a configure line")]
    [InlineData("""{"t":0,"type":"configure","mode":"Telepathic"}""", "is not a dial mode")]
    [InlineData("""{"t":0,"type":"configure","mode":"Preview"}""", "is not paced")]
    [InlineData("""{"t":0,"type":"configure","mode":"Predictive","optimizeBy":"OverdialRate","goal":0}""", "goal of OverdialRate is 0, and must lie between 0.1 and 50")]
    [InlineData("""{"t":0,"type":"configure","mode":"Predictive","optimizeBy":"BusyFactor","goal":100}""", "goal of BusyFactor is 100")]
    [InlineData("""{"t":0,"type":"configure","mode":"Predictive","optimizeBy":"DistributionTime","goal":-1}""", "goal of DistributionTime is -1")]
    [InlineData("""{"t":0,"type":"configure","mode":"Predictive","optimizeBy":"Luck"}""", "\"optimizeBy\" is none of")]
    [InlineData("""{"t":0,"type":"configure","goal":"three"}""", "\"goal\" must be a number")]
    [InlineData("""{"t":0,"type":"configure","lines":0}""", "\"lines\" must be a whole number from 1")]
    [InlineData("""{"t":0,"type":"configure","windowSeconds":1}""", "window is 1")]
    public void A_session_that_cannot_begin_ends_with_2_and_says_why(string line, string why)
    {
        var (code, output, error) = Serve(line, """{"t":1,"type":"tick"}""");
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Predictive", DialMode.Predict)]
    [InlineData("predict", DialMode.Predict)]
    [InlineData("Progressive with Seizing", DialMode.ProgressAndSeize)]
    [InlineData("PredictiveAndSeize", DialMode.PredictAndSeize)]
    [InlineData("Power GVP", DialMode.PowerGVP)]
    [InlineData("ProgressiveGVP", DialMode.ProgressGVP)]
    [InlineData("Power", DialMode.Power)]
    public void A_mode_has_the_name_of_the_enumeration_or_that_of_the_desktop(string name, DialMode mode)
    {
        Assert.True(PacingServeConfigure.TryMode(name, out var found));
        Assert.Equal(mode, found);
    }

    [Fact]
    public void Reasons_are_added_when_asked_for()
    {
        var (_, output, _) = Serve(
            explain: true,
            Predictive,
            """{"t":1,"type":"agent","id":"a1","state":"Ready"}""",
            """{"t":2,"type":"tick"}""");
        Assert.Contains("\"why\":\"1: 0 pending, expected answers in 4 s 0.0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_leave_the_session_alive_and_every_tick_answered()
    {
        var lines = Gen.OneOf(
            ArbMap.Default.ArbFor<byte[]>().Generator,
            Gen.Elements(Predictive, "{\"t\":3,\"type\":\"call\",\"id\":\"c\",\"state\":\"Dialing\"}", "{\"t\":3,\"type\":\"agent\",\"id\":\"a\",\"state\":\"Ready\"}")
                .Select(Encoding.UTF8.GetBytes)
                .SelectMany(b => Gen.Choose(0, b.Length - 1).SelectMany(at => Gen.Choose(0, 255).Select(v =>
                {
                    var changed = (byte[])b.Clone();
                    changed[at] = (byte)v;
                    return changed;
                }))));
        Prop.ForAll(lines.ArrayOf().ToArbitrary(), hostile =>
        {
            using var input = new MemoryStream();
            void Add(ReadOnlySpan<byte> line)
            {
                input.Write(line);
                input.WriteByte((byte)'\n');
            }

            Add(Encoding.UTF8.GetBytes(Progressive));
            foreach (var line in hostile)
            {
                // A configure line that went bad ends the session by design.
                if (line.AsSpan().IndexOf("configure"u8) < 0)
                {
                    Add(line);
                }
            }

            Add("{\"t\":999999999,\"type\":\"tick\"}"u8);
            var (code, output, _) = Serve(input, explain: false);
            return code == 0 && Dials(output).Length >= 1;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_wire_gives_the_same_decisions_as_the_pacer_itself()
    {
        var scenario = BenchScenarios.Named("stationary", 8)! with { Hours = 0.5 };
        var direct = new List<int>();
        var wired = new List<int>();
        var settings = new PacingSettings { Goal = 3, WindowSeconds = 86_400 };
        new PacingBench(scenario, new PredictivePacer(settings), 11) { Decided = (_, _, d) => direct.Add(d.Dial) }.Run();
        var wire = new WirePacer();
        new PacingBench(scenario, wire, 11) { Decided = (_, _, d) => wired.Add(d.Dial) }.Run();
        Assert.Equal("", string.Join('\n', wire.Faults));
        Assert.Equal(direct, wired);
        Assert.Contains(direct, d => d > 0);
    }

    private static int[] Dials(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("dial").GetInt32())];

    private static (int Code, string Output, string Error) Serve(params string[] lines) => Serve(explain: false, lines);

    private static (int Code, string Output, string Error) Serve(bool explain, params string[] lines)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        return Serve(input, explain);
    }

    private static (int Code, string Output, string Error) Serve(MemoryStream input, bool explain)
    {
        input.Position = 0;
        using var output = new MemoryStream();
        using var error = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var code = PacingServe.Run(input, output, error, explain);
        return (code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>Says everything through lines of JSON.</summary>
    private sealed class WirePacer : IPacer
    {
        private readonly PacingServeSession _session = new();
        private readonly PacingServeLine _line = new();

        public WirePacer() => Take(Predictive.Replace("\"lines\":500", "\"lines\":100000", StringComparison.Ordinal));

        public List<string> Faults { get; } = [];

        public void Observe(in Moment now, in PacingEvent happened)
        {
            var time = Time(in now);
            var name = happened.Kind.ToString();
            Take(name.StartsWith("Call", StringComparison.Ordinal)
                ? $$"""{"t":{{time}},"type":"call","id":"c{{happened.Subject}}","state":"{{name[4..]}}"{{(happened.Kind == PacingEventKind.CallConnected ? $",\"agent\":\"a{happened.Other}\"" : "")}}}"""
                : $$"""{"t":{{time}},"type":"agent","id":"a{{happened.Subject}}","state":"{{name[5..]}}"}""");
        }

        public PacingDecision Decide(in PacingSituation situation)
        {
            Take($$"""{"t":{{Time(situation.Now)}},"type":"tick"}""");
            return _session.Decision;
        }

        private static string Time(in Moment now) => (now.Ticks / (decimal)TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture);

        private void Take(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var fault = _line.Read(bytes) ?? (_line.Kind == ServeLineKind.Configure ? _session.Configure(_line, bytes, []) : _session.Take(_line));
            if (fault is not null)
            {
                Faults.Add(text + ": " + fault);
            }
        }
    }
}
