using System.CommandLine;
using System.Text;
using System.Text.Json;
using DialerEngine.Host.Verbs;

namespace DialerEngine.Host.Tests;

public sealed class SipParseVerbTests : IDisposable
{
    private const string Options =
        "OPTIONS sip:trunk.example.net SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" +
        "From: <sip:a@example.org>;tag=1\r\nTo: <sip:trunk.example.net>\r\nCall-ID: c1\r\nCSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("sip-parse-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_valid_request_gives_one_line_with_all_fields()
    {
        var file = Write("a.sip", Options);
        var (code, output, error) = Run("--json", file);

        Assert.Equal(0, code);
        Assert.Empty(error);
        var line = JsonDocument.Parse(output).RootElement;
        Assert.Equal(
            ["file", "valid", "error", "kind", "method", "status", "callId", "cseq"], line.EnumerateObject().Select(p => p.Name));
        Assert.Equal(file, line.GetProperty("file").GetString());
        Assert.True(line.GetProperty("valid").GetBoolean());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("error").ValueKind);
        Assert.Equal("request", line.GetProperty("kind").GetString());
        Assert.Equal("OPTIONS", line.GetProperty("method").GetString());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("status").ValueKind);
        Assert.Equal("c1", line.GetProperty("callId").GetString());
        Assert.Equal(7, line.GetProperty("cseq").GetInt32());
    }

    [Fact]
    public void A_response_gives_its_status_and_the_method_of_its_CSeq()
    {
        var (_, output, _) = Run("--json", Write("a.sip", Options.Replace("OPTIONS sip:trunk.example.net SIP/2.0", "SIP/2.0 486 Busy Here")));
        var line = JsonDocument.Parse(output).RootElement;
        Assert.Equal("response", line.GetProperty("kind").GetString());
        Assert.Equal(486, line.GetProperty("status").GetInt32());
        Assert.Equal("OPTIONS", line.GetProperty("method").GetString());
    }

    [Fact]
    public void An_invalid_message_keeps_what_is_known_and_the_exit_code_stays_0()
    {
        var (code, output, _) = Run("--json", Write("a.sip", Options.Replace("CSeq: 7 OPTIONS", "CSeq: x OPTIONS")));
        var line = JsonDocument.Parse(output).RootElement;
        Assert.Equal(0, code);
        Assert.False(line.GetProperty("valid").GetBoolean());
        Assert.Equal("BadCSeq", line.GetProperty("error").GetString());
        Assert.Equal("c1", line.GetProperty("callId").GetString());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("cseq").ValueKind);
    }

    [Fact]
    public void Octets_of_any_kind_give_a_line_and_no_crash()
    {
        var random = new Random(20261120);
        var files = new List<string> { "--json" };
        for (var i = 0; i < 40; i++)
        {
            var octets = new byte[i * i * 50];
            random.NextBytes(octets);
            files.Add(Path.Combine(_folder, $"{i}.sip"));
            File.WriteAllBytes(files[^1], octets);
        }

        var (code, output, _) = Run([.. files]);
        Assert.Equal(0, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(40, lines.Length);
        Assert.All(lines, l => Assert.False(JsonDocument.Parse(l).RootElement.GetProperty("valid").GetBoolean()));
    }

    [Fact]
    public void A_file_that_cannot_be_read_gives_exit_code_2_and_the_others_their_lines()
    {
        var (code, output, error) = Run("--json", Path.Combine(_folder, "absent.sip"), Write("a.sip", Options));
        Assert.Equal(2, code);
        Assert.Contains("absent.sip", error, StringComparison.Ordinal);
        Assert.Contains("\"valid\":true", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_option_the_line_is_for_people()
    {
        var (_, output, _) = Run(Write("a.sip", Options));
        Assert.Contains("valid, request OPTIONS, Call-ID c1, CSeq 7", output, StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_is_wrong_use() => Assert.NotEmpty(SipParseVerb.Create().Parse([]).Errors);

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllBytes(file, Encoding.UTF8.GetBytes(text));
        return file;
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        var configuration = new InvocationConfiguration { Output = new StringWriter(), Error = new StringWriter() };
        var code = SipParseVerb.Create().Parse(arguments).Invoke(configuration);
        return (code, configuration.Output.ToString()!, configuration.Error.ToString()!);
    }
}
