using System.Security.Cryptography;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Runtime;

/// <summary>
/// Checks agents' passwords. A hashed one is slow by intent: such checks run one at a time on the thread pool, and what was right once is remembered for the
/// life of the process, so that a thousand desktops that reconnect cost nothing. Thread-safe.
/// </summary>
internal sealed class AgentPasswords
{
    private readonly Lock _gate = new();

    // One after the other, one core at most: at the start of a shift a thousand agents log in, and calls go on meanwhile.
    private Task _last = Task.CompletedTask;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<AgentId, byte[]> _right = new();

    /// <summary>Checks a password, ahead of the login itself.</summary>
    public ValueTask<AgentPasswordCheck> CheckAsync(AgentDefinition agent, string? password)
    {
        if (agent.PasswordHash is not { } hash || Remembers(agent, password))
        {
            return ValueTask.FromResult(CheckNow(agent, password));
        }

        lock (_gate)
        {
            var turn = CheckAfterAsync(_last, agent, hash, password);
            _last = turn;
            return new ValueTask<AgentPasswordCheck>(turn);
        }
    }

    /// <summary>The same at once: slow where a hashed password was not checked ahead.</summary>
    public AgentPasswordCheck CheckNow(AgentDefinition agent, string? password)
    {
        if (agent.PasswordHash is { } hash)
        {
            return Remembers(agent, password) ? AgentPasswordCheck.Good : CheckSlowly(agent, hash, password);
        }

        if (agent.Password is not { } wanted)
        {
            return AgentPasswordCheck.NoPassword;
        }

        return CryptographicOperations.FixedTimeEquals(Digest(agent, wanted), Digest(agent, password ?? "")) ? AgentPasswordCheck.Good : AgentPasswordCheck.Wrong;
    }

    /// <summary>On the thread pool, whatever became of the one before.</summary>
    private async Task<AgentPasswordCheck> CheckAfterAsync(Task before, AgentDefinition agent, AgentPasswordHash hash, string? password)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        return CheckSlowly(agent, hash, password);
    }

    private static byte[] Digest(AgentDefinition agent, string password) => SHA256.HashData(Encoding.UTF8.GetBytes($"{agent.LoginId}\0{password}"));

    private bool Remembers(AgentDefinition agent, string? password) =>
        password is { Length: <= AgentPasswordHash.MaxPasswordLength } && _right.TryGetValue(agent.Id, out var right)
        && CryptographicOperations.FixedTimeEquals(right, Digest(agent, password));

    private AgentPasswordCheck CheckSlowly(AgentDefinition agent, AgentPasswordHash hash, string? password)
    {
        if (!hash.Accepts(password))
        {
            return AgentPasswordCheck.Wrong;
        }

        _right[agent.Id] = Digest(agent, password!);
        return AgentPasswordCheck.Good;
    }
}
