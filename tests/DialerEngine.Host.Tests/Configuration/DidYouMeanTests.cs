using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Tests.Configuration;

public sealed class DidYouMeanTests
{
    private static readonly string[] Candidates = ["trunks", "tenants", "number_of_channels", "call_wait_connected_timeout", "a", "b"];

    [Theory]
    [InlineData("trunk", "trunks")]
    [InlineData("trnuks", "trunks")]
    [InlineData("Trunks", "trunks")]
    [InlineData("tennants", "tenants")]
    [InlineData("numberOfChannels", "number_of_channels")]
    [InlineData("number-of-channels", "number_of_channels")]
    [InlineData("num", "number_of_channels")]
    [InlineData("call_wait_conected_timeuot", "call_wait_connected_timeout")]
    [InlineData("colour", null)]
    [InlineData("c", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_found_and_nothing_far(string written, string? meant) => Assert.Equal(meant, DidYouMean.Nearest(written, Candidates));

    [Fact]
    public void A_text_of_any_length_costs_little() => Assert.Null(DidYouMean.Nearest(new string('x', 1_000_000), Candidates));
}
