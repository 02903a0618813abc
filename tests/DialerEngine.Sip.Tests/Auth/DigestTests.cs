using System.Text;
using DialerEngine.Sip.Auth;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Tests.Parsing;

namespace DialerEngine.Sip.Tests.Auth;

/// <summary>Digest authentication (RFC 2617, RFC 7616, RFC 8760, RFC 3261 section 22).</summary>
public sealed class DigestTests
{
    private static readonly byte[] Secret = "0123456789abcdef"u8.ToArray();

    /// <summary>The worked examples of RFC 2069 (with its erratum), RFC 2617 section 3.5 and RFC 7616 section 3.9.1.</summary>
    [Theory]
    [InlineData(DigestAlgorithm.Md5, DigestQop.Auth, "Circle Of Life", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "0a4f113b", "/dir/index.html", "6629fae49393a05397450978507c4ef1")]
    [InlineData(DigestAlgorithm.Md5, DigestQop.None, "CircleOfLife", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "", "/dir/index.html", "1949323746fe6a43ef61f9606e7febea")]
    [InlineData(DigestAlgorithm.Md5, DigestQop.Auth, "Circle of Life", "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "/dir/index.html", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData(DigestAlgorithm.Sha256, DigestQop.Auth, "Circle of Life", "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "/dir/index.html", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void The_examples_of_the_RFCs_come_out(
        DigestAlgorithm algorithm, DigestQop qop, string password, string realm, string nonce, string cnonce, string uri, string expected)
    {
        var response = new byte[DigestAlgorithms.HexLength(algorithm)];
        Assert.True(DigestMath.TryRespond(
            new DigestInput
            {
                Algorithm = algorithm,
                Qop = qop,
                UserName = "Mufasa"u8,
                Realm = Encoding.UTF8.GetBytes(realm),
                Password = Encoding.UTF8.GetBytes(password),
                Nonce = Encoding.UTF8.GetBytes(nonce),
                NonceCount = "00000001"u8,
                CNonce = Encoding.UTF8.GetBytes(cnonce),
                Method = "GET"u8,
                Uri = Encoding.UTF8.GetBytes(uri),
            },
            response));
        Assert.Equal(expected, Encoding.ASCII.GetString(response));
    }

    [Theory]
    [InlineData("MD5", "auth")]
    [InlineData("MD5", null)]
    [InlineData("MD5-sess", "auth")]
    [InlineData("SHA-256", "auth")]
    [InlineData("SHA-256", "auth-int")]
    [InlineData("SHA-256-sess", "auth,auth-int")]
    [InlineData(null, "auth-int,auth")]
    public void A_client_answers_every_kind_of_challenge_so_that_the_server_s_sum_agrees(string? algorithm, string? qop)
    {
        var client = new DigestClient("1001", "p:\"w");
        var challenge = "Digest realm=\"pbx\", nonce=\"abc\", opaque=\"\"" + (algorithm is null ? "" : $", algorithm={algorithm}") + (qop is null ? "" : $", qop=\"{qop}\"");
        Assert.Equal(DigestOutcome.Retry, client.Take(Challenge(401, "WWW-Authenticate: " + challenge), hadCredentials: false));
        var request = Request(client, "hello"u8.ToArray());
        Assert.True(request.TryGetHeader(SipHeaderKind.Authorization, out var value));
        Assert.True(DigestFields.TryParse(value, out var fields));
        Assert.True(fields.HasOpaque);
        Assert.Equal(qop is null, fields.NonceCount.IsEmpty);
        Assert.Equal(qop is not null, fields.HasQop);
        var expected = new byte[fields.Response.Length];
        Assert.True(DigestMath.TryRespond(
            new DigestInput
            {
                Algorithm = algorithm is null ? DigestAlgorithm.Md5 : DigestAlgorithms.FromToken(Encoding.ASCII.GetBytes(algorithm)),
                Qop = qop is null ? DigestQop.None : qop == "auth-int" ? DigestQop.AuthInt : DigestQop.Auth,
                UserName = "1001"u8,
                Realm = "pbx"u8,
                Password = "p:\"w"u8,
                Nonce = "abc"u8,
                NonceCount = "00000001"u8,
                CNonce = fields.CNonce,
                Method = "INVITE"u8,
                Uri = "sip:x@pbx"u8,
                Body = "hello"u8,
            },
            expected));
        Assert.Equal(Encoding.ASCII.GetString(expected), fields.Response.Text());
    }

    [Fact]
    public void The_nonce_count_rises_with_every_request()
    {
        var client = new DigestClient("1001", "secret");
        client.Take(Challenge(407, "Proxy-Authenticate: Digest realm=\"pbx\", nonce=\"abc\", qop=\"auth\""), hadCredentials: false);
        for (var count = 1; count <= 17; count++)
        {
            Assert.True(Request(client, []).TryGetHeader(SipHeaderKind.ProxyAuthorization, out var value));
            Assert.Contains($"nc={count:x8}", value.Text(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_same_realm_asking_again_means_refused_unless_the_nonce_was_stale()
    {
        var client = new DigestClient("1001", "wrong");
        client.Take(Challenge(401, "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"1\", qop=\"auth\""), hadCredentials: false);
        Request(client, []);
        Assert.Equal(DigestOutcome.Retry, client.Take(Challenge(401, "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"2\", stale=TRUE, qop=\"auth\""), true));
        Assert.True(Request(client, []).TryGetHeader(SipHeaderKind.Authorization, out var value));
        Assert.Contains("nonce=\"2\"", value.Text(), StringComparison.Ordinal);
        Assert.Contains("nc=00000001", value.Text(), StringComparison.Ordinal);
        Assert.Equal(DigestOutcome.Rejected, client.Take(Challenge(401, "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"3\", qop=\"auth\""), true));
    }

    [Fact]
    public void A_server_that_calls_every_nonce_stale_is_given_up()
    {
        var client = new DigestClient("1001", "secret");
        var outcome = client.Take(Challenge(401, "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"0\""), hadCredentials: false);
        var rounds = 0;
        while (outcome == DigestOutcome.Retry && rounds < 10)
        {
            Request(client, []);
            outcome = client.Take(Challenge(401, $"WWW-Authenticate: Digest realm=\"pbx\", nonce=\"{++rounds}\", stale=true"), true);
        }

        Assert.Equal(DigestOutcome.Rejected, outcome);
        Assert.Equal(3, rounds);
    }

    [Theory]
    [InlineData(false, "algorithm=MD5")]
    [InlineData(true, "algorithm=SHA-256")]
    public void Of_several_challenges_the_topmost_that_is_served_is_taken_or_the_strongest_if_so_asked(bool strongest, string expected)
    {
        var client = new DigestClient("1001", "secret", strongest);
        var outcome = client.Take(
            Challenge(
                401,
                "WWW-Authenticate: Bearer authz_server=\"x\"",
                "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"a\", algorithm=SHA-512-256, qop=\"auth\"",
                "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"b\", algorithm=MD5, qop=\"auth\"",
                "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"c\", algorithm=SHA-256, qop=\"auth\""),
            hadCredentials: false);
        Assert.Equal(DigestOutcome.Retry, outcome);
        Assert.True(Request(client, []).TryGetHeader(SipHeaderKind.Authorization, out var value));
        Assert.Contains(expected, value.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_proxy_and_a_server_are_answered_side_by_side()
    {
        var client = new DigestClient("1001", "secret");
        client.Take(Challenge(407, "Proxy-Authenticate: Digest realm=\"edge\", nonce=\"a\""), hadCredentials: false);
        client.Take(Challenge(401, "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"b\""), hadCredentials: true);
        var request = Request(client, []);
        Assert.True(request.Has(SipHeaderKind.Authorization));
        Assert.True(request.Has(SipHeaderKind.ProxyAuthorization));
    }

    [Theory]
    [InlineData("Digest nonce=\"a\"")]
    [InlineData("Digest realm=\"a\", realm=\"b\", nonce=\"c\"")]
    [InlineData("Digest realm=\"a\", nonce=\"c")]
    [InlineData("Basic realm=\"a\"")]
    [InlineData("Digest realm=\"a\", nonce=\"c\", algorithm=AKAv1-MD5")]
    [InlineData("Digest realm=\"a\", nonce=\"c\", qop=\"token\"")]
    public void A_challenge_that_cannot_be_used_is_passed_over(string challenge) =>
        Assert.Equal(DigestOutcome.NoUsableChallenge, new DigestClient("u", "p").Take(Challenge(401, "WWW-Authenticate: " + challenge), false));

    [Fact]
    public void A_server_accepts_its_user_once_and_tells_every_other_case_apart()
    {
        var server = new DigestServer("dialer", Secret, lifetimeMs: 1_000);
        var users = new OneUser();
        var client = new DigestClient("1001", "secret");
        Assert.Equal(DigestVerdict.NoCredentials, server.Verify(Request(client, []), users, isProxy: false, nowMs: 0));
        client.Take(ChallengeOf(server, 0, stale: false), hadCredentials: false);

        var first = Request(client, []);
        Assert.Equal(DigestVerdict.Accepted, server.Verify(first, users, false, 10));
        Assert.Equal(DigestVerdict.Replayed, server.Verify(first, users, false, 20));
        Assert.Equal(DigestVerdict.Accepted, server.Verify(Request(client, []), users, false, 30));
        Assert.Equal(DigestVerdict.Stale, server.Verify(Request(client, []), users, false, 1_001));
        Assert.Equal(DigestVerdict.Accepted, Retry(server, client, users, 1_002));

        var wrong = new DigestClient("1001", "guess");
        wrong.Take(ChallengeOf(server, 0, stale: false), hadCredentials: false);
        Assert.Equal(DigestVerdict.WrongCredentials, server.Verify(Request(wrong, []), users, false, 10));
        var stranger = new DigestClient("2002", "secret");
        stranger.Take(ChallengeOf(server, 0, stale: false), hadCredentials: false);
        Assert.Equal(DigestVerdict.WrongCredentials, server.Verify(Request(stranger, []), users, false, 10));
    }

    [Fact]
    public void A_nonce_of_another_server_is_stale_and_broken_credentials_are_malformed()
    {
        var client = new DigestClient("1001", "secret");
        client.Take(ChallengeOf(new DigestServer("dialer", "another secret of it"u8), 0, stale: false), hadCredentials: false);
        var server = new DigestServer("dialer", Secret);
        Assert.Equal(DigestVerdict.Stale, server.Verify(Request(client, []), new OneUser(), false, 1));
        var broken = Samples.Parse(Samples.Invite.Replace("Max-", "Authorization: Digest realm=\"dialer\", nonce=\"x\"\r\nMax-"));
        Assert.Equal(DigestVerdict.Malformed, server.Verify(broken, new OneUser(), false, 1));
    }

    [Fact]
    public void Answering_a_kept_challenge_allocates_nothing_once_warm()
    {
        var client = new DigestClient("1001", "secret");
        client.Take(Challenge(401, "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"abc\", qop=\"auth\", algorithm=SHA-256"), false);
        var memory = new byte[1_024];
        Fill(client, memory, 50);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fill(client, memory, 500);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Fill(DigestClient client, byte[] memory, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var writer = new SipWriter(memory);
            client.WriteCredentials(ref writer, "INVITE"u8, "sip:x@pbx"u8, default, 42);
        }
    }

    private static DigestVerdict Retry(DigestServer server, DigestClient client, OneUser users, long nowMs)
    {
        Assert.Equal(DigestOutcome.Retry, client.Take(ChallengeOf(server, nowMs, stale: true), hadCredentials: true));
        return server.Verify(Request(client, []), users, false, nowMs);
    }

    private static SipMessage ChallengeOf(DigestServer server, long nowMs, bool stale)
    {
        var writer = new SipWriter(new byte[1_024]);
        server.WriteChallenges(ref writer, isProxy: false, nowMs, stale);
        return Challenge(401, writer.Written.Text().TrimEnd());
    }

    private static SipMessage Challenge(int status, params string[] headers)
    {
        var text = Samples.Ok.Replace("200 OK", $"{status} Unauthorized").Replace("Record-Route:", string.Join("\r\n", headers) + "\r\nRecord-Route:");
        var message = Samples.Parse(text);
        Assert.Equal(SipParseError.None, message.Error);
        return message;
    }

    private static SipMessage Request(DigestClient client, byte[] body)
    {
        var octets = new byte[2_048];
        var writer = new SipWriter(octets);
        writer.RequestLine(SipMethod.Invite, "sip:x@pbx"u8);
        writer.Raw("Via: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:x@pbx>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n"u8);
        client.WriteCredentials(ref writer, "INVITE"u8, "sip:x@pbx"u8, body, random: 0x0123456789ABCDEF);
        writer.End(body.Length > 0 ? "text/plain"u8 : default, body);
        Assert.True(writer.Succeeded);
        var message = Samples.Parse(writer.Written.ToArray());
        Assert.Equal(SipParseError.None, SipValidator.Check(message));
        return message;
    }

    private sealed class OneUser : IDigestUsers
    {
        public bool TryGetPassword(ReadOnlySpan<byte> userName, out ReadOnlySpan<byte> password)
        {
            password = "secret"u8;
            return userName.SequenceEqual("1001"u8);
        }
    }
}
