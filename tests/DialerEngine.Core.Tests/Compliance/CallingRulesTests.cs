using System.Globalization;
using DialerEngine.Core.Compliance;

namespace DialerEngine.Core.Tests.Compliance;

/// <summary>The built-in hours, holidays and places: what their sources say, spot by spot, and that every line can be used.</summary>
public sealed class CallingRulesTests
{
    [Theory]
    [InlineData("US-RI", DayOfWeek.Friday, "17:59", true)]
    [InlineData("US-RI", DayOfWeek.Friday, "18:00", false)]
    [InlineData("US-RI", DayOfWeek.Saturday, "09:59", false)]
    [InlineData("US-RI", DayOfWeek.Sunday, "12:00", false)]
    [InlineData("US-SD", DayOfWeek.Saturday, "12:00", false)]
    [InlineData("US-SD", DayOfWeek.Friday, "20:59", true)]
    [InlineData("US-WA", DayOfWeek.Sunday, "19:59", true)]
    [InlineData("US-WA", DayOfWeek.Sunday, "20:00", false)]
    [InlineData("US-TX", DayOfWeek.Sunday, "11:59", false)]
    [InlineData("US-NV", DayOfWeek.Monday, "20:00", false)]
    [InlineData("US-PA", DayOfWeek.Sunday, "12:00", false)]
    [InlineData("US-PA", DayOfWeek.Saturday, "18:59", true)]
    [InlineData("US-PA", DayOfWeek.Monday, "19:00", false)]
    [InlineData("US-PA", DayOfWeek.Monday, "08:59", false)]
    [InlineData("US-OR", DayOfWeek.Sunday, "19:59", true)]
    [InlineData("US-OR", DayOfWeek.Monday, "20:00", false)]
    [InlineData("US-WY", DayOfWeek.Friday, "20:00", false)]
    [InlineData("FR", DayOfWeek.Monday, "13:30", false)]
    [InlineData("FR", DayOfWeek.Monday, "14:00", true)]
    [InlineData("FR", DayOfWeek.Saturday, "11:00", false)]
    [InlineData("ES", DayOfWeek.Saturday, "11:00", false)]
    [InlineData("IT", DayOfWeek.Saturday, "18:59", true)]
    [InlineData("GB", DayOfWeek.Sunday, "12:00", false)]
    [InlineData("AU", DayOfWeek.Saturday, "17:00", false)]
    [InlineData("CA", DayOfWeek.Monday, "21:29", true)]
    public void A_region_is_open_when_its_source_says_so(string region, DayOfWeek day, string time, bool open) =>
        Assert.Equal(open, CallingRules.Find(region)!.IsOpen((int)day, (int)TimeSpan.Parse(time, CultureInfo.InvariantCulture).TotalSeconds));

    [Fact]
    public void Every_rule_names_its_source_and_how_it_was_confirmed_and_has_a_calendar_where_it_closes_on_holidays()
    {
        Assert.Equal(CallingRules.All.Count, CallingRules.All.Select(r => r.Region).Distinct().Count());
        foreach (var rule in CallingRules.All)
        {
            Assert.False(string.IsNullOrWhiteSpace(rule.Source), rule.Region);
            Assert.Contains(rule.Confirmation, new[] { "text", "report", "table" });
            Assert.True(!rule.ClosedOnHolidays || PublicHolidays.Find(rule.Region[..2]) is not null, rule.Region);
        }
    }

    [Theory]
    [InlineData("US", "2026-07-03", true)]
    [InlineData("US", "2026-07-04", true)]
    [InlineData("US", "2027-07-05", true)]
    [InlineData("US", "2026-11-26", true)]
    [InlineData("US", "2026-11-27", false)]
    [InlineData("GB", "2026-04-03", true)]
    [InlineData("GB", "2026-05-25", true)]
    [InlineData("GB", "2026-08-31", true)]
    [InlineData("GB", "2026-12-28", true)]
    [InlineData("GB", "2027-12-27", true)]
    [InlineData("GB", "2027-12-28", true)]
    [InlineData("GB", "2028-01-03", true)]
    [InlineData("GB", "2027-12-29", false)]
    [InlineData("FR", "2026-05-14", true)]
    [InlineData("DE", "2026-10-03", true)]
    public void A_holiday_is_where_the_calendar_has_it(string country, string date, bool holiday) =>
        Assert.Equal(holiday, PublicHolidays.Find(country)!.Contains(PublicHolidays.DayNumber(DateOnly.Parse(date, CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData("+16063875555", "US-KY", 2)]
    [InlineData("+12644975555", "AI", 1)]
    [InlineData("+17485551234", "US-CO", 1)]
    [InlineData("+22890123456", "TG", 1)]
    [InlineData("+61891622222", "AU", 6)]
    [InlineData("+18005551234", null, 0)]
    public void A_number_lies_where_its_prefix_says(string number, string? region, int zones)
    {
        Assert.True(NumberKey.TryPackE164(number, out var key));
        var place = NumberPlaces.Find(key);
        Assert.Equal((region, zones), (place?.Region, place?.Zones.Length ?? 0));
    }

    [Theory]
    [InlineData(101, "Etc/UTC")]
    [InlineData(126, "America/New_York")]
    [InlineData(132, "Africa/Harare")]
    [InlineData(133, null)]
    [InlineData(10_001, "Europe/London")]
    [InlineData(10_056, "Atlantic/Reykjavik")]
    [InlineData(10_057, null)]
    public void A_zone_number_keeps_its_meaning(int number, string? zone) => Assert.Equal(zone, ClockOptions.DefaultZones.GetValueOrDefault(number));

    [Fact]
    public void Every_zone_with_a_number_is_one_and_is_found_by_its_name()
    {
        var numbers = ZoneNames.Numbers(new Dictionary<int, string>());
        Assert.All(ClockOptions.DefaultZones.Values, name => Assert.True(ZoneClock.Find(name) is not null && numbers.ContainsKey(name), name));
        Assert.Equal((126, 101, 10_001), (numbers["est"], numbers["GMT"], numbers["europe/london"]));
    }

    [Fact]
    public void The_machine_has_every_zone_of_every_prefix()
    {
        for (ulong prefix = 1; prefix < 100_000; prefix++)
        {
            var place = NumberPlaces.Find(prefix);
            Assert.True(place is null || place.Zones.Length > 0, $"{prefix}: {place?.Region}");
        }
    }
}
