using System.Net.WebSockets;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Sessions;

/// <summary>The requests of a session.</summary>
internal sealed partial class CtiSession
{
    private ValueTask TakeAsync(WebSocketMessageType type, int length)
    {
        _context.Metrics.Received();
        if (!_rate.TryTake())
        {
            RefuseReference(null, CtiError.TooManyRequests, $"a connection may make {_context.Options.RequestsPerSecond} requests per second");
            if (++_refusedInARow >= _context.Options.MaxRefusedRequests)
            {
                Disconnect(CtiDisconnectReason.Flood);
            }

            return ValueTask.CompletedTask;
        }

        _refusedInARow = 0;
        if (type != WebSocketMessageType.Text)
        {
            RefuseReference(null, CtiError.BadMessageType, "a message is text, not binary");
            return ValueTask.CompletedTask;
        }

        var result = CtiRequestReader.Read(_buffer.AsSpan(0, length));
        if (result.Request is not { } request)
        {
            RefuseReference(result.ReferenceId, result.Error, result.Message!);
            return ValueTask.CompletedTask;
        }

        if (request.Kind == CtiRequestKind.AgentLogin)
        {
            // The one request that may take a while: the next one waits for it.
            return LoginAsync(request);
        }

        Carry(request);
        return ValueTask.CompletedTask;
    }

    private void Carry(CtiRequest request)
    {
        switch (request.Kind)
        {
            case CtiRequestKind.RegisterAddress:
                if (TryRegister(request))
                {
                    Reply(request, CtiEventKind.Registered);
                }

                return;
        }

        if (!Volatile.Read(ref _loggedIn))
        {
            Refuse(request, CtiError.NotLoggedIn, "the agent is not logged in");
            return;
        }

        switch (request.Kind)
        {
            case CtiRequestKind.AgentReady:
                SetState(request, AgentState.Ready);
                break;
            case CtiRequestKind.AgentNotReady:
                NotReady(request);
                break;
            case CtiRequestKind.AgentLogout:
                // The reply first: the engine's own word about the logout must not take its place.
                Reply(request, CtiEventKind.AgentLogout);
                _context.Gateway.Logout(_agent);
                break;
            case CtiRequestKind.AnswerCall:
                Control(request, CallControl.Answer, CtiEventKind.Established);
                break;
            case CtiRequestKind.ReleaseCall:
                Control(request, CallControl.Release, CtiEventKind.Released);
                break;
            case CtiRequestKind.MakeCall:
                MakeCall(request);
                break;
            case CtiRequestKind.HoldCall:
                Control(request, CallControl.Hold, CtiEventKind.Held);
                break;
            case CtiRequestKind.RetrieveCall:
                Control(request, CallControl.Retrieve, CtiEventKind.Retrieved);
                break;
            case CtiRequestKind.UpdateUserData:
                UpdateUserData(request);
                break;
            case CtiRequestKind.DistributeUserEvent:
                DistributeUserEvent(request);
                break;
        }
    }

    private void NotReady(CtiRequest request)
    {
        switch (request.WorkMode)
        {
            case null or "":
                SetState(request, AgentState.NotReady);
                break;
            case CtiNames.AfterCallWork:
                SetState(request, AgentState.AfterCallWork);
                break;
            case CtiNames.InboundCall:
                SetState(request, AgentState.NotReady, inbound: true);
                break;
            default:
                Refuse(request, CtiError.InvalidAttribute, "workMode is AfterCallWork, InboundCall or nothing");
                break;
        }
    }

    private void SetState(CtiRequest request, AgentState state, bool inbound = false)
    {
        // The reply first: whatever the new state brings (a call) comes after it.
        SendHere(new CtiEvent
        {
            Kind = state == AgentState.Ready ? CtiEventKind.AgentReady : CtiEventKind.AgentNotReady,
            AfterCallWork = state == AgentState.AfterCallWork,
            InboundCall = inbound,
            ReferenceId = request.ReferenceId,
        });
        _context.Gateway.SetInbound(_agent, inbound);
        _context.Gateway.SetState(_agent, state);
    }

