using DialerEngine.Core.Desktop;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop.Protocol;

/// <summary>Messages about a record: updates, results, rescheduling, chains.</summary>
public static partial class DesktopMessages
{
    private static DesktopMessage[] Common() =>
    [
        Request(
            "UpdateCallCompletionStats",
            "Common",
            "UpdateCallCompletionStats Attached Data",
            "Changes the record's fields; the record stays on the desktop.",
            [
                May(K.CallResult), May(K.From), May(K.Until), May(K.Phone), May(K.PhoneType), Must(K.RecordHandle), Must(K.ApplicationId),
                May(K.CampaignGroupName), Must(K.CampaignName), May(K.ReferenceId),
            ],
            "UpdateCallCompletionStatsAcknowledge",
            General(DesktopError.RecordNotFound, DesktopError.DbError),
            DesktopRequestKind.UpdateCallCompletionStats,
            custom: true),
        Event(
            "UpdateCallCompletionStatsAcknowledge",
            "Common",
            "UpdateCallCompletionAcknowledge Attached Data",
            "The fields have been taken.",
            [Must(K.ApplicationId), Must(K.CallingList), Must(K.CampaignName), Must(K.RecordHandle)],
            supported: true),
        Request(
            "ReadyTime",
            "Common",
            "ReadyTime Attached Data",
            "The agent's estimate of the seconds until it is ready; small groups in predictive mode only.",
            [Must(K.ReadyTime), Must(K.ApplicationId), Must(K.RecordHandle), May(K.ReferenceId)],
            "ReadyTimeAcknowledge",
            [
                DesktopError.InvalidRequest, DesktopError.AttributeNotFound, DesktopError.InvalidAttributeValue, DesktopError.AgentNotFound,
                DesktopError.NoCallFoundForTheRecordHandle, DesktopError.DuplicateRequest,
            ],
            DesktopRequestKind.ReadyTime),
        Event(
            "ReadyTimeAcknowledge",
            "Common",
            "ReadyTimeAcknowledge Attributes",
            "The estimate has been taken.",
            [Must(K.ApplicationId), Must(K.RecordHandle)],
            supported: true),
        Request(
            "RecordProcessed",
            "Common",
            "RecordProcessed Attached Data",
            "The agent is done with the record: result and changed fields are final.",
            [
                Must(K.ApplicationId), May(K.CallResult), Must(K.CallingList), May(K.CampaignGroupName), Must(K.CampaignName), May(K.From),
                May(K.Until), May(K.Phone), May(K.PhoneType), Must(K.RecordHandle), May(K.ReferenceId), May(K.Treatment),
            ],
            "RecordProcessedAcknowledge",
            General(DesktopError.RecordNotFound, DesktopError.DbError),
            DesktopRequestKind.RecordProcessed,
            custom: true),
        Event(
            "RecordProcessedAcknowledge",
            "Common",
            "RecordProcessedAcknowledge Attached Data",
            "The record has been processed.",
            [Must(K.ApplicationId), Must(K.CallingList), Must(K.CampaignName), Must(K.RecordHandle)],
            supported: true),
        Request(
            "RecordReject",
            "Common",
            "RecordReject Attached Data",
            "The agent will not dial this record; another one may.",
            [
                Must(K.ApplicationId), Must(K.CallingList), May(K.CampaignGroupName), Must(K.CampaignName), Must(K.RecordHandle),
                May(K.ReferenceId),
            ],
            "RecordRejectAcknowledge",
            General(DesktopError.RecordNotFound, DesktopError.DbError),
            DesktopRequestKind.RecordReject),
        Event(
            "RecordRejectAcknowledge",
            "Common",
            "RecordRejectAcknowledge Attached Data",
            "The record has gone back to its list.",
            [Must(K.ApplicationId), Must(K.CallingList), Must(K.CampaignName), Must(K.RecordHandle)],
            supported: true),
    ];

