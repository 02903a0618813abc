using System.Buffers;
using System.Text;
using DialerEngine.Adapters.Sqlite.Outbox;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.StorageContract;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>Attempt records in the file: with their journal entry or not at all, in order, until they are confirmed.</summary>
public sealed class OutboxTests : IAttemptRecordFormat, IAsyncLifetime
{
    private const long Later = long.MaxValue / 2;
    private readonly RetryFreeTime _time = new();
    private readonly CommitListener _listener = new();
    private readonly Dictionary<GroupId, int> _changes = [];
    private SqliteHarness _harness = null!;
    private SqliteAttemptOutbox _outbox = null!;
    private long _sequence;

    public Task InitializeAsync()
    {
        var hook = new OutboxHook(this, _time);
        hook.Changed += (group, change) =>
        {
            lock (_changes)
            {
                _changes[group] = _changes.GetValueOrDefault(group) + change;
            }
        };
        _harness = new SqliteHarness(o => o with { Outbox = hook });
        _harness.EnsureList(ContractRecords.List);
        _harness.Add(ContractRecords.List, Enumerable.Range(1, 20).Select(i => ContractRecords.Retrieved(i)));
        _harness.StartJournal(_listener);
        _outbox = _harness.Opened.OpenOutbox();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _outbox.Dispose();
        await _harness.DisposeAsync();
    }

    [Fact]
    public async Task Record_0_comes_with_the_start_and_1_with_the_result_and_1_waits_until_0_is_confirmed()
    {
        Append(Started(1));
        Append(Finished(1));
        await StopAsync();
        var first = Assert.Single(Take());
        Assert.Equal((ContractRecords.Attempt(1), 0, 3, "+12025550001"), (first.Attempt, first.Sequence, first.Group.Value, first.Phone));
        Assert.Equal("0/Ok", Encoding.UTF8.GetString(first.Body.Span));
        Assert.Equal(new OutboxCount(ContractRecords.Group, 2, 0), Assert.Single(_outbox.Count()));
        Settle(first, OutboxOutcome.Saved);
        var second = Assert.Single(Take());
        Assert.Equal((1, "1/NoAnswer"), (second.Sequence, Encoding.UTF8.GetString(second.Body.Span)));
        Settle(second, OutboxOutcome.Saved);
        Assert.Empty(Take());
        Assert.Empty(_outbox.Count());
        Assert.Equal(2, _changes[ContractRecords.Group]);
    }

    [Fact]
    public async Task A_record_0_is_not_due_within_its_grace_and_a_withdrawn_attempt_leaves_nothing()
    {
        Append(Started(1));
        Append(Started(2));
        Append(Started(1) with { Kind = JournalEntryKind.AttemptWithdrawn });
        await StopAsync();
        Assert.Empty(_outbox.Take(10, _time.NowMs + OutboxHook.GraceMs - 1, new HashSet<long>()));
        Assert.Equal(ContractRecords.Attempt(2), Assert.Single(_outbox.Take(10, _time.NowMs + OutboxHook.GraceMs, new HashSet<long>())).Attempt);
        Assert.Equal(1, _changes[ContractRecords.Group]);
    }

    [Fact]
    public async Task A_withdrawal_after_its_record_0_was_due_is_closed_by_a_record_1()
    {
        Append(Started(1));
        await CommittedAsync();
        _time.Step(OutboxHook.GraceMs);
        Append(Started(1) with { Kind = JournalEntryKind.AttemptWithdrawn });
        await StopAsync();
        var first = Assert.Single(Take());
        Assert.Equal(0, first.Sequence);
        Settle(first, OutboxOutcome.Saved);
        Assert.Equal("1/DialError", Encoding.UTF8.GetString(Assert.Single(Take()).Body.Span));
    }

    [Fact]
    public async Task A_queued_record_is_due_when_it_is_said_and_its_attempts_other_record_with_it()
    {
        Append(Started(1));
        Append(Finished(1));
        await StopAsync();
        var first = Assert.Single(Take());
        _outbox.Settle([new OutboxVerdict(first, OutboxOutcome.Queued, 5_000, Later - 10, 409, "HTTP status 409")]);
        Assert.Empty(_outbox.Take(10, Later - 11, new HashSet<long>()));
        var again = Assert.Single(Take());
        Assert.Equal((first.Id, 1, 5_000L), (again.Id, again.Tries, again.FirstFailedAt));
        Assert.Equal(new OutboxCount(ContractRecords.Group, 2, 1), Assert.Single(_outbox.Count()));
        Assert.Equal(1, _harness.Query("SELECT count(*) FROM attempt_outbox WHERE sequence_num = 1 AND tries = 0 AND due_at = (SELECT max(due_at) FROM attempt_outbox)"));
    }

    [Fact]
    public async Task A_dead_record_is_kept_with_its_reason_holds_nobody_back_and_can_be_revived()
    {
        Append(Started(1));
        Append(Finished(1));
        await StopAsync();
        Settle(Assert.Single(Take()), OutboxOutcome.Dead);
        Assert.Equal(1, _outbox.CountDead());
        Assert.Equal(1, Assert.Single(Take()).Sequence);
        Assert.Equal(1, _harness.Query("SELECT count(*) FROM attempt_outbox WHERE dead = 1 AND reason = 'why' AND last_status = 400"));
        Assert.Equal(1, _outbox.Revive(_time.NowMs));
        Assert.Equal(0, Assert.Single(Take()).Sequence);
        Assert.Equal(0, _outbox.CountDead());
    }

