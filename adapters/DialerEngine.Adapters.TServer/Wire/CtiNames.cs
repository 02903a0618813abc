using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Wire;

/// <summary>Names of requests, events and fields on the wire.</summary>
internal static class CtiNames
{
    /// <summary>WebSocket subprotocol.</summary>
    public const string Subprotocol = "dialer.cti.v1";

    /// <summary>Work mode of RequestAgentNotReady and EventAgentNotReady: after-call work.</summary>
    public const string AfterCallWork = "AfterCallWork";

    /// <summary>Work mode of an agent who takes an inbound call (blended work): nothing is dialled or offered until the next change of state.</summary>
    public const string InboundCall = "InboundCall";

    private static readonly Dictionary<string, CtiRequestKind> Requests = Enum.GetValues<CtiRequestKind>()
        .Where(k => k != CtiRequestKind.None)
        .ToDictionary(k => "Request" + k, StringComparer.Ordinal);

    private static readonly Dictionary<string, CtiEventKind> Events = Enum.GetValues<CtiEventKind>()
        .Where(k => k != CtiEventKind.None)
        .ToDictionary(k => "Event" + k, StringComparer.Ordinal);

    private static readonly string[] RequestNames = NamesOf(Requests, r => (int)r);

    private static readonly string[] EventNames = NamesOf(Events, e => (int)e);

    public static string Of(CtiRequestKind kind) => RequestNames[(int)kind];

    public static string Of(CtiEventKind kind) => EventNames[(int)kind];

    public static CtiRequestKind RequestKind(string name) => Requests.GetValueOrDefault(name);

    public static CtiEventKind EventKind(string name) => Events.GetValueOrDefault(name);

    private static string[] NamesOf<T>(Dictionary<string, T> kinds, Func<T, int> number)
    {
        var names = new string[kinds.Values.Max(number) + 1];
        Array.Fill(names, "");
        foreach (var (name, kind) in kinds)
        {
            names[number(kind)] = name;
        }

        return names;
    }
}