    private static DesktopMessage[] Reschedule() =>
    [
        Request(
            "RecordReschedule",
            "Common",
            "RecordReschedule Attached Data",
            "Asks for a callback; takes effect with RecordProcessed.",
            [
                Must(K.ApplicationId), Must(K.CallbackType), May(K.CampaignGroupName), Must(K.CampaignName), Must(K.DateTime),
                Must(K.RecordHandle), May(K.ReferenceId),
            ],
            "RecordRescheduleAcknowledge",
            General(DesktopError.RecordNotFound, DesktopError.InvalidTime, DesktopError.InvalidTimeFormat, DesktopError.ScheduledRecordNotFound),
            DesktopRequestKind.RecordReschedule),
        Event(
            "RecordRescheduleAcknowledge",
            "Common",
            "RecordRescheduleAcknowledge Attached Data",
            "The callback has been noted.",
            [
                Must(K.ApplicationId), Must(K.CallbackType), Must(K.CallingList), Must(K.CampaignName), Must(K.DateTime), Must(K.RecordHandle),
            ],
            supported: true),
        Event(
            "ScheduledCall",
            "Common",
            "ScheduledCall Attached Data",
            "A scheduled call is to be made now.",
            [
                Must(K.ApplicationId), May(K.Attempts), Must(K.CallResult), Must(K.CallTime, KeyType.String), Must(K.CallbackType),
                Must(K.CallingList), Must(K.CampaignName), Must(K.ChainId), Must(K.DateTime), May(K.From), Must(K.Phone), May(K.PhoneType),
                Must(K.RecordHandle), May(K.TzOffset), May(K.Until),
            ],
            supported: true,
            custom: true),
        Request(
            "ScheduledRecordReschedule",
            "Common",
            "ScheduledRecordReschedule Attached Data",
            "Sets a scheduled call for another time.",
            [
                Must(K.ApplicationId), Must(K.CallbackType), May(K.CampaignGroupName), Must(K.CampaignName), Must(K.DateTime), May(K.Phone),
                Must(K.RecordHandle), May(K.ReferenceId),
            ],
            "ScheduledRecordRescheduleAcknowledge",
            General(DesktopError.RecordNotFound, DesktopError.InvalidTime, DesktopError.InvalidTimeFormat, DesktopError.ScheduledRecordNotFound),
            DesktopRequestKind.ScheduledRecordReschedule),
        Event(
            "ScheduledRecordRescheduleAcknowledge",
            "Common",
            "ScheduledRecordRescheduleAcknowledge Attached Data",
            "The new time has been noted.",
            [
                Must(K.ApplicationId), Must(K.CallbackType), Must(K.CallingList), Must(K.CampaignName), Must(K.DateTime), May(K.Phone),
                Must(K.RecordHandle),
            ],
            supported: true),
    ];

    private static DesktopMessage[] Chained() =>
    [
        Request(
            "ChainedRecordRequest",
            "Chained Records",
            "ChainedRecordRequest Attached Data",
            "Asks for the other records of the record's chain; once a chain.",
            [Must(K.ApplicationId), May(K.CampaignGroupName), May(K.CampaignName), Must(K.RecordHandle), May(K.ReferenceId)],
            "ChainedRecord",
            General(DesktopError.RecordNotFound, DesktopError.DbError, DesktopError.ChainedRecordsNotFound),
            DesktopRequestKind.ChainedRecordRequest),
        Event(
            "ChainedRecord",
            "Chained Records",
            "ChainedRecord Attached Data",
            "One record of the chain.",
            [
                Must(K.ApplicationId), May(K.Attempts), MayAs(K.CallTime, KeyType.String), Must(K.CallingList), Must(K.CallResult),
                May(K.CampaignName), Must(K.ChainId), May(K.From), Must(K.Phone), May(K.PhoneType), Must(K.RecordHandle), May(K.TzOffset),
                May(K.Until), Must(K.ContactMediaType), Must(K.CampaignGroupName), Must(K.CampaignGroupDescription),
            ],
            supported: true,
            custom: true),
        Event(
            "ChainedRecordsDataEnd",
            "Chained Records",
            "ChainedRecordsDataEnd Attached Data",
            "The whole chain has been sent.",
            [Must(K.ApplicationId), Must(K.CallingList), Must(K.CampaignName), Must(K.ChainId), Must(K.RecordHandle)],
            supported: true),
    ];
}
