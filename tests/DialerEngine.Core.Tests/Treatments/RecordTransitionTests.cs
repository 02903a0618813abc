using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Treatments;

/// <summary>Every pair of record statuses (outbound contact reference 1.3, 3.6).</summary>
public sealed class RecordTransitionTests
{
    // Rows: from, 0 No Record Status to 9 Chain Ready; columns: to, in the same order.
    private static readonly string[] Table =
    [
        /* No Record Status */ "..........",
        /* Ready            */ ".xxx.x.x..",
        /* Retrieved        */ ".xxxxxx.x.",
        /* Updated          */ "..........",
        /* Stale            */ "..........",
        /* Canceled         */ "..........",
        /* Agent Error      */ "..........",
        /* Chain Updated    */ "..........",
        /* Missed CallBack  */ "..........",
        /* Chain Ready      */ ".x........",
    ];

    [Fact]
    public void Every_pair_of_statuses_is_as_the_table_has_it()
    {
        foreach (var from in Enum.GetValues<RecordStatus>())
        {
            foreach (var to in Enum.GetValues<RecordStatus>())
            {
                Assert.True((Table[(int)from][(int)to] == 'x') == RecordTransitions.IsAllowed(from, to), $"{from} to {to}");
            }
        }
    }

    [Fact]
    public void The_engine_makes_nothing_of_a_final_record() =>
        Assert.All(Enum.GetValues<RecordStatus>().Where(RecordTransitions.IsFinal), s => Assert.DoesNotContain('x', Table[(int)s]));

    [Theory]
    [InlineData(RecordType.General, false, false, false)]
    [InlineData(RecordType.CampaignRescheduled, true, false, false)]
    [InlineData(RecordType.PersonalRescheduled, true, true, true)]
    [InlineData(RecordType.PersonalCallBack, true, true, true)]
    [InlineData(RecordType.CampaignCallBack, true, false, true)]
    [InlineData(RecordType.NoCall, false, false, false)]
    [InlineData(RecordType.Unknown, false, false, false)]
    [InlineData(RecordType.NoRecordType, false, false, false)]
    public void A_record_type_is_what_it_is(RecordType type, bool appointment, bool personal, bool callback) =>
        Assert.Equal((appointment, personal, callback), (RecordTransitions.IsAppointment(type), RecordTransitions.IsPersonal(type), RecordTransitions.IsCallback(type)));
}
