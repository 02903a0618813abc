using System.Net;
using DialerEngine.Notifications.Http;

namespace DialerEngine.Notifications.Tests.Http;

/// <summary>Which addresses notifications may reach.</summary>
public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fc00::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a00:1")]
    public void Private_and_special_addresses_are_refused(string address) =>
        Assert.False(new AddressGuard([]).Allows("crm.example.com", IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void Public_addresses_are_reached(string address) => Assert.True(new AddressGuard([]).Allows("crm.example.com", IPAddress.Parse(address)));

    [Fact]
    public void A_named_host_may_be_private_and_another_one_there_may_not()
    {
        var guard = new AddressGuard(["crm.internal"]);
        Assert.True(guard.Allows("CRM.internal.", IPAddress.Parse("10.0.0.1")));
        Assert.False(guard.Allows("other.internal", IPAddress.Parse("10.0.0.1")));
    }

    [Fact]
    public void A_host_name_does_not_open_the_metadata_service_and_its_address_does()
    {
        Assert.False(new AddressGuard(["crm.internal"]).Allows("crm.internal", IPAddress.Parse("169.254.169.254")));
        Assert.True(new AddressGuard(["169.254.169.254"]).Allows("crm.internal", IPAddress.Parse("169.254.169.254")));
    }

    [Fact]
    public void A_network_opens_its_addresses_for_every_name()
    {
        var guard = new AddressGuard(["10.1.0.0/16", "fd12::/32"]);
        Assert.True(guard.Allows("any", IPAddress.Parse("10.1.255.1")));
        Assert.True(guard.Allows("any", IPAddress.Parse("::ffff:10.1.0.1")));
        Assert.True(guard.Allows("any", IPAddress.Parse("fd12::1")));
        Assert.False(guard.Allows("any", IPAddress.Parse("10.2.0.1")));
    }

    [Theory]
    [InlineData("10.1.0.0/33", false)]
    [InlineData("http://host", false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("[::1]", true)]
    [InlineData("crm.internal", true)]
    public void What_can_stand_in_the_list_is_known(string text, bool isValid) => Assert.Equal(isValid, AddressGuard.IsValid(text));
}
