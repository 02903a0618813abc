namespace DialerEngine.Core.Compliance;

/// <summary>
/// The telephone numbers that must not be called. Exact; readers never wait and allocate nothing. Additions and removals count at once: they are
/// kept beside a compressed base and merged into it, part by part, while readers go on. 100 million numbers take less than 0.5 GB, those with an
/// end four octets more each.
/// </summary>
public sealed class DoNotCallNumbers
{
    /// <summary>Most numbers in one set: what a slot's 32-bit position could address many times over; a bound against runaway imports.</summary>
    public const int MaxCount = 400_000_000;

    // A merge costs one pass over the base; this keeps its cost per added number level as the base grows.
    private const int FewestChanges = 65_536;
    private const int MostChanges = 2_000_000;
    private readonly Lock _writing = new();
    private readonly Lock _merging = new();
    private View _view = new(new NumberDelta(), null, NewBase(), NewBase());
    private long _permanent;
    private long _ending;

    /// <summary>Numbers in the merged base.</summary>
    public long MergedCount => Volatile.Read(ref _permanent) + Volatile.Read(ref _ending);

    /// <summary>Changes that are not merged yet; they count all the same.</summary>
    public int PendingChanges => Volatile.Read(ref _view) is var view ? view.Active.Count + (view.Frozen?.Count ?? 0) : 0;

    /// <summary>True when so many changes wait that a merge is worth its cost.</summary>
    public bool IsMergeDue => Volatile.Read(ref _view).Active.Count >= Math.Clamp(MergedCount / 8, FewestChanges, MostChanges);

    /// <summary>Octets of the base's arrays.</summary>
    public long Octets
    {
        get
        {
            var view = Volatile.Read(ref _view);
            return view.Permanent.Sum(s => s.Octets) + view.Ending.Sum(s => s.Octets);
        }
    }

    /// <summary>Whether a number must not be called at this time.</summary>
    /// <param name="number">See <see cref="NumberKey"/>.</param>
    /// <param name="unixSeconds">The time: entries that have ended do not count.</param>
    public bool Contains(ulong number, long unixSeconds)
    {
        if (!NumberKey.IsValid(number))
        {
            return false;
        }

        var view = Volatile.Read(ref _view);
        if ((view.Active.Count > 0 && view.Active.TryGet(number, out var state)) || (view.Frozen is { } frozen && frozen.TryGet(number, out state)))
        {
            return state != NumberDelta.Removed && (state == NumberDelta.Permanent || state > unixSeconds);
        }

        var spread = NumberKey.Spread(number);
        var segment = spread >> NumberSegment.LowBits;
        var low = spread & ((1UL << NumberSegment.LowBits) - 1);
        return Volatile.Read(ref view.Permanent[segment]).Contains(low, out _)
            || (Volatile.Read(ref _ending) > 0 && Volatile.Read(ref view.Ending[segment]).Contains(low, out var expires) && expires > unixSeconds);
    }

    /// <summary>Puts a number on the list, or changes its end.</summary>
    /// <param name="number">See <see cref="NumberKey"/>.</param>
    /// <param name="expiresUnixSeconds">When the entry ends; 0 for never.</param>
    /// <param name="nowUnixSeconds">The time, for leaving out what has ended should a merge be due.</param>
    /// <returns>False where the value is no number or the set is full.</returns>
    public bool Add(ulong number, long expiresUnixSeconds, long nowUnixSeconds)
    {
        if (!NumberKey.IsValid(number) || MergedCount >= MaxCount)
        {
            return false;
        }

        Set(number, expiresUnixSeconds <= 0 ? NumberDelta.Permanent : (uint)Math.Clamp(expiresUnixSeconds, 1, NumberDelta.Permanent - 1), nowUnixSeconds);
        return true;
    }

    /// <summary>Takes a number off the list.</summary>
    public void Remove(ulong number, long nowUnixSeconds)
    {
        if (NumberKey.IsValid(number))
        {
            Set(number, NumberDelta.Removed, nowUnixSeconds);
        }
    }

