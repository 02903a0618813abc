using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Sdp;
using DialerEngine.Sip.Tests.Parsing;

namespace DialerEngine.Sip.Tests.Torture;

/// <summary>The messages of RFC 4475 and RFC 5118, each with the verdict that the RFC gives.</summary>
public sealed class TortureTests
{
    /// <summary>RFC 4475 sections 3.1.1 (valid), 3.2 to 3.4 (for the layers above; all that follow the grammar), and RFC 5118.</summary>
    [Theory]
    [InlineData("wsinv")]
    [InlineData("intmeth")]
    [InlineData("esc01")]
    [InlineData("escnull")]
    [InlineData("esc02")]
    [InlineData("lwsdisp")]
    [InlineData("longreq")]
    [InlineData("dblreq")]
    [InlineData("semiuri")]
    [InlineData("transports")]
    [InlineData("mpart01")]
    [InlineData("unreason")]
    [InlineData("noreason")]
    [InlineData("badbranch")]
    [InlineData("unkscm")]
    [InlineData("novelsc")]
    [InlineData("unksm2")]
    [InlineData("bext01")]
    [InlineData("invut")]
    [InlineData("regaut01")]
    [InlineData("bcast")]
    [InlineData("zeromf")]
    [InlineData("cparam01")]
    [InlineData("cparam02")]
    [InlineData("regescrt")]
    [InlineData("sdp01")]
    [InlineData("inv2543")]
    [InlineData("v6-good")]
    [InlineData("v6-port-ambiguous")]
    [InlineData("v6-port-unambiguous")]
    [InlineData("v6-via-received-with-delim")]
    [InlineData("v6-via-received-no-delim")]
    [InlineData("v6-in-sdp")]
    [InlineData("v6-mult-ip-in-header")]
    [InlineData("v6-mult-ip-in-sdp")]
    [InlineData("v6-ipv4-mapped")]
    [InlineData("v6-two-colons")]
    public void A_message_that_follows_the_grammar_is_valid(string name)
    {
        var message = Load(name);
        Assert.Equal(SipParseError.None, SipValidator.Check(message));
        Assert.True(message.IsAnswerable);
    }

    /// <summary>RFC 4475 section 3.1.2, the faulty ones of 3.3, and RFC 5118 sections 4.2 and 4.10 (with the grammar that RFC 5954 mended).</summary>
    [Theory]
    [InlineData("badinv01", SipParseError.BadVia)]
    [InlineData("clerr", SipParseError.BodyShorterThanContentLength)]
    [InlineData("ncl", SipParseError.BadContentLength)]
    [InlineData("scalar02", SipParseError.BadCSeq)]
    [InlineData("scalarlg", SipParseError.BadCSeq)]
    [InlineData("quotbal", SipParseError.BadTo)]
    [InlineData("ltgtruri", SipParseError.BadRequestUri)]
    [InlineData("lwsruri", SipParseError.BadRequestUri)]
    [InlineData("lwsstart", SipParseError.BadRequestUri)]
    [InlineData("trws", SipParseError.BadStartLine)]
    [InlineData("escruri", SipParseError.BadRequestUri)]
    [InlineData("baddate", SipParseError.BadDate)]
    [InlineData("regbadct", SipParseError.BadContact)]
    [InlineData("badaspec", SipParseError.BadTo)]
    [InlineData("baddn", SipParseError.BadFrom)]
    [InlineData("badvers", SipParseError.UnsupportedVersion)]
    [InlineData("mismatch01", SipParseError.CSeqMethodMismatch)]
    [InlineData("mismatch02", SipParseError.CSeqMethodMismatch)]
    [InlineData("bigcode", SipParseError.BadStatusCode)]
    [InlineData("insuf", SipParseError.MissingFrom)]
    [InlineData("multi01", SipParseError.DuplicateHeader)]
    [InlineData("mcl01", SipParseError.DuplicateHeader)]
    [InlineData("v6-bad", SipParseError.BadRequestUri)]
    [InlineData("v6-three-colons", SipParseError.BadRequestUri)]
    public void A_message_that_breaks_the_grammar_is_refused_by_name(string name, SipParseError expected) =>
        Assert.Equal(expected, SipValidator.Check(Load(name)));

