using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DialerEngine.Adapters.TServer;
using DialerEngine.Core;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Verbs;

namespace DialerEngine.Host.Tests.Configuration;

/// <summary>The section cti and agents' passwords: what is open is said, and what cannot be used is refused before anybody listens.</summary>
public sealed class CtiConfigurationTests
{
    private static readonly string Hash = AgentPasswordHash.Create("secret", new byte[16], AgentPasswordHash.MinIterations).ToString();

    [Fact]
    public void Its_defaults_are_safe()
    {
        var read = Read("", "");
        Assert.DoesNotContain(read.Faults, f => f.ToString().Contains("cti", StringComparison.Ordinal));
        var cti = read.Configuration!.Cti;
        Assert.Equal((OpenLogins.FromThisMachine, 15, null, 0), (cti.OpenLogins, cti.ReconnectSeconds, cti.Certificate, cti.Origins.Count));
    }

    [Fact]
    public void Every_key_comes_through()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = WriteCertificate(folder, 400);
        var cti = Read(
            $"\"certificate\": \"{certificate}\", \"certificateKey\": \"{key}\", \"origins\": [\"https://crm.example.com\", \"*\"], \"loginsWithoutPassword\": \"Never\", \"reconnectSeconds\": 0",
            "\"passwordHash\": \"" + Hash + "\",").Configuration!.Cti;
        Assert.Equal(certificate, cti.Certificate!.Certificate);
        Assert.Equal(key, cti.Certificate.Key);
        Assert.Equal(["https://crm.example.com", "*"], cti.Origins);
        Assert.Equal((OpenLogins.Never, 0), (cti.OpenLogins, cti.ReconnectSeconds));
    }

    [Theory]
    [InlineData("\"certificate\": \"/nowhere/x.pem\"", "the certificate /nowhere/x.pem cannot be used")]
    [InlineData("\"certificateKey\": \"/nowhere/x.pem\"", "certificateKey needs it")]
    [InlineData("\"certificatePassword\": \"env:DIALER_TEST_SECRET\"", "certificatePassword needs it")]
    [InlineData("\"origins\": [\"crm.example.com\"]", "must be an origin")]
    [InlineData("\"origins\": [\"https://crm.example.com/path\"]", "must be an origin")]
    [InlineData("\"origins\": [\"https://user@crm.example.com\"]", "must be an origin")]
    [InlineData("\"reconnectSeconds\": 301", "must be")]
    [InlineData("\"loginsWithoutPassword\": \"Sometimes\"", "must be")]
    public void What_cannot_be_used_is_an_error(string keys, string words)
    {
        var read = Read(keys, "");
        Assert.Null(read.Configuration);
        Assert.Contains(read.Faults, f => f.Severity == FaultSeverity.Error && f.ToString().Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"listen\": \"0.0.0.0:8481\"", "", "travel in the clear")]
    [InlineData("\"listen\": \"0.0.0.0:8481\"", "", "1 agents have no password and can log in from this machine only")]
    [InlineData("\"listen\": \"0.0.0.0:8481\", \"loginsWithoutPassword\": \"Everywhere\"", "", "who knows a login id is in, from everywhere")]
    [InlineData("\"listen\": \"0.0.0.0:8481\", \"loginsWithoutPassword\": \"Never\"", "", "can log in not at all")]
    [InlineData("\"loginsWithoutPassword\": \"Never\"", "", "agent 1001 has no password and cannot log in")]
    public void What_is_open_or_shut_by_accident_is_a_warning(string keys, string agent, string words)
    {
        var read = Read(keys, agent);
        Assert.NotNull(read.Configuration);
        Assert.Contains(read.Faults, f => f.Severity == FaultSeverity.Warning && f.ToString().Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_that_ends_soon_is_a_warning()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = WriteCertificate(folder, 3);
        var read = Read($"\"certificate\": \"{certificate}\", \"certificateKey\": \"{key}\"", "");
        Assert.Contains(read.Faults, f => f.Severity == FaultSeverity.Warning && f.ToString().Contains("more days only", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("pbkdf2-sha512$999$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_passwordHash_that_is_none_is_an_error_that_does_not_show_it(string hash)
    {
        var read = Read("", $"\"passwordHash\": \"{hash}\",");
        var fault = Assert.Single(read.Faults, f => f.Severity == FaultSeverity.Error);
        Assert.Contains("dialer agent hash-password makes it", fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(hash, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_and_its_hash_do_not_stand_together()
    {
        var read = Read("", $"\"passwordHash\": \"{Hash}\", \"password\": \"env:DIALER_TEST_SECRET\",");
        Assert.Contains(read.Faults, f => f.ToString().Contains("must not stand beside password", StringComparison.Ordinal));
    }

    [Fact]
    public void The_verb_makes_a_hash_that_the_configuration_takes()
    {
        using var output = new StringWriter();
        Assert.Equal(0, AgentVerb.Run("secret", AgentPasswordHash.MinIterations, output));
        var agent = Assert.Single(Read("", $"\"passwordHash\": \"{output.ToString().TrimEnd()}\",").Configuration!.Agents);
        Assert.True(agent.PasswordHash!.Accepts("secret"));
        Assert.False(agent.PasswordHash.Accepts("Secret"));
        Assert.Null(agent.Password);
        Assert.Throws<Host.Cli.CommandFailedException>(() => AgentVerb.Run("", AgentPasswordHash.MinIterations, output));
        Assert.Throws<Host.Cli.CommandFailedException>(() => AgentVerb.Run("secret", 1, output));
    }

    private static ConfigurationResult Read(string cti, string agent) => ConfigurationCases.ReadText($$"""
        {
          "storage": { "sqlite": "x.db" },
          "cti": { {{cti}} },
          "trunks": [ { "name": "t", "host": "192.0.2.1" } ],
          "tenants": [ {
            "name": "Environment",
            "callingLists": [ { "id": 1, "name": "l" } ],
            "campaigns": [ { "id": 1, "name": "c", "callingLists": [ { "list": "l" } ] } ],
            "agents": [ { "id": 1, "loginId": "1001", {{agent}} "phone": { "uri": "sip:7001@192.0.2.21" } } ],
            "agentGroups": [ { "name": "g", "agents": [ "1001" ] } ],
            "campaignGroups": [ { "id": 1, "campaign": "c", "agentGroup": "g", "trunks": [ "t" ] } ]
          } ]
        }
        """);

    private static (string Certificate, string Key) WriteCertificate(TemporaryFolder folder, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=dialer", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(days));
        return (folder.Write("link.crt", certificate.ExportCertificatePem()), folder.Write("link.key", key.ExportPkcs8PrivateKeyPem()));
    }
}
