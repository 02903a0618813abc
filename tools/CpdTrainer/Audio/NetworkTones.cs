namespace CpdTrainer.Audio;

/// <summary>Tones of networks and data devices with the result expected of each, from ITU-T E.180 and its supplement 2, T.30, V.8, V.25.</summary>
internal static class NetworkTones
{
    /// <summary>Name (kind_country), milliseconds of audio, whether it repeats, stretches.</summary>
    public static readonly (string Name, double Ms, bool Repeats, ToneStretch[] Stretches)[] All =
    [
        ("ringback_us", 7000, true, [new(2000, 440, 480), new(4000)]),
        ("ringback_gb", 7000, true, [new(400, 400, 450), new(200), new(400, 400, 450), new(2000)]),
        ("ringback_de", 7000, true, [new(1000, 425), new(4000)]),
        ("ringback_fr", 7000, true, [new(1500, 440), new(3500)]),
        ("ringback_es", 7000, true, [new(1500, 425), new(3000)]),
        ("ringback_jp", 7000, true, [new(1000, 400, AmHz: 16, AmDepth: 0.85), new(2000)]),
        ("ringback_au", 7000, true, [new(400, 413, 438), new(200), new(400, 413, 438), new(2000)]),
        ("ringback_in", 7000, true, [new(400, 400, AmHz: 25, AmDepth: 0.85), new(200), new(400, 400, AmHz: 25, AmDepth: 0.85), new(2000)]),
        ("ringback_nz", 7000, true, [new(400, 400, 450), new(200), new(400, 400, 450), new(2000)]),
        ("ringback_cn", 7000, true, [new(1000, 450), new(4000)]),
        ("busy_us", 4500, true, [new(500, 480, 620), new(500)]),
        ("busy_gb", 4500, true, [new(375, 400), new(375)]),
        ("busy_de", 4500, true, [new(480, 425), new(480)]),
        ("busy_fr", 4500, true, [new(500, 440), new(500)]),
        ("busy_jp", 4500, true, [new(500, 400), new(500)]),
        ("busy_au", 4500, true, [new(375, 425), new(375)]),
        ("busy_in", 4500, true, [new(750, 400), new(750)]),
        ("busy_br", 4500, true, [new(250, 425), new(250)]),
        ("busy_es", 4500, true, [new(200, 425), new(200)]),
        ("busy_it", 4500, true, [new(500, 425), new(500)]),
        ("busy_cn", 4500, true, [new(350, 450), new(350)]),
        ("busy_mx", 4500, true, [new(250, 425), new(250)]),
        ("busy_nz", 4500, true, [new(500, 400), new(500)]),
        ("congestion_us", 4500, true, [new(250, 480, 620), new(250)]),
        ("congestion_gb", 4500, true, [new(400, 400), new(350), new(225, 400), new(525)]),
        ("congestion_de", 4500, true, [new(240, 425), new(240)]),
        ("congestion_fr", 4500, true, [new(250, 440), new(250)]),
        ("congestion_in", 4500, true, [new(250, 400), new(250)]),
        ("congestion_br", 4500, true, [new(250, 425), new(250), new(750, 425), new(250)]),
        ("congestion_es", 4500, true, [new(200, 425), new(200), new(200, 425), new(200), new(200, 425), new(600)]),
        ("congestion_it", 4500, true, [new(200, 425), new(200)]),
        ("congestion_cn", 4500, true, [new(700, 450), new(700)]),
        ("congestion_au", 4500, true, [new(375, 425), new(375), new(375, 425, GainDb: -10), new(375)]),
        ("congestion_nz", 4500, true, [new(250, 400), new(250)]),
        ("nu_gb", 4500, true, [new(10000, 400)]),
        ("nu_au", 7500, true, [new(2500, 425), new(500)]),
        ("nu_in", 7500, true, [new(2500, 400), new(500)]),
        ("nu_cn", 4500, true, [new(100, 450), new(100), new(100, 450), new(100), new(100, 450), new(400)]),
        ("dial_us", 4500, true, [new(10000, 350, 440)]),
        ("dial_de", 4500, true, [new(10000, 425)]),
        Sit("ic", 913.8, 274, 1370.6, 274),
        Sit("vc", 985.2, 380, 1370.6, 274),
        Sit("ro1", 913.8, 274, 1428.5, 380),
        Sit("ro2", 985.2, 274, 1370.6, 380),
        Sit("nc1", 985.2, 380, 1428.5, 380),
        Sit("nc2", 913.8, 380, 1370.6, 380),
        Sit("io", 913.8, 380, 1428.5, 274),
        Sit("rs2", 985.2, 274, 1428.5, 274),
        ("sit_itu", 2500, false, [new(300), new(330, 950), new(15), new(330, 1400), new(15), new(330, 1800), new(1200)]),
        ("fax_ced", 4500, false, [new(700), new(3300, 2100), new(75)]),
        ("fax_cng", 7000, true, [new(500), new(500, 1100), new(2500)]),
        ("fax_pr", 4500, false, [new(500), new(3300, 2100, ReversalMs: 450)]),
        ("fax_ansam", 4500, false, [new(500), new(3300, 2100, AmHz: 15, AmDepth: 0.2, ReversalMs: 450)]),
        ("fax_bell", 4500, false, [new(500), new(3300, 2225)]),
    ];

    /// <summary>What the detector must say in early media.</summary>
    public static string Expected(string name) => name[..name.IndexOf('_', StringComparison.Ordinal)] switch
    {
        "ringback" => "RingBack",
        "busy" => "Busy",
        "congestion" => "AllTrunksBusy",
        "nu" => "NuTone",
        "dial" => "NoProgress",
        "fax" => "Fax",
        _ => name switch
        {
            "sit_ic" => "SitIntercept",
            "sit_vc" => "SitVacant",
            "sit_ro1" or "sit_ro2" => "SitReorder",
            "sit_nc1" or "sit_nc2" => "SitNoCircuit",
            "sit_itu" => "SitDetected",
            _ => "SitUnknown",
        },
    };

    /// <summary>
    /// A tone with 1.5 % of frequency error, 10 % of cadence error, 30 dB of level range and direct current, behind one of the two laws, on a
    /// background: "silence" (pauses of one sample value), or a kind of noise ("white", "pink", "car", "hum", "any") and a signal-to-noise ratio
    /// in dB, such as "car:10".
    /// </summary>
    public static short[] Spoil(string name, SignalLab lab, string background)
    {
        var (_, ms, repeats, stretches) = All.Single(t => t.Name == name);
        var level = lab.Between(-40, -10);
        var isPair = stretches.Any(s => s.Hz2 > 0);
        var samples = lab.Tone(ms, level - (isPair ? 6 : 0), repeats, 1 + lab.Between(-0.015, 0.015), 1 + lab.Between(-0.1, 0.1), stretches);
        if (background != "silence")
        {
            var cells = background.Split(':');
            lab.AddNoise(samples, cells[0] == "any" ? lab.Chance(0.5) ? "white" : "pink" : cells[0], level - 3 - double.Parse(cells[1], System.Globalization.CultureInfo.InvariantCulture));
        }

        return SignalLab.Codec(samples, lab.Chance(0.5) ? "alaw" : "ulaw", lab.Between(-100, 100));
    }

    private static (string Name, double Ms, bool Repeats, ToneStretch[] Stretches) Sit(string code, double hz1, double ms1, double hz2, double ms2) =>
        ("sit_" + code, 2500, false, [new(300), new(ms1, hz1), new(2), new(ms2, hz2), new(2), new(380, 1776.7), new(1200)]);
}
