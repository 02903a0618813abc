using System.Net;
using System.Net.Sockets;

namespace DialerEngine.Notifications.Http;

/// <summary>
/// Which addresses may be reached. Looked at when the connection is made, on the address that the name has at that moment, so that a name which changes
/// its address (DNS rebinding) gains nothing. Private, loopback, link-local, shared and other special ranges (RFC 6890) are refused unless listed.
/// </summary>
public sealed class AddressGuard
{
    private static readonly IPNetwork[] Special =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/3"), IPNetwork.Parse("::/128"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("64:ff9b::/96"), IPNetwork.Parse("64:ff9b:1::/48"),
        IPNetwork.Parse("100::/64"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("ff00::/8"),
    ];

    /// <summary>Where clouds answer with credentials: link-local, and AWS's and Azure's own addresses.</summary>
    private static readonly IPNetwork[] Metadata =
    [
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("fd00:ec2::254/128"), IPNetwork.Parse("168.63.129.16/32"),
    ];

    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IPNetwork> _networks = [];

    /// <param name="allowed">Host names, addresses or networks.</param>
    /// <exception cref="FormatException">One of them is none of these.</exception>
    public AddressGuard(IEnumerable<string> allowed)
    {
        foreach (var text in allowed)
        {
            if (!TryAdd(text))
            {
                throw new FormatException($"{text} is no host name, address or network");
            }
        }
    }

    /// <summary>True for a text that can stand in the list of allowed hosts.</summary>
    public static bool IsValid(string text) => new AddressGuard([]).TryAdd(text);

    /// <summary>True where the host, which has this address now, may be reached.</summary>
    public bool Allows(string host, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        foreach (var network in _networks)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
            {
                return true;
            }
        }

        return !IsIn(Metadata, address) && (!IsIn(Special, address) || _hosts.Contains(host.TrimEnd('.')));
    }

    private static bool IsIn(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryAdd(string text)
    {
        var bare = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        if (IPAddress.TryParse(bare, out var address))
        {
            _networks.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            return true;
        }

        if (bare.Contains('/'))
        {
            if (!IPNetwork.TryParse(bare, out var network))
            {
                return false;
            }

            _networks.Add(network);
            return true;
        }

        return Uri.CheckHostName(bare) == UriHostNameType.Dns && _hosts.Add(bare.TrimEnd('.'));
    }
}
