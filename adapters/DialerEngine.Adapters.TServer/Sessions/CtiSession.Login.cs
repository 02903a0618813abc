using System.Net;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Sessions;

/// <summary>How an agent comes in: the DN, the password, the way back to a session that broke.</summary>
internal sealed partial class CtiSession
{
    private const int MaxDnLength = 64;

    private bool TryRegister(CtiRequest request)
    {
        var dn = request.ThisDn;
        if (dn is null or "" || dn.Length > MaxDnLength || dn.Any(char.IsControl))
        {
            Refuse(request, CtiError.InvalidAttribute, "thisDN is missing or no DN of 1 to 64 characters");
            return false;
        }

        if (dn == _dn)
        {
            return true;
        }

        if (Volatile.Read(ref _loggedIn))
        {
            Refuse(request, CtiError.ResourceSeized, "the agent is logged in on another DN of this connection");
            return false;
        }

        if (!_context.Sessions.TryRegister(dn, this))
        {
            Refuse(request, CtiError.ResourceSeized, "the DN is registered on another connection");
            return false;
        }

        if (_dn is { } old)
        {
            _context.Sessions.Unregister(old, this);
        }

        Volatile.Write(ref _dn, dn);
        return true;
    }

    /// <summary>Logs the agent in, or lets them back into the session that broke; registers the DN on the way where RequestRegisterAddress has not.</summary>
    private async ValueTask LoginAsync(CtiRequest request)
    {
        if (!MayLogIn(request))
        {
            return;
        }

        var loginId = request.AgentId!;
        switch (await _context.Gateway.CheckPasswordAsync(loginId, request.Password).ConfigureAwait(false))
        {
            case AgentPasswordCheck.UnknownAgent:
                RefuseLogin(request, AgentLogin.UnknownAgent);
                return;
            case AgentPasswordCheck.Wrong:
                RefuseLogin(request, AgentLogin.WrongPassword);
                return;
            case AgentPasswordCheck.NoPassword when !IsOpenHere:
                Refuse(request, CtiError.BadPassword, "agents without a password may not log in from here");
                return;
        }

        if (Reason != CtiDisconnectReason.None)
        {
            return;
        }

        var found = TakeOver(request, loginId);
        if (request.ThisDn is not null && !TryRegister(request))
        {
            if (found is not null)
            {
                // Somebody else was quicker with the DN: the agent is waited for as after a break.
                _context.Sessions.Wait(found);
            }

            return;
        }

        if (TryComeBack(request, loginId, found))
        {
            return;
        }

        var outcome = _context.Gateway.TryLogin(_dn!, loginId, request.Password, out var agent);
        if (outcome != AgentLogin.Ok)
        {
            RefuseLogin(request, outcome);
            return;
        }

        Enter(agent, loginId);
        CtiLog.AgentLoggedIn(_context.Logger, Id, agent, _dn!);
        SendHere(new CtiEvent { Kind = CtiEventKind.AgentLogin, ReferenceId = request.ReferenceId, AgentLoginId = loginId });
        _context.Sessions.Bind(agent, this);
        _context.Requests.AgentLoggedIn(agent);
    }

    /// <summary>Form, DN and rate of a login; says what is wrong.</summary>
    private bool MayLogIn(CtiRequest request)
    {
        if (Volatile.Read(ref _loggedIn))
        {
            Refuse(request, CtiError.InSameState, "an agent is logged in on this connection");
            return false;
        }

        if (_dn is null && request.ThisDn is null)
        {
            Refuse(request, CtiError.NotRegistered, "no DN is registered on this connection");
            return false;
        }

        if (request.AgentId is null or "")
        {
            Refuse(request, CtiError.InvalidAttribute, "agentId is missing");
            return false;
        }

        var wait = _context.Throttle.WaitOf(_remote, request.AgentId);
        if (wait > TimeSpan.Zero)
        {
            Refuse(request, CtiError.TooManyRequests, $"too many failed logins; try again in {(int)Math.Ceiling(wait.TotalSeconds)} s");
            return false;
        }

        // The agent's own older connection on the DN makes way, once the password is known to be right.
        return request.ThisDn is null || IsHeldBy(request.ThisDn, request.AgentId) || TryRegister(request);
    }

