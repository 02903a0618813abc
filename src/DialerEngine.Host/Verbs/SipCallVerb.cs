using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DialerEngine.Adapters.SipServer.Telephony;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Core;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Sdp;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Host.Verbs;

/// <summary>The JSON line of <c>dialer sip call</c>. Times are milliseconds from the INVITE; null for what did not happen.</summary>
internal sealed record SipCallLine(
    string Result, int Code, int? Status, string? Phrase, int? Q850, long? RingMs, long? AnswerMs, string EndedBy, bool Transferred);

/// <summary><c>dialer sip call</c>: places one test call and ends it after the hold.</summary>
internal static class SipCallVerb
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON line." };
        var user = new Option<string?>("--user") { Description = "User name for digest challenges; also the caller's number." };
        var password = new Option<string?>("--password") { Description = "Password for digest challenges." };
        var ring = new Option<double>("--ring-timeout") { Description = "Seconds to wait for the answer, 1 to 3600.", DefaultValueFactory = _ => 30 };
        var hold = new Option<double>("--hold") { Description = "Seconds from the answer to our BYE, 0 to 86400.", DefaultValueFactory = _ => 1 };
        var transport = new Option<string>("--transport") { Description = "udp or tcp; tls is refused by this build.", DefaultValueFactory = _ => "udp" };
        transport.AcceptOnlyFromAmong("udp", "tcp", "tls");
        var transfer = new Option<string?>("--transfer") { Description = "After the answer, transfer the far end to this URI." };
        var uri = new Argument<string>("URI") { Description = "Whom to call, for example sip:100@192.0.2.7:5060." };
        var command = new Command("call", "Places one test call and ends it after the hold.")
        {
            json, user, password, ring, hold, transport, transfer, uri,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new Wish(
                parsed.GetValue(uri)!, parsed.GetValue(user), parsed.GetValue(password), parsed.GetValue(ring), parsed.GetValue(hold),
                parsed.GetValue(transport)!, parsed.GetValue(transfer)),
            parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Wish wish, bool json, CancellationToken cancellation)
    {
        var target = await ResolveAsync(wish.Uri).ConfigureAwait(false);
        var fault = wish switch
        {
            { Transport: "tls" } => "--transport tls: this build calls over udp and tcp only.",
            { RingSeconds: not (>= 1 and <= 3600) } => "--ring-timeout takes 1 to 3600 seconds.",
            { HoldSeconds: not (>= 0 and <= 86_400) } => "--hold takes 0 to 86400 seconds.",
            { Password: not null, User: null } => "--password needs --user.",
            { Transfer: { } to } when !IsSipUri(to) => $"--transfer {to}: not a SIP URI.",
            _ when target is null => $"{wish.Uri}: not a SIP URI whose host can be resolved; give for example sip:100@192.0.2.7:5060.",
            _ => null,
        };
        if (fault is not null)
        {
            await Console.Error.WriteLineAsync("sip call: " + fault).ConfigureAwait(false);
            return 2;
        }

        var line = await TestCall.RunAsync(wish, target!, cancellation).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(json ? JsonSerializer.Serialize(line, SipVerbJson.Default.SipCallLine) : Describe(line)).ConfigureAwait(false);
        return line.Status is null ? 1 : 0;
    }

    private static string Describe(SipCallLine line) =>
        $"{line.Result} ({line.Code}): {(line.Status is { } status ? $"{status} {line.Phrase}" : "no final answer")}"
        + (line.Q850 is { } cause ? $", Q.850 cause {cause}" : "") + (line.RingMs is { } ring ? $", ringing after {ring} ms" : "")
        + (line.AnswerMs is { } answer ? $", answered after {answer} ms" : "") + $", ended by {line.EndedBy}"
        + (line.Transferred ? ", transferred" : "");

    private static bool IsSipUri(string text) => SipUri.TryParse(Encoding.UTF8.GetBytes(text), out var uri) && uri.IsSipOrSips;

    private static async Task<IPEndPoint?> ResolveAsync(string uri)
    {
        string host;
        int port;
        if (!SipUri.TryParse(Encoding.UTF8.GetBytes(uri), out var parsed) || !parsed.IsSipOrSips)
        {
            return null;
        }

        host = Encoding.ASCII.GetString(parsed.Host);
        port = parsed.Port == 0 ? 5060 : parsed.Port;
        return await BenchSipVerb.ResolveAsync($"{host}:{port}").ConfigureAwait(false);
    }

    /// <summary>What the command line asks for.</summary>
    internal sealed record Wish(
        string Uri, string? User, string? Password, double RingSeconds, double HoldSeconds, string Transport, string? Transfer);

    /// <summary>The one call: watches its events on the SIP thread and hangs up when the hold is over.</summary>
    private sealed class TestCall(Wish wish) : SipCallObserver, ISipLoopWork
    {
        private readonly TaskCompletionSource<SipCallLine> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private SipEndpoint? _endpoint;
        private SipCallHandle _call;
        private SipCallLine? _line;
        private long _hangUpAt = long.MaxValue;
        private bool _transferred;

        public static async Task<SipCallLine> RunAsync(Wish wish, IPEndPoint target, CancellationToken cancellation)
        {
            var call = new TestCall(wish);
            using var audio = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            var any = target.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
            audio.Bind(new IPEndPoint(any, 0));
            using var probe = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await probe.ConnectAsync(target, cancellation).ConfigureAwait(false);
            var local = ((IPEndPoint)probe.LocalEndPoint!).Address;
            var offer = new byte[1024];
            var length = SdpNegotiator.WriteOffer(
                new SdpLocal { Address = local, RtpPort = ((IPEndPoint)audio.LocalEndPoint!).Port, SessionId = 1 }, offer);
            using var stack = new SipStack(
                new SipStackOptions
                {
                    Udp = [new IPEndPoint(any, 0)],
                    Tcp = wish.Transport == "tcp" ? [new IPEndPoint(any, 0)] : [],
                    Endpoint = SipStackOptions.NewEndpointOptions(),
                },
                call, TimeProvider.System, call);
            stack.Start();
            stack.TryPost((endpoint, state, _) => call.Place(endpoint, target, local, offer.AsSpan(0, length)));
            using var registration = cancellation.Register(() => stack.TryPost((endpoint, _, _) => endpoint.TryHangUp(call._call)));
            await Task.WhenAny(call._done.Task, stack.Completion).ConfigureAwait(false);
            return await call._done.Task.ConfigureAwait(false);
        }

        public int Run(SipEndpoint endpoint, long nowMs)
        {
            _endpoint = endpoint;
            if (nowMs >= _hangUpAt)
            {
                _hangUpAt = long.MaxValue;
                endpoint.TryHangUp(_call);
            }

            if (_line is not null && endpoint.CallCount == 0)
            {
                _done.TrySetResult(_line);
            }

            return 10_000;
        }

        public override void OnAnswered(in SipCallAnswered answered)
        {
            _hangUpAt = _endpoint!.NowMs + (long)(wish.HoldSeconds * 1000);
            if (wish.Transfer is { } target)
            {
                // The far end reports how the transfer goes; without a report the hold ends the call.
                _hangUpAt = _endpoint.NowMs + (long)(Math.Max(wish.HoldSeconds, wish.RingSeconds) * 1000);
                _endpoint.TryTransfer(answered.Call, Encoding.UTF8.GetBytes(target));
            }
        }

        public override void OnTransferProgress(in SipTransferProgress progress)
        {
            if (progress.Final)
            {
                _transferred = progress.Status is >= 200 and < 300;
                _hangUpAt = _transferred ? _endpoint!.NowMs : _endpoint!.NowMs + (long)(wish.HoldSeconds * 1000);
            }
        }

        public override void OnEnded(in SipCallEnded ended)
        {
            var moments = ended.Moments;
            var outcome = SipOutcomeMap.Standard.OutcomeOf(ended);
            var answered = outcome.Answered;
            var result = !answered ? outcome.Result : _transferred ? CallResult.Transferred : CallResult.Answer;
            _line = new SipCallLine(
                result.Name(),
                (int)result,
                answered ? 200 : ended.Status == 0 ? null : ended.Status,
                answered ? "OK" : ended.Status == 0 ? null : Encoding.UTF8.GetString(ended.Phrase),
                ended.Q850 == 0 ? null : ended.Q850,
                moments.Ringing < 0 ? null : moments.Ringing - moments.Started,
                answered ? moments.Answered - moments.Started : null,
                ended.EndedBy switch { SipEndedBy.Local => "local", SipEndedBy.Remote => "remote", _ => "network" },
                _transferred);
        }

        private void Place(SipEndpoint endpoint, IPEndPoint target, IPAddress local, ReadOnlySpan<byte> offer)
        {
            var host = local.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{local}]" : local.ToString();
            var error = endpoint.TryPlace(
                new SipCallRequest
                {
                    Destination = SipPeer.From(target.Address, target.Port, wish.Transport == "tcp" ? SipTransport.Tcp : SipTransport.Udp),
                    RequestUri = Encoding.UTF8.GetBytes(wish.Uri),
                    From = Encoding.UTF8.GetBytes($"<sip:{wish.User ?? "dialer"}@{host}>"),
                    Body = offer,
                    Credentials = wish.User is { } user && wish.Password is { } password ? new SipCredentials(user, password) : null,
                    RingTimeoutMs = (int)(wish.RingSeconds * 1000),
                },
                out _call);
            if (error != SipPlaceError.None)
            {
                _line = new SipCallLine("DialError", 41, null, error.ToString(), null, null, null, "network", false);
            }
        }
    }
}
