using System.Globalization;
using System.Text;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>docs/cti.md against the code: its examples are messages, and it leaves no request, event, error or reason out.</summary>
public sealed class CtiPageTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(Root(), "docs", "cti.md"));

    public static TheoryData<string> Examples() => [.. Page.Where(l => l.StartsWith("{\"message\"", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_is_a_message_of_the_link(string example)
    {
        var bytes = Encoding.UTF8.GetBytes(example);
        if (example.Contains("\"Request", StringComparison.Ordinal))
        {
            var request = CtiRequestReader.Read(bytes).Request;
            Assert.NotNull(request);
            Assert.Equal(example, Encoding.UTF8.GetString(CtiClientJson.Write(request).Span));
        }
        else
        {
            Assert.NotEqual(CtiEventKind.None, CtiClientJson.Read(bytes)!.Kind);
        }
    }

    [Fact]
    public void Every_request_event_error_and_reason_is_on_the_page()
    {
        var text = string.Join('\n', Page);
        var names = Enum.GetValues<CtiRequestKind>().Where(k => k != CtiRequestKind.None).Select(k => $"`{CtiNames.Of(k)}`")
            .Concat(Enum.GetValues<CtiEventKind>().Where(k => k != CtiEventKind.None).Select(k => $"`{CtiNames.Of(k)}`"))
            .Concat(Enum.GetValues<CtiError>().Where(e => e != CtiError.None).Select(e => string.Create(CultureInfo.InvariantCulture, $"| {(int)e} |")))
            .Concat(Enum.GetValues<CtiDisconnectReason>().Where(r => r != CtiDisconnectReason.None).Select(r => $"`{r}`"));
        Assert.All(names, n => Assert.Contains(n, text, StringComparison.Ordinal));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "DialerEngine.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
