using DialerEngine.Core;
using DialerEngine.Core.Ports;
using Xunit;
using static DialerEngine.StorageContract.ContractRecords;

namespace DialerEngine.StorageContract;

/// <summary>Requests about records by number, customer or chain, as every storage carries them out (desktop protocol: Canceling Records, DoNotCall, AddRecord).</summary>
public abstract partial class StorageContractTests
{
    private static RecordDisposal Cancelling(string? phone, bool wholeChain = true, DisposalKind kind = DisposalKind.Cancel, string? customer = null) => new()
    {
        Kind = kind,
        Targets = [new DisposalTarget(List.Id, phone)],
        CustomerId = customer,
        CustomerField = "customer",
        WholeChain = wholeChain,
        Actor = "api",
        At = 5_000_000,
    };

    private static NewRecord Adding(int? chain = null, int? place = null, params KeyValuePair<string, object?>[] columns) =>
        new() { List = List.Id, Phone = "+12025550199", ChainId = chain, ChainN = place, Columns = columns, Actor = "api", At = 5_000_000 };

    [Theory]
    [InlineData(DisposalKind.Cancel, true, RecordType.General, CallResult.CancelRecord)]
    [InlineData(DisposalKind.Cancel, false, RecordType.General, CallResult.CancelRecord)]
    [InlineData(DisposalKind.DoNotCall, true, RecordType.NoCall, CallResult.DoNotCall)]
    [InlineData(DisposalKind.DoNotCall, false, RecordType.NoCall, CallResult.DoNotCall)]
    public void A_number_is_cancelled_with_its_chain_or_alone_and_final_records_stay(DisposalKind kind, bool wholeChain, RecordType type, CallResult result)
    {
        var over = Ready(3, chain: 60, chainN: 2);
        over.RecordStatus = RecordStatus.Updated;
        Storage.Add(List, [Ready(1, chain: 60), Ready(2, chain: 60, chainN: 1), over, Ready(4)]);

        var done = Storage.Requests.Dispose(Cancelling("+12025550001", wholeChain, kind));

        Assert.Equal((wholeChain ? 2 : 1, 0, true), (done.InLists, done.Out.Count, done.IsComplete));
        Assert.Equal((RecordStatus.Canceled, type, result, 5_000L), (Stored(1).RecordStatus, Stored(1).RecordType, Stored(1).CallResult, Stored(1).CallTime));
        Assert.Equal(wholeChain ? (RecordStatus.Canceled, type, result) : (RecordStatus.Ready, RecordType.General, CallResult.Unknown),
            (Stored(2).RecordStatus, Stored(2).RecordType, Stored(2).CallResult));
        Assert.Equal((RecordStatus.Updated, RecordStatus.Ready), (Stored(3).RecordStatus, Stored(4).RecordStatus));
        Assert.Equal(0, Storage.Requests.Dispose(Cancelling("+12025550001", wholeChain, kind)).InLists);
    }

    [Fact]
    public void The_numbers_of_a_chain_are_told_each_once_final_ones_too()
    {
        var over = Ready(2, chain: 60, chainN: 1);
        over.RecordStatus = RecordStatus.Updated;
        var twice = Ready(3, chain: 60, chainN: 2);
        twice.ContactInfo = "+12025550001";
        Storage.Add(List, [Ready(1, chain: 60), over, twice, Ready(4)]);
        Assert.Equal(["+12025550001", "+12025550002"], Storage.Requests.NumbersOfChain(List.Id, 60).Order());
        Assert.Empty(Storage.Requests.NumbersOfChain(List.Id, 61));
    }

    [Fact]
    public void A_customer_is_cancelled_under_all_their_numbers()
    {
        var second = Ready(2);
        second.UserFields[0] = "Customer 1";
        Storage.Add(List, [Ready(1), second, Ready(3)]);
        Storage.Requests.EnsureCustomerIndex(List.Id, "customer");

        Assert.Equal(2, Storage.Requests.Dispose(Cancelling(null, customer: "Customer 1")).InLists);
        Assert.Equal((RecordStatus.Canceled, RecordStatus.Canceled, RecordStatus.Ready), (Stored(1).RecordStatus, Stored(2).RecordStatus, Stored(3).RecordStatus));
    }

