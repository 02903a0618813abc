using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Sdp;

namespace TrunkSimulator;

/// <summary>Session descriptions of the trunk's calls and their audio.</summary>
internal sealed partial class TrunkCalls
{
    /// <summary>Opens the call's stream and writes our description; its length, 0 when the caller's does not fit or there is no port.</summary>
    private int OpenMedia(TrunkCall call)
    {
        if (call.Media.IsValid)
        {
            return Describe(call);
        }

        if (_media.TryOpen(out var stream, out var local) != MediaOpenError.None)
        {
            return 0;
        }

        (call.Media, call.RtpPort) = (stream, local!.Port);
        return Describe(call);
    }

    /// <summary>Answers the offer at hand, or makes one when the caller sent none.</summary>
    private int Describe(TrunkCall call)
    {
        var local = LocalOf(call);
        if (call.Offer.Length == 0)
        {
            call.OfferedByUs = true;
            return Math.Max(0, SdpNegotiator.WriteOffer(local, _sdp));
        }

        call.OfferedByUs = false;
        if (_session.Parse(call.Offer) != SdpParseError.None
            || SdpNegotiator.Answer(_session, local, _sdp, out var written, out var stream) != SdpOutcome.Agreed)
        {
            return 0;
        }

        Connect(call, stream);
        return written;
    }

    // An address given as a name would need a look-up; a trunk's session border controller gives addresses.
    private void Connect(TrunkCall call, in SdpStream stream) => _media.SetRemote(call.Media, MediaRemote.From(stream));

    private SdpLocal LocalOf(TrunkCall call) => new()
    {
        Address = options.Listen.Address,
        RtpPort = call.RtpPort,
        SessionId = call.SessionId,
        SessionVersion = call.SessionVersion,
    };

    /// <summary>The next thing that a call does.</summary>
    private enum CallStep : byte
    {
        Progress,
        Answer,
        Refuse,
        Speak,
        HangUp,
        ReferralProgress,
        ReferralEnd,
    }

    /// <summary>One call in progress.</summary>
    private sealed class TrunkCall
    {
        public required SipCallHandle Sip { get; init; }

        public required string CallId { get; init; }

        public required string Number { get; init; }

        public required CalleePlan Plan { get; init; }

        public required byte[] Offer { get; set; }

        public required ulong SessionId { get; init; }

        public required long InvitedMs { get; init; }

        public ulong SessionVersion { get; set; } = 1;

        public bool OfferedByUs { get; set; }

        public MediaStreamHandle Media { get; set; }

        public int RtpPort { get; set; }

        public long RingingMs { get; set; } = -1;

        public long AnsweredMs { get; set; } = -1;

        public long ConfirmedMs { get; set; } = -1;

        public bool IsOver { get; set; }

        /// <summary>The number that the caller sent the callee to, and what lives there; null for none.</summary>
        public CalleePlan? Referred { get; set; }
    }
}
