using DialerEngine.Core.Filters;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Campaigns;

/// <summary>A campaign as configured: which lists are dialled, for whom.</summary>
public sealed record CampaignDefinition
{
    /// <summary>Number of the campaign in this configuration (its DBID), from 1.</summary>
    public required int Id { get; init; }

    public required string Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>DBID of the script object attached as <c>GSW_SCRIPT_ID</c> where the calling list has none; 0 takes the campaign group's.</summary>
    public int ScriptId { get; init; }

    /// <summary>Name of the campaign template (<c>GSW_CAMPAIGN_TEMPLATE_NAME</c>); null for none.</summary>
    public string? TemplateName { get; init; }

    /// <summary>Treatments for results for which a calling list has none of its own.</summary>
    public IReadOnlyList<TreatmentDefinition> Treatments { get; init; } = [];

    /// <summary>The campaign's calling lists with their weights (records taken per round).</summary>
    public required IReadOnlyList<CampaignList> Lists { get; init; }

    /// <summary>Caller id sent in the INVITE's From and attached as <c>GSW_CPN_DIGITS</c>; null leaves the trunk's own.</summary>
    public string? CpnDigits { get; init; }
}

/// <summary>A calling list within a campaign.</summary>
/// <param name="List">The list.</param>
/// <param name="Weight">Records taken from this list in one round of all lists, 1 to 1,000.</param>
public sealed record CampaignList(CallingListDefinition List, int Weight = 1)
{
    /// <summary>Only records that match are dialled; null for all.</summary>
    public RecordFilter? Filter { get; init; }

    /// <summary>Order of fresh records; null takes them by record id.</summary>
    public RecordOrder? Order { get; init; }

    /// <summary>False: the list stays with the campaign and nothing is taken from it. Default true.</summary>
    public bool IsActive { get; init; } = true;
}

/// <summary>A campaign group: a campaign worked by an agent group. Known to operators as <c>campaign@group</c>.</summary>
public sealed record CampaignGroupDefinition
{
    public required GroupId Id { get; init; }

    /// <summary>Globally unique identity, the same over restarts (<c>GSW_CAMPAIGN_GROUP_GUID</c>).</summary>
    public required Guid Guid { get; init; }

    public required CampaignDefinition Campaign { get; init; }

    public required AgentGroupDefinition AgentGroup { get; init; }

    /// <summary><c>campaign@group</c>.</summary>
    public string Name => $"{Campaign.Name}@{AgentGroup.Name}";

    public string Description { get; init; } = "";

    public string TenantName { get; init; } = "undefined";

    public string TenantCcid { get; init; } = "undefined";

    /// <summary>This engine's application DBID (<c>GSW_APPLICATION_ID</c>), 101 to 32,767: some desktops read 16 bits.</summary>
    public int ApplicationId { get; init; } = 101;

    /// <summary>DBID of the script object attached as <c>GSW_SCRIPT_ID</c> where neither list nor campaign has one; 0 for none.</summary>
    public int ScriptId { get; init; }

    /// <summary>DBID of the switch that the agents' phones belong to, told to desktops as <c>GSW_SWITCH_DBID</c> where a record names none. Default 1.</summary>
    public int SwitchDbid { get; init; } = 1;

    public DialMode DialMode { get; init; } = DialMode.Progress;

    public OptimizeBy OptimizeBy { get; init; }

    public int OptimizeGoal { get; init; }

    /// <summary>Names of the trunks that carry the group's calls, in order of preference.</summary>
    public IReadOnlyList<string> Trunks { get; init; } = [];

    public CampaignGroupOptions Options { get; init; } = new();
}

/// <summary>
/// Options of a campaign group. Names in configuration files are the field's own, e.g. <c>call_wait_connected_timeout</c>.
/// </summary>
public sealed record CampaignGroupOptions
{
    /// <summary><c>number_of_channels</c>: calls that the group may have in progress at one time, 1 to 10,000. Default 10 (numOfChannels).</summary>
    public int NumberOfChannels { get; init; } = 10;

    /// <summary><c>min_record_buffer_size</c>: refill the buffer when it holds fewer records than this times the agents logged in. Default 4.</summary>
    public int MinRecordBufferSize { get; init; } = 4;

    /// <summary><c>opt_record_buffer_size</c>: refill up to this times the agents logged in; above the minimum. Default 6.</summary>
    public int OptRecordBufferSize { get; init; } = 6;

    /// <summary><c>record_buffer_seconds</c>: the buffer holds at least what the group dials in this time, s, 1 to 300. Default 15.</summary>
    public int RecordBufferSeconds { get; init; } = 15;

