using System.Text;
using DialerEngine.Core.Desktop;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>
/// What an IVR says about its call when it ends it: headers <c>X-Genesys-KEY: value</c> of its BYE are attached data, KEY in the letters that it is written in. (SIP Server
/// maps user data to headers of that name.)
/// </summary>
public sealed partial class SipTelephony
{
    private const int LongestPortValue = 1_024;

    private static ReadOnlySpan<byte> PortDataPrefix => "X-Genesys-"u8;

    /// <summary>The data of a message; null where it has none. Values that are no UTF-8 or longer than 1,024 bytes are passed over.</summary>
    internal static UserData? PortDataOf(SipMessage? message)
    {
        UserData? data = null;
        for (var i = 0; i < (message?.HeaderCount ?? 0); i++)
        {
            var name = message!.NameAt(i);
            if (name.Length <= PortDataPrefix.Length || !Ascii.EqualsIgnoreCase(name[..PortDataPrefix.Length], PortDataPrefix))
            {
                continue;
            }

            var value = message.ValueAt(i);
            if (value.Length <= LongestPortValue && System.Text.Unicode.Utf8.IsValid(value))
            {
                (data ??= new UserData()).TrySet(Encoding.ASCII.GetString(name[PortDataPrefix.Length..]), Encoding.UTF8.GetString(value));
            }
        }

        return data;
    }
}
