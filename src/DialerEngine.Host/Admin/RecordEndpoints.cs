using System.Globalization;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Configuration;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Admin;

/// <summary>Records that are not to be dialled any more (CM_ReqCancelRecord): GSW_PHONE or GSW_CUSTOMER_ID, GSW_CHAIN_ATTR.</summary>
/// <param name="Phone">The number; it goes before the customer.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="Chain">AllChain (where left out) or RecordOnly.</param>
/// <param name="Tenant">Name of the tenant; may be left out where there is one only.</param>
/// <param name="Campaign">Name of a campaign or campaign group; all loaded ones of the tenant where left out.</param>
/// <param name="Country">ISO 3166 letters for numbers without country code; US where left out.</param>
internal sealed record RecordCancelRequest(string? Phone, string? CustomerId, string? Chain, string? Tenant, string? Campaign, string? Country);

/// <summary>What was cancelled (CM_EvRecordCanceled).</summary>
/// <param name="Phone">The number in E.164 form.</param>
/// <param name="CustomerId">The customer; absent where a number was given.</param>
/// <param name="Chain">AllChain or RecordOnly.</param>
/// <param name="InMemory">Records taken out of groups' memory: buffers and calls without an agent.</param>
/// <param name="InLists">Records that waited in their lists.</param>
/// <param name="OnDesktops">Records that agents have; they are Canceled when their agents are done with them.</param>
/// <param name="Lists">The lists searched.</param>
/// <param name="Complete">False: there are more records; ask again.</param>
/// <param name="Message">GSW_MESSAGE; absent where nothing is left to be said.</param>
/// <param name="ReferenceId">GSW_REFERENCE_ID of the request.</param>
internal sealed record RecordCancelView(
    string? Phone, string? CustomerId, string Chain, int InMemory, int InLists, int OnDesktops, IReadOnlyList<string> Lists, bool Complete, string? Message, long? ReferenceId);

/// <summary>A new record (AddRecord). Further keys are the list's own columns, by column name or <c>send_attribute</c>.</summary>
/// <param name="List">GSW_CALLING_LIST.</param>
/// <param name="Phone">GSW_PHONE.</param>
/// <param name="PhoneType">GSW_PHONE_TYPE; 2 (direct business phone) where left out.</param>
/// <param name="RecordType">GSW_RECORD_TYPE, 2 to 6; 2 (General) where left out; in an existing chain that of the chain.</param>
/// <param name="RecordStatus">GSW_RECORD_STATUS; 1 (Ready) where left out.</param>
/// <param name="CallResult">GSW_CALL_RESULT; 28 (unknown) where left out.</param>
/// <param name="Attempts">GSW_ATTEMPTS; 0 where left out.</param>
/// <param name="From">GSW_FROM, seconds from midnight; 28,800 where left out and the list says nothing else.</param>
/// <param name="Until">GSW_UNTIL, seconds from midnight; 64,800 where left out and the list says nothing else.</param>
/// <param name="TzName">GSW_TZ_NAME: IANA name or three-letter abbreviation.</param>
/// <param name="DateTime">GSW_DATE_TIME: MM/DD/YYYY HH:MM on the customer's clock, or Unix seconds.</param>
/// <param name="CallTime">GSW_CALL_TIME, Unix seconds.</param>
/// <param name="AgentId">GSW_AGENT_ID: login id of the agent of a personal callback.</param>
/// <param name="ChainId">GSW_CHAIN_ID of an existing chain; a new chain where left out.</param>
/// <param name="ChainN">GSW_CHAIN_N; the next place of the chain where left out or 0.</param>
/// <param name="CampaignGroup">GSW_CAMPAIGN_GROUP_NAME or GSW_CAMPAIGN_NAME: must be loaded and have the list.</param>
/// <param name="Country">ISO 3166 letters for numbers without country code; the list's where left out.</param>
internal sealed record NewRecordRequest(
    string? List, string? Phone, int? PhoneType, int? RecordType, int? RecordStatus, int? CallResult, int? Attempts, int? From, int? Until, string? TzName, string? DateTime,
    long? CallTime, string? AgentId, int? ChainId, int? ChainN, string? CampaignGroup, string? Country);

/// <summary>The record that was added.</summary>
/// <param name="Id">LIST:NUMBER, as the record's history is asked for.</param>
/// <param name="List">The list.</param>
/// <param name="RecordId">The record's number in it.</param>
/// <param name="ChainId">Its chain.</param>
/// <param name="ChainN">Its place in the chain.</param>
/// <param name="Phone">Its number in E.164 form.</param>
/// <param name="ReferenceId">GSW_REFERENCE_ID of the request.</param>
internal sealed record NewRecordView(string Id, string List, long RecordId, int ChainId, int ChainN, string Phone, long? ReferenceId);

