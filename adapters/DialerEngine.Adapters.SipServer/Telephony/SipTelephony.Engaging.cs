using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Media.Audio;
using DialerEngine.Media.Tones;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>
/// Engaging calls: an agent is called before there is a customer, hears silence (RTP flows, so that the line is known to stand), and is merged with
/// the customer at the answer without ringing. The merge is a bridge of two streams that both stand: it costs no signalling.
/// </summary>
/// <remarks>
/// With a beep (option <c>beep-on-merge</c>) the bridge is made at once all the same, so that the customer's wait (16 CFR 310.4(b)(4)(iii): 2 s from the end of the
/// greeting to the agent) is not a moment longer and the moment that is told is the true one; the beep goes to the agent alone, in place of the customer's first sound.
/// </remarks>
public sealed partial class SipTelephony
{
    private static readonly AnnouncementClip MergeBeep = AnnouncementClip.FromSource(new ToneGenerator(ToneCatalog.MergeBeep), ToneCatalog.MergeBeep.PassMilliseconds);

    private void EngageAgent(SipEndpoint endpoint, AgentId agent, in Engagement engagement)
    {
        if (!_phoneByAgent.TryGetValue(agent.Value, out var phone) || phone.Customer is not null || !phone.Engagement.IsNone
            || (phone.Agent.Phone.NailedUp ? phone.State != LineState.Up : phone.State is not (LineState.Down or LineState.Leaving)))
        {
            _events.AgentDisengaged(agent, engagement);
            return;
        }

        phone.Engagement = engagement;
        if (phone.State == LineState.Down)
        {
            CallPhone(endpoint, phone);
        }
        else if (phone.Agent.Phone.NailedUp)
        {
            EngagedNow(phone);
        }
    }

    private void DisengageAgent(AgentId agent, in Engagement engagement)
    {
        if (_phoneByAgent.TryGetValue(agent.Value, out var phone) && phone.Engagement == engagement)
        {
            EndEngagement(agent);
        }
    }

    private void EndEngagement(AgentId agent)
    {
        if (_phoneByAgent.TryGetValue(agent.Value, out var phone) && !phone.Engagement.IsNone)
        {
            phone.Engagement = Engagement.None;
            if (!phone.Agent.Phone.NailedUp)
            {
                HangUpPhone(phone);
            }
        }
    }

    private void EngagedNow(AgentPhoneLine phone)
    {
        _media.SendSilence(phone.Media);
        _events.AgentEngaged(phone.Agent.Id, phone.Engagement);
    }

    private void EngagementEnded(AgentPhoneLine phone)
    {
        if (!phone.Engagement.IsNone)
        {
            var engagement = phone.Engagement;
            phone.Engagement = Engagement.None;
            _events.AgentDisengaged(phone.Agent.Id, engagement);
        }
    }

    private void MergeWith(CustomerLeg leg, AgentId agent, bool beep)
    {
        if (!_phoneByAgent.TryGetValue(agent.Value, out var phone) || phone.Customer is not null || leg.Agent is not null || phone.State != LineState.Up
            || (phone.Engagement.IsNone && !phone.Agent.Phone.NailedUp))
        {
            _events.AgentFailed(leg.Call, agent);
            return;
        }

        phone.Engagement = Engagement.None;
        leg.Agent = phone;
        phone.Customer = leg;
        phone.Bridged = false;
        phone.RingingTold = false;
        TellRinging(leg, phone);
        BridgeTo(leg, phone, beep ? MergeBeep : null);
        if (!phone.Bridged && !phone.Agent.Phone.NailedUp)
        {
            HangUpPhone(phone);
        }
    }

    /// <summary>Ends the phone's call; until the far end has said so, the next customer or engaging call waits.</summary>
    private void HangUpPhone(AgentPhoneLine phone)
    {
        if (phone.Sip.IsSet && phone.State is LineState.Calling or LineState.Up)
        {
            phone.State = LineState.Leaving;
            Endpoint.TryHangUp(phone.Sip);
        }
    }
}
