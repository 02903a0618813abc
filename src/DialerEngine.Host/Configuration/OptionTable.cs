using DialerEngine.Core.Campaigns;

namespace DialerEngine.Host.Configuration;

/// <summary>Options of a campaign group: the field's names in the field's units.</summary>
internal static class OptionTable
{
    public static readonly ConfigurationSection Options = new("options", "Options of a campaign group. Names that other outbound dialers know keep their meaning and unit.",
    [
        new("number_of_channels", KeyKind.Integer, "Calls that the group may have in progress at one time.")
        {
            Min = 1, Max = 10_000, Default = 10, Unit = "calls", Aliases = ["numOfChannels", "channel_num"],
        },
        new("min_record_buffer_size", KeyKind.Integer, "The buffer is refilled when it holds fewer records than this times the agents logged in.")
        {
            Min = 1, Max = 1_000, Default = 4, Unit = "records/agent", Aliases = ["minRecBuffSize"],
        },
        new("opt_record_buffer_size", KeyKind.Integer, "The buffer is filled up to this times the agents logged in; more than min_record_buffer_size.")
        {
            Min = 2, Max = 2_000, Default = 6, Unit = "records/agent", Aliases = ["optRecBuffSize"],
        },
        new("record_buffer_seconds", KeyKind.Integer, "Within its two sizes, the buffer holds what the group dials in this time; a group that dials faster than its largest buffer allows keeps 2 s of dialling.")
        {
            Min = 1, Max = 300, Default = 15, Unit = "s",
        },
        new("fresh_record_share", KeyKind.Integer, "Share of fresh records against rescheduled ones while both are there. 0: what is due goes first. Callbacks that are due always go first.")
        {
            Min = 0, Max = 100, Default = 0, Unit = "percent",
        },
        new("default_general_priority", KeyKind.Integer, "Priority of due records of type General; higher goes first.") { Min = 0, Max = 1_000, Default = 1 },
        new("default_campaigncallback_priority", KeyKind.Integer, "Priority of due callbacks.") { Min = 0, Max = 1_000, Default = 3 },
        new("default_campaignrescheduled_priority", KeyKind.Integer, "Priority of due rescheduled records.") { Min = 0, Max = 1_000, Default = 2 },
        new("call_wait_connected_timeout", KeyKind.Number, "Ring time: from the dial to the answer. Not less than minimum_ring_time.")
        {
            Min = 1, Max = 300, Default = 18.0, Unit = "s",
        },
        new("minimum_ring_time", KeyKind.Number, "Legal floor of the ring time (United States: 15 s or four rings, 16 CFR 310.4(b)(4)(ii)).")
        {
            Min = 0, Max = 120, Default = 15.0, Unit = "s",
        },
        new("call_wait_in_queue_timeout", KeyKind.Number, "A person waits this long for an agent; then the announcement (United States: 2 s, 16 CFR 310.4(b)(4)(iii)).")
        {
            Min = 0.1, Max = 600, Default = 2.0, Unit = "s",
        },
        new("call_wait_agent_connected_timeout", KeyKind.Number, "An agent's phone rings this long; then the next agent is tried.")
        {
            Min = 1, Max = 300, Default = 15.0, Unit = "s",
        },
        new("safe_harbour_announcement", KeyKind.Path, "WAV file played to a person whom no agent takes.")
        {
            DefaultNote = "none: such calls are hung up on, and check warns", Aliases = ["asm_drop_announcement_data"],
        },
        new("record_processed", KeyKind.Flag, "Keeps a record on the desktop until the agent's RecordProcessed comes.") { Default = false },
        new("stale_clean_timeout", KeyKind.Integer, "A record on a desktop longer than this is finished as Stale.") { Min = 5, Max = 1_440, Default = 30, Unit = "min" },
        new("agent_preview_mode_start", KeyKind.Flag, "An agent gets preview records and scheduled calls only after its PreviewDialingModeStart.") { Default = false },
        new("push_preview_accept_timeout", KeyKind.Number, "A record offered in Push Preview mode that its agent does nothing with goes to another after this, and the agent is not ready.")
        {
            Min = 5, Max = 3_600, Default = 60.0, Unit = "s",
        },
        new("agent_logout_preview_call_result", KeyKind.Integer, "Result of a preview record that an agent who logs out leaves undialled; -1 leaves the record's own.")
        {
            Min = -1, Max = int.MaxValue, Default = -1,
        },
        new("ivr_update_on_release", KeyKind.Flag, "IVR groups: when a port releases a call, the record takes the values of the call's attached data (headers X-Genesys-KEY of its BYE).")
        {
            Default = false,
        },
        new("agent-assignment", KeyKind.Flag, "The group takes part in the automatic assignment of agents who belong to several running campaign groups.") { Default = false },
        new("agent-assignment-min-num", KeyKind.Integer, "With fewer agents than this the group is understaffed. 0: always understaffed, it takes what others have above their minimum; -1: always staffed.")
        {
            Min = -1, Max = 5_000, Default = 0, Unit = "agents",
        },
        new("agent-assignment-max-num", KeyKind.Integer, "Most agents who are assigned to the group; 0 for no limit.") { Min = 0, Max = 5_000, Default = 0, Unit = "agents" },
        new("agent-assignment-priority", KeyKind.Integer, "Groups of a higher number are staffed first.") { Min = 1, Max = 1_000, Default = 1 },
        new("agent-reassignment-if-waiting-ports", KeyKind.Flag, "A group that has no free line for the time below lets its agents go to others meanwhile.") { Default = false },
        new("agent-reassignment-if-waiting-ports-timeout", KeyKind.Number, "Time without a free line.") { Min = 5, Max = 86_400, Default = 60.0, Unit = "s" },
        new("agent-reassignment-if-waiting-records", KeyKind.Flag, "A group that has no record to dial for the time below lets its agents go to others meanwhile.") { Default = false },
        new("agent-reassignment-if-waiting-records-timeout", KeyKind.Number, "Time without a record and without a call on its way.")
        {
            Min = 5, Max = 86_400, Default = 60.0, Unit = "s",
        },
        new("outbound_release_action", KeyKind.Choice, "State that an agent is taken to be in when an outbound call ends.")
        {
            Choices = ["AfterCallWork", "Ready", "NotReady"], Default = "AfterCallWork",
        },
        new("max_call_duration", KeyKind.Integer, "A call is released after this long.") { Min = 1, Max = 1_440, Default = 60, Unit = "min" },
        new("dialing_rate_limit", KeyKind.Number, "Dials of this group; 0 for no limit of its own.") { Min = 0, Max = 1_000, Default = 0.0, Unit = "calls/s" },
        new("asm_channel_num", KeyKind.Integer, "Engaging calls at one time in seizing modes, with those that have a customer; nailed-up lines are not counted. 0 for no limit of their own.")
        {
            Min = 0, Max = 10_000, Default = 0, Unit = "calls",
        },
        new("asm_engaged_idle_timeout", KeyKind.Integer, "An engaged agent for whom no call is on its way is let go after this long, longest engaged first; 0 never.")
        {
            Min = 0, Max = 3_600, Default = 120, Unit = "s",
        },
        new("assured-connect", KeyKind.Flag, "true: in Progressive and Predictive dialling every record is dialled only once an agent is engaged for it. Seizing modes do so by themselves.")
        {
            Default = false,
        },
        new("assured-connect-field", KeyKind.Text, "Field of the calling lists that says so for a record: 1, true, yes or y; 0 and other words say no. Where it is empty, or a list has no such field, assured-connect holds.")
        {
            DefaultNote = "none", MaxLength = 63,
        },
        new("beep-on-merge", KeyKind.Flag, "true: an engaged agent hears a short beep just before the customer who is put on their line; the customer does not hear it and waits no longer.")
        {
            Default = false,
        },
        new("max_queue_size", KeyKind.Integer, "Calls that Power GVP keeps in progress; 0 takes the number of ports.")
        {
            Min = 0, Max = 10_000, Default = 0, Unit = "calls", Aliases = ["maxQueueSize"],
        },
        new("progressive_blending_reserved_agents", KeyKind.Integer, "Ready agents who are kept for inbound calls: not counted for dials and not engaged.")
        {
            Min = 0, Max = 5_000, Default = 0, Unit = "agents",
        },
        new("predictive_algorithm", KeyKind.Choice, "How Predictive dialling decides when to dial: time_optimized_odr is the look-ahead, for groups of every size; small_group dials small groups in batches while the goal is the overdial rate. classical and advanced_small_group are accepted and dial by the look-ahead.")
        {
            Choices = ["time_optimized_odr", "classical", "small_group", "advanced_small_group"], Default = "time_optimized_odr",
        },
        new("small_group_size", KeyKind.Integer, "Most agents logged in for which small_group dials in batches.") { Min = 1, Max = 5_000, Default = 10, Unit = "agents" },
        new("max_overdial_level", KeyKind.Number, "Calls on their way for each agent logged in at most; 0 for no limit.") { Min = 0, Max = 100, Default = 0.0, Unit = "calls/agent" },
        new("predictive_max_overdial_rate", KeyKind.Number, "Cap of the abandonment rate, in percent of the people reached, where something other than the overdial rate is optimised, and in Power modes.")
        {
            Min = 0.1, Max = 50, Default = 3.0, Unit = "%",
        },
        new("overdial_rate_window", KeyKind.Number, "Time over which the abandonment rate is counted: 24 (Ofcom until 2017), 720 (30 days: FTC, FCC), or your own.") { Min = 0.05, Max = 744, Default = 24.0, Unit = "h" },
        new("trunk_fault_retry_delay", KeyKind.Number, "A record whose call failed by the trunk's fault is ready again after this long.")
        {
            Min = 1, Max = 86_400, Default = 30.0, Unit = "s",
        },
        new("send-history", KeyKind.Flag, "false: the group sends no call attempt records.") { DefaultNote = "as notifications has it" },
        new("pre-dial-validation", KeyKind.Flag, "false: the group's records are dialled without validation.") { DefaultNote = "as notifications has it" },
        new("trunk_fault_max_attempts", KeyKind.Integer, "Attempts after which a trunk's fault is final for the record.") { Min = 1, Max = 100, Default = 3 },
        new("personal_callback_wait_agent_timeout", KeyKind.Integer, "A callback waits this long for an agent; then Agent CallBack Error or Group CallBack Error.")
        {
            Min = 1, Max = 10_080, Default = 60, Unit = "min",
        },
        new("predictive_callback", KeyKind.Flag, "true: campaign callbacks are dialled by the engine in automatic modes. false: they are offered to agents as scheduled calls.")
        {
            Default = true,
        },
        new("callback-observe-campaign", KeyKind.Flag, "Callbacks stay with the campaign that made them.") { Default = true },
        new("callback-observe-group", KeyKind.Flag, "Callbacks stay with the campaign group that made them.") { Default = true },
        new("campaign-callback-distr", KeyKind.Choice, "Which agent is offered a campaign callback.")
        {
            Choices = [.. Enum.GetNames<CampaignCallbackDistribution>()], Default = nameof(CampaignCallbackDistribution.LongestIdle),
        },
        .. DetectionBuilder.Keys,
    ]);
}
