using DialerEngine.Core;
using DialerEngine.Core.Ports;

namespace DialerEngine.Notifications.Tests.Support;

/// <summary>An outbox in memory with the contract's behaviour.</summary>
internal sealed class FakeOutbox : IAttemptOutbox
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Row> _rows = [];
    private long _last;

    public bool IsBroken { get; set; }

    public List<(AttemptId Attempt, int Sequence, string Reason)> Dead { get; } = [];

    public int Left
    {
        get
        {
            lock (_gate)
            {
                return _rows.Count;
            }
        }
    }

    public void Add(GroupId group, AttemptId attempt, int sequence, string phone, long now)
    {
        lock (_gate)
        {
            var due = _rows.Values.Where(r => r.Record.Attempt == attempt && r.Record.Sequence < sequence).Select(r => r.DueAt).DefaultIfEmpty(0).Max();
            var id = ++_last;
            _rows.Add(id, new Row
            {
                DueAt = Math.Max(due, now),
                Record = new OutboxRecord
                {
                    Id = id,
                    Group = group,
                    Attempt = attempt,
                    Sequence = sequence,
                    Phone = phone,
                    CreatedAt = now,
                    DueAt = Math.Max(due, now),
                    Tries = 0,
                    FirstFailedAt = 0,
                    Body = System.Text.Encoding.UTF8.GetBytes($"{attempt}/{sequence}"),
                },
            });
        }
    }

    public IReadOnlyList<OutboxCount> Count()
    {
        lock (_gate)
        {
            return [.. _rows.Values.GroupBy(r => r.Record.Group).Select(g => new OutboxCount(g.Key, g.Count(), g.Count(r => r.Record.Tries > 0)))];
        }
    }

    public long CountDead() => Dead.Count;

    public IReadOnlyList<OutboxRecord> Take(int limit, long nowUnixMs, IReadOnlySet<long> held)
    {
        lock (_gate)
        {
            Check();
            var earlier = _rows.Values.Where(r => r.Record.Sequence == 0).Select(r => r.Record.Attempt).ToHashSet();
            return
            [
                .. _rows.Values
                    .Where(r => r.DueAt <= nowUnixMs && !held.Contains(r.Record.Id) && (r.Record.Sequence == 0 || !earlier.Contains(r.Record.Attempt)))
                    .OrderBy(r => r.DueAt).ThenBy(r => r.Record.Id).Take(limit).Select(r => r.Record),
            ];
        }
    }

    public void Settle(IReadOnlyList<OutboxVerdict> verdicts)
    {
        lock (_gate)
        {
            Check();
            foreach (var verdict in verdicts)
            {
                if (verdict.Outcome == OutboxOutcome.Queued)
                {
                    var row = _rows[verdict.Record.Id];
                    foreach (var later in _rows.Values.Where(r => r.Record.Attempt == verdict.Record.Attempt && r.Record.Sequence >= verdict.Record.Sequence))
                    {
                        later.DueAt = Math.Max(later.DueAt, verdict.DueAt);
                        later.Record = later.Record with { DueAt = later.DueAt };
                    }

                    row.Record = row.Record with { Tries = row.Record.Tries + 1, FirstFailedAt = row.Record.FirstFailedAt == 0 ? verdict.At : row.Record.FirstFailedAt };
                    continue;
                }

                _rows.Remove(verdict.Record.Id);
                if (verdict.Outcome == OutboxOutcome.Dead)
                {
                    Dead.Add((verdict.Record.Attempt, verdict.Record.Sequence, verdict.Reason));
                }
            }
        }
    }

    public bool HasUnsaved(string phone)
    {
        lock (_gate)
        {
            return _rows.Values.Any(r => r.Record.Phone == phone);
        }
    }

    public int Revive(long nowUnixMs) => 0;

    private void Check()
    {
        if (IsBroken)
        {
            throw new StorageFaultException(StorageFault.Full, "the disk is full");
        }
    }

    private sealed class Row
    {
        public required OutboxRecord Record { get; set; }

        public required long DueAt { get; set; }
    }
}
