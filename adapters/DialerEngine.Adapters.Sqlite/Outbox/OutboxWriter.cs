using System.Buffers;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Core;

namespace DialerEngine.Adapters.Sqlite.Outbox;

/// <summary>
/// Writes attempt records within the journal's transactions: a record is durable with the entry that it tells of, or not at all. Used by one thread.
/// </summary>
internal sealed class OutboxWriter(SqliteConnection connection, OutboxHook hook)
{
    private readonly ArrayBufferWriter<byte> _body = new(2_048);
    private readonly Dictionary<GroupId, int> _changes = [];

    private readonly SqliteStatement _add = connection.Prepare(
        """
        INSERT INTO attempt_outbox (attempt_guid, sequence_num, group_id, phone, created_at, due_at, body)
        VALUES (?1, ?2, ?3, ?4, ?5,
          max(?6, coalesce((SELECT due_at FROM attempt_outbox WHERE attempt_guid = ?1 AND sequence_num < ?2 AND dead = 0), 0)), ?7)
        ON CONFLICT (attempt_guid, sequence_num) DO NOTHING
        """,
        "writing an attempt record");

    private readonly SqliteStatement _takeBack = connection.Prepare(
        "DELETE FROM attempt_outbox WHERE attempt_guid = ?1 AND sequence_num = 0 AND tries = 0 AND due_at > ?2", "taking an attempt record back");

    /// <summary>The attempt is dialled (sequence 0) or complete (1).</summary>
    public void Add(in JournalEntry entry, int sequence)
    {
        if (!entry.Facts.Wanted || !TryFormat(in entry, sequence))
        {
            return;
        }

        var now = hook.Time.GetUtcNow().ToUnixTimeMilliseconds();
        _add.Bind(1, entry.Attempt.Value).Bind(2, sequence).Bind(3, entry.Group.Value).Bind(4, entry.Phone ?? "").Bind(5, now)
            .Bind(6, sequence == 0 ? now + OutboxHook.GraceMs : now).BindBlob(7, _body.WrittenSpan).Run();
        Count(entry.Group, connection.Changes);
    }

    /// <summary>
    /// The attempt was never dialled: its record 0 is taken back. Where that may have been sent already, a record 1 with result Dial Error closes it.
    /// </summary>
    public void Withdraw(in JournalEntry entry)
    {
        if (!entry.Facts.Wanted)
        {
            return;
        }

        // The sender takes what is due: within the last part of the grace a record may be under way already.
        const int Margin = 50;
        _takeBack.Bind(1, entry.Attempt.Value).Bind(2, hook.Time.GetUtcNow().ToUnixTimeMilliseconds() + Margin).Run();
        if (connection.Changes > 0)
        {
            Count(entry.Group, -connection.Changes);
            return;
        }

        var closing = entry;
        closing.Result = CallResult.DialError;
        closing.Times.CompleteProcessing = entry.At;
        Add(in closing, 1);
    }

    /// <summary>The transaction is committed: tells how many records came and went.</summary>
    public void Announce()
    {
        foreach (var (group, records) in _changes)
        {
            hook.Announce(group, records);
        }

        _changes.Clear();
    }

    private bool TryFormat(in JournalEntry entry, int sequence)
    {
        _body.ResetWrittenCount();
        return hook.Format.TryWrite(in entry, sequence, _body);
    }

    private void Count(GroupId group, int change)
    {
        if (change != 0)
        {
            _changes[group] = _changes.GetValueOrDefault(group) + change;
        }
    }
}
