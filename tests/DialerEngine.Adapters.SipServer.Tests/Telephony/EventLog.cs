using DialerEngine.Core;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>One thing that the telephony adapter told.</summary>
internal sealed record Told(string Kind, CallHandle Call, AgentId Agent, CallOutcome Outcome);

/// <summary>Keeps what the telephony adapter tells, in order, and lets a test wait for it.</summary>
internal sealed class EventLog : ITelephonyEvents
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly Lock _gate = new();
    private readonly List<Told> _told = [];
    private readonly List<(Func<Told, bool> Wanted, TaskCompletionSource<Told> Found)> _waiting = [];
    private int _read;

    public IReadOnlyList<Told> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _told];
            }
        }
    }

    public void Dialing(CallHandle call) => Add("Dialing", call);

    public void Ringing(CallHandle call) => Add("Ringing", call);

    public void Answered(CallHandle call) => Add("Answered", call);

    public void Ended(CallHandle call, in CallOutcome outcome) => Add("Ended", call, default, outcome);

    public void AgentRinging(CallHandle call, AgentId agent) => Add("AgentRinging", call, agent);

    public void AgentConnected(CallHandle call, AgentId agent) => Add("AgentConnected", call, agent);

    public void AgentFailed(CallHandle call, AgentId agent) => Add("AgentFailed", call, agent);

    public void AgentReleased(CallHandle call, AgentId agent) => Add("AgentReleased", call, agent);

    public void AnnouncementEnded(CallHandle call) => Add("AnnouncementEnded", call);

    public void Classified(CallHandle call, CallResult result) => Add("Classified", call, default, new CallOutcome { Result = result });

    public void RouteFailed(CallHandle call) => Add("RouteFailed", call);

    public void Transferred(CallHandle call) => Add("Transferred", call);

    public void AgentLine(AgentId agent, bool up) => Add(up ? "LineUp" : "LineDown", default, agent);

    public void AgentEngaged(AgentId agent, in Engagement engagement) => Add("AgentEngaged", default, agent);

    public void AgentDisengaged(AgentId agent, in Engagement engagement) => Add("AgentDisengaged", default, agent);

    /// <summary>The next event of that kind (and call) after those already waited for, past or to come.</summary>
    public async Task<Told> NextAsync(string kind, CallHandle call = default)
    {
        bool Wanted(Told told) => told.Kind == kind && (call.IsNone || told.Call == call);
        Task<Told> found;
        lock (_gate)
        {
            for (var i = _read; i < _told.Count; i++)
            {
                if (Wanted(_told[i]))
                {
                    _read = i + 1;
                    return _told[i];
                }
            }

            _read = _told.Count;
            var source = new TaskCompletionSource<Told>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((Wanted, source));
            found = source.Task;
        }

        try
        {
            return await found.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{kind} did not come; told were: {this}");
        }
    }

    /// <summary>Kinds of all events of a call, in order.</summary>
    public string Of(CallHandle call) => string.Join(' ', All.Where(t => t.Call == call).Select(t => t.Kind));

    public int Count(string kind, CallHandle call) => All.Count(t => t.Kind == kind && t.Call == call);

    public override string ToString() => string.Join(", ", All.Select(t => t.Kind + (t.Agent == default ? "" : " of " + t.Agent)));

    private void Add(string kind, CallHandle call, AgentId agent = default, CallOutcome outcome = default)
    {
        var told = new Told(kind, call, agent, outcome);
        lock (_gate)
        {
            _told.Add(told);
            foreach (var waiting in _waiting.Where(w => w.Wanted(told)).ToArray())
            {
                _read = _told.Count;
                _waiting.Remove(waiting);
                waiting.Found.SetResult(told);
            }
        }
    }
}
