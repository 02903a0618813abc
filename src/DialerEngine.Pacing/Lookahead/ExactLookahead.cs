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
        Array.Clear(_free, 0, (busy + 2) * Width);
        Array.Clear(_answers, 0, (_top + 1) * Width);
        _free.AsSpan(0, Width).Fill(1);
        _answers.AsSpan(0, Width).Fill(1);
    }

    /// <summary>Adds a busy agent with a chance of being free at each point.</summary>
    public void AddAgent(ReadOnlySpan<double> chances)
    {
        Invariant.That(_agents < MaxAgents);
        _agents++;
        Shift(_free, _agents, chances, keepsTop: false);
    }

    /// <summary>After the last agent: turns the distribution of free agents into its cumulative form.</summary>
    public void AgentsComplete()
    {
        for (var m = 1; m <= _agents; m++)
        {
            for (var k = _from; k < _to; k++)
            {
                _free[(m * Width) + k] += _free[((m - 1) * Width) + k];
            }
        }
    }

    /// <summary>Adds a call with a chance of being answered by a person at each point. Answers beyond the agents in all are one class.</summary>
    public void AddCall(ReadOnlySpan<double> chances)
    {
        // So many answers as calls there are, and no more: the classes above are empty still.
        _calls++;
        var top = Math.Min(_top, _calls);
        Shift(_answers, top, chances, keepsTop: top == _top);
    }

    /// <summary>Chance that one more dial, if a person answers it, finds no agent in time.</summary>
    public double Risk(ReadOnlySpan<double> freshMass)
    {
        var risk = Vector<double>.Zero;
        for (var k = _from; k < _to; k += Vector<double>.Count)
        {
            var at = Vector<double>.Zero;
            for (var m = Math.Max(0, _ready); m <= _top; m++)
            {
                var answers = new Vector<double>(_answers, (m * Width) + k);
                var free = m - _ready;
                at += free >= _agents ? answers : answers * new Vector<double>(_free, (free * Width) + k);
            }

            risk += at * new Vector<double>(freshMass[k..]);
        }

        return Vector.Sum(risk);
    }

    // Points in whole vectors that hold all but a thousandth of the weight at either end.
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

        _from = first / Vector<double>.Count * Vector<double>.Count;
        _to = Math.Min(Width, ((last / Vector<double>.Count) + 1) * Vector<double>.Count);
    }

    // One more event: m of them now were m - 1 with the event, or m without it; the top class keeps what it has.
    private void Shift(double[] distribution, int top, ReadOnlySpan<double> chances, bool keepsTop)
    {
        ref var start = ref MemoryMarshal.GetArrayDataReference(distribution);
        for (var k = _from; k < _to; k += Vector<double>.Count)
        {
            var with = new Vector<double>(chances[k..]);
            var without = Vector<double>.One - with;
            ref var place = ref Unsafe.Add(ref start, (top * Width) + k);
            var here = Vector.LoadUnsafe(ref place);
            var last = keepsTop ? Vector<double>.One : without;
            for (var m = top; m > 0; m--)
            {
                ref var below = ref Unsafe.Subtract(ref place, Width);
                var less = Vector.LoadUnsafe(ref below);
                ((here * last) + (less * with)).StoreUnsafe(ref place);
                place = ref below;
                here = less;
                last = without;
            }

            (here * (top == 0 ? last : without)).StoreUnsafe(ref place);
        }
    }
}
