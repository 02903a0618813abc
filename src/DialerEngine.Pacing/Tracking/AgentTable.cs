namespace DialerEngine.Pacing.Tracking;

/// <summary>Where an agent is, as pacing sees it.</summary>
internal enum AgentPhase : byte
{
    Out,
    Ready,
    Talk,
    Wrap,
    Away,
}

/// <summary>What pacing remembers of an agent.</summary>
internal struct TrackedAgent
{
    public AgentPhase Phase;

    /// <summary>Place in the list of busy agents; -1 when not busy.</summary>
    public int Place;

    /// <summary>Start of the phase, seconds.</summary>
    public double Since;

    /// <summary>When the agent announced to be ready, seconds; not a number where nothing was announced.</summary>
    public double ReadyAt;
}

/// <summary>
/// Agents by their number, and a dense list of the busy ones (talk or wrap). Grows to the highest number in use and no further
/// than <see cref="MaxAgents"/>: agents beyond are not followed (they count when ready, their coming free is not foreseen).
/// </summary>
internal sealed class AgentTable
{
    /// <summary>Bound of the table.</summary>
    public const int MaxAgents = 1 << 16;

    private TrackedAgent[] _agents = new TrackedAgent[64];
    private int[] _busy = new int[64];

    /// <summary>Number of busy agents.</summary>
    public int BusyCount { get; private set; }

    /// <summary>Agents seen ready.</summary>
    public int ReadyCount { get; private set; }

    /// <summary>Numbers of the busy agents, in no order.</summary>
    public ReadOnlySpan<int> Busy => _busy.AsSpan(0, BusyCount);

    /// <summary>An agent; the number must have been accepted by <see cref="Accepts"/>.</summary>
    public ref TrackedAgent this[int number] => ref _agents[number];

    /// <summary>True when the number has, or now gets, a place.</summary>
    public bool Accepts(int number)
    {
        if ((uint)number >= MaxAgents)
        {
            return false;
        }

        if (number >= _agents.Length)
        {
            var size = _agents.Length;
            while (size <= number)
            {
                size *= 2;
            }

            Array.Resize(ref _agents, size);
            Array.Resize(ref _busy, size);
        }

        return true;
    }

    /// <summary>Moves an agent to a phase that begins now.</summary>
    public void Enter(int number, AgentPhase phase, double now)
    {
        ref var agent = ref _agents[number];
        var wasBusy = agent.Phase is AgentPhase.Talk or AgentPhase.Wrap;
        var isBusy = phase is AgentPhase.Talk or AgentPhase.Wrap;
        ReadyCount += (phase == AgentPhase.Ready ? 1 : 0) - (agent.Phase == AgentPhase.Ready ? 1 : 0);
        agent.Phase = phase;
        agent.Since = now;
        if (!isBusy)
        {
            agent.ReadyAt = double.NaN;
        }

        if (isBusy && !wasBusy)
        {
            agent.ReadyAt = double.NaN;
            _busy[BusyCount] = number;
            agent.Place = BusyCount++;
        }
        else if (wasBusy && !isBusy)
        {
            var last = _busy[--BusyCount];
            _busy[agent.Place] = last;
            _agents[last].Place = agent.Place;
            agent.Place = -1;
        }
    }
}
