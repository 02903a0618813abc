using CpdTrainer.Audio;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>An ensemble in the making, in the form of the shipped model.</summary>
internal sealed class TreeEnsemble
{
    public float Bias { get; set; }

    public List<byte> Features { get; } = [];

    public List<float> Thresholds { get; } = [];

    public List<short> Leaves { get; } = [];

    public float Probability(in SpeechFeatures features)
    {
        var sum = 0;
        var at = 0;
        for (var tree = 0; tree < Leaves.Count; tree += TreeModel.Leaves)
        {
            var leaf = 0;
            for (var level = 0; level < TreeModel.Depth; level++, at++)
            {
                leaf |= features[Features[at]] > Thresholds[at] ? 1 << level : 0;
            }

            sum += Leaves[tree + leaf];
        }

        return 1 / (1 + MathF.Exp(-(Bias + (sum * TreeModel.LeafScale))));
    }
}

/// <summary>Gradient boosting of oblivious trees by Newton steps on the log loss, histograms of 64 bins, random rows and features for each tree.</summary>
internal sealed class TreeTrainer
{
    private const int Bins = 64;
    private const double L2 = 20;
    private const double Rate = 0.1;

    private readonly List<Row> _rows = [];
    private readonly float[] _label;
    private readonly float[] _weight;
    private readonly float[][] _edges = new float[SpeechFeatures.Count][];
    private readonly byte[][] _bins = new byte[SpeechFeatures.Count][];
    private readonly SignalLab _lab;
    private readonly int[] _allowed;

    public TreeTrainer(IReadOnlyList<CallRows> calls, SignalLab lab, double personWeight, int[] allowed)
    {
        _lab = lab;
        _allowed = allowed;
        var labels = new List<float>();
        var weights = new List<float>();
        double people = calls.Count(c => !c.IsMachine), machines = calls.Count(c => c.IsMachine);
        foreach (var call in calls)
        {
            // Long calls give more rows, but not as much more weight.
            var weight = (call.IsMachine ? people / machines : personWeight) / Math.Sqrt(Math.Max(call.Rows.Length, 1) / 30.0);
            foreach (var row in call.Rows)
            {
                _rows.Add(row);
                labels.Add(call.IsMachine ? 1 : 0);

                // A person is called in a pause: there the estimate must be right.
                weights.Add((float)weight * (row.PauseMs >= 240 ? 3 : 1));
            }
        }

        (_label, _weight) = ([.. labels], [.. weights]);
        Parallel.For(0, SpeechFeatures.Count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, BuildBins);
    }

    public TreeEnsemble Train(int trees)
    {
        var ensemble = new TreeEnsemble();
        var score = new float[_rows.Count];
        for (var tree = 0; tree < trees; tree++)
        {
            Grow(ensemble, score);
        }

        return ensemble;
    }

    private void BuildBins(int feature)
    {
        var values = new float[Math.Min(_rows.Count, 20_000)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _rows[(int)((long)i * _rows.Count / values.Length)].Features[feature];
        }

        Array.Sort(values);
        _edges[feature] = [.. Enumerable.Range(1, Bins - 1).Select(i => values[i * (values.Length - 1) / Bins]).Distinct()];
        var bins = new byte[_rows.Count];
        for (var i = 0; i < bins.Length; i++)
        {
            var at = Array.BinarySearch(_edges[feature], _rows[i].Features[feature]);
            bins[i] = (byte)(at >= 0 ? at : ~at);
        }

        _bins[feature] = bins;
    }

