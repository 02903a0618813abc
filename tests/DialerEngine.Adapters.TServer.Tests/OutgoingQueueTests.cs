using DialerEngine.Adapters.TServer.Sessions;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>The bounded queue of one desktop.</summary>
public sealed class OutgoingQueueTests
{
    [Fact]
    public void Telephony_and_states_pass_before_user_events_and_each_kind_keeps_its_order()
    {
        var queue = new OutgoingQueue(10, 10_000);
        foreach (var (kind, reference) in (ReadOnlySpan<(CtiEventKind, int)>)[(CtiEventKind.UserEvent, 1), (CtiEventKind.UserEvent, 2), (CtiEventKind.Ringing, 3), (CtiEventKind.AgentReady, 4), (CtiEventKind.UserEvent, 5)])
        {
            Assert.True(queue.TryEnqueue(new CtiEvent { Kind = kind }, reference));
        }

        Assert.Equal([3, 4, 1, 2, 5], Drain(queue));
    }

    [Fact]
    public void The_bound_of_messages_holds_and_room_comes_back()
    {
        var queue = new OutgoingQueue(3, 1_000_000);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(queue.TryEnqueue(new CtiEvent { Kind = CtiEventKind.Ringing }, i));
        }

        Assert.False(queue.TryEnqueue(new CtiEvent { Kind = CtiEventKind.Ringing }, 3));
        Assert.True(queue.TryDequeue(out _));
        Assert.True(queue.TryEnqueue(new CtiEvent { Kind = CtiEventKind.Ringing }, 4));
        Assert.Equal([1, 2, 4], Drain(queue));
    }

    [Fact]
    public void The_bound_of_bytes_holds_but_a_single_message_always_fits()
    {
        var queue = new OutgoingQueue(1_000, 1_000);
        var big = new CtiEvent { Kind = CtiEventKind.UserEvent, UserData = new UserData().Set("k", new string('x', 5_000)) };
        Assert.True(queue.TryEnqueue(big, 1));
        Assert.False(queue.TryEnqueue(new CtiEvent { Kind = CtiEventKind.Ringing }, 2));
        Assert.Equal([1], Drain(queue));
        Assert.True(queue.TryEnqueue(new CtiEvent { Kind = CtiEventKind.Ringing }, 3));
    }

    [Fact]
    public async Task After_completion_what_is_queued_is_read_and_nothing_more_is_taken()
    {
        var queue = new OutgoingQueue(10, 10_000);
        queue.TryEnqueue(new CtiEvent { Kind = CtiEventKind.Ringing }, 1);
        queue.Complete();
        Assert.True(queue.TryEnqueue(new CtiEvent { Kind = CtiEventKind.Ringing }, 2));
        Assert.True(await queue.WaitAsync());
        Assert.Equal([1], Drain(queue));
        Assert.False(await queue.WaitAsync());
    }

    private static List<int?> Drain(OutgoingQueue queue)
    {
        var drained = new List<int?>();
        while (queue.TryDequeue(out var message))
        {
            drained.Add(message.ReferenceId);
        }

        return drained;
    }
}
