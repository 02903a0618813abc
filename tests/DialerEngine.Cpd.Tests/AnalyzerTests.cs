using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using CpdTrainer.Audio;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Tests.Signals;
using DialerEngine.Media.G711;

namespace DialerEngine.Cpd.Tests;

/// <summary>The analyser's contract: bounds, silence, phases, presets, memory.</summary>
public sealed class AnalyzerTests
{
    [Fact]
    public void A_channel_takes_at_most_one_and_a_half_kilobytes() => Assert.InRange(Unsafe.SizeOf<CallAnalyzer>(), 600, 1_536);

    [Fact]
    public void No_frame_allocates()
    {
        var lab = new SignalLab(1);
        var speech = SignalLab.Codec(TestSignal.Speech(lab, 6_000, -20), "ulaw");
        var codes = new byte[speech.Length];
        G711Codec.Encode(G711Law.MuLaw, speech, codes);
        var channels = new CallAnalyzer[4];
        long allocated = -1;
        // The runtime's own vector code boxes until it is compiled in full.
        for (var round = 0; round < 100 && allocated != 0; round++)
        {
            channels.AsSpan().Fill(new CallAnalyzer(CpdProfiles.Default, CpdPhase.Answered));
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var at = 0; at + 160 <= codes.Length; at += 160)
            {
                channels[0].Process(G711Law.MuLaw, codes.AsSpan(at, 160));
                channels[1].Process(speech.AsSpan(at, 160));
                channels[2].ProcessGap(160);
                channels[3].Process(speech.AsSpan(at, 80));
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Codec and level meter built without optimisation box within the vector operations; what ships is optimised.
        var isPlain = typeof(G711Codec).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled ?? false;
        Assert.InRange(allocated, 0, isPlain ? 30_000 : 0);
    }

    [Fact]
    public void Dead_air_is_silence_at_the_profiles_limit_and_not_before()
    {
        var lab = new SignalLab(2);
        var noise = new float[8 * 8_000];
        lab.AddNoise(noise, "pink", -50);
        var report = TestSignal.Analyze(SignalLab.Codec(noise, "alaw"), CpdProfiles.Default, CpdPhase.Answered);
        Assert.Equal(CpdOutcome.Silence, report.Outcome);
        Assert.InRange(report.DecisionMs, CpdProfiles.Default.InitialSilenceMs, CpdProfiles.Default.InitialSilenceMs + 200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(159)]
    public void A_stream_shorter_than_a_hop_has_no_result(int samples)
    {
        var report = TestSignal.Analyze(new short[samples], CpdProfiles.Default, CpdPhase.Answered);
        Assert.Equal((CpdOutcome.None, -1), (report.Outcome, report.DecisionMs));
    }

    [Fact]
    public void Speech_and_music_before_the_answer_have_no_result()
    {
        for (var seed = 1UL; seed <= 6; seed++)
        {
            var speech = SignalLab.Codec(TestSignal.Speech(new SignalLab(seed), 8_000, -20), "ulaw");
            Assert.Equal(CpdOutcome.None, TestSignal.Analyze(speech, CpdProfiles.Default, CpdPhase.EarlyMedia).Outcome);
        }
    }

    [Fact]
    public void No_progress_detection_calls_every_answer_a_person_at_once()
    {
        var report = TestSignal.Analyze(new short[1_600], TestSignal.Profile("no_progress_detection"), CpdPhase.Answered);
        Assert.Equal((CpdOutcome.Answer, 20), (report.Outcome, report.DecisionMs));
    }

    [Fact]
    public void No_am_detection_calls_long_speech_a_person()
    {
        var speech = SignalLab.Codec(TestSignal.Speech(new SignalLab(4), 9_000, -20), "ulaw");
        Assert.Equal(CpdOutcome.Answer, TestSignal.Analyze(speech, TestSignal.Profile("no_am_detection"), CpdPhase.Answered).Outcome);
    }

    [Fact]
    public void No_verdict_comes_later_than_the_limits_of_the_profile()
    {
        var profile = CpdProfiles.Default;
        for (var seed = 1UL; seed <= 12; seed++)
        {
            var lab = new SignalLab(seed);
            var samples = TestSignal.Speech(lab, 16_000, -20);
            lab.AddNoise(samples, "pink", -45);
            var report = TestSignal.Analyze(SignalLab.Codec(samples, "ulaw"), profile, CpdPhase.Answered);
            Assert.True(report.DecisionMs >= 0 && report.DecisionMs <= profile.MaxAnalysisMs + 200, $"seed {seed}: {report}");
        }
    }

    [Fact]
    public void A_short_word_and_then_silence_is_a_person()
    {
        var right = 0;
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var lab = new SignalLab(seed);
            float[] samples = [.. new float[3_200], .. TestSignal.Speech(lab, 450, -22), .. new float[24_000]];
            lab.AddNoise(samples, "pink", -55);
            right += TestSignal.Analyze(SignalLab.Codec(samples, "alaw"), CpdProfiles.Default, CpdPhase.Answered).Outcome == CpdOutcome.Answer ? 1 : 0;
        }

        Assert.True(right >= 19, $"{right} of 20");
    }

    /// <summary>The vowel of a word such as "hey" is two lines that hardly move: what sounds like the beginning of a tone is a voice all the same (half of these made ones; words of recorded people are all heard).</summary>
    [Fact]
    public void A_word_that_is_one_held_vowel_is_heard()
    {
        var heard = 0;
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var lab = new SignalLab(seed * 7_177);
            heard += TestSignal.Analyze(SignalLab.Codec(Vowel(lab, 5 * 8_000), "ulaw"), CpdProfiles.Default, CpdPhase.Answered).Outcome == CpdOutcome.Answer ? 1 : 0;
        }

        Assert.True(heard >= 10, $"{heard} of 20");
    }

