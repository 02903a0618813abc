using DialerEngine.Media.Audio;
using DialerEngine.Media.Tones;

namespace DialerEngine.Media.Tests.Tones;

public sealed class ToneTests
{
    private static short[] Render(TonePlan plan, int milliseconds)
    {
        var samples = new short[milliseconds * 8];
        var count = new ToneGenerator(plan).Read(samples);
        return samples[..count];
    }

    /// <summary>Amplitude of one frequency: the discrete Fourier sum at exactly that frequency.</summary>
    private static double AmplitudeAt(ReadOnlySpan<short> samples, double hertz)
    {
        double re = 0, im = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            re += samples[i] * Math.Cos(2 * Math.PI * hertz * i / 8000);
            im += samples[i] * Math.Sin(2 * Math.PI * hertz * i / 8000);
        }

        return 2 * Math.Sqrt((re * re) + (im * im)) / samples.Length;
    }

    [Fact]
    public void A_tone_has_its_level_and_frequencies()
    {
        var samples = Render(ToneCatalog.Ringback("US"), 1000);
        var expected = ToneGenerator.AmplitudeOf(-18);
        Assert.InRange(AmplitudeAt(samples, 440), expected * 0.99, expected * 1.01);
        Assert.InRange(AmplitudeAt(samples, 480), expected * 0.99, expected * 1.01);
        Assert.InRange(AmplitudeAt(samples, 620), 0, expected * 0.02);
        Assert.InRange(EnergyMeter.LevelDbm0(samples), -15.2, -14.8);
    }

    [Fact]
    public void The_beep_before_a_customer_is_one_short_tone_of_1000_hertz()
    {
        var samples = Render(ToneCatalog.MergeBeep, 1000);
        Assert.Equal(150 * 8, samples.Length);
        Assert.False(ToneCatalog.MergeBeep.Repeats);
        var expected = ToneGenerator.AmplitudeOf(-20);
        Assert.InRange(AmplitudeAt(samples, 1000), expected * 0.99, expected * 1.01);
        Assert.InRange(EnergyMeter.LevelDbm0(samples), -20.1, -19.9);
    }

    [Fact]
    public void The_loudest_sine_measures_plus_three_point_one_seven()
    {
        Assert.InRange(EnergyMeter.LevelDbm0(Render(new TonePlan([new ToneSegment(1000, 3.17, 1000)], false), 1000)), 3.1, 3.2);
        Assert.InRange(EnergyMeter.LevelDbm0(Render(new TonePlan([new ToneSegment(1000, 0, 404)], false), 1000)), -0.1, 0.1);
    }

    [Fact]
    public void Cadence_is_kept_to_the_sample_and_repeats()
    {
        var samples = Render(ToneCatalog.Busy("GB"), 3000);
        for (var cycle = 0; cycle < 4; cycle++)
        {
            var on = samples.AsSpan(cycle * 6000, 3000);
            var off = samples.AsSpan((cycle * 6000) + 3000, 3000);
            Assert.True(EnergyMeter.LevelDbm0(on) > -19);
            Assert.Equal(EnergyMeter.FloorDbm0, EnergyMeter.LevelDbm0(off));
        }
    }

    [Theory]
    [InlineData(SitCode.Intercept, 276, 913.8, 276, 1370.6)]
    [InlineData(SitCode.VacantCode, 380, 985.2, 276, 1370.6)]
    [InlineData(SitCode.ReorderLocal, 276, 913.8, 380, 1428.5)]
    [InlineData(SitCode.ReorderInterLata, 276, 985.2, 380, 1370.6)]
    [InlineData(SitCode.NoCircuitLocal, 380, 985.2, 380, 1428.5)]
    [InlineData(SitCode.NoCircuitInterLata, 380, 913.8, 380, 1370.6)]
    [InlineData(SitCode.IneffectiveOther, 380, 913.8, 276, 1428.5)]
    public void Information_tones_are_coded_by_length_and_frequency(SitCode code, int first, double f1, int second, double f2)
    {
        var plan = ToneCatalog.Sit(code);
        Assert.Equal([first, second, 380], plan.Segments.Select(s => s.Milliseconds));
        Assert.Equal([f1, f2, 1776.7], plan.Segments.Select(s => s.Frequency1));
        var samples = Render(plan, 5000);
        Assert.Equal((first + second + 380) * 8, samples.Length);
        Assert.True(AmplitudeAt(samples.AsSpan(0, first * 8), f1) > ToneGenerator.AmplitudeOf(-24) * 0.95);
        Assert.True(AmplitudeAt(samples.AsSpan(first * 8, second * 8), f2) > ToneGenerator.AmplitudeOf(-24) * 0.95);
    }

    [Fact]
    public void A_frequency_that_stays_runs_on_without_a_step_through_a_border()
    {
        var whole = Render(new TonePlan([new ToneSegment(200, -10, 437)], false), 200);
        var cut = Render(new TonePlan([new ToneSegment(77, -10, 437), new ToneSegment(123, -10, 437)], false), 200);
        Assert.Equal(whole, cut);
    }

    [Fact]
    public void A_fax_answer_turns_its_phase()
    {
        var samples = Render(ToneCatalog.FaxCed(), 3600);
        Assert.Equal(3575 * 8, samples.Length);
        var tone = samples.AsSpan(4000, 24000);
        Assert.True(AmplitudeAt(tone[..3600], 2100) > ToneGenerator.AmplitudeOf(-12) * 0.99);
        Assert.True(AmplitudeAt(tone[..7200], 2100) < ToneGenerator.AmplitudeOf(-12) * 0.05);
    }

    [Fact]
    public void Modulation_makes_side_bands()
    {
        var samples = Render(ToneCatalog.Ringback("JP"), 1000);
        Assert.True(AmplitudeAt(samples, 384) > AmplitudeAt(samples, 400) * 0.35);
        Assert.True(AmplitudeAt(samples, 416) > AmplitudeAt(samples, 400) * 0.35);
    }

    [Fact]
    public void Every_country_of_the_catalogue_has_tones_that_sound_and_pause()
    {
        foreach (var country in new[] { "US", "GB", "DE", "FR", "JP", "AU", "NZ", "BR", "ES", "IT", "CN", "XX" })
        {
            foreach (var plan in new[] { ToneCatalog.Ringback(country), ToneCatalog.Busy(country), ToneCatalog.Congestion(country) })
            {
                Assert.True(plan.Repeats);
                Assert.Contains(plan.Segments, s => s.Frequency1 is > 350 and < 650);
                Assert.Contains(plan.Segments, s => s.Frequency1 == 0);
            }
        }
    }

    [Fact]
    public void A_plan_without_time_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ToneGenerator(new TonePlan([], true)));
        Assert.Throws<ArgumentException>(() => new ToneGenerator(new TonePlan([new ToneSegment(0, -10, 400)], true)));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var generator = new ToneGenerator(ToneCatalog.Busy("US"));
        var samples = new short[160];
        Assert.Equal(0, Allocation.Of(1000, () => generator.Read(samples)));
    }
}
