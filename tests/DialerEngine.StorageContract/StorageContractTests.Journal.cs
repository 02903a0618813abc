using DialerEngine.Core;
using Xunit;
using static DialerEngine.StorageContract.ContractRecords;

namespace DialerEngine.StorageContract;

public abstract partial class StorageContractTests
{
    [Fact]
    public void An_attempt_goes_from_started_over_connected_to_finished()
    {
        Storage.Add(List, [Retrieved(1)]);
        var listener = StartJournal();

        Append(Started(1, 1, 1));
        listener.WaitForCommit(Group.Value, 1);
        Assert.Equal(StoredAttempt.Started, Assert.Single(Storage.ReadAttempts()).State);

        Append(Connected(2, 1, 1));
        listener.WaitForCommit(Group.Value, 2);
        Assert.Equal(StoredAttempt.Connected, Assert.Single(Storage.ReadAttempts()).State);

        Append(Finished(3, 1, 1, CallResult.Answer) with
        {
            NetworkCode = 486,
            Q850Cause = 17,
            NetworkPhrase = "Busy Here",
            NetworkReasons = "Q.850;cause=17",
            Trunk = "carrier-a",
        });
        listener.WaitForCommit(Group.Value, 3);

        var attempt = Assert.Single(Storage.ReadAttempts());
        Assert.Equal(StoredAttempt.Finished, attempt.State);
        Assert.Equal(CallResult.Answer, attempt.Result);
        Assert.Equal((486, 17, "Busy Here", "Q.850;cause=17", "carrier-a"),
            (attempt.NetworkCode, attempt.Q850Cause, attempt.NetworkPhrase, attempt.NetworkReasons, attempt.Trunk));
        Assert.Equal("1001", attempt.AgentLoginId);
        Assert.Equal((1L, 3, Application, "+12025550001"), (attempt.Record, attempt.GroupId, attempt.ApplicationId, attempt.Phone));

        // Start, dial, agent's answer, release, end: each entry brought some of them.
        Assert.Equal([1_000_000L, 1_000_001, 0, 0, 0, 0, 0, 1_000_900, 0, 0, 1_001_000, 0, 0, 1_001_001], attempt.Times);
    }

    [Fact]
    public async Task A_result_and_the_records_new_state_are_stored_together()
    {
        Storage.Add(List, [Retrieved(1)]);
        StartJournal();
        Append(Started(1, 1, 1));
        Append(Finished(2, 1, 1, CallResult.NoAnswer) with
        {
            RecordStatus = RecordStatus.Ready,
            RecordType = RecordType.CampaignRescheduled,
            DialScheduledTime = 7_777,
            Attempts = 3,
            AgentLoginId = "1009",
            FieldUpdates = [new("customer", "Zoë"), new("visits", "12"), new("balance", 5), new("daily_from", 100L), new("VISITS", 13)],
        });
        Assert.Equal(0, await Storage.StopJournalAsync());

        var record = Stored(1);
        Assert.Equal(RecordStatus.Ready, record.RecordStatus);
        Assert.Equal(RecordType.CampaignRescheduled, record.RecordType);
        Assert.Equal(CallResult.NoAnswer, record.CallResult);
        Assert.Equal((3, 7_777L, 1_001L, "1009"), (record.Attempts, record.DialScheduledTime, record.CallTime, record.AgentLoginId));
        Assert.Equal((0, 0, 0), (record.CampaignId, record.GroupId, record.ApplicationId));
        Assert.Equal(["Zoë", 5.0, 13L], record.UserFields);
        Assert.Equal(100, record.DailyFrom);
        Assert.Equal(0, Storage.CountRefused());
    }

    [Fact]
    public async Task A_record_that_stays_out_keeps_its_marks()
    {
        Storage.Add(List, [Retrieved(1)]);
        StartJournal();
        Append(Started(1, 1, 1));
        Append(Finished(2, 1, 1, CallResult.Busy) with { RecordStatus = RecordStatus.Retrieved });
        await Storage.StopJournalAsync();

        var record = Stored(1);
        Assert.Equal((RecordStatus.Retrieved, Campaign, Group.Value, Application), (record.RecordStatus, record.CampaignId, record.GroupId, record.ApplicationId));
    }

