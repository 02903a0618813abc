using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Tests.Configuration;

/// <summary>The files of configs/good and configs/bad, read in a folder of their own beside an announcement.</summary>
internal static class ConfigurationCases
{
    public const string Secret = "correct horse battery staple";

    public static IEnumerable<string> Names(string kind) =>
        Directory.EnumerateFiles(Folder(kind), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    public static string Folder(string kind) => Repository.PathOf("tests", "DialerEngine.Host.Tests", "configs", kind);

    public static (ConfigurationResult Result, IReadOnlyList<string> Lines) Read(string kind, string name)
    {
        using var folder = new TemporaryFolder();
        WriteSilence(folder.File("silence.wav"));
        File.WriteAllText(folder.File("minimal.json"), "{}");
        var file = folder.File(name + ".json");
        File.Copy(Path.Combine(Folder(kind), name + ".json"), file, overwrite: true);
        var result = ConfigurationReader.Read(file, Environment);
        return (result, [.. result.Faults.Select(f => f.ToString().Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))]);
    }

    /// <summary>Reads a text as if it were a file.</summary>
    public static ConfigurationResult ReadText(string text) => ConfigurationReader.Read("config.json", System.Text.Encoding.UTF8.GetBytes(text), Environment);

    public static string? Environment(string name) => name == "DIALER_TEST_SECRET" ? Secret : null;

    /// <summary>A tenth of a second of silence, 8 kHz, 16 bit, mono.</summary>
    public static void WriteSilence(string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("RIFF"u8);
        writer.Write(36 + 1_600);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(8_000);
        writer.Write(16_000);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(1_600);
        writer.Write(new byte[1_600]);
    }
}
