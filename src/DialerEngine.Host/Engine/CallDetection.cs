using DialerEngine.Adapters.CpdServer;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Telephony;
using DialerEngine.Host.Configuration;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Engine;

/// <summary>The detector as the engine runs it: analysers for as many calls as the groups can have, profiles, recordings, the book of test calls.</summary>
internal sealed class CallDetection : IAsyncDisposable
{
    private readonly DecisionRecorder? _recorder;

    private CallDetection(CpdServer server, DecisionRecorder? recorder, TestCallBook? testCalls)
    {
        Server = server;
        _recorder = recorder;
        TestCalls = testCalls;
    }

    /// <summary>Listens to calls.</summary>
    public CpdServer Server { get; }

    /// <summary>What agents said of test calls; null where no group makes any.</summary>
    public TestCallBook? TestCalls { get; }

    /// <summary>Recordings dropped because too many were under way.</summary>
    public long RecordingsDropped => _recorder?.Dropped ?? 0;

    /// <summary>Recordings that could not be written.</summary>
    public long RecordingsFailed => _recorder?.Failed ?? 0;

    /// <summary>The book of test calls; null where no group makes any.</summary>
    public static TestCallBook? BookOf(EngineConfiguration configuration)
    {
        var shares = configuration.Groups.Where(g => g.Options.Detection.TestShare > 0).ToDictionary(g => g.Id, g => g.Options.Detection.TestShare);
        return shares.Count == 0 ? null : new TestCallBook(shares);
    }

    /// <summary>Makes the detector; null where nothing is to be listened to.</summary>
    /// <exception cref="EngineStartException">The folder for recordings cannot be made.</exception>
    public static CallDetection? Create(EngineConfiguration configuration, ICallAnalysisEvents events, TestCallBook? testCalls, ILoggerFactory loggers)
    {
        var listening = configuration.Groups.Where(Listens).ToArray();
        if (listening.Length == 0)
        {
            return null;
        }

        var cpd = configuration.Cpd;
        DecisionRecorder? recorder = null;
        if (cpd.Recording is { } recording && listening.Any(g => g.Options.Detection.Recording))
        {
            try
            {
                recorder = new DecisionRecorder(new DecisionRecorderOptions
                {
                    Folder = recording.Folder,
                    EveryCalls = recording.EveryCalls,
                    MaxSeconds = recording.MaxSeconds,
                    MaxFiles = recording.MaxFiles,
                },
                loggers.CreateLogger<DecisionRecorder>());
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new EngineStartException($"cpd.recording.folder: {recording.Folder} cannot be used: {fault.Message}", fault);
            }
        }

        var calls = (int)Math.Clamp(listening.Sum(g => (long)EngineRuntime.MostChannelsOf(g)), 1, cpd.MaxChannels);
        var server = new CpdServer(new CpdServerOptions { MaxCalls = calls, Threads = cpd.Threads }, new CpdProfileSet(cpd.Profiles), events, recorder, loggers.CreateLogger<CpdServer>());
        return new CallDetection(server, recorder, testCalls);
    }

    /// <summary>Puts other profiles in force for the calls that start from now on.</summary>
    public void Reload(CpdConfiguration configuration) => Server.Profiles = new CpdProfileSet(configuration.Profiles);

    public ValueTask DisposeAsync()
    {
        Server.Dispose();
        return _recorder?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private static bool Listens(CampaignGroupDefinition group) =>
        group.Options.Detection is { RecognitionField: not null } or { Recognition: not AnswerTypeRecognition.NoProgressDetection }
        || group.Campaign.Lists.Any(l => l.List.Recognition is { } list and not AnswerTypeRecognition.NoProgressDetection);
}
