using System.Net;
using System.Text;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Sdp;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>Customer legs: placed over trunks, listened to, answered, ended.</summary>
public sealed partial class SipTelephony
{
    private void PlaceCall(SipEndpoint endpoint, in DialRequest request)
    {
        var trunk = _trunks[request.Trunk];
        if (_media.TryOpen(out var stream, out var local) != MediaOpenError.None)
        {
            _events.Ended(request.Call, new CallOutcome { Result = CallResult.NoFreePortError, EndedBy = CallEndedBy.Engine, TrunkFault = true, NetworkPhrase = "no media port" });
            return;
        }

        var leg = RentLeg();
        leg.Call = request.Call;
        leg.Media = stream;
        leg.Local = local;
        leg.Trunk = request.Trunk;
        leg.SdpSession = _nextSession++;
        leg.Listen = request.Listen;
        leg.ListenOnConnect = request.ListenOnConnect;
        leg.Analysis = request.Analysis;
        leg.Analysis.Profile = trunk.Options.CpdProfile;
        var offer = SdpNegotiator.WriteOffer(LocalMedia(leg.SdpSession, leg.SdpVersion, local!, trunk.Local), _body);
        var uri = WriteRequestUri(trunk.Options, request.Number);
        var callerId = request.CallerId ?? trunk.Options.CallerId;
        var asserted = request.CallerId is null && !request.CallerIdRestricted ? 0 : WriteIdentity(callerId, null, trunk, _asserted);
        var from = request.CallerIdRestricted ? WriteAnonymous(_from) : WriteIdentity(callerId, request.CallerName, trunk, _from);
        var error = offer < 0 || uri < 0 || from < 0 || asserted < 0
            ? SipPlaceError.Malformed
            : endpoint.TryPlace(
                new SipCallRequest
                {
                    Destination = trunk.Peer,
                    RequestUri = _uri.AsSpan(0, uri),
                    From = _from.AsSpan(0, from),
                    AssertedIdentity = _asserted.AsSpan(0, asserted),
                    Privacy = request.CallerIdRestricted ? "id"u8 : [],
                    Body = _body.AsSpan(0, offer),
                    Credentials = trunk.Credentials,
                    RingTimeoutMs = request.RingTimeoutMs,
                    Token = leg.Index,
                },
                out leg.Sip);
        if (error != SipPlaceError.None)
        {
            _media.Close(stream);
            ReturnLeg(leg);
            NotPlaced(request, trunk, error, uri);
            return;
        }

        _legByCall.Add(request.Call.Value, leg);
        BeginHearing(leg, request.Hears);
        _events.Dialing(request.Call);
    }

    /// <summary>A number that no URI can carry is the record's fault; anything else is the trunk's or its configuration's.</summary>
    private void NotPlaced(in DialRequest request, Trunk trunk, SipPlaceError error, int uri)
    {
        var invalidNumber = error == SipPlaceError.Malformed && uri < 0;
        TelephonyLog.NotPlaced(_logger, request.Call.ToString(), trunk.Options.Name, error.ToString());
        _events.Ended(request.Call, new CallOutcome
        {
            Result = invalidNumber ? CallResult.SitInvalidNum : CallResult.DialError,
            EndedBy = CallEndedBy.Engine,
            TrunkFault = !invalidNumber,
            NetworkPhrase = invalidNumber ? "the number cannot be dialled" : error == SipPlaceError.Malformed ? "caller id or prefix cannot be sent" : error.ToString(),
        });
    }

    public override void OnProgress(in SipCallProgress progress)
    {
        if (progress.Token >= DestinationToken)
        {
            return;
        }

        if (progress.Token >= AgentToken)
        {
            PhoneProgress(progress);
            return;
        }

        var leg = _legs[(int)progress.Token];

        // 180, or any 101 to 199 with a session description: the far end alerts or speaks (early media).
        if (!leg.RingingTold && (progress.Status == 180 || !progress.Sdp.IsEmpty))
        {
            leg.RingingTold = true;
            _events.Ringing(leg.Call);
        }

        if (!progress.Sdp.IsEmpty && progress.Fork == 0 && TakeAnswer(leg.Media, progress.Sdp))
        {
            ListenBeforeAnswer(leg);
            HearFarEnd(leg);
        }
        else if (progress.Status == 180)
        {
            HearRinging(leg);
        }
    }

