using System.Buffers;
using System.Globalization;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Adapters.Sqlite.Outbox;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Ports;
using DialerEngine.Notifications;
using DialerEngine.Notifications.Attempts;
using DialerEngine.Notifications.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Benchmarks;

/// <summary>
/// Call attempt records through journal, outbox and HTTP to a receiver in a process of its own: a sustained rate, a backlog drained, and beside them one
/// HttpClient post after the other. Usage: notify-load RECEIVER_PORT RATE SECONDS BACKLOG; the receiver is tools/NotificationReceiver.
/// </summary>
internal static class NotificationLoad
{
    private static readonly TimeProvider Time = TimeProvider.System;

    public static async Task<int> RunAsync(string[] args)
    {
        var uri = new Uri($"http://127.0.0.1:{args[1]}/attempts");
        var rate = int.Parse(args[2], CultureInfo.InvariantCulture);
        var seconds = int.Parse(args[3], CultureInfo.InvariantCulture);
        var backlog = int.Parse(args[4], CultureInfo.InvariantCulture);
        await NaiveAsync(uri, seconds);
        await SustainAsync(uri, rate, seconds);
        await DrainAsync(uri, backlog);
        return 0;
    }

    private static CampaignGroupDefinition Group { get; } = new()
    {
        Id = new GroupId(1),
        Guid = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"),
        Campaign = new CampaignDefinition { Id = 1, Name = "campaign", Lists = [new CampaignList(new CallingListDefinition { Id = new ListId(1), Name = "list" })] },
        AgentGroup = new AgentGroupDefinition("group", []),
        Options = new CampaignGroupOptions { SendHistory = true },
    };

    private static JournalEntry Entry(long number, int sequence) => new()
    {
        Kind = sequence == 0 ? JournalEntryKind.AttemptStarted : JournalEntryKind.AttemptFinished,
        Group = Group.Id,
        Attempt = new AttemptId(new Guid((int)number, (short)(number >> 32), (short)Environment.ProcessId, new byte[8])),
        List = new ListId(1),
        Record = new RecordId(number),
        Phone = "+12025550100",
        Result = CallResult.NoAnswer,
        At = Time.GetUtcNow().ToUnixTimeMilliseconds(),
        Times = new AttemptTimes { StartProcessing = Time.GetUtcNow().ToUnixTimeMilliseconds() },
        Facts = new AttemptFacts { Wanted = true, DialMode = DialMode.Progress },
    };

    private static async Task NaiveAsync(Uri uri, int seconds)
    {
        using var client = new HttpClient();
        using var format = new AttemptRecordFormat([Group]);
        var body = new ArrayBufferWriter<byte>();
        var latencies = new List<double>();
        var begun = Time.GetTimestamp();
        for (long i = 0; Time.GetElapsedTime(begun).TotalSeconds < seconds; i++)
        {
            body.ResetWrittenCount();
            var entry = Entry(-1 - i, 0);
            format.TryWrite(in entry, 0, body);
            var sent = Time.GetTimestamp();
            using var content = new ByteArrayContent(body.WrittenSpan.ToArray());
            using var answer = await client.PostAsync(uri, content);
            latencies.Add(Time.GetElapsedTime(sent).TotalMilliseconds);
        }

        Print("naive, one post after the other, nothing durable", latencies.Count / (double)seconds, latencies);
    }

    private static async Task SustainAsync(Uri uri, int rate, int seconds)
    {
        await using var run = new Run(uri);
        var begun = Time.GetTimestamp();
        long made = 0;
        long highest = 0;
        while (Time.GetElapsedTime(begun) is var elapsed && elapsed.TotalSeconds < seconds)
        {
            for (var due = (long)(elapsed.TotalSeconds * rate / 2); made < due; made++)
            {
                run.Append(Entry(made, 0));
                run.Append(Entry(made, 1));
            }

            highest = Math.Max(highest, Environment.WorkingSet);
            await Task.Delay(5);
        }

        var left = run.Sender.Unsent;
        await run.EmptyAsync();
        Print($"sustained {rate}/s wanted, {left} waiting at the end, working set at most {highest >> 20} MiB", 2 * made / (double)seconds, run.Poster.Latencies);
    }

