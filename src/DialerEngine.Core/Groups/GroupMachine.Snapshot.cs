using System.Globalization;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>A look at the group from outside.</summary>
public sealed partial class GroupMachine
{
    private void OnSnapshot(SnapshotRequest request)
    {
        ref var effect = ref Emit(EffectKind.SnapshotDone);
        effect.Reference = request;
    }

    /// <summary>The group as it is after the last step. Allocates; meant for people and tests, at most some times a second.</summary>
    public GroupSnapshot Snapshot()
    {
        int ready = 0, onCall = 0, wrap = 0, notReady = 0;
        long busyTicks = 0, loggedTicks = 0;
        foreach (var seat in _seats)
        {
            Account(seat);
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
            RecordsBuffered = _ringCount,
            RecordsOnDesktops = onDesktop,
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
        };
    }

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
        if (_holdBack.HasFlag(HoldBack.NoAgentsLoggedIn)) { return "no agent is logged in"; }
        if (_holdBack.HasFlag(HoldBack.StoreUnavailable) && _ringCount == 0) { return "the calling lists cannot be read"; }
        if (_holdBack.HasFlag(HoldBack.NoRecords)) { return ExplainNoRecords(); }
        if (_holdBack.HasFlag(HoldBack.NoReadyAgent))
        {
            var waitingForLine = _seats.Count(s => s.State == AgentState.Ready && s.Definition.Phone.NailedUp && !s.LineUp);
            return waitingForLine > 0
                ? string.Create(CultureInfo.InvariantCulture, $"no agent is free: {waitingForLine} ready agents have no line to their phone")
                : "no agent is free: all are on calls, in after-call work or not ready";
        }

        if (_holdBack.HasFlag(HoldBack.TrunkDown)) { return "every trunk of the group is down or paused"; }
        if (_holdBack.HasFlag(HoldBack.NoFreeLine)) { return "no free line: the group's channels or its trunks' calls are all in use"; }
        if (_holdBack.HasFlag(HoldBack.TrunkRate)) { return "the trunks' calls per second are used up"; }
        if (_holdBack.HasFlag(HoldBack.GroupRate)) { return "the group's dialing_rate_limit is used up"; }
        return _decision.Reason == PacingReason.EveryReadyAgentHasADialUnderWay
            ? string.Create(CultureInfo.InvariantCulture, $"dialling: {_idleCount} free agents, {_pendingCalls} calls under way for them")
            : string.Create(CultureInfo.InvariantCulture, $"dialling: {_idleCount} free agents, {_pendingCalls} calls under way ({_decision.Reason})");
    }
}
