using DialerEngine.Core.Telephony;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Media.G711;

namespace DialerEngine.Adapters.CpdServer;

/// <summary>Frames on their way into an analysis: gaps, losses, comfort noise; at once, or through the slot's ring to its thread.</summary>
public sealed partial class CpdServer
{
    /// <summary>Frames that bring the analysis to the compiler's best code before the first call.</summary>
    private const int WarmUpFrames = 400;

    /// <summary>True while calls are listened to.</summary>
    internal bool HasCalls => _active > 0;

    /// <summary>The hearing threads, for tests of the spread.</summary>
    internal IReadOnlyList<HearingThread> Threads => _threads;

    /// <inheritdoc/>
    public bool Hear(CallAudioTicket ticket, in CallAudioFrame frame)
    {
        if (TryFind(ticket) is not { } slot)
        {
            return false;
        }

        if (_threads.Length == 0)
        {
            lock (slot)
            {
                return slot.Is(ticket) && Take(slot, frame);
            }
        }

        // That the analysis is done is known one frame later.
        if (Volatile.Read(ref slot.Wanted) != ticket.Generation)
        {
            return false;
        }

        if (!slot.Ring!.TryWrite(ticket.Generation, frame))
        {
            Interlocked.Increment(ref _overrun);
        }

        _threads[ticket.Slot % _threads.Length].Announce(ticket.Slot);
        return true;
    }

    /// <summary>Analyses what waits in a slot's ring. On the slot's thread.</summary>
    internal void WorkOff(int index)
    {
        var slot = _slots[index];
        lock (slot)
        {
            Drain(slot);
        }
    }

    /// <summary>Runs the analysis over tone and noise, so that the first calls do not pay for its compilation.</summary>
    internal static void WarmUp()
    {
        Span<byte> codes = stackalloc byte[FrameSamples];
        for (var phase = CpdPhase.EarlyMedia; phase <= CpdPhase.Answered; phase++)
        {
            var analyzer = new CallAnalyzer(CpdProfiles.Default, phase);
            for (var frame = 0; frame < WarmUpFrames; frame++)
            {
                for (var i = 0; i < FrameSamples; i++)
                {
                    // Half a second of sound, half a second of pause; the octets step through tones that no table has.
                    codes[i] = frame % 50 < 25 ? (byte)(i * (1 + (frame % 7))) : (byte)0xFF;
                }

                analyzer.Process(G711Law.MuLaw, codes);
            }
        }
    }

    /// <summary>With the slot's lock: what waits is heard before anything else becomes of the call. Frames of an earlier call of the slot reach nobody.</summary>
    private void Drain(Slot slot)
    {
        while (slot.Ring is { } ring && ring.TryPeek(out var generation, out var frame))
        {
            if (slot.IsOpen && generation == slot.Generation && !Take(slot, frame))
            {
                Volatile.Write(ref slot.Wanted, 0);
            }

            ring.Advance();
        }
    }

    /// <summary>With the slot's lock: one frame. False when nothing more can come of further audio.</summary>
    private bool Take(Slot slot, in CallAudioFrame frame)
    {
        if (IsDone(slot))
        {
            return false;
        }

        Interlocked.Increment(ref _frames);
        slot.NowMs = frame.NowMilliseconds;
        try
        {
            var length = Math.Min(frame.Codes.Length, CallAnalyzer.MaxFrameSamples);
            if (TryAlign(slot, frame.Timestamp, length))
            {
                Raise(slot, Analyze(slot, frame, length));
            }
            else
            {
                Interlocked.Increment(ref _late);
            }
        }
#pragma warning disable CA1031 // Whatever is wrong with the analysis of one call must reach neither the thread that runs it nor other calls.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            GiveUp(slot, fault);
        }

        return !IsDone(slot);
    }

    /// <summary>Bridges what is missing before the frame; false when its time has passed.</summary>
    private bool TryAlign(Slot slot, uint timestamp, int length)
    {
        if (!slot.HasHeard)
        {
            (slot.HasHeard, slot.Expected) = (true, timestamp);
        }

        var ahead = (int)(timestamp - slot.Expected);
        var limit = _options.MaxGapMs * SamplesPerMs;
        if (ahead < 0 && ahead > -limit)
        {
            return false;
        }

        if (ahead > 0 && ahead <= limit)
        {
            for (var left = ahead; left > 0; left -= FrameSamples)
            {
                Interlocked.Increment(ref _gaps);
                var part = Math.Min(left, FrameSamples);

                // After comfort noise nothing is sent because nothing is said: that is silence, no loss.
                Raise(slot, slot.IsComfortNoise ? slot.Analyzer.Process(Slot.Silence.AsSpan(0, part)) : slot.Analyzer.ProcessGap(part));
            }
        }

        slot.Expected = timestamp + (uint)length;
        return true;
    }

    private static CpdEvents Analyze(Slot slot, in CallAudioFrame frame, int length)
    {
        var codes = frame.Codes[..length];
        slot.IsComfortNoise = frame.PayloadType == ComfortNoiseType;
        if (slot.IsComfortNoise)
        {
            // The octets are a description of noise, not audio (RFC 3389): no time passes with them.
            slot.Expected -= (uint)length;
            return CpdEvents.None;
        }

        var isLost = frame.Present < length / 2 || frame.PayloadType is not (PcmuType or PcmaType);
        var law = frame.PayloadType == PcmaType ? G711Law.ALaw : G711Law.MuLaw;
        slot.Recording?.Add(law, isLost ? default : codes, length);
        return isLost ? slot.Analyzer.ProcessGap(length) : slot.Analyzer.Process(law, codes);
    }
}
