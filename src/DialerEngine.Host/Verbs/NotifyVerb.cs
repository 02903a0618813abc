using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Configuration;
using DialerEngine.Notifications;
using DialerEngine.Notifications.Attempts;
using DialerEngine.Notifications.CampaignGroups;
using DialerEngine.Notifications.Http;
using DialerEngine.Notifications.Validation;

namespace DialerEngine.Host.Verbs;

/// <summary><c>notify test|status|requeue --config FILE</c>: tries the HTTP notifiers, shows the outbox, sends again what was set aside.</summary>
internal static class NotifyVerb
{
    /// <summary>A number that nobody has (555-0100 to 0199 are for examples), and an identity that no attempt gets: a receiver can tell a test.</summary>
    private const string TestNumber = "+12025550100";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create() => CommandLine.Group(
        "notify", "HTTP notifiers: try them, look at the outbox of call attempt records.",
        Verb("test", "Sends one of each to the configured addresses and shows request and answer.", TestAsync),
        Verb("status", "Shows how many call attempt records are not confirmed and how many were refused for good.", (c, o, _, _) => Task.FromResult(Status(c, o))),
        Verb("requeue", "Sends call attempt records again that the receiver refused for good. The engine need not be stopped.", (c, o, _, _) => Task.FromResult(Requeue(c, o))));

    /// <summary>Sends one of each; done when every answer is one that the engine can work with.</summary>
    public static async Task<int> TestAsync(EngineConfiguration configuration, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var options = configuration.Notifications;
        if (!options.IsUsed || configuration.Groups.Count == 0)
        {
            await error.WriteLineAsync("dialer notify test: the configuration sends nothing: see send-campaigngroup-states, send-history and pre-dial-validation in its section notifications");
            return ExitCode.Wrong;
        }

        using var poster = new HttpPoster(options.Security, options.ConnectionPoolSize, TimeProvider.System);
        var group = configuration.Groups[0] with { Options = configuration.Groups[0].Options with { SendHistory = true } };
        var isGood = true;
        foreach (var (what, uri, body, timeoutMs, expected) in Samples(group, options))
        {
            await output.WriteLineAsync($"== {what}: POST {uri}");
            await output.WriteLineAsync(Pretty(body.Span));
            var answer = await poster.PostAsync(uri, body, timeoutMs, null, cancel);
            await output.WriteLineAsync($"-- {answer.Reason}{Meaning(expected.Contains(answer.Status))}");
            if (answer.Body.Length > 0)
            {
                await output.WriteLineAsync(Pretty(answer.Body.Span));
            }

            isGood &= expected.Contains(answer.Status);
        }

        return isGood ? ExitCode.Done : ExitCode.Failed;
    }

    private static IEnumerable<(string What, Uri Uri, ReadOnlyMemory<byte> Body, int TimeoutMs, int[] Expected)> Samples(CampaignGroupDefinition group, NotificationOptions options)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (options.StatesUri is { } states)
        {
            var report = new CampaignGroupStateReport
            {
                Group = group,
                State = CampaignGroupState.Active,
                DialMode = group.DialMode,
                Action = CampaignMessageType.ReqLoadCampaign,
                Actor = CampaignActorType.Client,
                At = now,
                Lists = [.. group.Campaign.Lists.Select(l => new CampaignListStatistics(l.List, null, null))],
            };
            var body = new ArrayBufferWriter<byte>();
            report.Write(body);
            yield return ("campaign group state", states, body.WrittenMemory, options.ResponseTimeoutMs, [200, 201, 202, 204]);
        }

        if (options.ValidationUri is { } validation)
        {
            var body = new ArrayBufferWriter<byte>();
            PreDialGate.WriteBody(body, group, new PreDialQuestion
            {
                Number = 1,
                Record = new CallRecord { ContactInfo = TestNumber, RecordType = RecordType.General, RecordStatus = RecordStatus.Retrieved },
                List = group.Campaign.Lists[0].List,
                Attempt = default,
                DialMode = group.DialMode,
                AskedAt = now.ToUnixTimeMilliseconds(),
            });
            yield return ("pre-dial validation", validation, body.WrittenMemory, options.ResponseTimeoutMs, [200, 409]);
        }

