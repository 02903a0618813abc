using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Desktop.Protocol;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop;

/// <summary>
/// Data attached to the events of a call: the tables Default Record Information and Reserved Keys, user-defined fields by
/// <c>send_attribute</c> (integers as integers, all else as strings), and what the desktop attached itself. A key without a value is
/// left out. Times are Unix seconds.
/// </summary>
public static class AttachedData
{
    /// <summary>Keys of the record that a desktop may set on its call: its value is shown instead of the record's.</summary>
    private static readonly string[] ModifiableKeys = [.. K.All.Where(k => k.Sources.HasFlag(KeySource.ModifiableFields)).Select(k => k.Name)];

    /// <summary>Keys of the protocol that calls carry, each where it has a value.</summary>
    public static IReadOnlySet<DesktopKey> Keys { get; } = new HashSet<DesktopKey>
    {
        K.ApplicationId, K.CampaignName, K.CampaignDescription, K.CampaignGroupName, K.CampaignGroupDescription, K.CampaignGroupGuid,
        K.CampaignGroupDbid, K.TenantName, K.TenantCcid, K.InteractionType, K.InteractionSubtype, K.OptimizeBy, K.OptimizeGoal, K.ScriptId,
        K.CpnDigits, K.CpnDigitsSet, K.RecordHandle, K.CallingList, K.CallAttemptGuid, K.HistSequenceNum, K.StartProcessing, K.Dialing, K.CpdCompleted,
        K.AgentAnswered, K.Abandoned, K.Released, K.AgentReleased, K.AcwCompleted, K.CompleteProcessing, K.AgentId, K.Attempts, K.CallResult,
        K.ChainId, K.ChainN, K.From, K.Until, K.Phone, K.PhoneType, K.RecordStatus, K.RecordType, K.ContactMediaType, K.CallTime,
        K.ScheduledTime, K.SwitchDbid, K.AsmOverdial, K.AssuredHandle, K.CallResultFeedback,
    }.Concat(ContactData.Keys).ToHashSet();

    /// <summary>The data of a call.</summary>
    /// <param name="group">The campaign group that dials.</param>
    /// <param name="call">The call; read only during this method.</param>
    /// <param name="agentLoginId">Login id of the agent who has the call; null where there is none.</param>
    public static UserData Of(CampaignGroupDefinition group, CallSession call, string? agentLoginId)
    {
        var data = new UserData();
        AddGroup(data, group, call.List, call.Record?.SwitchId ?? 0);
        SetText(data, K.CpnDigits, call.CallerId.Digits ?? group.Campaign.CpnDigits);
        SetText(data, K.CpnDigitsSet, call.CallerId.Set);
        AddAttempt(data, call, agentLoginId);
        if (call.Overdialled)
        {
            data.Set(K.AsmOverdial.Name, 1);
        }

        if (call.IsTestCall)
        {
            data.Set(K.CallResultFeedback.Name, 1);
        }

        if (call.Record is { } record)
        {
            AddRecord(data, record, call);
            ContactData.Add(data, record, call);
            AddUserFields(data, record, call.List);
        }

        if (call.AttachedData is { } attached)
        {
            AddDesktopData(data, attached);
        }

        return data;
    }

    /// <summary>Media type that belongs to a phone type (table Media Type Business Attribute); null where the table has none.</summary>
    public static string? MediaTypeOf(PhoneType phoneType) => phoneType switch
    {
        PhoneType.NoContactType => "any",
        PhoneType.HomePhone or PhoneType.DirectBusinessPhone or PhoneType.BusinessWithExt or PhoneType.Mobile
            or PhoneType.VacationPhone or PhoneType.VoiceMail => "voice",
        PhoneType.EmailAddress => "email",
        PhoneType.InstantMessaging => "instant message",
        _ => null,
    };

    private static void AddGroup(UserData data, CampaignGroupDefinition group, CallingListDefinition? list, int switchOfRecord)
    {
        data.Set(K.ApplicationId.Name, group.ApplicationId)
            .Set(K.CampaignName.Name, group.Campaign.Name)
            .Set(K.CampaignDescription.Name, group.Campaign.Description)
            .Set(K.CampaignGroupName.Name, group.Name)
            .Set(K.CampaignGroupDescription.Name, group.Description)
            .Set(K.CampaignGroupGuid.Name, group.Guid.ToString("D"))
            .Set(K.CampaignGroupDbid.Name, group.Id.ToString())
            .Set(K.TenantName.Name, group.TenantName)
            .Set(K.InteractionType.Name, "Outbound")
            .Set(K.InteractionSubtype.Name, "OutboundNew");
        SetNumber(data, K.SwitchDbid, switchOfRecord > 0 ? switchOfRecord : group.SwitchDbid);

        // The table says Integer, and the string undefined where the tenant has none.
        if (long.TryParse(group.TenantCcid, NumberStyles.None, CultureInfo.InvariantCulture, out var ccid))
        {
            data.Set(K.TenantCcid.Name, ccid);
        }
        else
        {
            data.Set(K.TenantCcid.Name, group.TenantCcid);
        }

        if (group.DialMode is DialMode.Predict or DialMode.PredictAndSeize or DialMode.PredictGVP && group.OptimizeBy != OptimizeBy.NoOptimizationMethod)
        {
            data.Set(K.OptimizeBy.Name, (long)group.OptimizeBy).Set(K.OptimizeGoal.Name, group.OptimizeGoal);
        }

        // The script of the calling list outranks the campaign's, that of the campaign the group's.
        SetNumber(data, K.ScriptId, list is { ScriptId: not 0 } ? list.ScriptId : group.Campaign.ScriptId != 0 ? group.Campaign.ScriptId : group.ScriptId);
    }

