using DialerEngine.StorageContract;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>The suite of every storage, run over SQLite.</summary>
public sealed class SqliteContractTests : StorageContractTests
{
    protected override StorageHarness CreateHarness() => new SqliteHarness();
}
