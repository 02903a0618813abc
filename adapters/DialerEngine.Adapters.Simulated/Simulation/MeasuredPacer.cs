using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Adapters.Simulated.Simulation;

/// <summary>Stands between a group and its pacer and counts what the group tells: who is abandoned is what the engine says, not what the simulation thinks.</summary>
internal sealed class MeasuredPacer(ShiftMeter[] meters) : IPacer
{
    private long[] _personSince = new long[1_024];

    /// <summary>The pacer that decides.</summary>
    public required IPacer Inner { get; set; }

    public void Observe(in Moment now, in PacingEvent happened)
    {
        switch (happened.Kind)
        {
            case PacingEventKind.CallPerson:
                if (happened.Subject >= _personSince.Length)
                {
                    Array.Resize(ref _personSince, Math.Max(happened.Subject + 1, _personSince.Length * 2));
                }

                _personSince[happened.Subject] = now.Ticks;
                break;
            case PacingEventKind.CallConnected:
                Count(now, happened.Subject, abandoned: false);
                break;
            case PacingEventKind.CallAbandoned:
                Count(now, happened.Subject, abandoned: true);
                break;
        }

        Inner.Observe(now, happened);
    }

    public PacingDecision Decide(in PacingSituation situation)
    {
        foreach (var meter in meters)
        {
            meter.Decisions++;
        }

        return Inner.Decide(situation);
    }

    private void Count(in Moment now, int call, bool abandoned)
    {
        var since = call < _personSince.Length ? _personSince[call] : now.Ticks;
        foreach (var meter in meters)
        {
            meter.Person(now.Ticks, abandoned, (now.Ticks - since) / (double)TimeSpan.TicksPerSecond);
        }
    }
}
