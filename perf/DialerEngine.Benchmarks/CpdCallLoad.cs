using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DialerEngine.Adapters.CpdServer;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Adapters.SipServer.Telephony;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Media;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtp;
using TrunkSimulator;
using TrunkSimulator.Audio;

namespace DialerEngine.Benchmarks;

/// <summary>
/// Answered calls whose audio is analysed: CPU, garbage, loss and how late verdicts are, beside the same calls without analysis.
/// Usage: cpd-load CALLS SECONDS [none|THREADS]; THREADS that analyse, 0 on the media thread, as many as the engine takes where nothing is said. The far end is a process of its own, which sends speech to every call; SECONDS at most 50. Nothing is counted
/// in the first two seconds.
/// </summary>
internal static class CpdCallLoad
{
    private const int FrameMs = 20;
    private const int JitterMs = 40;
    private const int WarmUpMs = 2_000;

    public static int Run(string[] args)
    {
        var calls = int.Parse(args[1], CultureInfo.InvariantCulture);
        var seconds = Math.Min(50, int.Parse(args[2], CultureInfo.InvariantCulture));
        var listens = args.Length < 4 || args[3] != "none";
        var threads = args.Length > 3 && listens ? int.Parse(args[3], CultureInfo.InvariantCulture) : Math.Clamp(Environment.ProcessorCount - 1, 1, 8);
        var found = new Verdicts(calls);
        using var server = new CpdServer(new CpdServerOptions { MaxCalls = calls, Threads = threads }, new CpdProfileSet([]), found);
        using var engine = new MediaEngine(new MediaEngineOptions { MaxStreams = calls }, TimeProvider.System, new SeededMediaRandom(1));
        found.Engine = engine;
        var ears = new CustomerEars(server, engine);
        var ports = new List<int>(calls);
        for (var i = 0; i < calls; i++)
        {
            if (engine.TryOpen(out var stream, out var local) != MediaOpenError.None)
            {
                Console.Error.WriteLine("not enough sockets: raise the limit of open files");
                return 1;
            }

            // The far end's port is learned from its first packet.
            engine.SetRemote(stream, new MediaRemote { Rtp = new IPEndPoint(IPAddress.Loopback, 9), Symmetric = true });
            ports.Add(local!.Port);
            found.Streams[i] = stream;
        }

        engine.Start();
        using var far = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Self(), "cpd-load-far"]) { RedirectStandardInput = true })!;
        far.StandardInput.WriteLine(string.Join(' ', ports));
        far.StandardInput.Flush();
        Thread.Sleep(WarmUpMs);
        for (var i = 0; i < calls && listens; i++)
        {
            // Spread as answers are: the analyses of all calls must not step in one slot.
            var ticket = ears.Open(new CallAnalysisRequest { Call = new CallHandle(new GroupId(1), i, 1), Profile = "us" });
            found.Started[i] = engine.NowMilliseconds;
            ears.Listen(found.Streams[i], ticket, answered: true);
        }

        Thread.Sleep(500);
        GC.Collect();
        engine.ResetLateness();
        var before = engine.Statistics;
        var frames = server.Counters.Frames;
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes(true);
        Thread.Sleep(seconds * 1000);
        var after = engine.Statistics;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(true) - allocated;
        frames = server.Counters.Frames - frames;
        far.StandardInput.Close();
        far.WaitForExit();
        var received = after.PacketsReceived - before.PacketsReceived;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"calls={calls} analysed={(listens ? 1 : 0)} threads={threads} overrun={server.Counters.OverrunFrames} rx={received} rx/s/call={(double)received / seconds / calls:F1} frames={frames} cpu%={100 * cpu.TotalSeconds / seconds:F0} cpu_us/rx={cpu.TotalMicroseconds / Math.Max(1, received):F2} alloc_bytes/rx={(double)allocated / Math.Max(1, received):F3} late_ms_p99={after.LatenessP99Milliseconds:F1} skipped={after.SkippedTicks - before.SkippedTicks} verdicts={found.Count} verdict_after_audio_ms_p50={found.Percentile(0.5)} p99={found.Percentile(0.99)} max={found.Percentile(1)} failed={server.Counters.Failed}"));
        return 0;
    }

    /// <summary>The far end: reads ports, sends speech to each of them every 20 ms until its input ends.</summary>
    public static int SendAll()
    {
        var ports = Console.ReadLine()!.Split(' ').Select(p => new IPEndPoint(IPAddress.Loopback, int.Parse(p, CultureInfo.InvariantCulture)).Serialize()).ToArray();
        var voices = new CalleeVoices(7);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var packet = new byte[RtpPacket.HeaderLength + G711Codec.FrameSamples];
        var over = Task.Run(Console.In.ReadToEnd);
        var start = Stopwatch.GetTimestamp();
        for (var frame = 0; !over.IsCompleted; frame++)
        {
            for (var i = 0; i < ports.Length; i++)
            {
                var speech = voices.Conversation(i % CalleePlanner.Voices).Codes(G711Law.MuLaw);
                var at = (frame + (i * 37)) * G711Codec.FrameSamples % (speech.Length - G711Codec.FrameSamples);
                RtpPacket.WriteHeader(packet, 0, frame == 0, (ushort)frame, (uint)(frame * G711Codec.FrameSamples), (uint)(i + 1));
                speech.Slice(at, G711Codec.FrameSamples).CopyTo(packet.AsSpan(RtpPacket.HeaderLength));
                try
                {
                    socket.SendTo(packet, SocketFlags.None, ports[i]);
                }
                catch (SocketException)
                {
                    // The other side has ended; its last word comes over standard input.
                    continue;
                }

                // A twentieth of the calls each millisecond.
                if (i * FrameMs / ports.Length != (i + 1) * FrameMs / ports.Length)
                {
                    var due = (frame * FrameMs) + ((i + 1) * FrameMs / ports.Length);
                    var left = due - (int)Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    if (left > 0)
                    {
                        Thread.Sleep(left);
                    }
                }
            }
        }

        return 0;
    }

    private static string[] Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(CpdCallLoad).Assembly.Location] : [];

    /// <summary>Notes how long after its audio each verdict came.</summary>
    private sealed class Verdicts(int calls) : ICallAnalysisEvents
    {
        private readonly int[] _late = new int[calls];
        private int _count;

        public MediaEngine? Engine { get; set; }

        public MediaStreamHandle[] Streams { get; } = new MediaStreamHandle[calls];

        /// <summary>Clock of the engine at which each analysis began, ms.</summary>
        public long[] Started { get; } = new long[calls];

        public int Count => Volatile.Read(ref _count);

        public void Found(CallHandle call, in CallFinding finding)
        {
            if (finding.Kind == CallFindingKind.PostConnectResult && Interlocked.Increment(ref _count) is var n && n <= calls)
            {
                // The position counts time from the start; its audio had come the delay of the jitter buffer before.
                _late[n - 1] = (int)(Engine!.NowMilliseconds - Started[call.Index] - finding.PositionMs) + JitterMs;
            }
        }

        public int Percentile(double share)
        {
            var sorted = _late[..Math.Min(Count, calls)].Order().ToArray();
            return sorted.Length == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
        }
    }
}