    [Fact]
    public void All_49_and_12_messages_are_there_and_have_a_verdict()
    {
        var files = Directory.GetFiles(Folder, "*.sip").Select(Path.GetFileNameWithoutExtension).Order().ToArray();
        var named = typeof(TortureTests).GetMethods()
            .SelectMany(m => m.GetCustomAttributesData())
            .Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(a => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)[0].Value!)
            .Distinct().Order().ToArray();
        Assert.Equal(49 + 12, files.Length);
        Assert.Equal(named, files);
    }

    [Fact]
    public void The_short_tortuous_INVITE_gives_its_parts_through_all_its_folds()
    {
        var message = Load("wsinv");
        Assert.Equal("1918181833n", message.To.Tag.Text());
        Assert.Equal("sip:vivekg@chair-dnrc.example.com", message.To.Uri.Text());
        Assert.Equal("98asjd8", message.From.Tag.Text());
        var name = new byte[64];
        Assert.Equal("J Rosenberg \\\"", ((ReadOnlySpan<byte>)name.AsSpan(0, SipQuoting.Unescape(message.From.DisplayName, name))).Text());
        Assert.Equal(68, message.MaxForwards);
        Assert.Equal(9u, message.CSeq);
        Assert.Equal("192.0.2.2", message.TopVia.Host.Text());
        Assert.Equal("390skdjuw", message.TopVia.Branch.Text());
        Assert.False(message.TopVia.HasMagicCookie);
        var hosts = new List<string>();
        foreach (var value in message.Values(SipHeaderKind.Via))
        {
            Assert.True(SipVia.TryParse(value, out var via));
            hosts.Add($"{via.Transport} {via.Host.Text()} {via.Branch.Text()}");
        }

        Assert.Equal(["Udp 192.0.2.2 390skdjuw", "Tcp spindle.example.com z9hG4bK9ikj8", "Udp 192.168.255.111 z9hG4bK30239"], hosts);
        Assert.True(message.TryGetHeader(SipHeaderKind.Subject, out var subject));
        Assert.True(subject.IsEmpty);
        Assert.True(message.TryGetHeader("newfangledheader"u8, out var newFangled));
        Assert.Equal("newfangled value   continued newfangled value", newFangled.Text());
        Assert.True(message.TryGetContact(out var contact));
        Assert.True(contact.Parameters.TryGet("q"u8, out var q));
        Assert.Equal("0.33", q.Text());
        Assert.True(contact.Parameters.TryGet("newparam"u8, out var newParameter));
        Assert.Equal("newvalue", newParameter.Text());
        Assert.True(contact.Parameters.Contains("secondparam"u8));
        Assert.Equal(SdpParseError.None, new SdpSession().Parse(message.Body));
    }

    [Fact]
    public void An_escaped_method_or_header_name_is_another_name()
    {
        var message = Load("esc02");
        Assert.Equal(SipMethod.Unknown, message.Method);
        var contacts = 0;
        foreach (var unused in message.Values(SipHeaderKind.Contact))
        {
            contacts++;
        }

        Assert.Equal(2, contacts);
    }

    [Fact]
    public void A_second_request_in_a_datagram_is_dropped_and_on_a_stream_is_the_next_message()
    {
        Assert.Equal(SipMethod.Register, Load("dblreq").Method);
        var octets = Octets("dblreq");
        var message = new SipMessage();
        Assert.Equal(SipParseError.None, SipParser.TryParse(octets, 0, octets.Length, message, stream: true));
        var next = message.Consumed;
        Assert.Equal(SipParseError.None, SipParser.TryParse(octets, next, octets.Length - next, message, stream: true));
        Assert.Equal(SipMethod.Invite, message.Method);
        Assert.Equal(octets.Length, next + message.Consumed);
    }

    [Fact]
    public void A_parameter_outside_of_brackets_belongs_to_the_header_and_inside_to_the_URI()
    {
        Assert.True(Load("cparam01").TryGetContact(out var outside));
        Assert.Equal("sip:+19725552222@gw1.example.net", outside.Uri.Text());
        Assert.True(outside.Parameters.Contains("unknownparam"u8));
        Assert.True(Load("cparam02").TryGetContact(out var inside));
        Assert.True(inside.Parameters.IsEmpty);
        Assert.True(SipUri.TryParse(inside.Uri, out var uri));
        Assert.True(uri.TryGetParameter("unknownparam"u8, out _));
    }

    [Fact]
    public void A_semicolon_in_the_user_part_is_no_parameter()
    {
        Assert.True(SipUri.TryParse(Load("semiuri").RequestUri, out var uri));
        Assert.Equal("user;par=u%40example.net", uri.User.Text());
        Assert.Equal("example.com", uri.Host.Text());
    }

    [Fact]
    public void A_received_parameter_is_read_with_and_without_brackets()
    {
        Assert.Equal("[2001:db8::9:255]", Load("v6-via-received-with-delim").TopVia.Received.Text());
        Assert.Equal("2001:db8::9:255", Load("v6-via-received-no-delim").TopVia.Received.Text());
    }

    [Theory]
    [InlineData("v6-in-sdp")]
    [InlineData("v6-mult-ip-in-sdp")]
    [InlineData("v6-ipv4-mapped")]
    public void Addresses_of_both_families_are_read_in_a_session_description(string name) =>
        Assert.Equal(SdpParseError.None, new SdpSession().Parse(Load(name).Body));

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Torture", "messages");

    private static byte[] Octets(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".sip"));

    private static SipMessage Load(string name) => Samples.Parse(Octets(name));
}
