using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Speech;

namespace DialerEngine.Cpd.Tests;

/// <summary>The stopping rule, moment by moment.</summary>
public sealed class AnswerPolicyTests
{
    private static readonly OperatingPoint Point = new(
        PersonBelow: 0.1f, PersonBelowLong: 0.02f, MachineAbove: 0.99f, MinPauseMs: 500, LongPauseMs: 700, ForcedPauseMs: 1_700, MinMachineMs: 4_000, LimitMs: 9_000,
        ForcedAbove: 0.4f, SettledPauseMs: 1_200, PersonBelowSettled: 0.08f, MinTalkingMs: 2_500, PersonBelowTalking: 0.03f);

    [Theory]
    [InlineData(0.05, 480, 1_000, AnswerVerdict.Wait)]
    [InlineData(0.1, 500, 1_000, AnswerVerdict.Person)]
    [InlineData(0.11, 500, 1_000, AnswerVerdict.Wait)]
    [InlineData(0.059, 600, 1_000, AnswerVerdict.Person)]
    [InlineData(0.061, 600, 1_000, AnswerVerdict.Wait)]
    [InlineData(0.03, 1_190, 1_000, AnswerVerdict.Wait)]
    [InlineData(0.08, 1_200, 2_000, AnswerVerdict.Person)]
    [InlineData(0.39, 1_700, 2_000, AnswerVerdict.Person)]
    [InlineData(0.4, 1_700, 2_000, AnswerVerdict.Machine)]
    public void A_person_is_called_in_a_pause_whose_bar_falls_and_rises_again(double probability, int pauseMs, int sinceOnsetMs, object verdict) =>
        Assert.Equal(verdict, AnswerPolicy.Judge(Point, (float)probability, pauseMs, sinceOnsetMs, isLimit: false));

    [Theory]
    [InlineData(0.03, 0, 2_480, AnswerVerdict.Wait)]
    [InlineData(0.03, 0, 2_500, AnswerVerdict.Person)]
    [InlineData(0.031, 0, 2_500, AnswerVerdict.Wait)]
    [InlineData(0.03, 1_190, 2_500, AnswerVerdict.Person)]
    [InlineData(0.99, 0, 3_980, AnswerVerdict.Wait)]
    [InlineData(0.99, 0, 4_000, AnswerVerdict.Machine)]
    public void Whoever_goes_on_talking_is_called_what_they_surely_are(double probability, int pauseMs, int sinceOnsetMs, object verdict) =>
        Assert.Equal(verdict, AnswerPolicy.Judge(Point, (float)probability, pauseMs, sinceOnsetMs, isLimit: false));

    [Fact]
    public void At_the_limit_it_is_whatever_is_likelier()
    {
        Assert.Equal(AnswerVerdict.Person, AnswerPolicy.Judge(Point, 0.39f, 0, 9_000, isLimit: true));
        Assert.Equal(AnswerVerdict.Machine, AnswerPolicy.Judge(Point, 0.4f, 0, 9_000, isLimit: true));
    }

    [Fact]
    public void A_verdict_is_never_given_where_none_is_possible()
    {
        foreach (var point in Enum.GetValues<CpdPreset>().Select(CpdPresets.PointOf).Append(Point))
        {
            for (var pause = 0; pause <= 1_900; pause += 20)
            {
                for (var since = pause; since <= 9_500; since += 100)
                {
                    foreach (var p in new[] { 0f, 0.01f, 0.05f, 0.5f, 1f })
                    {
                        if (AnswerPolicy.Judge(point, p, pause, since, isLimit: false) != AnswerVerdict.Wait)
                        {
                            Assert.True(AnswerPolicy.IsVerdictPossible(point, pause, since, isLimit: false), $"{point} {p} {pause} {since}");
                        }
                    }
                }
            }
        }
    }
}
