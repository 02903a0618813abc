using System.Numerics;
using CpdTrainer.Audio;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>The hops of one call as the voice net meets them: its inputs hop after hop, which hops had a spectrum, and the truth (Machine is -1 where nobody answers).</summary>
internal sealed record VoiceSequence(float[] Inputs, bool[] Has, bool[] Voiced, int Machine, bool IsValidation, string Voice);

/// <summary>Back-propagation through time for <see cref="VoiceNet"/>: Adam, batches of 32 calls, the step size falling to nothing.</summary>
internal sealed class VoiceTrainer
{
    private const int Inputs = VoiceInputs.Count;
    private const int Units = VoiceNet.Units;
    private const int Columns = VoiceNet.Columns;
    private const int InputBias = (VoiceNet.Rows - 2) * Columns;
    private const int UnitBias = (VoiceNet.Rows - 1) * Columns;
    private const int Output = VoiceNet.Rows * Columns;
    private const int Lean = Output + VoiceNet.OutputCount;
    private const float LeanWeight = 0.5f;
    private const int Batch = 32;
    private const int Threads = 2;

    private readonly float[] _weights = new float[VoiceNet.WeightCount];
    private readonly float[] _first = new float[VoiceNet.WeightCount];
    private readonly float[] _second = new float[VoiceNet.WeightCount];

    public float[] Weights => _weights;

    public VoiceTrainer(SignalLab lab)
    {
        for (var row = 0; row < Inputs + Units; row++)
        {
            var scale = row < Inputs ? 0.12 : 0.2;
            for (var column = 0; column < Columns; column++)
            {
                _weights[(row * Columns) + column] = (float)(scale * lab.Gauss());
            }
        }

        for (var unit = 0; unit < Units; unit++)
        {
            _weights[InputBias + unit] = 1;
            _weights[Output + unit] = (float)(0.3 * lab.Gauss());
            _weights[Lean + unit] = (float)(0.3 * lab.Gauss());
        }
    }

