using System.Text;
using DialerEngine.Core.Lists;

namespace DialerEngine.Notifications;

/// <summary>Numbers as logs may show them.</summary>
internal static class PhoneMask
{
    public static string Of(string phone)
    {
        Span<byte> octets = stackalloc byte[64];
        return Encoding.UTF8.TryGetBytes(phone, octets, out var length) ? PhoneNumber.Mask(octets[..length]) : "***";
    }
}
