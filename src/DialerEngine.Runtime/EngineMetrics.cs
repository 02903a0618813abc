using System.Diagnostics.Metrics;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;

namespace DialerEngine.Runtime;

/// <summary>The engine's own instruments. Tags are bounded: campaign group and result, never number, record or agent.</summary>
public sealed class EngineMetrics : IGroupObserver, IDisposable
{
    public const string MeterName = "DialerEngine.Runtime";
    private readonly Meter _meter;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _results;
    private readonly Counter<long> _stuck;
    private readonly Histogram<double> _answerToAgent;
    private readonly Histogram<double> _loopLag;

    public EngineMetrics(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _attempts = _meter.CreateCounter<long>("dialer.attempts", "{attempt}", "Attempts that are durable and whose INVITE was let go.");
        _results = _meter.CreateCounter<long>("dialer.results", "{attempt}", "Attempts with a durable result, by call result.");
        _stuck = _meter.CreateCounter<long>("dialer.calls.stuck", "{call}", "Calls whose end the network never told.");
        _answerToAgent = _meter.CreateHistogram(
            "dialer.answer_to_agent", "s", "From the far end's answer to the agent's connection.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] });
        _loopLag = _meter.CreateHistogram(
            "dialer.loop.lag", "s", "How far a group loop's timers are behind.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5] });
    }

    /// <summary>Notes how late a loop's timers are.</summary>
    public void LoopLag(long milliseconds)
    {
        if (_loopLag.Enabled)
        {
            _loopLag.Record(milliseconds / 1000.0);
        }
    }

    public void StateChanged(CampaignGroupDefinition group, CampaignGroupState state, DialMode mode, GroupCommandKind by)
    {
        // State is read from snapshots; a counter of changes would tell nobody anything.
    }

    public void AttemptStarted(CampaignGroupDefinition group, CallSession session)
    {
        if (_attempts.Enabled)
        {
            _attempts.Add(1, new KeyValuePair<string, object?>("group", group.Name));
        }
    }

    public void AttemptFinished(CampaignGroupDefinition group, CallSession session)
    {
        if (_results.Enabled)
        {
            _results.Add(1, new("group", group.Name), new("result", session.Result.Name()));
        }

        if (_answerToAgent.Enabled && session.Times.AgentAnswered > 0)
        {
            _answerToAgent.Record((session.Times.AgentAnswered - session.Times.Answered) / 1000.0, new KeyValuePair<string, object?>("group", group.Name));
        }
    }

    public void CallStuck(CampaignGroupDefinition group, CallSession session) => _stuck.Add(1, new KeyValuePair<string, object?>("group", group.Name));

    public void Dispose() => _meter.Dispose();
}
