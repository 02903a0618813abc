using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CpdTrainer.Audio;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>What the two outputs of the net got right, and the losses; pauses are moments in them at which a verdict is asked for.</summary>
internal struct VoiceScore
{
    public double Loss;
    public double Hops;
    public double Right;
    public double Pauses;
    public double PausesRight;
    public double LeanLoss;

    public void Add(in VoiceScore other)
    {
        Loss += other.Loss;
        Hops += other.Hops;
        Right += other.Right;
        Pauses += other.Pauses;
        PausesRight += other.PausesRight;
        LeanLoss += other.LeanLoss;
    }
}

/// <summary>Forward and back through time for sixteen calls abreast.</summary>
internal sealed class VoiceLanes
{
    /// <summary>Hops of a call that are trained on.</summary>
    public const int Longest = 450;

    private const int Lanes = LaneMath.Lanes;
    private const int Inputs = VoiceInputs.Count;
    private const int Units = VoiceNet.Units;
    private const int Columns = VoiceNet.Columns;
    private const int InputBias = (VoiceNet.Rows - 2) * Columns;
    private const int UnitBias = (VoiceNet.Rows - 1) * Columns;
    private const int Output = VoiceNet.Rows * Columns;
    private const int Lean = Output + VoiceNet.OutputCount;

    // A verdict falls in a pause; a word that is not heard is a person lost.
    // Which verdict is right is asked between the shortest pause and the longest; later it is plain.
    private const float ShortPauseWeight = 1.5f;
    private const float PauseWeight = 3;
    private const float LongPauseWeight = 0.7f;
    private const int ShortPause = 12;
    private const int LongPause = 52;
    private const float LeanWeight = 1;
    private const float SoundWeight = 0.3f;
    private const float SilenceWeight = 0.25f;

    // Music is rare among the calls and must not be taken for anybody.
    private const float NobodyWeight = 0.75f;

    private readonly float[] _x = new float[Longest * Inputs * Lanes];
    private readonly float[] _h = new float[(Longest + 1) * Units * Lanes];
    private readonly float[] _a = new float[Longest * Columns * Lanes];
    private readonly float[] _gates = new float[Longest * Columns * Lanes];
    private readonly float[] _memory = new float[Longest * Units * Lanes];
    private readonly float[] _b = new float[Longest * Units * Lanes];
    private readonly float[] _has = new float[Longest * Lanes];
    private readonly float[] _error = new float[Longest * Lanes];
    private readonly float[] _lean = new float[Longest * Lanes];
    private readonly float[] _sums = new float[VoiceNet.WeightCount * Lanes];
    private readonly float[] _dh = new float[Units * Lanes];
    private readonly float[] _before = new float[Units * Lanes];
    private readonly float[] _db = new float[Columns * Lanes];
    private readonly byte[] _flags = new byte[Longest * Lanes];
    private readonly int[] _onsets = new int[Lanes];
    private readonly int[] _ends = new int[Lanes];
    private readonly int[] _silent = new int[Lanes];
    private readonly VoiceWarp _warp = new();

    /// <summary>Sum over the calls that were run since it was cleared.</summary>
    public float[] Gradient { get; } = new float[VoiceNet.WeightCount];

    /// <summary>Runs calls; with the transposed weights of the units their gradient is made too, and each call is spoken by somebody else.</summary>
    public VoiceScore Run(float[] w, float[]? transposed, ReadOnlySpan<VoiceSequence> calls, SignalLab? lab)
    {
        var hops = Take(calls, lab);
        var score = default(VoiceScore);
        _h.AsSpan(0, Units * Lanes).Clear();
        for (var t = 0; t < hops; t++)
        {
            Forward(w, t);
            Judge(w, t, calls, ref score);
        }

        if (transposed is not null)
        {
            Back(w, transposed, hops);
        }

        return score;
    }

    private int Take(ReadOnlySpan<VoiceSequence> calls, SignalLab? lab)
    {
        var hops = 0;
        foreach (var call in calls)
        {
            // The slowest speaker needs the most hops.
            hops = Math.Max(hops, Math.Min(lab is null ? call.Hops : (int)(call.Hops * 1.15f) + 1, Longest));
        }

        _has.AsSpan(0, hops * Lanes).Clear();
        _flags.AsSpan(0, hops * Lanes).Clear();
        _x.AsSpan(0, hops * Inputs * Lanes).Clear();
        _silent.AsSpan().Clear();
        var longest = 0;
        for (var lane = 0; lane < calls.Length; lane++)
        {
            var call = calls[lane];
            if (lab is null)
            {
                _warp.Rest();
            }
            else
            {
                _warp.Draw(lab);
            }

            _onsets[lane] = call.Onset < 0 ? -1 : (int)(call.Onset / _warp.Stretch);
            _ends[lane] = (int)(call.LeanEnd / _warp.Stretch);
            for (var t = 0; t < hops; t++)
            {
                var from = (int)((t + 0.5f) * _warp.Stretch);
                if (from >= call.Hops)
                {
                    break;
                }

                longest = Math.Max(longest, t + 1);
                _flags[(t * Lanes) + lane] = call.Flags[from];
                if ((call.Flags[from] & VoiceSequence.Has) == 0)
                {
                    continue;
                }

                _has[(t * Lanes) + lane] = 1;
                _warp.Take(call.Inputs.AsSpan(from * Inputs, Inputs), _x.AsSpan((t * Inputs * Lanes) + lane), Lanes);
            }
        }

        return longest;
    }

