namespace DialerEngine.Core.Ports;

/// <summary>
/// The book of call attempts: an attempt is in it, durably, before its INVITE leaves, and its result before anybody is told.
/// One writer serves all groups; what waits at a moment is committed together (group commit), in the order of appending.
/// </summary>
public interface IAttemptJournal
{
    /// <summary>
    /// Queues an entry. Does not wait. False when the bounded queue is full: the caller must keep the entry and offer it again
    /// (and dial nothing new meanwhile).
    /// </summary>
    bool TryAppend(in JournalEntry entry);
}

/// <summary>Hears about commits. Called on the journal's own thread; implementations only post.</summary>
public interface IJournalListener
{
    /// <summary>All entries of the group up to and including this sequence number are durable.</summary>
    void OnCommitted(GroupId group, long sequence);

    /// <summary>The journal cannot write (disk full, ...). Entries are kept and tried again; dialing must be held back.</summary>
    void OnFault(StorageFault fault, string message);

    /// <summary>The journal writes again after a fault.</summary>
    void OnRecovered();
}
