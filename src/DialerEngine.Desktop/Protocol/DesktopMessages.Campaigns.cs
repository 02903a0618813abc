using DialerEngine.Core.Desktop;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop.Protocol;

/// <summary>Campaign notifications and preview mode.</summary>
public static partial class DesktopMessages
{
    private static DesktopMessage[] Notifications() =>
    [
        Event(
            "CampaignStarted",
            "Notifications",
            "CampaignStarted Attached Data",
            "Dialing for the campaign has begun; also at login while it runs.",
            [
                Must(K.ApplicationId), Must(K.CampaignDescription), Must(K.CampaignMode), Must(K.CampaignName), Must(K.CampaignGroupName),
            ],
            supported: true),
        CampaignEvent("CampaignStopped", "Dialing for the campaign has stopped."),
        Event(
            "CampaignModeChanged",
            "Notifications",
            "CampaignModeChanged Attached Data",
            "The dial mode of the running campaign has changed.",
            [
                Must(K.ApplicationId), Must(K.CampaignMode), Must(K.CampaignName), Must(K.CampaignDescription),
                Must(K.CampaignGroupDescription), Must(K.CampaignGroupName),
            ],
            supported: true),
        CampaignEvent("CampaignLoaded", "The campaign group has been loaded; also at login while it is loaded."),
        CampaignEvent("CampaignUnloaded", "The campaign group has been unloaded."),
        CampaignEvent("CampaignGroupAssigned", "The agent has been assigned to the campaign group."),
        Request(
            "CampaignStatusRequest",
            "Notifications",
            "CampaignStatusRequest Attached Data",
            "Asks for the notifications that a login brings. Answered with CampaignLoaded and CampaignStarted or not at all, never with an error.",
            [May(K.ApplicationId), May(K.ReferenceId)],
            kind: DesktopRequestKind.CampaignStatusRequest),
    ];

    private static DesktopMessage CampaignEvent(string name, string meaning) => Event(
        name,
        "Notifications",
        name + " Attached Data",
        meaning,
        [
            Must(K.ApplicationId), Must(K.CampaignName), Must(K.CampaignDescription), Must(K.CampaignGroupDescription), Must(K.CampaignGroupName),
        ],
        supported: true);

    private static DesktopMessage[] Preview() =>
    [
        Request(
            "PreviewDialingModeStart",
            "Preview",
            "PreviewDialingModeStart Attached Data",
            "Opens the agent's preview session; needed with agent_preview_mode_start = true.",
            [Must(K.ApplicationId), May(K.CampaignGroupName), Must(K.CampaignName), May(K.ReferenceId)],
            "PreviewDialingModeStartAcknowledge",
            General(DesktopError.PreviewModeAlreadyStarted),
            DesktopRequestKind.PreviewDialingModeStart),
        Event(
            "PreviewDialingModeStartAcknowledge",
            "Preview",
            "Preview Dialing Mode Start Acknowledge Attached Data",
            "The preview session is open.",
            [Must(K.ApplicationId), Must(K.CampaignName)],
            supported: true),
        Request(
            "PreviewDialingModeOver",
            "Preview",
            "PreviewDialingModeOver Attached Data",
            "Closes the agent's preview session.",
            [Must(K.ApplicationId), May(K.CampaignGroupName), Must(K.CampaignName), May(K.ReferenceId)],
            "PreviewDialingModeOverAcknowledge",
            General(DesktopError.PreviewModeNotStarted),
            DesktopRequestKind.PreviewDialingModeOver),
        Event(
            "PreviewDialingModeOverAcknowledge",
            "Preview",
            "PreviewDialingModeOverAcknowledge Attached Data",
            "The preview session is closed.",
            [Must(K.ApplicationId), Must(K.CampaignName)],
            supported: true),
        Request(
            "PreviewRecordRequest",
            "Preview",
            "PreviewRecordRequest Attached Data",
            "Asks for a record to preview.",

            // The group's name by footnote a of the table PreviewRecord: it outranks the campaign's in the request.
            [Must(K.ApplicationId), May(K.CampaignGroupName), Must(K.CampaignName), May(K.ReferenceId)],
            "PreviewRecord",
            General(DesktopError.NoRunningPreviewCampaigns, DesktopError.NoRecordsAvailable),
            DesktopRequestKind.PreviewRecordRequest),
        Event(
            "PreviewRecord",
            "Preview",
            "PreviewRecord Attached Data",
            "A record to preview and dial.",
            [
                Must(K.ApplicationId), May(K.Attempts), Must(K.CallResult), MayAs(K.CallTime, KeyType.String), Must(K.CallingList),
                Must(K.CampaignGroupName), Must(K.CampaignName), Must(K.ChainId), Must(K.CpnDigits), Must(K.From), Must(K.Phone),
                May(K.PhoneType), Must(K.RecordHandle), Must(K.TzOffset), May(K.Until), Must(K.ContactMediaType),
                Must(K.CampaignGroupDescription), May(K.AgentId), May(K.SwitchDbid),
            ],
            supported: true,
            custom: true),
        PreviewError("NoRecordsAvailable", "No RecordsAvailable Attached Data", "No record is at hand: ask again in a few seconds."),
        PreviewError("NoRunningPreviewCampaigns", "No Running Preview Campaign Error", "No campaign runs in preview mode."),
    ];
}
