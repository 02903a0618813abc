using System.Diagnostics;
using System.Runtime.Versioning;

namespace DialerEngine.Host.Tests.Cli;

/// <summary>The script <c>dialer</c> in a repository of its own with a dotnet that only takes notes. Its folder's name has a blank.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DialerScriptTests : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const string Dotnet = """
        #!/bin/sh
        echo "$(pwd): $*" >>"$NOTES"
        case $1 in
            build)
                [ "${BUILD_FAILS:-}" = 1 ] && { echo "Program.cs(1,1): error CS0000: broken"; exit 1; }
                mkdir -p src/DialerEngine.Host/bin/Release/net10.0
                echo built >src/DialerEngine.Host/bin/Release/net10.0/dialer.dll ;;
            test) cat "$TEST_OUTPUT"; exit "${TEST_CODE:-0}" ;;
            *) shift; echo "ran: $*"; exit "${RUN_CODE:-0}" ;;
        esac
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _root;
    private readonly string _tools;
    private readonly Dictionary<string, string> _environment = [];

    public DialerScriptTests()
    {
        _root = _folder.File("a repository");
        _tools = _folder.File("tools");
        Directory.CreateDirectory(Path.Combine(_root, "src", "DialerEngine.Host"));
        Directory.CreateDirectory(_tools);
        File.Copy(Repository.PathOf("dialer"), Path.Combine(_root, "dialer"));
        File.WriteAllText(Path.Combine(_root, "src", "DialerEngine.Host", "Program.cs"), "// first");
        foreach (var tool in "sh dirname readlink find sort cksum head cat touch date cp mv rm mkdir grep awk tee flock sleep".Split(' '))
        {
            var real = new[] { "/usr/bin/", "/bin/" }.Select(d => d + tool).FirstOrDefault(File.Exists);
            if (real is not null)
            {
                File.CreateSymbolicLink(Path.Combine(_tools, tool), real);
            }
        }

        Tool("dotnet", Dotnet);
        Tool("id", "#!/bin/sh\necho 0\n");
        foreach (var tool in new[] { "sipp", "baresip", "sqlite3", "chromium" })
        {
            Tool(tool, "#!/bin/sh\n");
        }

        _environment["PATH"] = _tools;
        _environment["NOTES"] = _folder.File("notes");
        _environment["TEST_OUTPUT"] = _folder.File("test-output");
    }

    private string[] Notes => File.Exists(_folder.File("notes")) ? File.ReadAllLines(_folder.File("notes")) : [];

    [Fact]
    public async Task The_first_start_builds_and_later_ones_only_run()
    {
        var first = await RunAsync("check", "--config", "a file.json");
        var second = await RunAsync("check");

        Assert.Equal((0, "ran: check --config a file.json\n"), (first.Code, first.Output));
        Assert.Contains("building", first.Error, StringComparison.Ordinal);
        Assert.Equal((0, "ran: check\n", ""), second);
        Assert.Equal(1, Notes.Count(n => n.Contains(": build ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_changed_a_new_and_a_removed_source_are_each_built()
    {
        await RunAsync("check");
        File.WriteAllText(Path.Combine(_root, "src", "DialerEngine.Host", "Program.cs"), "// changed");
        await RunAsync("check");
        File.WriteAllText(Path.Combine(_root, "src", "DialerEngine.Host", "New.cs"), "// new");
        File.SetLastWriteTimeUtc(Path.Combine(_root, "src", "DialerEngine.Host", "New.cs"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await RunAsync("check");
        File.Delete(Path.Combine(_root, "src", "DialerEngine.Host", "New.cs"));
        await RunAsync("check");
        await RunAsync("check");

        Assert.Equal(4, Notes.Count(n => n.Contains(": build ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_desktop_page_is_built_beside_the_engine_and_its_failure_stops_nothing()
    {
        var folder = Path.Combine(_root, "tools", "desktop");
        Directory.CreateDirectory(folder);
        var script = Path.Combine(folder, "build.sh");
        File.WriteAllText(script, """
            #!/bin/sh
            echo "page $*" >>"$NOTES"
            [ "${1:-}" = --check ] && exit "${PAGE_STALE:-0}"
            [ "${PAGE_FAILS:-}" = 1 ] && { echo "desktop page: no Node.js" >&2; exit 1; }
            exit 0
            """);
        File.SetUnixFileMode(script, Executable);

        Assert.Equal(0, (await RunAsync("check")).Code);
        Assert.Contains("page ", Notes);
        var built = Notes.Count(n => n.Contains(": build ", StringComparison.Ordinal));

        // A stale page alone builds the page and not the engine.
        _environment["PAGE_STALE"] = "1";
        _environment["PAGE_FAILS"] = "1";
        var (code, output, error) = await RunAsync("check");
        Assert.Equal((0, "ran: check\n"), (code, output));
        Assert.Contains("desktop page: no Node.js", error, StringComparison.Ordinal);
        Assert.Equal(built, Notes.Count(n => n.Contains(": build ", StringComparison.Ordinal)));
        File.WriteAllText(_folder.File("test-output"), "Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total:    12, Duration: 21 ms - A.dll (net10.0)\n");
        Assert.Equal(0, (await RunAsync("test")).Code);
    }

    [Fact]
    public async Task The_exit_code_is_the_programs()
    {
        _environment["RUN_CODE"] = "2";

        Assert.Equal(2, (await RunAsync("check")).Code);
    }

    [Fact]
    public async Task It_works_through_links_and_builds_at_the_root()
    {
        var link = _folder.File("link to dialer");
        File.CreateSymbolicLink(_folder.File("middle"), Path.Combine(_root, "dialer"));
        File.CreateSymbolicLink(link, "middle");

        var (code, output, _) = await RunAsync(link, "list");

        Assert.Equal((0, "ran: list\n"), (code, output));
        Assert.StartsWith(_root + ": build ", Notes[0], StringComparison.Ordinal);
        Assert.StartsWith(_folder.Path + ": ", Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_fails_shows_its_errors_and_runs_nothing()
    {
        _environment["BUILD_FAILS"] = "1";

        var (code, output, error) = await RunAsync("check");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("error CS0000: broken", error, StringComparison.Ordinal);
        Assert.Contains("the build failed", error, StringComparison.Ordinal);
        _environment.Remove("BUILD_FAILS");
        Assert.Equal(0, (await RunAsync("check")).Code);
    }

    [Fact]
    public async Task Starts_at_the_same_time_build_once()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => RunAsync("check", $"{i}")));

        Assert.All(runs, r => Assert.Equal(0, r.Code));
        Assert.Equal(1, Notes.Count(n => n.Contains(": build ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Tests_are_added_up_over_all_projects()
    {
        File.WriteAllText(_folder.File("test-output"), """
            Passed!  - Failed:     0, Passed:    12, Skipped:     1, Total:    13, Duration: 21 ms - A.dll (net10.0)
            No test matches the given testcase filter `Category!=Soak` in B.dll
            Passed!  - Failed:     0, Passed:  1030, Skipped:     2, Total:  1032, Duration: 3 s - C.dll (net10.0)
            """);

        var (code, output, _) = await RunAsync("test");

        Assert.Equal(0, code);
        Assert.EndsWith("\n1042 passed, 0 failed, 3 skipped\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("No test matches", output, StringComparison.Ordinal);
        Assert.Contains("--filter Category!=Soak", Notes[^1], StringComparison.Ordinal);
        await RunAsync("test", "--all");
        Assert.DoesNotContain("--filter", Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_test_fails_the_command()
    {
        File.WriteAllText(_folder.File("test-output"), "Failed!  - Failed:     2, Passed:    12, Skipped:     0, Total:    14, Duration: 21 ms - A.dll (net10.0)\n");
        _environment["TEST_CODE"] = "1";

        var (code, output, _) = await RunAsync("test");

        Assert.Equal(1, code);
        Assert.EndsWith("12 passed, 2 failed, 0 skipped\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_without_a_single_test_fails_the_command()
    {
        File.WriteAllText(_folder.File("test-output"), "");

        var (code, output, _) = await RunAsync("test");

        Assert.Equal((1, "0 passed, 0 failed, 0 skipped\n"), (code, output));
    }

    [Fact]
    public async Task A_crash_fails_the_command_though_all_that_ran_passed()
    {
        File.WriteAllText(_folder.File("test-output"), "Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total:    12, Duration: 21 ms - A.dll (net10.0)\n");
        _environment["TEST_CODE"] = "1";

        Assert.Equal(1, (await RunAsync("test")).Code);
    }

    [Fact]
    public async Task Missing_tools_are_installed_by_root_and_named_to_others()
    {
        File.WriteAllText(_folder.File("test-output"), "Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total:    12, Duration: 21 ms - A.dll (net10.0)\n");
        File.Delete(Path.Combine(_tools, "sipp"));
        Tool("apt-get", "#!/bin/sh\necho \"apt-get $*\" >>\"$NOTES\"\n");

        await RunAsync("test");
        Assert.Contains("apt-get install -y -qq --no-install-recommends sip-tester", Notes);
        Tool("id", "#!/bin/sh\necho 1000\n");
        var (code, _, error) = await RunAsync("test");

        Assert.Equal(0, code);
        Assert.Contains("not installed: sip-tester: tests that need them are skipped", error, StringComparison.Ordinal);
        Assert.Equal(1, Notes.Count(n => n.StartsWith("apt-get install", StringComparison.Ordinal)));
    }

    public void Dispose() => _folder.Dispose();

    private void Tool(string name, string text)
    {
        var file = Path.Combine(_tools, name);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, Executable);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        arguments[0].StartsWith('/') ? StartAsync(arguments[0], arguments[1..]) : StartAsync(Path.Combine(_root, "dialer"), arguments);

    private async Task<(int Code, string Output, string Error)> StartAsync(string script, string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path };
        start.ArgumentList.Add(script);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
