using System.Net;
using System.Text;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Core;
using DialerEngine.Media.Audio;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Sdp;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>Agents' phones: lines that stay up for a shift, phones that ring for each customer, and the bridge between the two.</summary>
public sealed partial class SipTelephony
{
    private const int FirstRetryMs = 1_000;
    private const int LongestRetryMs = 30_000;

    private void OpenLine(SipEndpoint endpoint, AgentId agent)
    {
        if (!_phoneByAgent.TryGetValue(agent.Value, out var phone) || phone.Wanted)
        {
            return;
        }

        phone.Wanted = true;
        phone.Failures = 0;
        if (phone.State == LineState.Up)
        {
            // The phone called in before its agent logged in.
            _events.AgentLine(agent, true);
        }
        else if (phone.State == LineState.Down && phone.Agent.Phone.Uri is not null)
        {
            CallPhone(endpoint, phone);
        }
    }

    private void CloseLine(SipEndpoint endpoint, AgentId agent)
    {
        if (_phoneByAgent.TryGetValue(agent.Value, out var phone))
        {
            phone.Wanted = false;
            phone.RetryAt = 0;
            if (phone.Sip.IsSet)
            {
                endpoint.TryHangUp(phone.Sip);
            }
        }
    }

    private void CallPhone(SipEndpoint endpoint, AgentPhoneLine phone)
    {
        var uri = Encoding.ASCII.GetBytes(phone.Agent.Phone.Uri!);
        if (!TryResolve(uri, out var peer) || _media.TryOpen(out var stream, out var local) != MediaOpenError.None)
        {
            TelephonyLog.PhoneUnreachable(_logger, phone.Agent.LoginId, phone.Agent.Phone.Uri!);
            PhoneFailed(phone);
            return;
        }

        phone.Media = stream;
        phone.Local = local;
        phone.SdpSession = _nextSession++;
        phone.SdpVersion = 1;
        var towards = LocalAddressTowards(peer.ToEndPoint());
        var offer = SdpNegotiator.WriteOffer(LocalMedia(phone.SdpSession, phone.SdpVersion, local!, towards), _body);
        var from = Encoding.ASCII.GetBytes($"<sip:dialer@{FormatHost(_options.AdvertisedAddress ?? towards)}>", _from);
        var error = endpoint.TryPlace(
            new SipCallRequest
            {
                Destination = peer,
                RequestUri = uri,
                From = _from.AsSpan(0, from),
                Body = _body.AsSpan(0, offer),
                RingTimeoutMs = _options.AgentLineRingMs,
                Token = AgentToken + phone.Index,
            },
            out phone.Sip);
        if (error != SipPlaceError.None)
        {
            TelephonyLog.PhoneUnreachable(_logger, phone.Agent.LoginId, phone.Agent.Phone.Uri!);
            _media.Close(stream);
            phone.Sip = SipCallHandle.None;
            PhoneFailed(phone);
            return;
        }

        phone.State = LineState.Calling;
    }

    private void PhoneProgress(in SipCallProgress progress)
    {
        var phone = _phones[(int)(progress.Token - AgentToken)];
        if (progress.Status == 180 && phone.Customer is { } leg)
        {
            TellRinging(leg, phone);
        }
    }

    /// <summary>Once per delivery, and always before the two are connected: desktops show a call from its ringing on.</summary>
    private void TellRinging(CustomerLeg leg, AgentPhoneLine phone)
    {
        if (!phone.RingingTold)
        {
            phone.RingingTold = true;
            _events.AgentRinging(leg.Call, phone.Agent.Id);
        }
    }

    private void PhoneAnswered(in SipCallAnswered answered)
    {
        var phone = _phones[(int)(answered.Token - AgentToken)];
        if (!TakeAnswer(phone.Media, answered.Sdp))
        {
            Endpoint.TryHangUp(answered.Call);
            return;
        }

        LineIsUp(phone);
    }

    private void LineIsUp(AgentPhoneLine phone)
    {
        phone.State = LineState.Up;
        phone.Failures = 0;
        if (phone.Agent.Phone.NailedUp)
        {
            TelephonyLog.LineUp(_logger, phone.Agent.LoginId);
            _events.AgentLine(phone.Agent.Id, true);
        }
        else if (phone.Customer is { } leg)
        {
            TellRinging(leg, phone);
            BridgeTo(leg, phone);
        }
        else if (!phone.Engagement.IsNone)
        {
            EngagedNow(phone);
        }
    }

