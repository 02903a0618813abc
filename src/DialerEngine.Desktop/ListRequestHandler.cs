using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Ports;
using DialerEngine.Desktop.Protocol;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop;

/// <summary>
/// Requests about records that are not (only) on the agent's desktop: RequestRecordCancel and DoNotCall by number or customer, AddRecord. They go to
/// storage and take their time, so they are answered later, each exactly once.
/// </summary>
internal sealed class ListRequestHandler(IAgentGateway gateway, DesktopEdge edge, IListRequests? lists, TimeProvider time)
{
    /// <summary>Columns of a new record that have a key of their own, beside the list's own fields (table AddRecord Attached Data).</summary>
    private static readonly (DesktopKey Key, string Column)[] Columns =
    [
        (K.PhoneType, "contact_info_type"), (K.RecordType, "record_type"), (K.RecordStatus, "record_status"), (K.CallResult, "call_result"),
        (K.Attempts, "attempt"), (K.From, "daily_from"), (K.Until, "daily_till"), (K.CallTime, "call_time"),
    ];

    /// <summary>True for a request that is answered here.</summary>
    public static bool Takes(DesktopMessage message, UserData data) => message.Kind switch
    {
        DesktopRequestKind.AddRecord => true,
        DesktopRequestKind.RequestRecordCancel or DesktopRequestKind.DoNotCall => !RequestValidator.HasValue(data, K.RecordHandle),
        _ => false,
    };

    /// <summary>Carries a request out that its row found well-formed.</summary>
    public void Handle(AgentId agent, DesktopMessage message, CampaignGroupDefinition group, UserData data, int? referenceId) =>
        _ = HandleAsync(agent, message, group, data, referenceId);

    private async Task HandleAsync(AgentId agent, DesktopMessage message, CampaignGroupDefinition group, UserData data, int? referenceId)
    {
        ListAnswer answer;
        try
        {
            answer = lists is null ? new ListAnswer(DesktopError.InvalidRequest, null, "calling lists cannot be changed here")
                : message.Kind == DesktopRequestKind.AddRecord ? await AddAsync(lists, agent, group, data).ConfigureAwait(false)
                : await lists.DisposeAsync(DisposalOf(agent, message, group, data)).ConfigureAwait(false);
        }
        catch (StorageFaultException away)
        {
            answer = new ListAnswer(DesktopError.DbError, null, away.Message);
        }
        catch (OperationCanceledException)
        {
            answer = new ListAnswer(DesktopError.DbError, null, "the engine is stopping");
        }

        edge.Answer(agent, referenceId, message, data, group, answer);
    }

    private static ListDisposal DisposalOf(AgentId agent, DesktopMessage message, CampaignGroupDefinition group, UserData data)
    {
        var doNotCall = message.Kind == DesktopRequestKind.DoNotCall;
        var phone = RequestReader.TextOf(data, K.Phone);
        return new ListDisposal
        {
            Kind = doNotCall ? DisposalKind.DoNotCall : DisposalKind.Cancel,
            Group = group,
            ThisCampaignOnly = !doNotCall && (RequestValidator.HasValue(data, K.CampaignGroupName) || RequestValidator.HasValue(data, K.CampaignName)),
            Agent = agent,
            Phone = phone,
            CustomerId = phone is null ? RequestReader.TextOf(data, K.CustomerId) : null,
            WholeChain = RequestReader.TextOf(data, K.ChainAttr) != "RecordOnly",
            Message = RequestReader.TextOf(data, K.Message),
            DurationSeconds = data.TryGetInteger(K.Duration.Name, out var seconds) ? (int)Math.Clamp(seconds, 0, int.MaxValue) : 0,
        };
    }

    private async Task<ListAnswer> AddAsync(IListRequests requests, AgentId agent, CampaignGroupDefinition group, UserData data)
    {
        if (group.Campaign.Lists.FirstOrDefault(l => l.List.Name == RequestReader.TextOf(data, K.CallingList))?.List is not { } list)
        {
            return Wrong(K.CallingList);
        }

        var chain = data.TryGetInteger(K.ChainId.Name, out var chainId) ? (int?)chainId : null;
        if (RequestValidator.HasValue(data, K.RecordHandle))
        {
            data.TryGetInteger(K.RecordHandle.Name, out var handle);
            if (gateway.TryLookUpAsync(group.Id, agent, (int)handle) is not { } asked)
            {
                return new ListAnswer(DesktopError.DbError, null, "the campaign group is busy: try again");
            }

            if (await asked.ConfigureAwait(false) is not { } record)
            {
                return new ListAnswer(DesktopError.RecordNotFound);
            }

            // Footnote b of the table: a chain that is not the record's is a wrong value.
            if (record.List.Id != list.Id || (chain is > 0 && chain != record.ChainId))
            {
                return Wrong(record.List.Id != list.Id ? K.CallingList : K.ChainId);
            }
        }

        return TryReadRecord(requests, agent, list, data, chain, out var added) is { } fault ? fault : InKeys(await requests.AddAsync(added!).ConfigureAwait(false));
    }

