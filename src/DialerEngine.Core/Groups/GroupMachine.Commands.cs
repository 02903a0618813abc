using DialerEngine.Core.Desktop;

namespace DialerEngine.Core.Groups;

/// <summary>Commands: load, start, stop, unload, change of dial mode; and the way of an unload to its end.</summary>
public sealed partial class GroupMachine
{
    private GroupCommand? _unloadCommand;

    private void OnCommand(GroupCommand command)
    {
        switch (command.Kind)
        {
            case GroupCommandKind.Load: Load(command); break;
            case GroupCommandKind.Start: Start(command); break;
            case GroupCommandKind.Stop: Stop(command); break;
            case GroupCommandKind.Unload: Unload(command, force: false); break;
            case GroupCommandKind.ForceUnload: Unload(command, force: true); break;
            default: SetDialMode(command); break;
        }
    }

    private void Load(GroupCommand command)
    {
        if (_state != CampaignGroupState.NotLoaded)
        {
            Refuse(command, _state is CampaignGroupState.Active or CampaignGroupState.Running
                ? $"{_definition.Name} is loaded already"
                : $"{_definition.Name} is being unloaded; load it again when that is done");
            return;
        }

        TakeModeOfConfiguration();
        Counters = new GroupCounters();
        Array.Clear(_dryUntil);
        Array.Clear(_dryWaitMs);
        Array.Clear(_credit);
        _fetchesAhead = true;
        SetState(CampaignGroupState.Active, command.Kind);
        OpenPorts();
        NotifyAll(CampaignNotification.Loaded);
        Accept(command);
    }

    private void Start(GroupCommand command)
    {
        if (_state != CampaignGroupState.Active)
        {
            Refuse(command, _state switch
            {
                CampaignGroupState.NotLoaded => $"{_definition.Name} is not loaded; load it first",
                CampaignGroupState.Running => $"{_definition.Name} is running already",
                _ => $"{_definition.Name} is being unloaded",
            });
            return;
        }

        if (command.DialMode != DialMode.NoDialMode && !TrySwitchMode(command, command.DialMode))
        {
            return;
        }

        _fetchesAhead = true;
        SetState(CampaignGroupState.Running, command.Kind);
        ClaimReadyAgents();
        NotifyAll(CampaignNotification.Started);
        Accept(command);
    }

    private void Stop(GroupCommand command)
    {
        if (_state != CampaignGroupState.Running)
        {
            Refuse(command, $"{_definition.Name} is not running");
            return;
        }

        // Another group may dial them meanwhile, and whoever waits here is not asked for its window and rules.
        _fetchesAhead = false;
        SetState(CampaignGroupState.Active, command.Kind);
        ReturnBuffer();
        Array.Clear(_dryUntil);
        Array.Clear(_dryWaitMs);
        NotifyAll(CampaignNotification.Stopped);
        Accept(command);
    }

    private void SetDialMode(GroupCommand command)
    {
        if (_state is not (CampaignGroupState.Active or CampaignGroupState.Running))
        {
            Refuse(command, $"{_definition.Name} is not loaded");
            return;
        }

        if (command.DialMode == _mode)
        {
            Accept(command);
            return;
        }

        if (TrySwitchMode(command, command.DialMode))
        {
            NotifyAll(CampaignNotification.ModeChanged);
            ref var effect = ref Emit(EffectKind.GroupStateChanged);
            effect.Detail = (int)_state;
            effect.Number = (long)command.Kind;
            Accept(command);
        }
    }

    private bool TrySwitchMode(GroupCommand command, DialMode mode)
    {
        if (mode == _mode)
        {
            return true;
        }

        if (ModeFault(mode) is { } fault)
        {
            Refuse(command, fault);
            return false;
        }

        if (_state == CampaignGroupState.Running && !_mode.MayChangeWhileRunning(mode))
        {
            Refuse(command, $"{_definition.Name} cannot change from {_mode.DesktopName()} to {mode.DesktopName()} while it runs; stop it first");
            return false;
        }

        if (PacerOf(mode) is not { } pacer)
        {
            Refuse(command, $"dial mode {mode} is not available for {_definition.Name}: its optimisation or goal makes no sense for it");
            return false;
        }

        EnterMode(mode, pacer);
        return true;
    }

