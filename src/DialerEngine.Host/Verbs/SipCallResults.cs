using DialerEngine.Core;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Host.Verbs;

/// <summary>
/// How the end of a test call reads as CALL_RESULT. A Q.850 cause in a Reason header goes before the status, except 16 and 31, which say
/// nothing more than that the call was cleared (RFC 3398 section 8.2.6.1, Q.1912.5).
/// </summary>
internal static class SipCallResults
{
    public static CallResult Map(in SipCallEnded ended, bool transferred)
    {
        if (ended.Moments.Answered >= 0 && ended.Cause != SipEndCause.AnsweredAfterCancel)
        {
            return transferred ? CallResult.Transferred : CallResult.Answer;
        }

        return ended.Cause switch
        {
            SipEndCause.RingTimeout or SipEndCause.AnsweredAfterCancel => CallResult.NoAnswer,
            SipEndCause.Cancelled => CallResult.Dropped,
            SipEndCause.NoResponse => CallResult.AllTrunksBusy,
            SipEndCause.TransportFailure => CallResult.DialError,
            _ => FromCause(ended.Q850) ?? FromStatus(ended.Status, ended.Ringing),
        };
    }

    private static CallResult? FromCause(int cause) => cause switch
    {
        1 or 2 or 3 => CallResult.SitVacant,
        17 => CallResult.Busy,
        18 or 19 or 20 => CallResult.NoAnswer,
        22 => CallResult.SitIntercept,
        28 => CallResult.SitInvalidNum,
        34 or 38 or 41 or 42 => CallResult.AllTrunksBusy,
        _ => null,
    };

    private static CallResult FromStatus(int status, bool ringing) => status switch
    {
        486 or 600 => CallResult.Busy,
        408 when ringing => CallResult.NoAnswer,
        480 or 487 or 603 => CallResult.NoAnswer,
        404 or 604 or 485 => CallResult.SitVacant,
        410 => CallResult.SitIntercept,
        484 => CallResult.SitInvalidNum,
        408 or 500 or 502 or 503 or 504 => CallResult.AllTrunksBusy,
        401 or 402 or 403 or 407 => CallResult.SwitchError,
        _ => CallResult.GeneralError,
    };
}
