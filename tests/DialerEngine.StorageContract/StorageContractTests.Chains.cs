using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Treatments;
using Xunit;
using static DialerEngine.StorageContract.ContractRecords;

namespace DialerEngine.StorageContract;

/// <summary>Chains, treatments and callbacks as every storage keeps them.</summary>
public abstract partial class StorageContractTests
{
    private const string State = "DE1 6:2.1";

    public static TheoryData<ChainOperation, RecordStatus, RecordType, CallResult, long> ChainOperations() => new()
    {
        { ChainOperation.None, RecordStatus.Ready, RecordType.General, CallResult.Unknown, 0 },
        { ChainOperation.Complete, RecordStatus.ChainUpdated, RecordType.General, CallResult.Unknown, 0 },
        { ChainOperation.UpdateAll, RecordStatus.Updated, RecordType.General, CallResult.Busy, 0 },
        { ChainOperation.Next, RecordStatus.Ready, RecordType.CampaignRescheduled, CallResult.Unknown, 9_999 },
        { ChainOperation.CancelAll, RecordStatus.Canceled, RecordType.General, CallResult.CancelRecord, 0 },
        { ChainOperation.DoNotCallAll, RecordStatus.Canceled, RecordType.NoCall, CallResult.DoNotCall, 0 },
        { ChainOperation.MakeReady, RecordStatus.Ready, RecordType.General, CallResult.Unknown, 0 },
    };

    [Theory]
    [MemberData(nameof(ChainOperations))]
    public async Task A_chain_operation_changes_the_open_records_of_the_chain_and_no_others(
        ChainOperation operation, RecordStatus status, RecordType type, CallResult result, long scheduled)
    {
        var first = Retrieved(1);
        first.ChainId = 60;
        var over = Ready(4, chain: 60, chainN: 3);
        over.RecordStatus = RecordStatus.Stale;
        Storage.Add(List, [first, Ready(3, chain: 60, chainN: 2), Ready(2, chain: 60, chainN: 1), over, Ready(5, chain: 61)]);
        StartJournal();
        Append(Started(1, 1, 1));
        Append(Finished(2, 1, 1, CallResult.Busy) with { Chain = operation, ChainScheduledTime = 9_999, Treatments = State });

        // Written again after a doubtful commit it must change nothing.
        Append(Finished(3, 1, 1, CallResult.Busy) with { Chain = ChainOperation.CancelAll, Treatments = "other" });
        await Storage.StopJournalAsync();

        var next = Stored(2);
        Assert.Equal((status, type, result, scheduled), (next.RecordStatus, next.RecordType, next.CallResult, next.DialScheduledTime));
        var afterNext = Stored(3);
        var expected = operation == ChainOperation.Next ? (RecordStatus.Ready, RecordType.General, 0) : (status, type, scheduled);
        Assert.Equal(expected, (afterNext.RecordStatus, afterNext.RecordType, afterNext.DialScheduledTime));
        Assert.Equal((RecordStatus.Updated, State), (Stored(1).RecordStatus, Stored(1).Treatments));
        Assert.Equal((RecordStatus.Stale, RecordStatus.Ready), (Stored(4).RecordStatus, Stored(5).RecordStatus));
        Assert.Equal(0, Storage.CountRefused());
    }

