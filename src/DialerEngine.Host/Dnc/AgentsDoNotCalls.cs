using System.Globalization;
using System.Threading.Channels;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;

namespace DialerEngine.Host.Dnc;

/// <summary>
/// Numbers that agents put on do-not-call: in memory before the group goes on, in storage as soon as it takes them. Asked for by record with its
/// whole chain, every number of the chain is entered (desktop protocol, DoNotCall, note c); the others than the record's own follow as soon as they are
/// read. At most 10,000 requests wait for their storage; of more the log says that they count in memory only.
/// </summary>
internal sealed class AgentsDoNotCalls : IGroupObserver, IAsyncDisposable
{
    private const int MostWaiting = 10_000;
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(5);
    private readonly Channel<Asked> _waiting = Channel.CreateBounded<Asked>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, DoNotCallKeeper?> _keeperOf;
    private readonly IRecordRequests _records;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _storing;

    /// <param name="keeperOf">The list of a tenant; null where it has none.</param>
    /// <param name="records">Reads chains.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public AgentsDoNotCalls(Func<string, DoNotCallKeeper?> keeperOf, IRecordRequests records, TimeProvider time, ILogger logger)
    {
        _keeperOf = keeperOf;
        _records = records;
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
            Phone = E164(record.ContactInfo, session.List!.DefaultCountry) ?? record.ContactInfo,
            Message = session.DoNotCallMessage ?? "asked for by an agent",
            CampaignDbid = group.Campaign.Id,
            ListDbid = record.List.Value,
            IsInternal = true,
            TimeStamp = now,
            Expiration = session.DoNotCallSeconds > 0 ? now + session.DoNotCallSeconds : 0,
        };
        if (NumberKey.TryPackE164(entry.Phone, out var number))
        {
            keeper.List.AddNumber(number, entry.Expiration);
        }

        if (!_waiting.Writer.TryWrite(new Asked(keeper, entry, wholeChain ? session.List : null, record.ChainId)))
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
        await foreach (var asked in _waiting.Reader.ReadAllAsync())
        {
            while (!TryStore(asked))
            {
                try
                {
                    await Task.Delay(AgainAfter, _time, _stop.Token);
                }
                catch (OperationCanceledException)
                {
                    DncLog.NotStored(_logger, asked.Keeper.Tenant, _waiting.Reader.Count + 1);
                    return;
                }
            }
        }
    }

    private bool TryStore(in Asked asked)
    {
        try
        {
            asked.Keeper.Add(asked.Entry);
            foreach (var other in asked.Chain is { } list ? _records.NumbersOfChain(list.Id, asked.ChainId) : [])
            {
                if (E164(other, asked.Chain!.DefaultCountry) is { } phone && phone != asked.Entry.Phone)
                {
                    asked.Keeper.Add(asked.Entry with { Phone = phone });
                }
            }

            return true;
        }
        catch (StorageFaultException fault)
        {
            DncLog.Unreadable(_logger, asked.Keeper.Tenant, fault.Message);
            return !fault.IsTransient;
        }
    }

    private static string? E164(string contact, string country) =>
        NumberKey.TryPack(contact, country, out var number) ? string.Create(CultureInfo.InvariantCulture, $"+{number}") : null;

    /// <param name="Keeper">Whose list.</param>
    /// <param name="Entry">The record's own number.</param>
    /// <param name="Chain">The list of the chain whose other numbers are meant too; null where none are.</param>
    /// <param name="ChainId">The chain.</param>
    private readonly record struct Asked(DoNotCallKeeper Keeper, DoNotCallEntry Entry, CallingListDefinition? Chain, int ChainId);
}
