using System.Runtime.Intrinsics;
using DialerEngine.Pacing.Laws;

namespace DialerEngine.Pacing.Tracking;

/// <summary>
/// The pending calls by age: for each age of ringing and of listening the sums of the weights (and of their squares and cubes)
/// that turn the row of <see cref="AnswerLaw"/> for that age into the calls' chances. A call between two ages is shared between
/// them.
/// </summary>
internal sealed class PendingHistogram
{
    private const int FewCalls = 50;

    private readonly double[] _ring1 = new double[AnswerLaw.Bins + 1];
    private readonly double[] _ring2 = new double[AnswerLaw.Bins + 1];
    private readonly double[] _ring3 = new double[AnswerLaw.Bins + 1];
    private readonly double[] _listen1 = new double[DetectionLaw.Bins + 1];
    private readonly double[] _listen2 = new double[DetectionLaw.Bins + 1];
    private readonly double[] _listen3 = new double[DetectionLaw.Bins + 1];
    private readonly double[] _weights = new double[AnswerLaw.Bins + 1];
    private int _version = -1;
    private int _ringFrom = AnswerLaw.Bins;
    private int _ringTo;
    private bool _listened;
    private double _hit;
    private double _passes;

    /// <summary>Counts the pending calls. Those with a chance of their own are taken when <paramref name="own"/> is set, the others when <paramref name="others"/> is.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="law">The law of their way.</param>
    /// <param name="now">Seconds.</param>
    /// <param name="hit">Hit ratio of a call without a chance of its own.</param>
    /// <param name="trust">Factor on the chances that callers gave.</param>
    /// <param name="own">Take calls with a chance of their own.</param>
    /// <param name="others">Take calls without one.</param>
    /// <param name="listening">Take calls that are listened to.</param>
    public void Fill(CallTable calls, AnswerLaw law, double now, double hit, double trust, bool own = true, bool others = true, bool listening = true)
    {
        Clear();
        var few = calls.PendingCount < FewCalls;
        if (!few)
        {
            Weigh(law, hit);
        }

        foreach (var number in calls.Pending)
        {
            ref readonly var call = ref calls[number];
            if (call.Chance > 0 ? !own : !others)
            {
                continue;
            }

            if (call.Phase == CallPhase.Ringing)
            {
                Ring(law, in call, now, few ? hit : double.NaN, trust);
            }
            else if (listening)
            {
                Listen(law, in call, now);
            }
        }
    }

    /// <summary>Adds the forecast of the counted calls' answers.</summary>
    public void AddTo(Lookahead.Forecast answers, AnswerLaw law)
    {
        for (var b = _ringFrom; b < Math.Min(_ringTo, AnswerLaw.Bins); b++)
        {
            if (_ring1[b] > 0)
            {
                answers.Add(law.RowAt(b), _ring1[b], _ring2[b], _ring3[b]);
            }
        }

        for (var b = 0; b < DetectionLaw.Bins; b++)
        {
            if (_listen1[b] > 0)
            {
                answers.Add(law.Detection.RowAt(b), _listen1[b], _listen2[b], _listen3[b]);
            }
        }
    }

    /// <summary>Expected number of calls that people answer within 0, 0.5 ... 2 s: five sums.</summary>
    public void ExpectSoon(AnswerLaw law, Span<double> expected)
    {
        var sums = Vector256<double>.Zero;
        for (var b = _ringFrom; b < Math.Min(_ringTo, AnswerLaw.Bins); b++)
        {
            if (_ring1[b] > 0)
            {
                var survival = law.PersonSurvivalFrom(b);
                sums += _ring1[b] * (Vector256.Create(survival[0]) - Vector256.Create(survival[1..]));
            }
        }

        expected[0] = 0;
        sums.CopyTo(expected[1..]);
    }

