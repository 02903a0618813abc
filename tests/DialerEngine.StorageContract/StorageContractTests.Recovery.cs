using DialerEngine.Core;
using DialerEngine.Core.Ports;
using Xunit;
using static DialerEngine.StorageContract.ContractRecords;

namespace DialerEngine.StorageContract;

public abstract partial class StorageContractTests
{
    [Fact]
    public async Task Recovery_finishes_attempts_in_the_air_returns_taken_records_and_leaves_others()
    {
        Storage.Add(List, [Retrieved(1), Retrieved(2), Retrieved(3), Retrieved(4, application: 555), Ready(5), Retrieved(6)]);
        var listener = StartJournal();
        Append(Started(1, 1, 1));
        Append(Started(2, 2, 2));
        Append(Connected(3, 2, 2));
        Append(Started(4, 6, 6));
        Append(Finished(5, 6, 6, CallResult.Answer));
        listener.WaitForCommit(Group.Value, 5);
        await Storage.CrashAsync();

        var report = await Recover();

        Assert.Equal(new RecoveryReport(1, 1, 1), report);
        Assert.Equal([CallResult.SystemError, CallResult.Stale, CallResult.Answer], Storage.ReadAttempts().Select(a => a.Result));
        Assert.All(Storage.ReadAttempts(), a => Assert.Equal(StoredAttempt.Finished, a.State));
        Assert.Equal(
            [RecordStatus.Updated, RecordStatus.Stale, RecordStatus.Ready, RecordStatus.Retrieved, RecordStatus.Ready, RecordStatus.Updated],
            Storage.ReadRecords(List).Select(r => r.RecordStatus));
        Assert.Equal((CallResult.SystemError, 1, 5_000L), (Stored(1).CallResult, Stored(1).Attempts, Stored(1).CallTime));
        Assert.Equal((CallResult.Stale, 1, "1001"), (Stored(2).CallResult, Stored(2).Attempts, Stored(2).AgentLoginId));
        Assert.Equal((CallResult.Unknown, 0), (Stored(3).CallResult, Stored(3).Attempts));
        Assert.All([1L, 2, 3], id => Assert.Equal((0, 0, 0), (Stored(id).CampaignId, Stored(id).GroupId, Stored(id).ApplicationId)));
        Assert.Equal(555, Stored(4).ApplicationId);
    }

    [Fact]
    public async Task Recovery_run_again_finds_nothing()
    {
        Storage.Add(List, [Retrieved(1), Retrieved(2)]);
        var listener = StartJournal();
        Append(Started(1, 1, 1));
        listener.WaitForCommit(Group.Value, 1);
        await Storage.CrashAsync();
        await Recover();
        var before = Storage.ReadRecords(List).Select(r => (r.RecordStatus, r.Attempts, r.CallResult)).ToList();

        await Storage.CrashAsync();
        var again = await Recover();

        Assert.Equal(new RecoveryReport(0, 0, 0), again);
        Assert.Equal(before, Storage.ReadRecords(List).Select(r => (r.RecordStatus, r.Attempts, r.CallResult)));
    }

    [Fact]
    public async Task A_recovered_attempt_keeps_its_result_when_the_journal_goes_on()
    {
        Storage.Add(List, [Retrieved(1)]);
        var listener = StartJournal();
        Append(Started(1, 1, 1));
        listener.WaitForCommit(Group.Value, 1);
        await Storage.CrashAsync();
        await Recover();

        StartJournal();
        Append(Finished(1, 1, 1, CallResult.Answer));
        await Storage.StopJournalAsync();

        Assert.Equal(CallResult.SystemError, Assert.Single(Storage.ReadAttempts()).Result);
        Assert.Equal(CallResult.SystemError, Stored(1).CallResult);
    }

    [Fact]
    public async Task A_returned_record_can_be_fetched_again_after_recovery()
    {
        Storage.Add(List, [Ready(1)]);
        var batch = new RecordBatch(1);
        Assert.Equal(1, await Fetch(batch, limit: 1));
        await Storage.CrashAsync();

        Assert.Equal(new RecoveryReport(0, 0, 1), await Recover());
        Assert.Equal(1, await Fetch(batch, limit: 1));
    }

    private async Task<RecoveryReport> Recover() => await Storage.Recovery.RecoverAsync(Application, 5_000_000, CancellationToken.None);
}
