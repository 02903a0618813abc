using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using DialerEngine.Pacing.Laws;

namespace DialerEngine.Pacing;

/// <summary>
/// Learns how often people answer records of each kind (<see cref="RecordKinds"/>: list, attempts before) and tells the pacer the chance of each dial, so that a list that
/// was dialled before is known at once when it is switched on again, and a mix of lists is no mean of all. Speaks up once two kinds are known; before that, and for
/// kinds not known yet, the pacer goes by its own hit ratio. How far these chances hold now (the hour, the weather) the pacer learns on top, and how many dials fail at once.
/// </summary>
/// <param name="pacer">The pacer that decides.</param>
public sealed class RecordChances(IPacer pacer) : IPacer
{
    /// <summary>Dials of a kind that must have ended before it is known.</summary>
    private const double LeastEnded = 200;

    /// <summary>And the time since its first dial, s: before that early failures and late time-outs bend the share.</summary>
    private const double LeastSeconds = 90;

    /// <summary>Dials of a kind that are remembered.</summary>
    private const double Memory = 1500;

    /// <summary>Dials by which the chance of the records to come is judged.</summary>
    private const double Recent = 16;
    private const int MostCalls = 1 << 17;

    private readonly double[] _people = new double[RecordKinds.Count];
    private readonly double[] _ended = new double[RecordKinds.Count];
    private readonly long[] _first = new long[RecordKinds.Count];
    private readonly bool[] _known = new bool[RecordKinds.Count];
    private byte[] _kindOf = new byte[256];
    private long[] _dialledAt = new long[256];
    private int _knownCount;
    private float _recent;

    /// <inheritdoc/>
    public void Observe(in Moment now, in PacingEvent happened)
    {
        switch (happened.Kind)
        {
            case PacingEventKind.CallDialing:
                pacer.Observe(now, happened with { Value = Dialling(now, in happened) });
                return;
            case PacingEventKind.CallPerson:
                Ended(now, happened.Subject, person: true);
                break;
            case PacingEventKind.CallFailed:
                Ended(now, happened.Subject, person: false);
                break;
            case PacingEventKind.CallReleased:
                Forget(happened.Subject);
                break;
        }

        pacer.Observe(now, happened);
    }

    /// <inheritdoc/>
    public PacingDecision Decide(in PacingSituation situation)
    {
        if (_recent <= 0 || situation.NextAnswerChance > 0)
        {
            return pacer.Decide(situation);
        }

        var known = situation;
        known.NextAnswerChance = _recent;
        return pacer.Decide(known);
    }

    /// <summary>Chance of a kind; 0 while too little is known.</summary>
    internal float ChanceOf(int kind) => _knownCount >= 2 && _known[kind] ? (float)Math.Clamp((_people[kind] + 1) / (_ended[kind] + 3), 0.002, 0.97) : 0;

    // The caller's own chance outranks what was learned.
    private float Dialling(in Moment now, in PacingEvent happened)
    {
        var kind = happened.Other is > 0 and < RecordKinds.Count ? happened.Other : 0;
        if ((uint)happened.Subject < MostCalls)
        {
            Grow(happened.Subject);
            _kindOf[happened.Subject] = (byte)kind;
            _dialledAt[happened.Subject] = now.Ticks;
        }

        if (happened.Value > 0 || kind == 0)
        {
            return happened.Value;
        }

        _first[kind] = _first[kind] == 0 ? now.Ticks : _first[kind];
        var chance = ChanceOf(kind);
        _recent = chance <= 0 ? 0 : _recent <= 0 ? chance : (float)(_recent + ((chance - _recent) / Recent));
        return chance;
    }

    private void Ended(in Moment now, int call, bool person)
    {
        if ((uint)call >= (uint)_kindOf.Length || _kindOf[call] == 0)
        {
            return;
        }

        var kind = _kindOf[call];
        _kindOf[call] = 0;
        if (!person && now.Ticks - _dialledAt[call] < AnswerLaw.FastSeconds * TimeSpan.TicksPerSecond)
        {
            // It met no phone: a dead trunk says nothing about the records that were dialled over it, least of all about those that are dialled again because of it.
            return;
        }

        const double Keep = 1 - (1 / Memory);
        _ended[kind] = (_ended[kind] * Keep) + 1;
        _people[kind] = (_people[kind] * Keep) + (person ? 1 : 0);
        if (!_known[kind] && _ended[kind] >= LeastEnded && now.Ticks - _first[kind] >= LeastSeconds * TimeSpan.TicksPerSecond)
        {
            _known[kind] = true;
            _knownCount++;
        }
    }

    private void Forget(int call)
    {
        if ((uint)call < (uint)_kindOf.Length)
        {
            _kindOf[call] = 0;
        }
    }

    private void Grow(int call)
    {
        if (call >= _kindOf.Length)
        {
            var size = _kindOf.Length;
            while (size <= call)
            {
                size *= 2;
            }

            Array.Resize(ref _kindOf, size);
            Array.Resize(ref _dialledAt, size);
        }
    }
}
