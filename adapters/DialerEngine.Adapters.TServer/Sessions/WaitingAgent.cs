using DialerEngine.Core;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Sessions;

/// <summary>Where events for an agent go: a connection, or the place of one that broke.</summary>
internal interface IAgentMailbox
{
    void Send(CtiEvent message);
}

/// <summary>
/// An agent whose connection broke and who may come back for a while: still logged in, the call and the records kept, not offered to new calls. Ends by the agent's
/// return, or by the end of the time, which logs the agent out. Thread-safe.
/// </summary>
internal sealed class WaitingAgent : IAgentMailbox, IDisposable
{
    private readonly CtiContext _context;
    private readonly Lock _gate = new();
    private readonly DesktopMemory _memory;
    private readonly CallReferences _references;
    private ITimer? _timer;
    private CtiSession? _successor;
    private bool _over;

    public WaitingAgent(CtiContext context, AgentId agent, string loginId, string dn, DesktopMemory memory, CallReferences references)
    {
        _context = context;
        Agent = agent;
        LoginId = loginId;
        Dn = dn;
        _memory = memory;
        _references = references;
    }

    public AgentId Agent { get; }

    public string LoginId { get; }

    public string Dn { get; }

    /// <summary>Begins to wait. An agent who was free is not offered to calls meanwhile.</summary>
    public void Start()
    {
        var rest = false;
        lock (_gate)
        {
            if (_over || _successor is not null)
            {
                return;
            }

            if (_memory is { State: AgentState.Ready, HasCall: false })
            {
                _memory.State = AgentState.NotReady;
                rest = true;
            }

            _timer = _context.Time.CreateTimer(static waiting => ((WaitingAgent)waiting!).End(), this, _context.Options.ReconnectGrace, Timeout.InfiniteTimeSpan);
        }

        if (rest)
        {
            _context.Gateway.SetState(Agent, AgentState.NotReady);
        }
    }

    public void Send(CtiEvent message)
    {
        var rest = false;
        CtiSession? successor;
        lock (_gate)
        {
            successor = _successor;
            if (successor is null && !_over)
            {
                _memory.Passed(message);
                if (!message.Call.IsNone)
                {
                    _references.Passed(message.Kind, message.Call);
                    while (message.Kind is CtiEventKind.Released or CtiEventKind.Abandoned && _references.TakeUnanswered(message.Call) is not null)
                    {
                        // Whoever asked is gone.
                    }
                }

                if (message.Kind == CtiEventKind.AgentReady)
                {
                    // A call ended with "ready" as what follows: nobody is there to be ready.
                    _memory.State = AgentState.NotReady;
                    rest = true;
                }
            }
        }

        successor?.Send(message);
        if (rest)
        {
            _context.Gateway.SetState(Agent, AgentState.NotReady);
        }
        else if (message.Kind == CtiEventKind.AgentLogout && successor is null)
        {
            End(loggedOut: true);
        }
    }

    /// <summary>The agent is back: the session takes everything over, in one step with the events that come meanwhile. False when it is too late.</summary>
    public bool TryResume(CtiSession session, int? referenceId)
    {
        lock (_gate)
        {
            if (_over || _successor is not null)
            {
                return false;
            }

            _successor = session;
            _timer?.Dispose();
            session.Adopt(Agent, LoginId, referenceId, _memory, _references);
        }

        // First the new place, then the old one goes: nothing falls between.
        _context.Sessions.Bind(Agent, session);
        _context.Sessions.Forget(this);
        return true;
    }

    /// <summary>Nobody came, or the agent logs in elsewhere: the agent is logged out, calls and records go back by rule.</summary>
    public void End(bool loggedOut = false)
    {
        lock (_gate)
        {
            if (_over || _successor is not null)
            {
                return;
            }

            _over = true;
            _timer?.Dispose();
        }

        _context.Sessions.Forget(this);
        if (!loggedOut)
        {
            CtiLog.AgentNotBack(_context.Logger, Agent);
            _context.Gateway.Logout(Agent, lost: true);
        }
    }

    public void Dispose() => _timer?.Dispose();
}
