using System.Collections.Frozen;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;

namespace DialerEngine.Notifications.CampaignGroups;

/// <summary>
/// What a group's calling lists have seen since the group was loaded: the hit ratios, and how fast lists are worked off. Written by the group's loop,
/// read by the notifier.
/// </summary>
internal sealed class CampaignGroupCounts
{
    /// <summary>Time over which the pace of a list is taken, ms.</summary>
    private const long WindowMs = 600_000;

    private readonly FrozenDictionary<int, ListCounts> _lists;
    private readonly Lock _gate = new();

    public CampaignGroupCounts(CampaignGroupDefinition group) =>
        _lists = group.Campaign.Lists.ToFrozenDictionary(l => l.List.Id.Value, _ => new ListCounts());

    public void Clear()
    {
        lock (_gate)
        {
            foreach (var list in _lists.Values)
            {
                list.Attempts = 0;
                list.LiveAnswers = 0;
                list.WindowFrom = 0;
                list.WindowFinished = 0;
                list.RatePerMs = 0;
            }
        }
    }

    /// <summary>An attempt is complete.</summary>
    /// <param name="list">List of its record.</param>
    /// <param name="isLive">A person answered.</param>
    /// <param name="isFinished">The record is done, not scheduled again.</param>
    /// <param name="nowUnixMs">When.</param>
    public void Complete(ListId list, bool isLive, bool isFinished, long nowUnixMs)
    {
        lock (_gate)
        {
            if (_lists.TryGetValue(list.Value, out var counts))
            {
                counts.Attempts++;
                counts.LiveAnswers += isLive ? 1 : 0;
                counts.Turn(nowUnixMs);
                counts.WindowFinished += isFinished ? 1 : 0;
            }
        }
    }

    /// <summary>Live answers over complete attempts; null before the first.</summary>
    public double? HitRatioOf(ListId list)
    {
        lock (_gate)
        {
            return _lists.TryGetValue(list.Value, out var counts) && counts.Attempts > 0 ? (double)counts.LiveAnswers / counts.Attempts : null;
        }
    }

    /// <summary>Seconds until the list's ready records are done at the present pace; null where there is no pace yet.</summary>
    public long? SecondsToComplete(ListId list, long readyRecords, long nowUnixMs)
    {
        lock (_gate)
        {
            if (!_lists.TryGetValue(list.Value, out var counts))
            {
                return null;
            }

            var rate = counts.RateAt(nowUnixMs);
            return readyRecords == 0 ? 0 : rate > 0 ? (long)Math.Min(int.MaxValue, Math.Ceiling(readyRecords / rate / 1_000)) : null;
        }
    }

    private sealed class ListCounts
    {
        public long Attempts;
        public long LiveAnswers;
        public long WindowFrom;
        public long WindowFinished;
        public double RatePerMs;

        public void Turn(long now)
        {
            if (WindowFrom == 0)
            {
                WindowFrom = now;
            }
            else if (now - WindowFrom >= WindowMs)
            {
                RatePerMs = (double)WindowFinished / (now - WindowFrom);
                WindowFrom = now;
                WindowFinished = 0;
            }
        }

        /// <summary>Records a millisecond: of this window as far as it has come, and of the last one for the rest.</summary>
        public double RateAt(long now)
        {
            var elapsed = WindowFrom == 0 ? 0 : Math.Max(1, now - WindowFrom);
            var own = elapsed == 0 ? 0 : (double)WindowFinished / elapsed;
            var weight = Math.Min(1, elapsed / (double)WindowMs);
            return RatePerMs > 0 ? (own * weight) + (RatePerMs * (1 - weight)) : own;
        }
    }
}