/// <summary>The addresses <c>/api/v1/record-cancel</c> and <c>/api/v1/records</c>.</summary>
internal sealed class RecordEndpoints(RecordAccess records, TimeProvider time)
{
    private static readonly (string Field, string Key, string Column)[] Columns =
    [
        ("phoneType", "GSW_PHONE_TYPE", "contact_info_type"), ("recordType", "GSW_RECORD_TYPE", "record_type"), ("recordStatus", "GSW_RECORD_STATUS", "record_status"),
        ("callResult", "GSW_CALL_RESULT", "call_result"), ("attempts", "GSW_ATTEMPTS", "attempt"), ("from", "GSW_FROM", "daily_from"), ("until", "GSW_UNTIL", "daily_till"),
        ("callTime", "GSW_CALL_TIME", "call_time"),
    ];

    private static readonly string[] DateForms = ["MM/dd/yyyy HH:mm", "MM/dd/yy HH:mm", "M/d/yyyy H:mm", "M/d/yy H:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    public static void Map(WebApplication app, RecordAccess records, TimeProvider time)
    {
        var endpoints = new RecordEndpoints(records, time);
        app.MapPost("/api/v1/record-cancel", endpoints.CancelAsync).Accepts<RecordCancelRequest>("application/json").WithTags("Records").WithName("cancelRecords")
            .WithSummary("Cancels the records of a number or a customer in the lists of loaded campaigns, in memory and on desktops. Keys may be GSW_... too.")
            .Produces<RecordCancelView>().Produces<ProblemView>(400, Problems.MediaType).Produces<ProblemView>(409, Problems.MediaType)
            .Produces<ProblemView>(503, Problems.MediaType);
        app.MapPost("/api/v1/records", endpoints.AddAsync).Accepts<NewRecordRequest>("application/json").WithTags("Records").WithName("addRecord")
            .WithSummary("Adds a record to a calling list, in a new chain or in an existing one. Keys may be GSW_... too.")
            .Produces<NewRecordView>(201).Produces<ProblemView>(400, Problems.MediaType).Produces<ProblemView>(404, Problems.MediaType)
            .Produces<ProblemView>(409, Problems.MediaType).Produces<ProblemView>(503, Problems.MediaType);
    }

    private async Task<IResult> CancelAsync(HttpRequest http, CancellationToken cancel)
    {
        if (await TolerantBody.ReadAsync(http, cancel) is not { } body)
        {
            return TolerantBody.Unreadable();
        }

        var wholeChain = body.WholeChain();
        var customer = body.Text("customerId", "GSW_CUSTOMER_ID");
        var phone = ReadPhone(body, null);
        var reference = body.Integer(int.MinValue, uint.MaxValue, "referenceId", "GSW_REFERENCE_ID");
        var tenant = ReadTenant(body);
        var campaign = body.Text("campaign", "GSW_CAMPAIGN_GROUP_NAME", "GSW_CAMPAIGN_NAME");
        if (phone is null && customer is null)
        {
            body.Refuse("phone", null, "or customerId must be given");
        }

        RefuseUnknown(body);
        if (body.Fault is { } fault)
        {
            return fault;
        }

        try
        {
            var answer = await records.Requests.DisposeAsync(
                new DisposalRequest
                {
                    Kind = DisposalKind.Cancel,
                    Tenant = tenant!,
                    Campaign = campaign,
                    Phone = phone,
                    CustomerId = customer,
                    WholeChain = wholeChain,
                    Actor = RecordAccess.Actor,
                },
                cancel);
            return answer.Outcome switch
            {
                DisposalOutcome.NothingLoaded => Problems.Result(409, ProblemCode.NothingLoaded, "no campaign that is meant is loaded: records are cancelled in the lists of loaded campaigns"),
                DisposalOutcome.TryAgain => Problems.Result(503, ProblemCode.NotReady, "not all records could be cancelled now; ask again"),
                _ => Results.Json(
                    new RecordCancelView(
                        phone, phone is null ? customer : null, wholeChain ? "AllChain" : "RecordOnly", answer.InMemory, answer.InLists, answer.OnDesktops, answer.Lists, answer.IsComplete,
                        answer.Message, reference),
                    AdminJson.Default.RecordCancelView),
            };
        }
        catch (StorageFaultException away)
        {
            return Problems.Result(503, ProblemCode.NotReady, away.Message);
        }
    }

    private async Task<IResult> AddAsync(HttpRequest http, CancellationToken cancel)
    {
        if (await TolerantBody.ReadAsync(http, cancel) is not { } body)
        {
            return TolerantBody.Unreadable();
        }

        if (body.Text("list", "GSW_CALLING_LIST") is not { } name)
        {
            return Problems.Field("list", null, "must be given");
        }

        if (records.FindList(name) is not { } list)
        {
            return Problems.Result(404, ProblemCode.NotFound, $"there is no calling list of this name{DidYouMean.Ask(ConfigurationNode.Shorten(name), records.ListNames)}");
        }

        var group = body.Text("campaignGroup", "GSW_CAMPAIGN_GROUP_NAME", "campaign", "GSW_CAMPAIGN_NAME");
        var phone = ReadPhone(body, list);
        if (phone is null)
        {
            body.Refuse("phone", null, "must be given");
        }

        var record = ReadRecord(body, list, phone ?? "");
        var reference = body.Integer(int.MinValue, uint.MaxValue, "referenceId", "GSW_REFERENCE_ID");
        if (body.Fault is { } fault)
        {
            return fault;
        }

        if (group is not null && records.Requests.FindLoadedList(group, name) is null)
        {
            return Problems.Result(409, ProblemCode.NothingLoaded, $"{ConfigurationNode.Shorten(group)} is not loaded, or does not have the calling list {list.Name}");
        }

        try
        {
            return Answer(records.Requests.Add(record), list, record, reference);
        }
        catch (StorageFaultException away)
        {
            return Problems.Result(503, ProblemCode.NotReady, away.Message);
        }
    }

    private static IResult Answer(AddedRecord added, CallingListDefinition list, NewRecord record, long? reference) => added.Outcome switch
    {
        AddRecordOutcome.Added => Results.Json(
            new NewRecordView($"{list.Name}:{added.Record}", list.Name, added.Record.Value, added.ChainId, added.ChainN, record.Phone, reference), AdminJson.Default.NewRecordView, statusCode: 201),
        AddRecordOutcome.ChainPlaceTaken => Problems.Result(409, ProblemCode.ChainPlaceTaken, $"chain {record.ChainId} of {list.Name} has a record number {record.ChainN} already (115)"),
        AddRecordOutcome.NoSuchChain => Problems.Field(
            "chainId", record.ChainId?.ToString(CultureInfo.InvariantCulture), $"must be a chain of {list.Name}; leave it out for a new chain, or give chainN for its first record"),
        AddRecordOutcome.Full => Problems.Result(409, ProblemCode.CommandRefused, $"{list.Name} has no number left for another chain"),
        AddRecordOutcome.UnknownColumn => Problems.Field(added.Column ?? "record", null, $"is no column of {list.Name} that a new record may bring"),
        _ => Problems.Field(FieldOf(added.Column), ValueOf(record, added.Column), RuleOf(added.Column)),
    };

    private static string FieldOf(string? column) => Columns.FirstOrDefault(c => c.Column == column).Field ?? column ?? "record";

    private static string? ValueOf(NewRecord record, string? column) =>
        Convert.ToString(record.Columns.FirstOrDefault(c => c.Key == column).Value, CultureInfo.InvariantCulture);

    private static string RuleOf(string? column) => column switch
    {
        "record_type" => "must be 2 (General), 3, 4 (Rescheduled), 5 or 6 (CallBack)",
        "record_status" => "must be a status of the enumeration table, and not 2 (Retrieved)",
        "contact_info_type" => "must be 0 to 11",
        "daily_from" or "daily_till" => "must be seconds from midnight, 0 to 86400",
        _ => "has a value that its column cannot hold",
    };

    private NewRecord ReadRecord(TolerantBody body, CallingListDefinition list, string phone)
    {
        var columns = new List<KeyValuePair<string, object?>>();
        foreach (var (field, key, column) in Columns)
        {
            if (body.Integer(0, uint.MaxValue, field, key) is { } number)
            {
                columns.Add(new(column, number));
            }
        }

        if (body.Text("agentId", "GSW_AGENT_ID") is { } agent)
        {
            columns.Add(new("agent_id", agent));
        }

        var zone = TimeZoneInfo.Utc;
        if (body.Text("tzName", "GSW_TZ_NAME") is { } zoneName)
        {
            if (records.TryFindZone(list, zoneName, out var column, out zone))
            {
                columns.Add(column);
            }
            else
            {
                body.Refuse("tzName", zoneName, "must be an IANA name such as America/New_York, or a three-letter name such as EST");
            }
        }

        if (body.Text("dateTime", "GSW_DATE_TIME") is { } when && when != "0")
        {
            columns.Add(new("dial_sched_time", ReadTime(body, when, zone ?? TimeZoneInfo.Utc)));
        }

        var chain = (int?)body.Integer(0, int.MaxValue, "chainId", "GSW_CHAIN_ID");
        var place = (int?)body.Integer(0, int.MaxValue, "chainN", "GSW_CHAIN_N");
        body.Integer(int.MinValue, uint.MaxValue, "referenceId", "GSW_REFERENCE_ID");
        AddOwn(body, list, columns);
        return new NewRecord
        {
            List = list.Id,
            Phone = phone,
            ChainId = chain,
            ChainN = place,
            Columns = columns,
            Actor = RecordAccess.Actor,
            At = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }

    /// <summary>The list's own columns, by name or by the key under which they are attached; keys of the protocol that say nothing about a record are left alone.</summary>
    private static void AddOwn(TolerantBody body, CallingListDefinition list, List<KeyValuePair<string, object?>> columns)
    {
        foreach (var (key, value) in body.Others.ToList())
        {
            var field = list.UserFields.FirstOrDefault(f => string.Equals(f.SendAttribute, key, StringComparison.Ordinal))
                ?? list.UserFields.FirstOrDefault(f => string.Equals(f.Name, key, StringComparison.OrdinalIgnoreCase));
            if (field is not null)
            {
                var isEmpty = value.ValueKind == JsonValueKind.Null || (field.Type is UserFieldType.Int or UserFieldType.Float && value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0);
                if (!isEmpty && columns.TrueForAll(c => c.Key != field.Name))
                {
                    columns.Add(new(field.Name, value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()));
                }
            }
            else if (!key.StartsWith("GSW_", StringComparison.OrdinalIgnoreCase))
            {
                body.Refuse(key, value.ToString(), $"is no field of a record and no column of {list.Name}");
            }
        }
    }

    private static long ReadTime(TolerantBody body, string text, TimeZoneInfo zone)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unix) && unix <= uint.MaxValue)
        {
            return unix;
        }

