using System.Runtime.CompilerServices;
using DialerEngine.Core.Callbacks;

namespace DialerEngine.Core.Treatments;

/// <summary>
/// The treatments that are in force for one calling list of one campaign, by result and in sequence. A pure function from a record and a result to
/// the record's fate. Immutable: a changed configuration makes a new plan; a record that is waiting for its next attempt keeps its appointment.
/// </summary>
public sealed class TreatmentPlan
{
    private readonly Dictionary<int, TreatmentDefinition[]> _byResult = [];
    private readonly Dictionary<TreatmentDefinition, string> _rules = new(ReferenceEqualityComparer.Instance);

    /// <param name="list">Treatments of the calling list.</param>
    /// <param name="campaign">Treatments of the campaign; used for results for which the list has none.</param>
    // Runs once, and is long to compile.
    [MethodImpl(MethodImplOptions.NoOptimization)]
    public TreatmentPlan(IEnumerable<TreatmentDefinition> list, IEnumerable<TreatmentDefinition> campaign)
    {
        foreach (var sequence in list.GroupBy(t => (int)t.Result))
        {
            _byResult.Add(sequence.Key, [.. sequence.OrderBy(t => t.NumberInSequence)]);
        }

        foreach (var sequence in campaign.GroupBy(t => (int)t.Result).Where(s => !_byResult.ContainsKey(s.Key)))
        {
            _byResult.Add(sequence.Key, [.. sequence.OrderBy(t => t.NumberInSequence)]);
        }

        foreach (var treatment in _byResult.Values.SelectMany(t => t))
        {
            _rules[treatment] = $"treatment {treatment.Name}";
        }
    }

    /// <summary>A plan without treatments.</summary>
    public static TreatmentPlan Empty { get; } = new([], []);

    /// <summary>The sequence for a result, in order.</summary>
    public IReadOnlyList<TreatmentDefinition> SequenceOf(CallResult result) => _byResult.GetValueOrDefault((int)result, []);

    /// <summary>Attempts that the plan can cause for one record with one result, beside the first: for checks.</summary>
    public int MostRetriesFor(CallResult result) => SequenceOf(result).Where(t => DialsAgain(t.RecordAction)).Sum(t => Limit(t));

    /// <summary>
    /// What the engine does with an answered call of this result where no treatment says so: people, silence and what could not be told go to an agent;
    /// machines, faxes, pagers and tones after a false answer are released.
    /// </summary>
    public static CallAction DefaultCallAction(CallResult result) => result is CallResult.AnsweringMachine or CallResult.Fax or CallResult.PagerDetected
        or CallResult.Busy or CallResult.AllTrunksBusy or CallResult.NuTone or CallResult.NoProgress or CallResult.SitDetected or CallResult.SitInvalidNum
        or CallResult.SitVacant or CallResult.SitIntercept or CallResult.SitUnknown or CallResult.SitNoCircuit or CallResult.SitReorder
        ? CallAction.Drop : CallAction.Connect;

    /// <summary>The treatment whose call action is to be carried out when a call is found to be this; null for the engine's own.</summary>
    public TreatmentDefinition? CallActionFor(in TreatmentQuestion question, ICustomerClock clock)
    {
        var decision = Decide(question, clock);
        return decision.Treatment is { CallAction: not CallAction.None } treatment ? treatment : null;
    }

    /// <summary>The record's fate after a call ended with a result.</summary>
    public TreatmentDecision Decide(in TreatmentQuestion question, ICustomerClock clock)
    {
        var record = question.Record;
        if (!_byResult.TryGetValue((int)question.Result, out var sequence))
        {
            return Final(record, TreatmentReason.NoneDefined);
        }

        var state = TreatmentState.Read(record.Treatments);
        var (number, applied) = state.Of(question.Result);
        var reason = TreatmentReason.SequenceOver;
        foreach (var treatment in sequence)
        {
            if (treatment.NumberInSequence < number)
            {
                continue;
            }

            var before = treatment.NumberInSequence == number ? applied : 0;
            if (before >= Limit(treatment))
            {
                continue;
            }

            if (question.MaxAttempts > 0 && record.Attempts >= question.MaxAttempts && DialsAgain(treatment.RecordAction))
            {
                reason = TreatmentReason.MaxAttempts;
                continue;
            }

            if (!TryApply(treatment, before, question, clock, out var decision))
            {
                continue;
            }

            if (!state.TrySet(question.Result, treatment.NumberInSequence, before + 1))
            {
                return Final(record, TreatmentReason.StateFull);
            }

            decision.Treatment = treatment;
            decision.Rule = _rules[treatment];
            decision.Reason = TreatmentReason.Applied;
            decision.State = state.ToString();
            return decision;
        }

        return Final(record, reason);
    }

