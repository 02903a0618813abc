using DialerEngine.Core;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Sessions;

/// <summary>
/// What an agent's desktop shows: the latest event of each call and of each record, and the agent's state. A desktop that comes back after its connection broke is
/// shown it again. Bounded; not thread-safe: its owner locks.
/// </summary>
internal sealed class DesktopMemory
{
    /// <summary>Events that are kept; beyond, the oldest that is about no call in progress goes.</summary>
    public const int Capacity = 24;

    private const string UserEventKey = "GSW_USER_EVENT";
    private const string HandleKey = "GSW_RECORD_HANDLE";
    private const string LogOutAcknowledge = "LogOutAcknowledge";
    private readonly List<Item> _items = [];

    /// <summary>The agent's state as the desktop was told it.</summary>
    public AgentState State { get; set; } = AgentState.NotReady;

    /// <summary>True while a call of the agent is not over.</summary>
    public bool HasCall => _items.Exists(i => i.IsLive);

    /// <summary>An event goes to the desktop, or would go if it were there.</summary>
    public void Passed(CtiEvent message)
    {
        switch (message.Kind)
        {
            case CtiEventKind.AgentLogin or CtiEventKind.AgentLogout:
                _items.Clear();
                State = message.Kind == CtiEventKind.AgentLogin ? AgentState.NotReady : AgentState.LoggedOut;
                break;
            case CtiEventKind.AgentReady:
                State = AgentState.Ready;
                ForgetFinished();
                break;
            case CtiEventKind.AgentNotReady:
                State = message.AfterCallWork ? AgentState.AfterCallWork : AgentState.NotReady;
                if (!message.AfterCallWork)
                {
                    ForgetFinished();
                }

                break;
            case CtiEventKind.UserEvent when message.UserData is { } data && data.TryGetString(UserEventKey, out var name):
                PassedUserEvent(message, name, HandleOf(message));
                break;
            case >= CtiEventKind.Dialing and <= CtiEventKind.AttachedDataChanged:
                PassedCallEvent(message);
                break;
        }
    }

    /// <summary>The events that make a desktop show it again, without the references of requests that are long answered.</summary>
    public IEnumerable<CtiEvent> Replay()
    {
        foreach (var item in _items)
        {
            yield return new CtiEvent { Kind = item.Message.Kind, Call = item.Message.Call, UserData = item.Message.UserData };
        }

        yield return new CtiEvent
        {
            Kind = State == AgentState.Ready ? CtiEventKind.AgentReady : CtiEventKind.AgentNotReady,
            AfterCallWork = State == AgentState.AfterCallWork,
        };
    }

    private static long HandleOf(CtiEvent message) =>
        message.UserData is { } data && data.TryGetInteger(HandleKey, out var handle) ? handle : 0;

    private void PassedCallEvent(CtiEvent message)
    {
        var handle = HandleOf(message);
        var known = _items.FindIndex(i => i.Message.Call == message.Call && i.Name is null);
        var ended = message.Kind is CtiEventKind.Released or CtiEventKind.Abandoned;
        if (ended && (handle == 0 || message.Kind == CtiEventKind.Abandoned || (known >= 0 && _items[known].IsDone)))
        {
            // Nothing is left to do with it.
            _items.RemoveAll(i => i.Message.Call == message.Call && i.Name is null);
            return;
        }

        if (known < 0)
        {
            Add(new Item(handle, null, message, IsLive: !ended, IsDone: false));
            return;
        }

        var item = _items[known];
        _items[known] = message.Kind switch
        {
            // The call's state as it was, with the data as they are.
            CtiEventKind.AttachedDataChanged => item with
            {
                Message = new CtiEvent { Kind = item.Message.Kind, Call = message.Call, UserData = message.UserData ?? item.Message.UserData },
            },
            CtiEventKind.Retrieved => item with { Message = new CtiEvent { Kind = CtiEventKind.Established, Call = message.Call, UserData = message.UserData } },
            _ => item with { Message = message, IsLive = !ended },
        };
    }

    private void PassedUserEvent(CtiEvent message, string name, long handle)
    {
        switch (name)
        {
            case "PreviewRecord" or "ScheduledCall" when handle > 0:
            case LogOutAcknowledge:
                Keep(message, name, handle);
                break;
            case "RecordRescheduleAcknowledge" or "RecordCancel" when _items.Exists(i => i.Handle == handle):
                Keep(message, name, handle);
                break;
            case "RecordProcessedAcknowledge" or "RecordRejectAcknowledge" or "DoNotCallAcknowledge" or "RecordCancelAcknowledge"
                or "ScheduledRecordRescheduleAcknowledge" when handle > 0:
                _items.RemoveAll(i => i.Handle == handle && !i.IsLive);
                for (var i = 0; i < _items.Count; i++)
                {
                    if (_items[i].Handle == handle)
                    {
                        _items[i] = _items[i] with { IsDone = true };
                    }
                }

                break;
        }
    }

    private void Keep(CtiEvent message, string name, long handle)
    {
        _items.RemoveAll(i => i.Handle == handle && i.Name == name);
        Add(new Item(handle, name, message, IsLive: false, IsDone: false));
    }

    private void Add(Item item)
    {
        if (_items.Count >= Capacity)
        {
            var oldest = _items.FindIndex(i => !i.IsLive);
            _items.RemoveAt(Math.Max(0, oldest));
        }

        _items.Add(item);
    }

    /// <summary>After-call work is over, and with it the records whose calls are.</summary>
    private void ForgetFinished() => _items.RemoveAll(i => (i.Name is null && !i.IsLive) || i.Name == LogOutAcknowledge);

    /// <param name="Handle">The record; 0 for none.</param>
    /// <param name="Name">The user event; null for an event about a call.</param>
    /// <param name="Message">What the desktop was told.</param>
    /// <param name="IsLive">The call is not over.</param>
    /// <param name="IsDone">The record is done, and goes with the end of its call.</param>
    private readonly record struct Item(long Handle, string? Name, CtiEvent Message, bool IsLive, bool IsDone);
}
