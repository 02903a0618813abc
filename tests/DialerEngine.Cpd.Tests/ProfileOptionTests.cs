using CpdTrainer.Audio;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Tests.Signals;

namespace DialerEngine.Cpd.Tests;

/// <summary>What a profile's limits and results do (docs/configuration.md, cpdProfile).</summary>
public sealed class ProfileOptionTests
{
    [Theory]
    [InlineData(3_000)]
    [InlineData(4_500)]
    public void Early_media_with_nothing_in_it_is_no_progress_after_maxPreConnect(int limitMs)
    {
        var lab = new SignalLab(3);
        var noise = new float[6 * 8_000];
        lab.AddNoise(noise, "pink", -55);
        var samples = SignalLab.Codec(noise, "ulaw");
        var report = TestSignal.Analyze(samples, CpdProfiles.Default with { MaxPreConnectMs = limitMs }, CpdPhase.EarlyMedia);
        Assert.Equal(CpdOutcome.NoProgress, report.Outcome);
        Assert.InRange(report.DecisionMs, limitMs, limitMs + 20);
        Assert.Equal(CpdOutcome.None, TestSignal.Analyze(samples, CpdProfiles.Default, CpdPhase.EarlyMedia).Outcome);
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(7_000)]
    public void A_beep_is_waited_for_until_maxBeepWait(int limitMs)
    {
        var lab = new SignalLab(1);
        float[] word = [.. new float[3_200], .. TestSignal.Speech(lab, 450, -22), .. new float[8 * 8_000]];
        lab.AddNoise(word, "pink", -55);
        var samples = SignalLab.Codec(word, "ulaw");
        var analyzer = new CallAnalyzer(CpdProfiles.Default with { MaxBeepWaitMs = limitMs }, CpdPhase.Answered);
        var at = 0;
        for (; !analyzer.IsFinished; at += 160)
        {
            analyzer.Process(samples.AsSpan(at, 160));
        }

        Assert.Equal(CpdOutcome.Answer, analyzer.Report.Outcome);
        Assert.InRange(at / 8, limitMs, limitMs + 40);
    }

    [Theory]
    [InlineData(CpdPhase.EarlyMedia)]
    [InlineData(CpdPhase.Answered)]
    public void A_congestion_tone_has_the_result_that_congestionResult_names(CpdPhase phase)
    {
        var profile = TestSignal.Profile("us");
        var tone = NetworkTones.Spoil("congestion_us", new SignalLab(11), "any:20");
        Assert.Equal(CpdOutcome.AllTrunksBusy, TestSignal.Analyze(tone, profile, phase).Outcome);
        Assert.Equal(CpdOutcome.NuTone, TestSignal.Analyze(tone, profile with { CongestionResult = CpdOutcome.NuTone }, phase).Outcome);
    }
}