    /// <summary><c>fresh_record_share</c>: share of fresh records against due ones while both are there, percent, 0 to 100. Default 0: due ones first.</summary>
    public int FreshRecordShare { get; init; }

    /// <summary>
    /// <c>default_general_priority</c>, <c>default_campaigncallback_priority</c>, <c>default_campaignrescheduled_priority</c>: which record
    /// types go first among those that are due. Default 1, 3, 2: callbacks, then rescheduled records, then the rest.
    /// </summary>
    public RecordPriorities RecordPriorities { get; init; } = new(1, 3, 2);

    /// <summary><c>call_wait_connected_timeout</c>: ring time, ms. Default 18,000; never less than <see cref="MinimumRingTimeMs"/>.</summary>
    public int RingTimeoutMs { get; init; } = 18_000;

    /// <summary><c>minimum_ring_time</c>: legal floor of the ring time, ms. Default 15,000 (16 CFR 310.4(b)(4): 15 s or four rings).</summary>
    public int MinimumRingTimeMs { get; init; } = 15_000;

    /// <summary><c>call_wait_in_queue_timeout</c>: a person waits this long for an agent, ms; then the announcement. Default 2,000 (FTC: 2 s).</summary>
    public int QueueTimeoutMs { get; init; } = 2_000;

    /// <summary><c>call_wait_agent_connected_timeout</c>: an agent's phone rings this long, ms; then the next agent is tried. Default 15,000.</summary>
    public int AgentAnswerTimeoutMs { get; init; } = 15_000;

    /// <summary><c>safe_harbour_announcement</c>: WAV file played to a person whom no agent takes; null hangs up without one (a start-up warning says so).</summary>
    public string? SafeHarbourAnnouncement { get; init; }

    /// <summary><c>record_processed</c>: true keeps a record on the desktop until RecordProcessed comes. Default false.</summary>
    public bool RecordProcessedRequired { get; init; }

    /// <summary><c>stale_clean_timeout</c>: a record on a desktop longer than this is finished as Stale, ms. Default 30 minutes (5 to 1,440 minutes).</summary>
    public int StaleCleanTimeoutMs { get; init; } = 30 * 60_000;

    /// <summary><c>agent_preview_mode_start</c>: an agent gets preview records and scheduled calls only after its PreviewDialingModeStart. Default false.</summary>
    public bool PreviewModeStartRequired { get; init; }

    /// <summary>
    /// <c>push_preview_accept_timeout</c>: a record offered in Push Preview mode that its agent does nothing with is offered to another after this long, ms,
    /// and the agent is not ready. Default 60,000.
    /// </summary>
    public int PushPreviewAcceptTimeoutMs { get; init; } = 60_000;

    /// <summary>
    /// <c>agent_logout_preview_call_result</c>: result of a preview record that an agent who logs out leaves undialled; null (-1) leaves its own. Default null.
    /// </summary>
    public CallResult? LogoutPreviewResult { get; init; }

    /// <summary>
    /// <c>ivr_update_on_release</c>: when a port of an IVR group releases a call, the record takes the values of the call's attached data, as with
    /// UpdateCallCompletionStats. Default false.
    /// </summary>
    public bool UpdateOnRelease { get; init; }

    /// <summary>How the group takes part in the automatic assignment of agents of several groups.</summary>
    public AgentAssignmentOptions Assignment { get; init; } = new();

    /// <summary><c>outbound_release_action</c>: state that an agent is taken to be in when an outbound call ends: AfterCallWork, Ready or NotReady.</summary>
    public AgentState OutboundReleaseAction { get; init; } = AgentState.AfterCallWork;

    /// <summary><c>max_call_duration</c>: a call is released after this long, ms. Default 60 minutes.</summary>
    public int MaxCallDurationMs { get; init; } = 60 * 60_000;

    /// <summary><c>dialing_rate_limit</c>: dials per second of this group; 0 for no limit of its own.</summary>
    public double DialingRateLimit { get; init; }

    /// <summary><c>asm_channel_num</c>: engaging calls, with those merged with a customer, at one time; 0 for no limit of their own. Nailed-up lines are not counted.</summary>
    public int AsmChannels { get; init; }

    /// <summary><c>assured-connect</c>: every record is dialled only once an agent is engaged for it. Progressive and Predictive only; seizing modes do it by themselves.</summary>
    public bool AssuredConnect { get; init; }

