using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
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
/// Call attempt records through journal, outbox and HTTP to tools/NotificationReceiver in a process of its own: a sustained rate, and a backlog
/// drained. Beside them, in the same run, a bare HttpClient posts the same bodies with as many posts at a time and keeps nothing.
/// Usage: notify-load RATE SECONDS BACKLOG [POOL].
/// </summary>
internal static class NotificationLoad
{
    private static readonly TimeProvider Time = TimeProvider.System;

    public static async Task<int> RunAsync(string[] args)
    {
        var rate = int.Parse(args[1], CultureInfo.InvariantCulture);
        var seconds = int.Parse(args[2], CultureInfo.InvariantCulture);
        var backlog = int.Parse(args[3], CultureInfo.InvariantCulture);
        var pool = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : 10;
        using var receiver = new ReceiverProcess();
        var uri = await receiver.StartAsync();
        Console.WriteLine("what | records/s | post ms p50 p99 max | CPU ms a record (sender) | managed heap MiB | working set MiB | note");
        await BareAsync(uri, Math.Min(seconds, 20), pool, warm: true);
        await BareAsync(uri, Math.Min(seconds, 20), pool, warm: false);
        await SustainAsync(uri, rate, seconds, pool);
        if (backlog > 0)
        {
            await DrainAsync(uri, backlog, pool);
        }

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

    /// <summary>A number of its own for each attempt, as in a list.</summary>
    private static string PhoneOf(long number) => string.Create(CultureInfo.InvariantCulture, $"+1202{2_000_000 + (number % 7_000_000):D7}");

    private static JournalEntry Entry(long number, int sequence)
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        return new JournalEntry
        {
            Kind = sequence == 0 ? JournalEntryKind.AttemptStarted : JournalEntryKind.AttemptFinished,
            Group = Group.Id,
            Attempt = new AttemptId(new Guid((int)number, (short)(number >> 32), (short)Environment.ProcessId, new byte[8])),
            List = new ListId(1),
            Record = new RecordId(number),
            Phone = PhoneOf(number),
            Result = CallResult.NoAnswer,
            At = now,
            Times = new AttemptTimes { StartProcessing = now, Dialing = sequence == 0 ? 0 : now, CompleteProcessing = sequence == 0 ? 0 : now },
            Facts = new AttemptFacts { Wanted = true, DialMode = DialMode.Progress, TimeZoneName = "America/New_York" },
        };
    }

