using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Lists;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>Which records a fetch took is kept in few octets and found again; the log keeps within its bound.</summary>
public sealed class FetchLogTests
{
    [Fact]
    public void Every_record_of_a_fetch_is_found_and_no_other()
    {
        // Narrow and wide distances, and questions that hit now and then.
        var records = Gen.OneOf(Gen.Choose(1, 40).Select(i => (long)i), ArbMap.Default.GeneratorFor<long>());
        Prop.ForAll(records.ArrayOf().ToArbitrary(), records.ToArbitrary(), Finds).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static bool Finds(long[] records, long other)
    {
        var octets = new byte[(records.Length * FetchLog.MaxOctets) + 1];
        var length = 0;
        var last = 0L;
        foreach (var record in records)
        {
            length += FetchLog.Append(octets.AsSpan(length), last, record);
            last = record;
        }

        var written = octets.AsSpan(0, length);
        foreach (var record in records)
        {
            if (!FetchLog.Contains(written, record))
            {
                return false;
            }
        }

        return FetchLog.Contains(written, other) == records.Contains(other);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(0L)]
    public void The_ends_of_the_range_are_found(long record)
    {
        var octets = new byte[FetchLog.MaxOctets];
        Assert.True(FetchLog.Contains(octets.AsSpan(0, FetchLog.Append(octets, 0, record)), record));
    }

    [Fact]
    public void Octets_that_are_no_records_end_the_looking()
    {
        Assert.False(FetchLog.Contains([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], 1));
        Assert.False(FetchLog.Contains([0x82], 1));
        Assert.True(FetchLog.Contains([0x02, 0x82], 1));
    }

    [Fact]
    public async Task Neighbours_take_one_octet_each()
    {
        await using var harness = new SqliteHarness();
        using var connection = harness.Connect();
        Write(connection, list: 1, from: 1_000_000, count: 500);
        Assert.Equal(499 + 3, connection.QueryInteger("SELECT length(records) FROM record_fetch", "counting"));
    }

    [Fact]
    public async Task The_log_keeps_the_latest_records_within_its_bound()
    {
        await using var harness = new SqliteHarness();
        using var connection = harness.Connect();
        const int PerFetch = 50_000;
        connection.Begin("filling");
        for (var i = 0; i < 45; i++)
        {
            Write(connection, list: 1 + (i % 2), from: 1, count: PerFetch);
        }

        connection.Commit("filling");
        const string Kept = "SELECT max(upto) - min(upto) + 1000 FROM record_fetch";
        Assert.InRange(connection.QueryInteger(Kept, "counting"), FetchLog.MaxRecords - 1_000, FetchLog.MaxRecords);
        Assert.Equal(45L * PerFetch, connection.QueryInteger("SELECT max(upto) FROM record_fetch", "counting"));
    }

    private static void Write(SqliteConnection connection, long list, long from, int count)
    {
        var writer = new FetchLogWriter(connection);
        var record = new CallRecord { GroupId = 3 };
        for (var i = 0; i < count; i++)
        {
            record.Id = new RecordId(from + i);
            writer.Add(list, record, 1_000);
        }

        writer.Write();
    }
}