    public override void OnAnswered(in SipCallAnswered answered)
    {
        if (answered.Token >= DestinationToken)
        {
            DestinationAnswered(answered);
            return;
        }

        if (answered.Token >= AgentToken)
        {
            PhoneAnswered(answered);
            return;
        }

        var leg = _legs[(int)answered.Token];
        if (!TakeAnswer(leg.Media, answered.Sdp))
        {
            // Nothing can be heard on this call: it is over, and the trunk's fault.
            TelephonyLog.NoMedia(_logger, leg.Call.ToString(), _trunks[leg.Trunk].Options.Name);
            Endpoint.TryHangUp(answered.Call);
            return;
        }

        leg.Answered = true;
        _events.Answered(leg.Call);
        ListenAfterAnswer(leg);
    }

    public override void OnEnded(in SipCallEnded ended)
    {
        if (ended is { Incoming: true, Token: < AgentToken })
        {
            // A call from a stranger, refused: it is nobody's leg.
            return;
        }

        if (ended.Token >= DestinationToken)
        {
            DestinationEnded(ended);
            return;
        }

        if (ended.Token >= AgentToken)
        {
            PhoneEnded(ended);
            return;
        }

        var leg = _legs[(int)ended.Token];
        if (leg.Sip != ended.Call)
        {
            return;
        }

        var outcome = _trunks[leg.Trunk].Options.Outcomes.OutcomeOf(ended);
        if (outcome.Answered && !leg.Answered)
        {
            outcome.Answered = false;
            outcome.Result = CallResult.GeneralError;
            outcome.TrunkFault = true;
        }

        var call = leg.Call;
        StopListening(leg);
        EndHearing(leg);
        DetachFromAgent(leg, hangUpPhone: true);
        LetDestinationGo(leg);
        lock (_announcingGate)
        {
            _announcing.Remove(leg.Media);
        }

        _media.Close(leg.Media);
        _legByCall.Remove(call.Value);
        ReturnLeg(leg);
        _events.Ended(call, outcome);
    }

    public override bool OnOffer(in SipSessionOffer offer)
    {
        if (offer.Token >= DestinationToken)
        {
            var destination = _destinations[(int)(offer.Token - DestinationToken)];
            return destination.Local is { } at
                && AnswerOffer(offer, destination.Media, LocalMedia(destination.SdpSession, ++destination.SdpVersion, at, destination.Towards));
        }

        var isPhone = offer.Token >= AgentToken;
        var phone = isPhone ? _phones[(int)(offer.Token - AgentToken)] : null;
        var leg = isPhone ? null : _legs[(int)offer.Token];
        var stream = phone?.Media ?? leg!.Media;
        if ((phone is not null ? phone.Local : leg!.Local) is not { } local)
        {
            return false;
        }

        var session = phone?.SdpSession ?? leg!.SdpSession;
        var version = phone is not null ? ++phone.SdpVersion : ++leg!.SdpVersion;
        return AnswerOffer(offer, stream, LocalMedia(session, version, local, phone is not null ? LocalOf(phone) : _trunks[leg!.Trunk].Local));
    }

    private bool AnswerOffer(in SipSessionOffer offer, MediaStreamHandle stream, in SdpLocal own)
    {
        if (offer.Sdp.IsEmpty)
        {
            var length = SdpNegotiator.WriteOffer(own, _body);
            return length > 0 && Endpoint.TryAnswerOffer(offer.Call, _body.AsSpan(0, length));
        }

        if (_sdp.Parse(offer.Sdp) != SdpParseError.None
            || SdpNegotiator.Answer(_sdp, own, _body, out var written, out var agreed) != SdpOutcome.Agreed)
        {
            return false;
        }

        SetRemote(stream, agreed);
        return Endpoint.TryAnswerOffer(offer.Call, _body.AsSpan(0, written));
    }

    public override void OnConfirmed(SipCallHandle call, ReadOnlySpan<byte> sdp)
    {
        if (!sdp.IsEmpty && Endpoint.TryGetToken(call, out var token))
        {
            TakeAnswer(
                token >= DestinationToken ? _destinations[(int)(token - DestinationToken)].Media
                    : token >= AgentToken ? _phones[(int)(token - AgentToken)].Media : _legs[(int)token].Media,
                sdp);
        }
    }

    private SipEndpoint Endpoint => _stack.Endpoint;

    private void PlayAnnouncement(SipEndpoint endpoint, CustomerLeg leg, string announcement)
    {
        if (!_options.Announcements.TryGetValue(announcement, out var clip))
        {
            TelephonyLog.NoAnnouncement(_logger, announcement);
            endpoint.TryHangUp(leg.Sip);
            return;
        }

        lock (_announcingGate)
        {
            _announcing[leg.Media] = leg.Call;
        }

        _media.Unbridge(leg.Media);
        if (!_media.PlayClip(leg.Media, clip))
        {
            endpoint.TryHangUp(leg.Sip);
        }
    }

