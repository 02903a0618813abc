using DialerEngine.Core;
using DialerEngine.Core.Compliance;
using DialerEngine.Host.Configuration;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Admin;

/// <summary>What the addresses about records need of an engine.</summary>
/// <param name="requests">Carries requests out.</param>
/// <param name="configuration">Names of tenants, lists and time zones.</param>
internal sealed class RecordAccess(RecordRequests requests, EngineConfiguration configuration)
{
    private volatile EngineConfiguration _configuration = configuration;

    /// <summary>Who asks, for the records' history.</summary>
    public const string Actor = "admin API";

    public RecordRequests Requests => requests;

    /// <summary>Other definitions of the same lists from now on.</summary>
    public void Reconfigure(EngineConfiguration next) => _configuration = next;

    /// <summary>The tenants' names.</summary>
    public IReadOnlyList<string> Tenants { get; } =
        [.. configuration.Groups.Select(g => g.TenantName).Concat(configuration.Compliance.Select(c => c.Tenant)).Distinct(StringComparer.Ordinal)];

    public CallingListDefinition? FindList(string name) => _configuration.Lists.FirstOrDefault(l => l.Name == name);

    public IEnumerable<string> ListNames => _configuration.Lists.Select(l => l.Name);

    /// <summary>The column of a list that takes a time zone's name, with the value for it, and the zone. False where nobody knows the zone.</summary>
    public bool TryFindZone(CallingListDefinition list, string name, out KeyValuePair<string, object?> column, out TimeZoneInfo zone)
    {
        var clock = _configuration.Compliance.FirstOrDefault(c => c.Lists.Any(l => l.Id == list.Id))?.Clock;
        var dbid = ZoneNames.Numbers(clock?.ZonesByDbid ?? new Dictionary<int, string>()).GetValueOrDefault(name);
        var iana = ZoneNames.ToIana(name);
        column = default;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(iana, out zone!))
        {
            return false;
        }

        var field = list.UserFields.FirstOrDefault(f => string.Equals(f.Name, clock?.ZoneField ?? "tz_name", StringComparison.OrdinalIgnoreCase));
        column = field is not null ? new(field.Name, iana) : new("tz_dbid", (long)dbid);
        return field is not null || dbid > 0;
    }
}