    /// <summary>One pass over the calls in random order; the mean loss.</summary>
    public double Pass(IReadOnlyList<VoiceSequence> calls, SignalLab lab, float fromRate, float toRate, ref int step)
    {
        var order = Enumerable.Range(0, calls.Count).ToArray();
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = lab.Index(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        double loss = 0, count = 0;
        for (var at = 0; at + Batch <= order.Length; at += Batch)
        {
            var gradients = new float[Threads][];
            var sums = new (double Loss, double Count)[Threads];
            var start = at;
            Parallel.For(0, Threads, thread =>
            {
                var workspace = new Workspace();
                for (var i = thread; i < Batch; i += Threads)
                {
                    var (l, n) = workspace.Run(_weights, calls[order[start + i]], isTraining: true);
                    sums[thread].Loss += l;
                    sums[thread].Count += n;
                }

                gradients[thread] = workspace.Gradient;
            });
            loss += sums.Sum(s => s.Loss);
            var hops = sums.Sum(s => s.Count);
            count += hops;
            var progress = at / (float)order.Length;
            Adam(gradients, (float)(1 / Math.Max(hops, 1)), fromRate + ((toRate - fromRate) * progress), ++step);
        }

        return loss / Math.Max(count, 1);
    }

    /// <summary>Shares of hops told right by either output.</summary>
    public (double Voice, double Lean) Accuracy(IReadOnlyList<VoiceSequence> calls)
    {
        double right = 0, count = 0, leanRight = 0, leant = 0;
        var workspace = new Workspace();
        foreach (var call in calls)
        {
            workspace.Run(_weights, call, isTraining: false);
            right += workspace.Right;
            count += workspace.Judged;
            leanRight += workspace.LeanRight;
            leant += workspace.Leant;
        }

        return (right / Math.Max(count, 1), leanRight / Math.Max(leant, 1));
    }

    private void Adam(float[][] gradients, float scale, float rate, int step)
    {
        var c1 = 1 - MathF.Pow(0.9f, step);
        var c2 = 1 - MathF.Pow(0.999f, step);
        for (var i = 0; i < _weights.Length; i++)
        {
            var g = gradients.Sum(t => t[i]) * scale;
            g = Math.Clamp(g, -0.1f, 0.1f);
            _first[i] = (0.9f * _first[i]) + (0.1f * g);
            _second[i] = (0.999f * _second[i]) + (0.001f * g * g);
            _weights[i] -= rate * ((_first[i] / c1 / (MathF.Sqrt(_second[i] / c2) + 1e-8f)) + (1e-4f * _weights[i]));
        }
    }

    private sealed class Workspace
    {
        private const int Longest = 900;

        private readonly float[] _h = new float[(Longest + 1) * Units];
        private readonly float[] _a = new float[Longest * Columns];
        private readonly float[] _gates = new float[Longest * Columns];
        private readonly float[] _memory = new float[Longest * Units];
        private readonly float[] _error = new float[Longest];
        private readonly float[] _leanError = new float[Longest];

        public float[] Gradient { get; } = new float[VoiceNet.WeightCount];

        public int Right { get; private set; }

        public int Judged { get; private set; }

        public int LeanRight { get; private set; }

        public int Leant { get; private set; }

        public (double Loss, int Count) Run(float[] w, VoiceSequence call, bool isTraining)
        {
            var hops = Math.Min(Math.Min(call.Has.Length, call.Voiced.Length), Longest);
            double loss = 0;
            (Right, Judged, LeanRight, Leant) = (0, 0, 0, 0);
            var onset = Array.IndexOf(call.Voiced, true);
            Array.Clear(_h, 0, Units);
            var second = new float[Columns];
            for (var t = 0; t < hops; t++)
            {
                var h = _h.AsSpan(t * Units, Units);
                var next = _h.AsSpan((t + 1) * Units, Units);
                if (!call.Has[t])
                {
                    for (var u = 0; u < Units; u++)
                    {
                        next[u] = h[u] * VoiceNet.Fade;
                    }

                    continue;
                }

                var a = _a.AsSpan(t * Columns, Columns);
                w.AsSpan(InputBias, Columns).CopyTo(a);
                w.AsSpan(UnitBias, Columns).CopyTo(second);
                for (var i = 0; i < Inputs; i++)
                {
                    Axpy(call.Inputs[(t * Inputs) + i], w.AsSpan(i * Columns, Columns), a);
                }

                for (var u = 0; u < Units; u++)
                {
                    Axpy(h[u], w.AsSpan((Inputs + u) * Columns, Columns), second);
                }

                var o = w[Output + Units];
                var lean = w[Lean + Units];
                for (var u = 0; u < Units; u++)
                {
                    a[u] += second[u];
                    a[Units + u] += second[Units + u];
                    _memory[(t * Units) + u] = second[(2 * Units) + u];
                    var z = VoiceNet.Sigmoid(a[u]);
                    var r = VoiceNet.Sigmoid(a[Units + u]);
                    a[(2 * Units) + u] += r * second[(2 * Units) + u];
                    var n = VoiceNet.Tanh(a[(2 * Units) + u]);
                    (_gates[(t * Columns) + u], _gates[(t * Columns) + Units + u], _gates[(t * Columns) + (2 * Units) + u]) = (z, r, n);
                    next[u] = n + (z * (h[u] - n));
                    o += next[u] * w[Output + u];
                    lean += next[u] * w[Lean + u];
                }

                var p = 1 / (1 + MathF.Exp(-o));
                var y = call.Voiced[t] ? 1f : 0;
                _error[t] = p - y;
                loss -= Math.Log(Math.Max(call.Voiced[t] ? p : 1 - p, 1e-6));
                _leanError[t] = 0;
                if (call.Machine >= 0 && onset >= 0 && t > onset + 10 && t < onset + 400)
                {
                    var pm = 1 / (1 + MathF.Exp(-lean));
                    _leanError[t] = LeanWeight * (pm - call.Machine);
                    Leant++;
                    LeanRight += pm > 0.5f == (call.Machine == 1) ? 1 : 0;
                }

                Judged++;
                Right += p > 0.5f == call.Voiced[t] ? 1 : 0;
            }

            if (isTraining)
            {
                Back(w, call, hops);
            }

            return (loss, Judged);
        }

        private void Back(float[] w, VoiceSequence call, int hops)
        {
            var g = Gradient;
            var dh = new float[Units];
            var before = new float[Units];
            var da = new float[Columns];
            var db = new float[Columns];
            for (var t = hops - 1; t >= 0; t--)
            {
                if (!call.Has[t])
                {
                    for (var u = 0; u < Units; u++)
                    {
                        dh[u] *= VoiceNet.Fade;
                    }

                    continue;
                }

                var h = _h.AsSpan(t * Units, Units);
                var next = _h.AsSpan((t + 1) * Units, Units);
                var e = _error[t];
                var f = _leanError[t];
                g[Output + Units] += e;
                g[Lean + Units] += f;
                for (var u = 0; u < Units; u++)
                {
                    g[Output + u] += e * next[u];
                    g[Lean + u] += f * next[u];
                    dh[u] += (e * w[Output + u]) + (f * w[Lean + u]);
                    var (z, r, n) = (_gates[(t * Columns) + u], _gates[(t * Columns) + Units + u], _gates[(t * Columns) + (2 * Units) + u]);
                    var dn = dh[u] * (1 - z) * Slope(_a[(t * Columns) + (2 * Units) + u]);
                    da[u] = dh[u] * (h[u] - n) * 0.25f * Slope(0.5f * _a[(t * Columns) + u]);
                    da[Units + u] = dn * _memory[(t * Units) + u] * 0.25f * Slope(0.5f * _a[(t * Columns) + Units + u]);
                    da[(2 * Units) + u] = dn;
                    (db[u], db[Units + u], db[(2 * Units) + u]) = (da[u], da[Units + u], dn * r);
                    before[u] = dh[u] * z;
                }

                Axpy(1, da, g.AsSpan(InputBias, Columns));
                Axpy(1, db, g.AsSpan(UnitBias, Columns));
                for (var i = 0; i < Inputs; i++)
                {
                    Axpy(call.Inputs[(t * Inputs) + i], da, g.AsSpan(i * Columns, Columns));
                }

                for (var u = 0; u < Units; u++)
                {
                    Axpy(h[u], db, g.AsSpan((Inputs + u) * Columns, Columns));
                    dh[u] = before[u] + Dot(w.AsSpan((Inputs + u) * Columns, Columns), db);
                }
            }
        }

        /// <summary>Derivative of <see cref="VoiceNet.Tanh"/>.</summary>
        private static float Slope(float x)
        {
            if (MathF.Abs(x) >= 3)
            {
                return 0;
            }

            var root = (9 - (x * x)) / (9 + (3 * x * x));
            return root * root;
        }

        private static void Axpy(float a, ReadOnlySpan<float> x, Span<float> y)
        {
            var factor = new Vector<float>(a);
            for (var i = 0; i < Columns; i += Vector<float>.Count)
            {
                (new Vector<float>(y[i..]) + (factor * new Vector<float>(x[i..]))).CopyTo(y[i..]);
            }
        }

        private static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
        {
            var sum = Vector<float>.Zero;
            for (var i = 0; i < Columns; i += Vector<float>.Count)
            {
                sum += new Vector<float>(x[i..]) * new Vector<float>(y[i..]);
            }

            return Vector.Sum(sum);
        }
    }
}
