using System.Globalization;
using System.Text;

namespace CpdTrainer.Training;

/// <summary>Writes the ensemble as the source file of the product.</summary>
internal static class ModelWriter
{
    public static string Write(TreeEnsemble model, string name, string version)
    {
        var text = new StringBuilder();
        text.Append(
            $$"""
            namespace DialerEngine.Cpd.Speech;

            /// <summary>Weights of <see cref="AnswerModel"/>. Written by tools/CpdTrainer; not edited by hand.</summary>
            internal static class {{name}}
            {
                /// <summary>Version of the weights: date, training seed, calls, trees.</summary>
                public const string Version = "{{version}}";

                /// <summary>Log-odds before any tree.</summary>
                public const float Bias = {{model.Bias.ToString("R", CultureInfo.InvariantCulture)}}f;

                /// <summary>Feature asked at each level of each tree.</summary>
                public static ReadOnlySpan<byte> Features =>
                [

            """);
        Numbers(text, model.Features.Select(f => f.ToString(CultureInfo.InvariantCulture)));
        text.Append("    ];\n\n    /// <summary>Threshold of each question; the bit is set above it.</summary>\n    public static ReadOnlySpan<float> Thresholds =>\n    [\n");
        Numbers(text, model.Thresholds.Select(t => t.ToString("R", CultureInfo.InvariantCulture) + "f"));
        text.Append("    ];\n\n    /// <summary>Leaf values in thousandths, 32 a tree.</summary>\n    public static ReadOnlySpan<short> Leaves =>\n    [\n");
        Numbers(text, model.Leaves.Select(l => l.ToString(CultureInfo.InvariantCulture)));
        text.Append("    ];\n}\n");
        return text.ToString();
    }

    internal static void Numbers(StringBuilder text, IEnumerable<string> numbers)
    {
        var line = new StringBuilder("       ");
        foreach (var number in numbers)
        {
            if (line.Length + number.Length > 124)
            {
                text.Append(line).Append('\n');
                line.Clear().Append("       ");
            }

            line.Append(' ').Append(number).Append(',');
        }

        text.Append(line).Append('\n');
    }
}
