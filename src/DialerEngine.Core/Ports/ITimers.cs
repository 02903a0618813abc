namespace DialerEngine.Core;

/// <summary>Names a running timer. The generation makes the handle of a timer that fired or was cancelled harmless.</summary>
/// <param name="Index">Slot.</param>
/// <param name="Generation">Use of the slot, from 1; 0 names no timer.</param>
public readonly record struct TimerHandle(int Index, int Generation);

/// <summary>Timers of one group, owned by its loop. Firing comes back as an input with the payload.</summary>
public interface ITimers
{
    /// <summary>Starts a timer. The wheel has room for every timer that a group can need; running out breaks an invariant.</summary>
    TimerHandle Start(long delayMs, ulong payload);

    /// <summary>Stops a timer; false when it has fired or been stopped already.</summary>
    bool Cancel(TimerHandle handle);
}

/// <summary>Source of identities. Seeded in simulation, random in production.</summary>
public interface IIdSource
{
    AttemptId NextAttempt();
}
