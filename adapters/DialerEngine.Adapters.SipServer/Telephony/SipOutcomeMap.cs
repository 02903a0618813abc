using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>What an answer means.</summary>
/// <param name="Result">Call result.</param>
/// <param name="TrunkFault">True when the trunk or the path to it failed, not the callee.</param>
public readonly record struct SipMeaning(CallResult Result, bool TrunkFault = false);

/// <summary>
/// Turns a SIP answer into a call result: one table per trunk, because carriers differ. Directions: RFC 3398 section 8 and ITU-T Q.850; a
/// Q.850 cause in a Reason header (RFC 3326) says more than the status that carries it and wins, except cause 16 (normal clearing) and 127
/// (interworking), which say nothing. 480 and 408 mean no answer only when the far end had rung.
/// </summary>
public sealed class SipOutcomeMap
{
    private readonly Dictionary<int, CallResult> _byStatus = [];
    private readonly Dictionary<int, CallResult> _byCause = [];

    /// <summary>The table without deviations.</summary>
    public static SipOutcomeMap Standard { get; } = new();

    /// <summary>Reads deviations: keys are a status (<c>480</c>) or <c>q850:</c> and a cause (<c>q850:31</c>).</summary>
    /// <exception cref="FormatException">A key is neither.</exception>
    public static SipOutcomeMap With(IReadOnlyDictionary<string, CallResult> deviations)
    {
        var map = new SipOutcomeMap();
        foreach (var (key, result) in deviations)
        {
            if (!TryReadKey(key, out var number, out var isCause))
            {
                throw new FormatException($"\"{key}\" is neither a SIP status (300 to 699) nor q850: and a cause (1 to 127)");
            }

            (isCause ? map._byCause : map._byStatus)[number] = result;
        }

        return map;
    }

