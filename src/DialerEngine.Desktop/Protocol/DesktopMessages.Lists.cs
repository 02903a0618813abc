using DialerEngine.Core.Desktop;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop.Protocol;

/// <summary>Messages about lists and sessions: do-not-call, cancellation, new records, smart logout.</summary>
public static partial class DesktopMessages
{
    private static DesktopMessage[] DoNotCallAndCancel() =>
    [
        Request(
            "DoNotCall",
            "DoNotCall",
            "DoNotCall Attached Data",
            "The number or the customer of a record is not to be called again.",
            [
                Must(K.ApplicationId), May(K.CallingList), May(K.CampaignGroupName), May(K.CampaignName), May(K.ChainAttr, "AllChain"),
                May(K.Message), May(K.Phone), May(K.CustomerId), May(K.RecordHandle), May(K.ReferenceId),

                // Not in the request's table, but in that of its answer, which repeats it (footnote c: the time that the entry holds).
                May(K.Duration),
            ],
            "DoNotCallAcknowledge",
            General(DesktopError.RecordNotFound, DesktopError.DbError),
            DesktopRequestKind.DoNotCall,
            condition: new MessageCondition(K.RecordHandle, [K.CampaignName, K.CallingList], [K.Phone, K.CustomerId])),
        Event(
            "DoNotCallAcknowledge",
            "DoNotCall",
            "DoNotCallAcknowledge Attached Data",
            "The entry has been made.",
            [
                Must(K.ApplicationId), May(K.CallingList), May(K.CampaignName), May(K.ChainAttr, "RecordOnly"), May(K.Phone), May(K.CustomerId),
                May(K.RecordHandle), May(K.Duration),
            ],
            supported: true),
        Request(
            "RequestRecordCancel",
            "Common",
            "RequestRecordCancel Attached Data",
            "Cancels a record or a chain, by handle (first), phone (second) or customer id (third).",
            [
                Must(K.ApplicationId), May(K.CallingList), May(K.CampaignGroupName), May(K.CampaignName), May(K.ChainAttr, "AllChain"),
                May(K.CustomerId), May(K.Phone), May(K.RecordHandle), May(K.ReferenceId),
            ],
            "RecordCancelAcknowledge",
            General(DesktopError.RecordNotFound, DesktopError.DbError),
            DesktopRequestKind.RequestRecordCancel,
            condition: new MessageCondition(K.RecordHandle, [K.CampaignName, K.CallingList], [K.Phone, K.CustomerId])),
        Event(
            "RecordCancelAcknowledge",
            "Common",
            "RecordCancelAcknowledge Attached Data",
            "The cancellation has been taken.",
            [
                Must(K.ApplicationId), May(K.CallingList), May(K.CampaignName), May(K.ChainAttr, "AllChain"), May(K.Message), May(K.Phone),
                May(K.RecordHandle),
            ],
            supported: true),
        Event(
            "RecordCancel",
            "Record Cancel",
            "RecordCancel Attached Data",
            "A record on this desktop has been cancelled by somebody else.",
            [
                Must(K.ApplicationId), Must(K.CallingList), Must(K.CampaignName), Must(K.RecordHandle), May(K.ChainAttr, "AllChain"),
                Must(K.Phone), Must(K.CustomerId, KeyType.Integer),
            ],
            supported: true),
    ];

    private static DesktopMessage[] AddRecordAndLogOut() =>
    [
        Request(
            "AddRecord",
            "Add Record",
            "AddRecord Attached Data",
            "Adds a record to a calling list: a new chain, the next of a chain, or a given place in a chain.",
            [
                May(K.AgentId, "0"), Must(K.ApplicationId), May(K.Attempts, 0L), May(K.CallResult), MayAs(K.CallTime, KeyType.String, "0"),
                Must(K.CallingList), May(K.CampaignGroupName), Must(K.CampaignName), May(K.ChainId), May(K.DateTime, "0"), May(K.From, 28_800L),
                Must(K.Phone), May(K.PhoneType, 2L), May(K.RecordHandle), May(K.RecordStatus, 1L), May(K.RecordType, 2L), May(K.ReferenceId),
                Must(K.TzName), May(K.ChainN), May(K.Until, 64_800L),
            ],
            "AddRecordAcknowledge",
            General(
                DesktopError.RecordNotFound,
                DesktopError.InvalidTimeFormat,
                DesktopError.DbError,
                DesktopError.ChainedRecordsNotFound,
                DesktopError.RecordAlreadyExists,
                DesktopError.AddRecordError),
            DesktopRequestKind.AddRecord,
            custom: true),
        Event(
            "AddRecordAcknowledge",
            "Add Record",
            "AddRecordAcknowledge Attached Data",
            "The record has been added.",
            [Must(K.ApplicationId), Must(K.CallingList), Must(K.CampaignName), May(K.Phone)],
            supported: true),
        Request(
            "LogOut",
            "LogOut",
            "LogOut Attached Data",
            "The agent means to log out (smart logout).",
            [Must(K.ApplicationId), May(K.CampaignGroupName), Must(K.CampaignName), May(K.ReferenceId)],
            "LogOutTime",
            General(),
            DesktopRequestKind.LogOut),
        Event(
            "LogOutTime",
            "LogOut",
            "LogOutTime Attached Data",
            "Seconds until the agent may log out.",
            [Must(K.ApplicationId), Must(K.CampaignName), Must(K.LogoutTime)],
            supported: true,
            wireName: "LogOut"),
        Event(
            "LogOutAcknowledge",
            "LogOut",
            "LogOutAcknowledge Attached Data",
            "The agent may log out.",
            [Must(K.ApplicationId), Must(K.CampaignName)],
            supported: true),
    ];
}
