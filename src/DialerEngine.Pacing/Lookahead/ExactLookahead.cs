using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DialerEngine.Core;
using DialerEngine.Pacing.Laws;

namespace DialerEngine.Pacing.Lookahead;

/// <summary>
/// Risk of the next dial for small groups, where no approximation is good enough: the exact distributions of free agents and
/// of answers (sums of unlike Bernoulli variables) at every point, call by call and agent by agent.
/// </summary>
internal sealed class ExactLookahead
{
    /// <summary>Largest number of busy agents, and of agents in all.</summary>
    public const int MaxAgents = 30;

    private const int Width = Horizon.Points;

    private readonly double[] _free = new double[(MaxAgents + 2) * Width];
    private readonly double[] _answers = new double[(MaxAgents + 2) * Width];
    private int _agents;
    private int _ready;
    private int _calls;
    private int _top;
    private int _first;
    private int _last;
    private int _from;
    private int _to = Width;

    /// <summary>Sets the ready agents less those spoken for (may be negative) and the number of busy agents that will be added.</summary>
    /// <param name="ready">Ready agents less those spoken for.</param>
    /// <param name="busy">Busy agents that will be added.</param>
    /// <param name="freshMass">Where the next dial's answer may fall; points without weight are left out.</param>
    public void Begin(int ready, int busy, ReadOnlySpan<double> freshMass)
    {
        Invariant.That(busy is >= 0 and <= MaxAgents);
        _ready = ready;
        _agents = 0;
        _calls = 0;
        _top = Math.Clamp(ready + busy, 1, MaxAgents + 1);
        Narrow(freshMass);

        // All that follows is written before it is read: each event adds a class, as long as there is one to add.
        _free.AsSpan(0, Width).Fill(1);
        _answers.AsSpan(0, Width).Fill(1);
    }

    /// <summary>Adds a busy agent with a chance of being free at each point.</summary>
    public void AddAgent(ReadOnlySpan<double> chances)
    {
        Invariant.That(_agents < MaxAgents);
        _agents++;
        Shift(_free, _agents, chances, isNew: true);
    }

    /// <summary>After the last agent: turns the distribution of free agents into its cumulative form.</summary>
    public void AgentsComplete()
    {
        for (var k = _from; k < _to; k += Vector<double>.Count)
        {
            var sum = new Vector<double>(_free, k);
            for (var m = 1; m <= _agents; m++)
            {
                var at = (m * Width) + k;
                sum = new Vector<double>(_free, at) + sum;
                sum.CopyTo(_free, at);
            }
        }
    }

    /// <summary>Adds a call with a chance of being answered by a person at each point. Answers beyond the agents in all are one class.</summary>
    public void AddCall(ReadOnlySpan<double> chances)
    {
        // So many answers as calls there are, and no more.
        _calls++;
        Shift(_answers, Math.Min(_top, _calls), chances, isNew: _calls <= _top);
    }

    /// <summary>Chance that one more dial, if a person answers it, finds no agent in time.</summary>
    public double Risk(ReadOnlySpan<double> freshMass)
    {
        var risk = Vector<double>.Zero;
        var most = Math.Min(_top, _calls);
        ref var answers = ref MemoryMarshal.GetArrayDataReference(_answers);
        ref var free = ref MemoryMarshal.GetArrayDataReference(_free);
        var some = Math.Max(0, _ready);

        // From this class on there are fewer agents than answers for certain.
        var certain = Math.Max(some, Math.Min(_ready + _agents, most + 1));
        for (var k = _first; k <= _last; k += Vector<double>.Count)
        {
            var at = Vector<double>.Zero;
            for (var m = some; m < certain; m++)
            {
                at += Vector.LoadUnsafe(ref answers, (nuint)((m * Width) + k)) * Vector.LoadUnsafe(ref free, (nuint)(((m - _ready) * Width) + k));
            }

            for (var m = certain; m <= most; m++)
            {
                at += Vector.LoadUnsafe(ref answers, (nuint)((m * Width) + k));
            }

            risk += at * new Vector<double>(freshMass[k..]);
        }

        return Vector.Sum(risk);
    }

    // Points in whole pairs of vectors that hold all but a thousandth of the weight at either end.
    private void Narrow(ReadOnlySpan<double> mass)
    {
        const double Least = 1e-3;
        var first = 0;
        for (var sum = mass[0]; first < Width - 1 && sum < Least; sum += mass[first])
        {
            first++;
        }

        var last = Width - 1;
        for (var sum = mass[last]; last > first && sum < Least; sum += mass[last])
        {
            last--;
        }

        var pair = 2 * Vector<double>.Count;
        _first = first / Vector<double>.Count * Vector<double>.Count;
        _last = last;
        _from = first / pair * pair;
        _to = Math.Min(Width, ((last / pair) + 1) * pair);
    }

    // One more event: m of them now were m - 1 with the event, or m without it; the top class keeps what it has, and has nothing where it is new. Two vectors
    // at a time: one pass through the classes for both.
    private void Shift(double[] distribution, int top, ReadOnlySpan<double> chances, bool isNew)
    {
        ref var start = ref MemoryMarshal.GetArrayDataReference(distribution);
        ref var chance = ref MemoryMarshal.GetReference(chances[..Width]);
        var next = Vector<double>.Count;
        for (var k = _from; k < _to; k += 2 * next)
        {
            var with = Vector.LoadUnsafe(ref chance, (nuint)k);
            var with2 = Vector.LoadUnsafe(ref chance, (nuint)(k + next));
            var without = Vector<double>.One - with;
            var without2 = Vector<double>.One - with2;
            ref var place = ref Unsafe.Add(ref start, (top * Width) + k);
            var here = isNew ? Vector<double>.Zero : Vector.LoadUnsafe(ref place);
            var here2 = isNew ? Vector<double>.Zero : Vector.LoadUnsafe(ref place, (nuint)next);
            var last = Vector<double>.One;
            var last2 = Vector<double>.One;
            for (var m = top; m > 0; m--)
            {
                ref var below = ref Unsafe.Subtract(ref place, Width);
                var less = Vector.LoadUnsafe(ref below);
                var less2 = Vector.LoadUnsafe(ref below, (nuint)next);
                ((here * last) + (less * with)).StoreUnsafe(ref place);
                ((here2 * last2) + (less2 * with2)).StoreUnsafe(ref place, (nuint)next);
                place = ref below;
                here = less;
                here2 = less2;
                last = without;
                last2 = without2;
            }

            (here * without).StoreUnsafe(ref place);
            (here2 * without2).StoreUnsafe(ref place, (nuint)next);
        }
    }
}
