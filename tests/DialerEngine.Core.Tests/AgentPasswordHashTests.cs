using System.Security.Cryptography;
using System.Text;

namespace DialerEngine.Core.Tests;

/// <summary>Hashed passwords: the function is the standard's, the form is read strictly.</summary>
public sealed class AgentPasswordHashTests
{
    private static readonly byte[] Salt = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

    [Fact]
    public void A_hash_takes_its_password_and_no_other_and_is_read_as_it_was_written()
    {
        var made = AgentPasswordHash.Create("Grüße 1!", Salt, AgentPasswordHash.MinIterations);
        Assert.True(AgentPasswordHash.TryParse(made.ToString(), out var read));
        Assert.Equal(made.ToString(), read!.ToString());
        Assert.True(read.Accepts("Grüße 1!"));
        foreach (var wrong in (string?[])["grüße 1!", "Grüße 1", "", null, new string('x', 257)])
        {
            Assert.False(read.Accepts(wrong));
        }
    }

    [Fact]
    public void The_function_is_PBKDF2_with_HMAC_SHA_512()
    {
        var key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes("secret"), Salt, 20_000, HashAlgorithmName.SHA512, 64);
        Assert.True(AgentPasswordHash.TryParse($"pbkdf2-sha512$20000${Convert.ToBase64String(Salt)}${Convert.ToBase64String(key)}", out var whole));
        Assert.True(whole!.Accepts("secret"));
        Assert.StartsWith($"pbkdf2-sha512$20000${Convert.ToBase64String(Salt)}${Convert.ToBase64String(key[..32])}", AgentPasswordHash.Create("secret", Salt, 20_000).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("pbkdf2-sha256$210000$AQIDBAUGBwgJCgsMDQ4PEA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha512$9999$AQIDBAUGBwgJCgsMDQ4PEA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha512$2000001$AQIDBAUGBwgJCgsMDQ4PEA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha512$-1$AQIDBAUGBwgJCgsMDQ4PEA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha512$210000$AQID$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha512$210000$AQIDBAUGBwgJCgsMDQ4PEA==$AAAA")]
    [InlineData("pbkdf2-sha512$210000$no base64$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha512$210000$AQIDBAUGBwgJCgsMDQ4PEA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=$")]
    public void What_is_no_hash_is_refused(string text)
    {
        Assert.False(AgentPasswordHash.TryParse(text, out var hash));
        Assert.Null(hash);
    }
}
