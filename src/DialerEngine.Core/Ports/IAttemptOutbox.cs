using System.Buffers;

namespace DialerEngine.Core.Ports;

/// <summary>
/// Writes the body of a call attempt record from a journal entry. Called by the journal's one writer within its transaction: the record is as durable
/// as the entry. Must not block.
/// </summary>
public interface IAttemptRecordFormat
{
    /// <summary>Writes the body; false where the entry's group sends no attempt records.</summary>
    /// <param name="entry">An entry of kind AttemptStarted, AttemptFinished, AttemptWithdrawn, or RecordUpdated with an attempt's identity.</param>
    /// <param name="sequence">0 when the attempt is dialled, 1 when it is complete (<c>GSW_HIST_SEQUENCE_NUM</c>).</param>
    /// <param name="body">Takes the body's octets.</param>
    bool TryWrite(in JournalEntry entry, int sequence, IBufferWriter<byte> body);
}

/// <summary>
/// Call attempt records that the receiver has not confirmed. A record is in here from the commit of its journal entry until
/// <see cref="OutboxOutcome.Saved"/>, over restarts and crashes; its identity is the attempt's GUID and the sequence number.
/// </summary>
public interface IAttemptOutbox
{
    /// <summary>Unconfirmed records by group. Reads the whole outbox: for the start, not for every second.</summary>
    IReadOnlyList<OutboxCount> Count();

    /// <summary>Records that the receiver will not accept and that wait for an operator.</summary>
    long CountDead();

    /// <summary>
    /// Records that are due, oldest due first. Never a record whose attempt has an earlier one in here: 0 is confirmed before 1 is sent.
    /// </summary>
    /// <param name="limit">Records at most, from 1.</param>
    /// <param name="nowUnixMs">Records due later stay.</param>
    /// <param name="held">Records that are under way; they are left out.</param>
    /// <exception cref="StorageFaultException">The store could not answer.</exception>
    IReadOnlyList<OutboxRecord> Take(int limit, long nowUnixMs, IReadOnlySet<long> held);

    /// <summary>Writes what became of records, all in one transaction.</summary>
    /// <exception cref="StorageFaultException">Nothing was written.</exception>
    void Settle(IReadOnlyList<OutboxVerdict> verdicts);

    /// <summary>True while an attempt record of this contact is not confirmed.</summary>
    /// <exception cref="StorageFaultException">The store could not answer.</exception>
    bool HasUnsaved(string phone);

    /// <summary>Queues all dead records again; returns how many.</summary>
    /// <exception cref="StorageFaultException">Nothing was changed.</exception>
    int Revive(long nowUnixMs);
}

/// <summary>Unconfirmed attempt records of a group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Unsent">All of them.</param>
/// <param name="Failed">Those that were tried at least once.</param>
public readonly record struct OutboxCount(GroupId Group, int Unsent, int Failed);

/// <summary>An attempt record that is to be sent.</summary>
public sealed record OutboxRecord
{
    public required long Id { get; init; }

    public required GroupId Group { get; init; }

    public required AttemptId Attempt { get; init; }

    /// <summary>0 or 1.</summary>
    public required int Sequence { get; init; }

    public required string Phone { get; init; }

    /// <summary>Unix milliseconds of its journal entry's commit.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix milliseconds from which on it is to be sent.</summary>
    public required long DueAt { get; init; }

    /// <summary>Times that it was sent in vain.</summary>
    public required int Tries { get; init; }

    /// <summary>Unix milliseconds of the first vain try; 0 where there was none.</summary>
    public required long FirstFailedAt { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }
}

/// <summary>What became of an attempt record.</summary>
public enum OutboxOutcome
{
    /// <summary>The receiver has it: it leaves the outbox.</summary>
    Saved,

    /// <summary>Not known to be saved: it is sent again at <see cref="OutboxVerdict.DueAt"/>.</summary>
    Queued,

    /// <summary>The receiver will never take it as it is: it is kept with the reason and not sent again unless an operator revives it.</summary>
    Dead,
}

/// <summary>The outcome of one try.</summary>
/// <param name="Record">The record.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="At">Unix milliseconds of the answer.</param>
/// <param name="DueAt">Unix milliseconds of the next try (outcome Queued).</param>
/// <param name="Status">HTTP status; 0 where none came.</param>
/// <param name="Reason">In words.</param>
public sealed record OutboxVerdict(OutboxRecord Record, OutboxOutcome Outcome, long At, long DueAt, int Status, string Reason);