    /// <summary>The chances of one pending call at every point.</summary>
    public static void RowOf(AnswerLaw law, in TrackedCall call, double now, double hit, double trust, Span<double> chances)
    {
        if (call.Phase == CallPhase.Listening)
        {
            var age = Math.Min((now - call.Answered) / DetectionLaw.Step, DetectionLaw.Bins - 1.01);
            var bin = (int)age;
            var sooner = (1 - (age - bin)) * PersonChance(law, in call, bin);
            var later = (age - bin) * PersonChance(law, in call, bin + 1);
            var listening = law.Detection.RowAt(bin);
            var listeningOn = law.Detection.RowAt(bin + 1);
            Series.Mix(sooner, listening, later, listeningOn, chances);
            return;
        }

        var position = Math.Clamp((now - call.Dialled) / Horizon.Step, 0, AnswerLaw.Bins - 1);
        var b = Math.Min((int)position, AnswerLaw.Bins - 2);
        var fraction = position - b;
        var chance = ChanceOf(in call, hit, trust);
        var first = (1 - fraction) * law.WeightAt(b, chance);
        var second = fraction * law.WeightAt(b + 1, chance);
        var row = law.RowAt(b);
        var next = law.RowAt(b + 1);
        Series.Mix(first, row, second, next, chances);
    }

    /// <summary>Chance, before the dial, that a call is answered by a person.</summary>
    public static double ChanceOf(in TrackedCall call, double hit, double trust) =>
        call.Chance > 0 ? Math.Clamp(call.Chance * trust, 0.001, 0.97) : hit;

    private static double PersonChance(AnswerLaw law, in TrackedCall call, int bin)
    {
        var person = call.Odds * law.Detection.PersonSurvival(bin);
        return person / (person + law.Detection.OtherSurvival(bin) + 1e-9);
    }

    // Only where something was counted: a small group has a few ages, and is asked twice a second.
    private void Clear()
    {
        if (_ringTo > _ringFrom)
        {
            Array.Clear(_ring1, _ringFrom, _ringTo - _ringFrom);
            Array.Clear(_ring2, _ringFrom, _ringTo - _ringFrom);
            Array.Clear(_ring3, _ringFrom, _ringTo - _ringFrom);
            _ringFrom = AnswerLaw.Bins;
            _ringTo = 0;
        }

        if (_listened)
        {
            Array.Clear(_listen1);
            Array.Clear(_listen2);
            Array.Clear(_listen3);
            _listened = false;
        }
    }

    private void Weigh(AnswerLaw law, double hit)
    {
        if (_version == law.Version && _hit == hit && _passes == law.Passes)
        {
            return;
        }

        _version = law.Version;
        _hit = hit;
        _passes = law.Passes;
        for (var b = 0; b < AnswerLaw.Bins; b++)
        {
            _weights[b] = law.WeightAt(b, hit);
        }
    }

    private void Listen(AnswerLaw law, in TrackedCall call, double now)
    {
        _listened = true;
        var position = Math.Min((now - call.Answered) / DetectionLaw.Step, DetectionLaw.Bins - 1.01);
        var bin = (int)position;
        var fraction = position - bin;
        for (var i = 0; i < 2; i++)
        {
            var share = i == 0 ? 1 - fraction : fraction;
            var weight = PersonChance(law, in call, bin + i);
            _listen1[bin + i] += share * weight;
            _listen2[bin + i] += share * weight * weight;
            _listen3[bin + i] += share * weight * weight * weight;
        }
    }

    private void Ring(AnswerLaw law, in TrackedCall call, double now, double hit, double trust)
    {
        var position = (now - call.Dialled) / Horizon.Step;
        var b = Math.Min((int)position, AnswerLaw.Bins - 2);
        var fraction = Math.Min(1, position - b);
        double first, second;
        if (call.Chance > 0 || !double.IsNaN(hit))
        {
            var chance = ChanceOf(in call, hit, trust);
            first = law.WeightAt(b, chance);
            second = law.WeightAt(b + 1, chance);
        }
        else
        {
            first = _weights[b];
            second = _weights[b + 1];
        }

        _ringFrom = Math.Min(_ringFrom, b);
        _ringTo = Math.Max(_ringTo, b + 2);
        Share(b, 1 - fraction, first);
        Share(b + 1, fraction, second);
    }

    private void Share(int bin, double share, double weight)
    {
        _ring1[bin] += share * weight;
        _ring2[bin] += share * weight * weight;
        _ring3[bin] += share * weight * weight * weight;
    }
}
