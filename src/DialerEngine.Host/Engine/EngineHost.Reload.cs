using DialerEngine.Host.Configuration;
using DialerEngine.Host.Reload;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Engine;

/// <summary>A new configuration while the engine runs, and the announcement of its end.</summary>
internal sealed partial class EngineHost : IReloadTarget
{
    /// <summary>Told after a new configuration was taken.</summary>
    public event Action<EngineConfiguration>? Reconfigured;

    /// <summary>What groups do from now on they do because the engine is being stopped.</summary>
    public void Stopping() => _notifiers?.EngineStops();

    public string? WhyRestart(ConfigurationChange change)
    {
        switch (change.Key.Name)
        {
            case "number_of_channels" when change.Value is { } channels && Runtime.Find(change.Owner) is { } loop
                && Convert.ToInt32(channels, System.Globalization.CultureInfo.InvariantCulture) is var wanted && wanted > loop.Machine.MostChannels:
                return $"room for {loop.Machine.MostChannels} channels was made at the start";
            case "attempts_per_day" or "attempts_per_week" or "attempts_per_month" or "minimum_gap" or "abandoned_hold" when change.Value is { } limit:
                var horizon = SecondsOf(change.Key.Name, Convert.ToInt32(limit, System.Globalization.CultureInfo.InvariantCulture));
                return horizon > Rules.HorizonOf(change.Owner) ? "attempts of that long ago were not read at the start" : null;
            default:
                return null;
        }
    }

    public async Task<IReadOnlyList<string>> ApplyAsync(EngineConfiguration next, CancellationToken cancel)
    {
        // First what can fail, so that nothing is changed then.
        LoadAnnouncements(next, _announcements);
        for (var i = 0; i < next.Trunks.Count; i++)
        {
            var trunk = next.Trunks[i];
            Runtime.Trunks.SetLimits(i, new TrunkLimits(trunk.Name, trunk.MaxCalls, trunk.MaxCallsPerSecond));
        }

        Rules.Reconfigure(next.Compliance);
        _notifiers?.Reconfigure(next);
        Detection?.Reload(next.Cpd);
        var notTaken = new List<string>();
        foreach (var (group, answer) in next.Groups.Select(g => (g, Runtime.ReconfigureAsync(g, cancel))).ToList())
        {
            if (await answer is { } refusal)
            {
                notTaken.Add($"{group.Name}: {refusal}");
            }
        }

        Configuration = next;
        ListControl.Reconfigure(next);
        Reconfigured?.Invoke(next);
        return notTaken;
    }

    /// <summary>How far back a limit looks, seconds.</summary>
    private static long SecondsOf(string key, int value) => value <= 0 ? 0 : key switch
    {
        "attempts_per_day" => 86_400,
        "attempts_per_week" => 7 * 86_400,
        "attempts_per_month" => 30 * 86_400,
        "minimum_gap" => value * 60L,
        _ => value * 3_600L,
    };
}
