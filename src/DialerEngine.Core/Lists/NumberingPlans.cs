using System.Collections.Frozen;

namespace DialerEngine.Core.Lists;

/// <summary>How numbers of a country are written and how long they are.</summary>
/// <param name="Country">ISO 3166 two letters.</param>
/// <param name="CountryCode">E.164 country code, 1 to 3 digits.</param>
/// <param name="TrunkPrefix">Digits dialled before a national number at home and left out abroad; empty where there are none.</param>
/// <param name="InternationalPrefix">Digits dialled at home before a country code.</param>
/// <param name="MinDigits">Fewest digits of a national (significant) number.</param>
/// <param name="MaxDigits">Most digits of a national (significant) number.</param>
public sealed record NumberingPlan(
    string Country, string CountryCode, string TrunkPrefix, string InternationalPrefix, int MinDigits, int MaxDigits)
{
    /// <summary>Stands where no plan could be found.</summary>
    public static NumberingPlan Unknown { get; } = new("", "", "", "", 4, 15);

    /// <summary>True for the North American Numbering Plan (country code 1): ten digits, area code and exchange begin with 2 to 9.</summary>
    public bool IsNanp => CountryCode == "1";
}

/// <summary>
/// Numbering plans by country and by country code. Sources: ITU-T E.164 and its list of assigned country codes (Operational Bulletin
/// annex), the national plans that administrations notify under ITU-T E.129, and the NANP rules of ATIS-0300055 for code 1. Lengths
/// are those of numbers for voice calls to subscribers; short codes are not numbers of a calling list.
/// </summary>
public static class NumberingPlans
{
    // Country, code, trunk prefix, international prefix, fewest and most digits.
    private const string Table = """
        US 1 1 011 10 10|CA 1 1 011 10 10|PR 1 1 011 10 10|DO 1 1 011 10 10|JM 1 1 011 10 10|BS 1 1 011 10 10|BB 1 1 011 10 10
        TT 1 1 011 10 10|BM 1 1 011 10 10|GU 1 1 011 10 10|VI 1 1 011 10 10|RU 7 8 810 10 10|KZ 7 8 810 10 10|EG 20 0 00 8 10
        ZA 27 0 00 9 9|GR 30 - 00 10 10|NL 31 0 00 9 9|BE 32 0 00 8 9|FR 33 0 00 9 9|ES 34 - 00 9 9|HU 36 06 00 8 9|IT 39 - 00 6 11
        RO 40 0 00 9 9|CH 41 0 00 9 9|AT 43 0 00 4 13|GB 44 0 00 9 10|DK 45 - 00 8 8|SE 46 0 00 7 9|NO 47 - 00 8 8|PL 48 - 00 9 9
        DE 49 0 00 5 11|PE 51 0 00 8 9|MX 52 - 00 10 10|CU 53 0 119 6 8|AR 54 0 00 10 11|BR 55 0 00 10 11|CL 56 - 00 9 9
        CO 57 - 00 8 10|VE 58 0 00 10 10|MY 60 0 00 8 10|AU 61 0 0011 9 9|ID 62 0 00 7 12|PH 63 0 00 8 10|NZ 64 0 00 8 10
        SG 65 - 00 8 8|TH 66 0 00 8 9|JP 81 0 010 9 10|KR 82 0 00 8 11|VN 84 0 00 9 10|CN 86 0 00 10 11|TR 90 0 00 10 10
        IN 91 0 00 10 10|PK 92 0 00 9 10|AF 93 0 00 9 9|LK 94 0 00 9 9|MM 95 0 00 7 10|IR 98 0 00 10 10|MA 212 0 00 9 9
        DZ 213 0 00 8 9|TN 216 - 00 8 8|LY 218 0 00 8 9|SN 221 - 00 9 9|CI 225 - 00 10 10|GH 233 0 00 9 9|NG 234 0 009 8 10
        CM 237 - 00 9 9|AO 244 - 00 9 9|ET 251 0 00 9 9|KE 254 0 000 9 9|TZ 255 0 000 9 9|UG 256 0 000 9 9|MZ 258 - 00 8 9
        ZM 260 0 00 9 9|ZW 263 0 00 8 9|NA 264 0 00 8 9|BW 267 - 00 7 8|PT 351 - 00 9 9|LU 352 - 00 4 11|IE 353 0 00 7 9|IS 354 - 00 7 9
        AL 355 0 00 8 9|MT 356 - 00 8 8|CY 357 - 00 8 8|FI 358 0 00 5 12|BG 359 0 00 7 9|LT 370 0 00 8 8|LV 371 - 00 8 8
        EE 372 - 00 7 8|MD 373 0 00 8 8|AM 374 0 00 8 8|BY 375 8 810 9 9|UA 380 0 00 9 9|RS 381 0 00 8 9|ME 382 0 00 8 8
        HR 385 0 00 8 9|SI 386 0 00 8 8|BA 387 0 00 8 8|MK 389 0 00 8 8|CZ 420 - 00 9 9|SK 421 0 00 9 9|LI 423 - 00 7 9
        GT 502 - 00 8 8|SV 503 - 00 8 8|HN 504 - 00 8 8|NI 505 - 00 8 8|CR 506 - 00 8 8|PA 507 - 00 7 8|BO 591 0 00 8 8
        EC 593 0 00 8 9|PY 595 0 00 7 9|UY 598 0 00 7 8|HK 852 - 001 8 8|MO 853 - 00 8 8|KH 855 0 001 8 9|BD 880 0 00 8 10
        TW 886 0 002 8 9|LB 961 0 00 7 8|JO 962 0 00 8 9|SY 963 0 00 8 9|IQ 964 0 00 8 10|KW 965 - 00 8 8|SA 966 0 00 9 9
        YE 967 0 00 7 9|OM 968 - 00 8 8|AE 971 0 00 8 9|IL 972 0 00 8 9|BH 973 - 00 8 8|QA 974 - 00 8 8|NP 977 0 00 8 10
        TJ 992 - 810 9 9|AZ 994 0 00 9 9|GE 995 0 00 9 9|KG 996 0 00 9 9|UZ 998 - 00 9 9
        """;