    /// <summary><c>assured-connect-field</c>: field of the calling list that says so for a record (1, true, yes, y; 0 and other words no); null for none.</summary>
    public string? AssuredConnectField { get; init; }

    /// <summary><c>beep-on-merge</c>: an engaged agent hears a short beep just before the customer who is put on their line. Default off.</summary>
    public bool BeepOnMerge { get; init; }

    /// <summary><c>asm_engaged_idle_timeout</c>: an engaged agent for whom no call is on its way is let go after this long, ms; 0 never. Default 120,000.</summary>
    public int AsmEngagedIdleTimeoutMs { get; init; } = 120_000;

    /// <summary><c>max_queue_size</c>: calls that Power GVP keeps in progress; 0 takes the number of ports.</summary>
    public int MaxQueueSize { get; init; }

    /// <summary><c>progressive_blending_reserved_agents</c>: ready agents who are kept for inbound calls and not counted. Default 0.</summary>
    public int ReservedAgents { get; init; }

    /// <summary><c>max_overdial_level</c>: calls on their way for each agent logged in, 0 to 100; 0 for no limit.</summary>
    public double MaxOverdialLevel { get; init; }

    /// <summary><c>predictive_max_overdial_rate</c>: cap of the abandonment rate for goals other than the overdial rate, and in Power modes, percent, 0.1 to 50. Default 3.</summary>
    public double MaxOverdialPercent { get; init; } = 3;

    /// <summary><c>overdial_rate_window</c>: time over which the abandonment rate is counted, s, 60 to 31 days. Default 24 h.</summary>
    public double OverdialWindowSeconds { get; init; } = 86_400;

    /// <summary><c>predictive_algorithm</c>: how predictive modes decide when to dial. Default: the look-ahead.</summary>
    public PredictiveAlgorithm PredictiveAlgorithm { get; init; } = PredictiveAlgorithm.TimeOptimizedOdr;

    /// <summary><c>small_group_size</c>: most agents logged in for which <c>small_group</c> dials in batches, 1 to 5,000. Default 10.</summary>
    public int SmallGroupSize { get; init; } = 10;

    /// <summary><c>trunk_fault_retry_delay</c>: a record whose call failed by the trunk's fault is Ready again after this long, ms. Default 30,000.</summary>
    public int TrunkFaultRetryDelayMs { get; init; } = 30_000;

    /// <summary><c>send-history</c>: the group's call attempts are reported (call attempt records). Default false.</summary>
    public bool SendHistory { get; init; }

    /// <summary><c>pre-dial-validation</c>: every record is validated before it is dialled. Default false.</summary>
    public bool PreDialValidation { get; init; }

    /// <summary><c>validation-max-age</c>: a positive answer is good for this long, ms; then the record is asked about again. Default 30,000.</summary>
    public int ValidationMaxAgeMs { get; init; } = 30_000;

    /// <summary><c>trunk_fault_max_attempts</c>: attempts after which a trunk's fault is final for the record, 1 to 100. Default 3.</summary>
    public int TrunkFaultMaxAttempts { get; init; } = 3;

    /// <summary><c>personal_callback_wait_agent_timeout</c>: a callback waits this long for an agent, ms; then Agent or Group CallBack Error. Default 60 minutes.</summary>
    public int CallbackWaitAgentTimeoutMs { get; init; } = 60 * 60_000;

    /// <summary><c>predictive_callback</c>: true dials campaign callbacks like any record in automatic modes; false offers them to agents. Default true.</summary>
    public bool PredictiveCallback { get; init; } = true;

    /// <summary><c>callback-observe-campaign</c>: callbacks stay with the campaign that made them. Default true.</summary>
    public bool CallbackObserveCampaign { get; init; } = true;

    /// <summary><c>callback-observe-group</c>: callbacks stay with the campaign group that made them. Default true.</summary>
    public bool CallbackObserveGroup { get; init; } = true;

    /// <summary><c>campaign-callback-distr</c>: which agent is offered a campaign callback.</summary>
    public CampaignCallbackDistribution CampaignCallbackDistribution { get; init; }

    /// <summary>How calls are listened to, and what becomes of machines.</summary>
    public DetectionOptions Detection { get; init; } = new();
}

/// <summary>Which agent is offered a campaign callback.</summary>
public enum CampaignCallbackDistribution : byte
{
    /// <summary>Who has been in their state longest.</summary>
    LongestIdle = 0,

    /// <summary>The agent who worked with the record last, where free; else who has been in their state longest.</summary>
    LastAgentFirst = 1,
}
