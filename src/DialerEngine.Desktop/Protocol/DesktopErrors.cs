using DialerEngine.Core.Desktop;

namespace DialerEngine.Desktop.Protocol;

/// <summary>Names of the desktop protocol's errors (table Error Names and Codes; 120 from the section ReadyTime).</summary>
public static class DesktopErrors
{
    /// <summary>Second text of 101: the agent must send PreviewDialingModeStart first (<c>agent_preview_mode_start</c>).</summary>
    public const string PreviewDialingModeStartRequired = "PreviewDialingModeStart is required";

    /// <summary>Third text of 101: smart logout without a campaign in an automatic mode.</summary>
    public const string NoAutoCampaign = "There is no 'Auto' campaign started";

    /// <summary>Fourth text of 101: a request after smart logout with a record still on the desktop.</summary>
    public const string AgentSmartlyLoggedOut = "Agent smartly logged out";

    private static readonly (DesktopError Error, string Name, string Meaning)[] Rows =
    [
        (DesktopError.InvalidRequest, "Invalid Request", "The request is of a wrong type."),
        (DesktopError.AttributeNotFound, "Attribute Not Found", "A mandatory key is missing."),
        (DesktopError.InvalidAttributeValue, "Invalid Attribute Value", "A key has a wrong value."),
        (DesktopError.AgentNotFound, "Agent Not Found", "No agent was found for the request."),
        (DesktopError.CampaignGroupNotFound, "Campaign Group Not Found", "The campaign group named was not found among the agent's loaded ones."),
        (DesktopError.NoActiveCampaigns, "No Active Campaigns", "No campaign of the agent is loaded."),
        (DesktopError.NoRunningPreviewCampaigns, "No Running Preview Campaigns", "No preview campaign is running."),
        (DesktopError.NoRecordsAvailable, "No Records Available", "No record is at hand; ask again later."),
        (DesktopError.RecordNotFound, "Record Not Found", "The record does not exist or has been processed."),
        (DesktopError.InvalidTime, "Invalid Time", "The time does not meet the request's conditions, e.g. it is past."),
        (DesktopError.InvalidTimeFormat, "Invalid Time Format", "The string is no time."),
        (DesktopError.NoCallFoundForTheRecordHandle, "No call found for the record handle", "The request is about a record that has been processed."),
        (DesktopError.DbError, "DB Error", "The request could not be carried out now; try again."),
        (DesktopError.ChainedRecordsNotFound, "Chained Records not found", "There is no such chain."),
        (DesktopError.RecordAlreadyExists, "Record Already Exists", "The record to be added exists."),
        (DesktopError.AddRecordError, "Add Record Error", "The record cannot be added."),
        (DesktopError.ScheduledRecordNotFound, "Scheduled record not found", "The record cannot be rescheduled."),
        (DesktopError.PreviewModeAlreadyStarted, "Preview mode has already been started", "Preview mode has already been started."),
        (DesktopError.PreviewModeNotStarted, "Preview mode has not been started", "Preview mode has not been started."),
        (DesktopError.DuplicateRequest, "Duplicate request is not allowed", "The request was made before for the same record."),
    ];

    /// <summary>Every error in order of its number.</summary>
    public static IReadOnlyList<(DesktopError Error, string Name, string Meaning)> All => Rows;

    /// <summary>The name sent as <c>GSW_ERROR</c>.</summary>
    public static string NameOf(DesktopError error) =>
        error is >= DesktopError.InvalidRequest and <= DesktopError.DuplicateRequest ? Rows[error - DesktopError.InvalidRequest].Name : "";
}
