using DialerEngine.Core.Filters;
using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Tests.Filters;

/// <summary>What filters and orders mean, and what is said of those that cannot be read.</summary>
public sealed class RecordFilterTests
{
    private static readonly IReadOnlyList<ListColumn> Columns = ListColumn.Of(new CallingListDefinition
    {
        Id = new ListId(1),
        Name = "list",
        UserFields =
        [
            new UserFieldDefinition("state", UserFieldType.Varchar), new UserFieldDefinition("balance", UserFieldType.Float),
            new UserFieldDefinition("vip", UserFieldType.Int), new UserFieldDefinition("born", UserFieldType.DateTime),
        ],
    });

    [Theory]
    [InlineData("state = 'CA' and attempt < 3 and balance >= 100.5 and (born like '19%' or vip = 1)", true)]
    [InlineData("STATE = 'CA' AND NOT attempt >= 3", true)]
    [InlineData("state = 'ca'", false)]
    [InlineData("state in ('NY', 'CA')", true)]
    [InlineData("state not in ('NY', 'CA')", false)]
    [InlineData("balance between 100 and 200", true)]
    [InlineData("balance not between 100 and 200", false)]
    [InlineData("vip is null", false)]
    [InlineData("vip is not null or state = 'XX'", true)]
    [InlineData("5 > attempt", true)]
    [InlineData("attempt < vip", false)]
    [InlineData("dial_sched_time >= date '2026-11-20' and dial_sched_time < date '2026-11-21'", true)]
    [InlineData("born < date '1980-01-01'", true)]
    [InlineData("not (vip = 1 and state = 'NY')", true)]
    [InlineData("state like '_a'", true)]
    [InlineData("state like 'C'", false)]
    public void A_filter_says_which_records_match(string text, bool matches)
    {
        Assert.True(RecordFilter.TryParse(text, Columns, out var filter, out var error), error?.ToString());
        var record = new CallRecord { Attempts = 2, DialScheduledTime = 1_795_200_000, UserFields = ["CA", 150.0, 1L, "1975-05-01"] };
        Assert.Equal(matches, filter!.Matches(record));
    }

    [Theory]
    [InlineData("vip = 1")]
    [InlineData("vip <> 1")]
    [InlineData("not vip = 1")]
    [InlineData("vip in (1, 2)")]
    [InlineData("vip not in (1, 2)")]
    [InlineData("state like '%'")]
    public void A_missing_value_matches_nothing_but_is_null(string text)
    {
        Assert.True(RecordFilter.TryParse(text, Columns, out var filter, out _));
        Assert.False(filter!.Matches(new CallRecord { UserFields = [null, null, null, null] }));
    }

    [Theory]
    [InlineData("", 1, "a column or a value is expected")]
    [InlineData("stat = 'CA'", 1, "the list has no column stat; did you mean state?")]
    [InlineData("state = CA", 9, "the list has no column CA")]
    [InlineData("state = \"CA\"", 9, "texts are written in single quotes, e.g. state = 'CA'; columns without quotes")]
    [InlineData("state = 5", 9, "state is a text; write the value in single quotes: '5'")]
    [InlineData("attempt < '3'", 11, "attempt is a number; write the value without quotes (a moment as date '2026-11-20 18:00')")]
    [InlineData("attempt like '3%'", 9, "attempt is a number; like is for texts")]
    [InlineData("state = attempt", 9, "state and attempt cannot be compared: one is a text, the other a number")]
    [InlineData("(state = 'CA'", 1, "the bracket that is opened here is never closed")]
    [InlineData("state = 'CA')", 13, "this bracket closes nothing")]
    [InlineData("state = 'CA", 9, "the text that begins here has no end; close it with a quote (a quote within a text is written twice)")]
    [InlineData("state = 'CA' attempt < 3", 14, "\"attempt\" is not expected here; join comparisons with and, or")]
    [InlineData("vip = null", 7, "nothing equals null; write is null or is not null")]
    [InlineData("1 = 1", 1, "neither side is a column")]
    [InlineData("attempt < 1.2.3", 11, "\"1.2.3\" is not a number")]
    [InlineData("state; drop table x", 6, "\";\" has no meaning here")]
    [InlineData("born > date '20 Nov'", 13, "a date is written 'YYYY-MM-DD', 'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD HH:MM:SS', in UTC")]
    public void What_cannot_be_read_is_said_with_its_place(string text, int position, string message)
    {
        Assert.False(RecordFilter.TryParse(text, Columns, out _, out var error));
        Assert.Equal((position, message), (error!.Position, error.Message));
    }

