namespace DialerEngine.Sip.Parsing;

/// <summary>Checks what <see cref="SipParser"/> leaves opaque.</summary>
public static class SipValidator
{
    /// <summary>The first fault of a parsed message, or <see cref="SipParseError.None"/>.</summary>
    public static SipParseError Check(SipMessage message) => message.Error;
}
