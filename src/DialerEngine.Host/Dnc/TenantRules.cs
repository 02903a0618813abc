using System.Collections.Concurrent;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.CallerId;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Filters;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Dnc;

/// <summary>What the campaign groups of a tenant share: do-not-call list, book of attempts, caller id sets.</summary>
internal sealed class TenantRules
{
    private List<CallerIdRotor> _rotors;

    /// <summary>By the definition itself: while the configuration changes, a group still asks with its old one.</summary>
    private readonly ConcurrentDictionary<CampaignGroupDefinition, (CallingWindow Window, GroupClock Clock)> _clocks = new(ReferenceEqualityComparer.Instance);

    public TenantRules(TenantCompliance configuration)
    {
        Configuration = configuration;
        List = new DoNotCallList(configuration.Tenant);
        History = new AttemptHistory(configuration.Limits);
        _rotors = [.. configuration.Sets.Select(s => new CallerIdRotor(s, AttemptHistory.KeyOfCustomer(s.Name)))];
    }

    public TenantCompliance Configuration { get; private set; }

    public DoNotCallList List { get; }

    public AttemptHistory History { get; }

    /// <summary>Enters the attempts of before this start as far back as the limits look, the earliest last: the book puts them in order.</summary>
    public void LoadHistory(SqliteStorage storage, long nowUnixSeconds)
    {
        if (Configuration.Limits.HorizonSeconds == 0)
        {
            return;
        }

        foreach (var list in Configuration.Lists)
        {
            foreach (var attempt in storage.ReadAttempts(list, Configuration.CustomerField, nowUnixSeconds - Configuration.Limits.HorizonSeconds))
            {
                if (NumberKey.TryPack(attempt.Phone, list.DefaultCountry, out var number))
                {
                    History.Load(number, attempt.StartedUnixSeconds, attempt.Abandoned);
                }

                if (!string.IsNullOrEmpty(attempt.CustomerId))
                {
                    History.Load(AttemptHistory.KeyOfCustomer(attempt.CustomerId), attempt.StartedUnixSeconds, attempt.Abandoned);
                }
            }
        }
    }

    /// <summary>
    /// Other rules from now on, for the gates, clocks and caller ids that are made from now on: the groups are given theirs one after the other. The
    /// do-not-call list and the book of attempts stay.
    /// </summary>
    /// <exception cref="ArgumentException">Limits look further back than the book of attempts goes.</exception>
    public void Reconfigure(TenantCompliance next)
    {
        History.SetLimits(next.Limits);
        var before = _rotors;
        _rotors = [.. next.Sets.Select(s => before.Find(r => r.Set.Name == s.Name)?.For(s) ?? new CallerIdRotor(s, AttemptHistory.KeyOfCustomer(s.Name)))];
        Configuration = next;
        _clocks.Clear();
    }

    /// <summary>The gate of one of the tenant's groups.</summary>
    public ComplianceGate GateOf(CampaignGroupDefinition group) => new(
        Configuration.ChecksList ? new DoNotCallRule(List, Configuration.CustomerField, Configuration.ChecksCallbacks) : null,
        Configuration.Clock is null ? null : PartsOf(group).Window,
        new FrequencyRule(History, new CustomerField(Configuration.CustomerField)));

    /// <summary>What time it is for the customers of a group; known also where calling windows are not looked at.</summary>
    public GroupClock ClockOf(CampaignGroupDefinition group) => PartsOf(group).Clock;

    /// <summary>The windows that a fetch looks at; null where the tenant looks at none.</summary>
    public IFetchWindows? WindowsOf(CampaignGroupDefinition group, ListId list) => Configuration.Clock is null ? null : PartsOf(group).Clock.WindowsOf(list);

    private (CallingWindow Window, GroupClock Clock) PartsOf(CampaignGroupDefinition group) => _clocks.GetOrAdd(group, _ =>
    {
        (DayWindow Window, int Days) hours = Configuration.CampaignHours.GetValueOrDefault(group.Campaign.Id, (DayWindow.WholeDay, DayHours.EveryDay));
        var window = new CallingWindow((Configuration.Clock ?? new ClockOptions()) with
        {
            CampaignWindow = hours.Window,
            CampaignDays = hours.Days,
            AnswerSeconds = (Math.Max(group.Options.RingTimeoutMs, group.Options.MinimumRingTimeMs) + 999) / 1_000,
        });
        return (window, new GroupClock(group.Campaign, window));
    });

    public CallerIdSelector CallerIdsOf(CampaignGroupDefinition group) => new(
        Configuration.OfGroups.GetValueOrDefault(group.Id) ?? new CallerIdSettings(),
        Configuration.OfCampaigns.GetValueOrDefault(group.Campaign.Id) ?? new CallerIdSettings(group.Campaign.CpnDigits),
        Configuration.OfLists, ComplianceBuilder.CallerIdField, _rotors);
}