    private void HoldLeg(CustomerLeg leg, bool held)
    {
        if (leg.Agent is not { Bridged: true } phone || leg.Held == held)
        {
            return;
        }

        leg.Held = held;
        if (held)
        {
            _media.Unbridge(leg.Media);
            _media.SendSilence(leg.Media);
            _media.SendSilence(phone.Media);
        }
        else
        {
            _media.Bridge(leg.Media, phone.Media);
        }
    }

    private bool TakeAnswer(MediaStreamHandle stream, ReadOnlySpan<byte> sdp)
    {
        // An answer is read against what we can do; our own address plays no part in it.
        return !sdp.IsEmpty && _sdp.Parse(sdp) == SdpParseError.None
            && SdpNegotiator.TakeAnswer(_sdp, new SdpLocal { Address = IPAddress.Loopback, RtpPort = 2, SessionId = 1 }, out var agreed) == SdpOutcome.Agreed
            && SetRemote(stream, agreed);
    }

    private bool SetRemote(MediaStreamHandle stream, in SdpStream agreed)
    {
        // A host name in a session description is not looked up: nothing could be sent there.
        return agreed.RemoteAddress.ToIPAddress() is not null && _media.SetRemote(stream, MediaRemote.From(agreed));
    }

    private SdpLocal LocalMedia(ulong session, ulong version, IPEndPoint local, IPAddress towards) => new()
    {
        Address = _options.AdvertisedAddress ?? (local.Address.Equals(IPAddress.Any) || local.Address.Equals(IPAddress.IPv6Any) ? towards : local.Address),
        RtpPort = local.Port,
        SessionId = session,
        SessionVersion = version,
    };

    private int WriteRequestUri(SipTrunkOptions trunk, string number)
    {
        var dialled = trunk.StripPlus && number.StartsWith('+') ? number.AsSpan(1) : number;
        Span<char> text = stackalloc char[256];
        return IsDialable(dialled) && text.TryWrite($"sip:{trunk.Prefix}{dialled}@{trunk.Host}", out var length) ? Encoding.ASCII.GetBytes(text[..length], _uri) : -1;
    }

    /// <summary>RFC 3323 section 4.1.1.3: the From of a caller who is not to be shown. The network finds the caller in P-Asserted-Identity (RFC 3325).</summary>
    private static int WriteAnonymous(byte[] into) => Encoding.ASCII.GetBytes("\"Anonymous\" <sip:anonymous@anonymous.invalid>", into);

    private int WriteIdentity(string callerId, string? name, Trunk trunk, byte[] into)
    {
        Span<char> text = stackalloc char[512];
        if (!IsDialable(callerId))
        {
            return -1;
        }

        var start = 0;
        if (!string.IsNullOrEmpty(name) && !TryWriteName(name, text, out start))
        {
            return -1;
        }

        var host = _options.AdvertisedAddress ?? trunk.Local;
        var written = host.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? text[start..].TryWrite($"<sip:{callerId}@[{host}]>", out var length)
            : text[start..].TryWrite($"<sip:{callerId}@{host}>", out length);
        return written ? Encoding.UTF8.GetBytes(text[..(start + length)], into) : -1;
    }

    /// <summary>A display name as a quoted string (RFC 3261 section 25.1) and a blank. False for control characters and more than 64 characters.</summary>
    private static bool TryWriteName(string name, Span<char> into, out int length)
    {
        const int Longest = 64;
        length = 0;
        if (name.Length > Longest)
        {
            return false;
        }

        into[length++] = '"';
        foreach (var c in name)
        {
            if (char.IsControl(c))
            {
                return false;
            }

            if (c is '"' or '\\')
            {
                into[length++] = '\\';
            }

            into[length++] = c;
        }

        into[length++] = '"';
        into[length++] = ' ';
        return true;
    }

    /// <summary>Only what the user part of a SIP URI takes unescaped (RFC 3261 section 25.1) goes into one: a calling list is outside input.</summary>
    private static bool IsDialable(ReadOnlySpan<char> user)
    {
        foreach (var c in user)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.' or '_' or '!' or '~' or '*' or '(' or ')' or '&' or '=' or '$' or ','))
            {
                return false;
            }
        }

        return user.Length is > 0 and <= 64;
    }

    private CustomerLeg RentLeg()
    {
        if (!_freeLegs.TryPop(out var leg))
        {
            leg = new CustomerLeg(_legs.Count);
            _legs.Add(leg);
        }

        leg.Clear();
        return leg;
    }

    private void ReturnLeg(CustomerLeg leg)
    {
        leg.Clear();
        _freeLegs.Push(leg);
    }
}