    private void Unload(GroupCommand command, bool force)
    {
        if (_state == CampaignGroupState.NotLoaded)
        {
            Refuse(command, $"{_definition.Name} is not loaded");
            return;
        }

        var waiting = _state is CampaignGroupState.WaitingUnload or CampaignGroupState.UnloadInProgress;
        if (waiting && !force)
        {
            Refuse(command, $"{_definition.Name} is being unloaded already");
            return;
        }

        if (_state == CampaignGroupState.Running)
        {
            NotifyAll(CampaignNotification.Stopped);
        }

        if (!waiting)
        {
            SetState(CampaignGroupState.WaitingUnload, command.Kind);
        }

        _unloadCommand?.Complete(null);
        _unloadCommand = command;
        ReturnBuffer();
        if (force)
        {
            ReleaseEverything();
        }
    }

    /// <summary>Ends every call and finishes every record on a desktop: for a forced unload.</summary>
    private void ReleaseEverything()
    {
        foreach (var session in _sessions)
        {
            switch (session.State)
            {
                case CallState.Dialing or CallState.Ringing or CallState.Listening or CallState.Waiting or CallState.Announcing or CallState.Routed or CallState.AwaitingBeep:
                    ReleaseCall(session);
                    break;
                case CallState.Delivering:
                    TakeFromAgent(session);
                    _waitingCount--;
                    CountAbandoned(session);
                    session.Result = session.WasLiveAnswer ? CallResult.Dropped : session.Result;
                    ReleaseCall(session);
                    break;
                case CallState.Connected:
                    LeaveAgent(session, byAgent: false);
                    session.DesktopDone = true;
                    ReleaseCall(session);
                    break;
                case CallState.CallingAgent:
                    session.DesktopDone = true;
                    EndAgentsCall(session, session.Result);
                    break;
                case CallState.OnDesktop:
                    Finish(session, session.Result);
                    break;
            }
        }
    }

    /// <summary>An unload goes on when the last call is over, and is done when the last entry is durable.</summary>
    private void AdvanceUnload()
    {
        if (_state == CampaignGroupState.WaitingUnload && _openCalls == 0 && !_fetching && _chainFetches == 0)
        {
            foreach (var session in _sessions)
            {
                if (session.State == CallState.OnDesktop)
                {
                    Finish(session, session.Result);
                }
            }

            SetState(CampaignGroupState.UnloadInProgress, GroupCommandKind.Unload);
        }

        if (_state == CampaignGroupState.UnloadInProgress && _awaitingCount == 0 && _freeSessionCount + _freedCount == _sessions.Length)
        {
            Invariant.That(_ringCount == 0);
            ReleaseIdleAgents();
            ClosePorts();
            SetState(CampaignGroupState.NotLoaded, GroupCommandKind.Unload);
            NotifyAll(CampaignNotification.Unloaded);
            if (_unloadCommand is { } command)
            {
                _unloadCommand = null;
                Accept(command);
            }
        }
    }

    private void SetState(CampaignGroupState state, GroupCommandKind by)
    {
        _state = state;
        ref var effect = ref Emit(EffectKind.GroupStateChanged);
        effect.Detail = (int)state;
        effect.Number = (long)by;
    }

    private void NotifyAll(CampaignNotification notification)
    {
        foreach (var seat in _seats)
        {
            if (seat.State != AgentState.LoggedOut && !seat.Definition.IsPort)
            {
                NotifyOne(seat, notification);
            }
        }
    }

    private void NotifyOne(AgentSeat seat, CampaignNotification notification)
    {
        ref var effect = ref Emit(EffectKind.Notify);
        effect.Agent = seat.Definition.Id;
        effect.Detail = (int)notification;
    }

    private void Accept(GroupCommand command)
    {
        ref var effect = ref Emit(EffectKind.CommandDone);
        effect.Reference = command;
    }

    private void Refuse(GroupCommand command, string why)
    {
        ref var effect = ref Emit(EffectKind.CommandDone);
        effect.Reference = command;
        effect.Text = why;
    }
}
