using DialerEngine.Core;

namespace DialerEngine.Adapters.Simulated.Simulation;

/// <summary>What is going to happen.</summary>
internal enum HappeningKind : byte
{
    Answered,
    Verdict,
    CallEnds,
    Congestion,
    EngineEnds,
    HangsUp,
    AgentConnects,
    AgentEngages,
    WrapEnds,
    PauseEnds,
    AnnouncementEnds,
    Committed,
    Fetched,
    Change,
    Wanted,
    BreakBegins,
    LineUp,
    LineDown,
}

/// <summary>One happening: a plain value.</summary>
internal struct Happening
{
    public long At;
    public long Order;
    public CallHandle Call;
    public int Subject;
    public int Detail;
    public HappeningKind Kind;
}

/// <summary>
/// Happenings by time, and at one time in the order in which they were planned. A heap with four branches in one array: no garbage
/// once it is as large as it gets.
/// </summary>
internal sealed class EventQueue
{
    private Happening[] _heap = new Happening[1024];
    private long _order;

    public int Count { get; private set; }

    /// <summary>The time of the next happening; the end of time when there is none.</summary>
    public long NextAt => Count > 0 ? _heap[0].At : long.MaxValue;

    public void Add(Happening happening)
    {
        happening.Order = _order++;
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        var hole = Count++;
        while (hole > 0)
        {
            var parent = (hole - 1) >> 2;
            if (!IsBefore(happening, _heap[parent]))
            {
                break;
            }

            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = happening;
    }

    public Happening Take()
    {
        Invariant.That(Count > 0);
        var first = _heap[0];
        var last = _heap[--Count];
        var hole = 0;
        while (true)
        {
            var child = (hole << 2) + 1;
            if (child >= Count)
            {
                break;
            }

            var least = child;
            var end = Math.Min(child + 4, Count);
            for (var i = child + 1; i < end; i++)
            {
                if (IsBefore(_heap[i], _heap[least]))
                {
                    least = i;
                }
            }

            if (!IsBefore(_heap[least], last))
            {
                break;
            }

            _heap[hole] = _heap[least];
            hole = least;
        }

        _heap[hole] = last;
        return first;
    }

    private static bool IsBefore(in Happening a, in Happening b) => a.At < b.At || (a.At == b.At && a.Order < b.Order);
}
