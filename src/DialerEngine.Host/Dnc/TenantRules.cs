using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core.CallerId;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Dnc;

/// <summary>What the campaign groups of a tenant share: do-not-call list, book of attempts, caller id sets.</summary>
internal sealed class TenantRules
{
    private readonly List<CallerIdRotor> _rotors;

    public TenantRules(TenantCompliance configuration)
    {
        Configuration = configuration;
        List = new DoNotCallList(configuration.Tenant);
        History = new AttemptHistory(configuration.Limits);
        _rotors = [.. configuration.Sets.Select(s => new CallerIdRotor(s, AttemptHistory.KeyOfCustomer(s.Name)))];
    }

    public TenantCompliance Configuration { get; }

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

    /// <summary>The gate of one of the tenant's groups.</summary>
    public ComplianceGate GateOf(CampaignGroupDefinition group)
    {
        (DayWindow Window, int Days) hours = Configuration.CampaignHours.GetValueOrDefault(group.Campaign.Id, (DayWindow.WholeDay, DayHours.EveryDay));
        return new ComplianceGate(
            Configuration.ChecksList ? new DoNotCallRule(List, Configuration.CustomerField, Configuration.ChecksCallbacks) : null,
            Configuration.Clock is { } clock ? new CallingWindow(clock with { CampaignWindow = hours.Window, CampaignDays = hours.Days }) : null,
            new FrequencyRule(History, new CustomerField(Configuration.CustomerField)));
    }

    public CallerIdSelector CallerIdsOf(CampaignGroupDefinition group) => new(
        Configuration.OfGroups.GetValueOrDefault(group.Id) ?? new CallerIdSettings(),
        Configuration.OfCampaigns.GetValueOrDefault(group.Campaign.Id) ?? new CallerIdSettings(group.Campaign.CpnDigits),
        Configuration.OfLists, ComplianceBuilder.CallerIdField, _rotors);
}
