namespace DialerEngine.Core;

/// <summary>
/// One reading of both clocks, taken once per batch of inputs. Durations use <see cref="Ticks"/> only; calling windows,
/// schedules and timestamps use <see cref="Wall"/> only. The two are never mixed, so a step of the wall clock is no delay.
/// </summary>
/// <param name="Ticks">Monotonic time in units of 100 ns since an arbitrary start.</param>
/// <param name="Wall">Wall clock, UTC.</param>
public readonly record struct Moment(long Ticks, DateTimeOffset Wall)
{
    public const long TicksPerMillisecond = TimeSpan.TicksPerMillisecond;

    /// <summary>Wall clock as Unix time in milliseconds.</summary>
    public long UnixMs => Wall.ToUnixTimeMilliseconds();

    /// <summary>Wall clock as Unix time in seconds (what a calling list stores).</summary>
    public long UnixSeconds => Wall.ToUnixTimeSeconds();

    /// <summary>Milliseconds of monotonic time since an earlier moment's <see cref="Ticks"/>.</summary>
    public long MillisecondsSince(long earlierTicks) => (Ticks - earlierTicks) / TicksPerMillisecond;
}
