using System.Globalization;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Schema;

/// <summary>Brings a database file to this version's schema, forward only, with a copy of the file before each step. A file that has just been made needs none.</summary>
internal static class SchemaMigrator
{
    /// <summary>PRAGMA application_id of our files ("DlrE"), so that another program's database is not taken for an empty one.</summary>
    public const int ApplicationId = 0x446C7245;

    /// <summary>Creates or migrates the schema. Returns the backup files that were made.</summary>
    /// <exception cref="StorageFaultException">Schema: the file belongs to a newer version or to another program.</exception>
    public static IReadOnlyList<string> Migrate(SqliteConnection connection, IReadOnlyList<Migration> migrations)
    {
        var latest = migrations[^1].Version;
        var backups = new List<string>();
        var version = ReadVersion(connection, latest);
        var isNew = version == 0;
        foreach (var migration in migrations)
        {
            if (migration.Version <= version)
            {
                continue;
            }

            if (!isNew)
            {
                backups.Add(BackUp(connection, version));
            }

            Apply(connection, migration);
            version = migration.Version;
        }

        return backups;
    }

    private static int ReadVersion(SqliteConnection connection, int latest)
    {
        const string Phase = "reading the schema version";
        var version = (int)connection.QueryInteger("PRAGMA user_version", Phase);
        if (version > latest)
        {
            throw new StorageFaultException(
                StorageFault.Schema,
                $"{connection.Path}: the database has schema version {version} and was written by a newer version of the engine; this one knows "
                + $"versions up to {latest}. Run that version, or restore the backup that it made ({BackupPath(connection.Path, latest)}).");
        }

        var application = (int)connection.QueryInteger("PRAGMA application_id", Phase);
        var isOurs = application == ApplicationId;
        var isEmpty = version == 0 && application == 0 && connection.QueryInteger("SELECT count(*) FROM sqlite_master", Phase) == 0;
        if (!isOurs && !isEmpty)
        {
            throw new StorageFaultException(
                StorageFault.Schema,
                $"{connection.Path}: this is the SQLite database of another program (application id {application}, schema version {version}). "
                + "Name another file.");
        }

        return version;
    }

    private static void Apply(SqliteConnection connection, Migration migration)
    {
        var phase = string.Create(CultureInfo.InvariantCulture, $"migrating the schema to version {migration.Version}");
        connection.Begin(phase);
        try
        {
            // Another process may have done it between our look and our lock.
            if (connection.QueryInteger("PRAGMA user_version", phase) < migration.Version)
            {
                foreach (var statement in migration.Statements)
                {
                    connection.Execute(statement, phase);
                }

                connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id={ApplicationId}"), phase);
                connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={migration.Version}"), phase);
            }

            connection.Commit(phase);
        }
        catch
        {
            connection.Rollback();
            throw;
        }
    }

    private static string BackUp(SqliteConnection connection, int version)
    {
        var path = BackupPath(connection.Path, version);
        var unfinished = path + ".tmp";
        try
        {
            File.Delete(unfinished);
            connection.Execute($"VACUUM INTO '{unfinished.Replace("'", "''", StringComparison.Ordinal)}'", "backing the database up before a migration");
            using (var file = new FileStream(unfinished, FileMode.Open, FileAccess.ReadWrite))
            {
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageFaultException(
                StorageFault.InputOutput, $"{path}: cannot write the backup that a migration needs ({e.Message}); nothing was migrated.", e);
        }
    }

    private static string BackupPath(string path, int version) => string.Create(CultureInfo.InvariantCulture, $"{path}.v{version}.backup");
}
