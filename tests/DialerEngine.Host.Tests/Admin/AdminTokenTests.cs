using System.Runtime.Versioning;
using System.Text;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Cli;

namespace DialerEngine.Host.Tests.Admin;

[UnsupportedOSPlatform("windows")]
public sealed class AdminTokenTests
{
    [Fact]
    public void The_first_start_makes_a_token_and_later_ones_keep_it()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("data/token");

        var first = AdminToken.OpenOrCreate(file, out var created);
        var second = AdminToken.OpenOrCreate(file, out var again);

        Assert.Equal(43, created!.Length);
        Assert.Null(again);
        Assert.True(first.Accepts(created));
        Assert.True(second.Accepts(created));
        Assert.False(second.Accepts(created.AsSpan(0, 42)));
        Assert.False(second.Accepts(""));
        Assert.False(second.Accepts(new string('x', 100_000)));
    }

    [Fact]
    public void The_file_holds_no_token_and_is_the_owners_only()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("token");

        AdminToken.OpenOrCreate(file, out var created);

        Assert.DoesNotContain(created!, File.ReadAllText(file, Encoding.ASCII), StringComparison.Ordinal);
        Assert.StartsWith("sha256:", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void Two_tokens_are_never_the_same() => Assert.NotEqual(AdminToken.NewToken(), AdminToken.NewToken());

    [Fact]
    public void A_file_that_others_may_read_is_refused()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("token");
        AdminToken.OpenOrCreate(file, out _);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Contains("run chmod 600 on it", Assert.Throws<CommandFailedException>(() => AdminToken.OpenOrCreate(file, out _)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:12")]
    [InlineData("sha256:zz")]
    [InlineData("the token itself")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void A_file_that_is_something_else_is_refused(string text)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Contains("no admin token's file", Assert.Throws<CommandFailedException>(() => AdminToken.OpenOrCreate(file, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_where_no_file_can_be_is_one_sentence()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Write("file", ""), "token");

        Assert.StartsWith(file, Assert.Throws<CommandFailedException>(() => AdminToken.OpenOrCreate(file, out _)).Message, StringComparison.Ordinal);
    }
}
