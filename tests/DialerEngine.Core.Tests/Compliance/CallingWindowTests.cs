using DialerEngine.Core.Compliance;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Core.Tests.Compliance;

public sealed class CallingWindowTests
{
    private static readonly CallingListDefinition List = new()
    {
        Id = new ListId(1),
        Name = "list",
        DailyFrom = 28_800,
        DailyTill = 64_800,
        UserFields = [new UserFieldDefinition("tz_name", UserFieldType.Varchar)],
    };

    private static CallRecord Record(string number = "+12025550123", int from = 0, int till = 0, string? zone = null, int dbid = 0) =>
        new() { ContactInfo = number, DailyFrom = from, DailyTill = till, TimeZoneDbid = dbid, UserFields = [zone] };

    private static long At(string utc) => DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    private static string Text(long unixSeconds) => DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("2026-11-20T12:59:59Z", RuleReason.CallingWindow, "2026-11-20T13:00:00Z")]
    [InlineData("2026-11-20T13:00:00Z", RuleReason.None, null)]
    [InlineData("2026-11-20T22:59:59Z", RuleReason.None, null)]
    [InlineData("2026-11-20T23:00:00Z", RuleReason.CallingWindow, "2026-11-21T13:00:00Z")]
    public void The_list_window_is_read_on_the_clock_of_the_number(string utc, RuleReason reason, string? opens)
    {
        var verdict = new CallingWindow(new ClockOptions()).Check(Record(), List, At(utc));
        Assert.Equal(reason, verdict.Reason);
        Assert.Equal(opens, opens is null ? null : Text(verdict.UntilUnixSeconds));
    }

    [Theory]
    [InlineData("2026-11-20T12:59:59Z", "2026-11-20T13:00:00Z")]
    [InlineData("2026-11-20T13:00:00Z", null)]
    [InlineData("2026-11-20T22:59:31Z", null)]
    [InlineData("2026-11-20T22:59:32Z", "2026-11-21T13:00:00Z")]
    [InlineData("2026-11-20T22:59:59Z", "2026-11-21T13:00:00Z")]
    public void Nobody_is_dialled_who_could_answer_after_the_window(string utc, string? opens)
    {
        var verdict = new CallingWindow(new ClockOptions { AnswerSeconds = 28 }).Check(Record(), List, At(utc));
        Assert.Equal(opens, verdict.Outcome == RuleOutcome.Dial ? null : Text(verdict.UntilUnixSeconds));
        Assert.Equal(opens is null ? RuleReason.None : RuleReason.CallingWindow, verdict.Reason);
    }

    [Fact]
    public void An_hour_that_does_not_exist_opens_when_it_would_have_been_over()
    {
        // 2026-03-08 in New York: 02:00 to 03:00 does not exist. A window 02:30 to 04:00 opens at 03:00 daylight time.
        var clock = new CallingWindow(new ClockOptions { UseCallingRules = false });
        var verdict = clock.Check(Record(from: 9_000, till: 14_400), List, At("2026-03-08T06:00:00Z"));
        Assert.Equal("2026-03-08T07:00:00Z", Text(verdict.UntilUnixSeconds));
    }

    [Fact]
    public void An_hour_that_exists_twice_is_open_twice()
    {
        // 2026-11-01 in New York: 01:00 to 02:00 comes twice, at 05:00 and at 06:00 UTC.
        var clock = new CallingWindow(new ClockOptions { UseCallingRules = false });
        var record = Record(from: 3_600, till: 5_400);
        Assert.Equal(RuleOutcome.Dial, clock.Check(record, List, At("2026-11-01T05:15:00Z")).Outcome);
        Assert.Equal("2026-11-01T06:00:00Z", Text(clock.Check(record, List, At("2026-11-01T05:45:00Z")).UntilUnixSeconds));
        Assert.Equal(RuleOutcome.Dial, clock.Check(record, List, At("2026-11-01T06:15:00Z")).Outcome);
    }

    [Fact]
    public void A_window_over_midnight_and_one_of_equal_ends_are_open_where_they_say()
    {
        var clock = new CallingWindow(new ClockOptions { UseCallingRules = false });
        var night = Record(from: 79_200, till: 7_200, zone: "Asia/Kolkata");
        Assert.Equal(RuleOutcome.Dial, clock.Check(night, List, At("2026-06-01T17:00:00Z")).Outcome);
        Assert.Equal(RuleOutcome.Dial, clock.Check(night, List, At("2026-06-01T20:00:00Z")).Outcome);
        Assert.Equal(RuleOutcome.Hold, clock.Check(night, List, At("2026-06-01T21:00:00Z")).Outcome);
        Assert.Equal(RuleOutcome.Dial, clock.Check(Record(from: 30_000, till: 30_000), List, At("2026-06-01T03:00:00Z")).Outcome);
    }

    [Fact]
    public void A_number_that_may_lie_in_two_zones_must_be_inside_in_both()
    {
        // Area code 850: Florida, Eastern and Central. 18:30 Eastern is outside the list's window, 17:30 Central is inside.
        var clock = new CallingWindow(new ClockOptions());
        Assert.Equal(RuleOutcome.Hold, clock.Check(Record("+18505550123"), List, At("2026-11-20T23:30:00Z")).Outcome);
        Assert.Equal(RuleOutcome.Hold, clock.Check(Record("+18505550123"), List, At("2026-11-20T13:30:00Z")).Outcome);
        Assert.Equal(RuleOutcome.Dial, clock.Check(Record("+18505550123"), List, At("2026-11-20T14:00:00Z")).Outcome);
    }

    [Fact]
    public void Zones_come_from_name_then_number_of_the_zone_then_prefix()
    {
        var clock = new CallingWindow(new ClockOptions { UseCallingRules = false, ZonesByDbid = new Dictionary<int, string> { [9] = "Asia/Tokyo" } });
        var noon = At("2026-06-01T12:00:00Z");
        Assert.Equal(RuleOutcome.Dial, clock.Check(Record(), List, noon).Outcome);
        Assert.Equal(RuleOutcome.Hold, clock.Check(Record(dbid: 9), List, noon).Outcome);
        Assert.Equal(RuleOutcome.Dial, clock.Check(Record(dbid: 9, zone: "Europe/Madrid"), List, noon).Outcome);
        Assert.Equal(RuleReason.ZoneUnknown, clock.Check(Record("+18005550123"), List, noon).Reason);
        Assert.Equal(RuleReason.ZoneUnknown, clock.Check(Record(zone: "Nowhere/City"), List, noon).Reason);
        Assert.Equal(RuleOutcome.Dial, new CallingWindow(new ClockOptions { UnknownZone = "Europe/Madrid" }).Check(Record("+18005550123"), List, noon).Outcome);
    }

    [Theory]
    [InlineData("+33612345678", "2026-11-20T12:30:00Z", RuleReason.CallingRule)] // 13:30 in Paris: the law's pause
    [InlineData("+33612345678", "2026-11-21T10:00:00Z", RuleReason.CallingRule)] // a Saturday
    [InlineData("+33612345678", "2026-11-11T10:00:00Z", RuleReason.Holiday)]
    [InlineData("+33612345678", "2026-11-20T10:00:00Z", RuleReason.None)]
    [InlineData("+12055550123", "2026-11-22T18:00:00Z", RuleReason.CallingRule)] // Alabama on a Sunday
    [InlineData("+12055550123", "2026-11-26T18:00:00Z", RuleReason.Holiday)] // Thanksgiving
    [InlineData("+12125550123", "2026-11-26T18:00:00Z", RuleReason.None)] // no such rule in New York
    [InlineData("+15125550123", "2026-11-22T17:30:00Z", RuleReason.CallingRule)] // Texas, Sunday 11:30
    [InlineData("+61255501234", "2026-04-25T01:00:00Z", RuleReason.Holiday)] // Anzac Day in Sydney
    public void Rules_of_countries_and_states_hold(string number, string utc, RuleReason reason)
    {
        Assert.Equal(reason, new CallingWindow(new ClockOptions()).Check(Record(number, 1, 86_399), List, At(utc)).Reason);
    }

    [Fact]
    public void Own_holidays_and_weekdays_of_the_campaign_hold()
    {
        var clock = new CallingWindow(new ClockOptions { Holidays = [new Holiday(new DateOnly(2026, 11, 20), "US-DC")], CampaignDays = 0b0111110 });
        var friday = At("2026-11-20T15:00:00Z");
        Assert.Equal(RuleReason.Holiday, clock.Check(Record(), List, friday).Reason);
        Assert.Equal(RuleReason.None, clock.Check(Record("+12125550123"), List, friday).Reason);
        Assert.Equal("2026-11-23T13:00:00Z", Text(clock.Check(Record(), List, friday).UntilUnixSeconds));
    }

    [Fact]
    public void Every_area_code_and_country_of_the_table_has_its_zones()
    {
        Assert.True(NumberPlaces.Count > 500);
        foreach (var number in (ulong[])[12025550123, 19075550123, 18085550123, 17095550123, 79161234567, 34600111222, 34911112222, 9779812345678])
        {
            Assert.NotEqual(0, NumberPlaces.Find(number)!.Zones.Length);
        }

        Assert.Null(NumberPlaces.Find(18005550123));
    }

    [Theory]
    [InlineData(2026, 4, 5)]
    [InlineData(2027, 3, 28)]
    [InlineData(2038, 4, 25)]
    public void Easter_is_where_the_almanac_has_it(int year, int month, int day) => Assert.Equal(new DateOnly(year, month, day), PublicHolidays.Easter(year));

    /// <summary>An independent, slow reading with the framework's own conversion agrees on random instants around the changes of offset.</summary>
    [Fact]
    public void A_naive_reading_agrees_on_a_million_instants()
    {
        var zones = new[] { "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca" };
        var infos = zones.Select(TimeZoneInfo.FindSystemTimeZoneById).ToArray();
        var clock = new CallingWindow(new ClockOptions { UseCallingRules = false });
        const int Seed = 20_261_120;
        var random = new Random(Seed);
        var changes = zones.Select(z => ZoneClock.Find(z)!.Changes.ToArray()).ToArray();
        for (var i = 0; i < 1_000_000; i++)
        {
            var zone = random.Next(zones.Length);
            var near = changes[zone].Length > 1 ? changes[zone][random.Next(1, changes[zone].Length)] : 1_800_000_000;
            var at = near + random.Next(-100_000, 100_000);
            var from = random.Next(86_400);
            var till = random.Next(86_400);
            var record = Record(from: from, till: till, zone: zones[zone]);
            if (from == 0 && till == 0)
            {
                continue;
            }

            var local = (int)TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(at), infos[zone]).TimeOfDay.TotalSeconds;
            var open = from < till ? local >= from && local < till : from == till || local >= from || local < till;
            if (clock.Check(record, List, at).Outcome == RuleOutcome.Dial != open)
            {
                Assert.Fail($"seed {Seed}, case {i}: {zones[zone]} at {Text(at)}, window {from} to {till}");
            }
        }
    }

    /// <summary>No minute before the promised opening is open, and the promised second is.</summary>
    [Fact]
    public void The_next_opening_is_the_first()
    {
        string[] numbers = ["+12025550123", "+18505550123", "+33612345678", "+61255501234", "+442071234567", "+13605550123"];
        var clock = new CallingWindow(new ClockOptions { CampaignDays = 0b1011110 });
        var gen = Gen.Choose(0, numbers.Length - 1).SelectMany(n => Gen.Choose(0, 525_600).SelectMany(minute => Gen.Choose(0, 23).SelectMany(
            from => Gen.Choose(1, 23).Select(hours => (Number: numbers[n], Minute: minute, From: from, Hours: hours)))));
        Prop.ForAll(gen.ToArbitrary(), c =>
        {
            var record = Record(c.Number, c.From * 3_600, (c.From + c.Hours) % 24 * 3_600);
            var at = At("2026-01-01T00:00:00Z") + (c.Minute * 60L);
            var verdict = clock.Check(record, List, at);
            if (verdict.Outcome == RuleOutcome.Dial)
            {
                return true;
            }

            var opens = verdict.UntilUnixSeconds;
            if (opens - at == 86_400 && clock.Check(record, List, opens).Outcome != RuleOutcome.Dial)
            {
                // The windows never meet: nothing opens in a month.
                return Enumerable.Range(0, 30 * 96).All(i => clock.Check(record, List, at + (i * 900)).Outcome != RuleOutcome.Dial);
            }

            var first = at;
            while (first < opens && clock.Check(record, List, first).Outcome != RuleOutcome.Dial)
            {
                first += 60;
            }

            return first >= opens && clock.Check(record, List, opens).Outcome == RuleOutcome.Dial;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Asking_allocates_nothing_once_warm()
    {
        var clock = new CallingWindow(new ClockOptions());
        var record = Record(zone: "America/Chicago");
        clock.Check(record, List, At("2026-11-20T12:00:00Z"));
        clock.Check(record, List, At("2026-11-20T15:00:00Z"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            clock.Check(record, List, 1_790_000_000 + (i * 977));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
