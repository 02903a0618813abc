using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Core;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Outbox;

/// <summary>
/// The outbox as its sender sees it. Reading has a connection of its own; outcomes are written without waiting for the disk: a confirmation that a
/// power failure loses is asked for again, and the receiver knows the record's identity.
/// </summary>
public sealed class SqliteAttemptOutbox : IAttemptOutbox, IDisposable
{
    private const string Reading = "reading attempt records";
    private const string Settling = "settling attempt records";
    private readonly Lock _writer;
    private readonly Lock _reader = new();
    private readonly SqliteConnection _read;
    private readonly SqliteConnection _write;
    private readonly SqliteStatement _take;
    private readonly SqliteStatement _hasUnsaved;
    private readonly SqliteStatement _delete;
    private readonly SqliteStatement _queue;
    private readonly SqliteStatement _bury;

    internal SqliteAttemptOutbox(SqliteStorageOptions options, Lock writer)
    {
        _writer = writer;
        _read = SqliteConnection.Open(options.Path, SqliteAccess.Read, options.BusyTimeoutMs, fullSync: false);
        _write = SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: false);

        // A record 1 whose record 0 is still here waits, however long it has been due.
        _take = _read.Prepare(
            """
            SELECT o.outbox_id, o.group_id, o.attempt_guid, o.sequence_num, o.phone, o.created_at, o.tries, o.first_failed_at, o.body, o.due_at
            FROM attempt_outbox AS o INDEXED BY attempt_outbox_due
            WHERE o.dead = 0 AND o.due_at <= ?1
              AND (o.sequence_num = 0 OR NOT EXISTS (SELECT 1 FROM attempt_outbox AS e
                WHERE e.attempt_guid = o.attempt_guid AND e.sequence_num < o.sequence_num AND e.dead = 0))
            ORDER BY o.due_at, o.outbox_id LIMIT ?2
            """,
            Reading);
        _hasUnsaved = _read.Prepare("SELECT 1 FROM attempt_outbox WHERE phone = ?1 AND dead = 0 LIMIT 1", Reading);
        _delete = _write.Prepare("DELETE FROM attempt_outbox WHERE outbox_id = ?1", Settling);

        // A record 1 is not looked at again before its record 0 is.
        _queue = _write.Prepare(
            """
            UPDATE attempt_outbox SET due_at = max(due_at, ?3), tries = tries + (sequence_num = ?2),
              first_failed_at = CASE WHEN sequence_num = ?2 AND first_failed_at = 0 THEN ?4 ELSE first_failed_at END,
              last_status = CASE WHEN sequence_num = ?2 THEN ?5 ELSE last_status END, reason = CASE WHEN sequence_num = ?2 THEN ?6 ELSE reason END
            WHERE attempt_guid = ?1 AND sequence_num >= ?2 AND dead = 0
            """,
            Settling);
        _bury = _write.Prepare(
            "UPDATE attempt_outbox SET dead = 1, tries = tries + 1, last_status = ?2, reason = ?3 WHERE outbox_id = ?1", Settling);
    }

    public IReadOnlyList<OutboxCount> Count()
    {
        lock (_reader)
        {
            using var rows = _read.Prepare("SELECT group_id, count(*), sum(tries > 0) FROM attempt_outbox WHERE dead = 0 GROUP BY group_id", Reading);
            var counts = new List<OutboxCount>();
            while (rows.Step())
            {
                counts.Add(new OutboxCount(new GroupId(rows.Int(0)), rows.Int(1), rows.Int(2)));
            }

            return counts;
        }
    }

    public long CountDead()
    {
        lock (_reader)
        {
            return _read.QueryInteger("SELECT count(*) FROM attempt_outbox WHERE dead = 1", Reading);
        }
    }

    public IReadOnlyList<OutboxRecord> Take(int limit, long nowUnixMs, IReadOnlySet<long> held)
    {
        var taken = new List<OutboxRecord>(limit);
        lock (_reader)
        {
            _take.Bind(1, nowUnixMs).Bind(2, limit + held.Count);
            while (taken.Count < limit && _take.Step())
            {
                if (!held.Contains(_take.Integer(0)))
                {
                    taken.Add(new OutboxRecord
                    {
                        Id = _take.Integer(0),
                        Group = new GroupId(_take.Int(1)),
                        Attempt = new AttemptId(_take.Identity(2)),
                        Sequence = _take.Int(3),
                        Phone = _take.Text(4),
                        CreatedAt = _take.Integer(5),
                        Tries = _take.Int(6),
                        FirstFailedAt = _take.Integer(7),
                        Body = _take.Bytes(8).ToArray(),
                        DueAt = _take.Integer(9),
                    });
                }
            }

            _take.Reset();
        }

        return taken;
    }

    public void Settle(IReadOnlyList<OutboxVerdict> verdicts)
    {
        lock (_writer)
        {
            _write.Begin(Settling);
            try
            {
                foreach (var verdict in verdicts)
                {
                    Apply(verdict);
                }

                _write.Commit(Settling);
            }
            catch
            {
                _write.Rollback();
                throw;
            }
        }
    }

    public bool HasUnsaved(string phone)
    {
        lock (_reader)
        {
            _hasUnsaved.Bind(1, phone);
            var found = _hasUnsaved.Step();
            _hasUnsaved.Reset();
            return found;
        }
    }

    public int Revive(long nowUnixMs)
    {
        lock (_writer)
        {
            using var revive = _write.Prepare("UPDATE attempt_outbox SET dead = 0, due_at = ?1, first_failed_at = 0 WHERE dead = 1", Settling);
            revive.Bind(1, nowUnixMs).Run();
            return _write.Changes;
        }
    }

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
    }

    private void Apply(OutboxVerdict verdict)
    {
        switch (verdict.Outcome)
        {
            case OutboxOutcome.Saved:
                _delete.Bind(1, verdict.Record.Id).Run();
                break;
            case OutboxOutcome.Queued:
                _queue.Bind(1, verdict.Record.Attempt.Value).Bind(2, verdict.Record.Sequence).Bind(3, verdict.DueAt).Bind(4, verdict.At)
                    .Bind(5, verdict.Status).Bind(6, verdict.Reason).Run();
                break;
            default:
                _bury.Bind(1, verdict.Record.Id).Bind(2, verdict.Status).Bind(3, verdict.Reason).Run();
                break;
        }
    }
}
