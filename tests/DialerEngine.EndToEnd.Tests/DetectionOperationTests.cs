using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Desktop;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Demo;
using DialerEngine.Host.Engine;
using DialerEngine.Media.Wav;
using Microsoft.Extensions.Logging.Abstractions;
using TrunkSimulator;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>Detection as its operators meet it, on calls over real SIP and RTP: times in records, recordings, test calls, the admin API, profiles changed during calls.</summary>
public sealed class DetectionOperationTests
{
    /// <summary>Listens longer than the default: the gaps of a busy machine in the far end's speech must not decide.</summary>
    private static readonly CpdProfile Careful = new() { Name = "us", Country = "us", CallAnswerTypeRecognition = CpdPreset.AccuratePositiveAmDetection };

    private static string NumberOf(string suffix) => $"+12025550{suffix}";

    private static TrunkServer Trunk(params (string Suffix, CalleeScript Script)[] numbers)
    {
        var trunk = new TrunkServer(new TrunkServerOptions
        {
            Seed = 2026,
            Speed = 30,
            Script = DemoWorld.PatientScript with { Suffixes = numbers.ToDictionary(n => n.Suffix, n => n.Script), HangUpShare = 0, ListenSeconds = 8, MachineSeconds = 300 },
        });
        trunk.Start();
        return trunk;
    }

    private static EngineConfiguration With(EngineConfiguration configuration, CpdConfiguration cpd, Func<DetectionOptions, DetectionOptions>? adjust = null)
    {
        var group = configuration.Groups[0];
        var detection = group.Options.Detection;
        return configuration with
        {
            Cpd = cpd,
            Groups = [group with { Options = group.Options with { Detection = adjust?.Invoke(detection) ?? detection } }],
        };
    }

