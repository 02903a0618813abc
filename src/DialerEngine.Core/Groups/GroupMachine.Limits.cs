namespace DialerEngine.Core.Groups;

/// <summary>Guard rails of dialling: lines, calls on their way, and no bursts.</summary>
public sealed partial class GroupMachine
{
    /// <summary>Dials that may leave at one instant; the rest of a decision follows evenly.</summary>
    private const int DialsAtOnce = 8;

    /// <summary>Dials a second that smoothing lets through in small groups; larger ones get one for each agent logged in.</summary>
    private const double LeastDialsPerSecond = 50;

    private double _turns = DialsAtOnce;
    private long _turnTicks;
    private int _wanted;

    /// <summary>Calls that may be started now without passing a limit of sessions, channels, trunks or (Power GVP) calls in progress.</summary>
    private int FreeLines()
    {
        var free = Math.Min(_freeSessionCount, Math.Min(_options.NumberOfChannels - _openCalls, _gate.FreeLines(_trunks)));
        return _mode == DialMode.PowerGVP ? Math.Min(free, QueueSize - _openCalls) : free;
    }

    private int OverdialLevelLeft() => _options.MaxOverdialLevel <= 0
        ? int.MaxValue
        : Math.Max(0, (int)Math.Min(int.MaxValue, _options.MaxOverdialLevel * (_loggedIn - _leaving)) - MayNeedAgents);

    /// <summary>Lets a large decision out over the second instead of at one instant: the start of dialling is no burst.</summary>
    private bool TryTakeTurn()
    {
        var elapsed = Math.Clamp((_now.Ticks - _turnTicks) / (double)TimeSpan.TicksPerSecond, 0, 1);
        _turnTicks = _now.Ticks;
        _turns = Math.Min(DialsAtOnce, _turns + (elapsed * Math.Max(LeastDialsPerSecond, _loggedIn)));
        if (_turns < 1)
        {
            return false;
        }

        _turns -= 1;
        return true;
    }

    private void WantFromTrunks(int calls)
    {
        if (calls > 0 || _wanted > 0)
        {
            _wanted = calls;
            _gate.Want(_definition.Id, _trunks, calls, _idleCount + _waitingUnmatched, _now);
        }
    }
}
