using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>What a result means for the record, its chain and its call.</summary>
public sealed partial class GroupMachine
{
    /// <summary>Appointments further away are found by the regular look at the list.</summary>
    private const long LookAheadSeconds = 600;

    private readonly TreatmentPlan[] _plans;
    private readonly bool[] _hasCallActions;
    private ICustomerClock _clock;

    private void SetPlan(int list, TreatmentPlan plan)
    {
        _plans[list] = plan;
        _hasCallActions[list] = CallResultsWithCall.Any(r => plan.SequenceOf(r).Any(t => t.CallAction != CallAction.None));
    }

    private static readonly CallResult[] CallResultsWithCall = [CallResult.Answer, CallResult.AnsweringMachine, CallResult.Fax, CallResult.Silence];

    /// <summary>New treatments for lists, by list number. Records that wait keep their appointments; the next result is treated by the new ones.</summary>
    private void OnTreatmentsChanged(IReadOnlyDictionary<ListId, TreatmentPlan> plans)
    {
        for (var i = 0; i < _lists.Length; i++)
        {
            if (plans.TryGetValue(_lists[i].List.Id, out var plan))
            {
                SetPlan(i, plan);
            }
        }
    }

    private int IndexOfList(ListId list)
    {
        for (var i = 0; i < _lists.Length; i++)
        {
            if (_lists[i].List.Id == list)
            {
                return i;
            }
        }

        throw new InvariantBrokenException($"list {list} is not of campaign {_definition.Campaign.Name}");
    }

    /// <summary>The record's fate at the end of its attempt: what was asked for, else what the treatments say.</summary>
    private TreatmentDecision FateOf(CallSession session, RecordStatus otherwise)
    {
        var record = session.Record!;
        ref var wishes = ref session.Wishes;
        if (wishes.Disposal is { } disposal)
        {
            return FateByDisposal(record, disposal, wishes.WholeChain);
        }

        if (wishes.CallbackTime > 0)
        {
            return new TreatmentDecision { Rule = "callback", Type = wishes.CallbackType, Status = RecordStatus.Ready, Schedule = wishes.CallbackTime };
        }

        if (otherwise != RecordStatus.Updated)
        {
            return TreatmentPlan.Final(record, TreatmentReason.NoneDefined) with { Status = otherwise };
        }

        // An agent decides what becomes of a record that they talked about (desktop protocol, GSW_TREATMENT).
        return session.Agent != default && wishes.Treatment == AgentTreatment.None
            ? TreatmentPlan.Final(record, TreatmentReason.AgentAskedForNone)
            : Treat(record, session.Result, wishes.Treatment);
    }

    private static TreatmentDecision FateByDisposal(CallRecord record, RecordRequestKind disposal, bool wholeChain)
    {
        if (disposal == RecordRequestKind.Reject)
        {
            return new TreatmentDecision { Rule = "rejected", Type = RecordType.General, Status = RecordStatus.Ready, Chain = ChainOperation.MakeReady };
        }

        var doNotCall = disposal == RecordRequestKind.DoNotCall;
        return new TreatmentDecision
        {
            Rule = doNotCall ? "do-not-call request" : "cancel request",
            Type = doNotCall ? RecordType.NoCall : record.RecordType,
            Status = RecordStatus.Canceled,
            Chain = !wholeChain ? ChainOperation.None : doNotCall ? ChainOperation.DoNotCallAll : ChainOperation.CancelAll,
        };
    }

    private TreatmentDecision Treat(CallRecord record, CallResult result, AgentTreatment agent)
    {
        var list = IndexOfList(record.List);
        return _plans[list].Decide(
            new TreatmentQuestion { Record = record, Result = result, Now = _now.Wall, MaxAttempts = _lists[list].List.MaxAttempts, Agent = agent }, _clock);
    }

    /// <summary>Writes a fate into the record and into the entry that makes it durable.</summary>
    private static void ApplyFate(CallRecord record, in TreatmentDecision fate, ref JournalEntry entry)
    {
        Invariant.That(RecordTransitions.IsAllowed(RecordStatus.Retrieved, fate.Status));
        record.RecordType = fate.Type;
        record.RecordStatus = fate.Status;
        record.DialScheduledTime = fate.Schedule;
        entry.RecordType = fate.Type;
        entry.RecordStatus = fate.Status;
        entry.DialScheduledTime = fate.Schedule;
        entry.Chain = fate.Chain;
        entry.ChainScheduledTime = fate.ChainAt;
        entry.Reason = fate.Rule;
        if (fate.State is { } state)
        {
            record.Treatments = state;
            entry.Treatments = state;
        }
    }

