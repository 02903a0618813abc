using System.Globalization;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Tests.Groups;

namespace DialerEngine.Core.Tests.Compliance;

/// <summary>The customers' clock of a group: local times, callbacks moved in them, zones that a fetch leaves out.</summary>
public sealed class GroupClockTests
{
    private const int NewYork = 126;
    private const int Paris = 103;

    private static readonly CallingListDefinition List = new() { Id = new ListId(7), Name = "list" };

    private static readonly CallingListDefinition NamedZones = new()
    {
        Id = new ListId(8),
        Name = "named",
        UserFields = [new UserFieldDefinition("tz_name", UserFieldType.Varchar)],
    };

    private static readonly GroupClock Clock = new(
        new CampaignDefinition { Id = 9, Name = "campaign", Lists = [new CampaignList(List), new CampaignList(NamedZones)] }, new CallingWindow(new ClockOptions()));

    [Theory]
    [InlineData(7, NewYork, "+493012345678", null, "2026-03-08T06:59:59Z", -5)]
    [InlineData(7, NewYork, "+493012345678", null, "2026-03-08T07:00:00Z", -4)]
    [InlineData(7, Paris, "", null, "2026-03-29T00:59:59Z", 1)]
    [InlineData(7, Paris, "", null, "2026-03-29T01:00:00Z", 2)]
    [InlineData(7, 0, "+12025550100", null, "2026-01-15T00:00:00Z", -5)]
    [InlineData(7, 0, "+493012345678", null, "2026-01-15T00:00:00Z", 1)]
    [InlineData(8, NewYork, "+12025550100", "Asia/Tokyo", "2026-01-15T00:00:00Z", 9)]
    [InlineData(7, 0, "+18005550100", null, "2026-01-15T00:00:00Z", 0)]
    [InlineData(99, NewYork, "+12025550100", null, "2026-01-15T00:00:00Z", 0)]
    public void A_records_clock_is_that_of_its_zone_name_its_zone_number_or_its_prefix(int list, int zone, string phone, string? name, string at, int hours)
    {
        var record = new CallRecord { List = new ListId(list), TimeZoneDbid = zone, ContactInfo = phone, UserFields = name is null ? [] : [name] };
        Assert.Equal(TimeSpan.FromHours(hours), Clock.OffsetAt(record, DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(NewYork, "2026-01-15T23:30:00Z", "2026-01-16T13:00:00Z")]
    [InlineData(NewYork, "2026-03-08T03:00:00Z", "2026-03-08T12:00:00Z")]
    [InlineData(NewYork, "2026-11-01T03:00:00Z", "2026-11-01T13:00:00Z")]
    [InlineData(Paris, "2026-01-15T23:30:00Z", "2026-01-16T07:00:00Z")]
    [InlineData(Paris, "2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z")]
    [InlineData(Paris, "2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z")]
    [InlineData(NewYork, "2026-01-15T15:00:00Z", null)]
    [InlineData(Paris, "2026-01-15T15:00:00Z", null)]
    public void A_callback_outside_its_window_is_moved_into_it_on_the_records_own_clock(int zone, string now, string? moved)
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { PredictiveCallback = false }, clock: Clock)
        {
            Begin = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture),
        };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(FetchKind.Callbacks, bench.Machine.FetchKind);
        var record = bench.Machine.Tray[0];
        (record.List, record.Id, record.ContactInfo, record.TimeZoneDbid) = (bench.List.Id, new RecordId(900), "+12025550900", zone);
        (record.RecordStatus, record.RecordType, record.DialScheduledTime) = (RecordStatus.Retrieved, RecordType.CampaignCallBack, bench.Now.UnixSeconds);
        (record.DailyFrom, record.DailyTill) = (28_800, 64_800);
        bench.Machine.Tray.Count = 1;
        bench.Step(new GroupInput { Kind = InputKind.FetchCompleted, Detail = 1 });

        if (moved is null)
        {
            Assert.Equal(1, bench.Machine.CallbacksHeld);
            return;
        }

        var entry = bench.LastEntry(JournalEntryKind.RecordUpdated);
        Assert.Equal(DateTimeOffset.Parse(moved, CultureInfo.InvariantCulture), DateTimeOffset.FromUnixTimeSeconds(entry.DialScheduledTime));
        Assert.Equal((RecordStatus.Ready, RecordType.CampaignCallBack, RuleReason.CallingWindow), (entry.RecordStatus, entry.RecordType, entry.Rule));
    }

    [Theory]
    [InlineData(7, NewYork, 28_800, 64_800, "12:59:59", false)]
    [InlineData(7, NewYork, 28_800, 64_800, "13:00:00", true)]
    [InlineData(7, Paris, 28_800, 64_800, "16:59:59", true)]
    [InlineData(7, Paris, 28_800, 64_800, "17:00:00", false)]
    [InlineData(7, Paris, 0, 0, "17:00:00", false)]
    [InlineData(7, Paris, 64_800, 3_600, "17:00:00", true)]
    [InlineData(7, 0, 28_800, 64_800, "03:00:00", true)]
    [InlineData(7, 9_999, 28_800, 64_800, "03:00:00", true)]
    [InlineData(8, NewYork, 28_800, 64_800, "03:00:00", true)]
    public void A_fetch_leaves_out_zones_that_are_closed_and_only_those(int list, int zone, int from, int till, string time, bool open)
    {
        var at = DateTimeOffset.Parse($"2026-01-15T{time}Z", CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        Assert.Equal(open, Clock.WindowsOf(new ListId(list))!.IsOpen(zone, from, till, at));
    }

    [Fact]
    public void Asking_for_the_time_allocates_nothing_once_warm()
    {
        var record = new CallRecord { List = List.Id, TimeZoneDbid = NewYork, ContactInfo = "+12025550100" };
        var windows = Clock.WindowsOf(List.Id)!;
        var at = DateTimeOffset.UnixEpoch.AddYears(56);
        _ = Clock.OffsetAt(record, at);
        _ = windows.IsOpen(NewYork, 28_800, 64_800, at.ToUnixTimeSeconds());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            _ = Clock.OffsetAt(record, at);
            _ = windows.IsOpen(NewYork, 28_800, 64_800, at.ToUnixTimeSeconds());
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