    private static async Task<(AdminServer Server, HttpClient Http)> AdminOfAsync(EngineRig rig, string? file = null)
    {
        var engine = new RunningEngine(rig.Engine);
        var server = await AdminServer.StartAsync(new AdminServerSettings
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Token = AdminToken.Of("token"),
            Control = engine.Control,
            Detection = engine.Detection,
            ConfigurationFile = file,
            Time = TimeProvider.System,
            Loggers = NullLoggerFactory.Instance,
        });
        var http = new HttpClient { BaseAddress = new Uri(server.Address + "/"), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "token") } };
        return (server, http);
    }

    private static async Task<JsonElement> AskAsync(HttpClient http, string path) => JsonDocument.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;

    [Fact]
    public async Task Records_have_the_times_of_answer_verdict_and_queue_and_agents_the_verdicts()
    {
        using var trunk = Trunk(("101", CalleeScript.Person), ("122", CalleeScript.Machine), ("104", CalleeScript.VacantEarlyMedia));
        await using var rig = await EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = trunk.LocalEndPoint,
            Numbers = [NumberOf("101"), NumberOf("122"), NumberOf("104")],
            Agents = 3,
            TalkMs = 100,
            Listens = true,
            Adjust = c => With(c, new CpdConfiguration { Profiles = [Careful] }),
        });
        var attempts = (await rig.DoneAsync()).Attempts.ToDictionary(a => a.Number[^3..]);
        var calls = trunk.Ledger.Snapshot().ToDictionary(c => c.Number[^3..]);
        var person = attempts["101"];
        Assert.Equal(CallResult.Answer, person.Result);
        Assert.True(person.StartedAt <= person.AnsweredAt && person.AnsweredAt < person.CpdCompletedAt && person.CpdCompletedAt <= person.QueuedAt && person.QueuedAt <= person.FinishedAt, person.ToString());

        // The same moments on the far end's own clock: what lies between answer and verdict is the hello and the pause after it.
        Assert.InRange(person.CpdCompletedAt - person.AnsweredAt, 500, 8_000);
        Assert.InRange(person.FinishedAt - person.AnsweredAt - (calls["101"].EndedMs - calls["101"].AnsweredMs), -1_500, 1_500);
        var machine = attempts["122"];
        Assert.Equal((CallResult.AnsweringMachine, 0L), (machine.Result, machine.QueuedAt));
        Assert.True(machine.AnsweredAt < machine.CpdCompletedAt && machine.CpdCompletedAt <= machine.FinishedAt, machine.ToString());
        var vacant = attempts["104"];
        Assert.Equal((CallResult.SitVacant, 0L, 0L), (vacant.Result, vacant.AnsweredAt, vacant.QueuedAt));
        Assert.InRange(vacant.CpdCompletedAt, vacant.StartedAt, vacant.FinishedAt);

        var established = rig.Agents.SelectMany(a => a.Seen).Single(m => m.Kind == CtiEventKind.Established);
        Assert.True(established.UserData.TryGetInteger("GSW_CPD_COMPLETED", out var seconds));
        Assert.Equal(person.CpdCompletedAt / 1000, seconds);
    }

    [Fact]
    public async Task Decisions_are_recorded_with_picture_bound_and_masked_names()
    {
        using var trunk = Trunk(("101", CalleeScript.Person), ("102", CalleeScript.Person), ("122", CalleeScript.Machine), ("104", CalleeScript.VacantEarlyMedia));
        var folder = Directory.CreateTempSubdirectory("cpd-live-").FullName;
        try
        {
            await using (var rig = await EngineRig.StartAsync(new EngineRigOptions
            {
                Trunk = trunk.LocalEndPoint,
                Numbers = [NumberOf("101"), NumberOf("102"), NumberOf("122"), NumberOf("104")],
                Agents = 1,
                TalkMs = 100,
                Listens = true,
                Adjust = c => With(
                    c, new CpdConfiguration { Profiles = [Careful], Recording = new CpdRecordingConfiguration(folder, EveryCalls: 1, MaxSeconds: 20, MaxFiles: 3) }, d => d with { Recording = true }),
            }))
            {
                await rig.DoneAsync();
                var (admin, http) = await AdminOfAsync(rig);
                var view = await AskAsync(http, "api/v1/detection");
                Assert.Equal((0, 0, 0), (view.GetProperty("recordingsDropped").GetInt32(), view.GetProperty("recordingsFailed").GetInt32(), view.GetProperty("failed").GetInt32()));
                Assert.Equal(4, view.GetProperty("opened").GetInt32());
                http.Dispose();
                await admin.DisposeAsync();
            }

            // Four calls, room for three: the oldest is gone with its picture.
            var sounds = Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal).ToArray();
            Assert.Equal([2, 3, 4], sounds.Select(f => int.Parse(Path.GetFileName(f).AsSpan(4, 9), CultureInfo.InvariantCulture)));
            Assert.Equal(sounds.Select(f => Path.ChangeExtension(f, "svg")), Directory.GetFiles(folder, "*.svg").Order(StringComparer.Ordinal));
            Assert.Contains(sounds, f => f.EndsWith("-AnsweringMachine.wav", StringComparison.Ordinal) || f.EndsWith("-Answer.wav", StringComparison.Ordinal));
            foreach (var sound in sounds)
            {
                using var stream = File.OpenRead(sound);
                Assert.Equal(WavError.None, WavReader.Load(stream, out var samples));
                Assert.InRange(samples.Length, 4_000, 20 * 8_000);
                Assert.True(samples.Max() > 500, $"{sound} is silent");
                Assert.DoesNotContain("2025550", Path.GetFileName(sound), StringComparison.Ordinal);
                var picture = await File.ReadAllTextAsync(Path.ChangeExtension(sound, "svg"));
                Assert.EndsWith("</svg>\n", picture, StringComparison.Ordinal);
                Assert.DoesNotContain("2025550", picture, StringComparison.Ordinal);
                Assert.Contains(Path.GetFileNameWithoutExtension(sound)[(Path.GetFileNameWithoutExtension(sound).LastIndexOf('-') + 1)..] + " ", picture, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_share_of_machines_goes_to_agents_whose_word_is_in_the_report_of_the_list()
    {
        string[] machines = ["121", "122", "123", "124"];
        using var trunk = Trunk([.. machines.Select(m => (m, CalleeScript.Machine))]);
        await using var rig = await EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = trunk.LocalEndPoint,
            Numbers = [.. machines.Select(NumberOf)],
            Agents = 4,
            TalkMs = 100,
            AgentResult = (int)CallResult.Answer,
            Listens = true,
            Adjust = c => With(c, new CpdConfiguration { Profiles = [Careful] }, d => d with { TestShare = 0.5 }),
        });
        var store = await rig.DoneAsync();
        Assert.Equal(2, store.Attempts.Count(a => a.Agent is not null));
        Assert.Equal(2, store.Attempts.Count(a => a is { Agent: null, Result: CallResult.AnsweringMachine }));
        var (admin, http) = await AdminOfAsync(rig);
        var list = Assert.Single((await AskAsync(http, "api/v1/detection/feedback")).GetProperty("lists").EnumerateArray());
        Assert.Equal((DemoWorld.GroupName, "Spring_list", 4), (list.GetProperty("group").GetString(), list.GetProperty("list").GetString(), list.GetProperty("calledMachines").GetInt32()));

        // Both agents say that a person was there: 2 of 2, Wilson 34.2 % to 100 %.
        var wrong = list.GetProperty("falseMachines");
        Assert.Equal((2, 2, 0), (wrong.GetProperty("hits").GetInt32(), wrong.GetProperty("of").GetInt32(), list.GetProperty("unanswered").GetInt32()));
        Assert.Equal(0.3424, wrong.GetProperty("low").GetDouble(), 4);
        Assert.Equal(1.0, wrong.GetProperty("high").GetDouble());
        http.Dispose();
        await admin.DisposeAsync();
    }

    [Fact]
    public async Task A_profile_changed_during_a_call_holds_from_the_next_call_on()
    {
        using var trunk = Trunk(("122", CalleeScript.Machine), ("123", CalleeScript.Machine));
        var folder = Directory.CreateTempSubdirectory("cpd-reload-").FullName;
        var file = Path.Combine(folder, "engine.json");
        await using (var rig = await EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = trunk.LocalEndPoint,
            Numbers = [NumberOf("122"), NumberOf("123")],
            Agents = 1,
            TalkMs = 100,
            Listens = true,
            Adjust = c => With(c, new CpdConfiguration { Profiles = [Careful] }),
        }))
        {
            var (admin, http) = await AdminOfAsync(rig, file);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (rig.Engine.Detection!.Server.Counters.Frames < 5)
            {
                await Task.Delay(10, limit.Token);
            }

            await File.WriteAllTextAsync(file, Text("\"us\", \"country\": \"zzz\""));
            using (var refused = await http.PostAsync(new Uri("api/v1/detection/profiles/reload", UriKind.Relative), null))
            {
                Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
                Assert.Contains("country", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }

            await File.WriteAllTextAsync(file, Text("\"us\", \"call_answer_type_recognition\": \"no_progress_detection\""));
            using (var done = await http.PostAsync(new Uri("api/v1/detection/profiles/reload", UriKind.Relative), null))
            {
                Assert.Equal(HttpStatusCode.OK, done.StatusCode);
            }

            Assert.Equal(1, rig.Engine.Detection.Server.Counters.Opened);
            var attempts = (await rig.DoneAsync()).Attempts;

            // The call in progress is judged as it began; the next one is a person at once, as the new profile says.
            Assert.Equal([CallResult.AnsweringMachine, CallResult.Answer], attempts.Select(a => a.Result));
            Assert.InRange(attempts[1].CpdCompletedAt - attempts[1].AnsweredAt, 0, 2_000);
            http.Dispose();
            await admin.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string Text(string profile) => $$"""
        {
          "storage": { "sqlite": "dialer.db" },
          "cpdProfiles": [{ "name": {{profile}} }],
          "trunks": [{ "name": "carrier", "host": "192.0.2.1" }],
          "tenants": [{
            "name": "Environment",
            "callingLists": [{ "id": 1, "name": "customers" }],
            "campaigns": [{ "id": 1, "name": "welcome", "callingLists": [{ "list": "customers" }] }],
            "agents": [{ "id": 1, "loginId": "1001", "phone": { "uri": "sip:7001@192.0.2.21" } }],
            "agentGroups": [{ "name": "sales", "agents": ["1001"] }],
            "campaignGroups": [{ "id": 1, "campaign": "welcome", "agentGroup": "sales", "trunks": ["carrier"], "options": { "number_of_channels": 10 } }]
          }]
        }
        """;
}
