using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CpdTrainer.Audio;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Signal;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>Makes what the voice net learns from, trains it and writes its weights.</summary>
internal static class VoiceCommand
{
    // Hops after the end of the speech that still count for the leaning: as long as a verdict may take.
    private const int LeanTail = 95;

    /// <summary>Makes calls, or only such in which nobody speaks, and keeps of them the hops as the net meets them.</summary>
    public static int Hops(string speech, string recorded, string outputFile, int calls, ulong seed, bool isUnvoiced)
    {
        var bank = TrainCommand.Bank(speech, recorded, seed);
        using var writer = new BinaryWriter(File.Create(outputFile));
        foreach (var chunk in Enumerable.Range(0, calls).Chunk(1_024))
        {
            foreach (var sequence in chunk.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(i => Sequence(CallFile.MakeOne(bank, isUnvoiced ? (8 * i) + 7 : i, seed))))
            {
                VoiceSequence.Save(writer, sequence);
            }
        }

        Console.WriteLine($"{DateTime.Now:HH:mm:ss} {calls} calls made");
        return 0;
    }

    /// <summary>
    /// Trains on the voices that are not held out; the weights as numbers and as the product's source, after each pass. The step size falls evenly
    /// from <paramref name="rate"/> to nothing; with a folder to begin with its weights are trained on.
    /// </summary>
    public static int Train(string hopFile, int passes, ulong seed, string outputFolder, float rate, string? from)
    {
        Directory.CreateDirectory(outputFolder);
        var all = hopFile.Split(',').SelectMany(VoiceSequence.Load).ToList();
        var train = all.Where(s => !s.IsValidation).ToList();
        var validation = all.Where(s => s.IsValidation).ToList();
        Console.WriteLine($"{DateTime.Now:HH:mm:ss} {train.Count} calls, {validation.Count} of other voices");
        var lab = new SignalLab(seed);
        var trainer = new VoiceTrainer(lab);
        if (from is not null)
        {
            Load(from).CopyTo(trainer.Weights, 0);
        }

        var step = 0;
        for (var pass = 0; pass < passes; pass++)
        {
            float Rate(int at) => rate * (1 - (at / (float)passes));
            var made = trainer.Pass(train, lab, Rate(pass), Rate(pass + 1), ref step);
            var score = trainer.Score(validation);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{DateTime.Now:HH:mm:ss} pass {pass + 1}: loss {made.Loss / made.Hops:F4}, right: pauses {100 * made.PausesRight / made.Pauses:F2} % ({made.LeanLoss / made.Pauses:F4}); other voices: voice {100 * score.Right / score.Hops:F2} %, pauses {100 * score.PausesRight / score.Pauses:F2} % ({score.LeanLoss / score.Pauses:F4})"));
            File.WriteAllBytes(Path.Combine(outputFolder, "net.weights"), MemoryMarshal.AsBytes(trainer.Weights.AsSpan()).ToArray());
            File.WriteAllText(Path.Combine(outputFolder, "VoiceNetWeights.cs"), Write(trainer.Weights, $"seed {seed}, {train.Count} calls, {pass + 1} passes"));
        }

        return 0;
    }

    /// <summary>What the shipped code makes of calls that were held out, with the weights of a folder: the same as in training, but for rounding.</summary>
    public static int Check(string hopFile, string netFolder)
    {
        VoiceNet.Replace(Load(netFolder));
        double hops = 0, right = 0, moments = 0, rightMoments = 0;
        foreach (var call in VoiceSequence.Load(hopFile).Where(c => c.IsValidation).Take(2_000))
        {
            var state = default(VoiceState);
            var onset = call.Onset;
            for (var t = 0; t < call.Hops; t++)
            {
                if ((call.Flags[t] & VoiceSequence.Has) == 0)
                {
                    VoiceNet.StepSilent(ref state);
                    continue;
                }

                var inputs = default(VoiceInputs);
                for (var i = 0; i < VoiceInputs.Count; i++)
                {
                    inputs[i] = (float)call.Inputs[(t * VoiceInputs.Count) + i];
                }

                var isVoiced = (call.Flags[t] & VoiceSequence.Voiced) != 0;
                hops++;
                right += VoiceNet.Step(ref state, inputs, out var machine) > 0 == isVoiced ? 1 : 0;
                if (!isVoiced && call.Machine >= 0 && onset >= 0 && t > onset + 10 && t < call.LeanEnd)
                {
                    moments++;
                    rightMoments += machine > 0 == (call.Machine == 1) ? 1 : 0;
                }
            }
        }

        Console.WriteLine($"voice {100 * right / hops:F2} %, pauses {100 * rightMoments / moments:F2} %");
        return 0;
    }

