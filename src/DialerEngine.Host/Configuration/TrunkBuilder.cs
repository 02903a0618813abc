using System.Net;
using DialerEngine.Core;

namespace DialerEngine.Host.Configuration;

/// <summary>Makes trunks and the SIP side from what the file says.</summary>
internal static class TrunkBuilder
{
    public static IReadOnlyList<TrunkConfiguration> Build(IReadOnlyList<SectionValues> values, FaultList faults)
    {
        var trunks = new List<TrunkConfiguration>();
        var names = new UniqueNames("trunk", "name", faults);
        foreach (var trunk in values)
        {
            names.Take(trunk);
            if (trunk.Has("password") && !trunk.Has("user"))
            {
                faults.Hidden(trunk.Line, trunk.Column, trunk.PathOf("user"), "is missing; a password needs its user");
            }

            trunks.Add(new TrunkConfiguration
            {
                Name = trunk.Text("name"),
                Host = trunk.Text("host"),
                Port = trunk.Integer("port"),
                MaxCalls = trunk.Integer("maxCalls"),
                MaxCallsPerSecond = trunk.Number("maxCallsPerSecond"),
                User = trunk.TextOrNull("user"),
                Password = trunk.TextOrNull("password"),
                CallerId = trunk.Text("callerId"),
                Prefix = trunk.Text("prefix"),
                StripPlus = trunk.Flag("stripPlus"),
                OptionsSeconds = trunk.Integer("optionsSeconds"),
                CpdProfile = trunk.TextOrNull("cpdProfile"),
                Results = trunk.Typed<Dictionary<string, CallResult>>("results") ?? [],
            });
        }

        return trunks;
    }

    public static SipConfiguration BuildSip(SectionValues sip, FaultList faults)
    {
        var first = sip.Integer("mediaPortFirst");
        var last = sip.Integer("mediaPortLast");
        if (first % 2 != 0)
        {
            faults.Error(sip, "mediaPortFirst", $"must be even (RFC 3550 section 11): RTP takes the even port and RTCP the next; take {first + 1}");
        }
        else if (first is > 0 and < 1_024)
        {
            faults.Error(sip, "mediaPortFirst", "must be 1,024 or more, or 0 for any free ports");
        }

        if ((first == 0) != (last == 0))
        {
            faults.Error(sip, first == 0 ? "mediaPortFirst" : "mediaPortLast", "give both mediaPortFirst and mediaPortLast, or neither");
        }
        else if (first > 0 && last <= first)
        {
            faults.Error(sip, "mediaPortLast", $"must be above mediaPortFirst ({first})");
        }

        return new SipConfiguration
        {
            Listen = sip.EndPoint("listen"),
            MediaPortFirst = first,
            MediaPortLast = last,
            AdvertisedAddress = sip.Typed<IPAddress>("advertisedAddress"),
        };
    }
}
