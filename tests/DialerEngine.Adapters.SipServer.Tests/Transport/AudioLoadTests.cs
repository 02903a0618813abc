using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DialerEngine.Adapters.SipServer.Load;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Tests.Transport;

/// <summary>The load generator with audio, against a far end that answers every call and sends each packet back.</summary>
public sealed class AudioLoadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_call_sends_audio_of_its_own_and_takes_what_comes_back()
    {
        using var far = new EchoingFarEnd("m=audio {0} RTP/AVP 0\r\n");
        var report = await RunAsync(far, total: 20);
        Assert.Equal(20, report.Calls);
        Assert.Equal(0, report.Failed);
        Assert.NotNull(report.RtpLateMsP99);
        Assert.Null(report.HeapBytesPerHeldCall);

        // 20 calls of half a second are 500 packets; a loaded machine may skip some, never all of a call's.
        Assert.InRange(report.Audio!.PacketsSent, 20, 2_000);
        Assert.InRange(report.Audio.PacketsReceived, 1, report.Audio.PacketsSent);
        Assert.Equal(report.Audio.LateMsP99, report.RtpLateMsP99);
        Assert.Equal(24, far.Sources.Count);
        Assert.All(far.Sources.Values, packet => Assert.Equal(172, packet.Length));
        Assert.All(far.Sources.Values, packet => Assert.Equal(0, packet[1] & 0x7F));
    }

    [Theory]
    [InlineData("")]
    [InlineData("m=audio 0 RTP/AVP 0\r\n")]
    [InlineData("m=audio {0} RTP/AVP 9\r\n")]
    [InlineData("m=video {0} RTP/AVP 34\r\n")]
    public async Task A_call_whose_answer_brings_no_audio_has_failed(string mediaLine)
    {
        using var far = new EchoingFarEnd(mediaLine);
        var report = await RunAsync(far, total: 3);
        Assert.Equal(3, report.Failed);
        Assert.Null(report.RtpLateMsP99);
        Assert.Empty(far.Sources);
    }

    [Fact]
    public async Task Without_audio_nothing_is_said_of_it()
    {
        using var far = new EchoingFarEnd("m=audio {0} RTP/AVP 0\r\n");
        var report = await SipLoadGenerator.RunAsync(
            new SipLoadOptions { Target = far.Signalling, Rate = 100, Total = 5, WarmUpCalls = 1 }, TimeProvider.System).WaitAsync(Patience);
        Assert.Equal(0, report.Failed);
        Assert.Null(report.Audio);
        Assert.Null(report.RtpLateMsP99);
        Assert.Empty(far.Sources);
    }

    private static Task<SipLoadReport> RunAsync(EchoingFarEnd far, int total) => SipLoadGenerator.RunAsync(
        new SipLoadOptions { Target = far.Signalling, Rate = 50, Total = total, WarmUpCalls = 4, HoldSeconds = 0.5, WithAudio = true }, TimeProvider.System)
        .WaitAsync(Patience);

    private sealed class EchoingFarEnd : SipCallObserver, IDisposable
    {
        private readonly Socket _audio = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly SipStack _stack;
        private readonly byte[] _answer;

        public EchoingFarEnd(string mediaLine)
        {
            _audio.ReceiveBufferSize = 1 << 20;
            _audio.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var media = mediaLine.Replace("{0}", ((IPEndPoint)_audio.LocalEndPoint!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
            _answer = Encoding.ASCII.GetBytes("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" + media);
            _stack = new SipStack(
                new SipStackOptions { Udp = [new IPEndPoint(IPAddress.Loopback, 0)], Endpoint = SipStackOptions.NewEndpointOptions() }, this, TimeProvider.System);
            _stack.Start();
            new Thread(Echo) { IsBackground = true }.Start();
        }

        public IPEndPoint Signalling => _stack.LocalEndPoints[0];

        /// <summary>Where audio came from, with the first packet of each.</summary>
        public ConcurrentDictionary<string, byte[]> Sources { get; } = new();

        public override bool OnIncoming(in SipIncomingCall incoming) => _stack.Endpoint.TryAnswer(incoming.Call, _answer);

        public void Dispose()
        {
            _stack.Dispose();
            _audio.Dispose();
        }

        private void Echo()
        {
            var buffer = new byte[2048];
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            while (true)
            {
                try
                {
                    var length = _audio.ReceiveFrom(buffer, ref from);
                    Sources.TryAdd(from.ToString()!, buffer[..length]);
                    _audio.SendTo(buffer.AsSpan(0, length), from);
                }
                catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionRefused)
                {
                    // The call is over and its port closed.
                }
                catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }
}
