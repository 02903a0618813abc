using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Ports;

namespace DialerEngine.Host.Configuration;

/// <summary>How a campaign group is to dial.</summary>
internal readonly record struct GroupPacing(DialMode Mode, OptimizeBy By, int Goal);

/// <summary>Makes a campaign group's mode and options, and holds that they make sense together.</summary>
internal static class GroupOptionsBuilder
{
    /// <summary>The law's ring time (16 CFR 310.4(b)(4)(ii)) and the law's wait for an agent (iii).</summary>
    private const int LegalRingMs = 15_000;

    private const int LegalWaitMs = 2_000;

    public static GroupPacing BuildPacing(SectionValues values, FaultList faults)
    {
        var mode = TenantTable.DialModes.GetValueOrDefault(values.Text("dialMode"), DialMode.Progress);
        var by = Enum.TryParse<OptimizeBy>(values.Text("optimizeBy"), out var parsed) ? parsed : OptimizeBy.NoOptimizationMethod;
        var goal = values.Integer("optimizeGoal");
        if (by == OptimizeBy.NoOptimizationMethod)
        {
            if (mode is DialMode.Predict or DialMode.PredictAndSeize or DialMode.PredictGVP && values.NodeOf("optimizeBy") is null)
            {
                faults.Error(values, "optimizeBy", $"is missing; {mode.DesktopName()} dialling needs something to optimise, e.g. \"optimizeBy\": \"OverdialRate\", \"optimizeGoal\": 3");
            }

            if (values.Has("optimizeGoal") && values.NodeOf("optimizeBy") is null)
            {
                faults.Error(values, "optimizeGoal", "is a goal without optimizeBy; say what it is the goal of, or take it out");
            }

            return new GroupPacing(mode, by, goal);
        }

        if (!values.Has("optimizeGoal"))
        {
            faults.Error(values, "optimizeGoal", $"is missing; {by} needs a goal");
            return new GroupPacing(mode, by, goal);
        }

        var (lowest, highest, unit) = by switch
        {
            OptimizeBy.OverdialRate => (1, 50, "percent"),
            OptimizeBy.BusyFactor => (10, 99, "percent"),
            OptimizeBy.MaximumGain => (1, 10_000, "connected calls"),
            _ => (1, 3_600, "s"),
        };
        if (goal < lowest || goal > highest)
        {
            faults.Error(values, "optimizeGoal", $"must be {lowest:N0} to {highest:N0} {unit} for {by}");
        }
        else if (by == OptimizeBy.OverdialRate && goal > 3)
        {
            faults.Warning(values, "optimizeGoal", "more than 3 percent of answered calls abandoned is against the law in the United States (16 CFR 310.4(b)(4)(i)) and elsewhere");
        }

        return new GroupPacing(mode, by, goal);
    }