    /// <summary>Nineteen in twenty: a note that stands alone sounds like a beep. Where any speech will do, which is asked in every short pause, nine in ten.</summary>
    [Theory]
    [InlineData("full_positive_am_detection", 12)]
    [InlineData("no_am_detection", 24)]
    public void Music_after_the_answer_is_nobody(string preset, int of240)
    {
        var somebody = new List<string>();
        for (var seed = 1UL; seed <= 240; seed++)
        {
            var lab = new SignalLab(seed * 53);
            var samples = new float[14 * 8_000];
            new CallGenerator(new SpeechBank(), lab).AddMusic(samples, lab.Between(-30, -12));
            lab.AddNoise(samples, "pink", -52);
            var report = TestSignal.Analyze(SignalLab.Codec(samples, "ulaw"), TestSignal.Profile(preset), CpdPhase.Answered);
            if (report.Outcome is CpdOutcome.Answer or CpdOutcome.AnsweringMachine)
            {
                somebody.Add($"{seed}: {report}");
            }
        }

        Assert.True(somebody.Count <= of240, string.Join('\n', somebody));
    }

    /// <summary>Music in place of ringing: its notes are no tones of the network and no fax, however long they are held. In one piece of a hundred they come as regularly as a busy tone.</summary>
    [Fact]
    public void Music_before_the_answer_ends_no_call()
    {
        var ended = new List<string>();
        for (var seed = 1UL; seed <= 120; seed++)
        {
            var lab = new SignalLab(seed * 59);
            var samples = new float[20 * 8_000];
            new CallGenerator(new SpeechBank(), lab).AddMusic(samples, lab.Between(-30, -12));
            lab.AddNoise(samples, "pink", -52);
            var report = TestSignal.Analyze(SignalLab.Codec(samples, "ulaw"), CpdProfiles.Default, CpdPhase.EarlyMedia);
            if (report.Outcome is not (CpdOutcome.None or CpdOutcome.RingBack))
            {
                ended.Add($"{seed}: {report}");
            }
        }

        Assert.True(ended.Count <= 1, string.Join('\n', ended));
    }