    /// <summary>Merges what waits into the base. One merge at a time; readers and writers go on meanwhile.</summary>
    public void Merge(long nowUnixSeconds)
    {
        lock (_merging)
        {
            NumberDelta frozen;
            lock (_writing)
            {
                var view = _view;
                if (view.Active.Count == 0)
                {
                    return;
                }

                frozen = view.Active;
                Volatile.Write(ref _view, view with { Active = new NumberDelta(), Frozen = frozen });
            }

            MergeInto(_view, frozen, (uint)Math.Clamp(nowUnixSeconds, 0, uint.MaxValue));
            lock (_writing)
            {
                Volatile.Write(ref _view, _view with { Frozen = null });
            }
        }
    }

    /// <summary>The base's segments, for writing them to a file. Merge first.</summary>
    internal (NumberSegment[] Permanent, NumberSegment[] Ending) Segments => (_view.Permanent, _view.Ending);

    /// <summary>Replaces everything, as one change.</summary>
    internal void Replace(NumberSegment[] permanent, NumberSegment[] ending)
    {
        lock (_merging)
        {
            lock (_writing)
            {
                Volatile.Write(ref _ending, Math.Max(_ending, ending.Sum(s => (long)s.Count)));
                Volatile.Write(ref _view, new View(new NumberDelta(), null, permanent, ending));
                Volatile.Write(ref _permanent, permanent.Sum(s => (long)s.Count));
                Volatile.Write(ref _ending, ending.Sum(s => (long)s.Count));
            }
        }
    }

    private static NumberSegment[] NewBase()
    {
        var segments = new NumberSegment[NumberSegment.Count256];
        Array.Fill(segments, NumberSegment.Empty);
        return segments;
    }

    private void Set(ulong number, uint state, long now)
    {
        int waiting;
        lock (_writing)
        {
            _view.Active.Set(number, state);
            waiting = _view.Active.Count;
        }

        // The bound of what waits: the writer who reaches it merges.
        if (waiting >= MostChanges)
        {
            Merge(now);
        }
    }

    private void MergeInto(View view, NumberDelta frozen, uint now)
    {
        Span<int> starts = stackalloc int[NumberSegment.Count256 + 1];
        var sorted = frozen.Sorted(starts);
        var changes = new SegmentChange[sorted.Length];
        for (var i = 0; i < sorted.Length; i++)
        {
            changes[i] = new SegmentChange(sorted[i].Low, sorted[i].State == NumberDelta.Permanent, 0);
        }

        Apply(view.Permanent, changes, starts, keepsExpiry: false, now, ref _permanent);
        for (var i = 0; i < sorted.Length; i++)
        {
            var ends = sorted[i].State is not (NumberDelta.Permanent or NumberDelta.Removed);
            changes[i] = new SegmentChange(sorted[i].Low, ends, ends ? sorted[i].State : 0);
        }

        // Readers look at numbers with an end only when there are any: say so before the first is there.
        var any = Array.Exists(changes, c => c.Keep);
        if (any)
        {
            Interlocked.CompareExchange(ref _ending, 1, 0);
        }

        if (any || _ending > 0)
        {
            Apply(view.Ending, changes, starts, keepsExpiry: true, now, ref _ending);
        }
    }

    private static void Apply(NumberSegment[] segments, SegmentChange[] changes, ReadOnlySpan<int> starts, bool keepsExpiry, uint now, ref long count)
    {
        long total = 0;
        for (var i = 0; i < segments.Length; i++)
        {
            var own = changes.AsSpan(starts[i], starts[i + 1] - starts[i]);
            if (own.Length > 0)
            {
                Volatile.Write(ref segments[i], segments[i].With(own, keepsExpiry, now));
            }

            total += segments[i].Count;
        }

        Volatile.Write(ref count, total);
    }

    private sealed record View(NumberDelta Active, NumberDelta? Frozen, NumberSegment[] Permanent, NumberSegment[] Ending);
}