    private static async Task DrainAsync(Uri uri, int records)
    {
        await using var run = new Run(uri, start: false);
        var filled = Time.GetTimestamp();
        for (long i = 0; i < records / 2; i++)
        {
            run.Append(Entry(1_000_000_000 + i, 0));
            run.Append(Entry(1_000_000_000 + i, 1));
        }

        await run.CommittedAsync();
        var fillSeconds = Time.GetElapsedTime(filled).TotalSeconds;
        var begun = Time.GetTimestamp();
        run.Sender.Start();
        var highest = 0L;
        while (run.Sender.Unsent > 0)
        {
            highest = Math.Max(highest, GC.GetTotalMemory(false));
            await Task.Delay(50);
        }

        Print(
            string.Create(CultureInfo.InvariantCulture, $"backlog of {records} (written at {records / fillSeconds:F0}/s) drained in {Time.GetElapsedTime(begun).TotalSeconds:F1} s, managed heap at most {highest >> 20} MiB"),
            records / Time.GetElapsedTime(begun).TotalSeconds, run.Poster.Latencies);
    }

    private static void Print(string what, double rate, IReadOnlyList<double> latencies)
    {
        var sorted = latencies.Order().ToArray();
        double At(double share) => sorted.Length == 0 ? 0 : sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {rate:F0} records/s, post ms p50={At(0.5):F2} p99={At(0.99):F2} max={At(1):F1}"));
    }

    private sealed class Run : IAsyncDisposable, IJournalListener
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("dialer-notify-load-").FullName;
        private readonly AttemptRecordFormat _format = new([Group]);
        private readonly SqliteStorage _storage;
        private readonly Adapters.Sqlite.Journal.SqliteAttemptJournal _journal;
        private readonly SqliteAttemptOutbox _outbox;
        private readonly HttpPoster _http = new(new HttpSecurity { AllowedHosts = ["127.0.0.1"] }, 10, Time);
        private long _sequence;

        public Run(Uri uri, bool start = true)
        {
            var hook = new OutboxHook(_format, Time);
            _storage = SqliteStorage.Open(new SqliteStorageOptions { Path = Path.Combine(_folder, "load.db"), Outbox = hook }, Group.Campaign.Lists.Select(l => l.List));
            _journal = _storage.StartJournal(this, Time);
            _outbox = _storage.OpenOutbox();
            Poster = new MeasuringPoster(_http);
            Sender = new AttemptSender(new AttemptSenderSettings
            {
                Options = new NotificationOptions { HistoryUri = uri, HistoryWaitConditionThreshold = int.MaxValue },
                Outbox = _outbox,
                Poster = Poster,
                Groups = [Group],
                Suspend = (_, _) => { },
                Time = Time,
                Logger = NullLogger.Instance,
            });
            hook.Changed += Sender.Changed;
            if (start)
            {
                Sender.Start();
            }
        }

        public AttemptSender Sender { get; }

        public MeasuringPoster Poster { get; }

        public void Append(JournalEntry entry)
        {
            entry.Sequence = ++_sequence;
            while (!_journal.TryAppend(in entry))
            {
                Thread.Sleep(1);
            }
        }

        public async Task CommittedAsync()
        {
            while (_journal.Entries < _sequence)
            {
                await Task.Delay(5);
            }
        }

        public async Task EmptyAsync()
        {
            await CommittedAsync();
            while (Sender.Unsent > 0)
            {
                await Task.Delay(5);
            }
        }

        public void OnCommitted(GroupId group, long sequence)
        {
            // Counted by the journal itself.
        }

        public void OnFault(StorageFault fault, string message) => Console.Error.WriteLine(message);

        public void OnRecovered()
        {
            // The journal goes on by itself.
        }

        public async ValueTask DisposeAsync()
        {
            await Sender.DisposeAsync();
            await _journal.DisposeAsync();
            _outbox.Dispose();
            _storage.Dispose();
            _http.Dispose();
            _format.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private sealed class MeasuringPoster(IHttpPoster inner) : IHttpPoster
    {
        private readonly Lock _gate = new();
        private readonly List<double> _latencies = [];

        public IReadOnlyList<double> Latencies
        {
            get
            {
                lock (_gate)
                {
                    return [.. _latencies];
                }
            }
        }

        public async ValueTask<HttpAnswer> PostAsync(Uri uri, ReadOnlyMemory<byte> body, int timeoutMs, string? idempotencyKey, CancellationToken stop)
        {
            var sent = Time.GetTimestamp();
            var answer = await inner.PostAsync(uri, body, timeoutMs, idempotencyKey, stop);
            lock (_gate)
            {
                _latencies.Add(Time.GetElapsedTime(sent).TotalMilliseconds);
            }

            return answer;
        }
    }
}
