using System.Text;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>Messages as bytes.</summary>
public sealed class WireTests
{
    [Theory]
    [InlineData("""{"message":"RequestAgentLogin","referenceId":1,"thisDN":"7001","agentId":"1001"}""")]
    [InlineData("""{"message":"RequestAgentLogin","referenceId":-1,"thisDN":"7001","agentId":"1001","password":"p\u00e4ss"}""")]
    [InlineData("""{"message":"RequestAgentNotReady","workMode":"AfterCallWork"}""")]
    [InlineData("""{"message":"RequestReleaseCall","connId":"0001000004000002"}""")]
    [InlineData("""{"message":"RequestMakeCall","otherDN":"+15550123","userData":{"a":1,"b":"1","c":{"d":"x","e":{}}}}""")]
    public void A_request_is_read_as_it_was_written(string text)
    {
        var result = CtiRequestReader.Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal(CtiError.None, result.Error);
        Assert.Equal(text.Replace("\\u00e4", "ä", StringComparison.Ordinal), Encoding.UTF8.GetString(CtiClientJson.Write(result.Request!).Span));
    }

    [Fact]
    public void An_event_is_written_as_the_design_has_it()
    {
        using var writer = new CtiEventWriter();
        var user = new CtiEvent
        {
            Kind = CtiEventKind.UserEvent,
            UserData = new UserData().Set("GSW_USER_EVENT", "CampaignStarted").Set("GSW_APPLICATION_ID", 101),
        };
        Assert.Equal(
            """{"message":"EventUserEvent","thisDN":"7001","userData":{"GSW_USER_EVENT":"CampaignStarted","GSW_APPLICATION_ID":101}}""",
            Text(writer.Write(user, null, "7001")));
        Assert.Equal(
            """{"message":"EventLinkConnected","applicationId":101}""",
            Text(writer.Write(new CtiEvent { Kind = CtiEventKind.LinkConnected, ApplicationId = 101 }, null, null)));
        Assert.Equal(
            """{"message":"EventRinging","thisDN":"7001","connId":"0001000004000002","userData":{}}""",
            Text(writer.Write(new CtiEvent { Kind = CtiEventKind.Ringing, Call = new CallHandle(new GroupId(1), 4, 2), UserData = new UserData() }, null, "7001")));
        Assert.Equal(
            """{"message":"EventError","referenceId":3,"errorCode":53,"errorMessage":"no \"thisDN\""}""",
            Text(writer.Write(new CtiEvent { Kind = CtiEventKind.Error, ErrorCode = 53, ErrorMessage = "no \"thisDN\"" }, 3, null)));
        Assert.Equal(
            """{"message":"EventAgentNotReady","thisDN":"7001","workMode":"AfterCallWork"}""",
            Text(writer.Write(new CtiEvent { Kind = CtiEventKind.AgentNotReady, AfterCallWork = true }, null, "7001")));
    }

    [Fact]
    public void Text_that_is_no_Unicode_is_sent_with_replacement_characters()
    {
        using var writer = new CtiEventWriter();
        var message = new CtiEvent { Kind = CtiEventKind.UserEvent, UserData = new UserData().Set("k", "a\ud800b") };
        Assert.Contains("a\ufffdb", Text(writer.Write(message, null, null)).Replace("\\uFFFD", "\ufffd", StringComparison.OrdinalIgnoreCase), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_shows_nothing_of_its_password() =>
        Assert.Equal("RequestAgentLogin", new CtiRequest { Kind = CtiRequestKind.AgentLogin, Password = "secret" }.ToString());

    [Fact]
    public void Writing_a_user_event_allocates_nothing_once_warm()
    {
        using var writer = new CtiEventWriter();
        var message = new CtiEvent { Kind = CtiEventKind.UserEvent, UserData = new UserData().Set("GSW_PHONE", "+15550123").Set("GSW_CHAIN_ID", 7) };
        for (var i = 0; i < 100; i++)
        {
            writer.Write(message, 1, "7001");
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            writer.Write(message, 1, "7001");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
