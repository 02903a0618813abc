using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Callbacks;
using DialerEngine.Core.CallerId;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Filters;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Dnc;

/// <summary>The rules of all tenants of an engine.</summary>
internal sealed class TenantRulesSet : IDisposable
{
    private readonly Dictionary<string, (TenantRules Rules, DoNotCallKeeper Keeper)> _tenants = new(StringComparer.Ordinal);

    /// <summary>Loads lists and histories.</summary>
    /// <exception cref="DialerEngine.Core.Ports.StorageFaultException">The storage cannot be read.</exception>
    public static TenantRulesSet Load(EngineConfiguration configuration, SqliteStorage storage, TimeProvider time, ILoggerFactory loggers, CancellationToken stop)
    {
        var set = new TenantRulesSet();
        var logger = loggers.CreateLogger("DialerEngine.Host.Dnc");
        try
        {
            foreach (var tenant in configuration.Compliance)
            {
                var rules = new TenantRules(tenant);
                var keeper = new DoNotCallKeeper(storage.DoNotCall, rules, storage.Path, time, logger);
                set._tenants.Add(tenant.Tenant, (rules, keeper));
                keeper.Load(stop);
                rules.LoadHistory(storage, time.GetUtcNow().ToUnixTimeSeconds());
                DncLog.Loaded(logger, tenant.Tenant, rules.List.Numbers.Count, rules.List.CustomerCount, rules.History.Count);
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Other rules from now on; tenants neither come nor go.</summary>
    public void Reconfigure(IReadOnlyList<TenantCompliance> next)
    {
        foreach (var tenant in next)
        {
            if (_tenants.TryGetValue(tenant.Tenant, out var known))
            {
                known.Rules.Reconfigure(tenant);
            }
        }
    }

    /// <summary>How far back a tenant's book of attempts goes, seconds.</summary>
    public long HorizonOf(string tenant) => _tenants.TryGetValue(tenant, out var known) ? known.Rules.History.HorizonSeconds : 0;

    public IReadOnlyCollection<DoNotCallKeeper> Keepers => [.. _tenants.Values.Select(t => t.Keeper)];

    /// <summary>The do-not-call list of a tenant; null where it has none.</summary>
    public DoNotCallKeeper? KeeperOf(string tenant) => _tenants.TryGetValue(tenant, out var found) ? found.Keeper : null;

    /// <summary>Loads lists and histories once, for a look from outside a running engine: nothing is followed, nothing is written.</summary>
    /// <exception cref="DialerEngine.Core.Ports.StorageFaultException">The storage cannot be read.</exception>
    public static TenantRulesSet LoadForLook(EngineConfiguration configuration, SqliteStorage storage, DateTimeOffset at, CancellationToken stop)
    {
        var set = new TenantRulesSet();
        foreach (var tenant in configuration.Compliance)
        {
            var rules = new TenantRules(tenant);
            var keeper = new DoNotCallKeeper(storage.DoNotCall, rules, storage.Path, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            set._tenants.Add(tenant.Tenant, (rules, keeper));
            keeper.LoadOnce(stop);
            rules.LoadHistory(storage, at.ToUnixTimeSeconds());
        }

        return set;
    }

    public ICustomerClock? ClockOf(CampaignGroupDefinition group) => _tenants.TryGetValue(group.TenantName, out var tenant) ? tenant.Rules.ClockOf(group) : null;

    public IFetchWindows? WindowsOf(CampaignGroupDefinition group, ListId list) =>
        _tenants.TryGetValue(group.TenantName, out var tenant) ? tenant.Rules.WindowsOf(group, list) : null;

    /// <summary>Whether a group's calling windows are looked at.</summary>
    public bool AsksWindows(CampaignGroupDefinition group) => _tenants.TryGetValue(group.TenantName, out var tenant) && tenant.Rules.Configuration.Clock is not null;

    /// <summary>The rules of a group, for a rehearsal.</summary>
    public IReadOnlyList<IRecordRule> RulesOf(CampaignGroupDefinition group) =>
        _tenants.TryGetValue(group.TenantName, out var tenant) ? tenant.Rules.GateOf(group).Rules : [];

    public IDialGate? GateOf(CampaignGroupDefinition group) => _tenants.TryGetValue(group.TenantName, out var tenant) ? tenant.Rules.GateOf(group) : null;

    public ICallerIds? CallerIdsOf(CampaignGroupDefinition group) => _tenants.TryGetValue(group.TenantName, out var tenant) ? tenant.Rules.CallerIdsOf(group) : null;

    public void Dispose()
    {
        foreach (var (_, keeper) in _tenants.Values)
        {
            keeper.Dispose();
        }
    }
}
