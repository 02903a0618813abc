using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CpdTrainer.Audio;

/// <summary>An utterance: one voice, segments parted by pauses, each cut to its sound.</summary>
internal sealed record Utterance(string Kind, string Voice, bool IsMachine, float[][] Segments);

/// <summary>
/// Speech to make calls from: what make-speech.py spoke, and, where they are installed, recorded prompts of Debian's asterisk-core-sounds
/// packages and recorded syllables. Held by voice, so that a voice is either trained on or validated on.
/// </summary>
internal sealed class SpeechBank
{
    private static readonly string[] MachineKinds = ["personal", "carrier", "office", "full", "screening", "prompt"];

    public List<Utterance> People { get; } = [];

    public List<Utterance> Machines { get; } = [];

    /// <summary>Recorded music, to be heard in place of a voice or behind one.</summary>
    public List<float[]> Music { get; } = [];

    // How often each kind is met; recorded syllables are many, but no more than a few of the people who answer.
    private static readonly (string Kind, double Share)[] Shares =
    [
        ("short", 0.38), ("word", 0.22), ("medium", 0.15), ("business", 0.19), ("line", 0.06),
        ("personal", 0.42), ("carrier", 0.24), ("prompt", 0.18), ("office", 0.09), ("full", 0.04), ("screening", 0.03),
    ];

    private Dictionary<string, List<Utterance>> _byKind = [];

    /// <summary>Draws an utterance of a person or a machine by the shares of the kinds.</summary>
    public Utterance Draw(bool isMachine, SignalLab lab)
    {
        var kinds = Shares.Where(s => MachineKinds.Contains(s.Kind) == isMachine).ToList();
        var at = lab.Next() * kinds.Sum(s => s.Share);
        var kind = kinds.First(s => (at -= s.Share) < 0 || s == kinds[^1]).Kind;
        var source = _byKind.GetValueOrDefault(kind) ?? (isMachine ? Machines : People);
        return source[lab.Index(source.Count)];
    }

    /// <summary>Sorts what was loaded; before the first draw.</summary>
    public void Complete() => _byKind = People.Concat(Machines).GroupBy(u => u.Kind).ToDictionary(g => g.Key, g => g.ToList());

    /// <summary>Leaves the voices out that are not taken.</summary>
    public void Keep(Func<string, bool> isTaken)
    {
        People.RemoveAll(u => !isTaken(u.Voice));
        Machines.RemoveAll(u => !isTaken(u.Voice));
        Complete();
    }

    /// <summary>Loads the folder of make-speech.py.</summary>
    public void LoadSpoken(string folder)
    {
        var groups = File.ReadLines(Path.Combine(folder, "index.csv")).Skip(1).Select(l => l.Split(',')).GroupBy(c => c[3]);
        foreach (var group in groups)
        {
            var cells = group.OrderBy(c => int.Parse(c[4], System.Globalization.CultureInfo.InvariantCulture)).ToList();
            var segments = cells.Select(c => Load(Path.Combine(folder, c[0]))).Where(s => s.Length > 800).ToArray();
            if (segments.Length == 0)
            {
                continue;
            }

            var isMachine = MachineKinds.Contains(cells[0][1]);
            (isMachine ? Machines : People).Add(new Utterance(cells[0][1], cells[0][2], isMachine, segments));
        }
    }

    /// <summary>A folder of recorded music.</summary>
    public void LoadMusic(string folder) =>
        Music.AddRange(Directory.EnumerateFiles(folder, "*.wav").Order(StringComparer.Ordinal).Select(Load).Where(m => m.Length > 40_000));

    /// <summary>
    /// A folder for each recorded speaker: single words and short lines become people, long ones and several in a row machines, so that being
    /// recorded says nothing. Folders named mix_ hold several speakers: a greeting is then one line alone.
    /// </summary>
    public void LoadRecorded(string folder, SignalLab lab)
    {
        foreach (var speaker in Directory.Exists(folder) ? Directory.GetDirectories(folder).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            var isMixed = Path.GetFileName(speaker).StartsWith("mix_", StringComparison.Ordinal);
            LoadPrompts(speaker, lab, isMixed ? 500 : 60, isMixed ? 900 : 90, isMixed);
        }
    }