    /// <summary>
    /// A net between two of which one was trained on from the other: what the second learned too well and the first not well enough. The log-odds of a
    /// voice are raised by <paramref name="voice"/>.
    /// </summary>
    public static int Mix(string netFolder, string otherFolder, float share, float voice, string outputFolder)
    {
        Directory.CreateDirectory(outputFolder);
        var other = Load(otherFolder);
        var mixed = Load(netFolder).Select((w, i) => w + (share * (other[i] - w))).ToArray();
        mixed[(VoiceNet.Rows * VoiceNet.Columns) + VoiceNet.Units] += voice;
        File.WriteAllBytes(Path.Combine(outputFolder, "net.weights"), MemoryMarshal.AsBytes(mixed.AsSpan()).ToArray());
        File.WriteAllText(Path.Combine(outputFolder, "VoiceNetWeights.cs"), Write(mixed, string.Create(CultureInfo.InvariantCulture, $"{netFolder} and {otherFolder} by {share}, voice {voice}")));
        return 0;
    }

    /// <summary>Weights that <see cref="Train"/> wrote.</summary>
    public static float[] Load(string folder) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, "net.weights"))).ToArray();

    private static VoiceSequence Sequence(MadeCall call)
    {
        var analyzer = new CallAnalyzer(CallRows.Listening, CpdPhase.Answered);
        var hops = Math.Min(call.Samples.Length / 160, VoiceLanes.Longest);
        var inputs = new Half[hops * VoiceInputs.Count];
        var flags = new byte[hops];
        var last = default(Hop);
        for (var hop = 0; hop < hops; hop++)
        {
            analyzer.Trace(call.Samples.AsSpan(hop * 160, 160), ref last);
            flags[hop] = (byte)((last.HasSpectrum && !last.IsLost ? VoiceSequence.Has : 0) | (hop < call.Voiced.Length && call.Voiced[hop] ? VoiceSequence.Voiced : 0));
            for (var i = 0; i < VoiceInputs.Count; i++)
            {
                inputs[(hop * VoiceInputs.Count) + i] = (Half)last.Inputs[i];
            }
        }

        var end = Math.Min((call.SpeechEndMs / 20) + LeanTail, call.BeepStartMs < 0 ? int.MaxValue : call.BeepStartMs / 20);
        return new VoiceSequence(inputs, flags, call.Kind == "unvoiced" ? -1 : call.IsMachine ? 1 : 0, end, CallFile.IsValidation(call.Voice), call.Voice);
    }

    /// <summary>The source file of the weights.</summary>
    private static string Write(float[] weights, string version)
    {
        var text = new StringBuilder();
        text.Append(
            $$"""
            namespace DialerEngine.Cpd.Speech;

            /// <summary>Weights of <see cref="VoiceNet"/>. Written by tools/CpdTrainer; not edited by hand.</summary>
            internal static class VoiceNetWeights
            {
                /// <summary>Version of the weights: training seed, calls, passes.</summary>
                public const string Version = "{{version}}";

                /// <summary>Thousandths: rows by columns, then the output's.</summary>
                public static ReadOnlySpan<short> Values =>
                [

            """);
        ModelWriter.Numbers(text, weights.Select(w => Math.Clamp((int)MathF.Round(w * 1000), -32_000, 32_000).ToString(CultureInfo.InvariantCulture)));
        text.Append("    ];\n}\n");
        return text.ToString();
    }
}
