using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;

namespace DialerEngine.Simulation.Tests;

/// <summary>Shifts whose calls are listened to, with late, lost and mistaken verdicts: everything comes to rest, and only people count as abandoned.</summary>
public sealed class DetectionRunTests
{
    public static TheoryData<ulong> Seeds()
    {
        var seeds = new TheoryData<ulong>();
        for (ulong seed = 1; seed <= 60; seed++)
        {
            seeds.Add(seed);
        }

        return seeds;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_the_detector_says_or_does_not_every_attempt_has_one_result(ulong seed)
    {
        var draw = new SeededRandom(seed * 104_729);
        double Fault(double most) => draw.Chance(0.4) ? 0 : draw.NextDouble() * most;
        var behaviour = new SimulatedBehaviour
        {
            PersonShare = 0.2 + (draw.NextDouble() * 0.6),
            RingMeanMs = 500 + (draw.NextDouble() * 8_000),
            TalkMeanMs = 1_000 + (draw.NextDouble() * 40_000),
            WrapMeanMs = 200 + (draw.NextDouble() * 5_000),
            MachineShare = draw.NextDouble() * 0.8,
            DetectMeanMs = 100 + (draw.NextDouble() * 4_000),
            VerdictLossShare = Fault(0.3),
            ToneShare = Fault(0.3),
            CorrectionShare = Fault(0.3),
            ImpatientShare = Fault(0.6),
            LogoutInCallShare = Fault(0.1),
            PhoneFaultShare = Fault(0.2),
            LostEndShare = Fault(0.05),
            JournalOutageShare = Fault(0.02),
        };
        var options = new CampaignGroupOptions
        {
            NumberOfChannels = 2 + draw.Next(60),
            SafeHarbourAnnouncement = draw.Chance(0.5) ? "sorry" : null,
            StaleCleanTimeoutMs = 5 * 60_000,
            MaxCallDurationMs = 5 * 60_000,
            Detection = new DetectionOptions
            {
                Recognition = AnswerTypeRecognition.TelephonyPreset,
                TimeguardMs = draw.Chance(0.3) ? 1_000 : 0,
                MachineAnnouncement = draw.Chance(0.5) ? "message" : null,
                BeepDetection = draw.Chance(0.7),
                BeepTimeoutMs = 1_000 + draw.Next(20_000),
            },
        };
        var modes = new[] { DialMode.Progress, DialMode.Predict, DialMode.ProgressAndSeize, DialMode.PredictAndSeize };
        var run = new GroupRun(seed, behaviour, 1 + draw.Next(20), 50 + draw.Next(500), options: options, mode: modes[draw.Next(4)], nailedUp: draw.Chance(0.5));
        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        run.World.LogEverybodyIn();
        for (var turn = 0; turn < 8; turn++)
        {
            run.Run(TimeSpan.FromMinutes(draw.Next(6)));
            switch (draw.Next(5))
            {
                case 0: run.Command(GroupCommandKind.Stop); break;
                case 1: run.Command(GroupCommandKind.Start); break;
                case 2: run.World.LogEverybodyIn(); break;
                case 3 when draw.Chance(0.3): run.Command(GroupCommandKind.ForceUnload); break;
                case 4: run.Command(GroupCommandKind.Load); run.Command(GroupCommandKind.Start); break;
            }
        }

        run.Command(GroupCommandKind.Unload);
        run.Run(TimeSpan.FromMinutes(15));

        var context = $"seed {seed}: {behaviour}, {options}";
        var seen = run.Machine.Snapshot();
        Assert.True(run.Machine.State == CampaignGroupState.NotLoaded, $"unload never ended ({run.Machine.State}); {context}");
        Assert.True((seen.CallsListenedTo, seen.CallsPending, seen.PersonsWaiting) == (0, 0, 0), $"{seen}; {context}");
        Assert.True(run.Lists.CountOf(RecordStatus.Retrieved) == 0, $"{run.Lists.CountOf(RecordStatus.Retrieved)} records are nowhere; {context}");
        Assert.True(run.Lists.Book!.Values.All(r => r is not null), $"attempts without result; {context}");
        Assert.True(run.Violations == 0, context);
        Assert.True(run.Gate.InUse(0) == 0, $"{run.Gate.InUse(0)} lines never came back; {context}");
        Assert.True(run.Machine.Counters.Abandoned <= run.Machine.Counters.LiveAnswers, $"{run.Machine.Counters.Abandoned} abandoned of {run.Machine.Counters.LiveAnswers}; {context}");
    }

    [Fact]
    public void Machines_that_are_recognised_cost_no_agents_and_nobody_waits_long_for_a_verdict()
    {
        SimulatedBehaviour World(double machines) => new() { PersonShare = 0.8, MachineShare = machines, RingMeanMs = 3_000, TalkMeanMs = 20_000, WrapMeanMs = 2_000 };
        GroupRun Run(AnswerTypeRecognition recognition)
        {
            var run = new GroupRun(
                7, World(0.5), agents: 10, records: 2_000,
                options: new CampaignGroupOptions { NumberOfChannels = 60, Detection = new DetectionOptions { Recognition = recognition, MachineAnnouncement = "message" } });
            run.Command(GroupCommandKind.Load);
            run.Command(GroupCommandKind.Start);
            run.World.LogEverybodyIn();
            run.Run(TimeSpan.FromMinutes(30));
            return run;
        }

        var heard = Run(AnswerTypeRecognition.TelephonyPreset).Machine.Snapshot();
        Assert.InRange(heard.ByResult["AnsweringMachine"] / (double)heard.Detection.Verdicts, 0.4, 0.6);
        Assert.Equal(heard.ByResult["AnsweringMachine"], heard.Detection.MessagesPlayed, heard.Dials / 50.0);
        Assert.True(heard.Detection.Verdicts > 200 && heard.Detection.Missed == 0, heard.ToString());
        Assert.InRange(heard.Detection.AnswerToVerdictMsP50, 500, 2_500);
        Assert.True(heard.LiveAnswers < heard.Detection.Verdicts, heard.ToString());

        var deaf = Run(AnswerTypeRecognition.NoProgressDetection).Machine.Snapshot();
        Assert.Equal((0L, false), (deaf.Detection.Verdicts, deaf.ByResult.ContainsKey("AnsweringMachine")));
    }
}
