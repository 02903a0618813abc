using System.Runtime.InteropServices;

namespace DialerEngine.Adapters.Sqlite.Interop;

/// <summary>
/// The calls of the library that an import makes a dozen times for each row. Through the general binding layer each text is copied
/// once more and each call pins its handle, which costs an import a third of its speed. The library is the one that layer brings.
/// </summary>
internal static unsafe partial class SqliteNative
{
    private const string Library = "e_sqlite3";

    /// <summary>Binds text that stays where it is until the statement has been stepped (destructor SQLITE_STATIC, 0).</summary>
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    public static partial int BindText(nint statement, int index, byte* text, int octets, nint destructor);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    public static partial int BindInteger(nint statement, int index, long value);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_double")]
    public static partial int BindReal(nint statement, int index, double value);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    public static partial int BindNull(nint statement, int index);

    /// <summary>May read and write the disk, so the garbage collector must be able to run meanwhile.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);
}