    private void Forward(float[] w, int t)
    {
        var x = _x.AsSpan(t * Inputs * Lanes, Inputs * Lanes);
        var h = _h.AsSpan(t * Units * Lanes, Units * Lanes);
        var a = _a.AsSpan(t * Columns * Lanes, Columns * Lanes);
        var q = _memory.AsSpan(t * Units * Lanes, Units * Lanes);
        for (var column = 0; column < Columns; column++)
        {
            a.Slice(column * Lanes, Lanes).Fill(w[InputBias + column] + (column < 2 * Units ? w[UnitBias + column] : 0));
        }

        for (var unit = 0; unit < Units; unit++)
        {
            q.Slice(unit * Lanes, Lanes).Fill(w[UnitBias + (2 * Units) + unit]);
        }

        LaneMath.Multiply(w, Columns, x, Inputs, a, Columns);
        LaneMath.Multiply(w.AsSpan(Inputs * Columns), Columns, h, Units, a, 2 * Units);
        LaneMath.Multiply(w.AsSpan((Inputs * Columns) + (2 * Units)), Columns, h, Units, q, Units);
        ref var has = ref _has[t * Lanes];
        var isThere = Vector512.GreaterThan(LaneMath.Load(ref has, 0), Vector512<float>.Zero);
        ref var hr = ref MemoryMarshal.GetReference(h);
        ref var ar = ref MemoryMarshal.GetReference(a);
        ref var qr = ref MemoryMarshal.GetReference(q);
        ref var g = ref _gates[t * Columns * Lanes];
        ref var next = ref _h[(t + 1) * Units * Lanes];
        for (var u = 0; u < Units; u++)
        {
            var z = VoiceNet.Sigmoid(LaneMath.Load(ref ar, u));
            var r = VoiceNet.Sigmoid(LaneMath.Load(ref ar, Units + u));
            var sum = LaneMath.Load(ref ar, (2 * Units) + u) + (r * LaneMath.Load(ref qr, u));
            var n = VoiceNet.Tanh(sum);
            var before = LaneMath.Load(ref hr, u);
            LaneMath.Store(ref ar, (2 * Units) + u) = sum;
            (LaneMath.Store(ref g, u), LaneMath.Store(ref g, Units + u), LaneMath.Store(ref g, (2 * Units) + u)) = (z, r, n);
            LaneMath.Store(ref next, u) = Vector512.ConditionalSelect(isThere, n + (z * (before - n)), before * Vector512.Create(VoiceNet.Fade));
        }
    }

