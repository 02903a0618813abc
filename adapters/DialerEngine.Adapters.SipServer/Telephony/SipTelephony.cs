using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Media;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Sdp;
using DialerEngine.Sip.Transactions;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>
/// Calls and agents' phones over SIP and RTP. Commands come from the groups' loops through one bounded queue and are carried out on the SIP thread,
/// which owns all legs; what happens is told to <see cref="ITelephonyEvents"/> at once.
/// </summary>
public sealed partial class SipTelephony : SipCallObserver, ITelephony, ISipLoopWork, IMediaObserver, IDisposable
{
    private const int CommandCapacity = 65_536;

    /// <summary>CANCEL and BYE are repeated at most twice in this time; a far end that has not answered by then is left to its own timers.</summary>
    private const int LongestGoodbyeMs = 2_000;
    private const long AgentToken = 1L << 56;

    // Above the agents': whoever looks for a customer's leg takes neither for one.
    private const long DestinationToken = 1L << 57;
    private readonly SipTelephonyOptions _options;
    private readonly ITelephonyEvents _events;
    private readonly ILogger _logger;
    private readonly SipStack _stack;
    private readonly MediaEngine _media;
    private readonly CustomerEars? _ears;
    private readonly Channel<Command> _commands = Channel.CreateBounded<Command>(
        new BoundedChannelOptions(CommandCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Trunk[] _trunks;
    private readonly Dictionary<ulong, CustomerLeg> _legByCall = [];
    private readonly List<CustomerLeg> _legs = [];
    private readonly Stack<CustomerLeg> _freeLegs = [];
    private readonly AgentPhoneLine[] _phones;
    private readonly Dictionary<int, AgentPhoneLine> _phoneByAgent = [];
    private readonly Dictionary<MediaStreamHandle, CallHandle> _announcing = [];
    private readonly Lock _announcingGate = new();
    private readonly SdpSession _sdp = new();
    private readonly byte[] _body = new byte[2_048];
    private readonly byte[] _uri = new byte[512];
    private readonly byte[] _from = new byte[512];
    private readonly byte[] _asserted = new byte[512];
    private ulong _nextSession = 1;
    private int _drainPosted;
    private ManualResetEventSlim? _allOver;

    /// <param name="options">Sockets, trunks, phones.</param>
    /// <param name="events">Hears what happens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes the log.</param>
    /// <exception cref="SocketException">An address cannot be bound.</exception>
    public SipTelephony(SipTelephonyOptions options, ITelephonyEvents events, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _events = events;
        _logger = loggers.CreateLogger<SipTelephony>();
        _trunks = [.. options.Trunks.Select(t => new Trunk(t, LocalAddressTowards(t.Address)))];
        _phones = [.. options.Agents.Select((a, i) => new AgentPhoneLine(a, i))];
        foreach (var phone in _phones)
        {
            _phoneByAgent.Add(phone.Agent.Id.Value, phone);
        }

        Span<byte> seed = stackalloc byte[8];
        System.Security.Cryptography.RandomNumberGenerator.Fill(seed);
        _media = new MediaEngine(options.Media, time, new SeededMediaRandom(BitConverter.ToUInt64(seed)), this);
        _ears = options.AudioTap is { } tap ? new CustomerEars(tap, _media) : null;
        _stack = new SipStack(options.Stack, this, time, this);
    }

    /// <summary>Where the engine's SIP socket is bound.</summary>
    public IPEndPoint LocalEndPoint => _stack.LocalEndPoints[0];

    /// <summary>Figures of the media engine.</summary>
    public MediaEngineStatistics MediaStatistics => _media.Statistics;

    /// <summary>Told when the watch over a trunk decides that it is down (true) or up again (false).</summary>
    public Action<int, bool>? TrunkDown { get; set; }

    /// <summary>Ends with the SIP thread; faulted if something in it threw.</summary>
    public Task Completion => _stack.Completion;

    public void Start()
    {
        _media.Start();
        _stack.Start();
    }

    public void Place(in DialRequest request) => Post(new Command { Kind = CommandKind.Place, Request = request, Call = request.Call });

    public void Release(CallHandle call) => Post(new Command { Kind = CommandKind.Release, Call = call });

    public void Deliver(CallHandle call, AgentId agent) => Post(new Command { Kind = CommandKind.Deliver, Call = call, Agent = agent });

    public void AnswerAtAgent(CallHandle call, AgentId agent) => Post(new Command { Kind = CommandKind.AnswerAtAgent, Call = call, Agent = agent });

    public void WithdrawDelivery(CallHandle call, AgentId agent) => Post(new Command { Kind = CommandKind.Withdraw, Call = call, Agent = agent });

    public void Engage(AgentId agent, in Engagement engagement) => Post(new Command { Kind = CommandKind.Engage, Agent = agent, Engagement = engagement });

    public void Disengage(AgentId agent, in Engagement engagement) => Post(new Command { Kind = CommandKind.Disengage, Agent = agent, Engagement = engagement });

    public void Merge(CallHandle call, AgentId agent, bool beep) => Post(new Command { Kind = CommandKind.Merge, Call = call, Agent = agent, Beep = beep });

    public void Announce(CallHandle call, string announcement) => Post(new Command { Kind = CommandKind.Announce, Call = call, Text = announcement });

    public void Transfer(in TransferRequest request) => Post(new Command { Kind = CommandKind.Transfer, Call = request.Call, Transfer = request });

    public void SetHold(CallHandle call, bool held) => Post(new Command { Kind = held ? CommandKind.Hold : CommandKind.Retrieve, Call = call });

    public void OpenAgentLine(AgentId agent) => Post(new Command { Kind = CommandKind.OpenLine, Agent = agent });

    public void CloseAgentLine(AgentId agent) => Post(new Command { Kind = CommandKind.CloseLine, Agent = agent });

    /// <summary>Turns of the SIP thread: lines that fell are brought up again, trunks are watched.</summary>
    public int Run(SipEndpoint endpoint, long nowMs)
    {
        DrainCommands(endpoint);
        foreach (var phone in _phones)
        {
            if (phone.RetryAt > 0 && phone.RetryAt <= nowMs)
            {
                phone.RetryAt = 0;
                if (phone is { Wanted: true, State: LineState.Down })
                {
                    CallPhone(endpoint, phone);
                }
            }
        }

        WatchTrunks(endpoint, nowMs);
        if (_allOver is { } over && endpoint.CallCount == 0)
        {
            over.Set();
        }

        return 10_000;
    }

    /// <summary>A clip was played to its end: the announcement is over.</summary>
    public void PlaybackFinished(MediaStreamHandle stream, long token)
    {
        CallHandle call;
        lock (_announcingGate)
        {
            if (!_announcing.Remove(stream, out call))
            {
                return;
            }
        }

        _events.AnnouncementEnded(call);
    }

    /// <summary>Hangs up whatever is still up, waits for the far ends' answers for a moment, and closes the sockets.</summary>
    public void Dispose()
    {
        using var over = new ManualResetEventSlim();
        if (!_stack.Completion.IsCompleted && _stack.TryPost(
            static (endpoint, state, _) => ((SipTelephony)state!).HangUpEverything(endpoint), this))
        {
            Volatile.Write(ref _allOver, over);
            over.Wait(LongestGoodbyeMs);
        }

        _stack.Dispose();
        _media.Dispose();
    }

    private void HangUpEverything(SipEndpoint endpoint)
    {
        foreach (var phone in _phones)
        {
            phone.Wanted = false;
            if (phone.Sip.IsSet)
            {
                endpoint.TryHangUp(phone.Sip);
            }
        }

        foreach (var leg in _legs)
        {
            if (leg.Sip.IsSet)
            {
                endpoint.TryHangUp(leg.Sip);
            }
        }

        HangUpDestinations(endpoint);
    }

    private void Post(in Command command)
    {
        var spin = default(SpinWait);
        while (!_commands.Writer.TryWrite(command))
        {
            if (_stack.Completion.IsCompleted)
            {
                // Nobody will carry it out any more; whoever watches Completion knows.
                return;
            }

            // The queue holds more commands than all calls can cause at once; a full one means the SIP thread is behind: wait, lose nothing.
            spin.SpinOnce();
        }

        if (Interlocked.Exchange(ref _drainPosted, 1) == 0)
        {
            _stack.TryPost(static (endpoint, state, _) => ((SipTelephony)state!).DrainCommands(endpoint), this);
        }
    }

    private void DrainCommands(SipEndpoint endpoint)
    {
        Volatile.Write(ref _drainPosted, 0);
        while (_commands.Reader.TryRead(out var command))
        {
            Carry(endpoint, command);
        }
    }

    private void Carry(SipEndpoint endpoint, in Command command)
    {
        switch (command.Kind)
        {
            case CommandKind.Place: PlaceCall(endpoint, command.Request); break;
            case CommandKind.OpenLine: OpenLine(endpoint, command.Agent); break;
            case CommandKind.CloseLine: CloseLine(endpoint, command.Agent); break;
            case CommandKind.Engage: EngageAgent(endpoint, command.Agent, command.Engagement); break;
            case CommandKind.Disengage: DisengageAgent(command.Agent, command.Engagement); break;
            default:
                if (_legByCall.TryGetValue(command.Call.Value, out var leg))
                {
                    CarryOnLeg(endpoint, command, leg);
                }
                else if (command.Kind == CommandKind.Merge)
                {
                    // The customer is gone, and with the merge the group has given up the engaging call.
                    EndEngagement(command.Agent);
                }
                else if (command.Kind == CommandKind.Deliver)
                {
                    // The customer is gone; the end of the call is on its way to the group.
                    return;
                }

                break;
        }
    }

    private void CarryOnLeg(SipEndpoint endpoint, in Command command, CustomerLeg leg)
    {
        switch (command.Kind)
        {
            case CommandKind.Release:
                EndHearing(leg);
                endpoint.TryHangUp(leg.Sip);
                break;
            case CommandKind.Deliver: DeliverTo(endpoint, leg, command.Agent); break;
            case CommandKind.Merge: MergeWith(leg, command.Agent, command.Beep); break;
            case CommandKind.AnswerAtAgent: ConnectPending(leg, command.Agent); break;
            case CommandKind.Withdraw: Withdraw(endpoint, leg, command.Agent); break;
            case CommandKind.Announce: PlayAnnouncement(endpoint, leg, command.Text!); break;
            case CommandKind.Transfer: TransferLeg(endpoint, leg, command.Transfer); break;
            case CommandKind.Hold: HoldLeg(leg, true); break;
            case CommandKind.Retrieve: HoldLeg(leg, false); break;
        }
    }

    private static IPAddress LocalAddressTowards(IPEndPoint destination)
    {
        using var probe = new Socket(destination.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            probe.Connect(destination);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return destination.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        }
    }

    private enum CommandKind : byte
    {
        Place,
        Release,
        Deliver,
        AnswerAtAgent,
        Withdraw,
        Announce,
        Transfer,
        Hold,
        Retrieve,
        OpenLine,
        CloseLine,
        Engage,
        Disengage,
        Merge,
    }

    private struct Command
    {
        public CommandKind Kind;
        public CallHandle Call;
        public AgentId Agent;
        public bool Beep;
        public Engagement Engagement;
        public string? Text;
        public DialRequest Request;
        public TransferRequest Transfer;
    }

    private sealed class Trunk(SipTrunkOptions options, IPAddress local)
    {
        public SipTrunkOptions Options { get; } = options;

        public SipPeer Peer { get; } = SipPeer.From(options.Address.Address, options.Address.Port);

        public IPAddress Local { get; } = local;

        public SipCredentials? Credentials { get; } = options.User is { } user ? new SipCredentials(user, options.Password ?? "") : null;

        public byte[] ProbeUri { get; } = System.Text.Encoding.ASCII.GetBytes($"sip:{options.Host}");

        public long NextProbe;
        public int Unanswered;
        public bool Down;
    }
}
