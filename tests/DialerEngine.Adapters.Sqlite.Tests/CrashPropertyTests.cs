using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.StorageContract;
using FsCheck;
using FsCheck.Fluent;
using static DialerEngine.StorageContract.ContractRecords;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>Random shifts with random crashes: each record is in one place, each attempt has one result, whatever happens when.</summary>
public sealed class CrashPropertyTests
{
    private const int Records = 12;

    [Fact]
    public void Every_record_is_in_one_state_and_every_attempt_has_one_result_after_any_crash()
    {
        var shifts = Gen.Choose(0, 99).ArrayOf(60).ToArbitrary();
        Prop.ForAll(shifts, steps => RunShiftAsync(steps).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }

    private static async Task<bool> RunShiftAsync(int[] steps)
    {
        await using var harness = new SqliteHarness();
        harness.EnsureList(List);
        harness.Add(List, Enumerable.Range(1, Records).Select(i => Ready(i, chain: 10 + (i / 2), chainN: i % 2)));
        var shift = new Shift(harness);
        foreach (var step in steps)
        {
            await shift.StepAsync(step);
        }

        await shift.CrashAsync();
        return true;
    }

    /// <summary>An engine that holds records and attempts in memory, as the real one does, and forgets them when it crashes.</summary>
    private sealed class Shift(SqliteHarness harness)
    {
        private readonly RecordBatch _batch = new(4);
        private readonly Dictionary<long, int> _attemptsMade = [];
        private readonly List<long> _taken = [];
        private readonly List<(int Attempt, long Record)> _open = [];
        private readonly HashSet<Guid> _durable = [];
        private CommitListener? _listener;
        private long _sequence;
        private int _attempt;

        public async Task StepAsync(int step)
        {
            switch (step % 10)
            {
                case 0 or 1:
                    await FetchAsync(step);
                    break;
                case 2 or 3 or 4 when _taken.Count > 0:
                    Dial(TakeAt(_taken, step));
                    break;
                case 5 when _open.Count > 0:
                    Append(Connected(++_sequence, _open[step % _open.Count].Attempt, _open[step % _open.Count].Record));
                    break;
                case 6 or 7 when _open.Count > 0:
                    Finish(step);
                    break;
                case 8 when _taken.Count > 0:
                    Append(Started(++_sequence, 0, TakeAt(_taken, step)) with { Kind = JournalEntryKind.RecordReturned, Attempt = default });
                    break;
                case 8 when _open.Count > 0:
                    var (attempt, record) = TakeAt(_open, step);
                    _attemptsMade[record]--;
                    Append(Started(++_sequence, attempt, record) with { Kind = JournalEntryKind.AttemptWithdrawn });
                    break;
                case 9 when step > 80:
                    await CrashAsync();
                    break;
            }
        }

        /// <summary>Crashes, recovers twice, and looks whether the books are right.</summary>
        public async Task CrashAsync()
        {
            // What was announced before the crash must be there after it; what was not may be or not.
            var announced = _listener?.CommittedOf(Group.Value) ?? 0;
            await harness.CrashAsync();
            var attempts = harness.ReadAttempts();
            Assert.True(announced <= _sequence);
            var open = attempts.Count(a => a.State < StoredAttempt.Finished);

            var report = await harness.Recovery.RecoverAsync(Application, 5_000_000, CancellationToken.None);
            Assert.Equal(open, report.AttemptsFinishedStale + report.AttemptsFinishedSystemError);
            var again = await harness.Recovery.RecoverAsync(Application, 5_000_000, CancellationToken.None);
            Assert.Equal((0, 0, 0), (again.AttemptsFinishedStale, again.AttemptsFinishedSystemError, again.RecordsReturned));

            attempts = harness.ReadAttempts();
            Assert.Equal(attempts.Count, attempts.Select(a => a.Attempt).Distinct().Count());
            Assert.All(attempts, a => Assert.InRange(a.State, StoredAttempt.Finished, StoredAttempt.Withdrawn));
            Assert.Subset(attempts.Select(a => a.Attempt).ToHashSet(), _durable);
            var records = harness.ReadRecords(List);
            Assert.Equal(Enumerable.Range(1, Records).Select(i => (long)i), records.Select(r => r.Id.Value));
            foreach (var record in records)
            {
                Assert.NotEqual(RecordStatus.Retrieved, record.RecordStatus);
                Assert.Equal(0, record.ApplicationId);
                Assert.Equal(attempts.Count(a => a.Record == record.Id.Value && a.State == StoredAttempt.Finished), record.Attempts);
                _attemptsMade[record.Id.Value] = record.Attempts;
            }

            _taken.Clear();
            _open.Clear();
            _listener = null;
        }

        private async Task FetchAsync(int step)
        {
            if (_sequence > 0 && _listener is not null)
            {
                _listener.WaitForCommit(Group.Value, _sequence);
                _durable.UnionWith(harness.ReadAttempts().Select(a => a.Attempt));
            }

            var count = await harness.Lists.FetchAsync(
                new FetchRequest(Group, Campaign, Application, List.Id, 1 + (step % 4), 0), _batch, CancellationToken.None);
            for (var i = 0; i < count; i++)
            {
                Assert.DoesNotContain(_batch[i].Id.Value, _taken);
                Assert.DoesNotContain(_batch[i].Id.Value, _open.Select(o => o.Record));
                Assert.Equal(_attemptsMade.GetValueOrDefault(_batch[i].Id.Value), _batch[i].Attempts);
                _taken.Add(_batch[i].Id.Value);
            }
        }

        private void Dial(long record)
        {
            _attemptsMade[record] = _attemptsMade.GetValueOrDefault(record) + 1;
            _open.Add((++_attempt, record));
            Append(Started(++_sequence, _attempt, record));
        }

        private void Finish(int step)
        {
            var (attempt, record) = TakeAt(_open, step);
            var isDone = step % 3 == 0;
            Append(Finished(++_sequence, attempt, record, CallResult.NoAnswer) with
            {
                RecordStatus = isDone ? RecordStatus.Updated : RecordStatus.Ready,
                Attempts = _attemptsMade[record],
                CompletesChain = isDone && step % 2 == 0,
            });
        }

        private void Append(JournalEntry entry)
        {
            if (_listener is null)
            {
                _listener = new CommitListener();
                harness.StartJournal(_listener);
            }

            Assert.True(harness.Journal.TryAppend(in entry));
        }

        private static T TakeAt<T>(List<T> items, int step)
        {
            var item = items[step % items.Count];
            items.RemoveAt(step % items.Count);
            return item;
        }
    }
}
