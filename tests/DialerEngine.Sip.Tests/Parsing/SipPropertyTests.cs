using System.Text;
using DialerEngine.Sip.Parsing;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Sip.Tests.Parsing;

/// <summary>What holds for all messages, not only for those somebody thought of. A failing case prints its seed.</summary>
public sealed class SipPropertyTests
{
    private static readonly string[] Tokens = ["a", "INVITE", "x-1", "~`'!*", "0", "alice", "%41", "Q.850"];
    private static readonly string[] Hosts = ["example.com", "192.0.2.1", "[2001:db8::1]", "a.b-c.d", "host_1.local"];
    private static readonly string[] Users = ["alice", "+15551234567", "a%40b", "a;b=c", "x&y=z+1$,;?/"];

    private sealed record Case(string Method, string Uri, string Tag, string CallId, int CSeq, string Display, string[] Values, byte[] Body);

    private static Gen<Case> Cases()
    {
        var uri =
            from user in Gen.Elements(Users)
            from host in Gen.Elements(Hosts)
            from port in Gen.Choose(0, 65535)
            select $"sip:{user}@{host}{(port == 0 ? "" : ":" + port)};transport=udp";
        return
            from method in Gen.Elements(Tokens)
            from target in uri
            from tag in Gen.Elements(Tokens)
            from id in Gen.Elements("1", "a@b", "(<x>)@[\"]", "%{}?")
            from number in Gen.Choose(0, int.MaxValue)
            from display in Gen.ArrayOf(Gen.Elements("\"", "\\", "é", " ", ",", ";", "<", ">", "x", "大"))
            from values in Gen.ArrayOf(Gen.Elements("", "v", "a, b;c=\"d\"", "é", "\t x", ";;,,"))
            from body in Gen.ArrayOf(Gen.Choose(0, 255).Select(v => (byte)v))
            select new Case(method, target, tag, id, number, string.Concat(display), values, body);
    }

    [Fact]
    public void What_is_written_is_read_back_the_same()
    {
        var property = Prop.ForAll(Cases().ToArbitrary(), c =>
        {
            var octets = new byte[65_536];
            var length = Write(c, octets);
            var message = new SipMessage();
            var error = SipParser.TryParse(octets, 0, length, message);
            var name = new byte[512];
            var display = Encoding.UTF8.GetString(name, 0, SipQuoting.Unescape(message.From.DisplayName, name));
            var values = new List<string>();
            for (var i = 0; i < message.HeaderCount; i++)
            {
                if (message.NameAt(i).SequenceEqual("X-Value"u8))
                {
                    values.Add(message.ValueAt(i).Text());
                }
            }

            return error == SipParseError.None && SipValidator.Check(message) == SipParseError.None
                && message.MethodToken.Text() == c.Method && message.RequestUri.Text() == c.Uri && message.From.Tag.Text() == c.Tag
                && message.CallId.Text() == c.CallId && message.CSeq == (uint)c.CSeq && display == c.Display
                && message.Body.SequenceEqual(c.Body) && values.SequenceEqual(c.Values.Select(v => v.Trim(' ', '\t')));
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
    }

    /// <summary>Bit flips, splices, cuts, doubled parts and false lengths over all torture messages.</summary>
    [Fact]
    public void No_mutation_of_a_message_throws_or_breaks_the_bounds_of_the_view()
    {
        const int Seed = 4475;
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Torture", "messages"), "*.sip").Order()
            .Select(File.ReadAllBytes).Append(Encoding.UTF8.GetBytes(Samples.Invite)).Append(Encoding.UTF8.GetBytes(Samples.Ok)).ToArray();
        var message = new SipMessage();
        for (var round = 0; round < 20_000; round++)
        {
            var random = new Random(Seed + round);
            var octets = Mutate(random, files);
            try
            {
                Touch(message, octets, stream: round % 2 == 0);
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed + round}: {fault}");
            }
        }
    }

    [Fact]
    public void Random_octets_are_never_a_valid_message_and_never_throw()
    {
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            var octets = new byte[random.Next(1, 600)];
            random.NextBytes(octets);
            Assert.NotEqual(SipParseError.None, Touch(new SipMessage(), octets, stream: false));
        }
    }

    [Fact]
    public void Work_grows_with_the_length_alone_for_inputs_made_to_hurt()
    {
        // Each would take minutes if a scanner went back to the start for every mark.
        string[] hostile =
        [
            "X: " + string.Concat(Enumerable.Repeat("\"\\\0", 20_000)),
            "Via: " + string.Concat(Enumerable.Repeat("SIP/2.0/UDP a,", 4_600)),
            "From: " + new string('<', 64_000),
            "Contact: " + string.Concat(Enumerable.Repeat("\"", 64_000)),
            "Subject: " + string.Concat(Enumerable.Repeat("\r\n ", 21_000)),
            "Route: " + string.Concat(Enumerable.Repeat("<,", 32_000)),
        ];
        foreach (var line in hostile)
        {
            Touch(new SipMessage(), Encoding.Latin1.GetBytes("OPTIONS sip:a SIP/2.0\r\n" + line + "\r\n\r\n"), stream: false);
        }
    }

