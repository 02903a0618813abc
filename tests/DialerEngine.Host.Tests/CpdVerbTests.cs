using System.CommandLine;
using System.Text;
using System.Text.Json;
using DialerEngine.Host.Tests.Configuration;
using DialerEngine.Host.Verbs;
using DialerEngine.Media.G711;

namespace DialerEngine.Host.Tests;

/// <summary><c>cpd</c> on good and on bad files: a right answer or one clear sentence each.</summary>
public sealed class CpdVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cpd-verb-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(8_000, 1)]
    [InlineData(8_000, 2)]
    [InlineData(16_000, 1)]
    [InlineData(44_100, 2)]
    public void A_busy_tone_is_busy_at_any_rate_and_from_the_first_of_two_channels(int rate, int channels)
    {
        var (code, output, error) = Run("analyze", "--json", "--early-media", "--profile", "us", Wav("busy.wav", rate, channels, Busy(rate)));
        Assert.Equal(0, code);
        var line = JsonDocument.Parse(output).RootElement;
        Assert.Equal(
            ["file", "result", "code", "decisionMs", "greetingEndMs", "beepStartMs", "beepEndMs"], line.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("Busy", 6), (line.GetProperty("result").GetString(), line.GetProperty("code").GetInt32()));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("beepStartMs").ValueKind);
        Assert.Equal(rate != 8_000, error.Contains("resampled from", StringComparison.Ordinal));
        Assert.Equal(channels == 2, error.Contains("first of 2 channels", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_usable_WAV_file_is_one_sentence_each_and_exit_code_1()
    {
        var text = Path.Combine(_folder, "text.wav");
        File.WriteAllText(text, "this is no audio at all, whatever its name says");
        var empty = Path.Combine(_folder, "empty.wav");
        File.WriteAllBytes(empty, []);
        var noSamples = Wav("none.wav", 8_000, 1, []);
        var slow = Wav("slow.wav", 2_000, 1, new short[4_000]);
        var headOnly = Path.Combine(_folder, "head.wav");
        File.WriteAllBytes(headOnly, File.ReadAllBytes(noSamples)[..20]);
        var missing = Path.Combine(_folder, "missing.wav");
        var (code, output, error) = Run("analyze", "--json", text, empty, noSamples, slow, headOnly, missing);
        Assert.Equal((1, string.Empty), (code, output));
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        Assert.Contains("not a RIFF/WAVE file", lines[0], StringComparison.Ordinal);
        Assert.Contains("not a RIFF/WAVE file", lines[1], StringComparison.Ordinal);
        Assert.Contains("no samples", lines[2], StringComparison.Ordinal);
        Assert.Contains("sample rate", lines[3], StringComparison.Ordinal);
        Assert.Contains("'fmt '", lines[4], StringComparison.Ordinal);
        Assert.Equal($"{missing}: there is no such file", lines[5].TrimEnd());
    }

    [Theory]
    [InlineData(1, 8, false)]
    [InlineData(1, 16, true)]
    [InlineData(1, 24, false)]
    [InlineData(1, 32, true)]
    [InlineData(3, 32, false)]
    [InlineData(3, 32, true)]
    [InlineData(6, 8, false)]
    [InlineData(7, 8, false)]
    [InlineData(7, 8, true)]
    public void Every_coding_is_read_with_a_plain_and_with_an_extensible_head(int coding, int bits, bool isExtensible)
    {
        var (code, output, error) = Run("analyze", "--json", "--early-media", "--profile", "us", Coded("coded.wav", coding, bits, isExtensible, Busy(8_000)));
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Equal("Busy", JsonDocument.Parse(output).RootElement.GetProperty("result").GetString());
    }

    [Fact]
    public void A_coding_that_is_not_known_is_one_sentence()
    {
        var (code, output, error) = Run("analyze", "--json", Coded("adpcm.wav", 2, 4, false, new short[800]), Coded("double.wav", 3, 64, false, []));
        Assert.Equal((1, string.Empty), (code, output));
        Assert.Equal(2, error.Split('\n').Count(l => l.Contains("convert it to 16-bit PCM", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_that_is_cut_off_is_analysed_as_far_as_it_goes_and_says_so()
    {
        var file = Wav("cut.wav", 8_000, 1, Busy(8_000));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..60_001]);
        var (code, output, error) = Run("analyze", "--json", "--early-media", "--profile", "us", file);
        Assert.Equal(0, code);
        Assert.Equal("Busy", JsonDocument.Parse(output).RootElement.GetProperty("result").GetString());
        Assert.True(error.Length == 0 || error.Contains("cut off", StringComparison.Ordinal), error);
    }

    [Fact]
    public void Ten_hours_of_silence_are_silence_in_no_memory()
    {
        var file = Wav("long.wav", 8_000, 1, new short[8], 10L * 3_600 * 16_000);
        using (var stream = File.OpenWrite(file))
        {
            stream.SetLength(44 + (10L * 3_600 * 16_000));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var (code, output, _) = Run("analyze", "--json", file);
        Assert.Equal(0, code);
        var line = JsonDocument.Parse(output).RootElement;
        Assert.Equal(("Silence", 5_000), (line.GetProperty("result").GetString(), line.GetProperty("decisionMs").GetInt32()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void The_report_has_confusion_comparison_and_the_whole_curve()
    {
        Wav("person.wav", 8_000, 1, new short[24_000]);
        Wav("machine.wav", 8_000, 1, Tone(8_000, 3_000, at => at is > 1_000 and < 1_400 ? 1_400 : 0));
        File.WriteAllText(Path.Combine(_folder, "manifest.csv"), "file,label,greeting_end_ms,beep_start_ms\nperson.wav,human,500,\nmachine.wav,machine,900,1000\n");
        var (code, output, error) = Run("report", _folder);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("five-parameter heuristic", output, StringComparison.Ordinal);
        Assert.Contains("people lost   machines missed", output, StringComparison.Ordinal);
        Assert.Contains("beeps found", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_of_a_configuration_file_can_be_tried_on_recordings()
    {
        var config = Path.Combine(_folder, "engine.json");
        File.WriteAllText(config, DetectionConfigurationTests.Text(""" "cpdProfiles": [{ "name": "line", "initialSilence": 2 }], """));
        var silent = Wav("silent.wav", 8_000, 1, new short[40_000]);
        int DecisionMs(params string[] more)
        {
            var (code, output, error) = Run(["analyze", "--json", .. more, silent]);
            Assert.Equal((0, string.Empty), (code, error));
            return JsonDocument.Parse(output).RootElement.GetProperty("decisionMs").GetInt32();
        }

        Assert.Equal(5_000, DecisionMs("--config", config));
        Assert.Equal(2_000, DecisionMs("--config", config, "--profile", "LINE"));
        Assert.Contains("--profile lime: no such profile; use one of line, default", Run("analyze", "--config", config, "--profile", "lime", silent).Error, StringComparison.Ordinal);
        Assert.Contains("no such profile", Run("analyze", "--profile", "line", silent).Error, StringComparison.Ordinal);
        var (noCode, _, noError) = Run("report", "--config", Path.Combine(_folder, "none.json"), _folder);
        Assert.Equal(2, noCode);
        Assert.Contains("there is no such file", noError, StringComparison.Ordinal);
    }

    [Fact]
    public void The_picture_shows_waveform_spectrogram_and_marks()
    {
        var plot = Path.Combine(_folder, "out.svg");
        var (code, _, _) = Run("explain", Wav("beep.wav", 8_000, 1, Tone(8_000, 3_000, at => at is > 1_000 and < 1_400 ? 1_400 : 0)), "--plot", plot);
        Assert.Equal(0, code);
        var picture = File.ReadAllText(plot);
        Assert.Contains("waveform", picture, StringComparison.Ordinal);
        Assert.Contains("spectrogram", picture, StringComparison.Ordinal);
        Assert.Contains(">beep ", picture, StringComparison.Ordinal);
    }

    private static short[] Busy(int rate) => Tone(rate, 5_000, at => at % 1_000 < 500 ? 480 : 0, 620);

    private static short[] Tone(int rate, int ms, Func<double, double> hzAt, double secondHz = 0)
    {
        var samples = new short[(int)(rate * (long)ms / 1000)];
        for (var i = 0; i < samples.Length; i++)
        {
            var hz = hzAt(i * 1_000.0 / rate);
            var value = hz == 0 ? 0 : Math.Sin(2 * Math.PI * hz * i / rate) + (secondHz == 0 ? 0 : Math.Sin(2 * Math.PI * secondHz * i / rate));
            samples[i] = (short)(3_000 * value);
        }

        return samples;
    }

    /// <summary>A file of one channel in a coding (1 PCM, 3 float, 6 A-law, 7 u-law), the head plain or WAVE_FORMAT_EXTENSIBLE.</summary>
    private string Coded(string name, int coding, int bits, bool isExtensible, short[] samples)
    {
        var file = Path.Combine(_folder, name);
        using var writer = new BinaryWriter(File.Create(file));
        writer.Write("RIFF"u8);
        writer.Write((uint)0);
        writer.Write("WAVEfmt "u8);
        writer.Write(isExtensible ? 40 : 16);
        writer.Write((ushort)(isExtensible ? 0xFFFE : coding));
        writer.Write((short)1);
        writer.Write(8_000);
        writer.Write(1_000 * bits);
        writer.Write((short)(bits / 8));
        writer.Write((short)bits);
        if (isExtensible)
        {
            writer.Write((short)22);
            writer.Write((short)bits);
            writer.Write(4);
            writer.Write((ushort)coding);
            writer.Write((ReadOnlySpan<byte>)[0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
        }

        writer.Write("data"u8);
        writer.Write(samples.Length * bits / 8);
        foreach (var sample in samples)
        {
            switch ((coding, bits))
            {
                case (3, _): writer.Write(sample / 32_767f); break;
                case (6, _): writer.Write(G711Codec.Encode(G711Law.ALaw, sample)); break;
                case (7, _): writer.Write(G711Codec.Encode(G711Law.MuLaw, sample)); break;
                case (_, 8): writer.Write((byte)((sample >> 8) + 128)); break;
                case (_, 24): writer.Write((byte)0); writer.Write(sample); break;
                case (_, 32): writer.Write(sample << 16); break;
                default: writer.Write(sample); break;
            }
        }

        return file;
    }

    private string Wav(string name, int rate, int channels, short[] samples, long declaredLength = -1)
    {
        var file = Path.Combine(_folder, name);
        using var writer = new BinaryWriter(File.Create(file));
        var length = declaredLength >= 0 ? declaredLength : samples.Length * 2L * channels;
        writer.Write("RIFF"u8);
        writer.Write((uint)(36 + length));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)channels);
        writer.Write(rate);
        writer.Write(rate * 2 * channels);
        writer.Write((short)(2 * channels));
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write((uint)length);
        foreach (var sample in samples)
        {
            writer.Write(sample);
            for (var other = 1; other < channels; other++)
            {
                writer.Write((short)0);
            }
        }

        return file;
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter(new StringBuilder());
        using var error = new StringWriter(new StringBuilder());
        var code = CpdVerb.Create().Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
