using System.Text.Unicode;
using DialerEngine.Core.Lists;

namespace DialerEngine.Host.Lists;

/// <summary>How the octets of a file are to be read.</summary>
internal enum CsvEncoding
{
    Utf8,
    Latin1,
}

/// <summary>
/// Reads comma-separated values (RFC 4180, with any of comma, semicolon and tab, and any line end) block by block, over octets and
/// without a string. Why not CsvHelper: see perf/README.md, Import. A row may be 1 MiB long; a longer one is a fault of that row and
/// reading goes on behind its first line end. Quotation marks inside an unquoted field are taken as they are.
/// </summary>
internal sealed class CsvBlockReader(Stream file, CsvEncoding encoding)
{
    /// <summary>Longest row in octets.</summary>
    public const int MaxRowOctets = 1 << 20;

    // Large enough that reading is cheap, small enough that blocks stay in the processor's cache.
    private const int ChunkOctets = 128 * 1024;
    private const int KeptOfLongRow = 200;

    private readonly byte[] _latin1 = encoding == CsvEncoding.Latin1 ? new byte[ChunkOctets] : [];
    private byte[] _carry = [];
    private int _carried;
    private int _line = 1;
    private long _position;
    private bool _isAtEnd;
    private bool _isSkipping;

    /// <summary>Set from the header before rows are read.</summary>
    public byte Separator { get; set; } = (byte)',';

    /// <summary>Fills a block with rows, at most <paramref name="maxRows"/>. False at the end of the file.</summary>
    public bool Read(ImportBlock block, int maxRows = ImportBlock.MaxRows)
    {
        block.Clear();
        block.EnsureText(Math.Max(_carried, ChunkOctets));
        _carry.AsSpan(0, _carried).CopyTo(block.Text);
        block.FileOctets = _carried;
        _carried = 0;
        var parsed = 0;
        var isEnough = block.FileOctets >= ChunkOctets;
        while (block.RowCount == 0)
        {
            if (!_isAtEnd && !isEnough)
            {
                Fill(block);
            }

            isEnough = false;
            block.Used = block.FileOctets;
            parsed = ParseRows(block, parsed, maxRows);
            if (block.RowCount > 0 || (_isAtEnd && parsed == block.FileOctets))
            {
                break;
            }

            if (!_isAtEnd)
            {
                parsed = MakeRoom(block, parsed);
            }
        }

        Carry(block, parsed);
        MarkInvalidUtf8(block);
        block.FilePosition = _position;
        return block.RowCount > 0;
    }

    /// <summary>Reads the first row, which names the columns, and takes the separator from it unless one is given. Null where the file is empty.</summary>
    public IReadOnlyList<string>? ReadHeader(byte? separator)
    {
        var block = new ImportBlock();
        if (!Read(block, maxRows: 1))
        {
            return null;
        }

        var raw = block.Rows[0];
        var line = _line;
        Separator = separator ?? Detect(block.Text.AsSpan(raw.RawOffset, raw.RawLength));
        block.RowCount = 0;
        block.FieldCount = 0;
        block.Used = block.FileOctets;
        _ = ParseRow(block, raw.RawOffset);
        _line = line;
        return [.. block.Fields.Take(block.FieldCount)
            .Select(f => System.Text.Encoding.UTF8.GetString(block.Text, f.Offset, f.Length).Trim())];
    }

    /// <summary>Makes a separator out of a header: the one of comma, semicolon and tab that it has most of.</summary>
    public static byte Detect(ReadOnlySpan<byte> header)
    {
        var best = (byte)',';
        foreach (var candidate in ",;\t"u8)
        {
            best = header.Count(candidate) > header.Count(best) ? candidate : best;
        }

        return best;
    }

    private void Fill(ImportBlock block)
    {
        block.EnsureText(block.FileOctets + ChunkOctets);
        if (encoding == CsvEncoding.Latin1)
        {
            // Every octet above 127 becomes two.
            var read = file.Read(_latin1, 0, ChunkOctets / 2);
            _isAtEnd = read == 0;
            _position += read;
            block.FileOctets += FromLatin1(_latin1.AsSpan(0, read), block.Text.AsSpan(block.FileOctets));
            return;
        }

        var octets = file.Read(block.Text, block.FileOctets, ChunkOctets);
        if (_position == 0 && block.Text.AsSpan(0, octets).StartsWith("\uFEFF"u8))
        {
            block.Text.AsSpan(3, octets - 3).CopyTo(block.Text);
            block.FileOctets -= 3;
        }

        _isAtEnd = octets == 0;
        _position += octets;
        block.FileOctets += octets;
    }

    private static int FromLatin1(ReadOnlySpan<byte> from, Span<byte> to)
    {
        var written = 0;
        foreach (var octet in from)
        {
            if (octet < 0x80)
            {
                to[written++] = octet;
            }
            else
            {
                to[written++] = (byte)(0xC0 | (octet >> 6));
                to[written++] = (byte)(0x80 | (octet & 0x3F));
            }
        }

        return written;
    }

    /// <summary>Parses whole rows; returns where the first row begins that is not whole yet.</summary>
    private int ParseRows(ImportBlock block, int position, int maxRows)
    {
        while (block.RowCount < maxRows && position < block.FileOctets)
        {
            if (_isSkipping)
            {
                var end = block.Text.AsSpan(position, block.FileOctets - position).IndexOfAny((byte)'\n', (byte)'\r');
                if (end < 0)
                {
                    return block.FileOctets;
                }

                _isSkipping = false;
                position += end;
            }

            if (IsLineEnd(block, ref position))
            {
                continue;
            }

            if (position >= block.FileOctets)
            {
                break;
            }

            var next = ParseRow(block, position);
            if (next < 0)
            {
                return position;
            }

            position = next;
        }

        return position;
    }

