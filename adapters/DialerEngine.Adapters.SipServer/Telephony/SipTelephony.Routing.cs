using System.Text;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>Customers who are sent elsewhere: blind transfer with REFER (RFC 3515, RFC 5589 section 6.1).</summary>
public sealed partial class SipTelephony
{
    public override void OnTransferProgress(in SipTransferProgress progress)
    {
        if (progress.Token >= AgentToken || !progress.Final)
        {
            return;
        }

        var leg = _legs[(int)progress.Token];
        if (leg.Sip != progress.Call)
        {
            return;
        }

        if (progress.Status is >= 200 and < 300)
        {
            // The far end has its new call; ours is not needed any more.
            Endpoint.TryHangUp(leg.Sip);
            return;
        }

        TelephonyLog.NotRouted(_logger, leg.Call.ToString(), progress.Status);
        _events.RouteFailed(leg.Call);
    }

    private void RouteLeg(SipEndpoint endpoint, CustomerLeg leg, string destination)
    {
        _media.Unbridge(leg.Media);
        var length = WriteDestination(_trunks[leg.Trunk].Options, destination);
        if (length < 0 || !endpoint.TryTransfer(leg.Sip, _uri.AsSpan(0, length)))
        {
            TelephonyLog.NotRouted(_logger, leg.Call.ToString(), 0);
            _events.RouteFailed(leg.Call);
        }
    }

    /// <summary>A URI as it stands; a number within the trunk's domain.</summary>
    private int WriteDestination(SipTrunkOptions trunk, string destination)
    {
        if (!destination.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) && !destination.StartsWith("sips:", StringComparison.OrdinalIgnoreCase))
        {
            return WriteRequestUri(trunk, destination);
        }

        return destination.Length <= _uri.Length && Ascii.IsValid(destination) ? Encoding.ASCII.GetBytes(destination, _uri) : -1;
    }
}