    private void PhoneEnded(in SipCallEnded ended)
    {
        var phone = _phones[(int)(ended.Token - AgentToken)];
        if (phone.Sip != ended.Call)
        {
            return;
        }

        var before = phone.State;
        EndHearing(phone);
        phone.State = LineState.Down;
        phone.Sip = SipCallHandle.None;
        _media.Close(phone.Media);
        phone.Media = default;
        if (before == LineState.Leaving)
        {
            if (phone.Customer is not null || !phone.Engagement.IsNone)
            {
                CallPhone(Endpoint, phone);
            }

            return;
        }

        EngagementEnded(phone);
        if (phone.Customer is { } leg)
        {
            var bridged = phone.Bridged;
            leg.Agent = null;
            leg.Held = false;
            phone.Customer = null;
            phone.Bridged = false;
            if (bridged)
            {
                _media.SendSilence(leg.Media);
                if (phone.Agent.IsPort && PortDataOf(ended.Message) is { } data)
                {
                    _events.AgentData(leg.Call, phone.Agent.Id, data);
                }

                _events.AgentReleased(leg.Call, phone.Agent.Id);
            }
            else
            {
                _events.AgentFailed(leg.Call, phone.Agent.Id);
            }
        }

        if (phone.Agent.Phone.NailedUp)
        {
            if (before == LineState.Up)
            {
                TelephonyLog.LineDown(_logger, phone.Agent.LoginId, ended.Cause.ToString());
                _events.AgentLine(phone.Agent.Id, false);
            }

            PhoneFailed(phone);
        }
    }

    /// <summary>A line that is wanted is tried again, each time after twice as long.</summary>
    private void PhoneFailed(AgentPhoneLine phone)
    {
        if (phone.Agent.Phone.NailedUp)
        {
            if (phone.Wanted && phone.Agent.Phone.Uri is not null)
            {
                phone.RetryAt = Math.Max(1, Endpoint.NowMs + Math.Min(LongestRetryMs, FirstRetryMs << Math.Min(phone.Failures++, 5)));
            }
        }
        else if (phone.Customer is { } leg)
        {
            leg.Agent = null;
            phone.Customer = null;
            _events.AgentFailed(leg.Call, phone.Agent.Id);
        }
        else
        {
            EngagementEnded(phone);
        }
    }

    private void DeliverTo(SipEndpoint endpoint, CustomerLeg leg, AgentId agent)
    {
        if (!_phoneByAgent.TryGetValue(agent.Value, out var phone) || phone.Customer is not null || !phone.Engagement.IsNone || leg.Agent is not null
            || (phone.Agent.Phone.NailedUp ? phone.State != LineState.Up : phone.State is not (LineState.Down or LineState.Leaving)))
        {
            _events.AgentFailed(leg.Call, agent);
            return;
        }

        leg.Agent = phone;
        phone.Customer = leg;
        phone.Bridged = false;
        phone.RingingTold = false;
        if (!phone.Agent.Phone.NailedUp)
        {
            if (phone.State == LineState.Down)
            {
                CallPhone(endpoint, phone);
            }

            return;
        }

        TellRinging(leg, phone);
        if (phone.Agent.Phone.AutoAnswer)
        {
            BridgeTo(leg, phone);
        }
    }

    private void ConnectPending(CustomerLeg leg, AgentId agent)
    {
        if (leg.Agent is { Bridged: false, State: LineState.Up } phone && phone.Agent.Id == agent && phone.Agent.Phone.NailedUp)
        {
            BridgeTo(leg, phone);
        }
    }

    /// <summary>Puts customer and agent through; <paramref name="first"/> is what the agent alone hears before the customer, null for nothing.</summary>
    private void BridgeTo(CustomerLeg leg, AgentPhoneLine phone, AnnouncementClip? first = null)
    {
        // The bridge takes the place of whatever was heard before the answer.
        EndHearing(phone);
        phone.Bridged = _media.Bridge(leg.Media, phone.Media, first);
        if (phone.Bridged)
        {
            _events.AgentConnected(leg.Call, phone.Agent.Id);
        }
        else
        {
            leg.Agent = null;
            phone.Customer = null;
            _events.AgentFailed(leg.Call, phone.Agent.Id);
        }
    }

