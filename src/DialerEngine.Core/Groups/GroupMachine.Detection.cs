using System.Text;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>Calls that are listened to: what is heard before the answer, the verdict after it, and messages for machines.</summary>
public sealed partial class GroupMachine
{
    /// <summary>A beep that began is over by now (they last 80 ms to 2 s); then the message begins all the same.</summary>
    private const int LongestBeepMs = 3_000;

    /// <summary>
    /// Silence after a greeting after which no beep is waited for: greetings of two parts pause for up to 2.4 s (call progress reference 1.2).
    /// </summary>
    private const int SilenceBeforeMessageMs = 2_500;

    /// <summary>A beep that comes so soon after the beginning of a message starts the message again.</summary>
    private const int LateBeepMs = 10_000;

    private readonly IDetectionFeedback? _feedback;
    private int[] _recognitionFields = [];
    private int[] _dropFields = [];
    private int _listening;

    private DetectionOptions Detection => _options.Detection;

    /// <summary>Finds the fields that the options name; again whenever they change.</summary>
    private void NoteDetectionFields()
    {
        _recognitionFields = FieldsNamed(Detection.RecognitionField);
        _dropFields = FieldsNamed(Detection.DropField);
        _assuredFields = FieldsNamed(_options.AssuredConnectField);
    }

    /// <summary>How a record's call is listened to: the record's own field, else the list's value, else the group's.</summary>
    private AnswerTypeRecognition RecognitionOf(CallRecord record)
    {
        var list = IndexOfList(record.List);
        return ListFieldOf(record, _recognitionFields[list]) switch
        {
            long number when number is >= 0 and <= (long)AnswerTypeRecognition.AccuratePositiveAmDetection => (AnswerTypeRecognition)number,
            string text when AnswerTypeRecognitions.TryParse(text, out var named) => named,
            _ => _lists[list].List.Recognition ?? Detection.Recognition,
        };
    }

    /// <summary>The number as names of recordings may show it. Allocates; only where decisions are recorded.</summary>
    private static string MaskedNumber(CallRecord record)
    {
        Span<byte> octets = stackalloc byte[64];
        return Encoding.UTF8.TryGetBytes(record.ContactInfo, octets, out var length) ? PhoneNumber.Mask(octets[..length]) : "masked";
    }

    private static object? ListFieldOf(CallRecord record, int field) => (uint)field < (uint)record.UserFields.Length ? record.UserFields[field] : null;

    private int[] FieldsNamed(string? name)
    {
        var fields = new int[_lists.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = -1;
            for (var f = 0; name is not null && f < _lists[i].List.UserFields.Count; f++)
            {
                fields[i] = _lists[i].List.UserFields[f].Name.Equals(name, StringComparison.OrdinalIgnoreCase) ? f : fields[i];
            }
        }

        return fields;
    }

    /// <summary>What the audio before the answer says ends the call at once; that is the attempt's result, whatever the network says to the CANCEL.</summary>
    private void OnToneHeard(CallHandle call, CallResult result)
    {
        if (Find(call) is not { State: CallState.Dialing or CallState.Ringing, ReleaseAsked: false } session)
        {
            return;
        }

        Counters.ToneResults++;
        session.Times.CpdCompleted = _now.UnixMs;
        session.Verdict = result;
        session.Result = result;
        ReleaseCall(session);
    }

