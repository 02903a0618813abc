using System.Globalization;
using System.Text;

namespace DialerEngine.Host.Lists;

/// <summary>
/// Rows with faults as a file that can be mended and imported: line and reason in front, then the original row as it was. It
/// appears under its name only when the import is over; where no row has a fault there is none.
/// </summary>
internal sealed class RejectFile(string path, string headerRow, byte separator) : IDisposable
{
    private readonly string _unfinished = path + ".tmp";
    private FileStream? _file;

    public string Path => path;

    public void Add(int line, string reason, ReadOnlySpan<byte> raw, bool isWhole)
    {
        if (_file is null)
        {
            _file = new FileStream(_unfinished, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024);
            _file.Write(Encoding.UTF8.GetBytes($"import_row{(char)separator}import_error{(char)separator}{headerRow}\n"));
        }

        _file.Write(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{line}{(char)separator}\"{reason.Replace("\"", "\"\"", StringComparison.Ordinal)}\"{(char)separator}")));
        if (isWhole)
        {
            _file.Write(raw);
        }

        _file.WriteByte((byte)'\n');
    }

    /// <summary>Puts the file in its place. Its path, or null where there is nothing in it.</summary>
    public string? Finish()
    {
        if (_file is null)
        {
            return null;
        }

        _file.Dispose();
        _file = null;
        File.Move(_unfinished, path, overwrite: true);
        return path;
    }

    public void Dispose()
    {
        if (_file is not null)
        {
            _file.Dispose();
            File.Delete(_unfinished);
        }
    }
}
