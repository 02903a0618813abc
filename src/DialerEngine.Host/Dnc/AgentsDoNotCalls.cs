using System.Threading.Channels;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;

namespace DialerEngine.Host.Dnc;

/// <summary>
/// Numbers that agents put on do-not-call: in memory before the group goes on, in storage as soon as it takes them. At most 10,000 wait for their
/// storage; of more the log says that they count in memory only.
/// </summary>
internal sealed class AgentsDoNotCalls : IGroupObserver, IAsyncDisposable
{
    private const int MostWaiting = 10_000;
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(5);
    private readonly Channel<(DoNotCallKeeper Keeper, DoNotCallEntry Entry)> _waiting = Channel.CreateBounded<(DoNotCallKeeper, DoNotCallEntry)>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, DoNotCallKeeper?> _keeperOf;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _storing;

    public AgentsDoNotCalls(Func<string, DoNotCallKeeper?> keeperOf, TimeProvider time, ILogger logger)
    {
        _keeperOf = keeperOf;
        _time = time;
        _logger = logger;
        _storing = Task.Run(StoreAsync);
    }

    public void DoNotCallAsked(CampaignGroupDefinition group, CallSession session, bool wholeChain)
    {
        if (_keeperOf(group.TenantName) is not { } keeper || session.Record is not { } record)
        {
            return;
        }

        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var entry = new DoNotCallEntry
        {
            Phone = record.ContactInfo,
            Message = session.DoNotCallMessage ?? "asked for by an agent",
            CampaignDbid = group.Campaign.Id,
            ListDbid = record.List.Value,
            IsInternal = true,
            TimeStamp = now,
            Expiration = session.DoNotCallSeconds > 0 ? now + session.DoNotCallSeconds : 0,
        };
        if (NumberKey.TryPackE164(record.ContactInfo, out var number))
        {
            keeper.List.AddNumber(number, entry.Expiration, now);
        }

        if (!_waiting.Writer.TryWrite((keeper, entry)))
        {
            DncLog.NotStored(_logger, keeper.Tenant, MostWaiting);
        }
    }

    public void StateChanged(CampaignGroupDefinition group, CampaignGroupState state, DialMode mode, GroupCommandKind by)
    {
        // Only do-not-call concerns this observer.
    }

    public void AttemptStarted(CampaignGroupDefinition group, CallSession session)
    {
        // Only do-not-call concerns this observer.
    }

    public void AttemptFinished(CampaignGroupDefinition group, CallSession session)
    {
        // Only do-not-call concerns this observer.
    }

    public void CallStuck(CampaignGroupDefinition group, CallSession session)
    {
        // Only do-not-call concerns this observer.
    }

    /// <summary>Stores what still waits, for five seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        _stop.CancelAfter(LastChance);
        await _storing;
        _stop.Dispose();
    }

    private async Task StoreAsync()
    {
        await foreach (var (keeper, entry) in _waiting.Reader.ReadAllAsync())
        {
            while (!TryStore(keeper, entry))
            {
                try
                {
                    await Task.Delay(AgainAfter, _time, _stop.Token);
                }
                catch (OperationCanceledException)
                {
                    DncLog.NotStored(_logger, keeper.Tenant, _waiting.Reader.Count + 1);
                    return;
                }
            }
        }
    }

    private bool TryStore(DoNotCallKeeper keeper, DoNotCallEntry entry)
    {
        try
        {
            keeper.Add(entry);
            return true;
        }
        catch (StorageFaultException fault)
        {
            DncLog.Unreadable(_logger, keeper.Tenant, fault.Message);
            return !fault.IsTransient;
        }
    }
}
