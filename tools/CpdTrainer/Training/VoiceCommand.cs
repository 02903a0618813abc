using System.Globalization;
using System.Text;
using CpdTrainer.Audio;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Signal;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>Trains the voice net on made calls and writes its weights.</summary>
internal static class VoiceCommand
{
    /// <summary>The hops of calls as the net meets them.</summary>
    public static List<VoiceSequence> Load(IEnumerable<MadeCall> calls) =>
        [.. calls.Chunk(64).SelectMany(chunk => chunk.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(Sequence))];

    /// <summary>Trains on the voices that <paramref name="isTaken"/> and that are not held out; gives the weights.</summary>
    public static float[] Train(IReadOnlyList<VoiceSequence> all, Func<string, bool> isTaken, int passes, ulong seed, out int count)
    {
        var train = all.Where(s => !s.IsValidation && isTaken(s.Voice)).ToList();
        var validation = all.Where(s => s.IsValidation).ToList();
        count = train.Count;
        Console.WriteLine($"{train.Count} calls, {validation.Count} of other voices");
        var lab = new SignalLab(seed);
        var trainer = new VoiceTrainer(lab);
        var step = 0;
        for (var pass = 0; pass < passes; pass++)
        {
            float Rate(int at) => 0.004f * (1 - (at / (float)passes));
            var loss = trainer.Pass(train, lab, Rate(pass), Rate(pass + 1), ref step);
            var (voice, lean) = trainer.Accuracy(validation);
            Console.WriteLine($"{DateTime.Now:HH:mm:ss} pass {pass + 1}: loss {loss:F4}, hops of other voices told right: voice {100 * voice:F2} %, machine {100 * lean:F2} %");
        }

        return trainer.Weights;
    }

    private static VoiceSequence Sequence(MadeCall call)
    {
        var analyzer = new CallAnalyzer(CallRows.Listening, CpdPhase.Answered);
        var hops = Math.Min(call.Samples.Length / 160, 450);
        var inputs = new float[hops * VoiceInputs.Count];
        var has = new bool[hops];
        var last = default(Hop);
        for (var hop = 0; hop < hops; hop++)
        {
            analyzer.Trace(call.Samples.AsSpan(hop * 160, 160), ref last);
            has[hop] = last.HasSpectrum && !last.IsLost;
            ((ReadOnlySpan<float>)last.Inputs).CopyTo(inputs.AsSpan(hop * VoiceInputs.Count));
        }

        return new VoiceSequence(inputs, has, call.Voiced, call.Kind == "unvoiced" ? -1 : call.IsMachine ? 1 : 0, CallFile.IsValidation(call.Voice), call.Voice);
    }

    /// <summary>The source file of the weights.</summary>
    public static string Write(float[] weights, string version)
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
