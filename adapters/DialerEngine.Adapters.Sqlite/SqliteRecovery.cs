using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Outbox;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.Sqlite;

/// <summary>
/// Recovery in one transaction: killed in the middle it has done nothing, run again it finds nothing to do. Works on what the file
/// says, so it needs no list to be configured.
/// </summary>
internal sealed class SqliteRecovery(SqliteStorageOptions options, ListCatalog catalog, Lock writer, ILogger logger) : IRecovery
{
    public ValueTask<RecoveryReport> RecoverAsync(int applicationId, long nowUnixMs, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        lock (writer)
        {
            using var connection = SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: true);
            options.FaultPoint?.Invoke(StorageRole.Recovery, connection);
            connection.Begin("recovering after a crash");
            try
            {
                var report = new Run(connection, applicationId, nowUnixMs, options.Outbox is { } hook ? new RecoveredAttempts(connection, hook, catalog) : null).Recover();
                connection.Commit("recovering after a crash");
                SqliteLog.Recovered(
                    logger, applicationId, report.AttemptsFinishedStale, report.AttemptsFinishedSystemError, report.RecordsReturned);
                return ValueTask.FromResult(report);
            }
            catch
            {
                connection.Rollback();
                throw;
            }
        }
    }

    private sealed class Run(SqliteConnection connection, int applicationId, long nowUnixMs, RecoveredAttempts? reports)
    {
        private const string Phase = "recovering after a crash";

        private readonly Dictionary<long, (ListTable Table, SqliteStatement Finish)> _lists = ListCatalog.ReadAll(connection)
            .ToDictionary(table => table.Key, table => (table, connection.Prepare(table.FinishAfterCrash(), Phase)));

        private readonly SqliteStatement _finishAttempt = connection.Prepare(
            """
            UPDATE attempt SET state = 3, finished_at = ?2, call_result = ?3, record_result = ?3, record_status = ?4, call_time = ?2 / 1000,
              ended_by = 3, recovered = 1 WHERE attempt_id = ?1 AND state < 3
            """,
            Phase);

        public RecoveryReport Recover()
        {
            var stale = 0;
            var systemError = 0;
            foreach (var attempt in ReadOpen())
            {
                var hadAgent = attempt.State == AttemptTable.Connected || attempt.Agent is not null;
                _ = hadAgent ? stale++ : systemError++;
                Finish(attempt, hadAgent ? RecordStatus.Stale : RecordStatus.Updated, hadAgent ? CallResult.Stale : CallResult.SystemError);
            }

            var returned = 0;
            foreach (var (table, _) in _lists.Values)
            {
                connection.Prepare(table.ReturnAllAfterCrash(), Phase).Bind(1, applicationId).Run();
                returned += connection.Changes;
            }

            return new RecoveryReport(stale, systemError, returned);
        }

        private List<OpenAttempt> ReadOpen()
        {
            var open = new List<OpenAttempt>();
            var rows = connection.Prepare(
                "SELECT attempt_id, state, list_key, record_id, agent_id, started_at FROM attempt WHERE state < 3 AND app_id = ?1 ORDER BY attempt_id", Phase);
            rows.Bind(1, applicationId);
            while (rows.Step())
            {
                open.Add(new OpenAttempt(rows.Integer(0), rows.Int(1), rows.Integer(2), rows.Integer(3), rows.TextOrNull(4), rows.Integer(5)));
            }

            return open;
        }

        private void Finish(OpenAttempt attempt, RecordStatus status, CallResult result)
        {
            if (_lists.TryGetValue(attempt.ListKey, out var list))
            {
                list.Finish.Bind(1, attempt.Record).Bind(2, applicationId).Bind(3, (int)status).Bind(4, (int)result).Bind(5, nowUnixMs / 1000)
                    .Bind(6, attempt.Agent).Bind(7, attempt.StartedAt / 1000).Run();
            }

            _finishAttempt.Bind(1, attempt.Id).Bind(2, nowUnixMs).Bind(3, (int)result).Bind(4, (int)status).Run();
            Invariant.That(connection.Changes == 1);
            reports?.Report(attempt.Id);
        }
    }

    private readonly record struct OpenAttempt(long Id, int State, long ListKey, long Record, string? Agent, long StartedAt);
}
