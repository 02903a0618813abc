namespace DialerEngine.Pacing.Budgets;

/// <summary>
/// Abandoned calls to keep unspent because the hit ratio has swung. What fell may come back (another hour, another list), and then as many calls are on their way as the lower
/// ratio asked for; until a dozen people have answered nobody can tell such a rise from luck, and in a small group that takes minutes. The reserve is what this is expected to cost.
/// It is kept for the rest of a day that swings, after the rise too: it pays for the rise then. A large group needs none: a dozen of its people answer within seconds.
/// </summary>
internal sealed class SwingReserve
{
    private const double MemorySeconds = 8 * 3600;

    /// <summary>Swings up to this share are what a learned ratio does while the true one stays.</summary>
    private const double Noise = 0.1;

    /// <summary>People after whom a rise is believed (the shortest memory of the hit ratio's tracker).</summary>
    private const double PeopleUntilBelieved = 12;

    /// <summary>Share of the people too many who find no agent.</summary>
    private const double LostShare = 0.35;

    private readonly int _mostAgents;

    private double _highest;
    private double _swing;
    private double _last;

    /// <param name="mostAgents">Agents of the largest group that keeps a reserve.</param>
    public SwingReserve(int mostAgents) => _mostAgents = mostAgents;

    /// <summary>Abandoned calls to keep unspent.</summary>
    public double People { get; private set; }

    /// <summary>Follows the hit ratio.</summary>
    /// <param name="now">Seconds.</param>
    /// <param name="hitRatio">The ratio believed now.</param>
    /// <param name="isKnown">False while it rests on so few dials that it moves by itself.</param>
    /// <param name="pending">Calls under way.</param>
    /// <param name="agents">Agents logged in.</param>
    public void Update(double now, double hitRatio, bool isKnown, int pending, int agents)
    {
        if (!isKnown)
        {
            _highest = hitRatio;
            _last = now;
            return;
        }

        var keep = Math.Exp(-(now - _last) / MemorySeconds);
        _last = now;
        _highest = Math.Max(hitRatio, hitRatio + ((_highest - hitRatio) * keep));
        _swing = Math.Max(_swing * keep, 1 - (hitRatio / Math.Max(1e-6, _highest)));
        People = agents > _mostAgents ? 0 : LostShare * Math.Max(0, _swing - Noise) * (PeopleUntilBelieved + (_highest * Math.Max(0, pending)));
    }
}
