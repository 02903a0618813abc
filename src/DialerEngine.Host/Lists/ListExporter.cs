using System.Buffers;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Ports;

namespace DialerEngine.Host.Lists;

/// <summary>Writes a list as CSV (RFC 4180, UTF-8, all columns in table order), as it was at one moment. What it writes can be imported.</summary>
internal sealed class ListExporter(ICallingListBulk bulk)
{
    private static readonly SearchValues<byte> NeedsQuotes = SearchValues.Create(",\"\r\n"u8);

    /// <summary>Writes the list; returns how many records.</summary>
    /// <param name="list">Name of the list.</param>
    /// <param name="status">Only records of this status; null for all.</param>
    /// <param name="to">Where to.</param>
    /// <param name="progress">Hears the number of records written so far, some times a second; may be null.</param>
    /// <param name="stop">Ends the export.</param>
    public long Export(string list, RecordStatus? status, Stream to, Action<long>? progress, CancellationToken stop)
    {
        const int FlushAt = 64 * 1024;
        const int RowsBetweenNotices = 4_096;
        using var reader = bulk.BeginRead(list, status);
        var buffer = new ArrayBufferWriter<byte>(2 * FlushAt);
        buffer.Write(Encoding.UTF8.GetBytes(string.Join(',', reader.Columns)));
        buffer.Write("\n"u8);
        long rows = 0;
        while (reader.Read())
        {
            for (var column = 0; column < reader.Columns.Count; column++)
            {
                if (column > 0)
                {
                    buffer.Write(","u8);
                }

                WriteField(buffer, reader.Text(column));
            }

            buffer.Write("\n"u8);
            rows++;
            if (buffer.WrittenCount >= FlushAt)
            {
                to.Write(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }

            if (rows % RowsBetweenNotices == 0)
            {
                stop.ThrowIfCancellationRequested();
                progress?.Invoke(rows);
            }
        }

        to.Write(buffer.WrittenSpan);
        to.Flush();
        return rows;
    }

    private static void WriteField(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> value)
    {
        if (!value.ContainsAny(NeedsQuotes))
        {
            buffer.Write(value);
            return;
        }

        buffer.Write("\""u8);
        while (value.IndexOf((byte)'"') is var quote and >= 0)
        {
            buffer.Write(value[..(quote + 1)]);
            buffer.Write("\""u8);
            value = value[(quote + 1)..];
        }

        buffer.Write(value);
        buffer.Write("\""u8);
    }
}
