using System.Net;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Adapters.SipServer.Telephony;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Media.Audio;
using DialerEngine.Media.Tones;
using DialerEngine.Sip.Timers;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>The telephony adapter between a scripted trunk and scripted phones, on loopback.</summary>
internal sealed class Rig : IDisposable
{
    /// <summary>Nailed up, customers are put through at once.</summary>
    public static readonly AgentId Nailed = new(1);

    /// <summary>Nailed up, the desktop answers.</summary>
    public static readonly AgentId Desk = new(2);

    /// <summary>The phone rings for every customer.</summary>
    public static readonly AgentId Ringing = new(3);

    /// <summary>Nailed up, the phone calls in.</summary>
    public static readonly AgentId CallsIn = new(4);

    /// <summary>Its phone has a host name that nobody looks up.</summary>
    public static readonly AgentId Nowhere = new(5);

    /// <summary>Quick timers: a far end that says nothing is given up after 64 * 25 ms.</summary>
    public static readonly SipTimers Timers = new() { T1 = 25, T2 = 100, T4 = 100 };

    private int _calls;

    public Rig(int trunkSilentPort = 0, int optionsSeconds = 0, Func<SipTrunkOptions, SipTrunkOptions>? trunk = null, SipTimers? timers = null, ICallAudioTap? ears = null)
    {
        var trunkAt = trunkSilentPort > 0 ? new IPEndPoint(IPAddress.Loopback, trunkSilentPort) : Trunk.EndPoint;
        var options = new SipTrunkOptions { Name = "t", Address = trunkAt, Host = trunkAt.ToString(), OptionsSeconds = optionsSeconds };
        Telephony = new SipTelephony(
            new SipTelephonyOptions
            {
                Stack = new SipStackOptions
                {
                    Udp = [new IPEndPoint(IPAddress.Loopback, 0)],
                    Endpoint = SipStackOptions.NewEndpointOptions() with { Timers = timers ?? Timers },
                },
                Media = new MediaEngineOptions { LocalAddress = IPAddress.Loopback },
                Trunks = [trunk is null ? options : trunk(options)],
                AudioTap = ears,
                Agents =
                [
                    Agent(Nailed, new AgentPhone($"sip:7001@{Phones.EndPoint}")),
                    Agent(Desk, new AgentPhone($"sip:7002@{Phones.EndPoint}", AutoAnswer: false)),
                    Agent(Ringing, new AgentPhone($"sip:7003@{Phones.EndPoint}", NailedUp: false)),
                    Agent(CallsIn, new AgentPhone(null)),
                    Agent(Nowhere, new AgentPhone("sip:7005@nobody.invalid", NailedUp: false)),
                ],
                Announcements = new Dictionary<string, AnnouncementClip>
                {
                    ["short"] = AnnouncementClip.FromSource(new ToneGenerator(new TonePlan([new ToneSegment(600, -10, 500)], Repeats: false)), 600),
                    ["long"] = AnnouncementClip.FromSource(new ToneGenerator(new TonePlan([new ToneSegment(60_000, -10, 500)], Repeats: false)), 60_000),
                },
            },
            Log, TimeProvider.System, NullLoggerFactory.Instance);
        Telephony.Start();
    }

    public Peer Trunk { get; } = new();

    public Peer Phones { get; } = new();

    public EventLog Log { get; } = new();

    public SipTelephony Telephony { get; }

    /// <summary>Places a call and gives its handle.</summary>
    public CallHandle Place(string number = "+12025550123", int ringMs = 15_000, string? callerId = null, string? name = null, bool restricted = false, bool listen = false, bool onConnect = false, AgentId hears = default)
    {
        var call = new CallHandle(new GroupId(1), _calls++, 1);
        Telephony.Place(new DialRequest
        {
            Call = call,
            Number = number,
            RingTimeoutMs = ringMs,
            CallerId = callerId,
            CallerName = name,
            CallerIdRestricted = restricted,
            Listen = listen,
            ListenOnConnect = onConnect,
            Hears = hears,
            Analysis = new CallAnalysisRequest { Call = call },
        });
        return call;
    }

    /// <summary>Places a call that the trunk answers.</summary>
    public async Task<(CallHandle Call, PeerCall Customer)> AnsweredAsync()
    {
        var call = Place();
        var customer = await Trunk.IncomingAsync();
        await customer.RingAsync();
        await customer.AnswerAsync();
        await Log.NextAsync("Answered", call);
        return (call, customer);
    }

    /// <summary>Brings an agent's line up.</summary>
    public async Task<PeerCall> LineUpAsync(AgentId agent)
    {
        Telephony.OpenAgentLine(agent);
        var line = await Phones.IncomingAsync();
        await line.AnswerAsync();
        await Log.NextAsync("LineUp");
        return line;
    }

    /// <summary>The one end of a call; no second may be among what was told.</summary>
    public async Task<CallOutcome> EndAsync(CallHandle call)
    {
        var told = await Log.NextAsync("Ended", call);
        Assert.Equal(1, Log.Count("Ended", call));
        return told.Outcome;
    }

    public void Dispose()
    {
        Telephony.Dispose();
        Trunk.Dispose();
        Phones.Dispose();

        // What ended ended once, and nothing was told about a call after its end.
        foreach (var call in Log.All.Where(t => !t.Call.IsNone).Select(t => t.Call).Distinct())
        {
            Assert.Equal(1, Log.Count("Ended", call));
            Assert.EndsWith("Ended", Log.Of(call), StringComparison.Ordinal);
        }

        Assert.Null(Telephony.Completion.Exception);
    }

    private static AgentDefinition Agent(AgentId id, AgentPhone phone) => new() { Id = id, LoginId = $"{1_000 + id.Value}", Phone = phone };
}
