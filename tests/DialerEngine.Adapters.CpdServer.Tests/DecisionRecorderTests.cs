using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Media.Wav;

namespace DialerEngine.Adapters.CpdServer.Tests;

/// <summary>Recordings of decisions: bounded, masked, complete.</summary>
public sealed class DecisionRecorderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cpd-recordings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_folder_keeps_the_newest_and_no_more_than_its_bound()
    {
        await RecordAsync(new DecisionRecorderOptions { Folder = _folder, MaxFiles = 3, MaxSeconds = 2, MaxConcurrent = 16 }, 8, "x");
        Assert.Equal(3, Directory.GetFiles(_folder, "*.wav").Length);
        Assert.Equal(3, Directory.GetFiles(_folder, "*.svg").Length);

        // A new start goes on where the last one ended.
        await RecordAsync(new DecisionRecorderOptions { Folder = _folder, MaxFiles = 3, MaxSeconds = 2 }, 1, "x");
        var names = Directory.GetFiles(_folder, "*.wav").Select(Path.GetFileName).Order().ToArray();
        Assert.StartsWith("cpd-000000007", names[0]);
        Assert.StartsWith("cpd-000000009", names[2]);
    }

    [Fact]
    public async Task A_recording_holds_the_audio_up_to_its_bound_and_a_name_without_special_signs()
    {
        await RecordAsync(new DecisionRecorderOptions { Folder = _folder, MaxSeconds = 1 }, 1, "+49***../77");
        var file = Assert.Single(Directory.GetFiles(_folder, "*.wav"));
        Assert.Equal("cpd-000000001-x49xxxxxx77-Answer.wav", Path.GetFileName(file));
        using var stream = File.OpenRead(file);
        Assert.Equal(WavError.None, WavReader.Load(stream, out var samples));
        Assert.Equal(8_000, samples.Length);
        Assert.Contains("</svg>", await File.ReadAllTextAsync(Path.ChangeExtension(file, "svg")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_call_in_so_many_is_recorded_and_none_without_a_name()
    {
        await RecordAsync(new DecisionRecorderOptions { Folder = _folder, EveryCalls = 4, MaxSeconds = 1, MaxConcurrent = 16 }, 9, "x");
        Assert.Equal(3, Directory.GetFiles(_folder, "*.wav").Length);
        await RecordAsync(new DecisionRecorderOptions { Folder = _folder, MaxSeconds = 1 }, 5, null);
        Assert.Equal(3, Directory.GetFiles(_folder, "*.wav").Length);
    }

    [Fact]
    public async Task Calls_beyond_those_recorded_at_a_time_are_left_out_and_counted()
    {
        var recorder = new DecisionRecorder(new DecisionRecorderOptions { Folder = _folder, MaxConcurrent = 2, MaxSeconds = 1 });
        var server = new CpdServer(new CpdServerOptions(), CpdProfileSet.BuiltIn, new Nobody(), recorder);
        var tickets = Enumerable.Range(1, 5).Select(call => server.Open(new CallAnalysisRequest { Call = new CallHandle(new GroupId(1), call, 1), MaskedName = "+1xxx99" }, 0)).ToArray();
        Assert.Equal(3, recorder.Dropped);
        foreach (var ticket in tickets)
        {
            server.Answered(ticket, 0);
            server.Hear(ticket, new CallAudioFrame(new byte[160], 0, 160, 0, 0));
            server.Close(ticket, 20);
        }

        await recorder.DisposeAsync();
        Assert.Equal(2, Directory.GetFiles(_folder, "*.wav").Length);
        Assert.Equal((3L, 0L), (recorder.Dropped, recorder.Failed));
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_counted_and_said_once_until_it_is_there_again()
    {
        var log = new KeptLog();
        var folder = Path.Combine(_folder, "calls");
        var recorder = new DecisionRecorder(new DecisionRecorderOptions { Folder = folder, MaxSeconds = 1 }, log);
        var server = new CpdServer(new CpdServerOptions(), CpdProfileSet.BuiltIn, new Nobody(), recorder);
        Directory.Delete(folder);
        RecordOne(server, 1);
        RecordOne(server, 2);
        await UntilAsync(() => recorder.Failed == 2);
        Assert.StartsWith($"Warning 4602 Recordings of decisions cannot be written to {folder}", Assert.Single(log.Lines), StringComparison.Ordinal);
        Directory.CreateDirectory(folder);
        RecordOne(server, 3);
        await recorder.DisposeAsync();
        Assert.Single(Directory.GetFiles(folder, "*.wav"));
        Assert.Equal(2, log.Lines.Count);
        Assert.EndsWith("again; 2 could not be ", log.Lines[1], StringComparison.Ordinal);
    }

    private static void RecordOne(CpdServer server, int call)
    {
        var ticket = server.Open(new CallAnalysisRequest { Call = new CallHandle(new GroupId(1), call, 1), MaskedName = "x" }, 0);
        server.Answered(ticket, 0);
        server.Hear(ticket, new CallAudioFrame(new byte[160], 0, 160, 0, 0));
        server.Close(ticket, 20);
    }

    private static async Task UntilAsync(Func<bool> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!wanted())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private static async Task RecordAsync(DecisionRecorderOptions options, int calls, string? name)
    {
        await using var recorder = new DecisionRecorder(options);
        var server = new CpdServer(new CpdServerOptions(), CpdProfileSet.BuiltIn, new Nobody(), recorder);
        var codes = new byte[160];
        codes.AsSpan().Fill(0xFF);
        for (var call = 1; call <= calls; call++)
        {
            var ticket = server.Open(new CallAnalysisRequest { Call = new CallHandle(new GroupId(1), call, 1), MaskedName = name, AnswerTypeRecognition = "no_progress_detection" }, 0);
            server.Answered(ticket, 0);
            for (var frame = 0; frame < 100; frame++)
            {
                server.Hear(ticket, new CallAudioFrame(codes, 0, 160, (uint)(frame * 160), frame * 20));
            }

            server.Close(ticket, 2_000);
        }
    }

    private sealed class Nobody : ICallAnalysisEvents
    {
        public void Found(CallHandle call, in CallFinding finding)
        {
        }
    }
}
