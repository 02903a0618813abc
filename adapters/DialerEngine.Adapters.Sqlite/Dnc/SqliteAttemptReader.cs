using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;

namespace DialerEngine.Adapters.Sqlite.Dnc;

/// <summary>An attempt of before this start, as far as limits of frequency look.</summary>
/// <param name="Phone">Number dialled.</param>
/// <param name="CustomerId">Customer of the record; null where there is none.</param>
/// <param name="StartedUnixSeconds">When it was started.</param>
/// <param name="Abandoned">The person answered and found no agent.</param>
public readonly record struct PastAttempt(string Phone, string? CustomerId, long StartedUnixSeconds, bool Abandoned);

/// <summary>Reads the attempt journal backwards in time for the limits of frequency.</summary>
internal static class SqliteAttemptReader
{
    private const string Phase = "reading past attempts";

    /// <summary>
    /// Attempts on a list since a time, latest first; those that were withdrawn are left out. Attempt numbers rise with time, so reading ends with the
    /// first attempt that is older by more than the wall clock can have been set.
    /// </summary>
    public static IEnumerable<PastAttempt> Read(SqliteStorageOptions options, CallingListDefinition list, string? customerField, long sinceUnixSeconds)
    {
        const long ClockSlackMs = 86_400_000;
        using var connection = SqliteConnection.Open(options.Path, SqliteAccess.Read, options.BusyTimeoutMs, fullSync: false);
        if (ListCatalog.Read(connection, list.Name) is not { } table)
        {
            yield break;
        }

        var customer = customerField is not null && table.TryFindColumn(customerField, out var column)
            ? $"(SELECT {SqlName.Quote(column.Name)} FROM {table.Quoted} AS r WHERE r.record_id = a.record_id)"
            : "NULL";
        var read = connection.Prepare(
            $"SELECT a.phone, {customer}, a.started_at, a.abandoned_time, a.state, a.list_key FROM attempt AS a ORDER BY a.attempt_id DESC", Phase);
        var since = sinceUnixSeconds * 1_000;
        while (read.Step())
        {
            var started = read.Integer(2);
            if (started < since - ClockSlackMs)
            {
                yield break;
            }

            if (started >= since && read.Integer(4) != AttemptTable.Withdrawn && read.Integer(5) == table.Key && read.TextOrNull(0) is { } phone)
            {
                var id = read.IsNull(1) ? null : System.Text.Encoding.UTF8.GetString(read.AsText(1));
                yield return new PastAttempt(phone, id, started / 1_000, read.Integer(3) != 0);
            }
        }
    }
}
