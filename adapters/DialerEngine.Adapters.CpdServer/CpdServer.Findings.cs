using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Cpd;

namespace DialerEngine.Adapters.CpdServer;

/// <summary>What an analysis found on its way to the call's group, and what becomes of a call whose analysis failed.</summary>
public sealed partial class CpdServer
{
    private void Raise(Slot slot, CpdEvents events)
    {
        if (events == CpdEvents.None)
        {
            return;
        }

        var report = slot.Analyzer.Report;
        if ((events & CpdEvents.RingBack) != 0)
        {
            Find(slot, report, CallFindingKind.Ringing, -1);
        }

        if ((events & CpdEvents.BeepStart) != 0)
        {
            Find(slot, report, CallFindingKind.BeepStarted, report.BeepStartMs);
        }

        if ((events & CpdEvents.Result) != 0)
        {
            Interlocked.Increment(ref _results);
            slot.HasVerdict = true;
            var isPerson = slot.Phase == CpdPhase.Answered && report.Outcome == CpdOutcome.Answer;
            Find(
                slot, report, slot.Phase == CpdPhase.EarlyMedia ? CallFindingKind.PreConnectResult : CallFindingKind.PostConnectResult,
                isPerson ? report.GreetingEndMs : -1);
        }

        if ((events & CpdEvents.Correction) != 0)
        {
            Interlocked.Increment(ref _corrections);
            Find(slot, report, CallFindingKind.Correction, report.BeepStartMs);
        }

        if ((events & CpdEvents.GreetingEnd) != 0)
        {
            Find(slot, report, CallFindingKind.GreetingEnded, report.GreetingEndMs);
        }

        if ((events & CpdEvents.BeepEnd) != 0)
        {
            Find(slot, report, CallFindingKind.BeepEnded, report.BeepEndMs);
        }
    }

    private void Find(Slot slot, in CpdReport report, CallFindingKind kind, int happenedMs)
    {
        var position = slot.Analyzer.PositionMs;
        var isResult = kind is CallFindingKind.PreConnectResult or CallFindingKind.PostConnectResult;
        var result = isResult ? (CallResult)(int)report.Outcome : kind == CallFindingKind.Correction ? CallResult.AnsweringMachine : CallResult.Unknown;
        _events.Found(slot.Call, new CallFinding
        {
            Kind = kind,
            Result = result,
            KnownAtMs = slot.NowMs,
            HappenedAtMs = happenedMs < 0 ? slot.NowMs : slot.NowMs - Math.Max(0, position - happenedMs),
            PositionMs = position,
            MachineProbability = report.MachineProbability,
            IsAtEnd = slot.IsClosing,
        });
    }

    /// <summary>The analysis has failed: an answered call without a verdict is taken for a person, who must not wait.</summary>
    private void GiveUp(Slot slot, Exception fault)
    {
        Fail(slot, fault);
        if (slot is not { Phase: CpdPhase.Answered, HasVerdict: false })
        {
            return;
        }

        try
        {
            _events.Found(slot.Call, new CallFinding
            {
                Kind = CallFindingKind.PostConnectResult,
                Result = CallResult.Answer,
                KnownAtMs = slot.NowMs,
                HappenedAtMs = slot.NowMs,
                MachineProbability = 0.5f,
            });
        }
#pragma warning disable CA1031 // Who cannot be told gets the same verdict from the limit within which something must be said; the media thread goes on.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    /// <summary>Nothing more is heard of the call. Counted, and said with the call's handle, so that the recording and the record can be found.</summary>
    private void Fail(Slot slot, Exception fault)
    {
        slot.HasFailed = true;
        Interlocked.Increment(ref _failed);
        CpdServerLog.AnalysisFailed(_logger, fault, slot.Call.ToString(), slot.Phase, slot.Analyzer.PositionMs);
    }
}
