namespace DialerEngine.Core.Compliance;

/// <summary>
/// Tells readers that what they read was changed under them. The one writer of the moment enters before it moves something that is there and
/// leaves afterwards; a reader that did not find what it looked for asks whether the answer stands, and looks again if not.
/// </summary>
internal sealed class SequenceLock
{
    private int _value;
    private int _depth;

    /// <summary>What a reader keeps before it looks.</summary>
    public int Now => Volatile.Read(ref _value);

    /// <summary>Whether nothing was moved since.</summary>
    public bool Stands(int since)
    {
        Volatile.ReadBarrier();
        return (since & 1) == 0 && Volatile.Read(ref _value) == since;
    }

    /// <summary>Begins a change; changes may lie within one another.</summary>
    public void Enter()
    {
        if (_depth++ == 0)
        {
            Interlocked.Increment(ref _value);
        }
    }

    public void Leave()
    {
        if (--_depth == 0)
        {
            Interlocked.Increment(ref _value);
        }
    }
}