    [Fact]
    public async Task The_rest_of_a_chain_is_taken_for_the_group_that_has_one_record_of_it()
    {
        var first = Retrieved(1);
        first.ChainId = 60;
        var over = Ready(4, chain: 60, chainN: 3);
        over.RecordStatus = RecordStatus.Updated;
        var noCall = Ready(6, chain: 60, chainN: 5);
        noCall.RecordType = RecordType.NoCall;
        var waiting = Ready(5, chain: 60, chainN: 4);
        waiting.RecordStatus = RecordStatus.ChainReady;
        Storage.Add(List, [first, Ready(3, chain: 60, chainN: 2, scheduled: 9_999_999_999), Ready(2, chain: 60, chainN: 1), over, waiting, noCall, Ready(7, chain: 61)]);
        var tray = new RecordBatch(8);
        var request = new ChainRequest(Group, Campaign, Application, List.Id, 60, new RecordId(1), 1_000);

        var taken = await Storage.Lists.TakeChainAsync(request, tray, CancellationToken.None);
        Assert.Equal(new TakenChain(3, 5), taken);
        Assert.Equal([2L, 3L, 5L], Enumerable.Range(0, tray.Count).Select(i => tray[i].Id.Value));
        Assert.All(Enumerable.Range(0, tray.Count), i => Assert.Equal((RecordStatus.Retrieved, Group.Value, 60), (tray[i].RecordStatus, tray[i].GroupId, tray[i].ChainId)));
        Assert.Equal((RecordStatus.Retrieved, RecordStatus.Updated, RecordStatus.Ready, RecordStatus.Ready), (Stored(2).RecordStatus, Stored(4).RecordStatus, Stored(6).RecordStatus, Stored(7).RecordStatus));

        // Asked again there is nothing left, and another group gets nothing of it.
        Assert.Equal(0, (await Storage.Lists.TakeChainAsync(request, tray, CancellationToken.None)).Taken);
        Assert.Equal(0, (await Storage.Lists.TakeChainAsync(request with { Group = new GroupId(4), ChainId = 61, Record = new RecordId(1) }, tray, CancellationToken.None)).Taken);
    }

    [Fact]
    public async Task A_withdrawn_attempt_may_leave_its_record_with_the_agent()
    {
        Storage.Add(List, [Retrieved(1), Retrieved(2)]);
        StartJournal();
        Append(Started(1, 1, 1));
        Append(Started(2, 2, 2));
        Append(Started(3, 1, 1) with { Kind = JournalEntryKind.AttemptWithdrawn, RecordType = RecordType.General, RecordStatus = RecordStatus.Retrieved });
        Append(Started(4, 2, 2) with { Kind = JournalEntryKind.AttemptWithdrawn, RecordType = RecordType.General, RecordStatus = RecordStatus.Ready });
        await Storage.StopJournalAsync();
        Assert.Equal((RecordStatus.Retrieved, RecordStatus.Ready), (Stored(1).RecordStatus, Stored(2).RecordStatus));
    }

    [Fact]
    public async Task Treatments_stay_where_an_entry_has_none()
    {
        var record = Retrieved(1);
        record.Treatments = State;
        Storage.Add(List, [record]);
        StartJournal();
        Append(Started(1, 1, 1));
        Append(Finished(2, 1, 1, CallResult.Busy));
        await Storage.StopJournalAsync();

        Assert.Equal(State, Stored(1).Treatments);
    }

    [Fact]
    public async Task A_callback_keeps_its_agent_its_campaign_and_its_group_and_is_taken_by_a_fetch_of_its_own()
    {
        Storage.Add(List, [Retrieved(1), Ready(2, scheduled: 10)]);
        StartJournal();
        Append(Started(1, 1, 1));
        Append(Finished(2, 1, 1, CallResult.Answer) with
        {
            RecordType = RecordType.PersonalCallBack,
            RecordStatus = RecordStatus.Ready,
            DialScheduledTime = 50,
            AgentLoginId = "1001",
            CallbackAgent = "1002",
        });
        await Storage.StopJournalAsync();

        var record = Stored(1);
        Assert.Equal(("1002", Campaign, Group.Value, 0), (record.AgentLoginId, record.CampaignId, record.GroupId, record.ApplicationId));
        Assert.Equal([2L], await FetchIdsAsync(FetchKind.Records, 100));
        Assert.Empty(await FetchIdsAsync(FetchKind.Callbacks, 49));
        Assert.Equal([1L], await FetchIdsAsync(FetchKind.Callbacks, 50));
        Assert.Empty(await FetchIdsAsync(FetchKind.Callbacks, 50));
    }

    [Theory]
    [InlineData(Campaign, 3, true, true, 1)]
    [InlineData(Campaign, 4, true, true, 0)]
    [InlineData(Campaign, 4, true, false, 1)]
    [InlineData(8, 4, true, false, 0)]
    [InlineData(8, 4, false, false, 1)]
    [InlineData(0, 0, true, true, 1)]
    public async Task A_callback_of_another_campaign_or_group_stays_with_it_where_told_so(int campaign, int group, bool observeCampaign, bool observeGroup, int taken)
    {
        var record = Ready(1, scheduled: 5);
        (record.RecordType, record.CampaignId, record.GroupId) = (RecordType.CampaignCallBack, campaign, group);
        Storage.Add(List, [record]);

        Assert.Equal(taken, (await FetchIdsAsync(FetchKind.Callbacks, 10, observeCampaign, observeGroup)).Count);
    }

