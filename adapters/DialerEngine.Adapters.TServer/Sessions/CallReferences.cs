using DialerEngine.Core;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Sessions;

/// <summary>
/// Remembers which call event will answer which request, so that the event returns the request's <c>referenceId</c>. Holds the last 16
/// requests under way; an older one's event comes without it. Not thread-safe: its session locks.
/// </summary>
internal sealed class CallReferences
{
    public const int Capacity = 16;

    private readonly (CallHandle Call, CtiEventKind Awaited, int Reference)[] _slots = new (CallHandle, CtiEventKind, int)[Capacity];
    private int _next;

    /// <summary>The call that the desktop has now; none where it has none.</summary>
    public CallHandle CurrentCall { get; private set; }

    /// <summary>The current call's last event of state: Dialing, Ringing, Established or Held.</summary>
    public CtiEventKind CurrentState { get; private set; }

    /// <summary>
    /// True where a request cannot change anything, as the desktop has been told: answering what is answered, holding what is held, taking
    /// back what is not held. A call that this desktop has heard nothing of is left to the engine.
    /// </summary>
    public bool IsPointless(CallHandle call, CtiEventKind awaited) => call == CurrentCall && awaited switch
    {
        CtiEventKind.Established => CurrentState is CtiEventKind.Established or CtiEventKind.Held,
        CtiEventKind.Held => CurrentState == CtiEventKind.Held,
        CtiEventKind.Retrieved => CurrentState != CtiEventKind.Held,
        _ => false,
    };

    /// <summary>A request is under way whose answer will be the event named.</summary>
    public void Await(CallHandle call, CtiEventKind awaited, int reference)
    {
        _slots[_next] = (call, awaited, reference);
        _next = (_next + 1) % Capacity;
    }

    /// <summary>The request was refused: nothing is awaited.</summary>
    public void Forget(CallHandle call, CtiEventKind awaited) => _ = Take(call, awaited);

    /// <summary>An event is going out: keeps the current call and gives the reference that the event answers, if any.</summary>
    public int? Passed(CtiEventKind kind, CallHandle call)
    {
        switch (kind)
        {
            case CtiEventKind.Dialing or CtiEventKind.Ringing or CtiEventKind.Established:
                CurrentCall = call;
                CurrentState = kind;
                return Take(call, kind);
            case CtiEventKind.Held or CtiEventKind.Retrieved:
                CurrentState = kind == CtiEventKind.Held ? CtiEventKind.Held : CtiEventKind.Established;
                return Take(call, kind);
            case CtiEventKind.AttachedDataChanged:
                return Take(call, kind);
            case CtiEventKind.Released or CtiEventKind.Abandoned:
                if (CurrentCall == call)
                {
                    CurrentCall = CallHandle.None;
                    CurrentState = CtiEventKind.None;
                }

                return Take(call, CtiEventKind.Released);
            default:
                return null;
        }
    }

    /// <summary>After a call's end: a reference that will never be answered by its event; null when there is none left.</summary>
    public int? TakeUnanswered(CallHandle call)
    {
        for (var i = 0; i < Capacity; i++)
        {
            var slot = _slots[i];
            if (slot.Awaited != CtiEventKind.None && slot.Call == call)
            {
                _slots[i] = default;
                return slot.Reference;
            }
        }

        return null;
    }

    private int? Take(CallHandle call, CtiEventKind awaited)
    {
        for (var i = 0; i < Capacity; i++)
        {
            // The oldest first: two requests of one kind are answered in their order.
            var at = (_next + i) % Capacity;
            if (_slots[at].Awaited == awaited && _slots[at].Call == call)
            {
                var reference = _slots[at].Reference;
                _slots[at] = default;
                return reference;
            }
        }

        return null;
    }
}
