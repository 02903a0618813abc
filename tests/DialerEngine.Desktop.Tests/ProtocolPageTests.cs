using System.Text;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop.Protocol;

namespace DialerEngine.Desktop.Tests;

/// <summary>
/// Keeps docs/desktop-protocol.md what the code does: its tables come from the product's table, its examples from real exchanges. Run with
/// DIALER_REWRITE_DOCS=1 to write the page.
/// </summary>
public sealed class ProtocolPageTests
{
    private const string Head = """
        # The desktop protocol

        An agent's desktop talks with the engine in key-value lists: a **request** names itself by `GSW_AGENT_REQ_TYPE`, everything that the
        engine sends by `GSW_USER_EVENT`. The lists travel as `userData` of `RequestDistributeUserEvent` and `EventUserEvent` on the CTI link
        ([cti.md](cti.md)). This is version 6 of the protocol. The tables below come from the same table in the code that parses, checks and
        answers the messages, and the examples are what the engine really sends: a test writes this page.

        ## Rules

        - Keys may come in any order. Integers are JSON integers, all else strings. The engine sends the types below exactly; it takes integers as
          strings of digits, and strings as integers. An empty string counts as no value.
        - A request carries the `GSW_APPLICATION_ID` that came with `EventLinkConnected` and with every notification. A request with another one is not
          answered. A user event with neither `GSW_APPLICATION_ID` nor `GSW_AGENT_REQ_TYPE` is left alone.
        - `GSW_REFERENCE_ID`, where the request has it, is returned in every answer, good or bad, as it came.
        - `GSW_CAMPAIGN_GROUP_NAME` outranks `GSW_CAMPAIGN_NAME`. A group must be loaded, and the agent must belong to it: otherwise 105, or 106 where
          no campaign of the agent is loaded.
        - Faults are looked for in this order: unknown or unsupported request (101), missing key (102), wrong type or value (103), no such group
          (105, 106), calling list that is none of the campaign's, or a wrong value of a user-defined field (103). What then depends on the record (109)
          is the group's answer. A group too busy to take the request answers 113: try again. `ReadyTime`, which names no campaign, is answered 104 where the
          agent has no loaded group.
        - `CampaignStatusRequest` is never answered with an error: the notifications are its answer, and where there are none it has none.
        - An error event carries `GSW_USER_EVENT` = `Error`, `GSW_ERROR`, `GSW_ERROR_NUMBER`, the request's `GSW_AGENT_REQ_TYPE`, and in
          `GSW_ERROR_DESCRIPTION` what was wrong.
        - Where the specification says two things, the engine takes either: `RequestRecordCancel` without a handle takes a customer id as well as a
          phone, and `GSW_TENANT_CCID` is an integer, or the string `undefined`; `GSW_TREATMENT` may be written with a blank after `RecordTreat`, as the table
          of reserved keys prints it; `PreviewRecordRequest` takes `GSW_CAMPAIGN_GROUP_NAME` and `DoNotCall` `GSW_DURATION`. `GSW_CALLBACK_TYPE` is required
          (102) also where the text speaks of leaving it out.

        ## At login and at change

        A login brings, for each group of the agent, `CampaignLoaded` when it is loaded, and `CampaignLoaded` and then `CampaignStarted` when it runs. Later
        changes bring `CampaignLoaded`, `CampaignStarted`, `CampaignStopped`, `CampaignUnloaded`, `CampaignModeChanged` and `CampaignGroupAssigned`.

        ## Records before their call

        In **Preview** an agent asks for a record (`PreviewRecordRequest`), in **Push Preview** the engine offers one to each agent who is ready; callbacks come
        as `ScheduledCall`. The agent dials with `RequestMakeCall` ([cti.md](cti.md)) or decides otherwise: `RecordReject`, `RequestRecordCancel`,
        `DoNotCall`, a callback. `RecordProcessed` ends the record, also after a call that nobody answered; until it comes the record may be dialled again.
        A pushed record of which the agent takes no notice for `push_preview_accept_timeout` is taken away with `RecordCancel`; the record goes to
        somebody else and the agent is not ready. A record on a desktop for `stale_clean_timeout` is Stale.

        A desktop rejects what it still has before its agent logs out. Preview records that are left at `RequestAgentLogout` are Updated, with the result of
        `agent_logout_preview_call_result` where that is set; callbacks that are left were promised to a customer and are due again after a minute. A desktop that is
        lost with its connection did not log out: its records are ready again as they were.

        A new number (`GSW_PHONE` in UpdateCallCompletionStats, RecordProcessed and ScheduledRecordReschedule) may be written as people write numbers and is stored as
        E.164; what is no number is 103. The record's own number, sent back as it came, is no change.

        ## Smart logout

        After `LogOut` no call is dialled for the agent any more. The answer (`LogOutTime`, on the wire `GSW_USER_EVENT` = `LogOut`) has the seconds until no call that was
        dialled before can come, 0 where there is none; `LogOutAcknowledge` comes as soon as that is so and the agent has no record. A `LogOut` meanwhile is answered
        with the time that is left. When it is over and a record is still on the desktop, a `LogOut` is answered 101 "Agent smartly logged out", as is every request for
        other work after a `LogOut`; what is about the record is carried out as ever. Logging in again ends it.

        `ChainedRecordRequest` brings the other records of the person, each with a handle of its own and each may be dialled, and `ChainedRecordsDataEnd`. It is
        carried out once a chain; further ones are ignored. A record that has no chain is answered 114. All records of the chain leave the desktop with the
        first that is processed, rejected or cancelled as a chain: those that were dialled or changed are finished with what was said about them, the
        others as that one's end says. Cancelling or do-not-call with `RecordOnly` ends that record alone.

        ## Records by number or customer

        `RequestRecordCancel` and `DoNotCall` without `GSW_RECORD_HANDLE` name a number (first) or a customer id. They are carried out in the lists of all loaded
        campaigns of the tenant, of a cancellation that names its campaign in that campaign's; in memory; and on desktops: others than the asking one
        hear `RecordCancel`, and a cancellation's acknowledgement says so in `GSW_MESSAGE`. The acknowledgement comes when the lists are final, whether or
        not a record was found. Numbers may be written as people write them.

        `AddRecord` without `GSW_CHAIN_ID` makes a new chain, with it the next record of the chain, with `GSW_CHAIN_N` above 0 that place of it (115 where it is
        taken). `GSW_RECORD_HANDLE` finds the campaign group before its name does, and its chain must be `GSW_CHAIN_ID` (103). `GSW_TZ_NAME` is an IANA name or
        a three-letter one; `GSW_DATE_TIME` is on that zone's clock. What is left out has the table's defaults, whatever the hours of the list.

        ## Data attached to calls

        `EventDialing`, `EventRinging`, `EventEstablished`, `EventHeld`, `EventRetrieved`, `EventReleased`, `EventAbandoned` and `EventAttachedDataChanged` carry
        the keys marked *calls* below, each where it has a value; times are Unix seconds. `GSW_TZ_*` is the zone that the customer's clock was read in. `GSW_STATE_CODE`
        and `GSW_POSTAL_CODE` are the list's own columns `region_code` and `postal_code`; `GSW_COUNTRY_CODE` its column `country_code`, else the number's. User-defined fields come under the key that their
        `send_attribute` names: INT as an integer; FLOAT, CHAR, VARCHAR and DATETIME as strings. What a desktop attaches (`RequestUpdateUserData`) is
        carried too; of the engine's own keys it may set `GSW_CALL_RESULT`, `GSW_PHONE`, `GSW_PHONE_TYPE`, `GSW_FROM` and `GSW_UNTIL`.

        """;

