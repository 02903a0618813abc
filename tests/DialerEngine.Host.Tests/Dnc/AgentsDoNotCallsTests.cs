using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Dnc;
using DialerEngine.Host.Lists;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Host.Tests.Dnc;

/// <summary>Numbers that agents put on do-not-call by record handle (desktop protocol, DoNotCall, note c).</summary>
public sealed class AgentsDoNotCallsTests : IDisposable
{
    private static readonly CallingListDefinition List = new() { Id = new ListId(1), Name = "spring" };
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteStorage _storage;

    public AgentsDoNotCallsTests()
    {
        _storage = SqliteStorage.Open(new SqliteStorageOptions { Path = Path.Combine(_folder.Path, "s.db") }, [List]);
        var file = Path.Combine(_folder.Path, "list.csv");
        File.WriteAllText(file, "contact_info,chain_id,chain_n\n+12025550101,7,0\n+12025550102,7,1\n+12025550103,7,2\n+12025550104,8,0\n");
        new ListImporter(_storage.Bulk, TimeProvider.System).Import(file, List, new ListImportOptions(), null, CancellationToken.None);
    }

    public void Dispose()
    {
        _storage.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true, "+12025550101,+12025550102,+12025550103")]
    [InlineData(false, "+12025550102")]
    public async Task A_whole_chain_is_entered_number_by_number_and_a_record_alone_with_its_own(bool wholeChain, string expected)
    {
        using var keeper = new DoNotCallKeeper(
            _storage.DoNotCall, new TenantRules(new TenantCompliance { Tenant = "north", TenantDbid = 5 }), _storage.Path, TimeProvider.System, NullLogger.Instance);
        var group = new CampaignGroupDefinition
        {
            Id = new GroupId(1),
            Guid = Guid.Empty,
            Campaign = new CampaignDefinition { Id = 1, Name = "c", Lists = [new CampaignList(List)] },
            AgentGroup = new AgentGroupDefinition("g", []),
            Trunks = [],
            TenantName = "north",
        };

        // As a site may have written it, without country code.
        var session = new CallSession(1)
        {
            List = List,
            Record = new CallRecord { List = List.Id, Id = new RecordId(2), ContactInfo = "(202) 555-0102", ChainId = 7, ChainN = 1 },
            DoNotCallSeconds = 3_600,
        };
        await using (var asked = new AgentsDoNotCalls(tenant => tenant == "north" ? keeper : null, _storage.RecordRequests, TimeProvider.System, NullLogger.Instance))
        {
            asked.DoNotCallAsked(group, session, wholeChain);
            Assert.True(keeper.List.Numbers.Contains(12025550102, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        }

        var entries = _storage.DoNotCall.ReadAll(5).ToList();
        Assert.Equal(expected.Split(','), entries.Select(e => e.Phone!).Order());
        Assert.All(entries, e => Assert.Equal((3_600L, true, 1), (e.Expiration - e.TimeStamp, e.IsInternal, e.ListDbid)));
        Assert.Equal(entries.Count, keeper.List.Numbers.Count);
    }

    [Fact]
    public void A_long_imported_list_leaves_a_snapshot_that_the_next_start_reads()
    {
        Assert.False(DoNotCallKeeper.TryWriteSnapshot(_storage.DoNotCall, 5, _storage.Path, NullLogger.Instance, CancellationToken.None));
        for (var block = 0; block < 50; block++)
        {
            _storage.DoNotCall.Add(5, [.. Enumerable.Range(block * 20_000, 20_000).Select(i => new DialerEngine.Core.Ports.DoNotCallEntry { Phone = $"+1202{5_000_000 + i}" })]);
        }

        Assert.True(DoNotCallKeeper.TryWriteSnapshot(_storage.DoNotCall, 5, _storage.Path, NullLogger.Instance, CancellationToken.None));
        using var keeper = new DoNotCallKeeper(
            _storage.DoNotCall, new TenantRules(new TenantCompliance { Tenant = "north", TenantDbid = 5 }), _storage.Path, TimeProvider.System, NullLogger.Instance);
        _storage.DoNotCall.Remove(5, "+12025000007", null, 1);
        keeper.LoadOnce(CancellationToken.None);
        Assert.Equal(999_999, keeper.List.Numbers.Count);
        Assert.True(keeper.List.Numbers.Contains(12025000008, 1));
        Assert.False(keeper.List.Numbers.Contains(12025000007, 1));
    }
}
