namespace DialerEngine.Sip.Parsing;

/// <summary>
/// Methods this stack knows by name. RFC 3261 (INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER), RFC 3262 (PRACK), RFC 3311 (UPDATE),
/// RFC 6086 (INFO), RFC 6665 (SUBSCRIBE, NOTIFY), RFC 3515 (REFER), RFC 3428 (MESSAGE), RFC 3903 (PUBLISH).
/// </summary>
public enum SipMethod : byte
{
    /// <summary>A method that is none of these: the token is in <see cref="SipMessage.MethodToken"/>.</summary>
    Unknown,
    Invite,
    Ack,
    Bye,
    Cancel,
    Options,
    Register,
    Prack,
    Update,
    Info,
    Notify,
    Subscribe,
    Refer,
    Message,
    Publish,
}

/// <summary>Methods and their tokens. Tokens are case-sensitive (RFC 3261 section 7.1).</summary>
public static class SipMethods
{
    /// <summary>The method of a token, or <see cref="SipMethod.Unknown"/>.</summary>
    public static SipMethod FromToken(ReadOnlySpan<byte> token)
    {
        SipMethod candidate = token.Length switch
        {
            3 => token[0] == (byte)'A' ? SipMethod.Ack : SipMethod.Bye,
            4 => SipMethod.Info,
            5 => token[0] == (byte)'P' ? SipMethod.Prack : SipMethod.Refer,
            6 => token[0] switch
            {
                (byte)'I' => SipMethod.Invite,
                (byte)'C' => SipMethod.Cancel,
                (byte)'U' => SipMethod.Update,
                _ => SipMethod.Notify,
            },
            7 => token[0] switch
            {
                (byte)'O' => SipMethod.Options,
                (byte)'M' => SipMethod.Message,
                _ => SipMethod.Publish,
            },
            8 => SipMethod.Register,
            9 => SipMethod.Subscribe,
            _ => SipMethod.Unknown,
        };
        return token.SequenceEqual(Token(candidate)) ? candidate : SipMethod.Unknown;
    }

    /// <summary>The token of a method; empty for <see cref="SipMethod.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> Token(SipMethod method) => method switch
    {
        SipMethod.Invite => "INVITE"u8,
        SipMethod.Ack => "ACK"u8,
        SipMethod.Bye => "BYE"u8,
        SipMethod.Cancel => "CANCEL"u8,
        SipMethod.Options => "OPTIONS"u8,
        SipMethod.Register => "REGISTER"u8,
        SipMethod.Prack => "PRACK"u8,
        SipMethod.Update => "UPDATE"u8,
        SipMethod.Info => "INFO"u8,
        SipMethod.Notify => "NOTIFY"u8,
        SipMethod.Subscribe => "SUBSCRIBE"u8,
        SipMethod.Refer => "REFER"u8,
        SipMethod.Message => "MESSAGE"u8,
        SipMethod.Publish => "PUBLISH"u8,
        _ => default,
    };
}
