using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Tests.Transactions;

/// <summary>SipHash-2-4 against the vectors of its authors (key 00..0f, message 00..n-1).</summary>
public sealed class KeyedHashTests
{
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31UL)]
    [InlineData(1, 0x74f839c593dc67fdUL)]
    [InlineData(7, 0xab0200f58b01d137UL)]
    [InlineData(8, 0x93f5f5799a932462UL)]
    [InlineData(15, 0xa129ca6149be45e5UL)]
    public void It_is_siphash_2_4(int length, ulong expected)
    {
        var message = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var whole = new KeyedHash(0x0706050403020100UL, 0x0f0e0d0c0b0a0908UL);
        whole.Add(message);
        Assert.Equal(expected, whole.Finish());

        var pieces = new KeyedHash(0x0706050403020100UL, 0x0f0e0d0c0b0a0908UL);
        pieces.Add(message.AsSpan(0, length / 3));
        pieces.Add(message.AsSpan(length / 3));
        Assert.Equal(expected, pieces.Finish());
    }
}
