using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Desktop.Tests;

/// <summary>Tables of the desktop protocol about attached data: Send Attributes, Custom Data Formats, Attaching Scripts.</summary>
public sealed class SeedTableTests
{
    [Theory]
    [InlineData(0, 0, 0, null)]
    [InlineData(0, 0, 9, 9L)]
    [InlineData(0, 8, 0, 8L)]
    [InlineData(0, 8, 9, 8L)]
    [InlineData(7, 0, 0, 7L)]
    [InlineData(7, 0, 9, 7L)]
    [InlineData(7, 8, 0, 7L)]
    [InlineData(7, 8, 9, 7L)]
    public void The_script_is_the_calling_lists_then_the_campaigns_then_the_groups(int list, int campaign, int group, long? attached)
    {
        var call = Desk.NewCall();
        call.List = Desk.List with { ScriptId = list };
        var data = Attached(call, Desk.Group with { ScriptId = group, Campaign = Desk.Group.Campaign with { ScriptId = campaign } });

        Assert.Equal(attached is not null, data.TryGet("GSW_SCRIPT_ID", out var found));
        Assert.Equal(attached, found);
    }

    [Theory]
    [InlineData(UserFieldType.Float, 12.5, "12.5")]
    [InlineData(UserFieldType.Float, 3.0, "3")]
    [InlineData(UserFieldType.Float, 1e21, "1E+21")]
    [InlineData(UserFieldType.Char, "A", "A")]
    [InlineData(UserFieldType.DateTime, "2024-05-01 10:00:00", "2024-05-01 10:00:00")]
    [InlineData(UserFieldType.Int, 42L, 42L)]
    [InlineData(UserFieldType.Int, -1L, -1L)]
    [InlineData(UserFieldType.Varchar, "42", "42")]
    public void Integers_go_as_integers_and_all_else_as_strings_under_the_key_of_send_attribute(UserFieldType type, object value, object attached)
    {
        var call = Desk.NewCall();
        call.List = Desk.List with { UserFields = [new UserFieldDefinition("own_field", type, "THE KEY"), new UserFieldDefinition("unsent", type)] };
        call.Record!.UserFields = [value, value];
        var data = Attached(call);

        Assert.True(data.TryGet("THE KEY", out var found));
        Assert.Equal(attached, found);
        Assert.False(data.Contains("own_field"));
        Assert.False(data.Contains("unsent"));
    }

    [Fact]
    public void A_field_without_a_value_is_not_attached()
    {
        var call = Desk.NewCall();
        call.List = Desk.List with { UserFields = [new UserFieldDefinition("own_field", UserFieldType.Int, "KEY")] };
        call.Record!.UserFields = [null];
        Assert.False(Attached(call).Contains("KEY"));
    }

    private static UserData Attached(Core.Groups.CallSession call, CampaignGroupDefinition? group = null)
    {
        var desk = new Desk();
        desk.Edge.CallEvent(Desk.Agent, CallEventKind.Established, group ?? Desk.Group, call);
        return desk.Channel.LastUserData;
    }
}
