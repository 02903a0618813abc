using System.Numerics;
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
    private int _top;

    /// <summary>Sets the ready agents less those spoken for (may be negative) and the number of busy agents that will be added.</summary>
    public void Begin(int ready, int busy)
    {
        _ready = ready;
        _agents = 0;
        _top = Math.Clamp(ready + busy, 1, MaxAgents + 1);
        Array.Clear(_free);
        Array.Clear(_answers);
        _free.AsSpan(0, Width).Fill(1);
        _answers.AsSpan(0, Width).Fill(1);
    }

    /// <summary>Adds a busy agent with a chance of being free at each point.</summary>
    public void AddAgent(ReadOnlySpan<double> chances)
    {
        _agents++;
        for (var m = _agents; m >= 0; m--)
        {
            Shift(_free, m, chances, top: false);
        }
    }

    /// <summary>After the last agent: turns the distribution of free agents into its cumulative form.</summary>
    public void AgentsComplete()
    {
        for (var m = 1; m <= _agents; m++)
        {
            for (var k = 0; k < Width; k++)
            {
                _free[(m * Width) + k] += _free[((m - 1) * Width) + k];
            }
        }
    }

    /// <summary>Adds a call with a chance of being answered by a person at each point. Answers beyond the agents in all are one class.</summary>
    public void AddCall(ReadOnlySpan<double> chances)
    {
        for (var m = _top; m >= 0; m--)
        {
            Shift(_answers, m, chances, top: m == _top);
        }
    }

    /// <summary>Chance that one more dial, if a person answers it, finds no agent in time.</summary>
    public double Risk(ReadOnlySpan<double> freshMass)
    {
        var risk = Vector<double>.Zero;
        for (var k = 0; k < Width; k += Vector<double>.Count)
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

    // One more event: m of them now were m - 1 with the event, or m without it; the top class keeps what it has.
    private static void Shift(double[] distribution, int m, ReadOnlySpan<double> chances, bool top)
    {
        for (var k = 0; k < Width; k += Vector<double>.Count)
        {
            var chance = new Vector<double>(chances[k..]);
            var here = new Vector<double>(distribution, (m * Width) + k);
            var without = top ? here : here * (Vector<double>.One - chance);
            if (m > 0)
            {
                without += new Vector<double>(distribution, ((m - 1) * Width) + k) * chance;
            }

            without.CopyTo(distribution, (m * Width) + k);
        }
    }
}
