using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;

namespace DialerEngine.Host.Admin;

/// <summary>What the admin API asks of an engine's calling lists.</summary>
internal interface IListControl
{
    /// <summary>A calling list by its name; null where there is none.</summary>
    CallingListDefinition? FindList(string name);

    /// <summary>Changes one of a group's lists.</summary>
    Task<CommandReply> ChangeListAsync(string group, ListChange change, CancellationToken cancel);

    /// <summary>A record and what happened to it; null where the list has no such record.</summary>
    /// <exception cref="StorageFaultException">The store could not answer.</exception>
    RecordHistory? History(ListId list, RecordId record, int limit);

    /// <summary>What holds a group's records back, as it was counted last; null where there is no such group or nothing was counted yet.</summary>
    HeldView? HeldBack(string group);
}

/// <summary>What holds a group's records back.</summary>
/// <param name="Group">The group.</param>
/// <param name="CountedAt">When it was counted.</param>
/// <param name="Lists">List by list.</param>
internal sealed record HeldView(string Group, DateTimeOffset CountedAt, IReadOnlyList<HeldListView> Lists);

/// <summary>What holds a list's records back.</summary>
/// <param name="List">The list.</param>
/// <param name="Total">All its records.</param>
/// <param name="ReadyNow">Records that may be dialled.</param>
/// <param name="Held">Records that may not, by what holds them.</param>
internal sealed record HeldListView(string List, long Total, long ReadyNow, IReadOnlyDictionary<string, long> Held);
