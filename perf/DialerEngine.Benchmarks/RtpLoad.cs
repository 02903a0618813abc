using System.Globalization;
using System.Net;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Media;

namespace DialerEngine.Benchmarks;

/// <summary>
/// Two-way G.711 streams of one engine against an echo: CPU, loss, lateness and garbage.
/// Usage: rtp-load PORT STREAMS SECONDS [portable]. Nothing is counted in the first two seconds.
/// </summary>
internal static class RtpLoad
{
    public static int Run(string[] args)
    {
        var port = int.Parse(args[1], CultureInfo.InvariantCulture);
        var streams = int.Parse(args[2], CultureInfo.InvariantCulture);
        var seconds = int.Parse(args[3], CultureInfo.InvariantCulture);
        var options = new MediaEngineOptions { MaxStreams = streams, UseEpoll = args.Length < 5 && OperatingSystem.IsLinux() };
        using var engine = new MediaEngine(options, TimeProvider.System, new SeededMediaRandom(1));
        var handles = new MediaStreamHandle[streams];
        for (var i = 0; i < streams; i++)
        {
            if (engine.TryOpen(out handles[i], out _) != MediaOpenError.None)
            {
                Console.Error.WriteLine("not enough sockets: raise the limit of open files");
                return 1;
            }

            engine.SetRemote(handles[i], new MediaRemote { Rtp = new IPEndPoint(IPAddress.Loopback, port) });
        }

        engine.Start();
        Thread.Sleep(2000);
        GC.Collect();
        engine.ResetLateness();
        var before = engine.Statistics;
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes(true);
        Thread.Sleep(seconds * 1000);
        var after = engine.Statistics;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(true) - allocated;
        var sent = after.PacketsSent - before.PacketsSent;
        var received = after.PacketsReceived - before.PacketsReceived;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"streams={streams} tx={sent} rx={received} loss%={100.0 * (sent - received) / sent:F2} cpu%={100 * cpu.TotalSeconds / seconds:F0} cpu_us/pkt={cpu.TotalMicroseconds / (sent + received):F2} late_ms_p50={after.LatenessP50Milliseconds:F1} p99={after.LatenessP99Milliseconds:F1} max={after.LatenessMaxMilliseconds:F1} skipped={after.SkippedTicks} alloc_bytes/pkt={(double)allocated / (sent + received):F3}"));
        return 0;
    }
}
