using System.CommandLine;
using System.Net;
using System.Text.Json;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Host.Verbs;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Host.Tests;

/// <summary>The lines that <c>sip call</c> and <c>bench sip</c> print, against a far end of our own.</summary>
[Collection(nameof(ConsoleOutput))]
public sealed class SipVerbTests
{
    [Fact]
    public async Task An_answered_call_prints_its_times_and_who_ended_it()
    {
        using var far = FarEnd.Open(status: 200);
        var (code, line) = await RunAsync(SipCallVerb.Create(), "--json", "--hold", "0.2", far.Uri);
        Assert.Equal(0, code);
        Assert.Equal("Answer", line.GetProperty("result").GetString());
        Assert.Equal(33, line.GetProperty("code").GetInt32());
        Assert.Equal(200, line.GetProperty("status").GetInt32());
        Assert.True(line.GetProperty("ringMs").GetInt64() <= line.GetProperty("answerMs").GetInt64());
        Assert.Equal("local", line.GetProperty("endedBy").GetString());
        Assert.False(line.GetProperty("transferred").GetBoolean());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("q850").ValueKind);
    }

    [Theory]
    [InlineData(486, "Busy", 6)]
    [InlineData(404, "SitVacant", 12)]
    [InlineData(503, "AllTrunksBusy", 10)]
    public async Task A_refused_call_prints_its_result(int status, string result, int number)
    {
        using var far = FarEnd.Open(status);
        var (code, line) = await RunAsync(SipCallVerb.Create(), "--json", far.Uri);
        Assert.Equal(0, code);
        Assert.Equal(result, line.GetProperty("result").GetString());
        Assert.Equal(number, line.GetProperty("code").GetInt32());
        Assert.Equal(status, line.GetProperty("status").GetInt32());
        Assert.Equal("remote", line.GetProperty("endedBy").GetString());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("answerMs").ValueKind);
    }

    [Fact]
    public async Task A_call_that_nobody_answers_is_no_answer_and_works_over_tcp()
    {
        using var far = FarEnd.Open(status: 180);
        var (_, line) = await RunAsync(SipCallVerb.Create(), "--json", "--transport", "tcp", "--ring-timeout", "1", far.TcpUri);
        Assert.Equal("NoAnswer", line.GetProperty("result").GetString());
        Assert.Equal(487, line.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_transferred_call_says_so()
    {
        using var far = FarEnd.Open(status: 200);
        var (_, line) = await RunAsync(SipCallVerb.Create(), "--json", "--hold", "0.1", "--transfer", "sip:third@127.0.0.1", far.Uri);
        Assert.True(line.GetProperty("transferred").GetBoolean());
        Assert.Equal("Transferred", line.GetProperty("result").GetString());
    }

    [Theory]
    [InlineData("not-a-uri")]
    [InlineData("sip:1@127.0.0.1", "--transport", "tls")]
    [InlineData("sip:1@127.0.0.1", "--ring-timeout", "0")]
    [InlineData("sip:1@127.0.0.1", "--password", "x")]
    public async Task A_wrong_use_of_sip_call_is_code_2(params string[] arguments) =>
        Assert.Equal(2, await SipCallVerb.Create().Parse(arguments).InvokeAsync());

    [Fact]
    public async Task A_bench_prints_every_figure_by_its_name()
    {
        using var far = FarEnd.Open(status: 200);
        var (code, line) = await RunAsync(BenchSipVerb.Create(), "--target", far.Target, "--rate", "200", "--total", "50");
        Assert.Equal(0, code);
        string[] names =
        [
            "calls", "failed", "retransmissions", "rate", "cpuMsPerCall", "allocatedBytesPerCall", "setupMsP50", "setupMsP99", "setupMsMax",
            "gcPausePercent", "heapBytesPerHeldCall", "rtpLateMsP99",
        ];
        Assert.Equal(names, line.EnumerateObject().Select(p => p.Name));
        Assert.Equal(0, line.GetProperty("failed").GetInt32());
        Assert.Equal(2, await BenchSipVerb.Create().Parse(["--target", far.Target, "--rate", "1", "--total", "1", "--mode", "rtp"]).InvokeAsync());
    }

    private static async Task<(int Code, JsonElement Line)> RunAsync(Command command, params string[] arguments)
    {
        var console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            var code = await command.Parse(arguments).InvokeAsync();
            return (code, JsonDocument.Parse(output.ToString()).RootElement);
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    /// <summary>Answers (200), rings for ever (180) or refuses every call.</summary>
    private sealed class FarEnd(int status) : SipCallObserver, IDisposable
    {
        private SipStack _stack = null!;

        public string Target => _stack.LocalEndPoints[0].ToString();

        public string Uri => "sip:callee@" + Target;

        public string TcpUri => "sip:callee@" + _stack.TcpEndPoints[0];

        public static FarEnd Open(int status)
        {
            var far = new FarEnd(status);
            var any = new IPEndPoint(IPAddress.Loopback, 0);
            far._stack = new SipStack(
                new SipStackOptions { Udp = [any], Tcp = [any], Endpoint = SipStackOptions.NewEndpointOptions() }, far, TimeProvider.System);
            far._stack.Start();
            return far;
        }

        public override bool OnIncoming(in SipIncomingCall incoming)
        {
            var endpoint = _stack.Endpoint;
            if (status > 200)
            {
                return endpoint.TryReject(incoming.Call, status);
            }

            endpoint.TryRing(incoming.Call);
            return status == 180 || endpoint.TryAnswer(incoming.Call, "v=0\r\n"u8);
        }

        public override bool OnReferAsked(SipCallHandle call, ReadOnlySpan<byte> referTo, SipMessage message)
        {
            _stack.TryPost(static (endpoint, state, _) => endpoint.TryReportReferral((SipCallHandle)state!, 200), call);
            return true;
        }

        public void Dispose() => _stack.Dispose();
    }
}

/// <summary>Tests that take the console's output do so one after the other.</summary>
[CollectionDefinition(nameof(ConsoleOutput), DisableParallelization = true)]
public sealed class ConsoleOutput;
