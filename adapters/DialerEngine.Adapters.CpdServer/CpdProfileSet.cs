using System.Collections.Frozen;
using DialerEngine.Cpd.Profiles;

namespace DialerEngine.Adapters.CpdServer;

/// <summary>
/// The profiles in force, by name, whatever the case. Immutable: a reload makes a new set and swaps it; calls keep the profile that they
/// started with.
/// </summary>
public sealed class CpdProfileSet
{
    private readonly FrozenDictionary<string, CpdProfile> _byName;
    private readonly FrozenDictionary<(CpdProfile, CpdPreset), CpdProfile> _withPreset;

    /// <summary>The profiles that come with the product, and <paramref name="configured"/> beside them or in their place.</summary>
    public CpdProfileSet(IEnumerable<CpdProfile> configured, string defaultName = "default")
    {
        ArgumentNullException.ThrowIfNull(configured);
        var all = new Dictionary<string, CpdProfile>(StringComparer.OrdinalIgnoreCase);
        foreach (var profile in CpdProfiles.All.Concat(configured))
        {
            all[profile.Name] = profile;
        }

        _byName = all.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        Default = _byName.GetValueOrDefault(defaultName) ?? CpdProfiles.Default;

        // Every pair is made beforehand, so that opening a call makes none. An operating point of the profile's own belongs to its own preset.
        _withPreset = _byName.Values.Distinct().SelectMany(_ => Enum.GetValues<CpdPreset>(), (profile, preset) => (profile, preset))
            .ToFrozenDictionary(p => p, p => p.profile with { CallAnswerTypeRecognition = p.preset, Point = p.preset == p.profile.CallAnswerTypeRecognition ? p.profile.Point : null });
    }

    /// <summary>The set that comes with the product.</summary>
    public static CpdProfileSet BuiltIn { get; } = new([]);

    /// <summary>Every profile, by name.</summary>
    public IReadOnlyList<CpdProfile> All => [.. _byName.OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase).Select(p => p.Value)];

    /// <summary>What a call has whose profile is not named or not known.</summary>
    public CpdProfile Default { get; }

    /// <summary>Finds a profile and puts the campaign's value of <c>call_answer_type_recognition</c> into it; <c>telephony_preset</c> leaves the profile's own.</summary>
    public CpdProfile Find(string? name, string? answerTypeRecognition)
    {
        var profile = name is not null && _byName.TryGetValue(name, out var found) ? found : Default;
        return CpdPresets.TryParse(answerTypeRecognition, out var preset) && preset != CpdPreset.TelephonyPreset
            && _withPreset.TryGetValue((profile, preset), out var adapted) ? adapted : profile;
    }
}
