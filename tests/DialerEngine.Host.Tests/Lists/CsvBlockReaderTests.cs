using System.Text;
using DialerEngine.Core.Lists;
using DialerEngine.Host.Lists;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Host.Tests.Lists;

/// <summary>CSV by RFC 4180 with the liberties that real files take, over any cutting of the file into reads.</summary>
public sealed class CsvBlockReaderTests
{
    [Fact]
    public void Fields_lines_and_quotes_are_read_as_RFC_4180_writes_them()
    {
        var rows = Read("a,b,c\r\n1,\"x, y\",3\n\n4,\"say \"\"hi\"\"\",\"two\nlines\"\r,,\n7,8,9");

        Assert.Equal(["2: 1|x, y|3", "4: 4|say \"hi\"|two\nlines", "6: ||", "7: 7|8|9"], rows);
    }

    [Theory]
    [InlineData("a;b,x;c\n", (byte)';')]
    [InlineData("a\tb\tc\n", (byte)'\t')]
    [InlineData("a,b\n", (byte)',')]
    [InlineData("alone\n", (byte)',')]
    [InlineData("\"a\";\"b\"\n", (byte)';')]
    public void The_separator_is_the_one_that_the_header_has_most_of(string header, byte separator)
    {
        var reader = new CsvBlockReader(new MemoryStream(Encoding.UTF8.GetBytes(header)), CsvEncoding.Utf8);
        Assert.NotNull(reader.ReadHeader(null));
        Assert.Equal(separator, reader.Separator);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_name()
    {
        var reader = new CsvBlockReader(new MemoryStream([0xEF, 0xBB, 0xBF, .. "phone,name\n1,2\n"u8]), CsvEncoding.Utf8);
        Assert.Equal(["phone", "name"], reader.ReadHeader(null));
    }

    [Fact]
    public void Octets_that_are_not_UTF_8_are_a_fault_of_their_row_only()
    {
        var rows = Read([.. "a,b\n1,ok\n2,"u8, 0xE9, .. "\n3,\u00E9\n"u8]);
        Assert.Equal(["2: 1|ok", "3: NotUtf8", "4: 3|\u00E9"], rows);
    }

    [Fact]
    public void Latin_1_is_read_where_it_is_asked_for() =>
        Assert.Equal(["2: Zo\u00EB|\u00FF"], Read([.. "a,b\nZo"u8, 0xEB, .. ","u8, 0xFF], CsvEncoding.Latin1));

    [Fact]
    public void Text_after_a_closing_quote_is_a_fault_of_that_line_only() =>
        Assert.Equal(["2: BadQuoting", "3: 2|y"], Read("a,b\n1,\"x\"z\n2,y\n"));

    [Fact]
    public void A_quote_that_is_never_closed_costs_one_line() =>
        Assert.Equal(["2: BadQuoting", "3: 2|y"], Read("a,b\n1,\"x\n2,y\n"));

    [Fact]
    public void A_quote_that_is_not_closed_within_a_mebibyte_costs_one_line()
    {
        var line = "2," + new string('y', 98) + "\n";
        var rows = Read("a,b\n1,\"x\n" + string.Concat(Enumerable.Repeat(line, 20_000)));
        Assert.Equal("2: RowTooLong", rows[0]);
        Assert.Equal(20_001, rows.Count);
        Assert.Equal("20002: 2|" + new string('y', 98), rows[^1]);
    }

    [Fact]
    public void A_line_longer_than_a_mebibyte_is_one_fault_and_memory_stays_bounded()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var file = new MemoryStream();
        file.Write("a,b\n1,x\n"u8);
        for (var i = 0; i < 40; i++)
        {
            file.Write(Enumerable.Repeat((byte)'z', 1 << 20).ToArray());
        }

        file.Write("\n3,y\n"u8);
        file.Position = 0;
        var reader = new CsvBlockReader(file, CsvEncoding.Utf8);
        reader.ReadHeader(null);
        var block = new ImportBlock();
        var rows = ReadAll(reader, block);

        Assert.Equal(["2: 1|x", "3: RowTooLong", "4: 3|y"], rows);
        Assert.True(block.Text.Length < 8 << 20, $"{block.Text.Length} octets are kept");
        Assert.True(before > 0);
    }

    [Fact]
    public void A_row_of_nearly_a_mebibyte_is_read()
    {
        var value = new string('v', CsvBlockReader.MaxRowOctets - 10);
        Assert.Equal([$"2: 1|{value}"], Read($"a,b\n1,{value}\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("\uFEFF")]
    public void A_file_without_a_row_has_no_header(string text) =>
        Assert.Null(new CsvBlockReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), CsvEncoding.Utf8).ReadHeader(null));

    [Fact]
    public void More_rows_than_a_block_holds_come_in_several()
    {
        var rows = Read("a,b\n" + string.Concat(Enumerable.Range(1, 10_000).Select(i => $"{i},x\n")));
        Assert.Equal(Enumerable.Range(1, 10_000).Select(i => $"{i + 1}: {i}|x"), rows);
    }

    [Fact]
    public void However_a_file_is_cut_into_reads_its_rows_are_the_same()
    {
        var pieces = Gen.Elements("a", "\u00E9", ",", "\"", "\"\"", "\n", "\r\n", "\r", "1", " ").ArrayOf().ToArbitrary();
        Prop.ForAll(pieces, Gen.Choose(1, 7).ToArbitrary(), (text, step) =>
        {
            var octets = Encoding.UTF8.GetBytes("h,i\n" + string.Concat(text));
            var whole = ReadAll(Open(new MemoryStream(octets)), new ImportBlock());
            var cut = ReadAll(Open(new DrippingStream(octets, step)), new ImportBlock());

            // A bare carriage return at the end of a read may count its line later; the rows themselves are the same.
            Assert.Equal(whole.Select(WithoutLine), cut.Select(WithoutLine));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_octets_are_read_to_their_end() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), octets =>
    {
        var reader = new CsvBlockReader(new MemoryStream(octets), CsvEncoding.Utf8);
        if (reader.ReadHeader(null) is not null)
        {
            Assert.True(ReadAll(reader, new ImportBlock()).Count <= octets.Length);
        }
    }).QuickCheckThrowOnFailure();

    private static string WithoutLine(string row) => row[row.IndexOf(':')..];

    private static CsvBlockReader Open(Stream file)
    {
        var reader = new CsvBlockReader(file, CsvEncoding.Utf8);
        reader.ReadHeader((byte)',');
        return reader;
    }

    private static List<string> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static List<string> Read(byte[] octets, CsvEncoding encoding = CsvEncoding.Utf8)
    {
        var reader = new CsvBlockReader(new MemoryStream(octets), encoding);
        reader.ReadHeader(null);
        return ReadAll(reader, new ImportBlock());
    }

    private static List<string> ReadAll(CsvBlockReader reader, ImportBlock block)
    {
        var rows = new List<string>();
        while (reader.Read(block))
        {
            for (var i = 0; i < block.RowCount; i++)
            {
                var row = block.Rows[i];
                rows.Add($"{row.Line}: " + (row.Fault != ImportFault.None
                    ? row.Fault.ToString()
                    : string.Join('|', block.Fields.Skip(row.FirstField).Take(row.FieldCount).Select(f => Encoding.UTF8.GetString(block.Text, f.Offset, f.Length)))));
            }
        }

        return rows;
    }

    private sealed class DrippingStream(byte[] octets, int step) : MemoryStream(octets)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, step));
    }
}
