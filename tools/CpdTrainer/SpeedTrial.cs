using System.Runtime.CompilerServices;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Media.G711;

namespace CpdTrainer;

/// <summary>Time of one core for a frame of 20 ms over many channels, measured as the process's own processor time, so that a busy machine does not count.</summary>
internal static class SpeedTrial
{
    public static int Run(string folder)
    {
        const int Channels = 1_000;
        const int Frames = 300;
        var codes = Evaluation.Load(folder).Where(r => r.Label == "machine" && r.Samples.Length >= Frames * 160).Take(20).Select(r =>
        {
            var octets = new byte[Frames * 160];
            G711Codec.Encode(G711Law.MuLaw, r.Samples.AsSpan(0, octets.Length), octets);
            return octets;
        }).ToArray();
        CpdProfiles.TryFind("accurate_positive_am_detection", out var profile);
        var channels = new CallAnalyzer[Channels];
        for (var round = 0; round < 3; round++)
        {
            channels.AsSpan().Fill(new CallAnalyzer(profile, CpdPhase.Answered));
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var before = Environment.CpuUsage.TotalTime;
            for (var frame = 0; frame < Frames; frame++)
            {
                for (var channel = 0; channel < Channels; channel++)
                {
                    channels[channel].Process(G711Law.MuLaw, codes[channel % codes.Length].AsSpan(frame * 160, 160));
                }
            }

            var us = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Channels / Frames;
            Console.WriteLine($"{us:F2} us a frame, {20_000 / us:F0} channels a core, {20_000 / us:F0} times real time, {Unsafe.SizeOf<CallAnalyzer>()} octets a channel, {GC.GetAllocatedBytesForCurrentThread() - allocated} octets allocated");
        }

        return 0;
    }
}
