using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;

namespace DialerEngine.Adapters.Sqlite.Outbox;

/// <summary>Reports attempts that recovery has finished: what the journal and the list know of them makes their attempt record 1.</summary>
internal sealed class RecoveredAttempts(SqliteConnection connection, OutboxHook hook, ListCatalog catalog)
{
    private const string Phase = "reporting a recovered attempt";
    private readonly OutboxWriter _outbox = new(connection, hook);
    private readonly Dictionary<long, ListTable> _tables = ListCatalog.ReadAll(connection).ToDictionary(t => t.Key);

    private readonly SqliteStatement _attempt = connection.Prepare(
        $"""
        SELECT attempt_guid, list_key, record_id, campaign_id, group_id, app_id, phone, record_handle, finished_at, call_result, trunk, agent_id,
          {string.Join(", ", AttemptTable.TimeColumns)} FROM attempt WHERE attempt_id = ?1
        """,
        Phase);

    /// <summary>Writes the record of a finished attempt, if its group wants it. Within recovery's transaction.</summary>
    public void Report(long attemptId)
    {
        _attempt.Bind(1, attemptId);
        if (!_attempt.Step())
        {
            return;
        }

        var entry = new JournalEntry
        {
            Kind = JournalEntryKind.AttemptFinished,
            Attempt = new AttemptId(_attempt.Identity(0)),
            Record = new RecordId(_attempt.Integer(2)),
            CampaignId = _attempt.Int(3),
            Group = new GroupId(_attempt.Int(4)),
            ApplicationId = _attempt.Int(5),
            Phone = _attempt.TextOrNull(6),
            RecordHandle = _attempt.Int(7),
            At = _attempt.Integer(8),
            Result = (CallResult)_attempt.Int(9),
            Trunk = _attempt.TextOrNull(10),
            AgentLoginId = _attempt.TextOrNull(11),
            Times = ReadTimes(12),
        };
        var list = _attempt.Integer(1);
        _attempt.Reset();
        entry.Times.CompleteProcessing = entry.At;
        entry.Facts.Wanted = true;
        if (_tables.TryGetValue(list, out var table))
        {
            entry.List = catalog.NumberOf(table.Key) ?? default;
            ReadRecord(table, ref entry);
        }

        _outbox.Add(in entry, 1);
    }

    private AttemptTimes ReadTimes(int first) => new()
    {
        StartProcessing = _attempt.Integer(first),
        Dialing = _attempt.Integer(first + 1),
        Ringing = _attempt.Integer(first + 2),
        Answered = _attempt.Integer(first + 3),
        CpdCompleted = _attempt.Integer(first + 4),
        Queued = _attempt.Integer(first + 5),
        AgentRinging = _attempt.Integer(first + 6),
        AgentAnswered = _attempt.Integer(first + 7),
        Diverted = _attempt.Integer(first + 8),
        Abandoned = _attempt.Integer(first + 9),
        Released = _attempt.Integer(first + 10),
        AgentReleased = _attempt.Integer(first + 11),
        AcwCompleted = _attempt.Integer(first + 12),
    };

    private void ReadRecord(ListTable table, ref JournalEntry entry)
    {
        string Own(string column) => table.TryFindColumn(column, out _) ? SqlName.Quote(column) : "NULL";
        using var row = connection.Prepare(
            $"""
            SELECT contact_info_type, chain_id, chain_n, tz_dbid, record_type, {Own("customer_id")}, {Own("postal_code")}, {Own("region_code")},
              {Own("country_code")}, {Own("tz_name")} FROM {table.Quoted} WHERE record_id = ?1
            """,
            Phase);
        row.Bind(1, entry.Record.Value);
        if (row.Step())
        {
            entry.Facts.PhoneType = (PhoneType)row.Int(0);
            entry.Facts.ChainId = row.Int(1);
            entry.Facts.ChainN = row.Int(2);
            entry.Facts.TimeZoneDbid = row.Int(3);
            entry.RecordType = (RecordType)row.Int(4);
            entry.Facts.CustomerId = row.TextOrNull(5);
            entry.Facts.PostalCode = row.TextOrNull(6);
            entry.Facts.RegionCode = row.TextOrNull(7);
            entry.Facts.CountryCode = row.TextOrNull(8);
            entry.Facts.TimeZoneName = row.TextOrNull(9);
            row.Reset();
        }
    }
}
