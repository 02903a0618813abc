using DialerEngine.Core.Filters;

namespace DialerEngine.Core.Ports;

/// <summary>Records that are alike in all that says when they may be dialled.</summary>
/// <param name="Status">Their status.</param>
/// <param name="Type">Their type.</param>
/// <param name="TimeZoneDbid">Their zone.</param>
/// <param name="DailyFrom">Their window, seconds from midnight.</param>
/// <param name="DailyTill">End of their window.</param>
/// <param name="ScheduledFrom">0 for fresh records; else Unix seconds of the hour that they are scheduled in, or the moment asked about where that is past.</param>
/// <param name="Matches">Whether the filter lets them through.</param>
/// <param name="ChainWaits">Whether another record of their chain goes first or is out.</param>
/// <param name="Count">How many there are.</param>
public readonly record struct SurveyRow(
    RecordStatus Status, RecordType Type, int TimeZoneDbid, int DailyFrom, int DailyTill, long ScheduledFrom, bool Matches, bool ChainWaits, long Count);

/// <summary>Looks at whole calling lists without changing anything: for rehearsals and for what holds records back.</summary>
public interface ICallingListSurvey
{
    /// <summary>
    /// Counts a list by all that says when its records may be dialled. Reads the whole list once: some ten seconds for ten million records. Holds
    /// no fetch and no writer up.
    /// </summary>
    /// <exception cref="StorageFaultException">The store could not answer.</exception>
    IReadOnlyList<SurveyRow> Survey(ListId list, RecordFilter? filter, long nowUnixSeconds, CancellationToken stop);

    /// <summary>The first records in the order in which a fetch would take them; nothing is marked.</summary>
    /// <exception cref="StorageFaultException">The store could not answer.</exception>
    int Peek(in FetchRequest request, RecordBatch into, CancellationToken stop);

    /// <summary>
    /// Reads Ready records one after the other into the same record and hands each to the reader, with whether its chain holds it back, until the
    /// reader says no more.
    /// </summary>
    /// <exception cref="StorageFaultException">The store could not answer.</exception>
    void ReadReady(ListId list, Func<CallRecord, bool, bool> reader, CancellationToken stop);

    /// <summary>What happened to a record, oldest first, at most as many as asked for, the latest ones.</summary>
    /// <exception cref="StorageFaultException">The store could not answer.</exception>
    RecordHistory? History(ListId list, RecordId record, int limit);
}

/// <summary>A record and what happened to it.</summary>
/// <param name="Record">The record as it is now.</param>
/// <param name="Events">What happened, oldest first.</param>
public sealed record RecordHistory(CallRecord Record, IReadOnlyList<HistoryEvent> Events);

/// <summary>One thing that happened to a record.</summary>
/// <param name="AtUnixMs">When, Unix milliseconds.</param>
/// <param name="What">Fetched, Returned, AttemptStarted, Connected, Result, Withdrawn or Updated.</param>
/// <param name="Rule">The rule that decided it; null where none did.</param>
/// <param name="Actor">Who: <c>group N</c>, <c>agent LOGIN</c>, or the name that the rule's or request's origin gave.</param>
/// <param name="Detail">More of it in words; null for none.</param>
public sealed record HistoryEvent(long AtUnixMs, string What, string? Rule, string Actor, string? Detail);