        if (options.HistoryUri is { } history)
        {
            using var format = new AttemptRecordFormat([group]);
            for (var sequence = 0; sequence <= 1; sequence++)
            {
                var body = new ArrayBufferWriter<byte>();
                var entry = SampleAttempt(group, now.ToUnixTimeMilliseconds(), sequence);
                format.TryWrite(in entry, sequence, body);
                yield return (string.Create(CultureInfo.InvariantCulture, $"call attempt record {sequence}"), history, body.WrittenMemory, options.HistoryResponseTimeoutMs, [200]);
            }
        }
    }

    private static JournalEntry SampleAttempt(CampaignGroupDefinition group, long now, int sequence)
    {
        var entry = new JournalEntry
        {
            Kind = sequence == 0 ? JournalEntryKind.AttemptStarted : JournalEntryKind.AttemptFinished,
            Group = group.Id,
            List = group.Campaign.Lists[0].List.Id,
            Phone = TestNumber,
            At = now,
            Times = new AttemptTimes { StartProcessing = now },
            Facts = new AttemptFacts { Wanted = true, DialMode = group.DialMode },
        };
        if (sequence == 1)
        {
            entry.Result = CallResult.NoAnswer;
            entry.Times.Dialing = now;
            entry.Times.Ringing = now;
            entry.Times.Released = now;
            entry.Times.CompleteProcessing = now;
        }

        return entry;
    }

    private static string Meaning(bool isExpected) => isExpected ? "" : ": this is no answer that the engine takes";

    private static int Status(EngineConfiguration configuration, TextWriter output)
    {
        using var storage = OpenStorage(configuration);
        using var outbox = storage.OpenOutbox();
        var counts = outbox.Count();
        foreach (var group in configuration.Groups)
        {
            var count = counts.FirstOrDefault(c => c.Group == group.Id);
            output.WriteLine($"{group.Name}: {count.Unsent} not confirmed, {count.Failed} of them to be sent again");
        }

        output.WriteLine($"{outbox.CountDead()} refused for good");
        return ExitCode.Done;
    }

    private static int Requeue(EngineConfiguration configuration, TextWriter output)
    {
        using var storage = OpenStorage(configuration);
        using var outbox = storage.OpenOutbox();
        output.WriteLine($"{outbox.Revive(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())} records are sent again, by a running engine at its next start");
        return ExitCode.Done;
    }

    private static SqliteStorage OpenStorage(EngineConfiguration configuration)
    {
        try
        {
            return SqliteStorage.Open(new SqliteStorageOptions { Path = configuration.Storage.SqlitePath }, []);
        }
        catch (StorageFaultException fault)
        {
            throw new CommandFailedException($"dialer notify: {fault.Message}", ExitCode.Failed);
        }
    }

    private static string Pretty(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            return JsonSerializer.Serialize(JsonElement.ParseValue(ref json), Indented);
        }
        catch (JsonException)
        {
            // What is no JSON is shown as it is, without characters that a terminal would obey.
            const int Shown = 2_000;
            var text = Encoding.UTF8.GetString(body);
            return string.Concat((text.Length > Shown ? text[..Shown] : text).Select(c => char.IsControl(c) && c is not '\n' ? '.' : c));
        }
    }

    private static Command Verb(string name, string description, Func<EngineConfiguration, TextWriter, TextWriter, CancellationToken, Task<int>> run)
    {
        var config = new Option<string>("--config") { Description = "Configuration file.", HelpName = "FILE", Required = true };
        var command = new Command(name, description) { config };
        command.SetAction(async (parsed, cancel) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            return CheckVerb.Load(parsed.GetValue(config)!, error) is { } configuration
                ? await run(configuration, parsed.InvocationConfiguration.Output, error, cancel)
                : ExitCode.Wrong;
        });
        return command;
    }
}
