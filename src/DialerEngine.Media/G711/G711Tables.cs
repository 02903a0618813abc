namespace DialerEngine.Media.G711;

/// <summary>Tables of G.711 made once at start: decoding of each law (tables 1 and 2) and direct conversion (tables 3 and 4).</summary>
internal static class G711Tables
{
    /// <summary>Positive u-law decoder value numbers 0..80 to A-law numbers, one-based as in G.711 table 3; from 81 on n maps to n + 1.</summary>
    private static ReadOnlySpan<byte> MuLawToALawHead =>
    [
        1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8,
        9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
        25, 27, 29, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44,
        46, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
        64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79,
        80,
    ];

    /// <summary>Positive A-law numbers 0..79 to u-law numbers as in G.711 table 4; from 80 on n maps to n.</summary>
    private static ReadOnlySpan<byte> ALawToMuLawHead =>
    [
        1, 3, 5, 7, 9, 11, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23,
        24, 25, 26, 27, 28, 29, 30, 31, 32, 32, 33, 33, 34, 34, 35, 35,
        36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 48, 49, 49,
        50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 64,
        65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80,
    ];

    internal static readonly short[] MuLawToLinear = BuildMuLaw();
    internal static readonly short[] ALawToLinear = BuildALaw();
    internal static readonly byte[] MuLawToALaw = BuildMuLawToALaw();
    internal static readonly byte[] ALawToMuLaw = BuildALawToMuLaw();

    private static short[] BuildMuLaw()
    {
        var table = new short[256];
        for (var code = 0; code < 256; code++)
        {
            var plain = ~code & 0xFF;
            var magnitude = ((((plain & 0xF) << 3) + 0x84) << ((plain >> 4) & 7)) - 0x84;
            table[code] = (short)((plain & 0x80) != 0 ? -magnitude : magnitude);
        }

        return table;
    }

    private static short[] BuildALaw()
    {
        var table = new short[256];
        for (var code = 0; code < 256; code++)
        {
            var plain = code ^ 0x55;
            var segment = (plain >> 4) & 7;
            var step = ((plain & 0xF) << 4) + 8;
            var magnitude = segment == 0 ? step : (step + 0x100) << (segment - 1);
            table[code] = (short)((plain & 0x80) != 0 ? magnitude : -magnitude);
        }

        return table;
    }

    private static byte[] BuildMuLawToALaw()
    {
        var table = new byte[256];
        for (var code = 0; code < 256; code++)
        {
            var number = ~code & 0x7F;
            var other = (number < MuLawToALawHead.Length ? MuLawToALawHead[number] : number + 1) - 1;
            table[code] = (byte)((other | (code & 0x80)) ^ 0x55);
        }

        return table;
    }

    private static byte[] BuildALawToMuLaw()
    {
        var table = new byte[256];
        for (var code = 0; code < 256; code++)
        {
            var number = (code ^ 0x55) & 0x7F;
            var other = number < ALawToMuLawHead.Length ? ALawToMuLawHead[number] : number;
            table[code] = (byte)((~other & 0x7F) | ((code ^ 0x55) & 0x80));
        }

        return table;
    }
}
