using System.Text;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Core.Telephony;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Sdp;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>
/// Two-step transfers: the destination is called on a leg of its own while the customer hears silence; when it answers the two streams are bridged. Either
/// of them hanging up ends both. A number goes over the trunk of the call; so does a URI whose host is a name, which the trunk is left to find.
/// </summary>
public sealed partial class SipTelephony
{
    private readonly List<DestinationLeg> _destinations = [];
    private readonly Stack<DestinationLeg> _freeDestinations = [];

    private void CallDestination(SipEndpoint endpoint, CustomerLeg leg, in TransferRequest request)
    {
        var trunk = _trunks[leg.Trunk];
        if (!leg.Answered || leg.Destination is not null || _media.TryOpen(out var stream, out var local) != MediaOpenError.None)
        {
            NoDestination(leg);
            return;
        }

        var uri = WriteDestination(trunk.Options, request.Destination);
        var direct = IsUri(request.Destination) && TryResolve(Encoding.ASCII.GetBytes(request.Destination), out var named) ? named : default(SipPeer?);
        if (!_freeDestinations.TryPop(out var destination))
        {
            destination = new DestinationLeg(_destinations.Count);
            _destinations.Add(destination);
        }

        destination.Clear();
        destination.Media = stream;
        destination.Local = local;
        destination.Towards = direct is { } peer ? LocalAddressTowards(peer.ToEndPoint()) : trunk.Local;
        destination.SdpSession = _nextSession++;
        var offer = SdpNegotiator.WriteOffer(LocalMedia(destination.SdpSession, destination.SdpVersion, local!, destination.Towards), _body);
        var callerId = request.CallerId ?? trunk.Options.CallerId;
        var from = WriteIdentity(callerId, null, trunk, _from);
        var asserted = request.CallerId is null ? 0 : WriteIdentity(callerId, null, trunk, _asserted);
        var error = offer < 0 || uri < 0 || from < 0 || asserted < 0
            ? SipPlaceError.Malformed
            : endpoint.TryPlace(
                new SipCallRequest
                {
                    Destination = direct ?? trunk.Peer,
                    RequestUri = _uri.AsSpan(0, uri),
                    From = _from.AsSpan(0, from),
                    AssertedIdentity = _asserted.AsSpan(0, asserted),
                    Body = _body.AsSpan(0, offer),
                    Credentials = direct is null ? trunk.Credentials : null,
                    RingTimeoutMs = request.RingTimeoutMs,
                    Token = DestinationToken + destination.Index,
                },
                out destination.Sip);
        if (error != SipPlaceError.None)
        {
            _media.Close(stream);
            destination.Clear();
            _freeDestinations.Push(destination);
            NoDestination(leg);
            return;
        }

        destination.Customer = leg;
        leg.Destination = destination;
    }

    private void DestinationAnswered(in SipCallAnswered answered)
    {
        var destination = _destinations[(int)(answered.Token - DestinationToken)];
        if (destination.Sip != answered.Call)
        {
            return;
        }

        destination.Bridged = destination.Customer is { } leg && TakeAnswer(destination.Media, answered.Sdp) && _media.Bridge(leg.Media, destination.Media);
        if (destination.Bridged)
        {
            _events.Transferred(destination.Customer!.Call);
            return;
        }

        Endpoint.TryHangUp(answered.Call);
    }

    private void DestinationEnded(in SipCallEnded ended)
    {
        var destination = _destinations[(int)(ended.Token - DestinationToken)];
        if (destination.Sip != ended.Call)
        {
            return;
        }

        var (leg, wasBridged) = (destination.Customer, destination.Bridged);
        _media.Close(destination.Media);
        destination.Clear();
        _freeDestinations.Push(destination);
        if (leg is null)
        {
            return;
        }

        leg.Destination = null;
        if (wasBridged)
        {
            _media.SendSilence(leg.Media);
            Endpoint.TryHangUp(leg.Sip);
            return;
        }

        NoDestination(leg, ended.Status);
    }

    /// <summary>The customer is gone, or is not to wait any more.</summary>
    private void LetDestinationGo(CustomerLeg leg)
    {
        if (leg.Destination is not { } destination)
        {
            return;
        }

        leg.Destination = null;
        destination.Customer = null;
        if (destination.Bridged)
        {
            destination.Bridged = false;
            _media.Unbridge(leg.Media);
            _media.SendSilence(destination.Media);
        }

        Endpoint.TryHangUp(destination.Sip);
    }

    private void NoDestination(CustomerLeg leg, int status = 0)
    {
        TelephonyLog.NotRouted(_logger, leg.Call.ToString(), status);
        _events.RouteFailed(leg.Call);
    }

    private void HangUpDestinations(SipEndpoint endpoint)
    {
        foreach (var destination in _destinations)
        {
            if (destination.Sip.IsSet)
            {
                endpoint.TryHangUp(destination.Sip);
            }
        }
    }

    private static bool IsUri(string destination) =>
        destination.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) || destination.StartsWith("sips:", StringComparison.OrdinalIgnoreCase);
}
