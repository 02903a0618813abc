using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Tests.Parsing;

public sealed class SipParserTests
{
    [Fact]
    public void An_ordinary_INVITE_gives_all_its_parts()
    {
        var message = Samples.Parse(Samples.Invite);

        Assert.Equal(SipParseError.None, message.Error);
        Assert.True(message.IsRequest);
        Assert.Equal(SipMethod.Invite, message.Method);
        Assert.Equal("sip:+15551230001@trunk.example.net:5060;user=phone", message.RequestUri.Text());
        Assert.Equal("3848276298220188511@dialer.example.org", message.CallId.Text());
        Assert.Equal(1u, message.CSeq);
        Assert.Equal(SipMethod.Invite, message.CSeqMethod);
        Assert.Equal(70, message.MaxForwards);
        Assert.Equal("Campaign 7", message.From.DisplayName.Text());
        Assert.Equal("sip:+15559990000@dialer.example.org", message.From.Uri.Text());
        Assert.Equal("9fxced76sl", message.From.Tag.Text());
        Assert.True(message.To.Tag.IsEmpty);
        Assert.Equal(SipTransport.Udp, message.TopVia.Transport);
        Assert.Equal("192.0.2.10", message.TopVia.Host.Text());
        Assert.Equal(5060, message.TopVia.Port);
        Assert.Equal("z9hG4bK74bf9", message.TopVia.Branch.Text());
        Assert.True(message.TopVia.HasRPort);
        Assert.True(message.TryGetContact(out var contact));
        Assert.Equal("sip:dialer@192.0.2.10:5060;transport=udp", contact.Uri.Text());
        Assert.True(message.ListContains(SipHeaderKind.Supported, "TIMER"u8));
        Assert.False(message.ListContains(SipHeaderKind.Supported, "replaces"u8));
        Assert.Equal("application/sdp", message.ContentType.Text());
        Assert.StartsWith("v=0\r\n", message.Body.Text(), StringComparison.Ordinal);
        Assert.Equal(124, message.Body.Length);
    }

    [Fact]
    public void An_ordinary_200_gives_all_its_parts()
    {
        var message = Samples.Parse(Samples.Ok);

        Assert.Equal(SipParseError.None, message.Error);
        Assert.False(message.IsRequest);
        Assert.Equal(200, message.StatusCode);
        Assert.Equal("OK", message.ReasonPhrase.Text());
        Assert.Equal("314159", message.To.Tag.Text());
        Assert.Equal(5062, message.TopVia.RPort);
        Assert.Equal("198.51.100.1", message.TopVia.Received.Text());
        var routes = new List<string>();
        foreach (var route in message.Values(SipHeaderKind.RecordRoute))
        {
            routes.Add(route.Text());
        }

        Assert.Equal(["<sip:p1.example.net;lr>", "<sip:p2.example.net;lr>"], routes);
        Assert.True(message.IsAnswerable);
        Assert.Equal(0, message.Body.Length);
    }
}
