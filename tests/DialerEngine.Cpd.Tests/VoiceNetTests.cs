using CpdTrainer.Audio;
using DialerEngine.Cpd.Speech;

namespace DialerEngine.Cpd.Tests;

/// <summary>The net's vector path against its scalar twin, and its memory in silence.</summary>
public sealed class VoiceNetTests
{
    [Fact]
    public void The_vector_path_agrees_with_its_scalar_twin()
    {
        var lab = new SignalLab(4);
        var fast = default(VoiceState);
        var plain = new short[VoiceNet.Units];
        for (var hop = 0; hop < 300; hop++)
        {
            var inputs = default(VoiceInputs);
            foreach (ref var value in (Span<float>)inputs)
            {
                value = (float)(hop % 10 == 9 ? lab.Between(-50, 50) : lab.Between(-2, 3));
            }

            // From the same memory each time: what sums in another order round differently would otherwise grow from hop to hop.
            ((ReadOnlySpan<short>)fast).CopyTo(plain);
            var voice = VoiceNet.Step(ref fast, inputs, out var lean);
            var expected = VoiceNet.StepScalar(plain, inputs, out var expectedLean);
            Assert.True(MathF.Abs(voice - expected) < 1e-2f && MathF.Abs(lean - expectedLean) < 1e-2f, $"hop {hop}: {voice} and {expected}, {lean} and {expectedLean}");
        }
    }

    [Fact]
    public void The_shipped_weights_are_those_of_this_net_and_of_these_features()
    {
        Assert.Equal(VoiceNet.WeightCount, VoiceNetWeights.Values.Length);
        Assert.Equal(AnswerModelWeights.Features.Length, AnswerModelWeights.Thresholds.Length);
        Assert.Equal(AnswerModelWeights.Features.Length / TreeModel.Depth * TreeModel.Leaves, AnswerModelWeights.Leaves.Length);
        foreach (var feature in AnswerModelWeights.Features)
        {
            Assert.InRange(feature, 0, SpeechFeatures.Count - 1);
        }

        Assert.Equal(SpeechFeatures.Count, SpeechFeatures.Names.Length);
    }

    [Fact]
    public void No_sum_of_products_leaves_32_bits() => Assert.InRange(VoiceNet.LargestSum(), 1, int.MaxValue);

    [Fact]
    public void Dead_air_lets_the_memory_fade()
    {
        var state = default(VoiceState);
        ((Span<short>)state).Fill(short.MaxValue);
        for (var hop = 0; hop < 100; hop++)
        {
            VoiceNet.StepSilent(ref state);
        }

        Assert.All(((ReadOnlySpan<short>)state).ToArray(), unit => Assert.InRange(unit, 0, 3));
    }
}
