using DialerEngine.Core.CallerId;

namespace DialerEngine.Core.Tests.Compliance;

public sealed class CallerIdTests
{
    private static readonly CallingListDefinition List = new()
    {
        Id = new ListId(1),
        Name = "list",
        UserFields = [new UserFieldDefinition("cpn_digits", UserFieldType.Varchar)],
    };

    private static readonly CallerIdNumber[] Numbers = [new("+12025550001", 1), new("+13105550002", 3), new("+441215550003", 1)];

    private static CallRecord Record(string number = "+12025550123", string? own = null, long id = 1) => new() { Id = new RecordId(id), ContactInfo = number, UserFields = [own] };

    private static CallerIdRotor Rotor(CallerIdRotation rotation, bool keep = false, int cap = 0, ulong seed = 7) =>
        new(new CallerIdSet("set", rotation, [.. Numbers.Select(n => n with { DailyCap = cap })], keep), seed);

    [Fact]
    public void Round_robin_takes_one_after_the_other()
    {
        var rotor = Rotor(CallerIdRotation.RoundRobin);
        Assert.Equal([.. Numbers.Concat(Numbers).Select(n => n.Digits)], Enumerable.Range(0, 6).Select(_ => rotor.Take(Record(), 0)!).ToArray());
    }

    [Fact]
    public void Weights_are_kept_and_a_seed_is_one_sequence()
    {
        var rotor = Rotor(CallerIdRotation.Weighted);
        var again = Rotor(CallerIdRotation.Weighted);
        var taken = Enumerable.Range(0, 10_000).Select(_ => rotor.Take(Record(), 0)!).ToArray();
        Assert.Equal(taken, Enumerable.Range(0, 10_000).Select(_ => again.Take(Record(), 0)!).ToArray());
        Assert.InRange(taken.Count(t => t == "+13105550002"), 5_700, 6_300);
    }

    [Theory]
    [InlineData("+13105557777", "+13105550002")]
    [InlineData("+442075557777", "+441215550003")]
    [InlineData("+12025557777", "+12025550001")]
    public void The_nearest_area_wins(string customer, string expected) => Assert.Equal(expected, Rotor(CallerIdRotation.NearestArea).Take(Record(customer), 0));

    [Fact]
    public void A_daily_cap_ends_with_the_day()
    {
        var rotor = Rotor(CallerIdRotation.NearestArea, cap: 2);
        var taken = Enumerable.Range(0, 7).Select(_ => rotor.Take(Record(), 1_000)).ToArray();
        Assert.Equal(2, taken.Count(t => t == "+12025550001"));
        Assert.Null(taken[6]);
        Assert.Equal("+12025550001", rotor.Take(Record(), 90_000));
    }

    [Fact]
    public void A_retry_keeps_its_number_where_the_set_says_so()
    {
        var rotor = Rotor(CallerIdRotation.RoundRobin, keep: true);
        var first = rotor.Take(Record(id: 5), 0);
        rotor.Take(Record(id: 6), 0);
        Assert.Equal(first, rotor.Take(Record(id: 5), 0));
    }

    [Fact]
    public void The_record_goes_before_the_list_the_list_before_the_campaign_the_campaign_before_the_group()
    {
        var lists = new Dictionary<ListId, CallerIdSettings> { [List.Id] = new("+2", DisplayName: "List") };
        var selector = new CallerIdSelector(new CallerIdSettings("+4", Restricted: true), new CallerIdSettings("+3"), lists, "cpn_digits", []);
        Assert.Equal(new CallerIdChoice("+15550001", true, "List"), selector.Choose(Record(own: "+15550001"), List, 0));
        Assert.Equal(new CallerIdChoice("+2", true, "List"), selector.Choose(Record(own: "evil>\r\n"), List, 0));
        var other = List with { Id = new ListId(2) };
        Assert.Equal(new CallerIdChoice("+3", true), selector.Choose(Record(), other, 0));
    }
}
