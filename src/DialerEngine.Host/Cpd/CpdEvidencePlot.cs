using DialerEngine.Cpd;
using DialerEngine.Cpd.Evidence;
using DialerEngine.Cpd.Profiles;

namespace DialerEngine.Host.Cpd;

/// <summary>Draws the evidence of a file.</summary>
internal static class CpdEvidencePlot
{
    /// <summary>The picture of a file; null and one sentence when it cannot be analysed.</summary>
    public static string? TryDraw(string file, CpdProfile profile, CpdPhase phase, out string fault)
    {
        fault = string.Empty;
        try
        {
            using var stream = File.OpenRead(file);
            var error = WavAudioStream.TryOpen(stream, out var audio);
            if (audio is null)
            {
                fault = WavAudioStream.Describe(error);
                return null;
            }

            var samples = new short[EvidencePlot.MaxSamples];
            var filled = 0;
            int read;
            while (filled < samples.Length && (read = audio.Read(samples.AsSpan(filled))) > 0)
            {
                filled += read;
            }

            return EvidencePlot.Draw(Path.GetFileName(file), samples.AsSpan(0, filled), profile, phase);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            fault = CpdFileAnalysis.WhyUnreadable(file, e);
            return null;
        }
    }
}
