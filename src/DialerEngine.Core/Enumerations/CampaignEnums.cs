namespace DialerEngine.Core;

/// <summary>Dial mode of a campaign group (<c>GSW_DIAL_MODE</c>, enumeration GSW_CM_AttrDialMode).</summary>
public enum DialMode
{
    NoDialMode = 0,
    Predict = 1,
    Progress = 2,
    Preview = 3,
    ProgressAndSeize = 4,
    PredictAndSeize = 5,
    Power = 6,
    PowerAndSeize = 7,
    PushPreview = 8,
    ProgressGVP = 9,
    PredictGVP = 10,
    PowerGVP = 11,
}

/// <summary>What predictive dialing optimises (<c>GSW_OPTIMIZE_BY</c>, enumeration GSW_CM_AttrOptimizeBy).</summary>
public enum OptimizeBy
{
    NoOptimizationMethod = 0,
    BusyFactor = 1,
    OverdialRate = 2,
    WaitTime = 3,
    DistributionTime = 4,
    MaximumGain = 5,
}

/// <summary>
/// State of a campaign group (<c>GSW_CAMPAIGN_GROUP_STATE</c>, enumeration GSW_CM_AttrGroupCampStatus). <see cref="Active"/> is
/// what operators call loaded.
/// </summary>
public enum CampaignGroupState
{
    Unknown = -1,
    NotLoaded = 0,
    WaitingUnload = 1,
    UnloadInProgress = 2,
    InActive = 3,
    Active = 4,
    Running = 5,
}

/// <summary>Names of dial modes on the desktop (<c>GSW_CAMPAIGN_MODE</c>, desktop protocol, Reserved Keys table).</summary>
public static class DialModes
{
    /// <summary>The string that a desktop receives for a mode.</summary>
    public static string DesktopName(this DialMode mode) => mode switch
    {
        DialMode.Predict => "Predictive",
        DialMode.Progress => "Progressive",
        DialMode.Preview => "Preview",
        DialMode.ProgressAndSeize => "Progressive with Seizing",
        DialMode.PredictAndSeize => "Predictive with Seizing",
        DialMode.PushPreview => "Push Preview",
        DialMode.ProgressGVP => "Progressive GVP",
        DialMode.PredictGVP => "Predictive GVP",
        DialMode.PowerGVP => "Power GVP",
        DialMode.Power => "Power",
        DialMode.PowerAndSeize => "Power with Seizing",
        _ => "",
    };

    /// <summary>True for the modes in which the engine decides by itself when to dial.</summary>
    public static bool IsAutomatic(this DialMode mode) =>
        mode is not (DialMode.NoDialMode or DialMode.Preview or DialMode.PushPreview);

    /// <summary>True for the modes that engage an agent before a customer is dialled (ASM).</summary>
    public static bool Seizes(this DialMode mode) => mode is DialMode.ProgressAndSeize or DialMode.PredictAndSeize or DialMode.PowerAndSeize;

    /// <summary>True for the modes whose agent side is an IVR.</summary>
    public static bool IsForIvr(this DialMode mode) => mode is DialMode.ProgressGVP or DialMode.PredictGVP or DialMode.PowerGVP;

    /// <summary>True for the modes that dial only for agents (engaged agents, ports) who are free now.</summary>
    public static bool IsProgressive(this DialMode mode) => mode is DialMode.Progress or DialMode.ProgressAndSeize or DialMode.ProgressGVP;

    /// <summary>True where a running group may change from one mode to the other: predictive and progressive dialling, each with or each without seizing.</summary>
    public static bool MayChangeWhileRunning(this DialMode from, DialMode to) => (from, to) is
        (DialMode.Predict, DialMode.Progress) or (DialMode.Progress, DialMode.Predict)
        or (DialMode.PredictAndSeize, DialMode.ProgressAndSeize) or (DialMode.ProgressAndSeize, DialMode.PredictAndSeize);
}
