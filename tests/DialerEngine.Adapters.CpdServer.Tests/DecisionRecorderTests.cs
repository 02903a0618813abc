using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Cpd.Profiles;
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
