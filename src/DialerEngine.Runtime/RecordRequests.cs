using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;

namespace DialerEngine.Runtime;

/// <summary>Records that are not to be dialled any more, named by number or customer: from desktops (without a record handle), the admin API or third parties.</summary>
public sealed record DisposalRequest
{
    public required DisposalKind Kind { get; init; }

    /// <summary>The tenant whose loaded campaigns are searched.</summary>
    public required string Tenant { get; init; }

    /// <summary>Name of a campaign, or of a campaign group (<c>campaign@group</c>), whose lists alone are searched; null for all of the tenant.</summary>
    public string? Campaign { get; init; }

    /// <summary>The number, in E.164 form where it is one; null where a customer is meant. It goes before the customer (desktop protocol, RequestRecordCancel).</summary>
    public string? Phone { get; init; }

    public string? CustomerId { get; init; }

    /// <summary><c>GSW_CHAIN_ATTR</c>: true for AllChain, false for RecordOnly.</summary>
    public bool WholeChain { get; init; } = true;

    /// <summary>Who asks, for the records' history, e.g. <c>agent 1001</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>The agent who asks and knows already: other desktops are told (user event RecordCancel). Default where no agent asks.</summary>
    public AgentId Asker { get; init; }
}

/// <summary>How a request about records went.</summary>
public enum DisposalOutcome : byte
{
    /// <summary>Done; the counts say what was found, which may be nothing.</summary>
    Done,

    /// <summary>The tenant has no loaded campaign, or none of the name: nothing was searched.</summary>
    NothingLoaded,

    /// <summary>Too many requests are under way, or a group could not answer: what is in lists is final, ask again for what is in memory.</summary>
    TryAgain,
}

/// <summary>What was found and made final. The same request again finds what is left, mostly nothing.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="InMemory">Records in groups' buffers and in calls without an agent.</param>
/// <param name="InLists">Records that waited in their lists.</param>
/// <param name="OnDesktops">Records that agents have; their desktops were told, and the records are final when their agents are done with them.</param>
/// <param name="Lists">Names of the lists searched.</param>
/// <param name="IsComplete">False where there were more than <see cref="IRecordRequests.MaxRecords"/>: ask again.</param>
public sealed record DisposalAnswer(
    DisposalOutcome Outcome, int InMemory, int InLists, int OnDesktops, IReadOnlyList<string> Lists, bool IsComplete)
{
    /// <summary><c>GSW_MESSAGE</c> of an answer to a cancellation; null where there is nothing to be said (desktop protocol, RecordCancelAcknowledge).</summary>
    public string? Message => OnDesktops > 0 ? "Incomplete processing: record(s) on desktop" : null;
}

/// <summary>
/// Requests about records by number, customer or chain, for all who may ask. A disposal is final in the lists first, in one transaction, so that neither a
/// crash nor a fetch brings a record back; then the groups that had records out let go of them. Exactly one answer to each request.
/// </summary>
/// <param name="groups">The engine's groups.</param>
/// <param name="store">The lists.</param>
/// <param name="customerFieldOf">Column of the customer id in a tenant's lists; null where the tenant tells people apart by number only.</param>
/// <param name="time">Clock of history notes.</param>
public sealed class RecordRequests(Func<IEnumerable<GroupLoop>> groups, IRecordRequests store, Func<string, string?> customerFieldOf, TimeProvider time)
{
    /// <summary>Requests under way at one time.</summary>
    public const int MostUnderWay = 64;

    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(10);
    private int _underWay;

    /// <summary>Makes records final wherever they are.</summary>
    /// <exception cref="StorageFaultException">Nothing was changed.</exception>
    public async Task<DisposalAnswer> DisposeAsync(DisposalRequest request, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _underWay) > MostUnderWay)
        {
            Interlocked.Decrement(ref _underWay);
            return Nothing(DisposalOutcome.TryAgain);
        }

        try
        {
            // Storage takes its time; whoever asks may be a connection's or a group's thread.
            return await Task.Run(() => CarryOutAsync(request, cancel), cancel).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>Adds a record to a list; a group that runs finds it at its next look at the list.</summary>
    /// <exception cref="StorageFaultException">Nothing was added.</exception>
    public AddedRecord Add(NewRecord record) => store.Add(record);

    /// <summary>The list that a new record for a campaign goes to: loaded with that campaign or campaign group. Null where there is none of the name.</summary>
    public CallingListDefinition? FindLoadedList(string campaign, string list) =>
        Loaded(g => g.Campaign.Name == campaign || g.Name == campaign).SelectMany(g => g.Machine.Definition.Campaign.Lists).FirstOrDefault(l => l.List.Name == list)?.List;

    private static DisposalAnswer Nothing(DisposalOutcome outcome) => new(outcome, 0, 0, 0, [], true);

    private List<GroupLoop> Loaded(Func<CampaignGroupDefinition, bool> wanted) =>
        [.. groups().Where(g => g.Machine.State != CampaignGroupState.NotLoaded && wanted(g.Machine.Definition))];

    private async Task<DisposalAnswer> CarryOutAsync(DisposalRequest request, CancellationToken cancel)
    {
        var loaded = Loaded(g => g.TenantName == request.Tenant && (request.Campaign is null || g.Campaign.Name == request.Campaign || g.Name == request.Campaign));
        if (loaded.Count == 0)
        {
            return Nothing(DisposalOutcome.NothingLoaded);
        }

        var lists = loaded.SelectMany(g => g.Machine.Definition.Campaign.Lists).Select(l => l.List).DistinctBy(l => l.Id).ToList();
        var disposed = store.Dispose(new RecordDisposal
        {
            Kind = request.Kind,
            Targets = [.. lists.Select(l => new DisposalTarget(l.Id, request.Phone))],
            CustomerId = request.CustomerId,
            CustomerField = customerFieldOf(request.Tenant),
            WholeChain = request.WholeChain,
            Actor = request.Actor,
            At = time.GetUtcNow().ToUnixTimeMilliseconds(),
        });

        var searches = new List<RecordSearch>();
        var all = true;
        foreach (var (group, records) in disposed.Out.GroupBy(o => o.Group).Select(o => (o.Key, o.Select(r => (r.List, r.Record)).ToHashSet())))
        {
            // The group that has the records need not be one that was asked about: lists are shared.
            if (groups().FirstOrDefault(g => g.Machine.Definition.Id == group) is not { } loop)
            {
                continue;
            }

            var search = new RecordSearch { Kind = request.Kind, Records = records, WholeChain = request.WholeChain, Asker = request.Asker };
            searches.Add(search);
            if (!loop.Post(new GroupInput { Kind = InputKind.RecordSearch, Reference = search }))
            {
                search.Answer(false);
            }
        }

        var found = default(RecordsFound);
        foreach (var search in searches)
        {
            try
            {
                var answer = await search.Done.WaitAsync(MostWait, time, cancel).ConfigureAwait(false);
                found += answer ?? default;
                all &= answer is not null;
            }
            catch (TimeoutException)
            {
                // A group that failed while it had the question, or a store that does not come back to it.
                all = false;
            }
        }

        // What no group had any more was on its way back to its list.
        var elsewhere = Math.Max(0, disposed.Out.Count - found.InMemory - found.OnDesktops);
        return new DisposalAnswer(
            all ? DisposalOutcome.Done : DisposalOutcome.TryAgain, found.InMemory, disposed.InLists + elsewhere, found.OnDesktops, [.. lists.Select(l => l.Name)], disposed.IsComplete);
    }
}
