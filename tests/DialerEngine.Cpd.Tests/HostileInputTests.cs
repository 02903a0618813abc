using CpdTrainer.Audio;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Tests.Signals;
using DialerEngine.Media.G711;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Cpd.Tests;

/// <summary>Whatever octets and frame lengths arrive, the analyser answers and keeps to its limits.</summary>
public sealed class HostileInputTests
{
    [Fact]
    public void Random_octets_in_frames_of_any_length_never_throw_and_never_move_a_verdict() =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), Hold).QuickCheckThrowOnFailure();

    [Fact]
    public void Speech_is_never_called_a_fax_or_a_special_information_tone()
    {
        for (var seed = 1UL; seed <= 150; seed++)
        {
            var lab = new SignalLab(seed);
            var samples = TestSignal.Speech(lab, 6_000, lab.Between(-35, -12));
            lab.AddNoise(samples, lab.Chance(0.5) ? "pink" : "hum", lab.Between(-60, -35));
            foreach (var phase in new[] { CpdPhase.EarlyMedia, CpdPhase.Answered })
            {
                var outcome = TestSignal.Analyze(SignalLab.Codec(samples, "ulaw"), CpdProfiles.Default, phase).Outcome;
                Assert.False(outcome is CpdOutcome.Fax or (>= CpdOutcome.SitInvalidNum and <= CpdOutcome.SitReorder) or CpdOutcome.SitDetected, $"seed {seed}: {outcome}");
            }
        }
    }

    private static bool Hold(ulong seed)
    {
        var lab = new SignalLab(seed);
        var analyzer = new CallAnalyzer(CpdProfiles.Default, lab.Chance(0.5) ? CpdPhase.EarlyMedia : CpdPhase.Answered);
        var codes = new byte[CallAnalyzer.MaxFrameSamples];
        var settled = CpdOutcome.None;
        for (var frame = 0; frame < 400; frame++)
        {
            var kind = lab.Index(3);
            for (var i = 0; i < codes.Length; i++)
            {
                codes[i] = kind switch { 0 => (byte)lab.Index(256), 1 => (byte)frame, _ => (byte)(i * frame) };
            }

            var length = lab.Index(codes.Length + 1);
            if (lab.Chance(0.05))
            {
                analyzer.ProcessGap(length);
            }
            else
            {
                analyzer.Process(lab.Chance(0.5) ? G711Law.ALaw : G711Law.MuLaw, codes.AsSpan(0, length));
            }

            var report = analyzer.Report;
            var hasMoved = settled is not (CpdOutcome.None or CpdOutcome.RingBack) && report.Outcome != settled;
            if (hasMoved || report.DecisionMs > analyzer.PositionMs || float.IsNaN(report.MachineProbability))
            {
                return false;
            }

            settled = report.Outcome;
        }

        return true;
    }
}
