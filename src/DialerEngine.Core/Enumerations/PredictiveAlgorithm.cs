namespace DialerEngine.Core;

/// <summary>How a predictive mode decides when to dial (<c>predictive_algorithm</c>; names as in the configuration, without underscores).</summary>
public enum PredictiveAlgorithm
{
    /// <summary>
    /// <c>time_optimized_odr</c>: the look-ahead over each call's and agent's age, for groups of every size. The default, because it
    /// keeps more agents busy at the same overdial rate than any of the others.
    /// </summary>
    TimeOptimizedOdr,

    /// <summary><c>classical</c>: the name is accepted for old configurations; the same look-ahead decides.</summary>
    Classical,

    /// <summary>
    /// <c>small_group</c>: while the goal is the overdial rate and no more agents than <c>small_group_size</c> are
    /// logged in, calls are placed in batches: a batch as large as the look-ahead allows, and the next only when every call of it
    /// has been resolved. Larger groups and other goals: the look-ahead.
    /// </summary>
    SmallGroup,

    /// <summary><c>advanced_small_group</c>: dials while calls are under way, which is what the look-ahead does for small groups too.</summary>
    AdvancedSmallGroup,
}
