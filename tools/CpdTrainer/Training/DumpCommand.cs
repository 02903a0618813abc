using CpdTrainer.Audio;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Signal;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>
/// Writes what the shipped front end sees of each hop of calls, for experiments outside this program: a text index (offset in hops, hops, label,
/// speech end, kind, voice) and two binary files, half-precision inputs and per-hop flags (1 has a spectrum, 2 the voice sounds, 4 lost).
/// </summary>
internal static class DumpCommand
{
    public static int Run(string callFile, string recordings, string output)
    {
        var calls = callFile == "-" ? [] : CallFile.Load(callFile);
        var recorded = recordings == "-" ? [] : Evaluation.Load(recordings).Where(r => r.Label is "human" or "machine")
            .Select(r => new MadeCall(r.Samples, r.Label == "machine", r.GreetingEndMs, r.BeepStartMs, "recording", r.Source.Replace(',', ' ') + "|" + r.File, []));
        using var index = new StreamWriter(output + ".csv");
        using var inputs = File.Create(output + ".f16");
        using var flags = File.Create(output + ".u8");
        long offset = 0;
        foreach (var chunk in recorded.Concat(calls).Chunk(64))
        {
            foreach (var (call, x, f) in chunk.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(Of))
            {
                inputs.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(x.AsSpan()));
                flags.Write(f);
                index.WriteLine($"{offset},{f.Length},{(call.Kind == "unvoiced" ? -1 : call.IsMachine ? 1 : 0)},{call.SpeechEndMs},{call.BeepStartMs},{call.Kind},{call.Voice}");
                offset += f.Length;
            }
        }

        return 0;
    }

    private static (MadeCall Call, Half[] Inputs, byte[] Flags) Of(MadeCall call)
    {
        var analyzer = new CallAnalyzer(CallRows.Listening, CpdPhase.Answered);
        var hops = Math.Min(call.Samples.Length / 160, 520);
        var inputs = new Half[hops * VoiceInputs.Count];
        var flags = new byte[hops];
        var last = default(Hop);
        for (var hop = 0; hop < hops; hop++)
        {
            analyzer.Trace(call.Samples.AsSpan(hop * 160, 160), ref last);
            for (var i = 0; i < VoiceInputs.Count; i++)
            {
                inputs[(hop * VoiceInputs.Count) + i] = (Half)last.Inputs[i];
            }

            flags[hop] = (byte)((last.HasSpectrum ? 1 : 0) | (hop < call.Voiced.Length && call.Voiced[hop] ? 2 : 0) | (last.IsLost ? 4 : 0) | (analyzer.IsVoiceHeard ? 8 : 0));
        }

        return (call, inputs, flags);
    }
}