    /// <summary>EventDialing or EventError comes from the group that has the record.</summary>
    private void MakeCall(CtiRequest request)
    {
        if (request.OtherDn?.Length > MaxDnLength)
        {
            Refuse(request, CtiError.InvalidAttribute, "otherDN has more than 64 characters");
        }
        else if (_context.Requests.MakeCall(_agent, request.OtherDn, request.UserData, request.ReferenceId) is { } fault)
        {
            Refuse(request, (CtiError)fault.Code, fault.Words);
        }
    }

    private void Control(CtiRequest request, CallControl control, CtiEventKind awaited)
    {
        if (!TryFindCall(request, out var call))
        {
            return;
        }

        bool pointless;
        lock (_gate)
        {
            pointless = _references.IsPointless(call, awaited);
        }

        if (pointless)
        {
            Refuse(request, CtiError.InSameState, "the call is in that state already");
            return;
        }

        Await(request, call, awaited);
        if (!_context.Gateway.TryCallControl(_agent, control, call))
        {
            RefuseCall(request, call, awaited);
        }
    }

    private void UpdateUserData(CtiRequest request)
    {
        if (request.UserData is not { } data)
        {
            Refuse(request, CtiError.InvalidAttribute, "userData is missing");
            return;
        }

        if (!TryFindCall(request, out var call))
        {
            return;
        }

        Await(request, call, CtiEventKind.AttachedDataChanged);
        if (!_context.Gateway.TryUpdateUserData(_agent, call, data))
        {
            RefuseCall(request, call, CtiEventKind.AttachedDataChanged);
        }
    }

    private void DistributeUserEvent(CtiRequest request)
    {
        if (request.UserData is not { } data)
        {
            Refuse(request, CtiError.InvalidAttribute, "userData is missing");
            return;
        }

        _context.Requests.HandleUserEvent(_agent, data, request.ReferenceId);
    }

    /// <summary>The call that a request means: by connId, or the agent's only one.</summary>
    private bool TryFindCall(CtiRequest request, out CallHandle call)
    {
        if (request.ConnId is null)
        {
            lock (_gate)
            {
                call = _references.CurrentCall;
            }
        }
        else if (!CallHandle.TryParse(request.ConnId, out call))
        {
            Refuse(request, CtiError.InvalidConnectionId, "connId is no number of 16 hexadecimal digits");
            return false;
        }

        if (call.IsNone)
        {
            Refuse(request, CtiError.InvalidConnectionId, "the agent has no call");
            return false;
        }

        return true;
    }

    private void Await(CtiRequest request, CallHandle call, CtiEventKind awaited)
    {
        if (request.ReferenceId is { } reference)
        {
            lock (_gate)
            {
                _references.Await(call, awaited, reference);
            }
        }
    }

    private void RefuseCall(CtiRequest request, CallHandle call, CtiEventKind awaited)
    {
        if (request.ReferenceId is not null)
        {
            lock (_gate)
            {
                _references.Forget(call, awaited);
            }
        }

        Refuse(request, CtiError.InvalidConnectionId, "the agent has no such call, or it is not in a state for this");
    }

    private void Reply(CtiRequest request, CtiEventKind kind) => SendHere(new CtiEvent { Kind = kind, ReferenceId = request.ReferenceId });

    private void Refuse(CtiRequest request, CtiError error, string words) => RefuseReference(request.ReferenceId, error, words);

    private void RefuseReference(int? referenceId, CtiError error, string words)
    {
        _context.Metrics.Refused((int)error);
        CtiLog.RequestRefused(_context.Logger, Id, (int)error, words);
        SendHere(new CtiEvent { Kind = CtiEventKind.Error, ErrorCode = (int)error, ErrorMessage = words, ReferenceId = referenceId });
    }
}
