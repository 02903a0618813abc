namespace DialerEngine.Core;

/// <summary>Column <c>record_type</c>, key <c>GSW_RECORD_TYPE</c> (desktop protocol, Enumeration Table).</summary>
public enum RecordType
{
    NoRecordType = 0,
    Unknown = 1,
    General = 2,
    CampaignRescheduled = 3,
    PersonalRescheduled = 4,
    PersonalCallBack = 5,
    CampaignCallBack = 6,
    NoCall = 7,
}

/// <summary>
/// Column <c>record_status</c>, key <c>GSW_RECORD_STATUS</c> (desktop protocol, Enumeration Table; 7 and 9 are known from the
/// calling list only).
/// </summary>
public enum RecordStatus
{
    NoRecordStatus = 0,
    Ready = 1,
    Retrieved = 2,
    Updated = 3,
    Stale = 4,
    Canceled = 5,
    AgentError = 6,
    ChainUpdated = 7,
    MissedCallBack = 8,
    ChainReady = 9,
}

/// <summary>Column <c>contact_info_type</c>, key <c>GSW_PHONE_TYPE</c> (desktop protocol, Enumeration Table).</summary>
public enum PhoneType
{
    NoContactType = 0,
    HomePhone = 1,
    DirectBusinessPhone = 2,
    BusinessWithExt = 3,
    Mobile = 4,
    VacationPhone = 5,
    Pager = 6,
    Modem = 7,
    VoiceMail = 8,
    PinPager = 9,
    EmailAddress = 10,
    InstantMessaging = 11,
}
