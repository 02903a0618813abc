using CpdTrainer.Audio;

namespace CpdTrainer.Training;

/// <summary>Made calls on disk, so that every stage of training meets the same.</summary>
internal static class CallFile
{
    /// <summary>Makes calls of all utterances, one in eight without a voice or none with one, on as many threads as are given.</summary>
    public static List<MadeCall> Make(SpeechBank bank, int calls, ulong seed, int threads, bool isUnvoiced = false)
    {
        var made = new MadeCall[calls];
        Parallel.For(0, calls, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => made[i] = MakeOne(bank, isUnvoiced ? (8 * i) + 7 : i, seed));
        return [.. made];
    }

    /// <summary>The call of that number: a person, a machine, a person and so on, but one in eight without a voice.</summary>
    public static MadeCall MakeOne(SpeechBank bank, int number, ulong seed)
    {
        var lab = new SignalLab((seed * 1_000_003) + (ulong)number);
        var generator = new CallGenerator(bank, lab);
        return number % 8 == 7 ? generator.MakeUnvoiced() : generator.Make(bank.Draw(number % 2 == 1, lab));
    }

    public static void Save(string file, IReadOnlyList<MadeCall> calls)
    {
        using var writer = new BinaryWriter(File.Create(file));
        writer.Write(calls.Count);
        foreach (var call in calls)
        {
            writer.Write(call.IsMachine);
            writer.Write(call.SpeechEndMs);
            writer.Write(call.BeepStartMs);
            writer.Write(call.Kind);
            writer.Write(call.Voice);
            writer.Write(call.Voiced.Length);
            foreach (var flag in call.Voiced)
            {
                writer.Write(flag);
            }

            writer.Write(call.Samples.Length);
            writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(call.Samples.AsSpan()));
        }
    }

    public static IEnumerable<MadeCall> Load(string file)
    {
        using var reader = new BinaryReader(File.OpenRead(file));
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var (isMachine, end, beep, kind, voice) = (reader.ReadBoolean(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadString(), reader.ReadString());
            var voiced = new bool[reader.ReadInt32()];
            for (var i = 0; i < voiced.Length; i++)
            {
                voiced[i] = reader.ReadBoolean();
            }

            var samples = new short[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan()));
            yield return new MadeCall(samples, isMachine, end, beep, kind, voice, voiced);
        }
    }

    /// <summary>One voice in six, by its name: it shows what the net makes of strangers.</summary>
    public static bool IsValidation(string voice) => Hash(voice) % 6 == 0;

    /// <summary>One voice in three: operating points are chosen on these, trees learn from the others.</summary>
    public static bool IsHeldFromTrees(string voice) => (Hash(voice) >> 8) % 3 == 0;

    // FNV-1a: the same on every machine.
    private static uint Hash(string voice) => voice.Aggregate(2_166_136_261u, (hash, c) => (hash ^ c) * 16_777_619u) >> 8;
}
