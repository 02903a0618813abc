using System.Buffers;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Notifications.CampaignGroups;
using DialerEngine.Notifications.Tests.Support;
using DialerEngine.Notifications.Validation;

namespace DialerEngine.Notifications.Tests;

/// <summary>The examples of docs/http-notifications.md are what the code writes. DIALER_WRITE_EXPECTED=1 brings them up to date.</summary>
public sealed class ExamplesTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void The_manuals_examples_are_what_is_sent()
    {
        var file = Path.Combine(Root(), "docs", "http-notifications.md");
        foreach (var (name, body) in Examples())
        {
            var begin = $"<!-- example: {name} -->\n";
            const string End = "<!-- end -->\n";
            var text = File.ReadAllText(file);
            var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
            Assert.True(from > begin.Length, $"there is no place for {name}");
            var to = text.IndexOf(End, from, StringComparison.Ordinal);
            var expected = $"```json\n{body}\n```\n";
            if (Environment.GetEnvironmentVariable("DIALER_WRITE_EXPECTED") == "1")
            {
                File.WriteAllText(file, text[..from] + expected + text[to..]);
                continue;
            }

            Assert.Equal(expected, text[from..to]);
        }
    }

    private static IEnumerable<(string Name, string Body)> Examples()
    {
        var report = new CampaignGroupStateReport
        {
            Group = Sample.Group(),
            State = CampaignGroupState.Running,
            DialMode = DialMode.Predict,
            Action = CampaignMessageType.ReqStartDialing,
            Actor = CampaignActorType.Client,
            At = DateTimeOffset.FromUnixTimeMilliseconds(1_772_366_400_007),
            BusyFactor = 0.85,
            HitRatio = 0.3,
            OverdialRate = 0.02,
            SecondsToComplete = 600,
            Lists = [new CampaignListStatistics(Sample.List, 0.3, 600)],
        };
        var body = new ArrayBufferWriter<byte>();
        report.Write(body);
        yield return ("state", Pretty(body.WrittenMemory));

        var started = Sample.Entry(JournalEntryKind.AttemptStarted);
        started.Times = new AttemptTimes { StartProcessing = started.Times.StartProcessing };
        started.Facts.BlockingRule = null;
        started.Facts.BlockingRuleType = null;
        started.AgentLoginId = null;
        yield return ("attempt 0", JsonSerializer.Serialize(Sample.BodyOf(started, 0), Indented));

        var finished = Sample.Entry();
        finished.Facts.BlockingRule = null;
        finished.Facts.BlockingRuleType = null;
        finished.Times.Abandoned = 0;
        finished.Times.Diverted = 0;
        yield return ("attempt 1", JsonSerializer.Serialize(Sample.BodyOf(finished, 1), Indented));

        var question = new ArrayBufferWriter<byte>();
        PreDialGate.WriteBody(question, Sample.Group(), new PreDialQuestion
        {
            Number = 1,
            Record = new CallRecord { ContactInfo = "+12025550123", RecordType = RecordType.General, ChainId = 12, DailyFrom = 28_800, DailyTill = 64_800, UserFields = ["Ann", 12L] },
            List = Sample.List,
            Attempt = Sample.Entry().Attempt,
            DialMode = DialMode.Predict,
            AskedAt = 1_772_366_400_900,
        });
        yield return ("validation", Pretty(question.WrittenMemory));
    }

    private static string Pretty(ReadOnlyMemory<byte> body) => JsonSerializer.Serialize(JsonDocument.Parse(body).RootElement, Indented);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "DialerEngine.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