    [Fact]
    public async Task Of_a_chain_with_two_callbacks_the_earlier_goes_first_and_none_while_a_mate_is_out()
    {
        var later = Ready(1, chain: 60, chainN: 1, scheduled: 8);
        var earlier = Ready(2, chain: 60, chainN: 2, scheduled: 5);
        var other = Ready(3, chain: 61, chainN: 2, scheduled: 6);
        (later.RecordType, earlier.RecordType, other.RecordType) = (RecordType.PersonalCallBack, RecordType.CampaignCallBack, RecordType.PersonalRescheduled);
        Storage.Add(List, [later, earlier, other, Ready(4, chain: 61, chainN: 1)]);

        Assert.Equal([2L, 3L], await FetchIdsAsync(FetchKind.Callbacks, 10));
        Assert.Empty(await FetchIdsAsync(FetchKind.Callbacks, 10));
        Assert.Empty(await FetchIdsAsync(FetchKind.Records, 10));
    }

    [Fact]
    public async Task A_fetched_record_knows_how_many_of_its_chain_are_still_open()
    {
        var over = Ready(4, chain: 60, chainN: 3);
        over.RecordStatus = RecordStatus.Updated;
        Storage.Add(List, [Ready(1, chain: 60), Ready(2, chain: 60, chainN: 1), Ready(3, chain: 60, chainN: 2), over, Ready(5)]);
        var tray = new RecordBatch(10);

        await Storage.Lists.FetchAsync(new FetchRequest(Group, Campaign, Application, List.Id, 10, 100), tray, default);

        Assert.Equal([(1L, 2), (5L, 0)], Enumerable.Range(0, tray.Count).Select(i => (tray[i].Id.Value, tray[i].ChainRest)));
    }

    [Theory]
    [InlineData(RecordType.PersonalCallBack, 500, false, RecordStatus.Ready)]
    [InlineData(RecordType.PersonalCallBack, 500, true, RecordStatus.Stale)]
    [InlineData(RecordType.PersonalCallBack, 5_000, true, RecordStatus.Ready)]
    [InlineData(RecordType.CampaignCallBack, 5_000, false, RecordStatus.Ready)]
    [InlineData(RecordType.General, 5_000, true, RecordStatus.Stale)]
    [InlineData(RecordType.CampaignRescheduled, 500, false, RecordStatus.Updated)]
    public async Task No_crash_loses_a_callback(RecordType type, long scheduled, bool hadAgent, RecordStatus expected)
    {
        var record = Retrieved(1);
        (record.RecordType, record.DialScheduledTime) = (type, scheduled);
        Storage.Add(List, [record]);
        StartJournal();
        Append(Started(1, 1, 1));
        if (hadAgent)
        {
            Append(Connected(2, 1, 1));
        }

        await Storage.StopJournalAsync();
        await Storage.CrashAsync();
        await Storage.Recovery.RecoverAsync(Application, 1_000_000, default);

        var found = Stored(1);
        Assert.Equal((expected, type, scheduled, 1), (found.RecordStatus, found.RecordType, found.DialScheduledTime, found.Attempts));
        Assert.Equal(expected == RecordStatus.Ready ? Group.Value : 0, found.GroupId);
    }

    private async Task<List<long>> FetchIdsAsync(FetchKind kind, long now, bool observeCampaign = true, bool observeGroup = true)
    {
        var tray = new RecordBatch(10);
        await Storage.Lists.FetchAsync(
            new FetchRequest(Group, Campaign, Application, List.Id, 10, now) { Kind = kind, ObserveCampaign = observeCampaign, ObserveGroup = observeGroup }, tray, default);
        return [.. Enumerable.Range(0, tray.Count).Select(i => tray[i].Id.Value)];
    }
}
