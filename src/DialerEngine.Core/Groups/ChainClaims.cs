namespace DialerEngine.Core.Groups;

/// <summary>
/// Which chains are in a call, over all groups of the engine: no two calls at once go to one chain. A list gives no second record of a chain while one is
/// out, but a record that others cancel alone while somebody talks about it is final in its list at once and holds its chain there no longer; another group
/// on the same list would get the next record. Thread-safe; allocates nothing once it has seen as many calls at once as there are.
/// </summary>
/// <param name="calls">Calls that may be in progress at one time: room that is made ahead.</param>
public sealed class ChainClaims(int calls = 0)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(int List, int Chain), CallHandle> _calls = new(calls);

    /// <summary>Chains that are in a call.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _calls.Count;
            }
        }
    }

    /// <summary>Claims a chain for a call. False where another call has it.</summary>
    public bool TryClaim(ListId list, int chain, CallHandle call)
    {
        lock (_gate)
        {
            return _calls.TryAdd((list.Value, chain), call);
        }
    }

    /// <summary>Gives a chain back.</summary>
    public void Release(ListId list, int chain, CallHandle call)
    {
        lock (_gate)
        {
            Invariant.That(_calls.Remove((list.Value, chain), out var owner));
            Invariant.That(owner == call);
        }
    }
}
