using System.Net;
using DialerEngine.Core;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Serve;
using DialerEngine.Host.Tests.Admin;
using DialerEngine.Host.Verbs;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Host.Tests.Serve;

public sealed class ServeTests
{
    [Fact]
    public async Task Serve_prints_the_token_once_answers_and_ends_with_0_at_the_signal()
    {
        using var folder = new TemporaryFolder();
        var configuration = Configuration(folder);
        var engine = new FakeEngine();

        var first = await ServeAsync(configuration, engine, async output =>
        {
            var lines = output.ToString().Split('\n');
            var token = lines[0][(lines[0].LastIndexOf(' ') + 1)..].TrimEnd();
            var address = lines[1][(lines[1].LastIndexOf(' ') + 1)..].TrimEnd();
            using var http = new HttpClient { DefaultRequestHeaders = { { "Authorization", "Bearer " + token } } };
            using var answer = await http.PostAsync(new Uri(address + "api/v1/campaign-groups/welcome@sales/load"), null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });
        var second = await ServeAsync(configuration, engine, _ => Task.CompletedTask);

        Assert.Equal((ExitCode.Done, ExitCode.Done), (first.Code, second.Code));
        Assert.Contains("Admin token", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Admin token", second.Output, StringComparison.Ordinal);
        Assert.Equal(2, engine.Disposals);
        Assert.Equal(CampaignGroupState.NotLoaded, (await engine.Fake.SnapshotAsync("welcome@sales", default))!.State);
    }

    [Fact]
    public async Task An_engine_that_cannot_start_says_so_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        using var signals = new StopSignals();
        using var output = new StringWriter();

        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => ServeVerb.RunAsync(
            new ServedConfiguration("x.json", new ConfigurationResult(Configuration(folder), [], 0)), (_, _, _, _) => throw new CommandFailedException("sip.listen: 192.0.2.5:5060 cannot be had"), signals,
            NullLoggerFactory.Instance, TimeProvider.System, output));

        Assert.Equal("sip.listen: 192.0.2.5:5060 cannot be had", failed.Message);
    }

    private static EngineConfiguration Configuration(TemporaryFolder folder) => new()
    {
        StopLimitSeconds = 0,
        Storage = new StorageConfiguration(folder.File("x.db")),
        Admin = new AdminConfiguration { Listen = new IPEndPoint(IPAddress.Loopback, 0), TokenFile = folder.File("token") },
        Trunks = [],
        Lists = [],
        Agents = [],
        Groups = [],
    };

    private static async Task<(int Code, string Output)> ServeAsync(EngineConfiguration configuration, FakeEngine engine, Func<StringWriter, Task> whileItRuns)
    {
        using var signals = new StopSignals();
        using var output = new SignallingWriter("dashboard at");
        var serving = ServeVerb.RunAsync(
            new ServedConfiguration("x.json", new ConfigurationResult(configuration, [], 0)), (_, _, _, _) => Task.FromResult<IRunningEngine>(engine), signals, NullLoggerFactory.Instance, TimeProvider.System, output);
        await Task.WhenAny(output.Seen, serving);
        await whileItRuns(output);
        signals.Raise("SIGTERM");
        return (await serving, output.ToString());
    }

    private sealed class FakeEngine : IRunningEngine
    {
        public FakeControl Fake { get; } = new("welcome@sales");

        public IEngineControl Control => Fake;

        public int Disposals { get; private set; }

        public ValueTask DisposeAsync()
        {
            Disposals++;
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Tells when a line with a text was written.</summary>
    private sealed class SignallingWriter(string text) : StringWriter
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task;

        public override async Task WriteLineAsync(string? value)
        {
            await base.WriteLineAsync(value);
            if (value?.Contains(text, StringComparison.Ordinal) == true)
            {
                _seen.TrySetResult();
            }
        }
    }
}
