using System.Net;

namespace DialerEngine.Adapters.TServer.Sessions;

/// <summary>
/// Slows the guessing of passwords down, over any number of connections: after some failed logins of one address as one agent, or of one address as anybody,
/// each further one makes the next wait longer. A login that succeeds forgives the pair. Bounded; thread-safe.
/// </summary>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Failed logins of one address as one agent before the first wait.</summary>
    public const int FreeOfPair = 5;

    /// <summary>Failed logins of one address, whoever it claimed to be, before the first wait: a whole floor may stand behind one address.</summary>
    public const int FreeOfAddress = 50;

    /// <summary>Pairs and addresses that are remembered; beyond, the one that failed longest ago is forgotten.</summary>
    public const int Capacity = 4_096;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(15);
    private readonly Lock _gate = new();
    private readonly Dictionary<(IPAddress Remote, string? Agent), Failures> _failures = [];

    /// <summary>How long the address must wait before it may log in as the agent; zero when it may now.</summary>
    public TimeSpan WaitOf(IPAddress remote, string agentId)
    {
        lock (_gate)
        {
            var pair = WaitOf((remote, agentId), FreeOfPair);
            var address = WaitOf((remote, null), FreeOfAddress);
            return pair > address ? pair : address;
        }
    }

    /// <summary>A login failed.</summary>
    public void Failed(IPAddress remote, string agentId)
    {
        lock (_gate)
        {
            Count((remote, agentId));
            Count((remote, null));
        }
    }

    /// <summary>A login succeeded.</summary>
    public void Succeeded(IPAddress remote, string agentId)
    {
        lock (_gate)
        {
            _failures.Remove((remote, agentId));
        }
    }

    private TimeSpan WaitOf((IPAddress Remote, string? Agent) key, int free)
    {
        if (!_failures.TryGetValue(key, out var failures) || failures.Count < free)
        {
            return TimeSpan.Zero;
        }

        // 1, 2, 4 ... seconds from the last failure.
        var wait = TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(failures.Count - free, 16))));
        var left = wait - time.GetElapsedTime(failures.Last);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Count((IPAddress Remote, string? Agent) key)
    {
        var now = time.GetTimestamp();
        if (_failures.TryGetValue(key, out var failures) && time.GetElapsedTime(failures.Last, now) < Forgotten)
        {
            _failures[key] = new Failures(failures.Count + 1, now);
            return;
        }

        if (_failures.Count >= Capacity && !_failures.ContainsKey(key))
        {
            _failures.Remove(_failures.MinBy(f => f.Value.Last).Key);
        }

        _failures[key] = new Failures(1, now);
    }

    private readonly record struct Failures(int Count, long Last);
}
