using DialerEngine.Cpd;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.CpdServer;

/// <summary>Log messages of the detector: event ids 4600 to 4699. Numbers are never in them.</summary>
internal static partial class CpdServerLog
{
    [LoggerMessage(EventId = 4601, Level = LogLevel.Error, Message = "The analysis of call {Call} failed ({Phase}, {Position} ms heard): nothing more is heard of it; once answered it is taken for a person")]
    public static partial void AnalysisFailed(ILogger logger, Exception fault, string call, CpdPhase phase, int position);

    [LoggerMessage(EventId = 4602, Level = LogLevel.Warning, Message = "Recordings of decisions cannot be written to {Folder}: {Error}. They are counted until one can be written again")]
    public static partial void NotRecorded(ILogger logger, string folder, string error);

    [LoggerMessage(EventId = 4603, Level = LogLevel.Information, Message = "Recordings of decisions are written to {Folder} again; {Failed} could not be")]
    public static partial void RecordedAgain(ILogger logger, string folder, long failed);

    // Next free event id: 4604.
}
