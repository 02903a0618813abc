using DialerEngine.Core.Ports;
using SQLitePCL;

namespace DialerEngine.Adapters.Sqlite.Interop;

/// <summary>
/// Every return code of SQLite goes through here: it is fine, or it becomes a <see cref="StorageFaultException"/> that says what
/// happened, in which phase, to which file, and what to do. Codes: https://www.sqlite.org/rescode.html.
/// </summary>
internal static class SqliteStatus
{
    /// <summary>Throws unless the code says success (SQLITE_OK, SQLITE_ROW, SQLITE_DONE).</summary>
    /// <param name="rc">Return code, primary or extended.</param>
    /// <param name="phase">What was being done, as it reads after "while", e.g. "committing the journal".</param>
    /// <param name="path">The database file.</param>
    /// <param name="detail">SQLite's own message.</param>
    public static void Check(int rc, string phase, string path, string? detail = null)
    {
        if (rc is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return;
        }

        throw Fault(rc, phase, path, detail);
    }

    /// <summary>The fault that a return code stands for. Only the primary code (low 8 bits) decides.</summary>
    public static StorageFault FaultOf(int rc) => (rc & 0xFF) switch
    {
        raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE => StorageFault.None,
        raw.SQLITE_FULL => StorageFault.Full,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL => StorageFault.Locked,
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => StorageFault.ReadOnly,
        raw.SQLITE_IOERR => StorageFault.InputOutput,
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => StorageFault.Corrupt,
        raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG => StorageFault.Refused,
        raw.SQLITE_ERROR or raw.SQLITE_SCHEMA => StorageFault.Schema,
        _ => StorageFault.Unavailable,
    };

    /// <summary>The exception for a code that is no success.</summary>
    public static StorageFaultException Fault(int rc, string phase, string path, string? detail = null)
    {
        var fault = FaultOf(rc);
        var what = fault switch
        {
            StorageFault.Full => "the disk is full; free space on it",
            StorageFault.Locked => "another process or connection holds the write lock; end the other one or wait for it",
            StorageFault.ReadOnly => "the file cannot be written; check its owner and permissions and how the disk is mounted",
            StorageFault.InputOutput => "the disk gave an input/output error; check the disk and the system's log",
            StorageFault.Corrupt => "the file is damaged or is no SQLite database; restore a backup of it",
            StorageFault.Refused => "the database refuses this value",
            StorageFault.Schema => "the tables are not what this version expects",
            _ => "the file cannot be opened; check that its folder exists and can be written",
        };
        return new StorageFaultException(fault, $"{path}: storage failed while {phase}: {what} (SQLite code {rc}: {detail ?? "no detail"})");
    }
}
