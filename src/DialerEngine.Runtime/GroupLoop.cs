using System.Threading.Channels;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Runtime;

/// <summary>
/// The one reader of a campaign group's inbox. Inputs are handled in batches with one reading of the clocks; timers are turned between
/// batches. A broken invariant stops this group only.
/// </summary>
public sealed class GroupLoop : IDisposable
{
    /// <summary>Requests from outside are refused while this many inputs wait; the network's and the journal's words are always taken.</summary>
    public const int OutsideLimit = 4_096;

    private const int BatchSize = 256;
    private const int TickMs = 20;
    private const int TraceMs = 1_000;
    private readonly Channel<GroupInput> _inbox;
    private readonly GroupDriver _driver;
    private readonly TimeProvider _time;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private long _traced;
    private int _tickWaiting;
    private volatile bool _failed;

    public GroupLoop(GroupDriver driver, TimeProvider time, EngineMetrics metrics, ILogger logger)
    {
        _driver = driver;
        _time = time;
        _metrics = metrics;
        _logger = logger;

        // Each open call has at most some twenty words from the network in its life: this is more than all calls of a group can say at once.
        var capacity = (2 * OutsideLimit) + (32 * driver.Machine.SessionCount);
        _inbox = Channel.CreateBounded<GroupInput>(new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _timer = time.CreateTimer(static state => ((GroupLoop)state!).PostTick(), this, TimeSpan.FromMilliseconds(TickMs), TimeSpan.FromMilliseconds(TickMs));
    }

    public GroupMachine Machine => _driver.Machine;

    /// <summary>True when a broken invariant has stopped the group.</summary>
    public bool Failed => _failed;

    /// <summary>For requests from outside: false when the group is saturated or has failed.</summary>
    public bool TryPost(in GroupInput input) => !_failed && _inbox.Reader.Count < OutsideLimit && _inbox.Writer.TryWrite(input);

    /// <summary>For the network and the journal: nothing of theirs may be lost. Waits for room in the rare case that there is none.</summary>
    /// <returns>False when the group has failed.</returns>
    public bool Post(in GroupInput input)
    {
        var spin = default(SpinWait);
        while (!_inbox.Writer.TryWrite(input))
        {
            if (_failed)
            {
                return false;
            }

            spin.SpinOnce();
        }

        return true;
    }

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await _inbox.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                RunBatch();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            RunBatch();
        }
#pragma warning disable CA1031 // Whatever stops the loop must be told and must not leave anybody waiting for it.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            RuntimeLog.GroupFailed(_logger, Machine.Definition.Name, broken.Message, broken);
            _failed = true;
            _inbox.Writer.TryComplete();
            RefuseWhatWaits();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void RefuseWhatWaits()
    {
        while (_inbox.Reader.TryRead(out var input))
        {
            switch (input.Reference)
            {
                case GroupCommand command: command.Complete($"{Machine.Definition.Name} has failed; see the log"); break;
                case GroupReconfiguration change: change.Complete($"{Machine.Definition.Name} has failed; see the log"); break;
                case ListChange change: change.Complete($"{Machine.Definition.Name} has failed; see the log"); break;
                case RecordSearch search: search.Answer(false); break;
                case RecordLookup lookup: lookup.Answer(); break;
                case SnapshotRequest request: request.Complete(null); break;
            }
        }
    }

    private void RunBatch()
    {
        var started = _time.GetTimestamp();
        var now = new Moment((long)(started * ((double)TimeSpan.TicksPerSecond / _time.TimestampFrequency)), _time.GetUtcNow());
        for (var taken = 0; taken < BatchSize && _inbox.Reader.TryRead(out var input); taken++)
        {
            if (input.Kind == InputKind.Tick)
            {
                Volatile.Write(ref _tickWaiting, 0);
                _metrics.LoopLag(_driver.TimerLagMs);
                _driver.Tick(now);
                Trace(now);
            }
            else
            {
                _driver.Handle(now, input);
            }
        }
    }

    /// <summary>A look at the pacing decision once a second, for those who asked for it (log level Debug).</summary>
    private void Trace(in Moment now)
    {
        if (Machine.State == CampaignGroupState.Running && now.MillisecondsSince(_traced) >= TraceMs && _logger.IsEnabled(LogLevel.Debug))
        {
            _traced = now.Ticks;
            RuntimeLog.Paced(_logger, Machine.Definition.Name, Machine.ExplainPacing());
        }
    }

    private void PostTick()
    {
        if (Interlocked.Exchange(ref _tickWaiting, 1) == 0 && !_inbox.Writer.TryWrite(new GroupInput { Kind = InputKind.Tick }))
        {
            Volatile.Write(ref _tickWaiting, 0);
        }
    }
}
