namespace DialerEngine.Pacing.Laws;

/// <summary>
/// The points in the future at which answers are set against free agents: 0.5 s, 1.5 s ... 31.5 s from now, each standing for
/// one second. 32 s hold the longest usual way from a dial to a person's verdict.
/// </summary>
internal static class Horizon
{
    /// <summary>Number of points; a multiple of every vector width in use.</summary>
    public const int Points = 32;

    /// <summary>Resolution of ages and of the way of a call, seconds.</summary>
    public const double Step = 0.5;

    /// <summary>Seconds from now to a point.</summary>
    public static double SecondsAt(int point) => point + 0.5;

    /// <summary>The point nearest below a number of seconds.</summary>
    public static int PointAt(double seconds) => Math.Clamp((int)seconds, 0, Points - 1);
}