    [Fact]
    public async Task Completing_a_chain_closes_its_other_ready_records_and_no_others()
    {
        var first = Retrieved(1);
        first.ChainId = 60;
        var canceled = Ready(4, chain: 60, chainN: 3);
        canceled.RecordStatus = RecordStatus.Canceled;
        Storage.Add(List, [first, Ready(2, chain: 60, chainN: 1), Ready(3, chain: 60, chainN: 2), canceled, Ready(5, chain: 61)]);
        StartJournal();
        Append(Started(1, 1, 1));
        Append(Finished(2, 1, 1, CallResult.Answer) with { CompletesChain = true });
        await Storage.StopJournalAsync();

        Assert.Equal(
            [RecordStatus.Updated, RecordStatus.ChainUpdated, RecordStatus.ChainUpdated, RecordStatus.Canceled, RecordStatus.Ready],
            Storage.ReadRecords(List).Select(r => r.RecordStatus));
    }

    [Fact]
    public async Task A_returned_record_is_ready_again_and_nothing_else_changed()
    {
        Storage.Add(List, [Retrieved(1), Retrieved(2, group: 4)]);
        StartJournal();
        Append(Started(1, 0, 1) with { Kind = JournalEntryKind.RecordReturned, Attempt = default });
        Append(Started(2, 0, 2) with { Kind = JournalEntryKind.RecordReturned, Attempt = default });
        await Storage.StopJournalAsync();

        var record = Stored(1);
        Assert.Equal((RecordStatus.Ready, 0, 0, 0), (record.RecordStatus, record.CampaignId, record.GroupId, record.ApplicationId));
        Assert.Equal((0, 0L, CallResult.Unknown), (record.Attempts, record.CallTime, record.CallResult));
        Assert.Equal(RecordStatus.Retrieved, Stored(2).RecordStatus);
        Assert.Empty(Storage.ReadAttempts());
    }

    [Fact]
    public async Task A_withdrawn_attempt_has_no_result_and_its_record_is_ready_again()
    {
        Storage.Add(List, [Retrieved(1), Retrieved(2)]);
        StartJournal();
        Append(Started(1, 1, 1));
        Append(Started(2, 1, 1) with { Kind = JournalEntryKind.AttemptWithdrawn });
        Append(Started(3, 2, 2));
        Append(Finished(4, 2, 2, CallResult.Busy) with { RecordStatus = RecordStatus.Retrieved });
        Append(Started(5, 2, 2) with { Kind = JournalEntryKind.AttemptWithdrawn });
        await Storage.StopJournalAsync();

        Assert.Equal([StoredAttempt.Withdrawn, StoredAttempt.Finished], Storage.ReadAttempts().Select(a => a.State));
        Assert.Equal((RecordStatus.Ready, 0, CallResult.Unknown), (Stored(1).RecordStatus, Stored(1).Attempts, Stored(1).CallResult));
        Assert.Equal(RecordStatus.Retrieved, Stored(2).RecordStatus);
    }

    [Fact]
    public async Task A_record_can_get_a_new_state_without_an_attempt()
    {
        Storage.Add(List, [Retrieved(1)]);
        StartJournal();
        Append(Finished(1, 0, 1, CallResult.DoNotCall) with
        {
            Kind = JournalEntryKind.RecordUpdated,
            Attempt = default,
            RecordType = RecordType.NoCall,
            RecordStatus = RecordStatus.Canceled,
            Attempts = 0,
        });
        await Storage.StopJournalAsync();

        var record = Stored(1);
        Assert.Equal((RecordStatus.Canceled, RecordType.NoCall, CallResult.DoNotCall, 0),
            (record.RecordStatus, record.RecordType, record.CallResult, record.Attempts));
        Assert.Empty(Storage.ReadAttempts());
    }

    [Fact]
    public async Task An_attempt_keeps_its_first_result_and_the_record_its_state()
    {
        Storage.Add(List, [Retrieved(1)]);
        StartJournal();
        Append(Started(1, 1, 1));
        Append(Started(2, 1, 1));
        Append(Finished(3, 1, 1, CallResult.Busy));
        Append(Finished(4, 1, 1, CallResult.Answer) with { Attempts = 99 });
        Append(Connected(5, 1, 1));
        Append(Started(6, 1, 1));
        await Storage.StopJournalAsync();

        var attempt = Assert.Single(Storage.ReadAttempts());
        Assert.Equal((StoredAttempt.Finished, CallResult.Busy), (attempt.State, attempt.Result));
        Assert.Equal((CallResult.Busy, 1), (Stored(1).CallResult, Stored(1).Attempts));
    }

