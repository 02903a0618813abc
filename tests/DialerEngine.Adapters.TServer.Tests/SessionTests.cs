using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>An agent's day over the link: log in, ready, calls, user events, log out.</summary>
public sealed class SessionTests
{
    private static readonly CallHandle Call = new(new GroupId(1), 4, 2);

    [Fact]
    public async Task The_link_says_who_it_is_first()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.ConnectAsync();
        Assert.Equal(101, client.ApplicationId);
        Assert.Equal(CtiEventKind.LinkConnected, (await Link.NextAsync(client)).Kind);
    }

    [Fact]
    public async Task A_login_is_answered_and_brings_the_campaigns()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.ConnectAsync();
        Assert.Equal(CtiEventKind.Registered, (await client.RegisterAsync("7001")).Kind);
        var login = await client.LoginAsync("7001", "1001", "secret");

        Assert.Equal((CtiEventKind.AgentLogin, "1001", "7001"), (login.Kind, login.AgentId, login.ThisDn));
        Assert.Equal("login 1001 7001", await link.NextOfEngineAsync());
        Assert.Equal(["EventLinkConnected", "EventRegistered", "EventAgentLogin"], [(await Link.NextAsync(client)).Name, (await Link.NextAsync(client)).Name, (await Link.NextAsync(client)).Name]);
        Assert.Equal("CampaignLoaded", (await Link.NextAsync(client)).UserEventName);
        var started = await Link.NextAsync(client);
        Assert.Equal("CampaignStarted", started.UserEventName);
        Assert.True(started.UserData.TryGet("GSW_APPLICATION_ID", out var application) && application is 101L);
        Assert.True(started.UserData.TryGet("GSW_CAMPAIGN_MODE", out var mode) && mode is "Progressive");
    }

    [Fact]
    public async Task An_agent_changes_state_and_is_told()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        await link.NextOfEngineAsync();

        Assert.Equal(CtiEventKind.AgentReady, (await client.ReadyAsync()).Kind);
        Assert.Equal("state 1001 Ready", await link.NextOfEngineAsync());
        var afterCallWork = await client.NotReadyAsync(afterCallWork: true);
        Assert.Equal((CtiEventKind.AgentNotReady, "AfterCallWork"), (afterCallWork.Kind, afterCallWork.WorkMode));
        Assert.Equal("state 1001 AfterCallWork", await link.NextOfEngineAsync());
        var notReady = await client.NotReadyAsync();
        Assert.Equal((CtiEventKind.AgentNotReady, (string?)null), (notReady.Kind, notReady.WorkMode));
        Assert.Equal("state 1001 NotReady", await link.NextOfEngineAsync());
        Assert.Equal(CtiEventKind.AgentLogout, (await client.LogoutAsync()).Kind);
        Assert.Equal("logout 1001", await link.NextOfEngineAsync());
        Assert.Equal((int)CtiError.NotLoggedIn, (await client.ReadyAsync()).ErrorCode);
    }

    [Fact]
    public async Task A_request_that_is_given_up_leaves_the_connection_standing()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        for (var i = 0; i < 200; i++)
        {
            using var impatient = new CancellationTokenSource();
            var request = client.ReadyAsync(impatient.Token);
            await impatient.CancelAsync();
            await Record.ExceptionAsync(() => request);
        }

        Assert.Equal(CtiEventKind.AgentNotReady, (await client.NotReadyAsync()).Kind);
    }

    [Fact]
    public async Task A_logout_by_the_engine_is_told_once()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        link.Edge.AgentStateChanged(new AgentId(1001), AgentState.LoggedOut);
        link.Edge.AgentStateChanged(new AgentId(1001), AgentState.LoggedOut);
        Assert.Equal((int)CtiError.NotLoggedIn, (await client.ReadyAsync()).ErrorCode);
        Assert.Equal(CtiEventKind.AgentLogout, (await Link.NextAsync(client)).Kind);
        Assert.Equal(CtiEventKind.Error, (await Link.NextAsync(client)).Kind);
    }

    [Theory]
    [InlineData(CallControl.Answer, CtiEventKind.Established)]
    [InlineData(CallControl.Release, CtiEventKind.Released)]
    [InlineData(CallControl.Hold, CtiEventKind.Held)]
    [InlineData(CallControl.Retrieve, CtiEventKind.Retrieved)]
    public async Task A_request_about_a_call_is_answered_by_the_calls_event(CallControl control, CtiEventKind answer)
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        link.Engine.Calls[Call] = new AgentId(1001);
        link.Engine.OnControl = (agent, asked, call) => link.Sessions.Send(agent, new CtiEvent
        {
            Kind = asked == control ? answer : CtiEventKind.None,
            Call = call,
            UserData = new UserData().Set("GSW_RECORD_HANDLE", 42),
        });

        var reply = await (control switch
        {
            CallControl.Answer => client.AnswerAsync(Call),
            CallControl.Release => client.ReleaseAsync(Call),
            CallControl.Hold => client.HoldAsync(Call),
            _ => client.RetrieveAsync(Call),
        });

        Assert.Equal((answer, Call), (reply.Kind, reply.Call));
        Assert.True(reply.UserData.TryGet("GSW_RECORD_HANDLE", out var handle) && handle is 42L);
    }

    [Fact]
    public async Task A_request_without_connId_means_the_agents_call()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        Assert.Equal((int)CtiError.InvalidConnectionId, (await client.RequestAsync(new CtiRequest { Kind = CtiRequestKind.HoldCall })).ErrorCode);

        link.Engine.Calls[Call] = new AgentId(1001);
        link.Engine.OnControl = (agent, _, call) => link.Sessions.Send(agent, new CtiEvent { Kind = CtiEventKind.Held, Call = call });
        link.Sessions.Send(new AgentId(1001), new CtiEvent { Kind = CtiEventKind.Established, Call = Call });
        Assert.Equal((CtiEventKind.Held, Call), await KindAndCall(client.RequestAsync(new CtiRequest { Kind = CtiRequestKind.HoldCall })));

        link.Sessions.Send(new AgentId(1001), new CtiEvent { Kind = CtiEventKind.Released, Call = Call });
        Assert.Equal((int)CtiError.InvalidConnectionId, (await client.RequestAsync(new CtiRequest { Kind = CtiRequestKind.HoldCall })).ErrorCode);
    }

    [Fact]
    public async Task A_request_that_would_change_nothing_is_answered_43()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        link.Engine.Calls[Call] = new AgentId(1001);
        link.Engine.OnControl = (agent, control, call) => link.Sessions.Send(agent, new CtiEvent
        {
            Kind = control == CallControl.Hold ? CtiEventKind.Held : CtiEventKind.Retrieved,
            Call = call,
        });
        link.Sessions.Send(new AgentId(1001), new CtiEvent { Kind = CtiEventKind.Established, Call = Call });

        Assert.Equal((int)CtiError.InSameState, (await client.AnswerAsync(Call)).ErrorCode);
        Assert.Equal((int)CtiError.InSameState, (await client.RetrieveAsync(Call)).ErrorCode);
        Assert.Equal(CtiEventKind.Held, (await client.HoldAsync(Call)).Kind);
        Assert.Equal((int)CtiError.InSameState, (await client.HoldAsync(Call)).ErrorCode);
        Assert.Equal(CtiEventKind.Retrieved, (await client.RetrieveAsync(Call)).Kind);
        Assert.Equal(CtiEventKind.Held, (await client.HoldAsync(Call)).Kind);
    }

    [Fact]
    public async Task A_request_that_the_calls_end_overtakes_is_answered_with_an_error()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        link.Engine.Calls[Call] = new AgentId(1001);
        link.Engine.OnControl = (agent, _, call) => link.Sessions.Send(agent, new CtiEvent { Kind = CtiEventKind.Abandoned, Call = call });
        var reply = await client.AnswerAsync(Call);
        Assert.Equal((CtiEventKind.Error, (int)CtiError.InvalidConnectionId), (reply.Kind, reply.ErrorCode));
    }

    [Fact]
    public async Task Somebody_elses_call_is_an_error()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        link.Engine.Calls[Call] = new AgentId(1002);
        Assert.Equal((int)CtiError.InvalidConnectionId, (await client.ReleaseAsync(Call)).ErrorCode);
        Assert.Equal((int)CtiError.InvalidConnectionId, (await client.UpdateUserDataAsync(Call, new UserData())).ErrorCode);
    }

    [Fact]
    public async Task New_attached_data_comes_back_as_sent()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        link.Engine.Calls[Call] = new AgentId(1001);
        link.Engine.OnUpdate = (agent, call, data) =>
            link.Sessions.Send(agent, new CtiEvent { Kind = CtiEventKind.AttachedDataChanged, Call = call, UserData = data });
        var sent = new UserData().Set("name", "Zoë \u2603 \"quoted\"").Set("number", long.MinValue).Set("nested", new UserData().Set("empty", "").Set("zero", 0));

        var reply = await client.UpdateUserDataAsync(Call, sent);

        Assert.Equal(CtiEventKind.AttachedDataChanged, reply.Kind);
        Assert.Equal(sent.Pairs.Take(2), reply.UserData.Pairs.Take(2));
        Assert.Equal(((UserData)sent.Pairs[2].Value).Pairs, ((UserData)reply.UserData.Pairs[2].Value).Pairs);
    }

    [Fact]
    public async Task RecordProcessed_is_acknowledged()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        link.Engine.OnPost = request => link.Edge.Reply(
            request, request.RecordHandle == 42 ? DesktopError.None : DesktopError.RecordNotFound, FakeEngine.Group, null);
        var record = new UserData().Set("GSW_RECORD_HANDLE", 42).Set("GSW_CALLING_LIST", "List 1").Set("GSW_CAMPAIGN_NAME", "Spring");

        Assert.Equal("RecordProcessedAcknowledge", (await client.RecordProcessedAsync(record, callResult: 33)).UserEventName);

        var again = await client.RecordProcessedAsync(record.Set("GSW_RECORD_HANDLE", 43));
        Assert.True(again.UserData.TryGet("GSW_ERROR_NUMBER", out var number) && number is 109L);
    }

    [Fact]
    public async Task RequestMakeCall_is_not_supported_yet()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        var reply = await client.RequestAsync(new CtiRequest { Kind = CtiRequestKind.MakeCall, OtherDn = "+15550123" });
        Assert.Equal((int)CtiError.UnsupportedOperation, reply.ErrorCode);
    }

    [Theory]
    [InlineData("9", "secret", CtiError.InvalidAgentId)]
    [InlineData("1001", "wrong", CtiError.BadPassword)]
    [InlineData("1001", null, CtiError.BadPassword)]
    [InlineData("", "secret", CtiError.InvalidAttribute)]
    public async Task A_login_that_is_not_right_is_refused(string agentId, string? password, CtiError error)
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.ConnectAsync();
        Assert.Equal((int)error, (await client.LoginAsync("7001", agentId, password)).ErrorCode);
    }

    [Fact]
    public async Task A_login_without_a_DN_is_refused()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.ConnectAsync();
        var reply = await client.RequestAsync(new CtiRequest { Kind = CtiRequestKind.AgentLogin, AgentId = "1001", Password = "secret" });
        Assert.Equal((int)CtiError.NotRegistered, reply.ErrorCode);
    }

    [Fact]
    public async Task A_second_login_on_one_connection_is_refused()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.LoginAsync();
        Assert.Equal((int)CtiError.InSameState, (await client.LoginAsync("7001", "1002", "secret")).ErrorCode);
        Assert.Equal((int)CtiError.ResourceSeized, (await client.RegisterAsync("7002")).ErrorCode);
    }

    [Fact]
    public async Task A_second_session_on_a_DN_is_refused_and_the_first_stays()
    {
        await using var link = await Link.StartAsync();
        await using var first = await link.LoginAsync();
        await using var second = await link.ConnectAsync();
        Assert.Equal((int)CtiError.ResourceSeized, (await second.RegisterAsync("7001")).ErrorCode);
        Assert.Equal((int)CtiError.ResourceSeized, (await second.LoginAsync("7001", "1002", "secret")).ErrorCode);
        Assert.Equal((int)CtiError.ResourceSeized, (await second.LoginAsync("7002", "1001", "secret")).ErrorCode);
        Assert.Equal(CtiEventKind.AgentReady, (await first.ReadyAsync()).Kind);
        Assert.Equal(CtiEventKind.AgentLogin, (await second.LoginAsync("7002", "1002", "secret")).Kind);
    }

    [Fact]
    public async Task A_lost_connection_logs_the_agent_out_and_the_agent_comes_back_on_the_same_DN()
    {
        await using var link = await Link.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            var client = await link.LoginAsync();
            Assert.Equal("login 1001 7001", await link.NextOfEngineAsync());
            await client.DisposeAsync();
            Assert.Equal("logout 1001", await link.NextOfEngineAsync());
            Assert.Equal("ClosedByDesktop", await link.NextDisconnectAsync());
        }
    }

    [Fact]
    public async Task An_agent_that_logged_out_is_not_logged_out_again_by_the_connections_end()
    {
        await using var link = await Link.StartAsync();
        var client = await link.LoginAsync();
        await client.LogoutAsync();
        await client.DisposeAsync();
        await link.NextDisconnectAsync();
        Assert.Equal(["login 1001 7001", "logout 1001"], [await link.NextOfEngineAsync(), await link.NextOfEngineAsync()]);
        Assert.False(link.Engine.Log.TryRead(out _));
    }

    [Fact]
    public async Task A_message_for_an_agent_without_a_connection_is_dropped()
    {
        await using var link = await Link.StartAsync();
        link.Edge.AgentStateChanged(new AgentId(1001), AgentState.Ready);
        await using var client = await link.LoginAsync();
        Assert.Equal(CtiEventKind.AgentReady, (await client.ReadyAsync()).Kind);
    }

    [Fact]
    public async Task A_fault_of_the_engine_ends_one_connection_with_a_word()
    {
        await using var link = await Link.StartAsync();
        await using var other = await link.LoginAsync("7002", "1002");
        await using var client = await link.LoginAsync();
        link.Engine.Broken = true;
        await client.SendAsync(new CtiRequest { Kind = CtiRequestKind.AgentReady });
        Assert.Equal("InternalError", await link.NextDisconnectAsync());
        link.Engine.Broken = false;
        Assert.Equal(CtiEventKind.AgentReady, (await other.ReadyAsync()).Kind);
    }

    [Fact]
    public async Task Stopping_ends_every_session_with_a_close_frame()
    {
        var link = await Link.StartAsync();
        var client = await link.LoginAsync();
        await link.DisposeAsync();
        await client.Completion.WaitAsync(Link.Patience);
        Assert.Equal("ServerStopping", client.CloseReason);
        Assert.Equal("ServerStopping", await link.NextDisconnectAsync());
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_hundred_desktops_work_at_once()
    {
        await using var link = await Link.StartAsync();
        await Task.WhenAll(Enumerable.Range(1_001, 100).Select(async number =>
        {
            var agent = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await using var client = await link.LoginAsync("DN" + agent, agent);
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(CtiEventKind.AgentReady, (await client.ReadyAsync()).Kind);
                var call = new CallHandle(new GroupId(1), number, i + 1);
                link.Sessions.Send(new AgentId(number), new CtiEvent { Kind = CtiEventKind.Ringing, Call = call, UserData = new UserData().Set("GSW_RECORD_HANDLE", number) });
                CtiMessage ringing;
                while ((ringing = await Link.NextAsync(client)).Kind != CtiEventKind.Ringing)
                {
                }

                Assert.Equal(call, ringing.Call);
                Assert.True(ringing.UserData.TryGetInteger("GSW_RECORD_HANDLE", out var handle) && handle == number);
                link.Sessions.Send(new AgentId(number), new CtiEvent { Kind = CtiEventKind.Released, Call = call });
            }
        }));

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("ClosedByDesktop", await link.NextDisconnectAsync());
        }

        Assert.Equal(0, link.Engine.LoggedInCount);
    }

    private static async Task<(CtiEventKind, CallHandle)> KindAndCall(Task<CtiMessage> reply)
    {
        var message = await reply;
        return (message.Kind, message.Call);
    }
}
