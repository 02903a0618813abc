using System.Text;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Tests.Parsing;

public sealed class SipWriterTests
{
    [Fact]
    public void A_value_with_a_line_end_is_refused()
    {
        var writer = new SipWriter(new byte[256]);
        writer.Header("Subject"u8, "a\r\nEvil: b"u8);
        Assert.True(writer.Refused);
        Assert.False(writer.Succeeded);

        writer = new SipWriter(new byte[256]);
        writer.BeginHeader("Subject"u8);
        writer.Text("a\nEvil: b");
        Assert.True(writer.Refused);
    }

    [Fact]
    public void Memory_that_is_too_short_is_told_and_never_written_behind()
    {
        for (var size = 0; size < 60; size++)
        {
            var memory = new byte[size + 8];
            memory.AsSpan().Fill(0xEE);
            var writer = new SipWriter(memory.AsSpan(0, size));
            writer.StatusLine(200, "OK"u8);
            writer.Header("Content-Type"u8, 12345);
            writer.End();
            Assert.Equal(size < 58, writer.Overflowed);
            Assert.All(memory[size..], octet => Assert.Equal(0xEE, octet));
        }
    }

    [Fact]
    public void Numbers_and_quotes_come_out_as_the_grammar_wants_them()
    {
        var writer = new SipWriter(new byte[256]);
        writer.Hexadecimal(0xAB, 16);
        writer.Quoted("a\"b\\c"u8);
        Assert.Equal("00000000000000ab\"a\\\"b\\\\c\"", Encoding.UTF8.GetString(writer.Written));
    }
}
