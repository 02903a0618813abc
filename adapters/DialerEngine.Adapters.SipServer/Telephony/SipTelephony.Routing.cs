using System.Text;
using DialerEngine.Core.Telephony;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>Customers whom the network is asked to take elsewhere: blind transfer with REFER (RFC 3515, RFC 5589 section 6.1).</summary>
public sealed partial class SipTelephony
{
    public override void OnTransferProgress(in SipTransferProgress progress)
    {
        if (progress.Token >= AgentToken)
        {
            return;
        }

        // A mute transfer is over as soon as the far end has taken the request; any other when the destination has the call, or has not.
        var leg = _legs[(int)progress.Token];
        var isTaken = leg.IsMuteTransfer && progress.Status is < 300;
        if (leg.Sip != progress.Call || !(progress.Final || isTaken))
        {
            return;
        }

        if (isTaken || progress.Status is >= 200 and < 300)
        {
            // The far end has its new call; ours is not needed any more.
            Endpoint.TryHangUp(leg.Sip);
            return;
        }

        TelephonyLog.NotRouted(_logger, leg.Call.ToString(), progress.Status);
        _events.RouteFailed(leg.Call);
    }

    private void TransferLeg(SipEndpoint endpoint, CustomerLeg leg, in TransferRequest request)
    {
        _media.Unbridge(leg.Media);
        _media.SendSilence(leg.Media);
        if (request.Kind == TransferKind.TwoStep)
        {
            CallDestination(endpoint, leg, request);
            return;
        }

        leg.IsMuteTransfer = request.Kind == TransferKind.Mute;
        var length = WriteDestination(_trunks[leg.Trunk].Options, request.Destination);
        if (length < 0 || !endpoint.TryTransfer(leg.Sip, _uri.AsSpan(0, length)))
        {
            TelephonyLog.NotRouted(_logger, leg.Call.ToString(), 0);
            _events.RouteFailed(leg.Call);
        }
    }

    /// <summary>A URI as it stands; a number within the trunk's domain.</summary>
    private int WriteDestination(SipTrunkOptions trunk, string destination)
    {
        if (!IsUri(destination))
        {
            return WriteRequestUri(trunk, destination);
        }

        return destination.Length <= _uri.Length && Ascii.IsValid(destination) ? Encoding.ASCII.GetBytes(destination, _uri) : -1;
    }
}