    private void Withdraw(SipEndpoint endpoint, CustomerLeg leg, AgentId agent)
    {
        if (leg.Agent is { } phone && phone.Agent.Id == agent)
        {
            DetachFromAgent(leg, hangUpPhone: true);
        }
    }

    /// <summary>Separates customer and agent. A nailed-up line stays; a phone that was rung for this customer is hung up.</summary>
    private void DetachFromAgent(CustomerLeg leg, bool hangUpPhone)
    {
        if (leg.Agent is not { } phone)
        {
            return;
        }

        leg.Agent = null;
        leg.Held = false;
        phone.Customer = null;
        if (phone.Bridged)
        {
            phone.Bridged = false;
            _media.Unbridge(leg.Media);
            _media.SendSilence(leg.Media);
            _media.SendSilence(phone.Media);
        }

        if (hangUpPhone && !phone.Agent.Phone.NailedUp)
        {
            HangUpPhone(phone);
        }
    }

    /// <summary>An agent's phone may bring its line up by calling in: it is known by its address and user, or by the agent's login id.</summary>
    public override bool OnIncoming(in SipIncomingCall incoming)
    {
        var phone = FindCaller(incoming);
        if (phone is null)
        {
            return Endpoint.TryReject(incoming.Call, 403);
        }

        if (phone is { Agent.Phone.NailedUp: false } or { State: not LineState.Down } || _media.TryOpen(out var stream, out var local) != MediaOpenError.None)
        {
            return Endpoint.TryReject(incoming.Call, 486);
        }

        phone.SdpSession = _nextSession++;
        phone.SdpVersion = 1;
        var own = LocalMedia(phone.SdpSession, 1, local!, LocalAddressTowards(incoming.From.ToEndPoint()));
        int written;
        if (incoming.Sdp.IsEmpty)
        {
            written = SdpNegotiator.WriteOffer(own, _body);
        }
        else if (_sdp.Parse(incoming.Sdp) == SdpParseError.None && SdpNegotiator.Answer(_sdp, own, _body, out written, out var agreed) == SdpOutcome.Agreed)
        {
            SetRemote(stream, agreed);
        }
        else
        {
            _media.Close(stream);
            return Endpoint.TryReject(incoming.Call, 488);
        }

        Endpoint.TrySetToken(incoming.Call, AgentToken + phone.Index);
        phone.Media = stream;
        phone.Local = local;
        phone.Sip = incoming.Call;
        phone.RetryAt = 0;
        if (!Endpoint.TryAnswer(incoming.Call, _body.AsSpan(0, written)))
        {
            _media.Close(stream);
            phone.Sip = SipCallHandle.None;
            return false;
        }

        LineIsUp(phone);
        return true;
    }

    private AgentPhoneLine? FindCaller(in SipIncomingCall incoming)
    {
        if (!SipUri.TryParse(incoming.Message.From.Uri, out var from))
        {
            return null;
        }

        var user = Encoding.UTF8.GetString(from.User);
        foreach (var phone in _phones)
        {
            if (phone.Agent.Phone.Uri is { } uri)
            {
                var bytes = Encoding.ASCII.GetBytes(uri);
                if (SipUri.TryParse(bytes, out var own) && own.User.SequenceEqual(from.User) && TryResolve(bytes, out var peer)
                    && peer.WithPort(0) == incoming.From.WithPort(0).WithTransport(peer.Transport))
                {
                    return phone;
                }
            }
            else if (phone.Agent.LoginId == user)
            {
                return phone;
            }
        }

        return null;
    }

    private static bool TryResolve(byte[] uri, out SipPeer peer)
    {
        peer = default;
        if (!SipUri.TryParse(uri, out var parsed))
        {
            return false;
        }

        var port = (ushort)(parsed.Port > 0 ? parsed.Port : 5060);
        if (SipPeer.TryParseHost(parsed.Host, port, SipTransport.Udp, out peer))
        {
            return true;
        }

        if (parsed.Host.SequenceEqual("localhost"u8))
        {
            peer = SipPeer.From(IPAddress.Loopback, port);
            return true;
        }

        return false;
    }

    private static IPAddress LocalOf(AgentPhoneLine phone) =>
        phone.Agent.Phone.Uri is { } uri && TryResolve(Encoding.ASCII.GetBytes(uri), out var peer) ? LocalAddressTowards(peer.ToEndPoint()) : IPAddress.Loopback;

    private static string FormatHost(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
