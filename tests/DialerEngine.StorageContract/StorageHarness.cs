using DialerEngine.Core;
using DialerEngine.Core.Ports;

namespace DialerEngine.StorageContract;

/// <summary>One storage under test with what the suite needs beside the ports: putting records in, and reading what is stored.</summary>
public abstract class StorageHarness : IAsyncDisposable
{
    public abstract ICallingListStore Lists { get; }

    public abstract IRecovery Recovery { get; }

    public abstract IDoNotCallStore DoNotCall { get; }

    public abstract IRecordRequests Requests { get; }

    /// <summary>The running journal; null before <see cref="StartJournal"/>.</summary>
    public abstract IAttemptJournal Journal { get; }

    /// <summary>Makes or widens a list's table.</summary>
    public abstract void EnsureList(CallingListDefinition list);

    /// <summary>Puts records into a list as they are.</summary>
    public abstract void Add(CallingListDefinition list, IEnumerable<CallRecord> records);

    /// <summary>All records of a list by record id.</summary>
    public abstract IReadOnlyList<CallRecord> ReadRecords(CallingListDefinition list);

    /// <summary>All attempts in the order in which they were first written.</summary>
    public abstract IReadOnlyList<StoredAttempt> ReadAttempts();

    /// <summary>How many changes the storage refused and noted.</summary>
    public abstract int CountRefused();

    public abstract void StartJournal(IJournalListener listener);

    /// <summary>Drains and stops the journal; how many entries are not durable.</summary>
    public abstract Task<int> StopJournalAsync();

    /// <summary>Goes on with what is durable at this moment, as after a crash of the process. The journal is not running then.</summary>
    public abstract Task CrashAsync();

    public abstract ValueTask DisposeAsync();
}

/// <summary>An attempt as stored.</summary>
public sealed record StoredAttempt(
    Guid Attempt,
    int State,
    long Record,
    int GroupId,
    int ApplicationId,
    string? Phone,
    CallResult Result,
    int NetworkCode,
    int Q850Cause,
    string? NetworkPhrase,
    string? NetworkReasons,
    string? Trunk,
    string? AgentLoginId,
    IReadOnlyList<long> Times)
{
    public const int Started = 1;
    public const int Connected = 2;
    public const int Finished = 3;
    public const int Withdrawn = 4;
}
