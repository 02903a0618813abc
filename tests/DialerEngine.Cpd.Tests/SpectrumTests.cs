using CpdTrainer.Audio;
using DialerEngine.Cpd.Signal;

namespace DialerEngine.Cpd.Tests;

/// <summary>The transform against its scalar twin, against a plain Fourier sum, and its scale.</summary>
public sealed class SpectrumTests
{
    [Fact]
    public void The_vector_path_agrees_with_its_scalar_twin()
    {
        var lab = new SignalLab(1);
        var fast = new float[Spectrum.Bins];
        var plain = new float[Spectrum.Bins];
        for (var round = 0; round < 50; round++)
        {
            var samples = Noise(lab);
            Spectrum.Power(samples, fast);
            Spectrum.PowerScalar(samples, plain);
            for (var k = 0; k < fast.Length; k++)
            {
                Assert.True(MathF.Abs(fast[k] - plain[k]) <= 1e-3f * (plain[k] + 1), $"round {round}, bin {k}: {fast[k]} and {plain[k]}");
            }
        }
    }

    [Fact]
    public void The_transform_is_the_fourier_sum()
    {
        var samples = Noise(new SignalLab(2));
        var power = new float[Spectrum.Bins];
        Spectrum.Power(samples, power);
        for (var k = 1; k < Spectrum.Bins; k++)
        {
            double re = 0, im = 0;
            for (var n = 0; n < samples.Length; n++)
            {
                var windowed = samples[n] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * n / samples.Length)));
                re += windowed * Math.Cos(2 * Math.PI * k * n / samples.Length);
                im -= windowed * Math.Sin(2 * Math.PI * k * n / samples.Length);
            }

            var expected = ((re * re) + (im * im)) * 16 / (3.0 * samples.Length * samples.Length);
            Assert.True(Math.Abs(expected - power[k]) < 1e-3 * (expected + 1), $"bin {k}");
        }
    }

    [Theory]
    [InlineData(425.0)]
    [InlineData(913.8)]
    [InlineData(1399.6)]
    [InlineData(2100.0)]
    public void A_sine_is_measured_within_half_a_hertz_and_two_tenths_of_a_decibel(double hz)
    {
        var samples = SignalLab.Codec(new SignalLab(3).Tone(32, -12, false, 1, 1, new ToneStretch(32, hz)), "none");
        var hop = new Hop();
        hop.Analyze(samples);
        Assert.InRange(hop.First.Hz, hz - 0.5, hz + 0.5);
        Assert.InRange(Hop.ToDb(hop.First.Power), -12 + 3.17 - 0.2, -12 + 3.17 + 0.2);
    }

    [Fact]
    public void A_line_in_the_middle_of_a_fine_band_lies_in_that_band_and_in_the_half_of_its_wide_one()
    {
        double[] middles = [4, 6, 8, 9.5, 10.5, 11.5, 12.5, 13.5, 15, 17, 19, 21, 23.5, 26.5, 29.5, 33, 37, 41.5, 46.5, 52, 58, 64.5, 71.5, 79, 87.5, 96.5, 106, 119];
        Assert.Equal(FineLevels.Count, middles.Length);
        for (var band = 0; band < FineLevels.Count; band++)
        {
            // A band from bin a up to but not with bin b ends half a bin below them.
            var tone = new SignalLab(5).Tone(32, -12, false, 1, 1, new ToneStretch(32, (middles[band] - 0.5) * Spectrum.BinHz));
            var hop = new Hop();
            hop.Analyze(SignalLab.Codec(tone, "none"));
            ReadOnlySpan<float> fine = hop.Fine;
            Assert.Equal(band, fine.IndexOf(fine.ToArray().Max()));
            ReadOnlySpan<float> wide = hop.Bands;
            var isWide = band >= FineLevels.Below && band < FineLevels.Count - 1;
            Assert.True(!isWide || wide.IndexOf(wide.ToArray().Max()) == (band - FineLevels.Below) / 2, $"fine band {band}");
        }
    }

    private static short[] Noise(SignalLab lab)
    {
        var samples = new short[Spectrum.WindowSamples];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (short)lab.Between(-20_000, 20_000);
        }

        return samples;
    }
}
