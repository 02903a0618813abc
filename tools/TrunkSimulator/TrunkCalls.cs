using System.Text;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Sdp;
using TrunkSimulator.Audio;

namespace TrunkSimulator;

/// <summary>
/// The calls of a trunk: what each does at each moment of its plan. Lives on the server's thread, but for the media engine's word that a clip is over.
/// </summary>
internal sealed partial class TrunkCalls(
    TrunkServerOptions options,
    CalleePlanner planner,
    CalleeVoices voices,
    TrunkLedger ledger,
    Action<LedgerEntry>? callEnded) : SipCallObserver, IMediaObserver
{
    // A callee who waits for the caller to hang up gives up some time: a caller that vanished must not hold a line for ever.
    private const double LongestWaitMs = 3_600_000;
    private const double LongestWaitMinMs = 60_000;

    // An announcement would follow the information tone.
    private const int AfterVacantMs = 1_000;

    private readonly Dictionary<SipCallHandle, TrunkCall> _calls = [];
    private readonly PriorityQueue<(TrunkCall Call, CallStep Step), long> _due = new();
    private readonly SdpSession _session = new();
    private readonly byte[] _sdp = new byte[2048];
    private SipEndpoint _endpoint = null!;
    private MediaEngine _media = null!;
    private int _count;
    private ulong _sessions;

    public int Count => Volatile.Read(ref _count);

    public void Attach(SipEndpoint endpoint, MediaEngine media) => (_endpoint, _media) = (endpoint, media);

    /// <summary>Takes the steps that have fallen due.</summary>
    public void RunDue(long nowMs)
    {
        while (_due.TryPeek(out var next, out var at) && at <= nowMs)
        {
            _due.Dequeue();
            if (!next.Call.IsOver)
            {
                Take(next.Call, next.Step, nowMs);
            }
        }
    }

    /// <summary>Writes what is still open to the ledger.</summary>
    public void CloseAll(long nowMs)
    {
        foreach (var call in _calls.Values.ToArray())
        {
            Finish(call, nowMs, LedgerEnd.Network, 0);
        }
    }

    public override bool OnIncoming(in SipIncomingCall incoming)
    {
        var number = TrunkWire.NumberOf(incoming.Message.RequestUri);
        var call = new TrunkCall
        {
            Sip = incoming.Call,
            CallId = Encoding.UTF8.GetString(incoming.Message.CallId),
            Number = number,
            Plan = planner.PlanOf(number),
            Offer = incoming.Sdp.ToArray(),
            SessionId = ++_sessions,
            InvitedMs = _endpoint.NowMs,
        };
        _calls[incoming.Call] = call;
        Volatile.Write(ref _count, _calls.Count);
        After(call, call.Plan.ProgressMs, CallStep.Progress);
        return true;
    }

    public override void OnConfirmed(SipCallHandle call, ReadOnlySpan<byte> sdp)
    {
        if (!_calls.TryGetValue(call, out var known))
        {
            return;
        }

        if (known.ConfirmedMs < 0)
        {
            known.ConfirmedMs = _endpoint.NowMs;
        }

        // After an INVITE without offer the ACK brings the caller's answer to ours.
        if (!sdp.IsEmpty && known.OfferedByUs && _session.Parse(sdp) == SdpParseError.None
            && SdpNegotiator.TakeAnswer(_session, LocalOf(known), out var stream) == SdpOutcome.Agreed)
        {
            Connect(known, stream);
        }
    }

    public override bool OnOffer(in SipSessionOffer offer)
    {
        if (!_calls.TryGetValue(offer.Call, out var call) || !call.Media.IsValid)
        {
            return false;
        }

        call.SessionVersion++;
        call.Offer = offer.Sdp.ToArray();
        var length = Describe(call);
        return length > 0 && _endpoint.TryAnswerOffer(offer.Call, _sdp.AsSpan(0, length));
    }

    public override void OnEnded(in SipCallEnded ended)
    {
        if (_calls.TryGetValue(ended.Call, out var call))
        {
            var by = ended.EndedBy switch
            {
                SipEndedBy.Local => LedgerEnd.Callee,
                SipEndedBy.Remote => LedgerEnd.Caller,
                _ => LedgerEnd.Network,
            };
            Finish(call, ended.Moments.Ended, by, call.AnsweredMs >= 0 ? 200 : ended.Status);
        }
    }

    /// <summary>A person who has said hello goes on to talk. On the media thread.</summary>
    void IMediaObserver.PlaybackFinished(MediaStreamHandle stream, long token)
    {
        if (token > 0)
        {
            _media.PlayClip(stream, voices.Conversation((int)token - 1), repeats: true);
        }
    }

    private void After(TrunkCall call, int milliseconds, CallStep step) => _due.Enqueue((call, step), _endpoint.NowMs + milliseconds);

    private void Take(TrunkCall call, CallStep step, long nowMs)
    {
        switch (step)
        {
            case CallStep.Progress:
                Progress(call, nowMs);
                break;
            case CallStep.Answer:
                Answer(call, nowMs);
                break;
            case CallStep.Refuse:
                Refuse(call);
                break;
            case CallStep.Speak:
                Speak(call);
                break;
            case CallStep.ReferralProgress or CallStep.ReferralEnd:
                Report(call, step);
                break;
            default:
                _endpoint.TryHangUp(call.Sip);
                break;
        }
    }

    private void Progress(TrunkCall call, long nowMs)
    {
        switch (call.Plan.Script)
        {
            case CalleeScript.Busy or CalleeScript.NotFound or CalleeScript.Unavailable or CalleeScript.ServiceUnavailable
                or CalleeScript.Declined or CalleeScript.ServerError:
                Refuse(call);
                return;
            case CalleeScript.VacantEarlyMedia or CalleeScript.BusyEarlyMedia or CalleeScript.CongestionEarlyMedia or CalleeScript.MusicRingBack
                or CalleeScript.RingBackEarlyMedia:
                EarlyMedia(call, nowMs);
                return;
        }

        call.RingingMs = nowMs;
        _endpoint.TryRing(call.Sip);
        if (call.Plan.Script == CalleeScript.UnavailableAfterRinging)
        {
            After(call, call.Plan.RingMs, CallStep.Refuse);
        }
        else if (call.Plan.Script != CalleeScript.NoAnswer)
        {
            After(call, call.Plan.RingMs, CallStep.Answer);
        }
    }

    private void EarlyMedia(TrunkCall call, long nowMs)
    {
        var length = OpenMedia(call);
        if (length <= 0)
        {
            _endpoint.TryReject(call.Sip, 488);
            return;
        }

        call.RingingMs = nowMs;
        _endpoint.TryRing(call.Sip, 183, _sdp.AsSpan(0, length));
        var clip = call.Plan.Script switch
        {
            CalleeScript.BusyEarlyMedia => voices.BusyTone,
            CalleeScript.CongestionEarlyMedia => voices.CongestionTone,
            CalleeScript.MusicRingBack => voices.Music,
            CalleeScript.RingBackEarlyMedia => voices.RingBack,
            _ => voices.Vacant,
        };
        _media.PlayClip(call.Media, clip, repeats: clip != voices.Vacant);
        if (call.Plan.Script is CalleeScript.MusicRingBack or CalleeScript.RingBackEarlyMedia)
        {
            After(call, call.Plan.RingMs, CallStep.Answer);
            return;
        }

        After(call, clip == voices.Vacant ? clip.Milliseconds + AfterVacantMs : call.Plan.TalkMs, CallStep.Refuse);
    }

    private void Answer(TrunkCall call, long nowMs)
    {
        var length = OpenMedia(call);
        if (length <= 0)
        {
            _endpoint.TryReject(call.Sip, 488);
            return;
        }

        if (!_endpoint.TryAnswer(call.Sip, _sdp.AsSpan(0, length)))
        {
            return;
        }

        call.AnsweredMs = nowMs;
        After(call, call.Plan.SpeakAfterMs, CallStep.Speak);
        if (call.Plan.TalkMs == 0)
        {
            After(call, (int)Math.Max(LongestWaitMinMs, LongestWaitMs / options.Speed), CallStep.HangUp);
        }
        else
        {
            After(call, TalksAfterMs(call.Plan) + call.Plan.TalkMs, CallStep.HangUp);
        }

        // What rang or played before the answer is over with it.
        _media.SendSilence(call.Media);
    }

    /// <summary>From the answer to the beginning of the time that a call lasts by its plan.</summary>
    private int TalksAfterMs(in CalleePlan plan) => plan.Script switch
    {
        CalleeScript.Machine => plan.SpeakAfterMs + voices.Greeting(plan.Voice).Milliseconds,
        CalleeScript.Fax or CalleeScript.EarlyHangUp or CalleeScript.VacantAfterAnswer => 0,
        CalleeScript.Silent => Listens(plan),
        _ => options.Script.ListenSeconds > 0 ? plan.SpeakAfterMs + voices.Hello(plan.Voice).Milliseconds + Listens(plan) : 0,
    };

    private int Listens(in CalleePlan plan) => (int)(options.Script.ListenSeconds * (plan.Script == CalleeScript.Silent ? 2_000 : 1_000));

    private void Refuse(TrunkCall call)
    {
        var (status, lines) = RefusalOf(call.Plan.Script);
        _endpoint.TryReject(call.Sip, status, Encoding.ASCII.GetBytes(lines));
    }

    private (int Status, string Lines) RefusalOf(CalleeScript script) => script switch
    {
        CalleeScript.Busy => (486, string.Empty),
        CalleeScript.NotFound => (404, string.Empty),
        CalleeScript.VacantEarlyMedia => (404, "Reason: Q.850;cause=1;text=\"Unallocated number\"\r\n"),
        CalleeScript.BusyEarlyMedia => (486, "Reason: Q.850;cause=17;text=\"User busy\"\r\n"),
        CalleeScript.CongestionEarlyMedia => (480, "Reason: Q.850;cause=42;text=\"Switching equipment congestion\"\r\n"),
        CalleeScript.ServiceUnavailable => (503, $"Retry-After: {options.Script.RetryAfterSeconds}\r\n"),
        CalleeScript.Declined => (603, string.Empty),
        CalleeScript.ServerError => (500, string.Empty),
        _ => (480, string.Empty),
    };

    private void Speak(TrunkCall call)
    {
        var voice = call.Plan.Voice;
        switch (call.Plan.Script)
        {
            case CalleeScript.Machine:
                _media.PlayClip(call.Media, voices.Greeting(voice));
                break;
            case CalleeScript.Fax:
                _media.PlayClip(call.Media, voices.FaxAnswer);
                break;
            case CalleeScript.VacantAfterAnswer:
                _media.PlayClip(call.Media, voices.Vacant);
                break;
            case CalleeScript.Silent:
                break;
            default:
                _media.PlayClip(call.Media, voices.Hello(voice), token: voice + 1);
                break;
        }
    }

    private void Finish(TrunkCall call, long nowMs, LedgerEnd by, int status)
    {
        call.IsOver = true;
        _calls.Remove(call.Sip);
        var figures = default(MediaStreamStatistics);
        if (call.Media.IsValid)
        {
            _media.Close(call.Media, out figures);
        }

        var entry = new LedgerEntry
        {
            CallId = call.CallId,
            Number = call.Number,
            Script = call.Plan.Script,
            InvitedMs = call.InvitedMs,
            RingingMs = call.RingingMs,
            AnsweredMs = call.AnsweredMs,
            ConfirmedMs = call.ConfirmedMs,
            EndedMs = nowMs,
            Status = status,
            EndedBy = by,
            RtpIn = figures.PacketsReceived,
            RtpOut = figures.PacketsSent,
        };
        ledger.Add(entry);
        callEnded?.Invoke(entry);

        // Last, so that nobody who waits for the calls to be over misses their entries.
        Volatile.Write(ref _count, _calls.Count);
    }
}
