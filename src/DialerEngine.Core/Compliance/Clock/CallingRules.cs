using System.Globalization;

namespace DialerEngine.Core.Compliance;

/// <summary>
/// Calling hours that law or a trade's own code sets, as data. A region's rule holds together with its country's: the stricter wins at each
/// instant. This table is a help, not legal advice: rules change, and exceptions (consent, existing business) are not modelled. Who dials by it must
/// have it confirmed; <c>CallingRule.Confirmation</c> says how far that was done here.
/// </summary>
public static class CallingRules
{
    // Region; days hours [, days hours ...] [H: closed on holidays]; since; source; how it was confirmed. Days: S M T W R F U from Sunday to Saturday.
    // Since: when it came into force, or, for US-WY, when it was read. Confirmed: "text" where the law's own text was read, "report" where two independent
    // reports of the law agree, or one that quotes its words (a reading of 47 states' statutes of September 2026, published on GitHub) and published
    // tables, "table" where only tables of telemarketing services (Drop Cowboy, November 2025; ClickPoint, July 2025; dnc.com's lists of restricted
    // dates) say so.
    private const string Table = """
        US;SMTWRFU 08:00-21:00;1995-12-31;16 CFR 310.4(c) and 47 CFR 64.1200(c)(1);report
        US-AL;MTWRFU 08:00-20:00 H;1999-01-01;Ala. Admin. Code 770-X-5-.17(2) (Public Service Commission);report
        US-CT;SMTWRFU 09:00-20:00;2023-10-01;Conn. Gen. Stat. 42-288a(c), Public Act 23-98;report
        US-FL;SMTWRFU 08:00-20:00;2021-07-01;Fla. Stat. 501.616(6);report
        US-KY;SMTWRFU 10:00-21:00;2002-07-15;Ky. Rev. Stat. 367.46955(16);report
        US-LA;MTWRFU 08:00-20:00 H;2009-01-01;La. Public Service Commission, General Order R-29617 sec. V(A)(2);report
        US-MA;SMTWRFU 08:00-20:00;2003-01-01;Mass. Gen. Laws ch. 159C s. 3, 201 CMR 12.02(2);report
        US-MD;SMTWRFU 08:00-20:00;2024-01-01;Md. Code, Com. Law 14-4502(c) (Stop the Spam Calls Act of 2023);report
        US-MI;SMTWRFU 09:00-21:00;2003-01-01;Mich. Comp. Laws 750.540e(1)(f);report
        US-MN;SMTWRFU 09:00-21:00;1987-01-01;Minn. Stat. 325E.30;report
        US-MS;MTWRFU 08:00-20:00 H;2003-07-01;Miss. Code 77-3-723(1) (holidays: ClickPoint alone);report
        US-NM;SMTWRFU 09:00-21:00;1989-01-01;N.M. Stat. 57-12-22(B)(5);report
        US-NV;SMTWRFU 09:00-20:00;2003-01-01;Nev. Rev. Stat. 598.0918;table
        US-OK;SMTWRFU 08:00-20:00;2022-11-01;Okla. Stat. tit. 15 sec. 775C.4;report
        US-OR;SMTWRFU 08:00-20:00;2026-01-01;Or. Rev. Stat. 646.563(1)(b), Oregon Laws 2025 ch. 580 (HB 3865);report
        US-PA;MTWRFU 09:00-19:00 H;2026-10-18;73 Pa. Stat. 2245(a), Act 47 of 2026 (SB 992);report
        US-RI;MTWRF 09:00-18:00,U 10:00-17:00 H;1999-01-01;R.I. Gen. Laws 5-61-2(2) and 5-61-3.6;text
        US-SD;MTWRF 09:00-21:00;1991-07-01;S.D. Codified Laws 37-30-28 (automatic dialing: weekdays);text
        US-TX;MTWRFU 09:00-21:00,S 12:00-21:00;2009-04-01;Tex. Bus. & Com. Code 301.051(b)(2);report
        US-UT;MTWRFU 08:00-21:00 H;2003-05-05;Utah Code 13-25a-103(3);report
        US-WA;SMTWRFU 08:00-20:00;2022-06-09;Rev. Code Wash. 19.158.040(2);text
        US-WY;SMTWRFU 08:00-20:00;2026-09-03;Wyo. Stat. 40-12-302(d);report
        CA;MTWRF 09:00-21:30,SU 10:00-18:00;2008-09-30;CRTC Unsolicited Telecommunications Rules, Part III 23;report
        GB;MTWRF 08:00-21:00,U 09:00-21:00 H;2012-01-01;trade code: DMA telemarketing guide, no statute;report
        FR;MTWRF 10:00-13:00 14:00-20:00 H;2023-03-01;Code de la consommation D223-9 (Decret 2022-1313);text
        DE;MTWRF 08:00-20:00 H;2007-01-01;trade code: DDV Ehrenkodex Telefonmarketing, no statute;report
        ES;MTWRF 09:00-21:00 H;2014-03-29;Real Decreto Legislativo 1/2007 art. 96.2;text
        IT;MTWRF 09:00-20:00,U 10:00-19:00 H;2024-09-28;Codice di condotta telemarketing e teleselling (Garante, 7 March 2024);report
        AU;MTWRF 09:00-20:00,U 09:00-17:00 H;2017-04-01;Telecommunications (Telemarketing and Research Calls) Industry Standard 2017;report
        """;

    private const string DayLetters = "SMTWRFU";

    /// <summary>All rules of the table.</summary>
    public static IReadOnlyList<CallingRule> All { get; } = [.. Table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Read)];

    /// <summary>The rule of a region; null where the table has none.</summary>
    public static CallingRule? Find(string region) => All.FirstOrDefault(r => r.Region == region);

    private static CallingRule Read(string line)
    {
        var part = line.Split(';');
        var hours = part[1].EndsWith(" H", StringComparison.Ordinal) ? part[1][..^2] : part[1];
        return new CallingRule(
            part[0], [.. hours.Split(',').Select(ReadHours)], hours.Length < part[1].Length, part[3], DateOnly.Parse(part[2], CultureInfo.InvariantCulture), part[4]);
    }

    private static DayHours ReadHours(string text)
    {
        var part = text.Split(' ');
        return new DayHours(
            part[0].Sum(letter => 1 << DayLetters.IndexOf(letter, StringComparison.Ordinal)),
            [.. part.Skip(1).Select(w => new DayWindow(Seconds(w[..5]), Seconds(w[6..])))]);
    }

    private static int Seconds(string time) =>
        (int.Parse(time.AsSpan(0, 2), CultureInfo.InvariantCulture) * 3_600) + (int.Parse(time.AsSpan(3, 2), CultureInfo.InvariantCulture) * 60);
}