    [Fact]
    public void The_page_says_what_the_code_does()
    {
        var file = Path.Combine(Root(), "docs", "desktop-protocol.md");
        var page = Page();
        if (Environment.GetEnvironmentVariable("DIALER_REWRITE_DOCS") == "1")
        {
            File.WriteAllText(file, page);
        }

        Assert.True(File.Exists(file), "docs/desktop-protocol.md is missing: run this test with DIALER_REWRITE_DOCS=1");
        Assert.True(page == File.ReadAllText(file), "docs/desktop-protocol.md is stale: run this test with DIALER_REWRITE_DOCS=1");
    }

    private static string Page()
    {
        var page = new StringBuilder(Head);
        page.Append(Example("\nPerson and agent talk:", desk => desk.Edge.CallEvent(Desk.Agent, CallEventKind.Established, Desk.Group, Desk.NewCall())));
        page.Append("## Examples\n\n");
        page.Append(Exchange("RecordProcessed", Desk.RecordProcessed().Set("GSW_CALL_RESULT", 33).Set("customer_name", "Zoe").Set("GSW_REFERENCE_ID", 17), Answered(DesktopError.None)));
        page.Append(Exchange("RecordProcessed, sent a second time", Desk.RecordProcessed().Set("GSW_REFERENCE_ID", 18), Answered(DesktopError.RecordNotFound)));
        page.Append(Exchange("RecordProcessed without a calling list", Without("GSW_CALLING_LIST"), null));
        page.Append(Exchange("RecordProcessed with a wrong value", Desk.RecordProcessed().Set("GSW_CALL_RESULT", "good"), null));
        page.Append(Exchange("A request that there is not", Desk.RecordProcessed().Set("GSW_AGENT_REQ_TYPE", "RecordFinished"), null));
        foreach (var (title, request) in RecordRequestTests.Good())
        {
            page.Append(Exchange(title, request, Answered(DesktopError.None)));
        }

        page.Append(Exchange("ChainedRecordRequest", ReplyConformanceTests.Complete("ChainedRecordRequest"), Chain));
        page.Append(Exchange("RequestRecordCancel by number, of a record that another agent has", ByNumber("RequestRecordCancel"), Incomplete));
        page.Append(Example("### RecordCancel, as that agent's desktop hears it", desk => desk.Edge.RecordCanceled(Desk.Agent, Desk.Group, Desk.NewCall(), true)));
        page.Append(Exchange("DoNotCall by customer id", ByNumber("DoNotCall", "GSW_CUSTOMER_ID", "90210").Set("GSW_MESSAGE", "asked by letter"), null));
        page.Append(Exchange("AddRecord", ReplyConformanceTests.Complete("AddRecord").Set("customer_name", "Ann"), null));
        page.Append(Exchange("AddRecord at a place of its chain that is taken", ReplyConformanceTests.Complete("AddRecord").Set("GSW_CHAIN_ID", 500).Set("GSW_CHAIN_N", 1), Taken));
        page.Append(Exchange("ReadyTime", AgentSessionTests.ReadyTime(), Answered(DesktopError.None)));
        page.Append(Exchange("LogOut", AgentSessionTests.Session("LogOut"), LoggedOut));
        page.Append(Exchange("PreviewDialingModeStart", AgentSessionTests.Session("PreviewDialingModeStart"), Answered(DesktopError.None)));
        page.Append(Exchange("PreviewRecordRequest", AgentSessionTests.Session("PreviewRecordRequest"), Answered(DesktopError.None)));
        page.Append(Exchange("PreviewRecordRequest without a record at hand", AgentSessionTests.Session("PreviewRecordRequest"), Answered(DesktopError.NoRecordsAvailable)));
        page.Append(Exchange("PreviewDialingModeOver", AgentSessionTests.Session("PreviewDialingModeOver"), Answered(DesktopError.None)));
        page.Append("### ScheduledCall\n").Append(Example("", desk => desk.Edge.ScheduledCall(Desk.Agent, Desk.Group, Desk.NewCall())));
        page.Append(Exchange("RecordReschedule at a time that is none", RecordRequestTests.Reschedule().Set("GSW_DATE_TIME", "25/45/00"), null));
        page.Append(Exchange("RecordReschedule into the past", RecordRequestTests.Reschedule().Set("GSW_DATE_TIME", "05/31/2001 14:30"), Answered(DesktopError.InvalidTime)));
        page.Append(Exchange(
            "CampaignStatusRequest",
            new UserData().Set("GSW_AGENT_REQ_TYPE", "CampaignStatusRequest").Set("GSW_APPLICATION_ID", 101).Set("GSW_REFERENCE_ID", 19),
            null));
        page.Append("## Messages\n\n").Append(ProtocolPage.MessageIndex());
        page.Append("\nEvery answer may carry `GSW_REFERENCE_ID` beside the keys of its table.\n\n").Append(ProtocolPage.MessageSections());
        page.Append("## Keys\n\n").Append(ProtocolPage.KeyTable());
        page.Append("\n## Errors\n\n").Append(ProtocolPage.ErrorTable());
        page.Append("\nOther texts of 101: *").Append(DesktopErrors.PreviewDialingModeStartRequired).Append("*, *")
            .Append(DesktopErrors.NoAutoCampaign).Append("*, *").Append(DesktopErrors.AgentSmartlyLoggedOut).Append("*.\n");
        return page.ToString();
    }