    /// <summary>Prompts of one recorded voice, of which so many greetings are made.</summary>
    public void LoadPrompts(string folder, SignalLab lab, int machines, int people, bool isMixed = false)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var files = Directory.EnumerateFiles(folder, "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(f => (Name: f, Samples: Load(f))).Where(f => f.Samples.Length > 1600).ToList();
        var words = files.Where(f => f.Samples.Length < 9_500).ToList();
        var lines = files.Where(f => f.Samples.Length is >= 9_500 and < 32_000).ToList();
        var phrases = files.Where(f => f.Samples.Length is >= 14_000 and < 72_000).ToList();
        if (phrases.Count < 5 && files.Count > 10)
        {
            // A speaker of single words speaks greetings of words in a row, or being such a speaker would say "person".
            for (var i = 0; i < people / 2; i++)
            {
                var spoken = Enumerable.Range(0, 1 + lab.Index(3)).Select(_ => InARow(files.ConvertAll(f => f.Samples), lab)).ToArray();
                Machines.Add(new Utterance("prompt", isMixed ? folder + i : folder, true, spoken));
            }
        }

        // Of a folder of many speakers the line itself stands for the voice: it is either trained on or validated on.
        string Voice(string file) => isMixed ? folder + Path.GetFileNameWithoutExtension(file) : folder;
        for (var i = 0; i < machines && phrases.Count > 0; i++)
        {
            var last = phrases[lab.Index(phrases.Count)];
            var segments = new List<float[]>();
            for (var n = isMixed ? 0 : lab.Index(4); n > 0; n--)
            {
                // A lone word before a greeting is rare; most begin with a phrase.
                var source = lab.Chance(0.15) && words.Count > 0 ? words : lines.Count > 0 ? lines : files;
                segments.Add(source[lab.Index(source.Count)].Samples);
            }

            segments.Add(last.Samples);
            if (segments.Sum(s => s.Length) > 20_000)
            {
                Machines.Add(new Utterance("prompt", Voice(last.Name), true, [.. segments]));
            }
        }

        for (var i = 0; i < people && words.Count > 0; i++)
        {
            var first = words[lab.Index(words.Count)];
            if (lab.Chance(0.18) && lines.Count > 0)
            {
                first = lines[lab.Index(lines.Count)];
                People.Add(new Utterance("line", Voice(first.Name), false, [first.Samples]));
                continue;
            }

            float[][] segments = isMixed || lab.Chance(0.75) ? [first.Samples] : [first.Samples, words[lab.Index(words.Count)].Samples];
            People.Add(new Utterance("word", Voice(first.Name), false, segments));
        }
    }

    /// <summary>Words as a line of digits is read: two seconds and more, without a pause that would end a phrase.</summary>
    private static float[] InARow(List<float[]> words, SignalLab lab)
    {
        var row = new List<float>();
        while (row.Count < lab.Between(16_000, 40_000))
        {
            row.AddRange(words[lab.Index(words.Count)]);
            row.AddRange(new float[(int)lab.Between(0, 1_400)]);
        }

        return [.. row];
    }

    /// <summary>Reads 16-bit PCM of any rate, brings it to 8 kHz and cuts the silence at both ends.</summary>
    private static float[] Load(string file)
    {
        var octets = File.ReadAllBytes(file);
        var (rate, data, length) = (8_000, 44, octets.Length - 44);
        for (var at = 12; at + 8 <= octets.Length;)
        {
            var size = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(octets.AsSpan(at + 4)), (uint)(octets.Length - at - 8));
            if (octets.AsSpan(at, 4).SequenceEqual("fmt "u8))
            {
                rate = BinaryPrimitives.ReadInt32LittleEndian(octets.AsSpan(at + 12));
            }
            else if (octets.AsSpan(at, 4).SequenceEqual("data"u8))
            {
                (data, length) = (at + 8, size);
                break;
            }

            at += 8 + size + (size & 1);
        }

        var samples = ToTelephone(MemoryMarshal.Cast<byte, short>(octets.AsSpan(data, Math.Max(0, length) & ~1)), rate);
        var loudest = samples.Length == 0 ? 0 : samples.Max(s => Math.Abs(s));
        var threshold = Math.Max(loudest / 60, 20);
        var first = Array.FindIndex(samples, s => Math.Abs(s) > threshold);
        var last = Array.FindLastIndex(samples, s => Math.Abs(s) > threshold);
        return first < 0 ? [] : samples[first..(last + 1)];
    }

    /// <summary>8 kHz by a windowed sinc of 12 crossings a side.</summary>
    private static float[] ToTelephone(ReadOnlySpan<short> samples, int rate)
    {
        const int Phases = 64;
        var step = rate / 8_000.0;
        var made = new float[(int)(samples.Length / step)];
        if (rate == 8_000)
        {
            for (var i = 0; i < made.Length; i++)
            {
                made[i] = samples[i];
            }

            return made;
        }

        var stretch = Math.Max(1, step / 0.92);
        var reach = (int)(12 * stretch);
        var taps = new float[Phases * 2 * reach];
        for (var at = 0; at < taps.Length; at++)
        {
            var x = (at % (2 * reach)) - reach + 1 - (at / (2 * reach) / (double)Phases);
            var angle = Math.PI * x / stretch;
            taps[at] = (float)((x == 0 ? 1 : Math.Sin(angle) / angle) * (0.5 + (0.5 * Math.Cos(Math.PI * x / reach))) / stretch);
        }

        for (var i = 0; i < made.Length; i++)
        {
            var at = (int)(i * step);
            var phase = taps.AsSpan((int)(((i * step) - at) * Phases) * 2 * reach, 2 * reach);
            var sum = 0f;
            for (int n = Math.Max(0, reach - 1 - at), from = at - reach + 1 + n; n < phase.Length && from < samples.Length; n++, from++)
            {
                sum += phase[n] * samples[from];
            }

            made[i] = sum;
        }

        return made;
    }
}
