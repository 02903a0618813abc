using System.Buffers;
using System.Text;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;

namespace DialerEngine.Host.Cpd;

/// <summary>Runs the detector over one file as if it were a call.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Report">What the detector said.</param>
/// <param name="DurationMs">Milliseconds of audio read.</param>
/// <param name="Note">What a user should know about the file; empty when there is nothing.</param>
internal sealed record CpdFileAnalysis(string File, CpdReport Report, long DurationMs, string Note)
{
    private const int FrameSamples = 160;

    // Behind this position a file of many hours can bring nothing new; the detector itself stops earlier.
    private const int BlockSamples = 16_000;

    /// <summary>The name of a result on the command line: the CALL_RESULT name, RingBack or None.</summary>
    public string ResultName => (short)Report.Outcome >= 0 ? ((CallResult)(int)Report.Outcome).Name() : Report.Outcome.ToString();

    /// <summary>Analyses a file; null and one sentence in <paramref name="fault"/> when it cannot be.</summary>
    public static CpdFileAnalysis? TryRun(string file, CpdProfile profile, CpdPhase phase, out string fault)
    {
        fault = string.Empty;
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 64 * 1024);
            var error = WavAudioStream.TryOpen(stream, out var audio);
            if (audio is null)
            {
                fault = WavAudioStream.Describe(error);
                return null;
            }

            return Run(file, audio, profile, phase, out fault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            fault = WhyUnreadable(file, e);
            return null;
        }
    }

    /// <summary>Why a file cannot be read, for a user who sees its name before this.</summary>
    public static string WhyUnreadable(string file, Exception fault) => fault switch
    {
        _ when Directory.Exists(file) => "is a folder; give WAV files, or use cpd report for a folder with a manifest.csv",
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "cannot be read: no permission; let this user read the file and enter its folders",
        _ => $"cannot be read: {fault.Message.ReplaceLineEndings(" ")}",
    };

    /// <summary>The line of <c>cpd analyze --json</c>.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("file", File);
            writer.WriteString("result", ResultName);
            Write(writer, "code", (short)Report.Outcome);
            Write(writer, "decisionMs", Report.DecisionMs);
            Write(writer, "greetingEndMs", Report.GreetingEndMs);
            Write(writer, "beepStartMs", Report.BeepStartMs);
            Write(writer, "beepEndMs", Report.BeepEndMs);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The line without <c>--json</c>.</summary>
    public string ToText()
    {
        var text = new StringBuilder(File).Append(": ").Append(ResultName);
        Append(text, ", decided at ", Report.DecisionMs);
        Append(text, ", greeting ends at ", Report.GreetingEndMs);
        Append(text, ", beep from ", Report.BeepStartMs);
        Append(text, " to ", Report.BeepEndMs);
        return (Note.Length == 0 ? text : text.Append(" (").Append(Note).Append(')')).ToString();
    }

    private static CpdFileAnalysis? Run(string file, WavAudioStream audio, CpdProfile profile, CpdPhase phase, out string fault)
    {
        fault = string.Empty;
        var analyzer = new CallAnalyzer(profile, phase);
        var block = new short[BlockSamples];
        long total = 0;
        int read;
        while ((read = audio.Read(block)) > 0)
        {
            total += read;
            for (var at = 0; at < read; at += FrameSamples)
            {
                analyzer.Process(block.AsSpan(at, Math.Min(FrameSamples, read - at)));
            }

            if (analyzer.IsFinished)
            {
                break;
            }
        }

        if (total == 0)
        {
            fault = "the WAV file holds no samples";
            return null;
        }

        analyzer.Complete();
        var note = audio.Channels > 1 ? $"first of {audio.Channels} channels" : string.Empty;
        note += audio.SampleRate != 8000 ? $"{(note.Length > 0 ? ", " : string.Empty)}resampled from {audio.SampleRate} Hz" : string.Empty;
        note += audio.IsTruncated ? $"{(note.Length > 0 ? ", " : string.Empty)}the file is cut off" : string.Empty;
        return new CpdFileAnalysis(file, analyzer.Report, total / 8, note);
    }

    private static void Write(Utf8JsonWriter writer, string name, int value)
    {
        if (value < 0)
        {
            writer.WriteNull(name);
        }
        else
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void Append(StringBuilder text, string what, int milliseconds)
    {
        if (milliseconds >= 0)
        {
            text.Append(what).Append(milliseconds).Append(" ms");
        }
    }
}
