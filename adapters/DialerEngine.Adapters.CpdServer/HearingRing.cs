using DialerEngine.Core.Telephony;
using DialerEngine.Cpd;

namespace DialerEngine.Adapters.CpdServer;

/// <summary>
/// Frames of one call on their way from the media thread to the thread that analyses: one writer, one reader at a time (whoever has the call's lock), no lock
/// between the two. Holds 640 ms; what does not fit is refused, and the analysis sees a gap.
/// </summary>
internal sealed class HearingRing
{
    /// <summary>Frames of at most <see cref="Octets"/> that wait.</summary>
    public const int Frames = 32;

    private const int Octets = 160;

    private readonly byte[] _codes = new byte[Frames * Octets];
    private readonly Head[] _heads = new Head[Frames];
    private int _written;
    private int _read;

    /// <summary>Copies a frame, in parts of 20 ms where it is longer. False when there is no room for all of it. The writer's only.</summary>
    public bool TryWrite(int generation, in CallAudioFrame frame)
    {
        var codes = frame.Codes[..Math.Min(frame.Codes.Length, CallAnalyzer.MaxFrameSamples)];
        var parts = Math.Max(1, (codes.Length + Octets - 1) / Octets);
        var at = _written;
        if (parts > Frames - (at - Volatile.Read(ref _read)))
        {
            return false;
        }

        for (var part = 0; part < parts; part++, at++)
        {
            var offset = part * Octets;
            var piece = codes[offset..Math.Min(codes.Length, offset + Octets)];
            var place = at & (Frames - 1);
            piece.CopyTo(_codes.AsSpan(place * Octets));
            _heads[place] = new Head
            {
                Generation = generation,
                Length = piece.Length,
                Present = Math.Clamp(frame.Present - offset, 0, piece.Length),
                PayloadType = frame.PayloadType,
                Timestamp = frame.Timestamp + (uint)offset,
                NowMs = frame.NowMilliseconds,
            };
        }

        Volatile.Write(ref _written, at);
        return true;
    }

    /// <summary>The oldest frame; it stays until <see cref="Advance"/>. The reader's only.</summary>
    public bool TryPeek(out int generation, out CallAudioFrame frame)
    {
        if (_read == Volatile.Read(ref _written))
        {
            generation = 0;
            frame = default;
            return false;
        }

        var place = _read & (Frames - 1);
        ref readonly var head = ref _heads[place];
        generation = head.Generation;
        frame = new CallAudioFrame(_codes.AsSpan(place * Octets, head.Length), head.PayloadType, head.Present, head.Timestamp, head.NowMs);
        return true;
    }

    /// <summary>Gives the oldest frame's place back.</summary>
    public void Advance() => Volatile.Write(ref _read, _read + 1);

    private struct Head
    {
        public int Generation;
        public int Length;
        public int Present;
        public uint Timestamp;
        public long NowMs;
        public byte PayloadType;
    }
}
