namespace DialerEngine.Core.Treatments;

/// <summary>Holds treatments against the rules of their actions (outbound contact reference 3.1). Finds every fault at once.</summary>
public static class TreatmentValidator
{
    private const int MostMinutes = 525_600;

    /// <summary>Results of calls that were answered: the only ones at which there is a call to act on.</summary>
    public static bool HasCall(CallResult result) =>
        result is CallResult.Answer or CallResult.AnsweringMachine or CallResult.Fax or CallResult.Silence;

    /// <summary>Actions allowed for Agent CallBack Error (47).</summary>
    public static bool FitsAgentCallBackError(RecordAction action) => action
        is RecordAction.AssignToGroup or RecordAction.MarkAsAgentError or RecordAction.CycleRedial or RecordAction.RetryAtDate or RecordAction.RetryIn;

    /// <summary>What is wrong with one treatment, looking at nothing but itself.</summary>
    public static IReadOnlyList<TreatmentFault> Check(TreatmentDefinition treatment)
    {
        ArgumentNullException.ThrowIfNull(treatment);
        var faults = new List<TreatmentFault>();
        if ((int)treatment.Result < 0)
        {
            faults.Add(new(nameof(treatment.Result), "must be a call result, 0 to 53, or a number of your own above"));
        }

        InRange(faults, nameof(treatment.NumberInSequence), treatment.NumberInSequence, 1, TreatmentDefinition.MaxNumber);
        InRange(faults, nameof(treatment.CycleAttempt), treatment.CycleAttempt, 1, TreatmentDefinition.MaxCycleAttempt);
        InRange(faults, nameof(treatment.IntervalMinutes), treatment.IntervalMinutes, 0, MostMinutes);
        InRange(faults, nameof(treatment.IncrementMinutes), treatment.IncrementMinutes, 0, MostMinutes);
        CheckRecordAction(treatment, faults);
        if (Enum.IsDefined(treatment.RecordAction))
        {
            CheckTimes(treatment, faults);
        }

        CheckCallAction(treatment, faults);
        return faults;
    }

    /// <summary>True where the action may be applied more than once to a record.</summary>
    public static bool Cycles(RecordAction action) => action is RecordAction.CycleRedial or RecordAction.RetryIn
        or RecordAction.NextInChain or RecordAction.NextInChainAfter or RecordAction.NextInChainAtDate;

    private static void InRange(List<TreatmentFault> faults, string field, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            faults.Add(new(field, $"must be {least} to {most}"));
        }
    }

    private static void CheckRecordAction(TreatmentDefinition treatment, List<TreatmentFault> faults)
    {
        const string Field = nameof(treatment.RecordAction);
        if (!Enum.IsDefined(treatment.RecordAction))
        {
            faults.Add(new(Field, "is no record action"));
        }
        else if (treatment.Result == CallResult.AgentCallBackError && !FitsAgentCallBackError(treatment.RecordAction))
        {
            faults.Add(new(Field, "for AgentCallBackError must be AssignToGroup, MarkAsAgentError, CycleRedial, RetryAtDate or RetryIn"));
        }
        else if (treatment.RecordAction == RecordAction.AssignToGroup && treatment.Result != CallResult.AgentCallBackError)
        {
            faults.Add(new(Field, "AssignToGroup is for AgentCallBackError: only a personal callback that missed its agent can be given to the group"));
        }

        if (!Cycles(treatment.RecordAction) && treatment.CycleAttempt > 1)
        {
            faults.Add(new(nameof(treatment.CycleAttempt), $"must be 1 for {treatment.RecordAction}: it is applied once"));
        }
    }

    private static void CheckTimes(TreatmentDefinition treatment, List<TreatmentFault> faults)
    {
        var action = treatment.RecordAction;
        var takesDate = action is RecordAction.RetryAtDate or RecordAction.NextInChainAtDate or RecordAction.Reschedule;
        var takesInterval = action is RecordAction.CycleRedial or RecordAction.RetryIn or RecordAction.NextInChainAfter or RecordAction.Reschedule;
        if (treatment.At is not null && !takesDate)
        {
            faults.Add(new(nameof(treatment.At), $"does not belong to {action}; take RetryAtDate, NextInChainAtDate or Reschedule"));
        }

        if (treatment.At is null && takesDate && action != RecordAction.Reschedule)
        {
            faults.Add(new(nameof(treatment.At), $"is missing; {action} needs a date or a time of day, e.g. \"tomorrow 18:00\""));
        }

        if (treatment.IntervalMinutes > 0 && !takesInterval)
        {
            faults.Add(new(nameof(treatment.IntervalMinutes), $"does not belong to {action}"));
        }

        if (treatment.IntervalMinutes == 0 && action is (RecordAction.RetryIn or RecordAction.NextInChainAfter))
        {
            faults.Add(new(nameof(treatment.IntervalMinutes), $"is missing; {action} needs one"));
        }

        if (action == RecordAction.Reschedule && treatment.At is null == (treatment.IntervalMinutes == 0))
        {
            faults.Add(new(nameof(treatment.At), "Reschedule needs either a date or an interval"));
        }

        if (treatment.IncrementMinutes > 0 && (!takesInterval || !Cycles(action)))
        {
            faults.Add(new(nameof(treatment.IncrementMinutes), $"does not belong to {action}"));
        }
    }

    private static void CheckCallAction(TreatmentDefinition treatment, List<TreatmentFault> faults)
    {
        const string Field = nameof(treatment.CallAction);
        var action = treatment.CallAction;
        if (!Enum.IsDefined(action))
        {
            faults.Add(new(Field, "is no call action"));
            return;
        }

        if (action is CallAction.SendFax or CallAction.SendPage or CallAction.SendEmail)
        {
            faults.Add(new(Field, $"{action} is not supported"));
            return;
        }

        if (action != CallAction.None && !HasCall(treatment.Result))
        {
            faults.Add(new(Field, $"must be left out for {treatment.Result.Name()}: only Answer, AnsweringMachine, Fax and Silence have a call to act on"));
        }

        var sendsAway = action is CallAction.Transfer or CallAction.MuteTransfer or CallAction.Route;
        if (sendsAway != treatment.Destination is not null)
        {
            faults.Add(new(nameof(treatment.Destination), sendsAway ? $"is missing; {action} needs one" : "belongs to Transfer, MuteTransfer and Route only"));
        }
        else if (treatment.Destination is { } destination && !IsDestination(destination))
        {
            faults.Add(new(nameof(treatment.Destination), "must be a number or a SIP URI, e.g. 5000 or sip:queue@pbx.example.net, at most 200 characters"));
        }

        if ((action == CallAction.PlayMessage) != treatment.Announcement is not null)
        {
            faults.Add(new(nameof(treatment.Announcement), action == CallAction.PlayMessage ? "is missing; PlayMessage needs one" : "belongs to PlayMessage only"));
        }
    }

    private static bool IsDestination(string text)
    {
        if (text.Length is 0 or > 200)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c is <= ' ' or > '~' or '<' or '>' or '"')
            {
                return false;
            }
        }

        return true;
    }
}
