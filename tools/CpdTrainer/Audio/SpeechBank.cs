using DialerEngine.Media.Wav;

namespace CpdTrainer.Audio;

/// <summary>An utterance: one voice, segments parted by pauses, each cut to its sound.</summary>
internal sealed record Utterance(string Kind, string Voice, bool IsMachine, float[][] Segments);

/// <summary>
/// Speech to make calls from: what make-speech.sh spoke, and, where they are installed, recorded prompts of Debian's asterisk-core-sounds
/// packages and recorded syllables. Held by voice, so that a voice is either trained on or validated on.
/// </summary>
internal sealed class SpeechBank
{
    private static readonly string[] MachineKinds = ["personal", "carrier", "office", "full", "screening", "prompt"];

    public List<Utterance> People { get; } = [];

    public List<Utterance> Machines { get; } = [];

    // How often each kind is met; recorded syllables are many, but no more than a few of the people who answer.
    private static readonly (string Kind, double Share)[] Shares =
    [
        ("short", 0.46), ("word", 0.22), ("medium", 0.17), ("business", 0.15),
        ("personal", 0.42), ("carrier", 0.26), ("prompt", 0.14), ("office", 0.09), ("full", 0.05), ("screening", 0.04),
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

    /// <summary>Loads the folder of make-speech.sh.</summary>
    public void LoadSpoken(string folder)
    {
        var groups = File.ReadLines(Path.Combine(folder, "index.csv")).Skip(1).Select(l => l.Split(',')).GroupBy(c => c[3]);
        foreach (var group in groups)
        {
            var cells = group.OrderBy(c => int.Parse(c[4])).ToList();
            var segments = cells.Select(c => Load(Path.Combine(folder, c[0]))).Where(s => s.Length > 800).ToArray();
            if (segments.Length == 0)
            {
                continue;
            }

            var isMachine = MachineKinds.Contains(cells[0][1]);
            (isMachine ? Machines : People).Add(new Utterance(cells[0][1], cells[0][2], isMachine, segments));
        }
    }

    /// <summary>
    /// Prompts of one recorded voice: long ones become greetings of machines, single words those of people, so that being recorded says nothing.
    /// </summary>
    public void LoadPrompts(string folder, SignalLab lab, int machines, int people)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var files = Directory.EnumerateFiles(folder, "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Load).Where(s => s.Length > 1600).ToList();
        var words = files.Where(s => s.Length is < 9_000).ToList();
        var phrases = files.Where(s => s.Length is >= 14_000 and < 60_000).ToList();
        var parts = files.Where(s => s.Length is >= 6_000 and < 20_000).ToList();
        if (words.Count == 0 || phrases.Count == 0 || parts.Count == 0)
        {
            return;
        }

        for (var i = 0; i < machines; i++)
        {
            var segments = new List<float[]>();
            for (var n = lab.Index(3); n > 0; n--)
            {
                segments.Add(parts[lab.Index(parts.Count)]);
            }

            segments.Add(phrases[lab.Index(phrases.Count)]);
            Machines.Add(new Utterance("prompt", folder, true, [.. segments]));
        }

        for (var i = 0; i < people; i++)
        {
            float[][] segments = lab.Chance(0.75) ? [words[lab.Index(words.Count)]] : [words[lab.Index(words.Count)], words[lab.Index(words.Count)]];
            People.Add(new Utterance("word", folder, false, segments));
        }
    }

    /// <summary>Recorded single words or syllables of many speakers.</summary>
    public void LoadWords(string folder)
    {
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            var samples = Load(file);
            if (samples.Length is > 1600 and < 16_000)
            {
                People.Add(new Utterance("word", file, false, [samples]));
            }
        }
    }

    /// <summary>Reads a file and cuts the silence at both ends.</summary>
    private static float[] Load(string file)
    {
        using var stream = File.OpenRead(file);
        if (WavReader.Load(stream, out var samples) != WavError.None || samples.Length == 0)
        {
            return [];
        }

        var loudest = samples.Max(s => Math.Abs((int)s));
        var threshold = Math.Max(loudest / 60, 20);
        var first = Array.FindIndex(samples, s => Math.Abs((int)s) > threshold);
        var last = Array.FindLastIndex(samples, s => Math.Abs((int)s) > threshold);
        return first < 0 ? [] : [.. samples.AsSpan(first, last - first + 1).ToArray().Select(s => (float)s)];
    }
}
