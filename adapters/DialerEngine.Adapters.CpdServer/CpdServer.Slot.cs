using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;

namespace DialerEngine.Adapters.CpdServer;

/// <summary>An analyser of the pool and the call that has it.</summary>
public sealed partial class CpdServer
{
    private sealed class Slot
    {
        public static readonly short[] Silence = new short[FrameSamples];

        public CallAnalyzer Analyzer;
        public CpdPhase Phase;
        public CpdProfile Profile = CpdProfiles.Default;
        public CallHandle Call;
        public DecisionRecording? Recording;
        public int Generation;

        /// <summary>Frames between media thread and analysis, where there are threads; made at the slot's first use.</summary>
        public HearingRing? Ring;

        /// <summary>The generation whose frames are wanted; 0 for none. Read without the lock.</summary>
        public int Wanted;
        public uint Expected;
        public long NowMs;
        public bool IsOpen;
        public bool HasHeard;
        public bool IsComfortNoise;
        public bool IsClosing;
        public bool HasFailed;
        public bool HasVerdict;

        public bool Is(CallAudioTicket ticket) => IsOpen && Generation == ticket.Generation;

        public void Begin(CpdPhase phase, long nowMilliseconds)
        {
            (Phase, NowMs, IsComfortNoise) = (phase, nowMilliseconds, false);
            (IsClosing, HasFailed, HasVerdict) = (false, false, false);
            HasHeard = false;
            Analyzer = new CallAnalyzer(Profile, phase);
        }
    }
}