    [Fact]
    public async Task A_result_whose_start_is_unknown_is_kept()
    {
        Storage.Add(List, [Retrieved(1)]);
        StartJournal();
        Append(Finished(1, 1, 1, CallResult.Busy));
        await Storage.StopJournalAsync();

        Assert.Equal((StoredAttempt.Finished, CallResult.Busy), (Storage.ReadAttempts()[0].State, Storage.ReadAttempts()[0].Result));
        Assert.Equal(RecordStatus.Updated, Stored(1).RecordStatus);
    }

    [Theory]
    [InlineData("nosuch", 1L)]
    [InlineData("record_status", 1L)]
    [InlineData("chain_id", 5L)]
    [InlineData("visits", "many")]
    [InlineData("balance", "NaN")]
    [InlineData("daily_from", 86_401L)]
    [InlineData("daily_from", null)]
    [InlineData("customer\" = 'x', \"balance", "1")]
    public async Task A_change_that_a_column_cannot_take_is_noted_and_the_rest_goes_on(string column, object? value)
    {
        Storage.Add(List, [Retrieved(1)]);
        StartJournal();
        Append(Started(1, 1, 1));
        Append(Finished(2, 1, 1, CallResult.Answer) with { FieldUpdates = [new(column, value), new("customer", "changed")] });
        await Storage.StopJournalAsync();

        Assert.Equal(1, Storage.CountRefused());
        Assert.Equal(["changed", 12.5, 3L], Stored(1).UserFields);
        Assert.Equal(RecordStatus.Updated, Stored(1).RecordStatus);
    }

    [Fact]
    public async Task Entries_about_unknown_lists_and_records_are_kept_and_hold_nothing_up()
    {
        Storage.Add(List, [Retrieved(1)]);
        StartJournal();
        Append(Started(1, 1, 1) with { List = new ListId(77) });
        Append(Finished(2, 1, 1, CallResult.Busy) with { List = new ListId(77) });
        Append(Started(3, 2, 555));
        Append(Finished(4, 2, 555, CallResult.Busy));
        Append(Started(5, 3, 1));
        Append(Finished(6, 3, 1, CallResult.Busy));
        Assert.Equal(0, await Storage.StopJournalAsync());

        Assert.Equal([CallResult.Busy, CallResult.Busy, CallResult.Busy], Storage.ReadAttempts().Select(a => a.Result));
        Assert.Equal(RecordStatus.Updated, Stored(1).RecordStatus);
        Assert.True(Storage.CountRefused() > 0);
    }

    [Fact]
    public async Task Every_group_hears_of_its_commits_in_order_up_to_its_last_entry()
    {
        Storage.Add(List, Enumerable.Range(1, 200).Select(i => Retrieved(i)));
        var listener = StartJournal();
        for (var i = 1; i <= 200; i++)
        {
            Append(Started((i + 1) / 2, i, i) with { Group = new GroupId(1 + (i % 2)) });
        }

        await Storage.StopJournalAsync();

        Assert.Equal((100L, 100L), (listener.CommittedOf(1), listener.CommittedOf(2)));
        foreach (var group in new[] { 1, 2 })
        {
            var heard = listener.Notices.Where(n => n.StartsWith($"committed {group}:", StringComparison.Ordinal))
                .Select(n => long.Parse(n.Split(':')[1])).ToList();
            Assert.Equal(heard.Order().Distinct(), heard);
        }

        Assert.Equal(Enumerable.Range(1, 200).Select(i => Attempt(i).Value), Storage.ReadAttempts().Select(a => a.Attempt));
    }

    protected CommitListener StartJournal()
    {
        var listener = new CommitListener();
        Storage.StartJournal(listener);
        return listener;
    }

    protected void Append(JournalEntry entry) => Assert.True(Storage.Journal.TryAppend(in entry));
}