    [Fact]
    public async Task A_record_that_is_out_is_named_and_stays_cancelled_whatever_its_group_still_writes()
    {
        Storage.Add(List, [Retrieved(1), Retrieved(2), Retrieved(3)]);
        foreach (var id in new[] { 1, 2, 3 })
        {
            var done = Storage.Requests.Dispose(Cancelling($"+1202555{id:D4}"));
            Assert.Equal([new RecordOut(List.Id, new RecordId(id), Group)], done.Out);
        }

        StartJournal();
        Append(Started(1, 1, 1));
        Append(Finished(2, 1, 1, CallResult.Busy) with { RecordStatus = RecordStatus.Ready, RecordType = RecordType.CampaignCallBack, DialScheduledTime = 10 });
        Append(Started(3, 2, 2));
        Append(Started(4, 2, 2) with { Kind = JournalEntryKind.AttemptWithdrawn });
        Append(Started(5, 3, 3) with { Kind = JournalEntryKind.RecordReturned });
        await Storage.StopJournalAsync();
        await Storage.CrashAsync();
        await Storage.Recovery.RecoverAsync(Application, 1_000_000, default);

        Assert.All(Storage.ReadRecords(List), r => Assert.Equal((RecordStatus.Canceled, CallResult.CancelRecord, 0L, 0), (r.RecordStatus, r.CallResult, r.DialScheduledTime, r.GroupId)));
        Assert.Equal(1, Stored(1).Attempts);
        Assert.Equal(0, Storage.CountRefused());
    }

    [Fact]
    public void A_new_record_has_the_defaults_of_the_protocol_and_a_chain_of_its_own()
    {
        Storage.Add(List, [Ready(1)]);
        var added = Storage.Requests.Add(Adding(columns: new KeyValuePair<string, object?>("customer", "Ann")));

        Assert.Equal((AddRecordOutcome.Added, 2L, 0), (added.Outcome, added.Record.Value, added.ChainN));
        var record = Stored(2);
        Assert.Equal(("+12025550199", PhoneType.DirectBusinessPhone, RecordType.General, RecordStatus.Ready), (record.ContactInfo, record.PhoneType, record.RecordType, record.RecordStatus));
        Assert.Equal((CallResult.Unknown, 0, 28_800, 64_800), (record.CallResult, record.Attempts, record.DailyFrom, record.DailyTill));
        Assert.Equal(["Ann", null, 0L], record.UserFields);
        Assert.NotEqual(Stored(1).ChainId, record.ChainId);
        Assert.NotEqual(record.ChainId, Storage.Requests.Add(Adding()).ChainId);
    }

    [Fact]
    public void A_record_is_added_to_a_chain_at_its_end_or_at_its_place_and_is_of_the_chains_type()
    {
        var first = Ready(1, chain: 60);
        first.RecordType = RecordType.CampaignCallBack;
        Storage.Add(List, [first, Ready(2, chain: 60, chainN: 4)]);

        Assert.Equal((60, 5), Storage.Requests.Add(Adding(60)) is var next ? (next.ChainId, next.ChainN) : default);
        Assert.Equal((60, 6), Storage.Requests.Add(Adding(60, 0)) is var zero ? (zero.ChainId, zero.ChainN) : default);
        Assert.Equal((60, 2), Storage.Requests.Add(Adding(60, 2)) is var given ? (given.ChainId, given.ChainN) : default);
        Assert.Equal(RecordType.CampaignCallBack, Stored(3).RecordType);
        Assert.Equal((AddRecordOutcome.ChainPlaceTaken, "chain_n"), Storage.Requests.Add(Adding(60, 4)) is var taken ? (taken.Outcome, taken.Column) : default);
        Assert.Equal(AddRecordOutcome.NoSuchChain, Storage.Requests.Add(Adding(61)).Outcome);
    }

    [Theory]
    [InlineData("nothing", 1L, AddRecordOutcome.UnknownColumn)]
    [InlineData("record_id", 1L, AddRecordOutcome.UnknownColumn)]
    [InlineData("app_id", 1L, AddRecordOutcome.UnknownColumn)]
    [InlineData("record_type", 7L, AddRecordOutcome.InvalidValue)]
    [InlineData("record_status", 2L, AddRecordOutcome.InvalidValue)]
    [InlineData("daily_from", 86_401L, AddRecordOutcome.InvalidValue)]
    [InlineData("balance", "much", AddRecordOutcome.InvalidValue)]
    [InlineData("daily_from", "36000", AddRecordOutcome.Added)]
    public void A_column_takes_what_it_can_hold(string column, object value, AddRecordOutcome expected)
    {
        Assert.Equal(expected, Storage.Requests.Add(Adding(columns: new KeyValuePair<string, object?>(column, value))).Outcome);
        Assert.Equal(expected == AddRecordOutcome.Added ? 1 : 0, Storage.ReadRecords(List).Count);
    }
}
