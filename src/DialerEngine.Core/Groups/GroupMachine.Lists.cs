using DialerEngine.Core.Campaigns;

namespace DialerEngine.Core.Groups;

/// <summary>The campaign's lists while they are dialled: switched on and off, weighed and filtered anew, without a restart.</summary>
public sealed partial class GroupMachine
{
    private const int CreditScale = 1_000;
    private readonly int[] _credit;

    /// <summary>One of the campaign's lists as it is now.</summary>
    public CampaignList ListAt(int index) => _lists[index];

    private void OnListChange(ListChange change)
    {
        var index = Array.FindIndex(_lists, l => l.List.Name == change.List);
        if (index < 0)
        {
            Answer(change, $"{_definition.Campaign.Name} has no calling list {change.List}; it has {string.Join(", ", _lists.Select(l => l.List.Name))}");
            return;
        }

        if (change.Weight is < 1 or > 1_000)
        {
            Answer(change, "weight must be 1 to 1,000");
            return;
        }

        var list = _lists[index] with
        {
            IsActive = change.IsActive ?? _lists[index].IsActive,
            Weight = change.Weight ?? _lists[index].Weight,
            Filter = change.ChangesFilter ? change.Filter : _lists[index].Filter,
        };
        _lists[index] = list;
        ListChanged(index);
        Answer(change, null);
    }

    /// <summary>A list is switched, weighed or filtered otherwise than before.</summary>
    private void ListChanged(int index)
    {
        var list = _lists[index];
        _dryUntil[index] = 0;
        _dryWaitMs[index] = 0;
        Array.Clear(_credit);
        _listsChanged = true;
        ReturnFromBuffer(list);
        ReturnFromValidation(list);
        ReturnAssured(list, "list changed");
        if (!list.IsActive)
        {
            ReturnCallbacksOf(list.List.Id);
        }
    }

    /// <summary>Puts back what the buffer holds of a list and would not be taken any more.</summary>
    private void ReturnFromBuffer(CampaignList list)
    {
        for (var left = _ringCount; left > 0; left--)
        {
            var since = _ringSince[_ringHead];
            var record = PopRecord();
            if (IsUnwanted(record, list))
            {
                ReturnRecord(record, "list changed");
            }
            else
            {
                PushRecord(record);
                _ringSince[(_ringHead + _ringCount - 1) % _ring.Length] = since;
            }
        }
    }

    private static bool IsUnwanted(CallRecord record, CampaignList list) =>
        record.List == list.List.Id && (!list.IsActive || list.Filter?.Matches(record) == false);

    private bool IsWanted(CallRecord record)
    {
        foreach (var list in _lists)
        {
            if (list.List.Id == record.List)
            {
                return list.IsActive && list.Filter?.Matches(record) != false;
            }
        }

        return false;
    }

    private void Answer(ListChange change, string? refusal)
    {
        ref var effect = ref Emit(EffectKind.ListChangeDone);
        effect.Reference = change;
        effect.Text = refusal;
    }

    private List<ListSnapshot> ListSnapshots()
    {
        var lists = new List<ListSnapshot>(_lists.Length);
        foreach (var list in _lists)
        {
            var buffered = 0;
            for (var i = 0; i < _ringCount; i++)
            {
                buffered += _ring[(_ringHead + i) % _ring.Length].List == list.List.Id ? 1 : 0;
            }

            lists.Add(new ListSnapshot(list.List.Name, list.IsActive, list.Weight, list.Filter?.Text, list.Order?.Text, buffered));
        }

        return lists;
    }

    /// <summary>
    /// The list whose turn it is: each active list gains its weight, the richest goes and pays what it takes, so that over rounds each gives its
    /// share. Lists that were found empty lately are left out and lose what they had saved. -1 where there is none.
    /// </summary>
    private int NextList(out int weights)
    {
        weights = 0;
        var best = -1;
        for (var i = 0; i < _lists.Length; i++)
        {
            if (!_lists[i].IsActive || _dryUntil[i] > _now.Ticks)
            {
                _credit[i] = 0;
                continue;
            }

            weights += _lists[i].Weight;
            if (best < 0 || _credit[i] > _credit[best])
            {
                best = i;
            }
        }

        return best;
    }

    private static int NoList(out int weights)
    {
        weights = 0;
        return -1;
    }

    /// <summary>Books a fetch: every list that may give gains its share of it, the one that gave pays all of it.</summary>
    private void Charge(int giver, int records)
    {
        if (NextList(out var weights) < 0)
        {
            return;
        }

        for (var i = 0; i < _lists.Length; i++)
        {
            if (_lists[i].IsActive && _dryUntil[i] <= _now.Ticks)
            {
                _credit[i] += (int)((long)records * CreditScale * _lists[i].Weight / weights);
            }
        }

        _credit[giver] -= records * CreditScale;
    }
}
