using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;

namespace DialerEngine.Adapters.Sqlite.Journal;

/// <summary>The statements that write an attempt's row. An attempt never goes backwards: a state once reached stays.</summary>
internal sealed class AttemptStatements(SqliteConnection connection)
{
    private const int FirstTime = 24;
    private const int Reached = 38;

    private static readonly string TimeNames = string.Join(", ", AttemptTable.TimeColumns);
    private static readonly string TimeValues = string.Join(", ", Enumerable.Range(FirstTime, AttemptTable.TimeColumns.Length).Select(i => $"?{i}"));
    private static readonly string TimeUpdates = string.Join(
        ", ", AttemptTable.TimeColumns.Select((name, i) => $"{name} = CASE WHEN ?{FirstTime + i} <> 0 THEN ?{FirstTime + i} ELSE {name} END"));

    private static readonly string ReachedUpdate = $"reached_at = CASE WHEN ?{Reached} <> 0 THEN ?{Reached} ELSE reached_at END";

    private readonly SqliteStatement _start = connection.Prepare(
        $"""
        INSERT INTO attempt (attempt_guid, state, list_key, record_id, campaign_id, group_id, app_id, phone, record_handle, sequence,
          started_at, trunk, agent_id, {TimeNames})
        VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, {TimeValues})
        ON CONFLICT (attempt_guid) DO NOTHING
        """,
        "writing an attempt");

    private readonly SqliteStatement _connect = connection.Prepare(
        $"""
        UPDATE attempt SET state = 2, connected_at = ?2, agent_id = coalesce(?3, agent_id), trunk = coalesce(?4, trunk), {TimeUpdates}, {ReachedUpdate}
        WHERE attempt_guid = ?1 AND state = 1
        """,
        "writing that an attempt is connected");

    private readonly SqliteStatement _finish = connection.Prepare(
        $"""
        UPDATE attempt SET state = 3, finished_at = ?2, call_result = ?3, ended_by = ?4, network_code = ?5, q850_cause = ?6,
          network_phrase = ?7, network_reasons = ?8, trunk = coalesce(?9, trunk), agent_id = coalesce(?10, agent_id), record_type = ?11,
          record_status = ?12, record_result = ?13, attempts = ?14, dial_sched_time = ?15, call_time = ?16, completes_chain = ?17,
          field_updates = ?18, phone = coalesce(?19, phone), reason = ?20, {TimeUpdates}, {ReachedUpdate}
        WHERE attempt_guid = ?1 AND state < 3
        """,
        "writing an attempt's result");

    private readonly SqliteStatement _withdraw = connection.Prepare(
        "UPDATE attempt SET state = 4, finished_at = ?2 WHERE attempt_guid = ?1 AND state < 3", "withdrawing an attempt");

    /// <summary>Writes a new attempt; one that is known already stays as it is. False then.</summary>
    public bool Start(in JournalEntry entry, long? listKey)
    {
        _start.Bind(1, entry.Attempt.Value);
        if (listKey is { } key)
        {
            _start.Bind(2, key);
        }
        else
        {
            _start.BindNull(2);
        }

        _start.Bind(3, entry.Record.Value).Bind(4, entry.CampaignId).Bind(5, entry.Group.Value).Bind(6, entry.ApplicationId)
            .Bind(7, entry.Phone).Bind(8, entry.RecordHandle).Bind(9, entry.Sequence).Bind(10, entry.At).Bind(11, entry.Trunk)
            .Bind(12, entry.AgentLoginId);
        BindTimes(_start, in entry.Times);
        _start.Run();
        return connection.Changes != 0;
    }

    public void Connect(in JournalEntry entry)
    {
        _connect.Bind(1, entry.Attempt.Value).Bind(2, entry.At).Bind(3, entry.AgentLoginId).Bind(4, entry.Trunk);
        BindTimes(_connect, in entry.Times);
        _connect.Bind(Reached, entry.ReachedAt);
        _connect.Run();
    }

    /// <summary>Writes that the attempt was never dialled. False where it is not open.</summary>
    public bool Withdraw(in JournalEntry entry)
    {
        _withdraw.Bind(1, entry.Attempt.Value).Bind(2, entry.At).Run();
        return connection.Changes != 0;
    }

    /// <summary>Writes the attempt's result. False where it has one already; that one stands.</summary>
    public bool Finish(in JournalEntry entry, long? listKey, string? fieldUpdates)
    {
        if (TryFinish(in entry, fieldUpdates))
        {
            return true;
        }

        // Either it is finished, or its start never came: a result without a start is kept rather than lost.
        return Start(in entry, listKey) && TryFinish(in entry, fieldUpdates);
    }

    private bool TryFinish(in JournalEntry entry, string? fieldUpdates)
    {
        _finish.Bind(1, entry.Attempt.Value).Bind(2, entry.At).Bind(3, (int)entry.Result).Bind(4, (int)entry.EndedBy)
            .Bind(5, entry.NetworkCode).Bind(6, entry.Q850Cause).Bind(7, entry.NetworkPhrase).Bind(8, entry.NetworkReasons)
            .Bind(9, entry.Trunk).Bind(10, entry.AgentLoginId).Bind(11, (int)entry.RecordType).Bind(12, (int)entry.RecordStatus)
            .Bind(13, (int)entry.RecordResult).Bind(14, entry.Attempts).Bind(15, entry.DialScheduledTime).Bind(16, entry.CallTime)
            .Bind(17, (int)entry.Chain).Bind(18, fieldUpdates).Bind(19, entry.Phone).Bind(20, entry.Reason);
        BindTimes(_finish, in entry.Times);
        _finish.Bind(Reached, entry.ReachedAt);
        _finish.Run();
        return connection.Changes != 0;
    }

    private static void BindTimes(SqliteStatement statement, in AttemptTimes times) => statement
        .Bind(FirstTime, times.StartProcessing).Bind(FirstTime + 1, times.Dialing).Bind(FirstTime + 2, times.Ringing)
        .Bind(FirstTime + 3, times.Answered).Bind(FirstTime + 4, times.CpdCompleted).Bind(FirstTime + 5, times.Queued)
        .Bind(FirstTime + 6, times.AgentRinging).Bind(FirstTime + 7, times.AgentAnswered).Bind(FirstTime + 8, times.Diverted)
        .Bind(FirstTime + 9, times.Abandoned).Bind(FirstTime + 10, times.Released).Bind(FirstTime + 11, times.AgentReleased)
        .Bind(FirstTime + 12, times.AcwCompleted).Bind(FirstTime + 13, times.CompleteProcessing);
}