    [Fact]
    public void A_click_is_no_speech()
    {
        var heard = new List<string>();
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var lab = new SignalLab(seed * 7_177);
            var samples = new float[6 * 8_000];
            var at = (int)lab.Between(1_000, 8_000);
            for (var i = 0; i < 400; i++)
            {
                samples[at + i] = (float)(SignalLab.Amplitude(-18) * lab.Gauss() * Math.Exp(-i / 120.0));
            }

            lab.AddNoise(samples, "pink", -55);
            var report = TestSignal.Analyze(SignalLab.Codec(samples, "ulaw"), CpdProfiles.Default, CpdPhase.Answered);
            if (report.Outcome != CpdOutcome.Silence)
            {
                heard.Add($"{seed}: {report}");
            }
        }

        Assert.True(heard.Count == 0, string.Join('\n', heard));
    }

    /// <summary>A quarter of a second of harmonics of 90 to 220 Hz through two formants, the pitch falling by an eighth, soft at both ends.</summary>
    private static float[] Vowel(SignalLab lab, int length)
    {
        var samples = new float[length];
        var (pitch, first, second) = (lab.Between(90, 220), lab.Between(350, 700), lab.Between(1_100, 2_200));
        var (at, voiced) = ((int)lab.Between(800, 8_000), (int)lab.Between(1_600, 2_400));
        double phase = 0;
        for (var i = 0; i < voiced; i++)
        {
            phase += 2 * Math.PI * pitch * (1 - (0.125 * i / voiced)) / 8_000;
            double value = 0;
            for (var harmonic = 1; harmonic * pitch < 3_400; harmonic++)
            {
                var hz = harmonic * pitch;
                value += Math.Sin(harmonic * phase) * ((1 / (1 + Math.Pow((hz - first) / 90, 2))) + (0.35 / (1 + Math.Pow((hz - second) / 130, 2))) + 0.01);
            }

            samples[at + i] = (float)(SignalLab.Amplitude(-14) * value * Math.Min(1, Math.Min(i / 240.0, (voiced - i) / 480.0)));
        }

        lab.AddNoise(samples, "pink", -50);
        return samples;
    }

    /// <summary>Three in four of such sounds (harmonic, but no speech) by their length alone: no beep may help, since there is none.</summary>
    [Fact]
    public void Speech_without_an_end_is_a_machine_by_its_length()
    {
        var right = 0;
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var lab = new SignalLab(seed);
            float[] samples = [.. new float[2_400], .. TestSignal.Speech(lab, 14_000, -22)];
            lab.AddNoise(samples, "pink", -55);
            var report = TestSignal.Analyze(SignalLab.Codec(samples, "alaw"), CpdProfiles.Default, CpdPhase.Answered);
            Assert.True(report.BeepStartMs < 0, $"seed {seed}: {report}");
            right += report.Outcome == CpdOutcome.AnsweringMachine ? 1 : 0;
        }

        Assert.True(right >= 30, $"{right} of 40");
    }

    [Fact]
    public void A_frame_that_is_too_long_is_refused_and_an_endless_gap_is_cut()
    {
        var analyzer = new CallAnalyzer(CpdProfiles.Default, CpdPhase.Answered);
        Assert.Throws<ArgumentException>(() => new CallAnalyzer(CpdProfiles.Default, CpdPhase.Answered).Process(new short[481]));
        analyzer.ProcessGap(int.MaxValue);
        Assert.Equal(60, analyzer.PositionMs);
    }

    [Theory]
    [InlineData("positive_am_detection", true)]
    [InlineData("Accurate_AM_Detection", true)]
    [InlineData("full_positive", false)]
    [InlineData(null, false)]
    public void Preset_names_are_those_of_the_option(string? name, bool isKnown) => Assert.Equal(isKnown, CpdPresets.TryParse(name, out _));
}
