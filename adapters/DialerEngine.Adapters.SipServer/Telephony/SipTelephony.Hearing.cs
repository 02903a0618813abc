using DialerEngine.Core;
using DialerEngine.Media.Audio;
using DialerEngine.Media.Tones;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>
/// What an agent who dials hears before the answer. Audio of the far end (early media: its ringing tone, announcements) is put through as soon as it is there, and one
/// way only: nobody is there to be talked to. Where the far end only says that it rings (180 without a session description), the agent hears a ringing tone
/// of this engine (RFC 3960 section 3.2).
/// </summary>
public sealed partial class SipTelephony
{
    private readonly Dictionary<string, AnnouncementClip> _ringing = new(StringComparer.Ordinal);

    private void BeginHearing(CustomerLeg leg, AgentId agent)
    {
        if (agent != default && _phoneByAgent.TryGetValue(agent.Value, out var phone) && phone is { State: LineState.Up, Customer: null, Heard: null })
        {
            leg.Hearer = phone;
            phone.Heard = leg;
        }
    }

    /// <summary>The far end alerts, without audio of its own so far.</summary>
    private void HearRinging(CustomerLeg leg)
    {
        if (leg is { Hearer: { } phone, HearsFarEnd: false, HearsTone: false })
        {
            leg.HearsTone = _media.PlayClip(phone.Media, RingingOf(leg.Trunk), repeats: true);
        }
    }

    /// <summary>The far end sends audio before its answer.</summary>
    private void HearFarEnd(CustomerLeg leg)
    {
        if (leg is { Hearer: { } phone, HearsFarEnd: false })
        {
            leg.HearsFarEnd = _media.RelayTo(leg.Media, phone.Media);
        }
    }

    /// <summary>The call is over, or its agent gave it up: the line is silent again, unless it has a customer by now.</summary>
    private void EndHearing(CustomerLeg leg)
    {
        if (leg.Hearer is not { } phone)
        {
            return;
        }

        leg.Hearer = null;
        phone.Heard = null;
        if (leg.HearsFarEnd || leg.HearsTone)
        {
            _media.Unbridge(leg.Media);
            _media.SendSilence(phone.Media);
        }
    }

    private static void EndHearing(AgentPhoneLine phone)
    {
        if (phone.Heard is { } leg)
        {
            leg.Hearer = null;
            phone.Heard = null;
        }
    }

    /// <summary>The ringing tone of the country whose tones the trunk brings; that of the United States where no country is named.</summary>
    private AnnouncementClip RingingOf(int trunk)
    {
        var country = _trunks[trunk].Options.CpdProfile is { Length: 2 } profile ? profile.ToUpperInvariant() : "US";
        if (!_ringing.TryGetValue(country, out var clip))
        {
            var plan = ToneCatalog.Ringback(country);
            _ringing[country] = clip = AnnouncementClip.FromSource(new ToneGenerator(plan), plan.PassMilliseconds);
        }

        return clip;
    }
}
