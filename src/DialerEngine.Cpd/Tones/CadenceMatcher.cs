namespace DialerEngine.Cpd.Tones;

/// <summary>
/// Compares bursts and pauses with the table: frequency within 3.5 %, all times stretched by one factor within 13 %, each then within 9 % or
/// 22 ms; the nearest row wins. Two cycles are asked for; a regular cadence that is in no row is taken after three.
/// </summary>
internal static class CadenceMatcher
{
    private const int MaxIntervals = RecentBursts.Count * 2;
    private const float MaxStretch = 0.13f;
    private const float MaxHzOffset = 0.035f;

    /// <summary>The meaning of what was heard so far; false when it has none yet.</summary>
    public static bool TryMatch(in CadenceTracker heard, Cadence[] rows, out CadenceMeaning meaning)
    {
        meaning = default;
        Span<float> times = stackalloc float[MaxIntervals];
        var count = Intervals(heard, times, out var firstIsPause);
        times = times[..count];
        if (IsLongBurst(heard))
        {
            meaning = CadenceMeaning.NumberUnobtainable;
            return true;
        }

        var hz = MeanHz(heard);
        var best = float.MaxValue;
        foreach (var row in rows)
        {
            var error = Error(row, times, firstIsPause, hz, heard);
            if (error < best)
            {
                (best, meaning) = (error, row.Meaning);
            }
        }

        return best < float.MaxValue || IsRegular(times, firstIsPause, heard, rows, hz, out meaning);
    }

    /// <summary>Newest first: the pause before the burst in progress or the last burst, then back in time; a first burst that may be cut is left out.</summary>
    private static int Intervals(in CadenceTracker heard, Span<float> times, out bool firstIsPause)
    {
        var count = 0;
        firstIsPause = heard.IsOn;
        if (firstIsPause && heard.Count > 0)
        {
            times[count++] = heard.PauseBeforeMs;
        }

        for (var i = 0; i < heard.Count && count < MaxIntervals; i++)
        {
            var isOldest = i == heard.Count - 1;
            if (isOldest && heard.IsFirstCut)
            {
                break;
            }

            times[count++] = heard.Bursts[i].OnMs;
            if (!isOldest && count < MaxIntervals)
            {
                times[count++] = heard.Bursts[i].PauseMs;
            }
        }

        return count;
    }

    private static float Error(Cadence row, ReadOnlySpan<float> times, bool firstIsPause, float hz, in CadenceTracker heard)
    {
        var period = row.Milliseconds.Length;
        var needed = row.Needed;
        var offset = (hz - row.Hz) / row.Hz;
        if (times.Length < needed || MathF.Abs(offset) > MaxHzOffset || row.Alternates != IsAlternating(heard))
        {
            return float.MaxValue;
        }

        var best = float.MaxValue;
        for (var rotation = firstIsPause ? 1 : 0; rotation < period; rotation += 2)
        {
            float heardMs = 0, expectedMs = 0;
            for (var i = 0; i < needed; i++)
            {
                heardMs += times[i];
                expectedMs += Expected(row, rotation, i);
            }

            var stretch = heardMs / expectedMs;
            var strain = (stretch - 1) / 0.08f;
            var error = MathF.Abs(stretch - 1) > MaxStretch ? float.MaxValue : (offset * offset / (0.015f * 0.015f)) + (2 * strain * strain);
            for (var i = 0; i < needed && error < float.MaxValue; i++)
            {
                var expected = Expected(row, rotation, i);
                var difference = MathF.Abs((times[i] / stretch) - expected);
                var relative = difference / expected / 0.08f;
                error = difference > MathF.Max(0.09f * expected, 22) ? float.MaxValue : error + (relative * relative * 2 / needed);
            }

            best = MathF.Min(best, error);
        }

        return best;
    }

    private static float Expected(Cadence row, int rotation, int interval)
    {
        var period = row.Milliseconds.Length;
        return row.Milliseconds[(((rotation - interval) % period) + period) % period];
    }

    /// <summary>2.5 s on, 0.5 s off: no ringing is so long, and none has so short a pause.</summary>
    private static bool IsLongBurst(in CadenceTracker heard) => heard.IsOn && heard.Count > 0
        && heard.Bursts[0].OnMs is > 2_200 and < 2_900 && heard.PauseBeforeMs is > 400 and < 600 && MathF.Abs(heard.Bursts[0].Hz - heard.Hz) < 15;

    private static bool IsAlternating(in CadenceTracker heard)
    {
        if (heard.Count < 2)
        {
            return false;
        }

        return MathF.Abs(20 * MathF.Log10(MathF.Max(heard.Bursts[0].Amplitude, 0.01f) / MathF.Max(heard.Bursts[1].Amplitude, 0.01f))) is > 6 and < 14;
    }

    private static bool IsRegular(
        ReadOnlySpan<float> times, bool firstIsPause, in CadenceTracker heard, Cadence[] rows, float hz, out CadenceMeaning meaning)
    {
        meaning = default;
        if (times.Length < 6)
        {
            return false;
        }

        for (var i = 0; i < 4; i++)
        {
            if (MathF.Abs(times[i] - times[i + 2]) > MathF.Max(0.1f * times[i + 2], 22))
            {
                return false;
            }
        }

        var (on, off) = firstIsPause ? (times[1], times[0]) : (times[0], times[1]);
        if (on / MathF.Max(off, 1) is < 0.7f or > 1.4f || on is < 150 or > 850 || MathF.Abs(heard.Bursts[0].LevelDb - heard.Bursts[1].LevelDb) > 4
            || MathF.Abs(heard.Bursts[0].Hz - heard.Bursts[1].Hz) > 12)
        {
            return false;
        }

        meaning = on < 300 ? CadenceMeaning.Congestion : CadenceMeaning.Busy;
        var nearest = 0.25f;
        foreach (var row in rows)
        {
            var distance = MathF.Abs((on + off) / (row.Milliseconds[0] + row.Milliseconds[1]) - 1);
            if (row.Milliseconds.Length == 2 && !row.Alternates && distance < nearest && MathF.Abs((hz - row.Hz) / row.Hz) <= MaxHzOffset)
            {
                (nearest, meaning) = (distance, row.Meaning);
            }
        }

        return true;
    }

    private static float MeanHz(in CadenceTracker heard)
    {
        if (heard.Count == 0)
        {
            return heard.Hz;
        }

        return heard.Count == 1 ? heard.Bursts[0].Hz : (heard.Bursts[0].Hz + heard.Bursts[1].Hz) / 2;
    }
}
