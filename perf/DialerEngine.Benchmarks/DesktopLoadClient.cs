using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DialerEngine.Benchmarks;

/// <summary>
/// The desktops of <see cref="DesktopLoad"/>, in a process of their own and as cheap as can be, because they share the machine with what is measured: raw sockets, frames
/// taken apart by hand, and every socket's completions on the one thread that waits for all of them.
/// </summary>
internal sealed class DesktopLoadClient : IDisposable
{
    private const string Verb = "desktop-load-client";
    private static readonly byte[] Moment = Encoding.ASCII.GetBytes($"\"{DesktopLoad.MomentKey}\":");
    private readonly Process _process;

    private DesktopLoadClient(Process process) => _process = process;

    /// <summary>Starts the process; it connects and logs its desktops in.</summary>
    public static DesktopLoadClient Start(int port, int desktops)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(DesktopLoadClient).Assembly.Location, Verb, port.ToString(CultureInfo.InvariantCulture), desktops.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new DesktopLoadClient(Process.Start(start)!);
    }

    public async Task WaitForConnectedAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync();
        if (line != "connected")
        {
            throw new InvalidOperationException("the desktops did not connect: " + line);
        }
    }

    /// <summary>Asks for the figures and ends the process.</summary>
    public async Task<string> FinishAsync()
    {
        await _process.StandardInput.WriteLineAsync("finish");
        await _process.StandardInput.FlushAsync();
        var figures = await _process.StandardOutput.ReadLineAsync();
        await _process.WaitForExitAsync();
        return figures ?? "the desktops' process ended";
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>What the process does: <c>desktop-load-client PORT DESKTOPS</c>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var port = int.Parse(args[1], CultureInfo.InvariantCulture);
        var desktops = new Desktop[int.Parse(args[2], CultureInfo.InvariantCulture)];
        var latencies = new Latencies();
        for (var i = 0; i < desktops.Length; i++)
        {
            desktops[i] = await Desktop.ConnectAsync(port, i + 1, latencies);
        }

        Console.WriteLine("connected");

        // Not on the sockets' own thread, which this may be by now.
        await Task.Run(Console.In.ReadLine);
        var ended = desktops.Count(d => d.HasEnded);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"received={latencies.Count} cut_off={ended} latency_ms_p50={latencies.At(0.5):F2} p99={latencies.At(0.99):F2} p99.9={latencies.At(0.999):F2} max={latencies.At(1):F2} desktops_cpu_s={Environment.CpuUsage.TotalTime.TotalSeconds:F1}"));
        return 0;
    }

    /// <summary>Latencies in steps of 20 us up to 20 s. One thread writes.</summary>
    private sealed class Latencies
    {
        private const int Step = 20;
        private readonly int[] _counts = new int[1_000_000];

        public long Count { get; private set; }

        public void Add(long microseconds)
        {
            _counts[Math.Clamp(microseconds / Step, 0, _counts.Length - 1)]++;
            Count++;
        }

        public double At(double share)
        {
            var left = (long)Math.Ceiling(Count * share);
            for (var i = 0; i < _counts.Length; i++)
            {
                left -= _counts[i];
                if (left <= 0)
                {
                    return (i + 1) * Step / 1_000.0;
                }
            }

            return 0;
        }
    }

    private sealed class Desktop : SocketAsyncEventArgs
    {
        private readonly Socket _socket;
        private readonly Latencies _latencies;
        private readonly byte[] _buffer = new byte[16 * 1_024];
        private int _filled;

        private Desktop(Socket socket, Latencies latencies)
            : base(true)
        {
            _socket = socket;
            _latencies = latencies;
        }

        public bool HasEnded { get; private set; }

        public static async Task<Desktop> ConnectAsync(int port, int number, Latencies latencies)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"GET /cti HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: dialer.cti.v1\r\n\r\n"));
            var desktop = new Desktop(socket, latencies);
            while (desktop._buffer.AsSpan(0, desktop._filled).IndexOf("\r\n\r\n"u8) < 0)
            {
                var read = await socket.ReceiveAsync(desktop._buffer.AsMemory(desktop._filled));
                desktop._filled += read > 0 ? read : throw new IOException("the server closed the connection");
            }

            var head = desktop._buffer.AsSpan(0, desktop._filled).IndexOf("\r\n\r\n"u8) + 4;
            desktop._buffer.AsSpan(head, desktop._filled - head).CopyTo(desktop._buffer);
            desktop._filled -= head;
            await socket.SendAsync(Frame($$"""{"message":"RequestAgentLogin","thisDN":"{{7_000 + number}}","agentId":"{{number}}"}"""));
            desktop.Listen();
            return desktop;
        }

        protected override void OnCompleted(SocketAsyncEventArgs e)
        {
            do
            {
                if (SocketError != SocketError.Success || BytesTransferred == 0)
                {
                    HasEnded = true;
                    return;
                }

                _filled += BytesTransferred;
                TakeFrames();
                SetBuffer(_buffer, _filled, _buffer.Length - _filled);
            }
            while (!_socket.ReceiveAsync(this));
        }

        /// <summary>A masked text frame of less than 126 octets (RFC 6455, 5.2); the mask is zero, which the standard allows and costs nothing.</summary>
        private static byte[] Frame(string text)
        {
            var octets = Encoding.ASCII.GetBytes(text);
            return [0x81, (byte)(0x80 | octets.Length), 0, 0, 0, 0, .. octets];
        }

        private void Listen()
        {
            TakeFrames();
            SetBuffer(_buffer, _filled, _buffer.Length - _filled);
            if (!_socket.ReceiveAsync(this))
            {
                OnCompleted(this);
            }
        }

        private void TakeFrames()
        {
            var at = 0;
            while (_filled - at >= 4)
            {
                var length = _buffer[at + 1] & 0x7F;
                var head = 2;
                if (length == 126)
                {
                    length = (_buffer[at + 2] << 8) | _buffer[at + 3];
                    head = 4;
                }

                if (_filled - at < head + length)
                {
                    break;
                }

                Take(_buffer[at] & 0x0F, _buffer.AsSpan(at + head, length));
                at += head + length;
            }

            _buffer.AsSpan(at, _filled - at).CopyTo(_buffer);
            _filled -= at;
        }

        private void Take(int opcode, ReadOnlySpan<byte> payload)
        {
            if (opcode == 9)
            {
                // A ping: its pong, masked with zero.
                _socket.Send((byte[])[0x8A, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]);
                return;
            }

            var found = payload.IndexOf(Moment);
            if (found >= 0 && System.Buffers.Text.Utf8Parser.TryParse(payload[(found + Moment.Length)..], out long moment, out _) && moment > 0)
            {
                _latencies.Add(DesktopLoad.Now() - moment);
            }
        }
    }
}
