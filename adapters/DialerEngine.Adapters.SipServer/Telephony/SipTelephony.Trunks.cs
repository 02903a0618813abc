using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>The watch over trunks by OPTIONS (RFC 3261 section 11).</summary>
public sealed partial class SipTelephony
{
    private void WatchTrunks(SipEndpoint endpoint, long nowMs)
    {
        for (var i = 0; i < _trunks.Length; i++)
        {
            var trunk = _trunks[i];
            if (trunk.Options.OptionsSeconds > 0 && nowMs >= trunk.NextProbe)
            {
                trunk.NextProbe = nowMs + (trunk.Options.OptionsSeconds * 1_000L);
                endpoint.TryProbe(trunk.Peer, trunk.ProbeUri, i);
            }
        }
    }

    /// <summary>
    /// Any answer says that the trunk is there, except 503: it says that it is out of service, and stands for a request that the network did not
    /// take. Two probes in a row without an answer say that the trunk is down.
    /// </summary>
    public override void OnProbeAnswered(long token, int status)
    {
        var trunk = _trunks[(int)token];
        trunk.Unanswered = status is 408 or 503 ? trunk.Unanswered + 1 : 0;
        var down = trunk.Unanswered >= 2;
        if (down != trunk.Down)
        {
            trunk.Down = down;
            TelephonyLog.TrunkState(_logger, trunk.Options.Name, down ? "down" : "up");
            TrunkDown?.Invoke((int)token, down);
        }
    }
}
