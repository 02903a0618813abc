using CpdTrainer.Audio;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>Back-propagation through time for <see cref="VoiceNet"/>: Adam, batches of 64 calls, the step size falling to nothing.</summary>
internal sealed class VoiceTrainer
{
    private const int Inputs = VoiceInputs.Count;
    private const int Units = VoiceNet.Units;
    private const int Columns = VoiceNet.Columns;
    private const int InputBias = (VoiceNet.Rows - 2) * Columns;
    private const int Output = VoiceNet.Rows * Columns;
    private const int Lean = Output + VoiceNet.OutputCount;
    private const int Threads = 2;
    private const int Groups = 4;

    // Calls of like length run abreast; sorted within so many, so that a pass stays in random order.
    private const int Sorted = 64 * LaneMath.Lanes;

    private readonly float[] _weights = new float[VoiceNet.WeightCount];
    private readonly float[] _first = new float[VoiceNet.WeightCount];
    private readonly float[] _second = new float[VoiceNet.WeightCount];
    private readonly float[] _transposed = new float[Units * Columns];
    private readonly VoiceLanes[] _lanes = [.. Enumerable.Range(0, Threads).Select(_ => new VoiceLanes())];

    public float[] Weights => _weights;

    public VoiceTrainer(SignalLab lab)
    {
        for (var row = 0; row < Inputs + Units; row++)
        {
            var scale = row < Inputs ? 0.12 : 1.1 / Math.Sqrt(Units);
            for (var column = 0; column < Columns; column++)
            {
                _weights[(row * Columns) + column] = (float)(scale * lab.Gauss());
            }
        }

        for (var unit = 0; unit < Units; unit++)
        {
            _weights[InputBias + unit] = 1;
            _weights[Output + unit] = (float)(0.2 * lab.Gauss());
            _weights[Lean + unit] = (float)(0.2 * lab.Gauss());
        }
    }

    /// <summary>One pass over the calls in random order, the step size falling evenly.</summary>
    public VoiceScore Pass(IReadOnlyList<VoiceSequence> calls, SignalLab lab, float fromRate, float toRate, ref int step)
    {
        var batches = Batches(calls, lab);
        var total = default(VoiceScore);
        for (var at = 0; at < batches.Count; at++)
        {
            for (var row = 0; row < Units; row++)
            {
                for (var column = 0; column < Columns; column++)
                {
                    _transposed[(column * Units) + row] = _weights[((Inputs + row) * Columns) + column];
                }
            }

            var scores = new VoiceScore[Threads];
            var batch = batches[at];
            var seed = (ulong)lab.Index(int.MaxValue);
            Parallel.For(0, Threads, thread =>
            {
                var warps = new SignalLab((2 * seed) + (ulong)thread);
                _lanes[thread].Gradient.AsSpan().Clear();
                for (var group = thread; group < Groups; group += Threads)
                {
                    scores[thread].Add(_lanes[thread].Run(_weights, _transposed, batch[group], warps));
                }
            });
            var score = scores[0];
            score.Add(scores[1]);
            total.Add(score);
            Adam((float)(1 / Math.Max(score.Hops, 1)), fromRate + ((toRate - fromRate) * at / batches.Count), ++step);
        }

        return total;
    }

    /// <summary>Runs calls without learning from them.</summary>
    public VoiceScore Score(IReadOnlyList<VoiceSequence> calls)
    {
        var scores = new VoiceScore[Threads];
        var ordered = calls.OrderBy(c => c.Hops).ToArray();
        Parallel.For(0, Threads, thread =>
        {
            for (var at = thread * LaneMath.Lanes; at < ordered.Length; at += Threads * LaneMath.Lanes)
            {
                scores[thread].Add(_lanes[thread].Run(_weights, null, ordered.AsSpan(at, Math.Min(LaneMath.Lanes, ordered.Length - at)), null));
            }
        });
        scores[0].Add(scores[1]);
        return scores[0];
    }

    /// <summary>
    /// Groups of sixteen calls of one kind and of like length, the kinds in turn by their shares: a batch of one kind alone would pull the leaning
    /// its way.
    /// </summary>
    private static List<VoiceSequence[][]> Batches(IReadOnlyList<VoiceSequence> calls, SignalLab lab)
    {
        var machines = GroupsOf([.. calls.Where(c => c.Machine == 1)], lab);
        var others = GroupsOf([.. calls.Where(c => c.Machine != 1)], lab);
        var inTurn = machines.Select((g, i) => (Group: g, At: (i + 0.5) / machines.Count)).Concat(others.Select((g, i) => (Group: g, At: (i + 0.5) / others.Count)));
        return [.. inTurn.OrderBy(g => g.At).Select(g => g.Group).Chunk(Groups).Where(b => b.Length == Groups)];
    }

    private static List<VoiceSequence[]> GroupsOf(VoiceSequence[] calls, SignalLab lab)
    {
        Shuffle(calls, lab);
        var groups = new List<VoiceSequence[]>();
        for (var at = 0; at < calls.Length; at += Sorted)
        {
            var part = calls.AsSpan(at, Math.Min(Sorted, calls.Length - at)).ToArray();
            Array.Sort(part, (a, b) => a.Hops.CompareTo(b.Hops));
            groups.AddRange(part.Chunk(LaneMath.Lanes));
        }

        var shuffled = groups.ToArray();
        Shuffle(shuffled, lab);
        return [.. shuffled];
    }

    private static void Shuffle<T>(T[] items, SignalLab lab)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = lab.Index(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private void Adam(float scale, float rate, int step)
    {
        var c1 = 1 - MathF.Pow(0.9f, step);
        var c2 = 1 - MathF.Pow(0.999f, step);
        for (var i = 0; i < _weights.Length; i++)
        {
            var g = Math.Clamp((_lanes[0].Gradient[i] + _lanes[1].Gradient[i]) * scale, -0.1f, 0.1f);
            _first[i] = (0.9f * _first[i]) + (0.1f * g);
            _second[i] = (0.999f * _second[i]) + (0.001f * g * g);
            _weights[i] -= rate * ((_first[i] / c1 / (MathF.Sqrt(_second[i] / c2) + 1e-8f)) + (1e-4f * _weights[i]));
        }
    }
}
