namespace DialerEngine.Pacing.Tracking;

/// <summary>Where a tracked call is.</summary>
internal enum CallPhase : byte
{
    None,
    Ringing,
    Listening,
    Person,
    Connected,
}

/// <summary>What pacing remembers of a call.</summary>
internal struct TrackedCall
{
    public CallPhase Phase;

    /// <summary>Place in the list of pending calls; -1 when not pending.</summary>
    public int Place;

    /// <summary>When it was dialled, seconds.</summary>
    public double Dialled;

    /// <summary>When it was answered, seconds.</summary>
    public double Answered;

    /// <summary>Odds at the answer that it is a person.</summary>
    public double Odds;

    /// <summary>Risk that was forecast for it when it was dialled; 0 where another rule dialled it.</summary>
    public float Risk;

    /// <summary>The caller's own chance of a person, 0 where unknown.</summary>
    public float Chance;
}

/// <summary>
/// Calls by their number, and a dense list of those pending (ringing or listened to). Grows to the highest number in use and no
/// further than <see cref="MaxCalls"/>: calls beyond are not followed (the decision then counts them as just dialled).
/// </summary>
internal sealed class CallTable
{
    /// <summary>Bound of the table.</summary>
    public const int MaxCalls = 1 << 17;

    private TrackedCall[] _calls = new TrackedCall[256];
    private int[] _pending = new int[256];

    /// <summary>Number of pending calls.</summary>
    public int PendingCount { get; private set; }

    /// <summary>Numbers of the pending calls, in no order.</summary>
    public ReadOnlySpan<int> Pending => _pending.AsSpan(0, PendingCount);

    /// <summary>A call; the number must have been accepted by <see cref="Accepts"/>.</summary>
    public ref TrackedCall this[int number] => ref _calls[number];

    /// <summary>True when the number has, or now gets, a place.</summary>
    public bool Accepts(int number)
    {
        if ((uint)number >= MaxCalls)
        {
            return false;
        }

        if (number >= _calls.Length)
        {
            var size = _calls.Length;
            while (size <= number)
            {
                size *= 2;
            }

            Array.Resize(ref _calls, size);
            Array.Resize(ref _pending, size);
        }

        return true;
    }

    /// <summary>Puts a call on the list of pending ones.</summary>
    public void AddPending(int number)
    {
        _pending[PendingCount] = number;
        _calls[number].Place = PendingCount++;
    }

    /// <summary>Takes a call off the list of pending ones.</summary>
    public void RemovePending(int number)
    {
        var place = _calls[number].Place;
        var last = _pending[--PendingCount];
        _pending[place] = last;
        _calls[last].Place = place;
        _calls[number].Place = -1;
    }
}
