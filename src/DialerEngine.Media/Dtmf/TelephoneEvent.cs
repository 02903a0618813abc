using System.Buffers.Binary;

namespace DialerEngine.Media.Dtmf;

/// <summary>The four octets of a telephone-event payload (RFC 4733 section 2.3).</summary>
/// <param name="Event">0..9 digits, 10 '*', 11 '#', 12..15 'A'..'D', 16 flash; others are other tones.</param>
/// <param name="End">Set on the packets that end the event.</param>
/// <param name="Volume">Power of the tone in -dBm0, 0..63.</param>
/// <param name="Duration">So far, in timestamp units.</param>
public readonly record struct TelephoneEvent(byte Event, bool End, byte Volume, ushort Duration)
{
    /// <summary>Octets of the payload.</summary>
    public const int Length = 4;

    /// <summary>Reads a payload; false when it is shorter than four octets. A longer one is read up to its first event.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out TelephoneEvent parsed)
    {
        parsed = default;
        if (payload.Length < Length)
        {
            return false;
        }

        parsed = new TelephoneEvent(
            payload[0],
            (payload[1] & 0x80) != 0,
            (byte)(payload[1] & 0x3F),
            BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        return true;
    }

    /// <summary>Writes the payload into at least four octets.</summary>
    public void Write(Span<byte> target)
    {
        target[0] = Event;
        target[1] = (byte)((End ? 0x80 : 0) | (Volume & 0x3F));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], Duration);
    }

    /// <summary>The event number of a key, or -1 when <paramref name="key"/> is none of 0-9, *, #, A-D (either case).</summary>
    public static int FromKey(char key) => key switch
    {
        >= '0' and <= '9' => key - '0',
        '*' => 10,
        '#' => 11,
        >= 'A' and <= 'D' => key - 'A' + 12,
        >= 'a' and <= 'd' => key - 'a' + 12,
        _ => -1,
    };

    /// <summary>The key of an event number, or the null character when it is not a DTMF key.</summary>
    public static char ToKey(byte number) => number < 16 ? "0123456789*#ABCD"[number] : '\0';
}