    /// <summary>What the wire and the receiver can do: <paramref name="pool"/> posts at a time, one after the other each, nothing kept.</summary>
    private static async Task BareAsync(Uri uri, int seconds, int pool, bool warm)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = pool, UseProxy = false, UseCookies = false };
        using var client = new HttpClient(handler);
        var latencies = new Latencies();
        using var usage = new Usage();
        var last = warm ? -1L : -100_000_000L;
        await Task.WhenAll(Enumerable.Range(0, pool).Select(async _ =>
        {
            using var format = new AttemptRecordFormat([Group]);
            var body = new ArrayBufferWriter<byte>();
            var begun = Time.GetTimestamp();
            while (Time.GetElapsedTime(begun).TotalSeconds < seconds)
            {
                body.ResetWrittenCount();
                var entry = Entry(Interlocked.Decrement(ref last), 0);
                format.TryWrite(in entry, 0, body);
                var sent = Time.GetTimestamp();
                using var content = new ByteArrayContent(body.WrittenSpan.ToArray());
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var answer = await client.PostAsync(uri, content);
                latencies.Add(sent);
            }
        }));
        if (!warm)
        {
            Print("bare HttpClient", latencies.Count / (double)seconds, latencies, usage, latencies.Count, $"{pool} posts at a time, nothing kept");
        }
    }

    /// <summary>Records arrive evenly whatever becomes of them; each is durable in journal and outbox before it is posted.</summary>
    private static async Task SustainAsync(Uri uri, int rate, int seconds, int pool)
    {
        await using var run = new Run(uri, pool);
        using var usage = new Usage();
        var begun = Time.GetTimestamp();
        long made = 0;
        var most = 0;
        while (Time.GetElapsedTime(begun) is var elapsed && elapsed.TotalSeconds < seconds)
        {
            for (var due = (long)(elapsed.TotalSeconds * rate / 2); made < due; made++)
            {
                run.Append(Entry(made, 0));
                run.Append(Entry(made, 1));
            }

            most = Math.Max(most, run.Sender.Unsent);
            usage.Look();
            await Task.Delay(5);
        }

        var left = run.Sender.Unsent;
        var saved = run.Sender.Saved;
        Print($"sustained, {rate}/s wanted", saved / (double)seconds, run.Poster.Latencies, usage, saved, $"{left} unconfirmed at the end, {most} at most (grace of a record 0: 250 ms)");
        await run.EmptyAsync();
    }

    private static async Task DrainAsync(Uri uri, int records, int pool)
    {
        await using var run = new Run(uri, pool, start: false);
        var filled = Time.GetTimestamp();
        for (long i = 0; i < records / 2; i++)
        {
            run.Append(Entry(1_000_000_000 + i, 0));
            run.Append(Entry(1_000_000_000 + i, 1));
        }

        await run.CommittedAsync();
        var fillSeconds = Time.GetElapsedTime(filled).TotalSeconds;
        using var usage = new Usage();
        var begun = Time.GetTimestamp();
        run.Sender.Start();
        var next = 0.0;
        while (run.Sender.Unsent > 0)
        {
            usage.Look();
            await Task.Delay(50);
            if (Time.GetElapsedTime(begun).TotalSeconds > next + 30)
            {
                next += 30;
                Console.Error.WriteLine($"  {next:F0} s: {run.Sender.Unsent} left");
            }
        }

        var took = Time.GetElapsedTime(begun).TotalSeconds;
        Print(
            $"backlog of {records}", records / took, run.Poster.Latencies, usage, records,
            string.Create(CultureInfo.InvariantCulture, $"drained in {took:F1} s; written before at {records / fillSeconds:F0}/s"));
    }

    private static void Print(string what, double rate, Latencies latencies, Usage usage, long records, string note) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what} | {rate:F0} | {latencies.At(0.5):F2} {latencies.At(0.99):F2} {latencies.At(1):F1} | {usage.CpuMs / Math.Max(1, records):F3} | {usage.Heap >> 20} | {usage.WorkingSet >> 20} | {note}"));

    /// <summary>Processor time and memory of this process, the sender's.</summary>
    private sealed class Usage : IDisposable
    {
        private readonly Process _self = Process.GetCurrentProcess();
        private readonly TimeSpan _cpu;

        public Usage()
        {
            GC.Collect();
            _cpu = _self.TotalProcessorTime;
        }

        public long Heap { get; private set; }

        public long WorkingSet { get; private set; }

        public double CpuMs
        {
            get
            {
                _self.Refresh();
                return (_self.TotalProcessorTime - _cpu).TotalMilliseconds;
            }
        }

        public void Look()
        {
            Heap = Math.Max(Heap, GC.GetTotalMemory(false));
            WorkingSet = Math.Max(WorkingSet, Environment.WorkingSet);
        }

        public void Dispose() => _self.Dispose();
    }

    /// <summary>Latencies in a histogram of 1 % wide steps, 1 us to about 1,000 s: its memory does not grow with the run.</summary>
    private sealed class Latencies
    {
        private const double Step = 1.01;
        private readonly long[] _counts = new long[2_100];
        private readonly Lock _gate = new();
        private double _highest;

        public long Count { get; private set; }

        public void Add(long since)
        {
            var ms = Time.GetElapsedTime(since).TotalMilliseconds;
            var place = (int)Math.Clamp(Math.Log(Math.Max(ms, 0.001) / 0.001) / Math.Log(Step), 0, _counts.Length - 1);
            lock (_gate)
            {
                Count++;
                _counts[place]++;
                _highest = Math.Max(_highest, ms);
            }
        }

        public double At(double share)
        {
            lock (_gate)
            {
                if (share >= 1)
                {
                    return _highest;
                }

                var left = share * Count;
                for (var i = 0; i < _counts.Length; i++)
                {
                    left -= _counts[i];
                    if (left <= 0)
                    {
                        return 0.001 * Math.Pow(Step, i + 1);
                    }
                }

                return _highest;
            }
        }
    }

    /// <summary>The receiver, keeping identities in memory, in a process of its own on a free port.</summary>
    private sealed class ReceiverProcess : IDisposable
    {
        private readonly Process _process = new()
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "NotificationReceiver.dll"), "--listen", "127.0.0.1:0"])
            {
                RedirectStandardOutput = true,
            },
        };

        public async Task<Uri> StartAsync()
        {
            _process.Start();
            var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the receiver did not start");
            return new Uri(new Uri(line.Split(' ')[2].TrimEnd(':')), "/attempts");
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }

    private sealed class Run : IAsyncDisposable, IJournalListener
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("dialer-notify-load-").FullName;
        private readonly AttemptRecordFormat _format = new([Group]);
        private readonly SqliteStorage _storage;
        private readonly Adapters.Sqlite.Journal.SqliteAttemptJournal _journal;
        private readonly SqliteAttemptOutbox _outbox;
        private readonly HttpPoster _http;
        private long _sequence;

        public Run(Uri uri, int pool, bool start = true)
        {
            var hook = new OutboxHook(_format, Time);
            _storage = SqliteStorage.Open(new SqliteStorageOptions { Path = Path.Combine(_folder, "load.db"), Outbox = hook }, Group.Campaign.Lists.Select(l => l.List));
            _journal = _storage.StartJournal(this, Time);
            _outbox = _storage.OpenOutbox();
            _http = new HttpPoster(new HttpSecurity { AllowedHosts = ["127.0.0.1"] }, pool, Time);
            Poster = new MeasuringPoster(_http);
            Sender = new AttemptSender(new AttemptSenderSettings
            {
                Options = new NotificationOptions { HistoryUri = uri, HistoryWaitConditionThreshold = int.MaxValue, ConnectionPoolSize = pool },
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
        public Latencies Latencies { get; } = new();

        public async ValueTask<HttpAnswer> PostAsync(Uri uri, ReadOnlyMemory<byte> body, int timeoutMs, string? idempotencyKey, CancellationToken stop)
        {
            var sent = Time.GetTimestamp();
            var answer = await inner.PostAsync(uri, body, timeoutMs, idempotencyKey, stop);
            Latencies.Add(sent);
            return answer;
        }
    }
}
