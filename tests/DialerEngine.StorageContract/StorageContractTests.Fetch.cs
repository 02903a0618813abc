using DialerEngine.Core;
using DialerEngine.Core.Ports;
using Xunit;
using static DialerEngine.StorageContract.ContractRecords;

namespace DialerEngine.StorageContract;

/// <summary>What every storage must do. A storage's test project derives from this class and gives it a harness.</summary>
public abstract partial class StorageContractTests : IAsyncLifetime
{
    private StorageHarness? _harness;

    protected StorageHarness Storage => _harness!;

    protected abstract StorageHarness CreateHarness();

    public Task InitializeAsync()
    {
        _harness = CreateHarness();
        Storage.EnsureList(List);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_fetch_takes_ready_records_in_order_and_marks_them_retrieved()
    {
        Storage.Add(List, [Ready(5), Ready(2), Ready(9)]);
        var batch = new RecordBatch(10);

        var count = await Fetch(batch, limit: 2);

        Assert.Equal(2, count);
        Assert.Equal(2, batch.Count);
        Assert.Equal([2L, 5L], Ids(batch));
        var stored = Stored(2);
        foreach (var record in new[] { batch[0], stored })
        {
            Assert.Equal(RecordStatus.Retrieved, record.RecordStatus);
            Assert.Equal(Campaign, record.CampaignId);
            Assert.Equal(Group.Value, record.GroupId);
            Assert.Equal(Application, record.ApplicationId);
        }

        Assert.Equal(RecordStatus.Ready, Stored(9).RecordStatus);
    }

    [Fact]
    public async Task A_fetched_record_carries_every_column()
    {
        var record = Ready(7);
        record.RecordType = RecordType.CampaignRescheduled;
        record.CallResult = CallResult.NoAnswer;
        record.Attempts = 4;
        record.DialScheduledTime = 900;
        record.CallTime = 800;
        record.DailyFrom = 1;
        record.DailyTill = 2;
        record.TimeZoneDbid = 122;
        record.AgentLoginId = "agent äöü";
        record.ChainN = 6;
        record.Treatments = "t1";
        record.MediaReference = 11;
        record.EmailSubject = "s";
        record.EmailTemplateId = 12;
        record.SwitchId = 13;
        record.UserFields = ["O'Brien \"x\"", 0.1, long.MaxValue];
        Storage.Add(List, [record]);
        var batch = new RecordBatch(1);

        Assert.Equal(1, await Fetch(batch, limit: 1, now: 900));

        var read = batch[0];
        Assert.Equal(List.Id, read.List);
        Assert.Equal(record.ContactInfo, read.ContactInfo);
        Assert.Equal(record.PhoneType, read.PhoneType);
        Assert.Equal(record.RecordType, read.RecordType);
        Assert.Equal(record.CallResult, read.CallResult);
        Assert.Equal(record.Attempts, read.Attempts);
        Assert.Equal(record.DialScheduledTime, read.DialScheduledTime);
        Assert.Equal(record.CallTime, read.CallTime);
        Assert.Equal((1, 2), (read.DailyFrom, read.DailyTill));
        Assert.Equal(record.TimeZoneDbid, read.TimeZoneDbid);
        Assert.Equal(record.AgentLoginId, read.AgentLoginId);
        Assert.Equal((record.ChainId, record.ChainN), (read.ChainId, read.ChainN));
        Assert.Equal(record.Treatments, read.Treatments);
        Assert.Equal(record.MediaReference, read.MediaReference);
        Assert.Equal(record.EmailSubject, read.EmailSubject);
        Assert.Equal(record.EmailTemplateId, read.EmailTemplateId);
        Assert.Equal(record.SwitchId, read.SwitchId);
        Assert.Equal(record.UserFields, read.UserFields);
    }

    [Fact]
    public async Task Scheduled_records_that_are_due_come_before_fresh_ones_and_later_ones_stay()
    {
        Storage.Add(List, [Ready(1), Ready(2, scheduled: 5_000), Ready(3, scheduled: 1_000), Ready(4, scheduled: 900), Ready(5)]);
        var batch = new RecordBatch(10);

        await Fetch(batch, limit: 10, now: 1_000);

        Assert.Equal([4L, 3L, 1L, 5L], Ids(batch));
        Assert.Equal(RecordStatus.Ready, Stored(2).RecordStatus);
    }

    [Fact]
    public async Task Two_fetches_never_give_the_same_record()
    {
        Storage.Add(List, Enumerable.Range(1, 25).Select(i => Ready(i)));
        var batch = new RecordBatch(10);
        var seen = new List<long>();

        while (await Fetch(batch, limit: 10) > 0)
        {
            seen.AddRange(Ids(batch));
        }

        Assert.Equal(Enumerable.Range(1, 25).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task Only_ready_records_are_fetched()
    {
        var records = Enumerable.Range(0, 10).Select(status =>
        {
            var record = Ready(status + 1);
            record.RecordStatus = (RecordStatus)status;
            return record;
        });
        Storage.Add(List, records);
        var batch = new RecordBatch(10);

        await Fetch(batch, limit: 10);

        Assert.Equal([2L], Ids(batch));
    }

    [Fact]
    public async Task A_chain_gives_its_lowest_ready_record_and_none_while_one_is_out()
    {
        Storage.Add(List, [Ready(1, chain: 50, chainN: 2), Ready(2, chain: 50, chainN: 1), Ready(3, chain: 51)]);
        var batch = new RecordBatch(10);

        await Fetch(batch, limit: 10);
        Assert.Equal([2L, 3L], Ids(batch));

        await Fetch(batch, limit: 10);
        Assert.Equal(0, batch.Count);
    }

    [Fact]
    public async Task A_chain_waits_for_its_lowest_record_when_that_is_scheduled_for_later()
    {
        Storage.Add(List, [Ready(1, chain: 50, chainN: 1, scheduled: 2_000), Ready(2, chain: 50, chainN: 2)]);
        var batch = new RecordBatch(10);

        await Fetch(batch, limit: 10, now: 1_000);
        Assert.Equal(0, batch.Count);

        await Fetch(batch, limit: 10, now: 2_000);
        Assert.Equal([1L], Ids(batch));
    }

    [Fact]
    public async Task A_chain_goes_on_with_the_next_record_when_the_lowest_is_done()
    {
        var done = Ready(1, chain: 50, chainN: 1);
        done.RecordStatus = RecordStatus.Updated;
        Storage.Add(List, [done, Ready(2, chain: 50, chainN: 2), Ready(3, chain: 50, chainN: 3)]);
        var batch = new RecordBatch(10);

        await Fetch(batch, limit: 10);

        Assert.Equal([2L], Ids(batch));
    }

    [Fact]
    public async Task A_fetch_is_bounded_by_the_tray()
    {
        Storage.Add(List, Enumerable.Range(1, 5).Select(i => Ready(i)));
        var batch = new RecordBatch(3);

        Assert.Equal(3, await Fetch(batch, limit: 100));
        Assert.Equal(0, await Fetch(batch, limit: 0));
    }

    [Fact]
    public async Task Counts_are_by_status_with_the_ready_ones_that_are_due()
    {
        var updated = Ready(4);
        updated.RecordStatus = RecordStatus.Updated;
        Storage.Add(List, [Ready(1), Ready(2, scheduled: 100), Ready(3, scheduled: 101), updated, Retrieved(5)]);

        var counts = await Storage.Lists.CountAsync(List.Id, 100, CancellationToken.None);

        Assert.Equal(5, counts.Total);
        Assert.Equal(2, counts.ReadyNow);
        Assert.Equal([0L, 3, 1, 1, 0, 0, 0, 0, 0, 0], counts.ByStatus);
    }

    [Fact]
    public async Task A_list_that_nobody_named_is_a_schema_fault()
    {
        var fault = await Assert.ThrowsAsync<StorageFaultException>(
            async () => await Storage.Lists.CountAsync(new ListId(99), 0, CancellationToken.None));
        Assert.Equal(StorageFault.Schema, fault.Fault);
        Assert.Contains("99", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_added_to_the_definition_is_added_to_the_list()
    {
        Storage.Add(List, [Ready(1)]);
        var wider = List with { UserFields = [new UserFieldDefinition("region", UserFieldType.Varchar, null, "north"), .. List.UserFields] };

        Storage.EnsureList(wider);
        var batch = new RecordBatch(1);
        await Fetch(batch, limit: 1);

        Assert.Equal(["north", "Customer 1", 12.5, 3L], batch[0].UserFields);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\"; DROP TABLE attempt; --")]
    [InlineData("list\0")]
    [InlineData(" leading")]
    public void A_list_name_that_is_no_name_is_refused(string name)
    {
        var fault = Assert.Throws<StorageFaultException>(() => Storage.EnsureList(List with { Id = new ListId(2), Name = name }));
        Assert.Equal(StorageFault.Schema, fault.Fault);
    }

    [Theory]
    [InlineData("x\" INTEGER, \"y")]
    [InlineData("1st")]
    [InlineData("record_id")]
    [InlineData("CUSTOMER")]
    public void A_column_name_that_is_no_name_or_taken_is_refused(string name)
    {
        var bad = List with { Id = new ListId(2), Name = "other", UserFields = [.. List.UserFields, new UserFieldDefinition(name, UserFieldType.Int)] };
        Assert.Equal(StorageFault.Schema, Assert.Throws<StorageFaultException>(() => Storage.EnsureList(bad)).Fault);
    }

    [Fact]
    public void A_column_whose_type_changed_is_refused_with_both_types_named()
    {
        var changed = List with { UserFields = [new UserFieldDefinition("balance", UserFieldType.Int)] };
        var fault = Assert.Throws<StorageFaultException>(() => Storage.EnsureList(changed));
        Assert.Contains("Float", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Int", fault.Message, StringComparison.Ordinal);
    }

    protected async Task<int> Fetch(RecordBatch batch, int limit, long now = 0) => await Storage.Lists.FetchAsync(
        new FetchRequest(Group, Campaign, Application, List.Id, limit, now), batch, CancellationToken.None);

    protected CallRecord Stored(long id) => Storage.ReadRecords(List).Single(r => r.Id.Value == id);

    private static IEnumerable<long> Ids(RecordBatch batch) => Enumerable.Range(0, batch.Count).Select(i => batch[i].Id.Value);
}
