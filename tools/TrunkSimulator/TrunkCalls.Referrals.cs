using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;

namespace TrunkSimulator;

/// <summary>
/// Callers who send their callee elsewhere (REFER, RFC 3515): the network calls the number in their place. Nobody speaks with anybody; the caller is told,
/// by the script of the number, that it rings and then that it answered or why not, as a network would tell.
/// </summary>
internal sealed partial class TrunkCalls
{
    public override bool OnReferAsked(SipCallHandle call, ReadOnlySpan<byte> referTo, SipMessage message)
    {
        var number = TrunkWire.NumberOf(referTo);
        if (!_calls.TryGetValue(call, out var known) || known.Referred is not null || number.Length == 0)
        {
            return false;
        }

        known.Referred = planner.PlanOf(number);
        After(known, 1, CallStep.ReferralProgress);
        return true;
    }

    private void Report(TrunkCall call, CallStep step)
    {
        if (call.Referred is not { } plan)
        {
            return;
        }

        if (step == CallStep.ReferralProgress)
        {
            _endpoint.TryReportReferral(call.Sip, Answers(plan.Script) || plan.Script is CalleeScript.NoAnswer or CalleeScript.UnavailableAfterRinging ? 180 : 100);
            After(call, Math.Max(1, plan.RingMs), CallStep.ReferralEnd);
            return;
        }

        _endpoint.TryReportReferral(call.Sip, Answers(plan.Script) ? 200 : RefusalOf(plan.Script).Status);
        call.Referred = null;
    }

    private static bool Answers(CalleeScript script) => script is CalleeScript.Person or CalleeScript.Machine or CalleeScript.Fax or CalleeScript.LateAnswer
        or CalleeScript.EarlyHangUp or CalleeScript.AnswersTwice or CalleeScript.NeverTrying or CalleeScript.FirstInviteLost or CalleeScript.Silent
        or CalleeScript.VacantAfterAnswer or CalleeScript.MusicRingBack or CalleeScript.RingBackEarlyMedia;
}