    private bool IsHeldBy(string dn, string loginId) => _context.Sessions.FindByDn(dn) is { } other && other != this && other.IsAgent(loginId);

    /// <summary>True while this agent is logged in on this connection.</summary>
    private bool IsAgent(string loginId)
    {
        lock (_gate)
        {
            return _loggedIn && _loginId == loginId;
        }
    }

    /// <summary>
    /// The same agent is logged in on the same DN over another connection, which may hang without anybody's knowing: it ends, and its agent with call and records
    /// passes to this one without a moment between. Null where there is none.
    /// </summary>
    private WaitingAgent? TakeOver(CtiRequest request, string loginId)
    {
        var dn = request.ThisDn ?? _dn;
        if (dn is null || _context.Sessions.FindByDn(dn) is not { } other || other == this)
        {
            return null;
        }

        var agent = other.GiveUpAgent(loginId);
        if (agent is not null)
        {
            _context.Sessions.Hold(agent);
            _context.Sessions.Unregister(dn, other);
            CtiLog.AgentTakenOver(_context.Logger, agent.Agent, other.Id, Id);
            other.Disconnect(CtiDisconnectReason.TakenOver);
        }

        return agent;
    }

    /// <summary>Lets go of the agent: what comes for them from now on goes to who is returned, until a session takes it over. Null where this agent is not logged in here.</summary>
    private WaitingAgent? GiveUpAgent(string loginId)
    {
        lock (_gate)
        {
            if (!_loggedIn || _loginId != loginId || _dn is null)
            {
                return null;
            }

            _loggedIn = false;
            return _waiting = new WaitingAgent(_context, _agent, _loginId, _dn, _memory, _references);
        }
    }

    private bool IsOpenHere => _context.Options.OpenLogins switch
    {
        OpenLogins.Everywhere => true,
        OpenLogins.Never => false,
        _ => IPAddress.IsLoopback(_remote),
    };

    /// <summary>The agent's connection broke a moment ago: on the same DN, call and records are there again; on another one, what was left there goes back first.</summary>
    private bool TryComeBack(CtiRequest request, string loginId, WaitingAgent? found)
    {
        if ((found ?? _context.Sessions.FindWaiting(loginId)) is not { } waiting)
        {
            return false;
        }

        if (waiting.Dn != _dn)
        {
            waiting.End();
            return false;
        }

        if (!waiting.TryResume(this, request.ReferenceId))
        {
            return false;
        }

        Enter(waiting.Agent, loginId);
        CtiLog.AgentBack(_context.Logger, waiting.Agent, Id);
        _context.Metrics.Reconnected();
        _context.Requests.AgentLoggedIn(waiting.Agent);
        return true;
    }

    private void Enter(AgentId agent, string loginId)
    {
        _failedLogins = 0;
        _context.Throttle.Succeeded(_remote, loginId);
        AgentId before;
        lock (_gate)
        {
            before = _agent;
            _agent = agent;
            _loginId = loginId;
            _loggedIn = true;
        }

        if (before != default && before != agent)
        {
            _context.Sessions.Unbind(before, this);
        }
    }

    private void RefuseLogin(CtiRequest request, AgentLogin outcome)
    {
        CtiLog.LoginRefused(_context.Logger, Id, _dn!, outcome);
        var (error, words) = outcome switch
        {
            AgentLogin.UnknownAgent => (CtiError.InvalidAgentId, "no agent has this login id"),
            AgentLogin.WrongPassword => (CtiError.BadPassword, "wrong password"),
            AgentLogin.AlreadyLoggedIn => (CtiError.ResourceSeized, "the agent is logged in elsewhere"),
            _ => (CtiError.ResourceSeized, "another agent is logged in at this place"),
        };
        Refuse(request, error, words);
        if (outcome is not (AgentLogin.UnknownAgent or AgentLogin.WrongPassword))
        {
            return;
        }

        _context.Throttle.Failed(_remote, request.AgentId!);
        if (++_failedLogins >= _context.Options.MaxFailedLogins)
        {
            Disconnect(CtiDisconnectReason.FailedLogins);
        }
    }
}
