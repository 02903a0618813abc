using DialerEngine.Core;
using DialerEngine.Core.Groups;

namespace DialerEngine.Runtime.Tests;

public sealed class SmallPartsTests
{
    [Fact]
    public void An_agent_is_promised_to_one_group_at_a_time()
    {
        var claims = new AgentClaims([new AgentId(5), new AgentId(6)]);
        Assert.True(claims.TryClaim(new AgentId(5), new GroupId(1)));
        Assert.True(claims.TryClaim(new AgentId(5), new GroupId(1)));
        Assert.False(claims.TryClaim(new AgentId(5), new GroupId(2)));
        Assert.True(claims.TryClaim(new AgentId(6), new GroupId(2)));
        claims.Release(new AgentId(5), new GroupId(2));
        Assert.False(claims.TryClaim(new AgentId(5), new GroupId(2)));
        claims.Release(new AgentId(5), new GroupId(1));
        Assert.True(claims.TryClaim(new AgentId(5), new GroupId(2)));
    }

    [Fact]
    public void Attempt_identities_are_version_4_and_differ()
    {
        var ids = new GuidIdSource();
        var seen = new HashSet<AttemptId>();
        for (var i = 0; i < 1_000; i++)
        {
            var id = ids.NextAttempt();
            Assert.Equal(4, id.Value.Version);
            Assert.InRange(id.Value.Variant, 8, 11);
            Assert.True(seen.Add(id));
        }
    }

    [Fact]
    public void A_call_handle_survives_its_text_form_and_keeps_its_parts()
    {
        var handle = new CallHandle(new GroupId(65_535), CallHandle.MaxIndex, 77);
        Assert.True(CallHandle.TryParse(handle.ToString(), out var read));
        Assert.Equal(handle, read);
        Assert.Equal((65_535, CallHandle.MaxIndex, 77), (read.Group.Value, read.Index, read.Generation));
        Assert.False(CallHandle.TryParse("xyz", out _));
        Assert.False(CallHandle.TryParse("", out _));
        Assert.False(CallHandle.TryParse("00000000000000001", out _));
    }

    [Theory]
    [InlineData(0.5, 50)]
    [InlineData(0.99, 99)]
    [InlineData(1.0, 100)]
    public void Percentiles_are_those_of_the_durations(double share, int expected)
    {
        var histogram = new DurationHistogram();
        for (var i = 1; i <= 100; i++)
        {
            histogram.Add(i);
        }

        Assert.Equal(expected, histogram.Percentile(share));
        Assert.Equal(10, histogram.CountAbove(90));
    }
}
