using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Pacing.Tests;

/// <summary>What holds for any events in any order; FsCheck prints the case and its seed when one fails.</summary>
public sealed class PacingPropertyTests
{
    private static readonly DialMode[] Modes =
    [
        DialMode.Progress, DialMode.Predict, DialMode.ProgressAndSeize, DialMode.PredictAndSeize,
        DialMode.Power, DialMode.PowerAndSeize, DialMode.PowerGVP, DialMode.ProgressGVP, DialMode.PredictGVP,
    ];

    private static readonly Arbitrary<(int Seed, DialMode Mode, int A, int B, int C)> Cases = Gen.Choose(1, 1_000_000)
        .SelectMany(seed => Gen.Elements(Modes).SelectMany(mode => Gen.Choose(0, 200).SelectMany(a => Gen.Choose(0, 60).SelectMany(b =>
            Gen.Choose(0, 300).Select(c => (seed, mode, a, b, c)))))).ToArbitrary();

    private static Config Some => Config.QuickThrowOnFailure.WithMaxTest(60);

    [Fact]
    public void Never_more_dials_than_lines_or_records_in_any_mode() =>
        Prop.ForAll(Cases, c =>
        {
            var dial = Disturbed(c.Seed, c.Mode).Decide(c.A, c.A + 10, c.C, c.B % 5, lines: c.B, records: c.C).Dial;
            return dial >= 0 && dial <= Math.Min(c.B, c.C);
        }).Check(Some);

    [Fact]
    public void More_ready_agents_never_mean_fewer_dials() =>
        Prop.ForAll(Cases, c =>
        {
            var fewer = Disturbed(c.Seed, c.Mode).Decide(c.A, 600, c.C).Dial;
            return Disturbed(c.Seed, c.Mode).Decide(c.A + c.B, 600, c.C).Dial >= fewer;
        }).Check(Some);

    [Fact]
    public void Equal_events_and_situations_give_equal_decisions() =>
        Prop.ForAll(Cases, c => Disturbed(c.Seed, c.Mode).Decide(c.A, 300, c.C) == Disturbed(c.Seed, c.Mode).Decide(c.A, 300, c.C)).Check(Some);

    [Fact]
    public void Hostile_counts_are_borne() =>
        Prop.ForAll(Cases, ArbMap.Default.ArbFor<int[]>(), (c, n) =>
        {
            int At(int i) => i < n.Length ? n[i] * 7919 : (i - 3) * int.MaxValue;
            var decision = Disturbed(c.Seed, c.Mode).Decide(At(0), At(1), At(2), At(3), At(4), At(5));
            return decision.Dial >= 0 && decision.Dial <= Math.Max(0, At(4)) && decision.Dial <= Math.Max(0, At(5));
        }).Check(Some);

    [Fact]
    public void A_batch_is_joined_by_no_further_call_until_it_is_resolved()
    {
        var driver = new PacerDriver(new GroupPacer(new PacingSettings { Algorithm = PredictiveAlgorithm.SmallGroup }));
        driver.LogIn(busy: 5, ready: 5);
        driver.Teach();
        Assert.True(driver.Decide(5, 10, 0).Dial > 0);
        var under = driver.Decide(5, 10, 1);
        Assert.Equal((0, PacingReason.BatchUnderWay), (under.Dial, under.Reason));
        Assert.NotEqual(PacingReason.BatchUnderWay, driver.Decide(5, 11, 1).Reason);
    }

    // A pacer after some hundred events in no sensible order, among them hours of silence and values that mean nothing.
    private static PacerDriver Disturbed(int seed, DialMode mode)
    {
        var driver = new PacerDriver(new GroupPacer(new PacingSettings { Mode = mode }), seed);
        for (var i = 0; i < 400; i++)
        {
            driver.Now += driver.Uniform() < 0.01 ? 4000 * driver.Uniform() : driver.Uniform();
            var kind = (PacingEventKind)(int)(13 * driver.Uniform());
            var value = driver.Uniform() < 0.1 ? float.NaN : (float)((40 * driver.Uniform()) - 4);
            driver.Tell(kind, (int)(40 * driver.Uniform()) - 2, (int)(40 * driver.Uniform()) - 2, value);
            if (driver.Uniform() < 0.2)
            {
                driver.Decide((int)(30 * driver.Uniform()), 30, (int)(60 * driver.Uniform()), (int)(5 * driver.Uniform()));
            }
        }

        return driver;
    }
}
