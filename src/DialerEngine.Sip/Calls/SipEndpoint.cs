using System.Text;
using DialerEngine.Sip.Dialogs;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Timers;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Calls;

/// <summary>
/// A SIP user agent without sockets, threads or clock: messages and the time go in, messages go out to the <see cref="ISipTransportSink"/>
/// and events to the <see cref="SipCallObserver"/>. RFC 3261 with 3262, 3311, 3326, 3515, 3581 and 6026. One thread at a time may use it.
/// Once its pools are warm it allocates nothing per message.
/// </summary>
public sealed partial class SipEndpoint : ITransactionUser
{
    private const int SetupTimer = 1;
    private const int RepeatTimer = 2;

    private readonly SipEndpointOptions _options;
    private readonly ISipTransportSink _sink;
    private readonly SipCallObserver _observer;
    private readonly SipTokens _tokens;
    private readonly ByteArena _arena;
    private readonly TimerWheel _wheel;
    private readonly TransactionLayer _transactions;
    private readonly SipCallTable _calls;
    private readonly SipMessage _message = new();
    private readonly SipMessage _stored = new();
    private readonly byte[] _wire = new byte[SipParser.MaxMessageBytes];
    private readonly byte[] _text = new byte[16 * 1024];
    private readonly byte[] _tag = new byte[SipTokens.TokenLength];
    private readonly byte[] _branch = new byte[SipTokens.BranchLength];
    private readonly byte[] _userAgentLine;
    private readonly byte[] _serverLine;
    private readonly byte[] _contactUser;

    /// <param name="options">Bounds and habits.</param>
    /// <param name="sink">Where messages go.</param>
    /// <param name="observer">Where events go.</param>
    /// <param name="nowMs">The present moment.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SipEndpoint(SipEndpointOptions options, ISipTransportSink sink, SipCallObserver observer, long nowMs)
    {
        Validate(options);
        _options = options;
        _sink = sink;
        _observer = observer;
        _tokens = new SipTokens(options.Secret0, options.Secret1);
        _arena = new ByteArena(options.MaxMemoryBytes);
        _wheel = new TimerWheel(options.MaxTransactions + (options.MaxCalls * 2) + 16, nowMs);
        _transactions = new TransactionLayer(
            options.Timers, sink, Counters, _tokens, _arena, _wheel, options.MaxTransactions, options.LongestSetupMs)
        {
            User = this,
            NowMs = nowMs,
        };
        _calls = new SipCallTable(options.MaxCalls);
        _userAgentLine = Encoding.UTF8.GetBytes(options.UserAgent.Length == 0 ? "" : "User-Agent: " + options.UserAgent + "\r\n");
        _serverLine = Encoding.UTF8.GetBytes(options.UserAgent.Length == 0 ? "" : "Server: " + options.UserAgent + "\r\n");
        _contactUser = Encoding.UTF8.GetBytes(options.ContactUser);
    }

    /// <summary>What has been counted.</summary>
    public SipEndpointCounters Counters { get; } = new();

    /// <summary>The latest moment given.</summary>
    public long NowMs => _transactions.NowMs;

    /// <summary>Calls alive, including those whose BYE waits for its answer.</summary>
    public int CallCount => _calls.Count;

    /// <summary>Transactions alive, including finished ones in their waiting time.</summary>
    public int TransactionCount => _transactions.Table.Count;

    /// <summary>Timers running.</summary>
    public int TimerCount => _wheel.Count;

    /// <summary>Chunks of memory in use by calls and transactions.</summary>
    public int RentedChunks => _arena.Rented;

    /// <summary>Bytes that the endpoint holds for calls and transactions, in use or pooled.</summary>
    public long ReservedBytes => _arena.ReservedBytes;