    /// <summary>A fault of a column is told by the key that the desktop gave it in.</summary>
    private static ListAnswer InKeys(in ListAnswer answer)
    {
        if (answer.Error == DesktopError.InvalidAttributeValue)
        {
            foreach (var (key, column) in Columns)
            {
                if (answer.Description?.StartsWith(column + " ", StringComparison.Ordinal) == true)
                {
                    return Wrong(key);
                }
            }
        }

        return answer;
    }

    private ListAnswer? TryReadRecord(IListRequests requests, AgentId agent, CallingListDefinition list, UserData data, int? chain, out NewRecord? record)
    {
        record = null;
        if (requests.StoredNumber(list, RequestReader.TextOf(data, K.Phone)!) is not { } phone)
        {
            return Wrong(K.Phone);
        }

        if (!requests.TryFindZone(list, RequestReader.TextOf(data, K.TzName)!, out var zoneColumn, out var zone))
        {
            return Wrong(K.TzName);
        }

        // The table has it as a string: one of digits.
        if (RequestValidator.HasValue(data, K.CallTime) && (!data.TryGetInteger(K.CallTime.Name, out var called) || called is < 0 or > uint.MaxValue))
        {
            return Wrong(K.CallTime);
        }

        var columns = new List<KeyValuePair<string, object?>> { zoneColumn };
        AddColumns(data, columns);

        // The table's default is 0: no time.
        if (RequestReader.TextOf(data, K.DateTime) is { } text && text != "0")
        {
            if (!RequestReader.TryReadTime(text, out var local))
            {
                return new ListAnswer(DesktopError.InvalidTimeFormat, null, K.DateTime.Name + " has a wrong value");
            }

            columns.Add(new("dial_sched_time", UnixSeconds(local, zone)));
        }

        AddAgent(agent, data, columns);
        if (RequestReader.AddOwnFields(list, data, columns) is { } wrong)
        {
            return new ListAnswer(DesktopError.InvalidAttributeValue, null, wrong + " has a wrong value");
        }

        record = new NewRecord
        {
            List = list.Id,
            Phone = phone,
            ChainId = chain,
            ChainN = data.TryGetInteger(K.ChainN.Name, out var place) ? (int)place : null,
            Columns = columns,
            Actor = "agent " + (edge.LoginIdOf(agent) ?? agent.ToString()),
            At = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return null;
    }

    /// <summary>What the desktop said, else the default of the message's table; a call time of 0 is none.</summary>
    private static void AddColumns(UserData data, List<KeyValuePair<string, object?>> columns)
    {
        foreach (var (key, column) in Columns)
        {
            var value = data.TryGetInteger(key.Name, out var number) ? number : AddRecordDefault(key);
            if (value is { } known && !(key == K.CallTime && known == 0))
            {
                columns.Add(new(column, known));
            }
        }
    }

    private static long? AddRecordDefault(DesktopKey key)
    {
        foreach (var row in DesktopMessages.Get("AddRecord").Keys)
        {
            if (row.Key == key)
            {
                return row.Default as long?;
            }
        }

        return null;
    }

    /// <summary>GSW_AGENT_ID (0 where left out: nobody); a personal record without one is the asking agent's.</summary>
    private void AddAgent(AgentId agent, UserData data, List<KeyValuePair<string, object?>> columns)
    {
        var given = RequestReader.TextOf(data, K.AgentId) is { } text && text != "0" ? text : null;
        var isPersonal = data.TryGetInteger(K.RecordType.Name, out var type) && (RecordType)type is RecordType.PersonalRescheduled or RecordType.PersonalCallBack;
        if ((given ?? (isPersonal ? edge.LoginIdOf(agent) : null)) is { } owner)
        {
            columns.Add(new("agent_id", owner));
        }
    }

    /// <summary>An hour that does not exist is the one after it; of one that exists twice the first is meant.</summary>
    private static long UnixSeconds(DateTime local, TimeZoneInfo zone)
    {
        var there = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        var offset = zone.IsAmbiguousTime(there) ? zone.GetAmbiguousTimeOffsets(there).Max() : zone.GetUtcOffset(there);
        return Math.Max(0, new DateTimeOffset(DateTime.SpecifyKind(there, DateTimeKind.Unspecified), offset).ToUnixTimeSeconds());
    }

    private static ListAnswer Wrong(DesktopKey key) =>
        new(DesktopError.InvalidAttributeValue, null, string.Create(CultureInfo.InvariantCulture, $"{key.Name} has a wrong value"));
}
