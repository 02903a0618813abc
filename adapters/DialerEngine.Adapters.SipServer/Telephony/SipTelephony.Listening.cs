using DialerEngine.Core;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>Customers' audio on its way to the detector: early media from the first session description on, an answer from its first moment on.</summary>
public sealed partial class SipTelephony
{
    private void ListenBeforeAnswer(CustomerLeg leg)
    {
        if (_ears is null || !leg.Listen || leg.ListenOnConnect || leg.Answered || !leg.Ticket.IsNone)
        {
            return;
        }

        leg.Ticket = _ears.Open(leg.Analysis);
        if (!leg.Ticket.IsNone)
        {
            _ears.Listen(leg.Media, leg.Ticket, answered: false);
        }
    }

    /// <summary>The group has been told of the answer and waits for a verdict: where no analyser is to be had, it is a person.</summary>
    private void ListenAfterAnswer(CustomerLeg leg)
    {
        if (!leg.Listen)
        {
            return;
        }

        if (_ears is not null && leg.Ticket.IsNone)
        {
            leg.Ticket = _ears.Open(leg.Analysis);
        }

        if (_ears is null || leg.Ticket.IsNone)
        {
            _events.Classified(leg.Call, CallResult.Answer);
            return;
        }

        _ears.Listen(leg.Media, leg.Ticket, answered: true);
    }

    private void StopListening(CustomerLeg leg)
    {
        if (!leg.Ticket.IsNone)
        {
            _ears!.Close(leg.Media, leg.Ticket);
            leg.Ticket = CallAudioTicket.None;
        }
    }
}