    /// <summary>Passes over a line end, and with it over empty lines.</summary>
    private bool IsLineEnd(ImportBlock block, ref int position)
    {
        var octet = block.Text[position];
        if (octet is not ((byte)'\n' or (byte)'\r'))
        {
            return false;
        }

        if (octet == '\r' && position + 1 < block.FileOctets && block.Text[position + 1] == '\n')
        {
            position++;
        }
        else if (octet == '\r' && position + 1 == block.FileOctets && !_isAtEnd)
        {
            // Its line feed, which comes with the next chunk, counts the line.
            _line--;
        }

        position++;
        _line++;
        return true;
    }

    /// <summary>Parses one row up to its line end, which stays. -1 when its end is not in the block yet.</summary>
    private int ParseRow(ImportBlock block, int start)
    {
        var firstField = block.FieldCount;
        var used = block.Used;
        var position = start;
        var fault = ImportFault.None;
        var lines = 0;
        while (true)
        {
            var end = position < block.FileOctets && block.Text[position] == '"'
                ? QuotedField(block, position, ref lines)
                : PlainField(block, position);
            if (end == BadQuoting)
            {
                fault = ImportFault.BadQuoting;
                end = LineEnd(block, start);
                lines = 0;
            }

            if (end < 0)
            {
                block.FieldCount = firstField;
                block.Used = used;
                return -1;
            }

            position = end;
            if (fault != ImportFault.None || position == block.FileOctets || block.Text[position] != Separator)
            {
                break;
            }

            position++;
        }

        AddRow(block, start, position - start, firstField, fault);
        _line += lines;
        return position;
    }

    private const int BadQuoting = -2;

    private int PlainField(ImportBlock block, int position)
    {
        var length = block.Text.AsSpan(position, block.FileOctets - position).IndexOfAny(Separator, (byte)'\n', (byte)'\r');
        if (length < 0)
        {
            if (!_isAtEnd)
            {
                return -1;
            }

            length = block.FileOctets - position;
        }

        block.AddField(position, length);
        return position + length;
    }

    private int QuotedField(ImportBlock block, int position, ref int lines)
    {
        var text = block.Text.AsSpan(0, block.FileOctets);
        var start = ++position;
        var unescaped = -1;
        while (true)
        {
            var length = text[position..].IndexOf((byte)'"');
            if (length < 0)
            {
                return _isAtEnd ? BadQuoting : -1;
            }

            var close = position + length;
            if (close + 1 == text.Length && !_isAtEnd)
            {
                return -1;
            }

            if (close + 1 < text.Length && text[close + 1] == '"')
            {
                unescaped = unescaped < 0 ? block.Used : unescaped;
                text[position..(close + 1)].CopyTo(block.Text.AsSpan(block.Used));
                block.Used += length + 1;
                position = close + 2;
                continue;
            }

            if (close + 1 < text.Length && text[close + 1] != Separator && text[close + 1] is not ((byte)'\n' or (byte)'\r'))
            {
                return BadQuoting;
            }

            lines += text[start..close].Count((byte)'\n');
            if (unescaped < 0)
            {
                block.AddField(start, close - start);
            }
            else
            {
                text[position..close].CopyTo(block.Text.AsSpan(block.Used));
                block.Used += length;
                block.AddField(unescaped, block.Used - unescaped);
            }

            return close + 1;
        }
    }

    private int LineEnd(ImportBlock block, int start)
    {
        var length = block.Text.AsSpan(start, block.FileOctets - start).IndexOfAny((byte)'\n', (byte)'\r');
        return length >= 0 ? start + length : _isAtEnd ? block.FileOctets : -1;
    }

    private void AddRow(ImportBlock block, int start, int length, int firstField, ImportFault fault)
    {
        block.Rows[block.RowCount++] = new CsvRow
        {
            Line = _line,
            RawOffset = start,
            RawLength = length,
            FirstField = firstField,
            FieldCount = block.FieldCount - firstField,
            Fault = length > MaxRowOctets ? ImportFault.RowTooLong : fault,
            FaultField = -1,
        };
    }

    /// <summary>No row is whole yet: drops what is done, or gives a row up that is too long.</summary>
    private int MakeRoom(ImportBlock block, int parsed)
    {
        block.Text.AsSpan(parsed, block.FileOctets - parsed).CopyTo(block.Text);
        block.FileOctets -= parsed;
        if (block.FileOctets <= MaxRowOctets)
        {
            return 0;
        }

        // The row is too long: because of a quotation mark that is never closed, or because its line is.
        var end = block.Text.AsSpan(0, block.FileOctets).IndexOfAny((byte)'\n', (byte)'\r');
        _isSkipping = end < 0;
        var length = end < 0 ? KeptOfLongRow : end;
        AddRow(block, 0, length, block.FieldCount, ImportFault.RowTooLong);
        return end < 0 ? block.FileOctets : end;
    }

    private void Carry(ImportBlock block, int parsed)
    {
        _carried = block.FileOctets - parsed;
        if (_carry.Length < _carried)
        {
            _carry = new byte[_carried * 2];
        }

        block.Text.AsSpan(parsed, _carried).CopyTo(_carry);
    }

    private void MarkInvalidUtf8(ImportBlock block)
    {
        if (encoding == CsvEncoding.Latin1 || Utf8.IsValid(block.Text.AsSpan(0, block.FileOctets - _carried)))
        {
            return;
        }

        for (var i = 0; i < block.RowCount; i++)
        {
            ref var row = ref block.Rows[i];
            if (row.Fault == ImportFault.None && !Utf8.IsValid(block.Text.AsSpan(row.RawOffset, row.RawLength)))
            {
                row.Fault = ImportFault.NotUtf8;
            }
        }
    }
}
