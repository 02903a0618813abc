using DialerEngine.Core;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Outbox;

/// <summary>Makes the journal write call attempt records: given with the storage's options where attempts are reported.</summary>
public sealed class OutboxHook(IAttemptRecordFormat format, TimeProvider time)
{
    /// <summary>
    /// First try of a record 0 after its commit, milliseconds. An attempt that is withdrawn before its INVITE left takes its record back within this
    /// time, which is far longer than the withdrawal's own commit usually takes.
    /// </summary>
    public const int GraceMs = 250;

    /// <summary>Unconfirmed records of a group became more or fewer. Called after the commit, on the thread that made it.</summary>
    public event Action<GroupId, int>? Changed;

    internal IAttemptRecordFormat Format => format;

    internal TimeProvider Time => time;

    internal void Announce(GroupId group, int records) => Changed?.Invoke(group, records);
}
