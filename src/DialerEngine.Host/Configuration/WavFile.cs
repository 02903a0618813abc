namespace DialerEngine.Host.Configuration;

/// <summary>Says whether a file is a WAV file that can be opened now.</summary>
internal static class WavFile
{
    /// <summary>What is wrong with the file, to follow its name as written; null when nothing is.</summary>
    public static string? Fault(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var head = new byte[12];
            var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            var isWav = length == head.Length && head.AsSpan(0, 4).SequenceEqual("RIFF"u8) && head.AsSpan(8, 4).SequenceEqual("WAVE"u8);
            return isWav ? null : $"{path} is no WAV file (it does not begin with RIFF ... WAVE)";
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"there is no file {path}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {fault.Message}";
        }
    }
}
