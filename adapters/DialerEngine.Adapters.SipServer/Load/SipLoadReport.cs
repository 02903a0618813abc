using System.Text.Json.Serialization;

namespace DialerEngine.Adapters.SipServer.Load;

/// <summary>
/// What a load run measured. Names are those of the command's JSON line; null stands for what was not measured.
/// </summary>
/// <param name="Calls">Calls placed in the measured part.</param>
/// <param name="Failed">Of these, calls that did not go INVITE, 200, BYE, 200.</param>
/// <param name="Retransmissions">Messages that this side sent again.</param>
/// <param name="Rate">Calls per second placed in truth.</param>
/// <param name="CpuMsPerCall">Processor time of the process per call, milliseconds.</param>
/// <param name="AllocatedBytesPerCall">Managed bytes allocated per call.</param>
/// <param name="SetupMsP50">INVITE to 200, median, milliseconds.</param>
/// <param name="SetupMsP99">The same, 99th percentile.</param>
/// <param name="SetupMsMax">The same, longest.</param>
/// <param name="GcPausePercent">Share of the time in collector pauses, percent.</param>
/// <param name="HeapBytesPerHeldCall">Growth of the heap per call held at once, bytes; only without audio and with a hold long enough that all calls stand together.</param>
/// <param name="RtpLateMsP99">How late audio packets left, 99th percentile, milliseconds; only with audio.</param>
public sealed record SipLoadReport(
    int Calls, int Failed, long Retransmissions, double Rate, double CpuMsPerCall, double AllocatedBytesPerCall, double? SetupMsP50,
    double? SetupMsP99, double? SetupMsMax, double GcPausePercent, double? HeapBytesPerHeldCall, double? RtpLateMsP99)
{
    /// <summary>What stands behind <see cref="RtpLateMsP99"/>; not part of the JSON line. Null without audio.</summary>
    [JsonIgnore]
    public SipLoadAudio? Audio { get; init; }
}

/// <summary>The audio of a load run, all calls together.</summary>
/// <param name="PacketsSent">RTP packets sent.</param>
/// <param name="PacketsReceived">RTP packets accepted.</param>
/// <param name="Skipped">Frames not sent because the media thread was starved for 100 ms or more.</param>
/// <param name="LateMsP99">How late packets left, 99th percentile, milliseconds; 100 if more than one frame in a hundred was skipped; null if none was due.</param>
/// <param name="LateMsMax">The latest packet sent.</param>
public sealed record SipLoadAudio(long PacketsSent, long PacketsReceived, long Skipped, double? LateMsP99, double LateMsMax);
