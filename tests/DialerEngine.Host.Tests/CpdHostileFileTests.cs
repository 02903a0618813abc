using System.Buffers.Binary;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using DialerEngine.Host.Cpd;
using DialerEngine.Host.Verbs;
using DialerEngine.Media.G711;

namespace DialerEngine.Host.Tests;

/// <summary><c>cpd analyze</c> over files as other programs write them, and over what is none: the right answer, or one sentence and exit code 1.</summary>
public sealed class CpdHostileFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cpd-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(8_000)]
    [InlineData(11_025)]
    [InlineData(16_000)]
    [InlineData(22_050)]
    [InlineData(44_100)]
    [InlineData(48_000)]
    public void A_beep_is_found_at_the_same_time_at_every_rate(int rate)
    {
        var file = Write("rate.wav", Head(1, 1, rate, 16), Data(Pcm16(Beep(rate))));
        var line = Analyze(0, file);
        Assert.Equal("AnsweringMachine", line.GetProperty("result").GetString());
        Assert.InRange(line.GetProperty("beepStartMs").GetInt32(), 980, 1_020);
        Assert.InRange(line.GetProperty("beepEndMs").GetInt32(), 1_380, 1_420);
    }

    [Theory]
    [InlineData(2, 16)]
    [InlineData(6, 16)]
    [InlineData(2, 24)]
    public void The_first_channel_is_judged_whatever_is_on_the_others(int channels, int bits)
    {
        var tone = Busy();
        var octets = new byte[tone.Length * channels * bits / 8];
        var noise = new Random(3);
        noise.NextBytes(octets);
        for (var i = 0; i < tone.Length; i++)
        {
            var at = i * channels * bits / 8;
            octets[at] = 0;
            BinaryPrimitives.WriteInt16LittleEndian(octets.AsSpan(at + (bits / 8) - 2), tone[i]);
        }

        Assert.Equal("Busy", Early(Write("channels.wav", Head(1, channels, 8_000, bits), Data(octets))));
    }

    [Fact]
    public void Samples_in_wider_rooms_than_their_bits_are_read()
    {
        var tone = Busy();
        var octets = new byte[tone.Length * 4];
        for (var i = 0; i < tone.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(octets.AsSpan((4 * i) + 2), tone[i]);
        }

        var head = Head(1, 1, 8_000, 24);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(8 + 12), 4);
        Assert.Equal("Busy", Early(Write("wide.wav", head, Data(octets))));

        // Twelve bits in two octets; a frame length that cannot be is not believed.
        var twelve = Head(1, 1, 8_000, 16);
        BinaryPrimitives.WriteUInt16LittleEndian(twelve.AsSpan(8 + 14), 12);
        BinaryPrimitives.WriteUInt16LittleEndian(twelve.AsSpan(8 + 12), 999);
        Assert.Equal("Busy", Early(Write("twelve.wav", twelve, Data(Pcm16(tone)))));
    }

    [Fact]
    public void Chunks_before_between_and_behind_odd_lengths_and_unknown_names_are_passed_over()
    {
        var tone = Data(Pcm16(Busy()));
        var list = Chunk("LIST", "INFOISFT"u8.ToArray().Concat(new byte[5]).ToArray());
        var junk = Chunk("JUNK", new byte[4_097]);
        Assert.Equal("Busy", Early(Write("before.wav", list, junk, Head(1, 1, 8_000, 16), Chunk("fact", new byte[4]), Chunk("PEAK", new byte[3]), tone, list)));
        var ulaw = new byte[40_001];
        G711Codec.Encode(G711Law.MuLaw, Busy().AsSpan(0, 40_000), ulaw);
        Assert.Equal("Busy", Early(Write("odd.wav", Head(7, 1, 8_000, 8), Chunk("data", ulaw), list)));
    }

    [Theory]
    [InlineData(0xFFFF_FFFF)]
    [InlineData(0x7FFF_FFFF)]
    [InlineData(0x7FFF_F000)]
    [InlineData(0)]
    public void A_stream_whose_writer_did_not_know_its_length_is_read_to_its_end(uint size)
    {
        var data = Data(Pcm16(Busy()));
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), size);
        foreach (var whole in (uint[])[size, 36])
        {
            var file = Write("streamed.wav", Head(1, 1, 8_000, 16), data);
            using (var stream = File.OpenWrite(file))
            {
                stream.Position = 4;
                stream.Write(BitConverter.GetBytes(whole));
            }

            Assert.Equal("Busy", Early(file));
        }
    }

    [Fact]
    public void An_empty_data_chunk_is_said_to_be_empty_even_with_something_behind_it()
    {
        Assert.Contains("holds no samples", Refused(Write("empty.wav", Head(1, 1, 8_000, 16), Data([]))), StringComparison.Ordinal);
        Assert.Contains(
            "holds no samples", Refused(Write("list.wav", Head(1, 1, 8_000, 16), Data([]), Chunk("LIST", new byte[20_000]))), StringComparison.Ordinal);
        Assert.Contains("holds no samples", Refused(Write("half.wav", Head(1, 2, 8_000, 16), Data([1, 2, 3]))), StringComparison.Ordinal);
    }

    [Fact]
    public void RF64_has_its_length_in_a_chunk_of_its_own()
    {
        var samples = Pcm16(Busy());
        var lengths = new byte[28];
        BinaryPrimitives.WriteInt64LittleEndian(lengths.AsSpan(8), samples.Length);
        var data = Chunk("data", samples);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), uint.MaxValue);
        var file = Write("long.wav", Chunk("ds64", lengths), Head(1, 1, 8_000, 16), data, Chunk("LIST", Enumerable.Repeat((byte)0x55, 50_000).ToArray()));
        foreach (var name in (string[])["RF64", "BW64"])
        {
            using (var stream = File.OpenWrite(file))
            {
                stream.Write(Encoding.ASCII.GetBytes(name));
                stream.Write(BitConverter.GetBytes(uint.MaxValue));
            }

            Assert.Equal("Busy", Early(file));
        }
    }

    [Fact]
    public void Every_way_to_cut_off_a_head_is_one_sentence_and_no_crash()
    {
        var whole = File.ReadAllBytes(Write("whole.wav", Chunk("LIST", new byte[10]), Head(1, 1, 8_000, 16), Data(Pcm16(new short[400]))));
        var head = whole.Length - 800;
        for (var length = 0; length <= head + 1; length++)
        {
            var file = Path.Combine(_folder, "cut.wav");
            File.WriteAllBytes(file, whole[..length]);
            Assert.NotEqual(string.Empty, Refused(file));
        }
    }

    [Fact]
    public void Random_octets_behind_a_good_beginning_never_crash()
    {
        var random = new Random(11);
        for (var i = 0; i < 400; i++)
        {
            var octets = new byte[random.Next(12, 3_000)];
            random.NextBytes(octets);
            "RIFF"u8.CopyTo(octets);
            "WAVE"u8.CopyTo(octets.AsSpan(8));
            if (i % 2 == 0 && octets.Length > 60)
            {
                "fmt "u8.CopyTo(octets.AsSpan(12));
                BinaryPrimitives.WriteInt32LittleEndian(octets.AsSpan(16), 16);
                octets[20] = (byte)random.Next(1, 8);
                (octets[21], octets[23], octets[35]) = (0, 0, 0);
                "data"u8.CopyTo(octets.AsSpan(36));
            }

            var file = Path.Combine(_folder, "random.wav");
            File.WriteAllBytes(file, octets);
            var (code, output, error) = Run("analyze", "--json", file);
            Assert.True(code == 0 ? output.Length > 0 : code == 1 && error.Length > 0, $"{i}: {code} {output} {error}");
        }
    }

    [Fact]
    public void A_folder_a_missing_file_and_one_that_may_not_be_read_are_named_with_what_to_do()
    {
        Assert.Contains("is a folder; give WAV files, or use cpd report", Refused(_folder), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Refused(Path.Combine(_folder, "none", "x.wav")), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refused(""), StringComparison.Ordinal);
        Assert.Contains("no permission", CpdFileAnalysis.WhyUnreadable("/x/y.wav", new UnauthorizedAccessException("denied")), StringComparison.Ordinal);
        var closed = Path.Combine(_folder, "closed");
        var file = Write("in.wav", Head(1, 1, 8_000, 16), Data(Pcm16(Busy())));
        Directory.CreateDirectory(closed);
        File.Move(file, Path.Combine(closed, "in.wav"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(closed, UnixFileMode.None);
            try
            {
                // The superuser enters every folder.
                var (code, output, error) = Run("analyze", "--json", Path.Combine(closed, "in.wav"));
                Assert.True(Environment.IsPrivilegedProcess ? (code, error) == (0, "") : code == 1 && output.Length == 0 && error.Contains("no permission", StringComparison.Ordinal), error);
            }
            finally
            {
                File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }

    [Fact]
    public void A_bad_file_among_good_ones_is_left_out_and_the_exit_code_says_so()
    {
        var good = Write("good.wav", Head(1, 1, 8_000, 16), Data(Pcm16(Busy())));
        var bad = Path.Combine(_folder, "bad.wav");
        File.WriteAllText(bad, "RIFF");
        var (code, output, error) = Run("analyze", "--json", "--early-media", "--profile", "us", good, bad, good);
        Assert.Equal((1, 2), (code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.StartsWith($"{bad}: not a RIFF/WAVE file", error, StringComparison.Ordinal);
        var wrong = Run("analyze", "--json", "--profile", "atlantis", good);
        Assert.Equal((2, ""), (wrong.Code, wrong.Output));
        Assert.Contains("--profile atlantis: no such profile", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_fields_of_the_contract_numbers_where_it_happened_and_null_elsewhere()
    {
        var beep = Analyze(0, Write("beep.wav", Head(1, 1, 8_000, 16), Data(Pcm16(Beep(8_000)))));
        Assert.Equal(["file", "result", "code", "decisionMs", "greetingEndMs", "beepStartMs", "beepEndMs"], beep.EnumerateObject().Select(p => p.Name));
        Assert.Equal(9, beep.GetProperty("code").GetInt32());
        Assert.True(beep.GetProperty("decisionMs").GetInt32() > beep.GetProperty("beepStartMs").GetInt32());

        // Ringing only, and nothing at all: no result follows, so there is neither a number nor a time of decision.
        var ringing = Samples(8_000, 9_000, at => at % 6_000 < 2_000 ? 440 : 0, 480);
        foreach (var (name, samples) in ((string, short[])[])[("RingBack", ringing), ("None", new short[800])])
        {
            var (code, output, _) = Run("analyze", "--json", "--early-media", "--profile", "us", Write("ring.wav", Head(1, 1, 8_000, 16), Data(Pcm16(samples))));
            var line = JsonDocument.Parse(output).RootElement;
            Assert.Equal((0, name), (code, line.GetProperty("result").GetString()));
            Assert.All(((string[])["code", "decisionMs", "greetingEndMs", "beepStartMs", "beepEndMs"]), field => Assert.Equal(JsonValueKind.Null, line.GetProperty(field).ValueKind));
        }
    }

    [Fact]
    public void Hours_of_ringing_that_never_settle_are_read_in_bounded_memory()
    {
        // Two hours at 44.1 kHz in stereo would be 1.3 GB; the ringing of one minute is written again and again at 8 kHz A-law instead: 58 MB.
        var minute = new byte[60 * 8_000];
        G711Codec.Encode(G711Law.ALaw, Samples(8_000, 60_000, at => at % 6_000 < 2_000 ? 440 : 0, 480), minute);
        var file = Path.Combine(_folder, "hours.wav");
        using (var stream = File.Create(file))
        {
            stream.Write(File.ReadAllBytes(Write("head.wav", Head(6, 1, 8_000, 8), Chunk("data", []))));
            for (var i = 0; i < 120; i++)
            {
                stream.Write(minute);
            }
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("RingBack", Early(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    private static byte[] Head(int coding, int channels, int rate, int bits)
    {
        var format = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(format, (ushort)coding);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(4), rate);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(8), rate * channels * bits / 8);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(12), (ushort)(channels * bits / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(14), (ushort)bits);
        return Chunk("fmt ", format);
    }

    private static byte[] Data(byte[] octets) => Chunk("data", octets);

    private static byte[] Chunk(string name, byte[] content)
    {
        var chunk = new byte[8 + content.Length + (content.Length & 1)];
        Encoding.ASCII.GetBytes(name, chunk);
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), content.Length);
        content.CopyTo(chunk, 8);
        return chunk;
    }

    private static byte[] Pcm16(short[] samples)
    {
        var octets = new byte[samples.Length * 2];
        Buffer.BlockCopy(samples, 0, octets, 0, octets.Length);
        return octets;
    }

    private static short[] Busy() => Samples(8_000, 5_001, at => at % 1_000 < 500 ? 480 : 0, 620);

    private static short[] Beep(int rate) => Samples(rate, 4_000, at => at is >= 1_000 and < 1_400 ? 1_400 : 0);

    private static short[] Samples(int rate, int ms, Func<double, double> hzAt, double secondHz = 0)
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

    private string Write(string name, params byte[][] chunks)
    {
        var file = Path.Combine(_folder, name);
        using var writer = new BinaryWriter(File.Create(file));
        writer.Write("RIFF"u8);
        writer.Write((uint)(4 + chunks.Sum(c => c.Length)));
        writer.Write("WAVE"u8);
        foreach (var chunk in chunks)
        {
            writer.Write(chunk);
        }

        return file;
    }

    private static JsonElement Analyze(int expected, string file)
    {
        var (code, output, error) = Run("analyze", "--json", file);
        Assert.True(code == expected, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private static string Early(string file)
    {
        var (code, output, error) = Run("analyze", "--json", "--early-media", "--profile", "us", file);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output).RootElement.GetProperty("result").GetString()!;
    }

    /// <summary>The one sentence with which a file is refused.</summary>
    private static string Refused(string file)
    {
        var (code, output, error) = Run("analyze", "--json", file);
        Assert.Equal((1, string.Empty), (code, output));
        Assert.StartsWith($"{file}: ", error, StringComparison.Ordinal);
        return Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter(new StringBuilder());
        using var error = new StringWriter(new StringBuilder());
        var code = CpdVerb.Create().Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
