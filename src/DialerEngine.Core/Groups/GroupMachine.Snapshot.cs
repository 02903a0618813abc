using System.Globalization;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>A look at the group from outside.</summary>
public sealed partial class GroupMachine
{
    /// <summary>The last decision in words, with what holds dialling back. Allocates.</summary>
    public string ExplainPacing() => $"{_decision.Text()}; {_holdBack}";

    private void OnSnapshot(SnapshotRequest request)
    {
        ref var effect = ref Emit(EffectKind.SnapshotDone);
        effect.Reference = request;
    }

    /// <summary>The group as it is after the last step. Allocates; meant for people and tests, at most some times a second.</summary>
    public GroupSnapshot Snapshot()
    {
        int ready = 0, onCall = 0, wrap = 0, notReady = 0;
        long busyTicks = 0, loggedTicks = 0, engagedTicks = 0;
        foreach (var seat in _seats)
        {
            Account(seat);
            engagedTicks += seat.EngagedTicks;
            busyTicks += seat.TalkTicks + seat.WrapTicks;
            loggedTicks += seat.TalkTicks + seat.WrapTicks + seat.ReadyTicks + seat.NotReadyTicks;
            if (seat.Call >= 0) { onCall++; }
            else if (seat.State == AgentState.Ready) { ready++; }
            else if (seat.State == AgentState.AfterCallWork) { wrap++; }
            else if (seat.State == AgentState.NotReady) { notReady++; }
        }

        int connected = 0, onDesktop = 0;
        foreach (var session in _sessions)
        {
            connected += session.State == CallState.Connected ? 1 : 0;
            onDesktop += session.State == CallState.OnDesktop ? 1 : 0;
        }

        return new GroupSnapshot
        {
            Name = _definition.Name,
            Id = _definition.Id,
            State = _state,
            DialMode = _mode,
            AgentsLoggedIn = _loggedIn,
            AgentsReady = ready,
            AgentsOnCall = onCall,
            AgentsAfterCallWork = wrap,
            AgentsNotReady = notReady,
            CallsPending = _pendingCalls,
            PersonsWaiting = _waitingCount,
            CallsConnected = connected,
            RecordsBuffered = _ringCount + RecordsInValidation,
            RecordsOnDesktops = onDesktop,
            RecordsBufferTarget = BufferTarget(),
            Lists = ListSnapshots(),
            Dials = Counters.Dials,
            Results = Counters.Results,
            LiveAnswers = Counters.LiveAnswers,
            Connected = Counters.Connected,
            Abandoned = Counters.Abandoned,
            RecordsTaken = Counters.RecordsTaken,
            RecordsFinished = Counters.RecordsFinished,
            RecordsReturned = Counters.RecordsReturned,
            Withdrawn = Counters.Withdrawn,
            StuckCalls = Counters.StuckCalls,
            ByResult = ResultsByName(),
            BusyFactor = loggedTicks > 0 ? (double)busyTicks / loggedTicks : null,
            HitRatio = Counters.Results > 0 ? (double)Counters.LiveAnswers / Math.Max(Counters.LiveAnswers, Counters.Dials) : null,
            OverdialRate = Counters.LiveAnswers > 0 ? (double)Counters.Abandoned / Counters.LiveAnswers : null,
            AnswerToAgentMsP50 = Counters.AnswerToAgent.Percentile(0.50),
            AnswerToAgentMsP99 = Counters.AnswerToAgent.Percentile(0.99),
            ByRule = Counters.RefusedByName(),
            HoldBack = _holdBack | RuleHoldBack,
            PacingReason = _decision.Reason,
            Explanation = Explain(),
            AgentsEngaging = _seized - _engagedCount,
            AgentsEngaged = _engagedCount,
            AgentsLeaving = _leaving,
            EngagedSeconds = engagedTicks / (double)TimeSpan.TicksPerSecond,
            Engagements = Counters.Engagements,
            EngagementsFailed = Counters.EngagementsFailed,
            EngagedLost = Counters.EngagedLost,
            Overdialled = Counters.Overdialled,
            Pacing = _decision.Inputs,
            PacingDial = _decision.Dial,
            CallsListenedTo = _listening,
            Detection = DetectionSnapshot(),
        };
    }

