using DialerEngine.Pacing.Laws;

namespace DialerEngine.Pacing.Tests;

public sealed class SeriesTests
{
    [Fact]
    public void Rows_of_any_length_get_what_single_elements_would()
    {
        for (var length = 0; length <= 67; length++)
        {
            var values = Enumerable.Range(1, length + 3).Select(i => 1.0 / i).ToArray();
            var sums = Enumerable.Range(1, length).Select(i => 0.3 * i).ToArray();
            var added = sums.Select((sum, i) => sum + (0.7 * values[i])).ToArray();
            var scaled = added.Select(x => x * 1.1).ToArray();

            Series.AddScaled(sums, 0.7, values);
            Assert.Equal(added, sums);

            Series.Scale(sums, 1.1);
            Assert.Equal(scaled, sums);
        }
    }

    [Fact]
    public void Fewer_values_than_sums_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Series.AddScaled(new double[3], 1, new double[2]));

    [Fact]
    public void A_mixed_row_is_a_weighted_sum_and_no_chance_above_one()
    {
        var row = Enumerable.Range(0, Horizon.Points).Select(k => k / 20.0).ToArray();
        var next = Enumerable.Range(0, Horizon.Points).Select(k => (Horizon.Points - k) / 40.0).ToArray();
        var mixed = new double[Horizon.Points];
        Series.Mix(0.75, row, 0.5, next, mixed);
        Assert.Equal(row.Zip(next, (a, b) => Math.Min(1, (0.75 * a) + (0.5 * b))), mixed);
        Assert.Contains(1.0, mixed);
    }
}