    private void Judge(float[] w, int t, ReadOnlySpan<VoiceSequence> calls, ref VoiceScore score)
    {
        var (o, l) = (Vector512.Create(w[Output + Units]), Vector512.Create(w[Lean + Units]));
        ref var next = ref _h[(t + 1) * Units * Lanes];
        for (var u = 0; u < Units; u++)
        {
            var h = LaneMath.Load(ref next, u);
            o = Vector512.FusedMultiplyAdd(h, Vector512.Create(w[Output + u]), o);
            l = Vector512.FusedMultiplyAdd(h, Vector512.Create(w[Lean + u]), l);
        }

        var p = Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-o));
        var pm = Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-l));
        var error = _error.AsSpan(t * Lanes, Lanes);
        var lean = _lean.AsSpan(t * Lanes, Lanes);
        error.Clear();
        lean.Clear();
        for (var lane = 0; lane < calls.Length; lane++)
        {
            var isVoiced = (_flags[(t * Lanes) + lane] & VoiceSequence.Voiced) != 0;
            _silent[lane] = isVoiced ? 0 : _silent[lane] + 1;
            if (_has[(t * Lanes) + lane] == 0)
            {
                continue;
            }

            var call = calls[lane];
            error[lane] = isVoiced ? SoundWeight * (p[lane] - 1) : (call.Machine < 0 ? NobodyWeight : SilenceWeight) * p[lane];
            score.Loss -= Math.Log(Math.Max(isVoiced ? p[lane] : 1 - p[lane], 1e-6));
            score.Hops++;
            score.Right += p[lane] > 0.5f == isVoiced ? 1 : 0;
            if (call.Machine >= 0 && _onsets[lane] >= 0 && t > _onsets[lane] + 10 && t < _ends[lane])
            {
                var isAsked = _silent[lane] is >= ShortPause and <= LongPause;
                var weight = isVoiced ? 1 : isAsked ? PauseWeight : _silent[lane] < ShortPause ? ShortPauseWeight : LongPauseWeight;
                lean[lane] = LeanWeight * weight * (pm[lane] - call.Machine);
                score.Pauses += isAsked ? 1 : 0;
                score.PausesRight += isAsked && pm[lane] > 0.5f == (call.Machine == 1) ? 1 : 0;
                score.LeanLoss -= isAsked ? Math.Log(Math.Max(call.Machine == 1 ? pm[lane] : 1 - pm[lane], 1e-6)) : 0;
            }
        }
    }

    private void Back(float[] w, float[] transposed, int hops)
    {
        _sums.AsSpan().Clear();
        _dh.AsSpan().Clear();
        ref var dh = ref _dh[0];
        ref var db = ref _db[0];
        ref var before = ref _before[0];
        for (var t = hops - 1; t >= 0; t--)
        {
            var (e, f) = (LaneMath.Load(ref _error[t * Lanes], 0), LaneMath.Load(ref _lean[t * Lanes], 0));
            var has = LaneMath.Load(ref _has[t * Lanes], 0);
            var isThere = Vector512.GreaterThan(has, Vector512<float>.Zero);
            ref var h = ref _h[t * Units * Lanes];
            ref var next = ref _h[(t + 1) * Units * Lanes];
            ref var a = ref _a[t * Columns * Lanes];
            ref var g = ref _gates[t * Columns * Lanes];
            ref var q = ref _memory[t * Units * Lanes];
            ref var b = ref _b[t * Units * Lanes];
            ref var sums = ref _sums[Output * Lanes];
            LaneMath.Store(ref sums, Units) += e;
            LaneMath.Store(ref sums, VoiceNet.OutputCount + Units) += f;
            for (var u = 0; u < Units; u++)
            {
                var made = LaneMath.Load(ref next, u);
                LaneMath.Store(ref sums, u) += e * made;
                LaneMath.Store(ref sums, VoiceNet.OutputCount + u) += f * made;
                var d = LaneMath.Load(ref dh, u) + (e * Vector512.Create(w[Output + u])) + (f * Vector512.Create(w[Lean + u]));
                var (z, r, n) = (LaneMath.Load(ref g, u), LaneMath.Load(ref g, Units + u), LaneMath.Load(ref g, (2 * Units) + u));
                var there = d * has;
                var dn = there * (Vector512<float>.One - z) * LaneMath.Slope(LaneMath.Load(ref a, (2 * Units) + u));
                var dz = there * (LaneMath.Load(ref h, u) - n) * Vector512.Create(0.25f) * LaneMath.Slope(Vector512.Create(0.5f) * LaneMath.Load(ref a, u));
                var dr = dn * LaneMath.Load(ref q, u) * Vector512.Create(0.25f) * LaneMath.Slope(Vector512.Create(0.5f) * LaneMath.Load(ref a, Units + u));
                (LaneMath.Store(ref a, u), LaneMath.Store(ref a, Units + u), LaneMath.Store(ref a, (2 * Units) + u)) = (dz, dr, dn);
                (LaneMath.Store(ref db, u), LaneMath.Store(ref db, Units + u), LaneMath.Store(ref db, (2 * Units) + u)) = (dz, dr, dn * r);
                LaneMath.Store(ref b, u) = dn * r;
                LaneMath.Store(ref before, u) = Vector512.ConditionalSelect(isThere, d * z, d * Vector512.Create(VoiceNet.Fade));
            }

            _before.AsSpan().CopyTo(_dh);
            LaneMath.Multiply(transposed, Units, _db, Columns, _dh, Units);
        }

        Sum(hops);
    }

    private void Sum(int hops)
    {
        ref var sums = ref _sums[0];
        for (var t = 0; t < hops; t++)
        {
            ref var a = ref _a[t * Columns * Lanes];
            ref var b = ref _b[t * Units * Lanes];
            for (var column = 0; column < Columns; column++)
            {
                LaneMath.Store(ref sums, InputBias + column) += LaneMath.Load(ref a, column);
                LaneMath.Store(ref sums, UnitBias + column) += column < 2 * Units ? LaneMath.Load(ref a, column) : LaneMath.Load(ref b, column - (2 * Units));
            }
        }

        LaneMath.Outer(_x, Inputs, _a, Columns, Columns, hops, _sums, Columns);
        LaneMath.Outer(_h, Units, _a, Columns, 2 * Units, hops, _sums.AsSpan(Inputs * Columns * Lanes), Columns);
        LaneMath.Outer(_h, Units, _b, Units, Units, hops, _sums.AsSpan(((Inputs * Columns) + (2 * Units)) * Lanes), Columns);
        for (var i = 0; i < Gradient.Length; i++)
        {
            Gradient[i] += Vector512.Sum(LaneMath.Load(ref sums, i));
        }
    }
}
