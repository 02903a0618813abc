using DialerEngine.Core.Desktop;

namespace DialerEngine.Core.Groups;

/// <summary>Ports of an IVR as virtual agents: logged in and ready as long as the group is loaded, without desktop and after-call work.</summary>
public sealed partial class GroupMachine
{
    /// <summary>A port that refused a call or could not be reached is left alone this long.</summary>
    private const int PortPauseMs = 5_000;

    private bool _portsAway;

    private void OpenPorts()
    {
        foreach (var seat in _seats)
        {
            if (seat.Definition.IsPort && seat.State == AgentState.LoggedOut)
            {
                _loggedIn++;
                ChangeState(seat, AgentState.Ready);
            }
        }
    }

    private void ClosePorts()
    {
        foreach (var seat in _seats)
        {
            if (seat.Definition.IsPort && seat.State != AgentState.LoggedOut)
            {
                Invariant.That(seat.Call < 0);
                _loggedIn--;
                seat.PortBackAt = 0;
                ChangeState(seat, AgentState.LoggedOut);
            }
        }
    }

    private void PortFailed(AgentSeat seat)
    {
        seat.PortBackAt = _now.Ticks + (PortPauseMs * Moment.TicksPerMillisecond);
        _portsAway = true;
    }

    private void PortsMayBeBack()
    {
        if (!_portsAway)
        {
            return;
        }

        _portsAway = false;
        foreach (var seat in _seats)
        {
            PortMayBeBack(seat);
            _portsAway |= seat.PortBackAt != 0;
        }
    }

    private void PortMayBeBack(AgentSeat seat)
    {
        if (seat.PortBackAt != 0 && seat.PortBackAt <= _now.Ticks)
        {
            seat.PortBackAt = 0;
            if (seat.State == AgentState.NotReady)
            {
                ChangeState(seat, AgentState.Ready);
            }
        }
    }

    /// <summary>
    /// <c>ivr_update_on_release</c>: what the call's attached data say about the record is written with its result. Values that the record cannot have are left out:
    /// a port cannot be told.
    /// </summary>
    private void UpdateOnRelease(CallSession session)
    {
        if (!_options.UpdateOnRelease || session.AttachedData is not { } data)
        {
            return;
        }

        IReadOnlyList<KeyValuePair<string, object?>>? updates = RecordUpdates.ReadGood(data, session.List!);
        if (!TrySettleNumber(session, ref updates))
        {
            updates = [.. updates!.Where(u => u.Key != "contact_info")];
        }

        session.FieldUpdates = MergedUpdates(session.FieldUpdates, updates);
        if (data.TryGetInteger(RecordUpdates.CallResultKey, out var result) && result is >= 0 and <= int.MaxValue)
        {
            session.DesktopResult = (CallResult)result;
        }
    }

    /// <summary>The calls that Power GVP keeps in progress.</summary>
    private int QueueSize => _options.MaxQueueSize > 0 ? _options.MaxQueueSize : _loggedIn;
}
