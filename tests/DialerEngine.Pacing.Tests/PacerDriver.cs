using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Pacing.Tests;

/// <summary>Brings a pacer into a state by plain events, with a small generator of its own.</summary>
internal sealed class PacerDriver(IPacer pacer, int seed = 1)
{
    private uint _random = (uint)seed * 2654435761u + 1;

    public double Now { get; set; }

    public Moment Moment => new((long)(Now * TimeSpan.TicksPerSecond), DateTimeOffset.UnixEpoch.AddSeconds(Now));

    public void Tell(PacingEventKind kind, int subject, int other = 0, float value = 0) =>
        pacer.Observe(Moment, new PacingEvent(kind, subject, other, value));

    public double Uniform()
    {
        _random = (_random * 1664525) + 1013904223;
        return (_random >> 8) / (double)(1 << 24);
    }

    public PacingDecision Decide(int ready, int loggedIn, int pending, int waiting = 0, int lines = 100_000, int records = 100_000, float[]? next = null) =>
        pacer.Decide(Situation(ready, loggedIn, pending, waiting, lines, records, next));

    public PacingDecision Decide(in PacingSituation situation) => pacer.Decide(situation);

    public PacingSituation Situation(int ready, int loggedIn, int pending, int waiting = 0, int lines = 100_000, int records = 100_000, float[]? next = null) => new()
    {
        Now = Moment,
        ReadyAgents = ready,
        LoggedInAgents = loggedIn,
        PendingCalls = pending,
        WaitingPersons = waiting,
        FreeLines = lines,
        AvailableRecords = records,
        NextAnswerChances = next,
    };

    /// <summary>Agents 0 .. busy-1 talk, each for a while already; the rest of them are ready.</summary>
    public void LogIn(int busy, int ready)
    {
        for (var i = 0; i < busy + ready; i++)
        {
            Tell(PacingEventKind.AgentReady, i);
            if (i < busy)
            {
                Tell(PacingEventKind.AgentBusy, i);
            }

            Now += 2.0 / (busy + ready);
        }
    }

    /// <summary>Two thousand dials with a hit ratio of 30 %, so that the pacer knows the law; call numbers from 100,000 on.</summary>
    public void Teach(int dials = 2000)
    {
        var ends = new PriorityQueue<(int Call, bool Person, bool Answer), double>();
        for (var i = 0; i < dials; i++)
        {
            var call = 100_000 + i;
            Tell(PacingEventKind.CallDialing, call);
            var person = Uniform() < 0.3;
            var ring = person ? 4 + (12 * Uniform()) : 3 + (25 * Uniform());
            ends.Enqueue((call, person, person), Now + ring);
            Now += 0.1;
            while (ends.TryPeek(out var end, out var at) && at <= Now)
            {
                ends.Dequeue();
                End(end, ends);
            }
        }

        while (ends.TryDequeue(out var end, out var at))
        {
            Now = Math.Max(Now, at);
            End(end, ends);
        }
    }

    /// <summary>Twenty agents, from 50,000 on, who talk 100 s and wrap 20 s on average, fifteen times each; then they log out.</summary>
    public void TeachTalk()
    {
        var next = new PriorityQueue<(int Agent, int Turn), double>();
        for (var i = 0; i < 20; i++)
        {
            next.Enqueue((50_000 + i, 0), Now + i);
        }

        while (next.TryDequeue(out var turn, out var at))
        {
            Now = Math.Max(Now, at);
            var wrap = turn.Turn % 2 == 1;
            Tell(wrap ? PacingEventKind.AgentAfterCallWork : PacingEventKind.AgentReady, turn.Agent);
            if (!wrap && turn.Turn < 30)
            {
                Tell(PacingEventKind.AgentBusy, turn.Agent);
            }

            if (turn.Turn < 30)
            {
                next.Enqueue((turn.Agent, turn.Turn + 1), Now - ((wrap ? 20 : 100) * Math.Log(1 - Uniform())));
            }
            else
            {
                Tell(PacingEventKind.AgentLoggedOut, turn.Agent);
            }
        }
    }

    private void End((int Call, bool Person, bool Answer) end, PriorityQueue<(int Call, bool Person, bool Answer), double> ends)
    {
        if (end.Answer)
        {
            Tell(PacingEventKind.CallAnswered, end.Call);
            ends.Enqueue((end.Call, end.Person, false), Now + 0.8 + Uniform());
        }
        else if (end.Person)
        {
            Tell(PacingEventKind.CallPerson, end.Call);
            Tell(PacingEventKind.CallConnected, end.Call, -1);
            Tell(PacingEventKind.CallReleased, end.Call);
        }
        else
        {
            Tell(PacingEventKind.CallFailed, end.Call, (int)CallResult.NoAnswer);
        }
    }
}
