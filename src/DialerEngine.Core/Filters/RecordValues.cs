using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Filters;

/// <summary>A record's columns in table order.</summary>
public sealed class RecordValues(CallRecord record) : IRecordValues
{
    public object? this[int column] => column switch
    {
        0 => record.Id.Value,
        1 => record.ContactInfo,
        2 => (long)record.PhoneType,
        3 => (long)record.RecordType,
        4 => (long)record.RecordStatus,
        5 => (long)record.CallResult,
        6 => (long)record.Attempts,
        7 => record.DialScheduledTime,
        8 => record.CallTime,
        9 => (long)record.DailyFrom,
        10 => (long)record.DailyTill,
        11 => (long)record.TimeZoneDbid,
        12 => (long)record.CampaignId,
        13 => record.AgentLoginId,
        14 => (long)record.ChainId,
        15 => (long)record.ChainN,
        16 => (long)record.GroupId,
        17 => (long)record.ApplicationId,
        18 => record.Treatments,
        19 => (long)record.MediaReference,
        20 => record.EmailSubject,
        21 => (long)record.EmailTemplateId,
        22 => (long)record.SwitchId,
        _ when column - ListColumn.MandatoryCount < record.UserFields.Length => record.UserFields[column - ListColumn.MandatoryCount],
        _ => null,
    };
}