    private static void AddAttempt(UserData data, CallSession call, string? agentLoginId)
    {
        SetNumber(data, call.IsEngagingCall ? K.AssuredHandle : K.RecordHandle, call.RecordHandle);
        SetText(data, K.CallingList, call.List?.Name);
        if (call.Attempt != default)
        {
            // Until the attempt is complete, its next report is the first one.
            data.Set(K.CallAttemptGuid.Name, call.Attempt.ToString())
                .Set(K.HistSequenceNum.Name, call.Times.CompleteProcessing == 0 ? 0L : 1L);
        }

        SetTime(data, K.StartProcessing, call.Times.StartProcessing);
        SetTime(data, K.Dialing, call.Times.Dialing);
        SetTime(data, K.CpdCompleted, call.Times.CpdCompleted);
        SetTime(data, K.AgentAnswered, call.Times.AgentAnswered);
        SetTime(data, K.Abandoned, call.Times.Abandoned);
        SetTime(data, K.Released, call.Times.Released);
        SetTime(data, K.AgentReleased, call.Times.AgentReleased);
        SetTime(data, K.AcwCompleted, call.Times.AcwCompleted);
        SetTime(data, K.CompleteProcessing, call.Times.CompleteProcessing);
        SetText(data, K.AgentId, agentLoginId ?? call.Record?.AgentLoginId);
    }

    private static void AddRecord(UserData data, CallRecord record, CallSession call)
    {
        // The result of this call as soon as there is one; before that the one saved from the last call.
        var result = call.Result == CallResult.Unknown ? record.CallResult : call.Result;
        data.Set(K.Attempts.Name, record.Attempts)
            .Set(K.CallResult.Name, (long)result)
            .Set(K.ChainId.Name, record.ChainId)
            .Set(K.ChainN.Name, record.ChainN)
            .Set(K.From.Name, record.DailyFrom)
            .Set(K.Until.Name, record.DailyTill)
            .Set(K.Phone.Name, record.ContactInfo)
            .Set(K.PhoneType.Name, (long)record.PhoneType)
            .Set(K.RecordStatus.Name, (long)record.RecordStatus)
            .Set(K.RecordType.Name, (long)record.RecordType);
        SetText(data, K.ContactMediaType, MediaTypeOf(record.PhoneType));
        SetNumber(data, K.CallTime, record.CallTime);
        SetNumber(data, K.ScheduledTime, record.DialScheduledTime);
    }

    /// <summary>Table Custom Data Formats: INT is sent as an integer, FLOAT, CHAR, VARCHAR and DATETIME as strings.</summary>
    private static void AddUserFields(UserData data, CallRecord record, CallingListDefinition? list)
    {
        if (list is null)
        {
            return;
        }

        var count = Math.Min(list.UserFields.Count, record.UserFields.Length);
        for (var i = 0; i < count; i++)
        {
            var field = list.UserFields[i];
            if (field.SendAttribute is not { } key || K.IsReserved(key) || record.UserFields[i] is not { } value)
            {
                continue;
            }

            object sent = value is long number && field.Type == UserFieldType.Int
                ? number
                : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            _ = data.TrySet(key, sent);
        }
    }

    private static void AddDesktopData(UserData data, UserData attached)
    {
        foreach (var pair in attached.Pairs)
        {
            if (!data.Contains(pair.Key) || Array.IndexOf(ModifiableKeys, pair.Key) >= 0 || !K.IsReserved(pair.Key))
            {
                _ = data.TrySet(pair.Key, pair.Value);
            }
        }
    }

    private static void SetTime(UserData data, DesktopKey key, long unixMs)
    {
        if (unixMs > 0)
        {
            data.Set(key.Name, unixMs / 1_000);
        }
    }

    private static void SetNumber(UserData data, DesktopKey key, long value)
    {
        if (value > 0)
        {
            data.Set(key.Name, value);
        }
    }

    private static void SetText(UserData data, DesktopKey key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            data.Set(key.Name, value);
        }
    }
}
