using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Compliance;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>Writes records' history on a connection, within whatever transaction is open on it.</summary>
internal sealed class HistoryWriter(SqliteConnection connection)
{
    private readonly SqliteStatement _insert = HistoryTable.PrepareInsert(connection);
    private readonly SqliteStatement _prune = HistoryTable.PreparePrune(connection);
    private readonly FetchLogWriter _fetches = new(connection);
    private bool _wrote;

    /// <summary>Notes a record that was taken from its list; written with the others of its fetch by <see cref="Complete"/>.</summary>
    public void Fetched(long listKey, CallRecord record, long atUnixMs) => _fetches.Add(listKey, record, atUnixMs);

    public void Write(long listKey, in JournalEntry entry, int kind) => Insert(
        listKey, entry.Record.Value, entry.At, kind, entry.Group.Value, entry.Reason ?? entry.Rule.NameOrNull(), entry.Actor ?? AgentOf(in entry), entry.RecordStatus, entry.RecordResult, entry.DialScheduledTime);

    private static string? AgentOf(in JournalEntry entry) => string.IsNullOrEmpty(entry.AgentLoginId) ? null : $"agent {entry.AgentLoginId}";

    /// <summary>Writes what was noted and keeps the tables within their bounds; call before the commit.</summary>
    public void Complete()
    {
        _fetches.Write();
        if (_wrote)
        {
            _prune.Bind(1, HistoryTable.MaxRows).Run();
            _wrote = false;
        }
    }

    private void Insert(
        long listKey, long record, long at, int kind, int group, string? reason, string? actor, RecordStatus status, CallResult result, long scheduled)
    {
        _insert.Bind(1, listKey).Bind(2, record).Bind(3, at).Bind(4, kind).Bind(5, group).Bind(6, reason).Bind(7, actor).Bind(8, (int)status)
            .Bind(9, (int)result).Bind(10, scheduled).Run();
        _wrote = true;
    }
}