        if (DateTime.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            // An hour that does not exist is the one after it; of one that exists twice the first is meant.
            var there = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
            var offset = zone.IsAmbiguousTime(there) ? zone.GetAmbiguousTimeOffsets(there).Max() : zone.GetUtcOffset(there);
            return Math.Max(0, new DateTimeOffset(there, offset).ToUnixTimeSeconds());
        }

        body.Refuse("dateTime", text, "must be MM/DD/YYYY HH:MM on the customer's clock, or Unix seconds");
        return 0;
    }

    /// <summary>The number as lists store it: E.164 where it can be read as a number, else as it is (addresses, extensions).</summary>
    private static string? ReadPhone(TolerantBody body, CallingListDefinition? list)
    {
        var country = body.Text("country") ?? list?.DefaultCountry ?? "US";
        if (body.Text("phone", "GSW_PHONE") is not { } text)
        {
            return null;
        }

        if (text.Length > 128)
        {
            body.Refuse("phone", text, "must have at most 128 characters");
            return text;
        }

        if (DoNotCallEndpoints.TryReadNumber(text, country, out var e164) is not { } why)
        {
            return e164;
        }

        if (!text.Contains('@', StringComparison.Ordinal))
        {
            body.Refuse("phone", text, why.StartsWith("phone ", StringComparison.Ordinal) ? why["phone ".Length..] : why);
        }

        return text;
    }

    private string? ReadTenant(TolerantBody body)
    {
        var tenant = body.Text("tenant", "GSW_TENANT_NAME");
        if (tenant is null && records.Tenants.Count == 1)
        {
            return records.Tenants[0];
        }

        if (tenant is null || !records.Tenants.Contains(tenant))
        {
            body.Refuse("tenant", tenant, $"must be one of {string.Join(", ", records.Tenants)}");
        }

        return tenant;
    }

    private static void RefuseUnknown(TolerantBody body)
    {
        foreach (var (key, value) in body.Others)
        {
            if (!key.StartsWith("GSW_", StringComparison.OrdinalIgnoreCase))
            {
                body.Refuse(key, value.ToString(), "is no field of this request");
            }
        }
    }
}
