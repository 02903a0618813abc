namespace DialerEngine.Sip.Calls;

/// <summary>
/// Names one call of an endpoint: slot and generation. A handle of a call that ended names nothing; operations on it are refused.
/// </summary>
public readonly record struct SipCallHandle(int Index, int Generation)
{
    /// <summary>Names no call.</summary>
    public static readonly SipCallHandle None = new(-1, 0);

    /// <summary>False for <see cref="None"/>.</summary>
    public bool IsSet => Index >= 0 && Generation > 0;
}