    public static CampaignGroupOptions Build(SectionValues values, FaultList faults)
    {
        var options = new CampaignGroupOptions
        {
            NumberOfChannels = values.Integer("number_of_channels"),
            MinRecordBufferSize = values.Integer("min_record_buffer_size"),
            OptRecordBufferSize = values.Integer("opt_record_buffer_size"),
            RecordBufferSeconds = values.Integer("record_buffer_seconds"),
            FreshRecordShare = values.Integer("fresh_record_share"),
            RecordPriorities = new RecordPriorities(
                values.Integer("default_general_priority"), values.Integer("default_campaigncallback_priority"), values.Integer("default_campaignrescheduled_priority")),
            RingTimeoutMs = values.SecondsAsMs("call_wait_connected_timeout"),
            MinimumRingTimeMs = values.SecondsAsMs("minimum_ring_time"),
            QueueTimeoutMs = values.SecondsAsMs("call_wait_in_queue_timeout"),
            AgentAnswerTimeoutMs = values.SecondsAsMs("call_wait_agent_connected_timeout"),
            SafeHarbourAnnouncement = values.TextOrNull("safe_harbour_announcement"),
            RecordProcessedRequired = values.Flag("record_processed"),
            StaleCleanTimeoutMs = values.MinutesAsMs("stale_clean_timeout"),
            PreviewModeStartRequired = values.Flag("agent_preview_mode_start"),
            PushPreviewAcceptTimeoutMs = values.SecondsAsMs("push_preview_accept_timeout"),
            LogoutPreviewResult = values.Integer("agent_logout_preview_call_result") is >= 0 and var result ? (CallResult)result : null,
            UpdateOnRelease = values.Flag("ivr_update_on_release"),
            Assignment = new AgentAssignmentOptions
            {
                Enabled = values.Flag("agent-assignment"),
                MinAgents = values.Integer("agent-assignment-min-num"),
                MaxAgents = values.Integer("agent-assignment-max-num"),
                Priority = values.Integer("agent-assignment-priority"),
                IfWaitingPorts = values.Flag("agent-reassignment-if-waiting-ports"),
                WaitingPortsMs = values.SecondsAsMs("agent-reassignment-if-waiting-ports-timeout"),
                IfWaitingRecords = values.Flag("agent-reassignment-if-waiting-records"),
                WaitingRecordsMs = values.SecondsAsMs("agent-reassignment-if-waiting-records-timeout"),
            },
            OutboundReleaseAction = Enum.Parse<AgentState>(values.Text("outbound_release_action")),
            MaxCallDurationMs = values.MinutesAsMs("max_call_duration"),
            DialingRateLimit = values.Number("dialing_rate_limit"),
            AsmChannels = values.Integer("asm_channel_num"),
            AsmEngagedIdleTimeoutMs = values.Integer("asm_engaged_idle_timeout") * 1_000,
            AssuredConnect = values.Flag("assured-connect"),
            AssuredConnectField = values.TextOrNull("assured-connect-field"),
            BeepOnMerge = values.Flag("beep-on-merge"),
            MaxQueueSize = values.Integer("max_queue_size"),
            ReservedAgents = values.Integer("progressive_blending_reserved_agents"),
            PredictiveAlgorithm = Enum.Parse<PredictiveAlgorithm>(values.Text("predictive_algorithm").Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            SmallGroupSize = values.Integer("small_group_size"),
            MaxOverdialLevel = values.Number("max_overdial_level"),
            MaxOverdialPercent = values.Number("predictive_max_overdial_rate"),
            OverdialWindowSeconds = values.Number("overdial_rate_window") * 3_600,
            TrunkFaultRetryDelayMs = values.SecondsAsMs("trunk_fault_retry_delay"),
            TrunkFaultMaxAttempts = values.Integer("trunk_fault_max_attempts"),
            SendHistory = !values.Has("send-history") || values.Flag("send-history"),
            PreDialValidation = !values.Has("pre-dial-validation") || values.Flag("pre-dial-validation"),
            CallbackWaitAgentTimeoutMs = values.MinutesAsMs("personal_callback_wait_agent_timeout"),
            PredictiveCallback = values.Flag("predictive_callback"),
            CallbackObserveCampaign = values.Flag("callback-observe-campaign"),
            CallbackObserveGroup = values.Flag("callback-observe-group"),
            CampaignCallbackDistribution = Enum.Parse<CampaignCallbackDistribution>(values.Text("campaign-callback-distr")),
            Detection = DetectionBuilder.Build(values, faults),
        };
        Check(values, options, faults);
        return options;
    }

    /// <summary>
    /// Where no record is ever dialled before its agent is sought, or the agent is engaged anyway, an assured connection changes nothing; nor does a beep
    /// where nobody is engaged before the customer.
    /// </summary>
    public static void CheckEngaging(SectionValues values, DialMode mode, CampaignGroupOptions options, FaultList faults)
    {
        var mayAssure = mode is DialMode.Progress or DialMode.Predict;
        var assures = options.AssuredConnect || options.AssuredConnectField is not null;
        if (options.BeepOnMerge && !mode.Seizes() && !(mayAssure && assures))
        {
            var without = mayAssure ? " without assured-connect" : "";
            faults.Warning(values, "beep-on-merge", $"changes nothing in {mode.DesktopName()} dialling{without}; it is for agents who are engaged before the customer");
        }

        if (!mayAssure && assures)
        {
            var key = options.AssuredConnect ? "assured-connect" : "assured-connect-field";
            faults.Warning(values, key, $"changes nothing in {mode.DesktopName()} dialling; it is for Progressive and Predictive");
        }
    }

    private static void Check(SectionValues values, CampaignGroupOptions options, FaultList faults)
    {
        if (options.OptRecordBufferSize <= options.MinRecordBufferSize)
        {
            var key = values.Has("opt_record_buffer_size") ? "opt_record_buffer_size" : "min_record_buffer_size";
            faults.Error(values, key, $"opt_record_buffer_size ({options.OptRecordBufferSize}) must be more than min_record_buffer_size ({options.MinRecordBufferSize})");
        }

        if (options.Assignment is { MaxAgents: > 0 } assignment && assignment.MinAgents > assignment.MaxAgents)
        {
            faults.Error(
                values, "agent-assignment-max-num",
                $"agent-assignment-max-num ({assignment.MaxAgents}) must not be less than agent-assignment-min-num ({assignment.MinAgents})");
        }

        if (options.RingTimeoutMs < options.MinimumRingTimeMs)
        {
            var key = values.Has("call_wait_connected_timeout") ? "call_wait_connected_timeout" : "minimum_ring_time";
            faults.Error(
                values, key,
                $"call_wait_connected_timeout ({options.RingTimeoutMs / 1_000.0} s) must not be less than minimum_ring_time ({options.MinimumRingTimeMs / 1_000.0} s)");
        }

        if (options.MinimumRingTimeMs < LegalRingMs)
        {
            faults.Warning(values, "minimum_ring_time", "less than 15 s (or four rings) before hanging up is against the law in the United States (16 CFR 310.4(b)(4)(ii))");
        }

        if (options.QueueTimeoutMs > LegalWaitMs)
        {
            faults.Warning(values, "call_wait_in_queue_timeout", "a person who waits longer than 2 s for an agent counts as abandoned in the United States (16 CFR 310.4(b)(4)(iii))");
        }

        if (options.SafeHarbourAnnouncement is { } file)
        {
            if (WavFile.Fault(file) is { } fault)
            {
                faults.Error(values, "safe_harbour_announcement", fault);
            }
        }
        else if (values.NodeOf("safe_harbour_announcement") is null)
        {
            faults.Warning(values, "safe_harbour_announcement", "there is none: people whom no agent takes are hung up on without a word");
        }
    }
}