    private void Grow(TreeEnsemble ensemble, float[] score)
    {
        var sample = new List<int>(_rows.Count / 4);
        for (var i = _lab.Index(5); i < _rows.Count; i += 1 + _lab.Index(6))
        {
            sample.Add(i);
        }

        var gradient = new double[sample.Count];
        var hessian = new double[sample.Count];
        for (var n = 0; n < sample.Count; n++)
        {
            var i = sample[n];
            var p = 1 / (1 + Math.Exp(-score[i]));
            gradient[n] = (_label[i] - p) * _weight[i];
            hessian[n] = Math.Max(p * (1 - p), 1e-4) * _weight[i];
        }

        var leaf = new byte[sample.Count];
        var features = _allowed.Where(_ => _lab.Chance(0.65)).DefaultIfEmpty(_allowed[0]).ToArray();
        var chosen = new (int Feature, float Threshold)[TreeModel.Depth];
        for (var level = 0; level < TreeModel.Depth; level++)
        {
            var (feature, bin) = Best(sample, gradient, hessian, leaf, 1 << level, features);
            chosen[level] = (feature, _edges[feature][bin]);
            for (var n = 0; n < sample.Count; n++)
            {
                leaf[n] |= _bins[feature][sample[n]] > bin ? (byte)(1 << level) : (byte)0;
            }
        }

        Finish(ensemble, score, gradient, hessian, leaf, chosen);
    }

    /// <summary>Values equal to an edge fall into its bin, so "above the edge" is "in a later bin".</summary>
    private (int Feature, int Bin) Best(List<int> sample, double[] gradient, double[] hessian, byte[] leaf, int leaves, int[] features)
    {
        // A feature a core at a time; of equal gains the first feature's, whatever order the cores took.
        var bests = new (double Gain, int Bin)[features.Length];
        Parallel.For(0, features.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => bests[i] = BestBin(sample, gradient, hessian, leaf, leaves, features[i]));
        var best = 0;
        for (var i = 1; i < bests.Length; i++)
        {
            best = bests[i].Gain > bests[best].Gain ? i : best;
        }

        return (features[best], bests[best].Bin);
    }

    private (double Gain, int Bin) BestBin(List<int> sample, double[] gradient, double[] hessian, byte[] leaf, int leaves, int feature)
    {
        var g = new double[leaves * Bins];
        var h = new double[leaves * Bins];
        var bins = _bins[feature];
        for (var n = 0; n < sample.Count; n++)
        {
            var at = (leaf[n] * Bins) + bins[sample[n]];
            g[at] += gradient[n];
            h[at] += hessian[n];
        }

        var gains = new double[_edges[feature].Length];
        for (var l = 0; l < leaves; l++)
        {
            double sumG = 0, sumH = 0, leftG = 0, leftH = 0;
            for (var b = 0; b < Bins; b++)
            {
                sumG += g[(l * Bins) + b];
                sumH += h[(l * Bins) + b];
            }

            for (var b = 0; b < gains.Length; b++)
            {
                leftG += g[(l * Bins) + b];
                leftH += h[(l * Bins) + b];
                var (rightG, rightH) = (sumG - leftG, sumH - leftH);
                gains[b] += (leftG * leftG / (leftH + L2)) + (rightG * rightG / (rightH + L2));
            }
        }

        var best = (Gain: double.MinValue, Bin: 0);
        for (var b = 0; b < gains.Length; b++)
        {
            best = gains[b] > best.Gain ? (gains[b], b) : best;
        }

        return best;
    }

    private void Finish(TreeEnsemble ensemble, float[] score, double[] gradient, double[] hessian, byte[] leaf, (int Feature, float Threshold)[] chosen)
    {
        var g = new double[TreeModel.Leaves];
        var h = new double[TreeModel.Leaves];
        for (var n = 0; n < leaf.Length; n++)
        {
            g[leaf[n]] += gradient[n];
            h[leaf[n]] += hessian[n];
        }

        var values = new short[TreeModel.Leaves];
        for (var l = 0; l < values.Length; l++)
        {
            values[l] = (short)Math.Clamp(Math.Round(Rate * g[l] / (h[l] + L2) / TreeModel.LeafScale), -2_000, 2_000);
        }

        foreach (var (feature, threshold) in chosen)
        {
            ensemble.Features.Add((byte)feature);
            ensemble.Thresholds.Add(threshold);
        }

        ensemble.Leaves.AddRange(values);
        var bits = chosen.Select(c => Array.BinarySearch(_edges[c.Feature], c.Threshold)).ToArray();
        for (var i = 0; i < score.Length; i++)
        {
            var at = 0;
            for (var level = 0; level < TreeModel.Depth; level++)
            {
                at |= _bins[chosen[level].Feature][i] > bits[level] ? 1 << level : 0;
            }

            score[i] += values[at] * TreeModel.LeafScale;
        }
    }
}
