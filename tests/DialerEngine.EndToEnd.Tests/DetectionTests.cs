using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Desktop;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Demo;
using DialerEngine.Media.Wav;
using TrunkSimulator;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>The whole engine with the detector in the way of its calls: real SIP and RTP over loopback to the trunk simulator.</summary>
public sealed class DetectionTests
{
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

    /// <summary>The preset that listens longer: a busy machine's gaps in the far end's speech must not decide.</summary>
    private static EngineConfiguration Listening(EngineConfiguration configuration, Func<DetectionOptions, DetectionOptions>? adjust = null)
    {
        var group = configuration.Groups[0];
        var detection = group.Options.Detection with { Recognition = AnswerTypeRecognition.AccuratePositiveAmDetection };
        return configuration with { Groups = [group with { Options = group.Options with { Detection = adjust?.Invoke(detection) ?? detection } }] };
    }

    private static string NumberOf(string suffix) => $"+12025550{suffix}";

    [Fact]
    public async Task Each_kind_of_far_end_gets_its_result_and_only_people_and_silence_reach_agents()
    {
        (string Suffix, CalleeScript Script, CallResult[] Results, bool ToAgent)[] kinds =
        [
            ("101", CalleeScript.Person, [CallResult.Answer], true),
            ("122", CalleeScript.Machine, [CallResult.AnsweringMachine], false),
            ("103", CalleeScript.Fax, [CallResult.Fax], false),
            ("104", CalleeScript.VacantEarlyMedia, [CallResult.SitVacant], false),
            ("105", CalleeScript.BusyEarlyMedia, [CallResult.Busy], false),
            ("106", CalleeScript.CongestionEarlyMedia, [CallResult.AllTrunksBusy], false),
            ("107", CalleeScript.MusicRingBack, [CallResult.Answer], true),
            ("108", CalleeScript.RingBackEarlyMedia, [CallResult.Answer], true),
            ("109", CalleeScript.Silent, [CallResult.Silence], true),
            ("110", CalleeScript.VacantAfterAnswer, [CallResult.SitVacant], false),
        ];
        using var trunk = Trunk([.. kinds.Select(k => (k.Suffix, k.Script))]);
        await using var rig = await EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = trunk.LocalEndPoint,
            Numbers = [.. kinds.Select(k => NumberOf(k.Suffix))],
            Agents = 10,
            TalkMs = 300,
            RingTimeoutMs = 6_000,
            Listens = true,
            Adjust = c => Listening(c),
        });
        var store = await rig.DoneAsync();
        var ledger = trunk.Ledger.Snapshot();
        foreach (var kind in kinds)
        {
            var attempt = Assert.Single(store.Attempts, a => a.Number == NumberOf(kind.Suffix));
            Assert.True(kind.Results.Contains(attempt.Result), $"{kind.Script}: {attempt}; {rig.Log}");
            Assert.Equal((kind.Script, kind.ToAgent), (kind.Script, attempt.Agent is not null));
        }

        // What was heard before the answer ended the call at once: the far end saw a CANCEL, not its own refusal.
        Assert.Equal(LedgerEnd.Caller, ledger.Single(c => c.Script == CalleeScript.VacantEarlyMedia).EndedBy);
        Assert.Equal(LedgerEnd.Caller, ledger.Single(c => c.Script == CalleeScript.BusyEarlyMedia).EndedBy);
        var seen = await rig.SnapshotAsync();
        Assert.Equal((3L, 0L, 3L), (seen.LiveAnswers, seen.Abandoned, seen.Detection.BeforeAnswer));
        Assert.Equal(0L, seen.Detection.Missed);
        Assert.True(rig.Engine.Detection!.Server.Counters is { Active: 0, Failed: 0, Refused: 0 }, rig.Engine.Detection.Server.Counters.ToString());
    }

    [Fact]
    public async Task A_machine_gets_its_message_after_the_beep_and_the_record_says_when_it_was_recognised()
    {
        using var trunk = Trunk(("122", CalleeScript.Machine));
        var folder = Directory.CreateTempSubdirectory("dialer-message-").FullName;
        var message = Path.Combine(folder, "message.wav");
        await using (var file = File.Create(message))
        {
            WavWriter.Write(file, new short[8_000]);
        }

        await using (var rig = await EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = trunk.LocalEndPoint,
            Numbers = [NumberOf("122")],
            Listens = true,
            Adjust = c => Listening(c, d => d with { MachineAnnouncement = message }),
        }))
        {
            var store = await rig.DoneAsync();
            Assert.Equal(CallResult.AnsweringMachine, Assert.Single(store.Attempts).Result);
            Assert.Equal(1L, (await rig.SnapshotAsync()).Detection.MessagesPlayed);
        }

        // A greeting of 4 to 9 s, a fifth of a second, the beep of 300 ms; then a second of message.
        var call = Assert.Single(trunk.Ledger.Snapshot());
        var plan = new CalleePlanner(new TrunkScript { Suffixes = new Dictionary<string, CalleeScript> { ["122"] = CalleeScript.Machine } }, 2026, 30).PlanOf(NumberOf("122"));
        var beepOver = plan.SpeakAfterMs + 4_000 + (plan.Voice * 700) + 200 + 300;
        Assert.InRange(call.EndedMs - call.AnsweredMs, beepOver + 950, beepOver + 3_500);
        Assert.Equal(LedgerEnd.Caller, call.EndedBy);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_test_call_brings_a_machine_to_an_agent_whose_word_is_counted()
    {
        using var trunk = Trunk(("122", CalleeScript.Machine));
        await using var rig = await EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = trunk.LocalEndPoint,
            Numbers = [NumberOf("122")],
            Listens = true,
            TalkMs = 100,
            Adjust = c => Listening(c, d => d with { TestShare = 1 }),
        });
        var store = await rig.DoneAsync();
        Assert.NotNull(Assert.Single(store.Attempts).Agent);
        var established = Assert.Single(rig.Agents[0].Seen, m => m.Kind == CtiEventKind.Established);
        Assert.True(established.UserData.TryGetInteger("GSW_CALL_RESULT_FEEDBACK", out var test));
        Assert.Equal(1, test);
        var report = Assert.Single(rig.Engine.Detection!.TestCalls!.Report());
        Assert.Equal((1L, 1L), (report.Rates.CalledMachines, report.Unanswered + report.Rates.FalseMachines.Of));
    }
}
