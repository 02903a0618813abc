using System.Net;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Media.Audio;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>A trunk as the telephony adapter uses it.</summary>
public sealed record SipTrunkOptions
{
    public required string Name { get; init; }

    /// <summary>Where its INVITEs go.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>Host part of Request-URI and To; the trunk's name where it has one.</summary>
    public required string Host { get; init; }

    /// <summary>Digest credentials; null where the trunk asks for none.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>User part of From where the call brings no caller id.</summary>
    public string CallerId { get; init; } = "anonymous";

    /// <summary>Put before the number.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>True dials numbers without their plus sign.</summary>
    public bool StripPlus { get; init; }

    /// <summary>Seconds between OPTIONS requests that watch the trunk, 0 to 3,600; 0 does not watch.</summary>
    public int OptionsSeconds { get; init; }

    /// <summary>Name of the detection profile of calls over it; null takes the detector's default.</summary>
    public string? CpdProfile { get; init; }

    /// <summary>How answers become call results.</summary>
    public SipOutcomeMap Outcomes { get; init; } = SipOutcomeMap.Standard;
}

/// <summary>Everything that the telephony adapter needs.</summary>
public sealed record SipTelephonyOptions
{
    public required SipStackOptions Stack { get; init; }

    public required MediaEngineOptions Media { get; init; }

    /// <summary>Address put into session descriptions; null takes the local address towards each destination.</summary>
    public IPAddress? AdvertisedAddress { get; init; }

    /// <summary>The trunks, in the order of the engine's trunk table.</summary>
    public required IReadOnlyList<SipTrunkOptions> Trunks { get; init; }

    public required IReadOnlyList<AgentDefinition> Agents { get; init; }

    /// <summary>Announcements by the name that calls use.</summary>
    public IReadOnlyDictionary<string, AnnouncementClip> Announcements { get; init; } = new Dictionary<string, AnnouncementClip>();

    /// <summary>Listens to customers' audio; null where nothing does: then every answer is a person.</summary>
    public ICallAudioTap? AudioTap { get; init; }

    /// <summary>An agent's phone rings at most this long when its line is brought up, ms, 1,000 to 180,000.</summary>
    public int AgentLineRingMs { get; init; } = 30_000;
}
