namespace DialerEngine.Pacing.Laws;

/// <summary>What became of dials by age of ringing: time spent, answers and failures in each step of half a second, verdicts in each two seconds.</summary>
internal sealed class RingCounts
{
    private const int CoarseWidth = 4;

    /// <summary>Seconds that calls rang in each bin.</summary>
    public double[] Exposure { get; } = new double[AnswerLaw.Bins];

    /// <summary>Answers in each bin.</summary>
    public double[] Answered { get; } = new double[AnswerLaw.Bins];

    /// <summary>Failures in each bin.</summary>
    public double[] Failed { get; } = new double[AnswerLaw.Bins];

    /// <summary>Answers that were people's, by coarse bin.</summary>
    public double[] People { get; } = new double[AnswerLaw.Bins / CoarseWidth];

    /// <summary>Answers that were not people's, by coarse bin.</summary>
    public double[] Others { get; } = new double[AnswerLaw.Bins / CoarseWidth];

    /// <summary>The coarse bin of a bin.</summary>
    public static int CoarseOf(int bin) => bin / CoarseWidth;

    /// <summary>People in all.</summary>
    public double AllPeople()
    {
        var sum = 0.0;
        foreach (var people in People)
        {
            sum += people;
        }

        return sum;
    }

    /// <summary>Forgets a share of everything.</summary>
    public void Keep(double share)
    {
        Series.Scale(Exposure, share);
        Series.Scale(Answered, share);
        Series.Scale(Failed, share);
        Series.Scale(People, share);
        Series.Scale(Others, share);
    }

    /// <summary>Takes another's counts in place of its own.</summary>
    public void Take(RingCounts other)
    {
        other.Exposure.CopyTo(Exposure, 0);
        other.Answered.CopyTo(Answered, 0);
        other.Failed.CopyTo(Failed, 0);
        other.People.CopyTo(People, 0);
        other.Others.CopyTo(Others, 0);
    }
}