    [Fact]
    public void Parsing_and_writing_allocate_nothing_once_warm()
    {
        var octets = Encoding.UTF8.GetBytes(Samples.Invite);
        var destination = new byte[2_048];
        var message = new SipMessage();
        for (var warm = 0; warm < 50; warm++)
        {
            ParseAndWrite(octets, message, destination);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            ParseAndWrite(octets, message, destination);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void ParseAndWrite(byte[] octets, SipMessage message, byte[] destination)
    {
        if (SipParser.TryParse(octets, 0, octets.Length, message) != SipParseError.None || SipValidator.Check(message) != SipParseError.None)
        {
            throw new InvalidOperationException();
        }

        var writer = new SipWriter(destination);
        writer.StatusLine(200, "OK"u8);
        writer.CopyHeaders(message, SipHeaderKind.Via);
        writer.Header("From"u8, message.From.Raw);
        writer.Header("Call-ID"u8, message.CallId);
        writer.CSeq(message.CSeq, message.CSeqMethod);
        writer.End("application/sdp"u8, message.Body);
        if (!writer.Succeeded)
        {
            throw new InvalidOperationException();
        }
    }

    private static int Write(Case c, byte[] octets)
    {
        var writer = new SipWriter(octets);
        writer.RequestLine(Encoding.UTF8.GetBytes(c.Method), Encoding.UTF8.GetBytes(c.Uri));
        writer.Header("Via"u8, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"u8);
        writer.BeginHeader("From"u8);
        writer.Quoted(Encoding.UTF8.GetBytes(c.Display));
        writer.Text(" <sip:a@b>;tag=");
        writer.Text(c.Tag);
        writer.EndHeader();
        writer.Header("To"u8, "<sip:b@c>"u8);
        writer.Header("Call-ID"u8, Encoding.UTF8.GetBytes(c.CallId));
        writer.CSeq((uint)c.CSeq, Encoding.UTF8.GetBytes(c.Method));
        writer.Header("Max-Forwards"u8, 70);
        foreach (var value in c.Values)
        {
            writer.Header("X-Value"u8, Encoding.UTF8.GetBytes(value));
        }

        writer.End(c.Body.Length == 0 ? default : "application/octet-stream"u8, c.Body);
        Assert.True(writer.Succeeded);
        return writer.Length;
    }

    private static byte[] Mutate(Random random, byte[][] files)
    {
        var octets = files[random.Next(files.Length)].ToList();
        for (var times = random.Next(1, 6); times > 0 && octets.Count > 1; times--)
        {
            var at = random.Next(octets.Count);
            switch (random.Next(7))
            {
                case 0:
                    octets[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    octets[at] = "\0\r\n\t \":;,<>\\[]%@?=&"u8[random.Next(19)];
                    break;
                case 2:
                    octets.RemoveRange(at, Math.Min(random.Next(1, 40), octets.Count - at));
                    break;
                case 3:
                    octets.RemoveRange(at, octets.Count - at);
                    break;
                case 4:
                    var other = files[random.Next(files.Length)];
                    var from = random.Next(other.Length);
                    octets.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(1, 200))]);
                    break;
                case 5:
                    octets.InsertRange(at, octets.GetRange(at, Math.Min(random.Next(1, 100), octets.Count - at)));
                    break;
                default:
                    octets.InsertRange(at, Encoding.ASCII.GetBytes($"\r\nl: {random.NextInt64(-5, 1L << random.Next(1, 60))}"));
                    break;
            }
        }

        return [.. octets];
    }

    /// <summary>Reads everything a caller could read.</summary>
    private static SipParseError Touch(SipMessage message, byte[] octets, bool stream)
    {
        SipParser.TryParse(octets, 0, octets.Length, message, stream);
        var sum = message.MethodToken.Length + message.RequestUri.Length + message.ReasonPhrase.Length + message.CallId.Length
            + message.CSeqMethodToken.Length + message.From.Raw.Length + message.From.DisplayName.Length + message.To.Tag.Length
            + message.TopVia.Raw.Length + message.TopVia.Branch.Length + message.Body.Length + message.Raw.Length;
        Assert.InRange(message.Consumed, 0, octets.Length);
        for (var i = 0; i < message.HeaderCount; i++)
        {
            sum += message.NameAt(i).Length + message.ValueAt(i).Length;
        }

        for (var kind = SipHeaderKind.Unknown; kind <= SipHeaderKind.SipIfMatch; kind++)
        {
            foreach (var value in message.Values(kind))
            {
                sum += SipNameAddr.TryParse(value, out var address) ? address.Uri.Length : 0;
                sum += SipVia.TryParse(value, out var via) ? via.Host.Length : 0;
                sum += SipUri.TryParse(value, out var uri) ? uri.Host.Length : 0;
            }
        }

        message.TryGetContact(out _);
        Assert.InRange(sum, 0, int.MaxValue);
        return SipValidator.Check(message);
    }
}
