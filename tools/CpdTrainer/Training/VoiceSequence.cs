using System.Runtime.InteropServices;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>
/// The hops of one call as the voice net meets them: its inputs hop after hop, which hops had a spectrum, and the truth. Machine is -1 where nobody
/// answers; the leaning counts up to LeanEnd, since a verdict is due soon after the speech ends and a beep settles it.
/// </summary>
internal sealed record VoiceSequence(Half[] Inputs, byte[] Flags, int Machine, int LeanEnd, bool IsValidation, string Voice)
{
    /// <summary>Flag of a hop with a spectrum.</summary>
    public const int Has = 1;

    /// <summary>Flag of a hop in which the voice that answers sounds.</summary>
    public const int Voiced = 2;

    public int Hops => Flags.Length;

    /// <summary>Hop in which the voice sounds first; -1 where it never does.</summary>
    public int Onset => Array.FindIndex(Flags, f => (f & Voiced) != 0);

    public static void Save(BinaryWriter writer, VoiceSequence call)
    {
        writer.Write(call.Flags.Length);
        writer.Write(call.Machine);
        writer.Write(call.LeanEnd);
        writer.Write(call.IsValidation);
        writer.Write(call.Voice);
        writer.Write(call.Flags);
        writer.Write(MemoryMarshal.AsBytes(call.Inputs.AsSpan()));
    }

    public static List<VoiceSequence> Load(string file)
    {
        var all = new List<VoiceSequence>();
        using var stream = File.OpenRead(file);
        using var reader = new BinaryReader(stream);
        while (stream.Position < stream.Length)
        {
            var flags = new byte[reader.ReadInt32()];
            var (machine, end, isValidation, voice) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean(), reader.ReadString());
            reader.BaseStream.ReadExactly(flags);
            var inputs = new Half[flags.Length * VoiceInputs.Count];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(inputs.AsSpan()));
            all.Add(new VoiceSequence(inputs, flags, machine, end, isValidation, voice));
        }

        return all;
    }
}
