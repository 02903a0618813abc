using DialerEngine.Core.Desktop;

namespace DialerEngine.Desktop;

/// <summary>Why a call that an agent asked for is not made: number and text of EventError. Numbers are T-Lib's (<c>tliberr.h</c>, 2004), the texts are ours.</summary>
public readonly record struct CallFault(int Code, string Words)
{
    /// <summary>TERR_UNSUP_OPER.</summary>
    public const int UnsupportedOperation = 51;

    /// <summary>TERR_INVALID_ATTR.</summary>
    public const int InvalidAttribute = 53;

    /// <summary>TERR_OUT_OF_SERVICE.</summary>
    public const int OutOfService = 58;

    /// <summary>TERR_INV_CALD_DN.</summary>
    public const int InvalidCalledDn = 71;

    /// <summary>TERR_ORIG_DN_BUSY.</summary>
    public const int OriginationBusy = 83;

    /// <summary>TERR_SERV_UNAVAIL.</summary>
    public const int ServiceUnavailable = 118;

    /// <summary>TERR_ACCESS_RESTICT.</summary>
    public const int AccessRestricted = 165;

    /// <summary>TERR_RES_UNAVAIL.</summary>
    public const int ResourceUnavailable = 166;

    /// <summary>What a refusal is called on the CTI link.</summary>
    public static CallFault Of(MakeCallRefusal why, string? words) => why switch
    {
        MakeCallRefusal.NoRecord => new(InvalidAttribute, "the agent has no such record on the desktop"),
        MakeCallRefusal.InvalidNumber => new(InvalidCalledDn, "otherDN is no number that can be dialled"),
        MakeCallRefusal.AgentBusy => new(OriginationBusy, "the agent has a call, or is promised to one"),
        MakeCallRefusal.PhoneUnreachable => new(OutOfService, "the agent's phone is not connected"),
        MakeCallRefusal.NotRunning => new(UnsupportedOperation, "the campaign group does not run"),
        MakeCallRefusal.NoLine => new(ResourceUnavailable, "no line is free now: try again"),
        MakeCallRefusal.Forbidden => new(AccessRestricted, "a rule forbids the call now: " + words),
        _ => new(ServiceUnavailable, "calls cannot be recorded now: try again"),
    };
}