    // Assigned codes whose plans are not in the table: numbers with them are taken when their length is possible at all.
    private const string OtherCodes =
        "211 220 222 223 224 226 227 228 229 230 231 232 235 236 238 239 240 241 242 243 245 246 247 248 249 250 252 253 257 261 262 265 266 268 "
        + "269 290 291 297 298 299 350 376 377 378 383 500 501 508 509 590 592 594 596 597 599 670 672 673 674 675 676 677 678 679 680 681 682 683 "
        + "685 686 687 688 689 690 691 692 850 856 960 970 975 976 993";

    private static readonly NumberingPlan[] All = Parse();

    private static readonly FrozenDictionary<string, NumberingPlan> ByCountry =
        All.ToFrozenDictionary(p => p.Country, StringComparer.OrdinalIgnoreCase);

    // Index: the code as a number. The first country of a shared code stands for it; sharing countries have the same plan.
    private static readonly NumberingPlan?[] ByCode = IndexByCode();

    /// <summary>The countries whose plans are known, by their letters.</summary>
    public static IReadOnlyList<string> Countries { get; } = [.. All.Select(p => p.Country).Order(StringComparer.Ordinal)];

    /// <summary>The plan of a country; false for letters that are not in the table.</summary>
    public static bool TryFind(string country, out NumberingPlan plan) => ByCountry.TryGetValue(country, out plan!);

    /// <summary>The plan that digits after the plus sign belong to; false where no assigned country code begins them.</summary>
    /// <param name="digits">ASCII digits.</param>
    /// <param name="plan">The plan, with general lengths where the country's own are not known.</param>
    public static bool TryFindByCode(ReadOnlySpan<byte> digits, out NumberingPlan plan)
    {
        // No country code begins with 0.
        var known = digits.Length > 0 && digits[0] != '0' ? Math.Min(3, digits.Length) : 0;
        var code = 0;
        for (var i = 0; i < known; i++)
        {
            code = (code * 10) + (digits[i] - '0');

            // No assigned code is the beginning of another one (E.164 clause 6.2.1), so the first hit is the code.
            if (ByCode[code] is { } found && (i > 0 || code is 1 or 7))
            {
                plan = found;
                return true;
            }
        }

        plan = null!;
        return false;
    }

    private static NumberingPlan[] Parse()
    {
        var plans = new List<NumberingPlan>();
        foreach (var entry in Table.Split(['|', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var part = entry.Split(' ');
            Invariant.That(part.Length == 6);
            plans.Add(new NumberingPlan(
                part[0],
                part[1],
                part[2] == "-" ? "" : part[2],
                part[3],
                int.Parse(part[4], System.Globalization.CultureInfo.InvariantCulture),
                int.Parse(part[5], System.Globalization.CultureInfo.InvariantCulture)));
        }

        return [.. plans];
    }

    private static NumberingPlan?[] IndexByCode()
    {
        // E.164: at most 15 digits with the country code; no assigned plan has numbers of fewer than 4 digits.
        const int LongestNumber = 15;
        const int ShortestNational = 4;
        var index = new NumberingPlan?[1000];
        foreach (var plan in All)
        {
            index[int.Parse(plan.CountryCode, System.Globalization.CultureInfo.InvariantCulture)] ??= plan;
        }

        foreach (var code in OtherCodes.Split(' '))
        {
            index[int.Parse(code, System.Globalization.CultureInfo.InvariantCulture)] =
                new NumberingPlan("", code, "", "00", ShortestNational, LongestNumber - code.Length);
        }

        return index;
    }
}