    /// <summary>The far end has answered; from here on it is listened to.</summary>
    private void BeginListening(CallSession session)
    {
        session.State = CallState.Listening;
        session.StateSince = _now.Ticks;
        session.Times.Answered = _now.UnixMs;
        session.AnsweredTicks = _now.Ticks;
        session.PersonTicks = _now.Ticks;
        _listening++;
        _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallAnswered, session.Index));
    }

    /// <summary>The longest time that a call is listened to.</summary>
    private int ListeningLimitMs => Detection.TimeguardMs > 0 ? Math.Min(Detection.TimeguardMs, Detection.LimitMs) : Detection.LimitMs;

    private void LeaveListening(CallSession session)
    {
        Invariant.That(session.State == CallState.Listening);
        _listening--;
        _pendingCalls--;
    }

    /// <summary>The detector is late, or has failed: a person must not wait for it (16 CFR 310.4(b)(4)(iii)).</summary>
    private void ListeningTimedOut(CallSession session)
    {
        if (session.State == CallState.Listening)
        {
            Counters.VerdictsMissed++;
            Judge(session, CallResult.Answer, 0);
        }
    }

    /// <summary>
    /// The answered call was found to be something: a person, a machine, a fax, silence. Sent in place of <see cref="InputKind.CallAnswered"/> where the
    /// verdict comes with the answer, or later while the call still waits for an agent.
    /// </summary>
    private void OnCallClassified(CallHandle call, CallResult result, long greetingOverMs)
    {
        if (Find(call) is not { ReleaseAsked: false } session)
        {
            return;
        }

        switch (session.State)
        {
            case CallState.Dialing or CallState.Ringing when session.Wishes.ByAgent:
                session.Times.CpdCompleted = _now.UnixMs;
                session.Verdict = result;
                JoinAgentsCustomer(session, result);
                break;
            case CallState.Dialing or CallState.Ringing:
                BeginListening(session);
                TakeVerdict(session, result, greetingOverMs);
                break;
            case CallState.Listening:
                TakeVerdict(session, result, greetingOverMs);
                break;
            default:
                LateVerdict(session, result);
                break;
        }
    }

    private void TakeVerdict(CallSession session, CallResult result, long greetingOverMs)
    {
        session.Times.CpdCompleted = _now.UnixMs;
        session.Verdict = result;
        Counters.Verdicts++;
        Counters.AnswerToVerdict.Add(_now.MillisecondsSince(session.AnsweredTicks));
        session.IsTestCall = result is CallResult.Answer or CallResult.AnsweringMachine
            && _feedback?.TakeVerdict(_definition.Id, session.Record!.List, result) == true;
        Counters.TestCalls += session.IsTestCall ? 1 : 0;
        Judge(session, result, greetingOverMs);
    }

    /// <summary>Sends an answered call on its way: to an agent, or to whatever else is to become of it.</summary>
    private void Judge(CallSession session, CallResult result, long greetingOverMs)
    {
        LeaveListening(session);
        StopTimer(session);
        session.PersonTicks = Math.Max(session.AnsweredTicks, _now.Ticks - (Math.Max(0, greetingOverMs) * Moment.TicksPerMillisecond));
        if (!session.IsTestCall && ActionFor(session, result, out var treatment) is not CallAction.Connect and var action)
        {
            CarryOut(session, result, action, treatment);
            return;
        }

        BringToAgent(session, result);
    }

    /// <summary>A verdict after the call was taken for something: by the guard's time, or by an adapter without an analyser.</summary>
    private void LateVerdict(CallSession session, CallResult result)
    {
        if (session.State is not (CallState.Waiting or CallState.Delivering or CallState.Connected))
        {
            return;
        }

        if (session.Times.CpdCompleted == 0)
        {
            session.Times.CpdCompleted = _now.UnixMs;
        }

        session.Verdict = result;
        if (session.State != CallState.Waiting)
        {
            // Agent and customer hear each other, or are about to; what it was is the agent's to say, and this where they say nothing.
            session.Result = result;
            return;
        }

        if (ActionFor(session, result, out var late) is not CallAction.Connect and var action)
        {
            Dequeue(session);
            _waitingCount--;
            CarryOut(session, result, action, late);
        }
        else
        {
            session.Result = result;
        }
    }

    private void OnVerdictCorrected(CallHandle call, CallResult result)
    {
        if (Find(call) is { ReleaseAsked: false, State: CallState.Waiting or CallState.Delivering or CallState.Connected } session)
        {
            Counters.VerdictsCorrected++;
            LateVerdict(session, result);
        }
    }

    /// <summary>The far end hangs up while it is listened to: the machine or fax that it had been, else Remote Release (CALL_RESULT 5).</summary>
    private void OnCallHeardOut(CallHandle call, CallResult result)
    {
        if (Find(call) is { State: CallState.Listening } session)
        {
            session.Times.CpdCompleted = _now.UnixMs;
            session.Verdict = result;
        }
    }

    private static CallResult ResultWhileListening(CallSession session) => session.Verdict is { } heard and not CallResult.Answer ? heard : CallResult.RemoteRelease;

    /// <summary>What becomes of an answered call: the record's own word about machines, then the treatments, then the group's announcement for machines.</summary>
    private CallAction ActionFor(CallSession session, CallResult result, out TreatmentDefinition? treatment)
    {
        treatment = null;
        var record = session.Record!;
        var list = IndexOfList(record.List);
        if (_hasCallActions[list])
        {
            treatment = _plans[list].CallActionFor(
                new TreatmentQuestion { Record = record, Result = result, Now = _now.Wall, MaxAttempts = _lists[list].List.MaxAttempts }, _clock);
        }

        var isMachine = result == CallResult.AnsweringMachine;
        var action = treatment?.CallAction
            ?? (isMachine && Detection.MachineAnnouncement is not null ? CallAction.PlayMessage : TreatmentPlan.DefaultCallAction(result));
        if (!isMachine || ListFieldOf(record, _dropFields[list]) is not string wish)
        {
            return action;
        }

        return wish.Equals("connect", StringComparison.OrdinalIgnoreCase) ? CallAction.Connect
            : wish.Equals("drop", StringComparison.OrdinalIgnoreCase) && action == CallAction.Connect ? CallAction.Drop
            : action;
    }

    /// <summary>A message for a machine: after its beep where that is listened for, else at once.</summary>
    private void PlayMessage(CallSession session, string announcement)
    {
        session.Message = announcement;
        if (session.Result == CallResult.AnsweringMachine && Detection.BeepDetection && session.Beep != BeepState.Over
            && session.Recognition != AnswerTypeRecognition.NoProgressDetection)
        {
            session.State = CallState.AwaitingBeep;
            session.StateSince = _now.Ticks;
            StartTimer(session, TimerKind.Beep, session.Beep == BeepState.On ? LongestBeepMs : Detection.BeepTimeoutMs);
            return;
        }

        StartMessage(session);
    }

    private void StartMessage(CallSession session)
    {
        session.State = CallState.Announcing;
        session.StateSince = _now.Ticks;
        StartTimer(session, TimerKind.Announcement, AnnouncementGuardMs);
        Counters.MessagesPlayed += session.Result == CallResult.AnsweringMachine ? 1 : 0;
        ref var announce = ref Emit(EffectKind.Announce);
        announce.Call = session.Handle;
        announce.Text = session.Message;
    }

    private void BeepWaitOver(CallSession session)
    {
        if (session.State == CallState.AwaitingBeep)
        {
            StartMessage(session);
        }
    }

    private void OnBeepStarted(CallHandle call)
    {
        if (Find(call) is { } session)
        {
            session.Beep = BeepState.On;
            if (session.State == CallState.AwaitingBeep)
            {
                StartTimer(session, TimerKind.Beep, LongestBeepMs);
            }
        }
    }

    private void OnBeepEnded(CallHandle call)
    {
        if (Find(call) is not { } session)
        {
            return;
        }

        session.Beep = BeepState.Over;
        if (session.State == CallState.AwaitingBeep)
        {
            StartMessage(session);
        }
        else if (session is { State: CallState.Announcing, ReleaseAsked: false, Message: not null, Result: CallResult.AnsweringMachine, MessageRestarted: false }
            && _now.MillisecondsSince(session.StateSince) < LateBeepMs)
        {
            // The machine records only from here on: what it missed is said again, once.
            session.MessageRestarted = true;
            Counters.MessagesPlayed--;
            StartMessage(session);
        }
    }

    private void OnGreetingEnded(CallHandle call, long overMs)
    {
        if (Find(call) is { State: CallState.AwaitingBeep, Beep: BeepState.None } session)
        {
            var waited = _now.MillisecondsSince(session.StateSince);
            var left = Math.Min(Detection.BeepTimeoutMs - waited, SilenceBeforeMessageMs - Math.Max(0, overMs));
            StartTimer(session, TimerKind.Beep, Math.Max(1, left));
        }
    }

    /// <summary>An agent has said what a test call was, or has not.</summary>
    private void TakeFeedback(CallSession session)
    {
        if (session is { IsTestCall: true, Verdict: { } verdict } && session.Agent != default)
        {
            _feedback?.TakeFeedback(_definition.Id, session.Record!.List, verdict, session.DesktopResult);
        }
    }
}