    /// <summary>Takes one whole message. Hostile bytes are counted and dropped.</summary>
    /// <param name="buffer">Holds the message; it is not kept.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">Its length: a datagram, or what Content-Length says on a stream.</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="nowMs">The moment; never earlier than the one before.</param>
    public void Receive(byte[] buffer, int offset, int length, in SipPeer from, long nowMs)
    {
        Advance(nowMs);
        Counters.MessagesReceived++;
        var error = SipParser.TryParse(buffer, offset, length, _message);
        if (error == SipParseError.KeepAlive)
        {
            return;
        }

        if (error != SipParseError.None)
        {
            Counters.MalformedMessages++;
            RefuseMalformed(from);
            return;
        }

        if (_message.IsRequest)
        {
            _transactions.OnRequest(_message, from);
        }
        else
        {
            _transactions.OnResponse(_message, from);
        }
    }

    /// <summary>Lets time pass: fires every timer that is due.</summary>
    public void Advance(long nowMs)
    {
        if (nowMs > _transactions.NowMs)
        {
            _transactions.NowMs = nowMs;
        }

        _wheel.Advance(_transactions.NowMs, _transactions);
    }

    /// <summary>The moments and token of a call in progress; false if it is over.</summary>
    public bool TryGetToken(SipCallHandle call, out long token)
    {
        var found = _calls.Find(call);
        token = found?.Token ?? 0;
        return found is { State: not SipCallState.Ending };
    }

    /// <summary>Gives an incoming call the user's number for its later events.</summary>
    public bool TrySetToken(SipCallHandle call, long token)
    {
        if (_calls.Find(call) is not { } found)
        {
            return false;
        }

        found.Token = token;
        return true;
    }

    void ITransactionUser.OnUserTimer(ulong payload)
    {
        var index = (int)((payload >> 32) & 0x0FFF_FFFF);
        if (_calls.Find(new SipCallHandle(index, (int)(uint)payload)) is not { } call)
        {
            return;
        }

        switch ((int)(payload >> 60))
        {
            case SetupTimer:
                call.SetupTimer = TimerHandle.None;
                OnSetupTimer(call);
                break;
            case RepeatTimer:
                call.RepeatTimer = TimerHandle.None;
                OnRepeatTimer(call);
                break;
        }
    }

    private void StartTimer(ref TimerHandle timer, SipCall call, int kind, long delayMs)
    {
        _wheel.Cancel(timer);
        _wheel.TryStart(NowMs, delayMs, TransactionLayer.Payload(kind, call.Index, call.Generation), out timer);
    }

    private void StopTimer(ref TimerHandle timer)
    {
        _wheel.Cancel(timer);
        timer = TimerHandle.None;
    }

    /// <summary>RFC 3261 section 8.2: a request whose essentials can be read gets 400, anything else silence.</summary>
    private void RefuseMalformed(in SipPeer from)
    {
        if (_message is { IsRequest: true, IsAnswerable: true } && _message.Method != SipMethod.Ack)
        {
            RespondStateless(_message, from, _message.Error == SipParseError.UnsupportedVersion ? 505 : 400, default);
        }
    }

    private void RespondStateless(SipMessage request, in SipPeer from, int status, ReadOnlySpan<byte> lines)
    {
        var tag = MakeStatelessTag(request);
        var length = Responses.Write(_wire, request, from, status, default, tag, lines, default, default);
        if (length > 0)
        {
            _transactions.SendRaw(TransactionLayer.ReplyPeer(request, from), _wire.AsSpan(0, length));
        }
    }

    /// <summary>A tag that is the same for every repeat of a request (RFC 3261 section 8.2.6.2).</summary>
    private ReadOnlySpan<byte> MakeStatelessTag(SipMessage request)
    {
        var hash = _tokens.Hash();
        hash.AddPiece(request.CallId);
        hash.AddPiece(request.From.Tag);
        SipTokens.WriteHex(_tag, hash.Finish(), 16);
        return _tag.AsSpan(0, 16);
    }

    private static void Validate(SipEndpointOptions options)
    {
        if (!options.Timers.IsValid)
        {
            throw new ArgumentException("T1 must be 10 to 10,000 ms, T2 from T1 to 60,000 ms, T4 at most 60,000 ms", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxCalls, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxCalls, 1_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxTransactions, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxTransactions, 2_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxMemoryBytes, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LongestSetupMs, 1_000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.LongestSetupMs, 3_600_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RetryAfterSeconds, 1);
    }
}
