using System.Collections.Frozen;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Notifications.Attempts;

/// <summary>
/// Counts unconfirmed attempt records by group and says when a group's dialling is to be suspended: when more of them than the threshold are to be sent
/// again (seed 002, "Wait Conditions"). While the receiver as a whole does not work, or records wait for their first try longer than an answer may take,
/// all unconfirmed ones count.
/// </summary>
/// <remarks>
/// A group that is suspended while all count goes on when no more than half the threshold are unconfirmed. Without that distance it would be suspended by
/// its first dials after an outage, while the end of the backlog is still under way.
/// </remarks>
internal sealed class WaitCondition
{
    private readonly FrozenDictionary<int, Counts> _groups;
    private int _threshold;
    private readonly ILogger _logger;
    private readonly Action<GroupId, bool> _suspend;
    private readonly Lock _gate = new();
    private int _total;
    private bool _allCount;

    public WaitCondition(IEnumerable<CampaignGroupDefinition> groups, int threshold, ILogger logger, Action<GroupId, bool> suspend)
    {
        _groups = groups.ToFrozenDictionary(g => g.Id.Value, g => new Counts(g));
        _threshold = threshold;
        _logger = logger;
        _suspend = suspend;
    }

    /// <summary>Unconfirmed records of all groups, those of groups that the configuration no longer has among them.</summary>
    public int Unsent
    {
        get
        {
            lock (_gate)
            {
                return _total;
            }
        }
    }

    /// <summary>Groups whose dialling is suspended.</summary>
    public IReadOnlyList<GroupId> Suspended
    {
        get
        {
            lock (_gate)
            {
                return [.. _groups.Values.Where(c => c.IsSuspended).Select(c => c.Group.Id)];
            }
        }
    }

    /// <summary>More (or fewer) unconfirmed records and records to be sent again.</summary>
    public void Add(GroupId group, int unsent, int failed)
    {
        lock (_gate)
        {
            _total += unsent;
            if (_groups.TryGetValue(group.Value, out var counts))
            {
                counts.Unsent += unsent;
                counts.Failed += failed;
                Look(counts);
            }
        }
    }

    /// <summary>Another threshold from now on.</summary>
    public void SetThreshold(int threshold)
    {
        lock (_gate)
        {
            _threshold = threshold;
            foreach (var counts in _groups.Values)
            {
                Look(counts);
            }
        }
    }

    /// <summary>Whether all unconfirmed records count.</summary>
    public void SetAllCount(bool all)
    {
        lock (_gate)
        {
            if (_allCount != all)
            {
                _allCount = all;
                foreach (var counts in _groups.Values)
                {
                    Look(counts);
                }
            }
        }
    }

    private void Look(Counts counts)
    {
        counts.AllCounted |= _allCount && counts.IsSuspended;
        var isOver = counts.Failed > _threshold
            || (counts.IsSuspended ? counts.AllCounted && counts.Unsent > _threshold / 2 : _allCount && counts.Unsent > _threshold);
        if (isOver == counts.IsSuspended)
        {
            return;
        }

        counts.IsSuspended = isOver;
        counts.AllCounted = isOver && _allCount;
        if (isOver)
        {
            NotificationLog.WaitActivated(_logger, counts.Group.Name, counts.Group.Id.Value);
        }
        else
        {
            NotificationLog.WaitCleared(_logger, counts.Group.Name, counts.Group.Id.Value);
        }

        _suspend(counts.Group.Id, isOver);
    }

    private sealed class Counts(CampaignGroupDefinition group)
    {
        public CampaignGroupDefinition Group => group;

        public int Unsent { get; set; }

        public int Failed { get; set; }

        public bool IsSuspended { get; set; }

        /// <summary>All unconfirmed records have counted since the group was suspended.</summary>
        public bool AllCounted { get; set; }
    }
}