    /// <summary>True for a key that <see cref="With"/> takes.</summary>
    public static bool TryReadKey(string key, out int number, out bool isCause)
    {
        isCause = key.StartsWith("q850:", StringComparison.OrdinalIgnoreCase);
        return int.TryParse(isCause ? key.AsSpan(5) : key, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && (isCause ? number is >= 1 and <= 127 : number is >= 300 and <= 699);
    }

    /// <summary>The outcome of a call that ended, with the network's own words beside the result.</summary>
    public CallOutcome OutcomeOf(in SipCallEnded ended)
    {
        var answered = ended.Moments.Answered >= 0 && ended.Cause != SipEndCause.AnsweredAfterCancel;
        var meaning = answered ? new SipMeaning(CallResult.Ok) : Meaning(ended.Cause, ended.Status, ended.Q850, ended.Ringing || ended.EarlyMedia, ended.Moments.FirstProvisional >= 0 || ended.Status > 0);
        return new CallOutcome
        {
            Result = meaning.Result,
            TrunkFault = meaning.TrunkFault,
            Answered = answered,
            EndedBy = ended.EndedBy switch
            {
                SipEndedBy.Local => CallEndedBy.Engine,
                SipEndedBy.Remote => CallEndedBy.FarEnd,
                _ => CallEndedBy.Network,
            },
            NetworkCode = ended.Status,
            Q850Cause = ended.Q850,
            NetworkPhrase = ended.Phrase.IsEmpty ? null : PhraseOf(ended.Phrase),
            NetworkReasons = ended.Reasons.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(ended.Reasons),
            RetryAfterMs = ended.RetryAfterSeconds > 0 ? Math.Min(ended.RetryAfterSeconds, 3_600) * 1_000 : 0,
        };
    }

    /// <summary>What the end of an unanswered call means.</summary>
    /// <param name="cause">How it ended.</param>
    /// <param name="status">Final status; 0 if none came.</param>
    /// <param name="q850">Q.850 cause; 0 if none came.</param>
    /// <param name="ringing">The far end rang: 180, or early media.</param>
    /// <param name="heard">The far end said anything at all.</param>
    public SipMeaning Meaning(SipEndCause cause, int status, int q850, bool ringing, bool heard = true) => cause switch
    {
        SipEndCause.Refused => Refused(status, q850, ringing),

        // The ring time was over before the trunk had said one word: nobody's phone rang.
        SipEndCause.RingTimeout or SipEndCause.Cancelled when !heard => new(CallResult.GeneralError, TrunkFault: true),
        SipEndCause.RingTimeout or SipEndCause.AnsweredAfterCancel => new(CallResult.NoAnswer),
        SipEndCause.Cancelled => new(ringing ? CallResult.NoAnswer : CallResult.GeneralError),
        SipEndCause.NoResponse => new(CallResult.GeneralError, TrunkFault: true),
        SipEndCause.TransportFailure => new(CallResult.DialError, TrunkFault: true),
        _ => new(CallResult.GeneralError),
    };

    private SipMeaning Refused(int status, int q850, bool ringing)
    {
        if (q850 > 0 && _byCause.TryGetValue(q850, out var deviation))
        {
            return new(deviation);
        }

        if (q850 > 0 && ByCause(q850, ringing) is { } meaning)
        {
            return meaning;
        }

        return _byStatus.TryGetValue(status, out deviation) ? new(deviation) : ByStatus(status, ringing);
    }

    /// <summary>ITU-T Q.850 causes; null where the cause says nothing.</summary>
    private static SipMeaning? ByCause(int cause, bool ringing) => cause switch
    {
        1 or 2 or 3 => new(CallResult.SitVacant),
        17 => new(CallResult.Busy),
        18 or 19 => new(CallResult.NoAnswer),
        22 => new(CallResult.SitIntercept),
        28 => new(CallResult.SitInvalidNum),
        27 => new(CallResult.SitReorder),
        34 => new(CallResult.SitNoCircuit, TrunkFault: true),
        38 => new(CallResult.GeneralError, TrunkFault: true),
        41 or 42 or 44 or 47 => new(CallResult.AllTrunksBusy, TrunkFault: true),
        88 or 65 or 79 => new(CallResult.GeneralError, TrunkFault: true),
        102 => ringing ? new(CallResult.NoAnswer) : new(CallResult.GeneralError, TrunkFault: true),
        16 or 31 or 127 => null,
        _ => new(CallResult.GeneralError),
    };

    private static SipMeaning ByStatus(int status, bool ringing) => status switch
    {
        486 or 600 => new(CallResult.Busy),
        480 => new(ringing ? CallResult.NoAnswer : CallResult.GeneralError),
        408 => ringing ? new(CallResult.NoAnswer) : new(CallResult.GeneralError, TrunkFault: true),
        487 => new(ringing ? CallResult.NoAnswer : CallResult.GeneralError),
        404 or 604 or 485 => new(CallResult.SitVacant),
        410 => new(CallResult.SitIntercept),
        484 => new(CallResult.SitInvalidNum),
        401 or 402 or 403 or 407 => new(CallResult.GeneralError, TrunkFault: true),
        406 or 415 or 488 or 606 => new(CallResult.GeneralError, TrunkFault: true),
        500 or 503 => new(CallResult.AllTrunksBusy, TrunkFault: true),
        >= 300 and < 400 => new(CallResult.GeneralError, TrunkFault: true),
        >= 500 and < 600 => new(CallResult.GeneralError, TrunkFault: true),
        _ => new(CallResult.GeneralError),
    };

    private static string PhraseOf(ReadOnlySpan<byte> phrase) =>
        phrase.SequenceEqual("OK"u8) ? "OK"
        : phrase.SequenceEqual("Busy Here"u8) ? "Busy Here"
        : phrase.SequenceEqual("Not Found"u8) ? "Not Found"
        : phrase.SequenceEqual("Request Terminated"u8) ? "Request Terminated"
        : phrase.SequenceEqual("Service Unavailable"u8) ? "Service Unavailable"
        : phrase.SequenceEqual("Temporarily Unavailable"u8) ? "Temporarily Unavailable"
        : System.Text.Encoding.UTF8.GetString(phrase);
}