    [Fact]
    public void Depth_length_and_number_of_parts_have_bounds()
    {
        Assert.True(RecordFilter.TryParse(new string('(', 32) + "vip = 1" + new string(')', 32), Columns, out _, out _));
        Assert.False(RecordFilter.TryParse(new string('(', 33) + "vip = 1" + new string(')', 33), Columns, out _, out var deep));
        Assert.Equal(33, deep!.Position);
        Assert.False(RecordFilter.TryParse(string.Concat(Enumerable.Repeat("not ", 500)) + "vip = 1", Columns, out _, out _));
        Assert.False(RecordFilter.TryParse("vip = 1" + new string(' ', 4_000), Columns, out _, out _));
        Assert.True(RecordFilter.TryParse(string.Join(" or ", Enumerable.Repeat("vip = 1", 200)), Columns, out _, out _));
        Assert.False(RecordFilter.TryParse(string.Join(" or ", Enumerable.Repeat("vip = 1", 201)), Columns, out _, out var many));
        Assert.Equal("more than 200 comparisons", many!.Message);
        Assert.False(RecordFilter.TryParse($"vip in ({string.Join(",", Enumerable.Range(1, 501))})", Columns, out _, out _));
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        string[] parts = ["state", "vip", "'", "(", ")", ",", "=", "<", "and", "or", "not", "in", "between", "like", "is", "null", "date", "1", "-", ".", "e9", "%", " ", "\0", "\uD800", "ü"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => parts[random.Next(parts.Length)] + (random.Next(2) == 0 ? " " : "")));
            var isRead = RecordFilter.TryParse(text, Columns, out var filter, out var error);
            Assert.True(isRead ? filter is not null && error is null : filter is null && error is { Position: > 0 }, $"seed {seed}: {text}");
            _ = RecordOrder.TryParse(text, Columns, out _, out _);
        }
    }

    [Fact]
    public void A_pattern_takes_no_longer_than_its_length_times_the_texts()
    {
        Assert.True(RecordFilter.TryParse($"state like '{string.Concat(Enumerable.Repeat("%a", 120))}b'", Columns, out var filter, out _));
        Assert.False(filter!.Matches(new CallRecord { UserFields = [new string('a', 60_000), null, null, null] }));
    }

    [Theory]
    [InlineData("balance desc, state", "balance desc,state asc")]
    [InlineData("Vip ASC", "vip asc")]
    public void An_order_names_columns_and_directions(string text, string expected)
    {
        Assert.True(RecordOrder.TryParse(text, Columns, out var order, out _));
        Assert.Equal(expected, string.Join(",", order!.Columns.Select(c => $"{c.Column.Column.Name} {(c.Descending ? "desc" : "asc")}")));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("balanc", 1)]
    [InlineData("balance down", 9)]
    [InlineData("balance, balance desc", 10)]
    [InlineData("vip, state, balance, born, attempt", 28)]
    [InlineData("vip,", 5)]
    public void An_order_that_cannot_be_read_is_refused_with_its_place(string text, int position)
    {
        Assert.False(RecordOrder.TryParse(text, Columns, out _, out var error));
        Assert.Equal(position, error!.Position);
    }
}
