using DialerEngine.Host.Configuration;
using ConfigurationSection = DialerEngine.Host.Configuration.ConfigurationSection;

namespace DialerEngine.Host.Reload;

/// <summary>
/// Which keys of the configuration a running engine takes; every other key needs a restart. To make a key one of these: hand its new value to whoever
/// uses it (<see cref="IReloadTarget"/>), add it here, and to the cases of the tests.
/// </summary>
internal static class ReloadTable
{
    private static readonly Dictionary<string, string[]> Live = new(StringComparer.Ordinal)
    {
        ["configuration"] = ["$schema", "cpdProfiles", "db-stat-recalc-interval", "log-level", "stopLimitSeconds"],
        ["notifications"] =
        [
            "campaigngroup-states-uri", "campaigngroup-states-interval", "history-uri", "history-http-response-timeout", "history-wait-recovery-timeout",
            "history-wait-condition-threshold", "validation-uri", "validation-timeout-call-result", "validation-race-condition-call-result", "on-no-verdict",
            "validation-max-age", "http-response-timeout", "bearer-token", "user", "password", "client-certificate", "client-key", "trusted-certificates",
            "allowed-hosts", "allow-plain-http", "compress-requests",
        ],
        ["trunk"] = ["maxCalls", "maxCallsPerSecond"],
        ["tenant"] = ["callerIdSets"],
        ["callingList"] = ["timeFrom", "timeTo", "treatments", "maxAttempts", "scriptId", "callerId"],
        ["campaign"] = ["description", "scriptId", "templateName", "treatments", "cpnDigits", "callerId", "dailyFrom", "dailyTill", "days"],
        ["campaignList"] = ["weight", "active", "filter"],
        ["campaignGroup"] = ["description", "scriptId", "dialMode", "optimizeBy", "optimizeGoal", "trunks", "callerId"],
        ["options"] =
        [
            "number_of_channels", "min_record_buffer_size", "record_buffer_seconds", "fresh_record_share", "default_general_priority",
            "default_campaigncallback_priority", "default_campaignrescheduled_priority", "call_wait_connected_timeout", "minimum_ring_time",
            "call_wait_in_queue_timeout", "call_wait_agent_connected_timeout", "safe_harbour_announcement", "record_processed", "stale_clean_timeout",
            "agent_preview_mode_start", "agent_logout_preview_call_result", "ivr_update_on_release", "agent-assignment", "agent-assignment-min-num",
            "agent-assignment-max-num", "agent-assignment-priority", "agent-reassignment-if-waiting-ports", "agent-reassignment-if-waiting-ports-timeout",
            "agent-reassignment-if-waiting-records", "agent-reassignment-if-waiting-records-timeout", "outbound_release_action", "max_call_duration", "dialing_rate_limit",
            "asm_channel_num", "asm_engaged_idle_timeout", "assured-connect", "assured-connect-field", "beep-on-merge", "max_queue_size", "progressive_blending_reserved_agents", "predictive_algorithm",
            "small_group_size", "max_overdial_level", "predictive_max_overdial_rate", "overdial_rate_window", "push_preview_accept_timeout",
            "trunk_fault_retry_delay", "trunk_fault_max_attempts", "personal_callback_wait_agent_timeout",
            "predictive_callback", "callback-observe-campaign", "callback-observe-group", "campaign-callback-distr",
        ],
        ["compliance"] =
        [
            "check_dnc_list", "check_dnc_callback", "calling_window", "calling_rules", "zone_field", "unknown_zone", "timeZones", "holidays",
            "attempts_per_day", "attempts_per_week", "attempts_per_month", "attempts_per_record", "minimum_gap", "abandoned_hold",
        ],
    };

    /// <summary>Sections and their keys that a reload applies, in the order of the manual.</summary>
    public static IEnumerable<(ConfigurationSection Section, IReadOnlyList<string> Keys)> Sections =>
        ConfigurationTable.Sections.Where(s => Live.ContainsKey(s.Name)).Select(s => (s, (IReadOnlyList<string>)Live[s.Name]));

    /// <summary>True where a running engine takes the key.</summary>
    public static bool IsLive(ConfigurationSection section, ConfigurationKey key) => Live.TryGetValue(section.Name, out var keys) && keys.Contains(key.Name);

    /// <summary>The table of the manual.</summary>
    public static string WriteManual()
    {
        var text = new System.Text.StringBuilder("| section | applied by a reload | what of it needs a restart |\n|---|---|---|\n");
        foreach (var section in ConfigurationTable.Sections)
        {
            var live = section.Keys.Where(k => IsLive(section, k)).Select(k => $"`{k.Name}`").ToList();
            if (live.Count > 0)
            {
                var parts = section.Keys.Any(k => !IsLive(section, k) && k.Kind is not (KeyKind.Object or KeyKind.Objects));
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {section.Name} | {string.Join(", ", live)} | {(parts ? "every other key" : "nothing")} |\n");
            }
        }

        return text.ToString();
    }
}