    [Fact]
    public async Task Records_under_way_are_left_out_and_an_unsaved_contact_is_known()
    {
        Append(Started(1));
        Append(Started(2));
        await StopAsync();
        var all = Take();
        Assert.Equal(2, all.Count);
        Assert.Equal(all[1].Id, Assert.Single(_outbox.Take(10, Later, new HashSet<long> { all[0].Id })).Id);
        Assert.True(_outbox.HasUnsaved("+12025550001"));
        Settle(all[0], OutboxOutcome.Saved);
        Assert.False(_outbox.HasUnsaved("+12025550001"));
        Assert.False(_outbox.HasUnsaved("' OR 1=1 --"));
    }

    [Fact]
    public async Task A_refused_dial_has_a_record_1_only_and_entries_of_groups_that_report_nothing_have_none()
    {
        Append(Started(1) with { Kind = JournalEntryKind.RecordUpdated, Result = CallResult.DoNotCall });
        var silent = Started(2);
        silent.Facts = default;
        Append(silent);
        await StopAsync();
        var only = Assert.Single(Take());
        Assert.Equal((1, "1/DoNotCall"), (only.Sequence, Encoding.UTF8.GetString(only.Body.Span)));
    }

    [Fact]
    public async Task After_a_crash_recovered_attempts_are_reported_complete_and_nothing_that_was_durable_is_missing()
    {
        Append(Started(1));
        Append(Finished(1));
        Append(Started(2));
        Append(Started(3));
        Append(Started(3) with { Kind = JournalEntryKind.AttemptConnected, AgentLoginId = "1001" });
        await CommittedAsync();
        await _harness.CrashAsync();
        await _harness.Recovery.RecoverAsync(ContractRecords.Application, 9_000_000, CancellationToken.None);
        await _harness.Recovery.RecoverAsync(ContractRecords.Application, 9_000_000, CancellationToken.None);
        using var outbox = _harness.Opened.OpenOutbox();
        var bodies = new List<string>();
        while (outbox.Take(10, Later, new HashSet<long>()) is { Count: > 0 } taken)
        {
            bodies.AddRange(taken.Select(r => $"{r.Attempt.Value.ToString()[7]} {Encoding.UTF8.GetString(r.Body.Span)}"));
            outbox.Settle([.. taken.Select(r => new OutboxVerdict(r, OutboxOutcome.Saved, 0, 0, 200, ""))]);
        }

        Assert.Equal(["1 0/Ok", "1 1/NoAnswer", "2 0/Ok", "2 1/SystemError", "3 0/Ok", "3 1/Stale"], bodies.Order());
    }

    [Fact]
    public void Every_question_of_the_sender_is_answered_by_an_index()
    {
        using var connection = _harness.Connect();
        var plan = connection.Prepare(
            """
            EXPLAIN QUERY PLAN SELECT o.outbox_id FROM attempt_outbox AS o INDEXED BY attempt_outbox_due WHERE o.dead = 0 AND o.due_at <= ?1
              AND (o.sequence_num = 0 OR NOT EXISTS (SELECT 1 FROM attempt_outbox AS e WHERE e.attempt_guid = o.attempt_guid AND e.sequence_num < o.sequence_num AND e.dead = 0))
            ORDER BY o.due_at, o.outbox_id LIMIT ?2
            """,
            "explaining");
        var steps = new List<string>();
        while (plan.Step())
        {
            steps.Add(plan.Text(3));
        }

        Assert.Contains(steps, s => s.StartsWith("SEARCH", StringComparison.Ordinal) && s.Contains("INDEX attempt_outbox_due", StringComparison.Ordinal));
        Assert.Contains(steps, s => s.StartsWith("SEARCH", StringComparison.Ordinal) && s.Contains("INDEX attempt_outbox_by_identity", StringComparison.Ordinal));
        Assert.DoesNotContain(steps, s => s.Contains("SCAN", StringComparison.Ordinal) || s.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    public bool TryWrite(in JournalEntry entry, int sequence, IBufferWriter<byte> body)
    {
        body.Write(Encoding.UTF8.GetBytes($"{sequence}/{entry.Result}"));
        return true;
    }

    private static JournalEntry Started(int number) => Reported(ContractRecords.Started(0, number, number));

    private static JournalEntry Finished(int number) => Reported(ContractRecords.Finished(0, number, number, CallResult.NoAnswer));

    private static JournalEntry Reported(JournalEntry entry)
    {
        entry.Facts.Wanted = true;
        return entry;
    }

    private void Append(JournalEntry entry)
    {
        entry.Sequence = ++_sequence;
        Assert.True(_harness.Journal.TryAppend(entry));
    }

    private async Task CommittedAsync()
    {
        while (_harness.RunningJournal.Entries < _sequence)
        {
            await Task.Yield();
        }
    }

    private async Task StopAsync() => Assert.Equal(0, await _harness.StopJournalAsync());

    private IReadOnlyList<OutboxRecord> Take() => _outbox.Take(100, Later, new HashSet<long>());

    private void Settle(OutboxRecord record, OutboxOutcome outcome) =>
        _outbox.Settle([new OutboxVerdict(record, outcome, 5_000, 0, outcome == OutboxOutcome.Dead ? 400 : 200, "why")]);

    /// <summary>A wall clock that stands still until it is moved.</summary>
    private sealed class RetryFreeTime : TimeProvider
    {
        private long _ms = 1_772_366_400_000;

        public long NowMs => Interlocked.Read(ref _ms);

        public void Step(int milliseconds) => Interlocked.Add(ref _ms, milliseconds);

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
    }
}