    private static TreatmentDecision WithinChain(CallSession session, in TreatmentDecision fate) =>
        session.Wishes.ChainDone ? fate with { Chain = ChainOperation.None } : fate;

    /// <summary>True when nobody dials a record of the chain again by itself.</summary>
    private static bool EndsChain(CallRecord record, in TreatmentDecision fate) =>
        fate.Status != RecordStatus.Ready && fate.Chain != ChainOperation.Next && (fate.Chain != ChainOperation.None || record.ChainRest == 0);

    private static CallResult ResultByFate(in TreatmentDecision fate, CallResult result) => fate switch
    {
        { Type: RecordType.NoCall } => CallResult.DoNotCall,
        { Status: RecordStatus.Canceled } => CallResult.CancelRecord,
        _ => result,
    };

    /// <summary>Tells what the durable result means beyond the attempt, and looks again at the list when the next attempt is due.</summary>
    private void FateDurable(CallSession session)
    {
        var record = session.Record!;
        ref var wishes = ref session.Wishes;
        if (wishes.Processing is { } request)
        {
            EmitRecordReply(request, RecordOutcome.Done, session.Handle);
        }

        var next = record.RecordStatus == RecordStatus.Ready ? record.DialScheduledTime : wishes.NextAt;
        if (next > 0 || record.RecordStatus == RecordStatus.Ready)
        {
            LookAgain(record.List, (int)(Math.Clamp(next - _now.UnixSeconds, 0, LookAheadSeconds) * 1_000));
        }

        if (RecordTransitions.IsCallback(wishes.TakenAs) && session.Times.AgentAnswered > 0)
        {
            Counters.CallbacksCompleted++;
            EmitRecordEvent(RecordEventKind.CallbackCompleted, record, wishes.TakenAs, session.Result);
        }

        EmitAppointment(record, wishes.CallbackTime > 0);
        if (wishes.EndsChain)
        {
            Counters.LeadsProcessed++;
            EmitRecordEvent(RecordEventKind.LeadProcessed, record, record.RecordType, session.Result);
        }
    }

    private void EmitAppointment(CallRecord record, bool asked)
    {
        if (asked && record.RecordStatus == RecordStatus.Ready)
        {
            Counters.CallbacksScheduled++;
            EmitRecordEvent(RecordEventKind.CallbackScheduled, record, record.RecordType, record.CallResult);
        }
        else if (record is { RecordStatus: RecordStatus.Ready, DialScheduledTime: > 0 })
        {
            Counters.RecordsScheduled++;
            EmitRecordEvent(RecordEventKind.RecordScheduled, record, record.RecordType, record.CallResult);
        }
        else if (record.RecordStatus == RecordStatus.AgentError)
        {
            Counters.AgentErrors++;
            EmitRecordEvent(RecordEventKind.AgentError, record, record.RecordType, record.CallResult);
        }
    }

    private void EmitRecordEvent(RecordEventKind kind, CallRecord record, RecordType type, CallResult result) =>
        Emit(EffectKind.RecordEvent).RecordEvent = new RecordEvent(kind, record.List, record.Id, type, result);

    /// <summary>Carries out what is to become of an answered call other than going to an agent.</summary>
    private void CarryOut(CallSession session, CallResult result, CallAction action, TreatmentDefinition? treatment)
    {
        var wasLive = session.WasLiveAnswer;
        session.Result = result;
        ReleaseReservation(session);
        if (result == CallResult.Answer && !wasLive)
        {
            Counters.LiveAnswers++;
            _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallPerson, session.Index));
        }
        else if (result != CallResult.Answer && wasLive)
        {
            // Taken for a person until now.
            Counters.LiveAnswers--;
        }

        // A person who is hung up on, be it after an announcement, is abandoned whatever the reason (16 CFR 310.4(b)(1)(iv)).
        session.WasLiveAnswer |= result == CallResult.Answer;
        if (result == CallResult.Answer && action is (CallAction.Drop or CallAction.PlayMessage))
        {
            CountAbandoned(session);
        }
        else if (!wasLive)
        {
            _pacer.Observe(_now, new PacingEvent(PacingEventKind.CallFailed, session.Index, (int)result));
        }

        session.State = CallState.Announcing;
        session.StateSince = _now.Ticks;
        switch (action)
        {
            case CallAction.PlayMessage:
                PlayMessage(session, treatment?.Announcement ?? Detection.MachineAnnouncement!);
                break;
            case CallAction.Transfer or CallAction.MuteTransfer or CallAction.Route:
                SendAway(session, action, treatment!.Destination!);
                break;
            default:
                ReleaseCall(session);
                break;
        }
    }
}
