using DialerEngine.Cpd.Speech;

namespace DialerEngine.Cpd.Tests;

public sealed class TreeModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(21)]
    public void Eight_trees_at_a_time_say_what_each_says_alone(int trees)
    {
        var random = new Random(trees);
        var questions = new byte[trees * TreeModel.Depth];
        var thresholds = new float[questions.Length];
        var leaves = new short[trees * TreeModel.Leaves];
        for (var i = 0; i < questions.Length; i++)
        {
            (questions[i], thresholds[i]) = ((byte)random.Next(SpeechFeatures.Count), (float)(random.NextDouble() - 0.5));
        }

        for (var i = 0; i < leaves.Length; i++)
        {
            leaves[i] = (short)random.Next(-2_000, 2_001);
        }

        var model = new TreeModel(questions, thresholds, leaves, 0.25f);
        for (var round = 0; round < 200; round++)
        {
            var features = default(SpeechFeatures);
            for (var i = 0; i < SpeechFeatures.Count; i++)
            {
                // Some exactly at a threshold, some no number at all.
                features[i] = random.Next(20) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => thresholds[random.Next(thresholds.Length)], _ => (float)(random.NextDouble() - 0.5) };
            }

            var sum = 0;
            for (var tree = 0; tree < trees; tree++)
            {
                var leaf = 0;
                for (var level = 0; level < TreeModel.Depth; level++)
                {
                    leaf |= features[questions[(tree * TreeModel.Depth) + level]] > thresholds[(tree * TreeModel.Depth) + level] ? 1 << level : 0;
                }

                sum += leaves[(tree * TreeModel.Leaves) + leaf];
            }

            Assert.Equal(sum, model.Sum(features));
            Assert.Equal(1 / (1 + MathF.Exp(-(0.25f + (sum * TreeModel.LeafScale)))), model.Probability(features));
        }
    }

    [Fact]
    public void A_model_without_trees_knows_its_bias_only() =>
        Assert.Equal(0.5f, new TreeModel([], [], [], 0).Probability(default));
}
