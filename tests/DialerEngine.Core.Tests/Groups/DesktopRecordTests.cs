using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>A desktop's requests about a record by its handle: what becomes of the record, and the one answer.</summary>
public sealed class DesktopRecordTests
{
    private static readonly DateTime Far = new(2030, 1, 2, 3, 4, 0, DateTimeKind.Unspecified);

    [Fact]
    public void Updates_gather_until_the_record_is_finished_and_the_newest_value_of_a_column_counts()
    {
        var bench = new MachineBench();
        var handle = AfterCall(bench);
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, handle, r => r.Updates = [new("visits", 1L), new("note", "a")]));
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, handle, r => { r.Updates = [new("note", "b")]; r.Result = CallResult.WrongParty; }));
        Ask(bench, DesktopRequestKind.RecordProcessed, handle, r => r.Updates = [new("visits", 3L)]);

        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal(CallResult.WrongParty, entry.RecordResult);
        Assert.Equal<KeyValuePair<string, object?>>([new("note", "b"), new("visits", 3L)], entry.FieldUpdates!.OrderBy(u => u.Key));
    }

    [Fact]
    public void An_update_without_its_list_is_read_for_the_records_list()
    {
        var bench = new MachineBench();
        var handle = AfterCall(bench);
        var good = new Dictionary<ListId, IReadOnlyList<KeyValuePair<string, object?>>> { [bench.List.Id] = [new("visits", 7L)] };
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, handle, r => r.ByList = good));
        Assert.Equal(DesktopError.InvalidAttributeValue, Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, handle, r => r.ByList = []));
        Ask(bench, DesktopRequestKind.RecordProcessed, handle);
        Assert.Equal<KeyValuePair<string, object?>>([new("visits", 7L)], bench.LastEntry(JournalEntryKind.AttemptFinished).FieldUpdates!);
    }

    [Fact]
    public void A_callback_is_answered_when_it_is_durable_and_takes_effect_with_RecordProcessed()
    {
        var bench = new MachineBench();
        var handle = AfterCall(bench);
        Assert.Null(Ask(bench, DesktopRequestKind.RecordReschedule, handle, r => { r.Type = RecordType.PersonalCallBack; r.Time = Far; }));
        bench.Commit();
        Assert.Equal((int)DesktopError.None, bench.Effects.Single(e => e.Kind == EffectKind.DesktopReply).Detail);

        Ask(bench, DesktopRequestKind.RecordProcessed, handle);
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal(
            (RecordType.PersonalCallBack, RecordStatus.Ready, new DateTimeOffset(Far, TimeSpan.Zero).ToUnixTimeSeconds()),
            (entry.RecordType, entry.RecordStatus, entry.DialScheduledTime));
    }

    [Theory]
    [InlineData("(202) 555-0188", "+12025550188")]
    [InlineData("zoe@example.org", "zoe@example.org")]
    public void A_new_number_is_stored_as_the_list_stores_numbers(string given, string stored)
    {
        foreach (var kind in new[] { DesktopRequestKind.UpdateCallCompletionStats, DesktopRequestKind.ScheduledRecordReschedule, DesktopRequestKind.RecordProcessed })
        {
            var bench = new MachineBench();
            var handle = AfterCall(bench);
            Ask(bench, kind, handle, r => { r.Updates = [new("contact_info", given)]; r.Time = Far; });
            Ask(bench, DesktopRequestKind.RecordProcessed, handle);
            var updates = bench.LastEntry(JournalEntryKind.AttemptFinished).FieldUpdates;
            Assert.Equal([new KeyValuePair<string, object?>("contact_info", stored)], updates!);
        }
    }

    [Fact]
    public void What_is_no_number_is_refused_and_the_records_own_is_no_change()
    {
        var bench = new MachineBench();
        var handle = AfterCall(bench);
        var session = bench.Machine.FindRecord(handle)!;
        session.Record!.ContactInfo = "reception";
        Assert.Equal(DesktopError.InvalidAttributeValue, Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, handle, r => r.Updates = [new("contact_info", "hello")]));
        Assert.Equal(DesktopError.InvalidAttributeValue, Ask(bench, DesktopRequestKind.RecordProcessed, handle, r => r.Updates = [new("contact_info", "1")]));
        Assert.Equal(
            DesktopError.InvalidAttributeValue,
            Ask(bench, DesktopRequestKind.ScheduledRecordReschedule, handle, r => { r.Updates = [new("contact_info", "1")]; r.Time = Far; }));
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, handle, r => r.Updates = [new("contact_info", "reception"), new("note", "a")]));
        Assert.Equal(["note"], session.FieldUpdates!.Select(u => u.Key));
    }

    [Theory]
    [InlineData(DesktopRequestKind.RecordReschedule)]
    [InlineData(DesktopRequestKind.ScheduledRecordReschedule)]
    public void A_callback_in_the_past_is_invalid_time(DesktopRequestKind kind)
    {
        var bench = new MachineBench();
        var handle = AfterCall(bench);
        Assert.Equal(DesktopError.InvalidTime, Ask(bench, kind, handle, r => { r.Type = RecordType.CampaignCallBack; r.Time = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Unspecified); }));
    }

    [Theory]
    [InlineData(DesktopRequestKind.RequestRecordCancel, true, ChainOperation.CancelAll)]
    [InlineData(DesktopRequestKind.RequestRecordCancel, false, ChainOperation.None)]
    [InlineData(DesktopRequestKind.DoNotCall, true, ChainOperation.DoNotCallAll)]
    [InlineData(DesktopRequestKind.DoNotCall, false, ChainOperation.None)]
    public void Cancelling_and_do_not_call_finish_the_record_without_RecordProcessed(DesktopRequestKind kind, bool wholeChain, ChainOperation chain)
    {
        var bench = new MachineBench();
        var handle = AfterCall(bench);
        Assert.Equal(DesktopError.None, Ask(bench, kind, handle, r => { r.WholeChain = wholeChain; r.Seconds = 60; }));
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((RecordStatus.Canceled, chain), (entry.RecordStatus, entry.Chain));
        Assert.Equal(kind == DesktopRequestKind.DoNotCall, bench.Has(EffectKind.DoNotCall));
        if (kind == DesktopRequestKind.DoNotCall)
        {
            Assert.Equal(60, bench.Machine.Find(bench.Effects.Single(e => e.Kind == EffectKind.DoNotCall).Call)!.DoNotCallSeconds);
        }

        Assert.Equal(DesktopError.RecordNotFound, Ask(bench, DesktopRequestKind.RecordProcessed, handle));
    }

    [Fact]
    public void A_record_that_was_talked_about_cannot_be_rejected()
    {
        var bench = new MachineBench();
        Assert.Equal(DesktopError.InvalidRequest, Ask(bench, DesktopRequestKind.RecordReject, AfterCall(bench)));
    }

    [Theory]
    [InlineData(DesktopRequestKind.UpdateCallCompletionStats)]
    [InlineData(DesktopRequestKind.RecordReject)]
    [InlineData(DesktopRequestKind.RequestRecordCancel)]
    [InlineData(DesktopRequestKind.DoNotCall)]
    [InlineData(DesktopRequestKind.RecordReschedule)]
    [InlineData(DesktopRequestKind.ScheduledRecordReschedule)]
    public void A_record_that_is_unknown_processed_or_anothers_is_record_not_found(DesktopRequestKind kind)
    {
        var bench = new MachineBench();
        var handle = AfterCall(bench);
        Assert.Equal(DesktopError.RecordNotFound, Ask(bench, kind, 123_456, r => r.Time = Far));
        Assert.Equal(DesktopError.RecordNotFound, Ask(bench, kind, handle, r => r.Time = Far, agent: 2));
        Assert.Equal(DesktopError.AgentNotFound, Ask(bench, kind, handle, r => r.Time = Far, agent: 99));
        Ask(bench, DesktopRequestKind.RecordProcessed, handle);
        Assert.Equal(DesktopError.RecordNotFound, Ask(bench, kind, handle, r => r.Time = Far));
    }

    /// <summary>The answer that comes in the same step; null where it waits for the journal.</summary>
    internal static DesktopError? Ask(MachineBench bench, DesktopRequestKind kind, int handle, Action<Wish>? wish = null, int agent = 1)
    {
        var wanted = new Wish();
        wish?.Invoke(wanted);
        var request = new DesktopRequest
        {
            Kind = kind,
            Agent = new AgentId(agent),
            RecordHandle = handle,
            CallResult = wanted.Result,
            FieldUpdates = wanted.Updates,
            FieldUpdatesByList = wanted.ByList,
            CallbackType = wanted.Type,
            CallbackTime = wanted.Time,
            WholeChain = wanted.WholeChain,
            DurationSeconds = wanted.Seconds,
            ReadySeconds = wanted.Seconds,
            UserData = new UserData(),
        };
        bench.Step(new GroupInput { Kind = InputKind.DesktopRequest, Agent = request.Agent, Reference = request });
        wanted.Asked?.Invoke(request);
        var replies = bench.Effects.Where(e => e.Kind == EffectKind.DesktopReply && e.Reference == request).ToList();
        Assert.True(replies.Count <= 1);
        return replies.Count == 0 ? null : (DesktopError)replies[0].Detail;
    }

    internal static int AfterCall(MachineBench bench)
    {
        var call = bench.Connected();
        var handle = bench.Machine.Find(call)!.RecordHandle;
        bench.Wanted = _ => 0;
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true, EndedBy = CallEndedBy.FarEnd });
        return handle;
    }

    /// <summary>What a test asks for.</summary>
    internal sealed class Wish
    {
        public CallResult? Result { get; set; }

        public IReadOnlyList<KeyValuePair<string, object?>>? Updates { get; set; }

        public Dictionary<ListId, IReadOnlyList<KeyValuePair<string, object?>>>? ByList { get; set; }

        public RecordType Type { get; set; }

        public DateTime Time { get; set; }

        public bool WholeChain { get; set; } = true;

        public int Seconds { get; set; }

        public Action<DesktopRequest>? Asked { get; set; }
    }
}