    /// <summary>The fate of a record that no treatment is applied to: Updated, and its chain is done.</summary>
    public static TreatmentDecision Final(CallRecord record, TreatmentReason reason) => new()
    {
        Reason = reason,
        Rule = RuleOf(reason),
        Type = record.RecordType,
        Status = RecordStatus.Updated,
        Chain = ChainOperation.Complete,
    };

    private static string? RuleOf(TreatmentReason reason) => reason switch
    {
        TreatmentReason.SequenceOver => "treatments used up",
        TreatmentReason.StateFull => "too many results for a treatment",
        TreatmentReason.MaxAttempts => "most attempts of the list",
        TreatmentReason.AgentAskedForNone => "agent's decision",
        _ => null,
    };

    /// <summary>True where the action leads to another attempt with the same record.</summary>
    public static bool DialsAgain(RecordAction action) =>
        action is RecordAction.CycleRedial or RecordAction.RetryIn or RecordAction.RetryAtDate or RecordAction.AssignToGroup or RecordAction.Reschedule;

    private static int Limit(TreatmentDefinition treatment) => TreatmentValidator.Cycles(treatment.RecordAction) ? treatment.CycleAttempt : 1;

    private static bool TryApply(TreatmentDefinition treatment, int before, in TreatmentQuestion question, ICustomerClock clock, out TreatmentDecision decision)
    {
        var record = question.Record;
        var now = question.Now.ToUnixTimeSeconds();
        decision = Final(record, TreatmentReason.Applied);
        switch (treatment.RecordAction)
        {
            case RecordAction.NoAction or RecordAction.MarkDb:
                return true;
            case RecordAction.MarkAllChain:
                decision.Chain = ChainOperation.UpdateAll;
                return true;
            case RecordAction.CycleRedial or RecordAction.RetryIn:
                return Again(ref decision, RescheduledType(record, question.Agent), now + treatment.WaitSeconds(before));
            case RecordAction.RetryAtDate:
                return Again(ref decision, RescheduledType(record, question.Agent), treatment.At!.Resolve(question.Now, record, clock));
            case RecordAction.Reschedule:
                var type = record.RecordType is RecordType.PersonalCallBack or RecordType.CampaignCallBack or RecordType.PersonalRescheduled
                    ? record.RecordType : RescheduledType(record, question.Agent);
                return Again(ref decision, type, treatment.At?.Resolve(question.Now, record, clock) ?? now + treatment.WaitSeconds(before));
            case RecordAction.NextInChain:
                return Next(ref decision, record, now);
            case RecordAction.NextInChainAfter:
                return Next(ref decision, record, now + treatment.WaitSeconds(before));
            case RecordAction.NextInChainAtDate:
                return Next(ref decision, record, treatment.At!.Resolve(question.Now, record, clock));
            case RecordAction.AssignToGroup:
                return record.RecordType is RecordType.PersonalCallBack or RecordType.PersonalRescheduled
                    && Again(ref decision, RecordType.CampaignCallBack, now);
            default:
                decision.Status = RecordStatus.AgentError;
                return true;
        }
    }

    /// <summary>A personal appointment stays the agent's; any other becomes the campaign's.</summary>
    private static RecordType RescheduledType(CallRecord record, AgentTreatment agent) => agent switch
    {
        AgentTreatment.Personal => RecordType.PersonalRescheduled,
        AgentTreatment.Campaign => RecordType.CampaignRescheduled,
        _ => record.RecordType is RecordType.PersonalCallBack or RecordType.PersonalRescheduled ? RecordType.PersonalRescheduled : RecordType.CampaignRescheduled,
    };

    private static bool Again(ref TreatmentDecision decision, RecordType type, long at)
    {
        decision.Type = type;
        decision.Status = RecordStatus.Ready;
        decision.Schedule = at;
        decision.Chain = ChainOperation.None;
        return at > 0;
    }

    private static bool Next(ref TreatmentDecision decision, CallRecord record, long at)
    {
        decision.Chain = ChainOperation.Next;
        decision.ChainAt = at;
        return at > 0 && record.ChainRest > 0;
    }
}