    private DetectionSnapshot DetectionSnapshot() => new()
    {
        Verdicts = Counters.Verdicts,
        Missed = Counters.VerdictsMissed,
        Corrected = Counters.VerdictsCorrected,
        BeforeAnswer = Counters.ToneResults,
        TestCalls = Counters.TestCalls,
        MessagesPlayed = Counters.MessagesPlayed,
        AnswerToVerdictMsP50 = Counters.AnswerToVerdict.Percentile(0.50),
        AnswerToVerdictMsP99 = Counters.AnswerToVerdict.Percentile(0.99),
        PersonWaitMsP50 = Counters.PersonWait.Percentile(0.50),
        PersonWaitMsP99 = Counters.PersonWait.Percentile(0.99),
        WaitedTooLong = Counters.PersonWait.CountAbove(2_000),
    };

    private Dictionary<string, long> ResultsByName()
    {
        var results = new Dictionary<string, long>();
        for (var i = 0; i < CallResults.StandardCount; i++)
        {
            if (Counters.ByResult[i] > 0)
            {
                results.Add(((CallResult)i).Name(), Counters.ByResult[i]);
            }
        }

        if (Counters.ByResult[CallResults.StandardCount] > 0)
        {
            results.Add("Custom", Counters.ByResult[CallResults.StandardCount]);
        }

        return results;
    }

    /// <summary>The answer to "why is it not dialling?" in one sentence, the strongest reason first.</summary>
    private string Explain()
    {
        if (_holdBack.HasFlag(HoldBack.NotRunning))
        {
            return _state switch
            {
                CampaignGroupState.NotLoaded => "not loaded",
                CampaignGroupState.Active => "loaded, not started",
                CampaignGroupState.WaitingUnload => string.Create(CultureInfo.InvariantCulture, $"unloading: {_openCalls} calls still in progress"),
                _ => "unloading: the last entries are being stored",
            };
        }

        if (_holdBack.HasFlag(HoldBack.JournalUnavailable)) { return "the attempt journal cannot be written: dialling is held back"; }
        if (_holdBack.HasFlag(HoldBack.AttemptRecordsUnsaved)) { return "wait condition: too many call attempt records are not saved by their receiver"; }
        if (_holdBack.HasFlag(HoldBack.NoAgentsLoggedIn)) { return "no agent is logged in"; }
        if (_holdBack.HasFlag(HoldBack.StoreUnavailable) && _ringCount == 0) { return "the calling lists cannot be read"; }
        if (_holdBack.HasFlag(HoldBack.NoRecords) && !_lists.Any(l => l.IsActive)) { return "every list of the campaign is switched off"; }
        if (_holdBack.HasFlag(HoldBack.NoRecords)) { return ExplainNoRecords(); }
        if (_holdBack.HasFlag(HoldBack.AwaitingValidation)) { return "records wait for the answer of the pre-dial validation"; }
        if (_holdBack.HasFlag(HoldBack.AgentsRequests)) { return "waits for agents' requests: this mode does not dial by itself"; }
        if (_holdBack.HasFlag(HoldBack.NoEngagedAgent))
        {
            return string.Create(CultureInfo.InvariantCulture, $"no agent is engaged yet: {_seized} engaging calls are on their way");
        }

        if (_holdBack.HasFlag(HoldBack.NoReadyAgent) && _decision.Dial == 0 && !_mode.IsForIvr() && _decision.Inputs.HorizonSeconds == 0) { return ExplainNoAgent(); }
        if (_holdBack.HasFlag(HoldBack.TrunkDown)) { return "every trunk of the group is down or paused"; }
        if (_holdBack.HasFlag(HoldBack.NoFreeLine)) { return "no free line: the group's channels or its trunks' calls are all in use"; }
        if (_holdBack.HasFlag(HoldBack.OverdialLevel)) { return "max_overdial_level is reached: enough calls are on their way for the agents logged in"; }
        if (_holdBack.HasFlag(HoldBack.TrunkShare)) { return "what the trunks have left belongs to other groups that have less than their share"; }
        if (_holdBack.HasFlag(HoldBack.TrunkRate)) { return "the trunks' calls per second are used up"; }
        if (_holdBack.HasFlag(HoldBack.GroupRate)) { return "the group's dialing_rate_limit is used up"; }
        return string.Create(
            CultureInfo.InvariantCulture, $"dialling {_decision.Text()}; {_idleCount} {(Seizing ? "engaged" : "free")} {(_mode.IsForIvr() ? "ports" : "agents")}");
    }

    private string ExplainNoAgent()
    {
        var waitingForLine = _seats.Count(s => s.State == AgentState.Ready && s.Definition.Phone.NailedUp && !s.LineUp);
        return waitingForLine > 0
            ? string.Create(CultureInfo.InvariantCulture, $"no agent is free: {waitingForLine} ready agents have no line to their phone")
            : "no agent is free: all are on calls, in after-call work or not ready";
    }
}
