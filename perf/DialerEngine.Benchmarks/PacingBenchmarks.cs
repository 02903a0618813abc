using BenchmarkDotNet.Attributes;
using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using DialerEngine.Pacing;

namespace DialerEngine.Benchmarks;

/// <summary>Cost of one decision, everything due with it included, half a second of virtual time apart, for groups of several sizes.</summary>
[MemoryDiagnoser]
public class PacingBenchmarks
{
    private PredictivePacer _pacer = null!;
    private long _ticks;
    private int _agents;
    private int _pending;

    /// <summary>Agents and pending calls.</summary>
    [Params("20/30", "1000/2000", "5000/8000")]
    public string Size { get; set; } = "";

    private Moment Now => new(_ticks, DateTimeOffset.UnixEpoch.AddTicks(_ticks));

    /// <summary>Teaches the law of dials and talks, then lets agents talk and calls ring.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var parts = Size.Split('/');
        _agents = int.Parse(parts[0]);
        _pending = int.Parse(parts[1]);
        _pacer = new PredictivePacer(new PacingSettings());
        _ticks = 0;
        for (var i = 0; i < 4000; i++)
        {
            Teach(i);
        }

        for (var i = 0; i < _agents; i++)
        {
            Tell(PacingEventKind.AgentReady, i);
            Tell(PacingEventKind.AgentBusy, i);
            if (i % 7 == 0)
            {
                Tell(PacingEventKind.AgentAfterCallWork, i);
            }

            Pass(120.0 / _agents);
        }

        for (var i = 0; i < _pending; i++)
        {
            Tell(PacingEventKind.CallDialing, i);
            Pass(20.0 / _pending);
        }
    }

    /// <summary>One decision.</summary>
    [Benchmark]
    public int Decide()
    {
        Pass(0.5);
        var call = (int)(_ticks / 5_000_000 % _pending);
        Tell(PacingEventKind.CallFailed, call, (int)CallResult.NoAnswer);
        Tell(PacingEventKind.CallDialing, call);
        return _pacer.Decide(new PacingSituation
        {
            Now = Now,
            ReadyAgents = 5,
            LoggedInAgents = _agents,
            PendingCalls = _pending,
            FreeLines = 10_000,
            AvailableRecords = 100_000,
        }).Dial;
    }

    private void Pass(double seconds) => _ticks += (long)(seconds * TimeSpan.TicksPerSecond);

    private void Tell(PacingEventKind kind, int subject, int other = 0) => _pacer.Observe(Now, new PacingEvent(kind, subject, other));

    private void Teach(int i)
    {
        var call = 50_000 + i;
        Tell(PacingEventKind.CallDialing, call);
        Pass(0.1);
        if (i % 10 < 3 && i >= 100)
        {
            var answered = 50_000 + i - 100;
            Tell(PacingEventKind.CallAnswered, answered);
            Tell(PacingEventKind.CallPerson, answered);
            Tell(PacingEventKind.CallConnected, answered, -1);
            Tell(PacingEventKind.CallReleased, answered);
        }
        else if (i >= 250)
        {
            Tell(PacingEventKind.CallFailed, 50_000 + i - 250, (int)CallResult.NoAnswer);
        }
    }
}
