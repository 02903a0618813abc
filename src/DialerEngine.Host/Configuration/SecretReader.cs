using System.Text;

namespace DialerEngine.Host.Configuration;

/// <summary>Resolves passwords: <c>env:NAME</c>, <c>file:PATH</c>, or the password itself (which earns a warning). Never shows one.</summary>
internal sealed class SecretReader(FaultList faults, string directory, Func<string, string?> environment)
{
    private const int MaxOctets = 4_096;
    private const UnixFileMode OthersMay = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The password, or null when it cannot be had: the fault is noted.</summary>
    public string? Read(string text, ConfigurationNode node, string path)
    {
        if (text.StartsWith("env:", StringComparison.Ordinal))
        {
            var name = text[4..];
            var value = name.Length is 0 or > 255 || name.Contains('=') || name.Contains('\0') ? null : environment(name);
            if (string.IsNullOrEmpty(value))
            {
                faults.Error(node, path, "names an environment variable that is not set; set it for the process that runs the engine");
                return null;
            }

            return value;
        }

        if (text.StartsWith("file:", StringComparison.Ordinal))
        {
            return ReadFile(text[5..], node, path);
        }

        if (text.Length == 0)
        {
            faults.Hidden(node.Line, node.Column, path, "must not be empty; leave the key out where no password is asked for");
            return null;
        }

        faults.Hidden(
            node.Line, node.Column, path, "stands here in the clear; better env:NAME, or file:PATH of a file that only its owner may read", FaultSeverity.Warning);
        return text;
    }

    private string? ReadFile(string name, ConfigurationNode node, string path)
    {
        if (name.Length is 0 or > 1_024 || name.Contains('\0'))
        {
            faults.Error(node, path, "must name a file after file:");
            return null;
        }

        var full = Path.GetFullPath(Path.Combine(directory, name));
        try
        {
            var info = new FileInfo(full);
            if (!info.Exists)
            {
                faults.Error(node, path, $"there is no file {full}");
                return null;
            }

            if (!OperatingSystem.IsWindows() && (info.UnixFileMode & OthersMay) != 0)
            {
                faults.Error(node, path, $"others than its owner may read or write {full}; run chmod 600 on it");
                return null;
            }

            using var stream = info.OpenRead();
            var octets = new byte[MaxOctets + 1];
            var length = stream.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
            if (length > MaxOctets)
            {
                faults.Error(node, path, $"{full} is larger than 4,096 octets: this is no password");
                return null;
            }

            // One line break at the end is the editor's, not the password's.
            var text = Encoding.UTF8.GetString(octets, 0, length);
            text = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
            if (text.Length > 0)
            {
                return text;
            }

            faults.Error(node, path, $"{full} is empty");
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Error(node, path, $"{full} cannot be read: {fault.Message}");
            return null;
        }
    }
}
