using System.Text;
using DialerEngine.Adapters.SipServer.Telephony;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>Attached data in the headers of an IVR's BYE.</summary>
public sealed class PortDataTests
{
    [Fact]
    public void Headers_with_the_prefix_are_data_whatever_the_case_of_the_prefix_and_others_are_not()
    {
        var data = Read("X-Genesys-GSW_CALL_RESULT: 53", "x-genesys-mood:  better than ever ", "X-Genesys-: nothing", "X-Other: no", "X-Genesys-city: K\u00f6ln");
        Assert.Equal(
            [new("GSW_CALL_RESULT", "53"), new("mood", "better than ever"), new("city", "K\u00f6ln")], data!.Pairs.ToArray());
    }

    [Fact]
    public void Without_such_headers_there_is_no_data()
    {
        Assert.Null(Read("X-Other: no"));
        Assert.Null(SipTelephony.PortDataOf(null));
    }

    [Fact]
    public void What_is_too_long_or_no_text_is_passed_over()
    {
        Assert.Equal(["good"], Read("X-Genesys-long: " + new string('a', 1_025), "X-Genesys-good: 1")!.Pairs.Select(p => p.Key));
        Assert.Null(Read(Encoding.Latin1.GetBytes("X-Genesys-city: K\u00f6ln")));
    }

    private static DialerEngine.Core.Desktop.UserData? Read(params string[] headers) => Read(Encoding.UTF8.GetBytes(string.Join("\r\n", headers)));

    private static DialerEngine.Core.Desktop.UserData? Read(byte[] headers)
    {
        byte[] octets =
        [
            .. "BYE sip:dialer@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: <sip:ivr@127.0.0.1>;tag=1\r\nTo: <sip:dialer@127.0.0.1>;tag=2\r\nCall-ID: 1\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n"u8,
            .. headers, .. "\r\n\r\n"u8,
        ];
        var message = new SipMessage();
        Assert.Equal(SipParseError.None, SipParser.TryParse(octets, 0, octets.Length, message));
        return SipTelephony.PortDataOf(message);
    }
}
