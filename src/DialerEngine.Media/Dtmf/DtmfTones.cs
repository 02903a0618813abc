using DialerEngine.Media.Tones;

namespace DialerEngine.Media.Dtmf;

/// <summary>The audible form of a DTMF key (ITU-T Q.23): a low and a high frequency.</summary>
public static class DtmfTones
{
    private static ReadOnlySpan<short> Low => [697, 770, 852, 941];

    private static ReadOnlySpan<short> High => [1209, 1336, 1477, 1633];

    /// <summary>The frequencies in Hz of event <paramref name="number"/>; false when it is no DTMF key (16 and above).</summary>
    public static bool TryGetFrequencies(byte number, out int low, out int high)
    {
        (low, high) = (0, 0);
        if (number > 15)
        {
            return false;
        }

        var (row, column) = number switch
        {
            0 => (3, 1),
            10 => (3, 0),
            11 => (3, 2),
            >= 12 => (number - 12, 3),
            _ => ((number - 1) / 3, (number - 1) % 3),
        };
        (low, high) = (Low[row], High[column]);
        return true;
    }

    /// <summary>A key of 100 ms and a pause of 100 ms as a tone plan; <see langword="null"/> when it is no DTMF key.</summary>
    public static TonePlan? PlanOf(byte number) => TryGetFrequencies(number, out var low, out var high)
        ? new TonePlan([new ToneSegment(100, -10, low, high), ToneSegment.Pause(100)], Repeats: false)
        : null;
}