    private static UserData Without(string key)
    {
        var data = new UserData();
        foreach (var pair in Desk.RecordProcessed().Pairs.Where(p => p.Key != key))
        {
            data.TrySet(pair.Key, pair.Value);
        }

        return data;
    }

    private static Action<Desk> Answered(DesktopError error) => desk =>
        desk.Edge.Reply(desk.Gateway.Posted[0].Request, error, Desk.Group, error == DesktopError.None ? Desk.NewCall() : null);

    private static void LoggedOut(Desk desk)
    {
        desk.Gateway.Posted[0].Request.LogoutSeconds = 18;
        desk.Edge.Reply(desk.Gateway.Posted[0].Request, DesktopError.None, Desk.Group, null);
        desk.Edge.LogOutPossible(Desk.Agent, Desk.Group);
    }

    private static UserData ByNumber(string request, string key = "GSW_PHONE", string value = "+12025550123") =>
        new UserData().Set("GSW_AGENT_REQ_TYPE", request).Set("GSW_APPLICATION_ID", 101).Set(key, value).Set("GSW_REFERENCE_ID", 31);

    private static void Incomplete(Desk desk) => desk.Lists.Next = new ListAnswer(DesktopError.None, "Incomplete processing: record(s) on desktop");

    private static void Taken(Desk desk) => desk.Lists.Next = new ListAnswer(DesktopError.RecordAlreadyExists);

    private static void Chain(Desk desk)
    {
        var request = desk.Gateway.Posted[0].Request;
        desk.Edge.ChainedRecord(request, Desk.Group, Desk.NewCall(43));
        desk.Edge.ChainEnd(request, Desk.Group, Desk.NewCall());
    }

    private static string Exchange(string title, UserData request, Action<Desk>? group)
    {
        var desk = new Desk();
        if (group is not null && (group == Incomplete || group == Taken))
        {
            group(desk);
            group = null;
        }

        desk.Requests.HandleUserEvent(Desk.Agent, request, null);
        group?.Invoke(desk);
        var text = new StringBuilder().Append("### ").Append(title).Append("\n\n```json\n").Append(Json("RequestDistributeUserEvent", request)).Append("\n```\n\n");
        return text.Append(Sent(desk)).ToString();
    }

    private static string Example(string title, Action<Desk> act)
    {
        var desk = new Desk();
        act(desk);
        return title + "\n\n" + Sent(desk);
    }

    private static string Sent(Desk desk) =>
        "```json\n" + string.Join("\n", desk.Channel.Sent.Select(s => Json("Event" + s.Event.Kind, s.Event.UserData!))) + "\n```\n\n";

    private static string Json(string message, UserData data) =>
        "{\"message\":\"" + message + "\",\"userData\":{\n  " + string.Join(",\n  ", data.Pairs.Select(p => $"\"{p.Key}\":{(p.Value is string ? $"\"{p.Value}\"" : p.Value)}")) + "}}";

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "DialerEngine.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
