namespace DialerEngine.Sip.Parsing;

/// <summary>Names of headers, long and compact (RFC 3261 section 7.3.3 and the IANA registry of SIP header fields).</summary>
public static class SipHeaderNames
{
    /// <summary>The kind of a header name in any case, long or compact.</summary>
    public static SipHeaderKind Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 => FindCompact(name[0]),
        2 => Is(name, SipHeaderKind.To),
        3 => Is(name, SipHeaderKind.Via),
        4 => (name[0] | 0x20) switch
        {
            (byte)'c' => Is(name, SipHeaderKind.CSeq),
            (byte)'d' => Is(name, SipHeaderKind.Date),
            (byte)'f' => Is(name, SipHeaderKind.From),
            (byte)'j' => Is(name, SipHeaderKind.Join),
            (byte)'p' => Is(name, SipHeaderKind.Path),
            (byte)'r' => Is(name, SipHeaderKind.RSeq, SipHeaderKind.RAck),
            _ => SipHeaderKind.Unknown,
        },
        5 => (name[0] | 0x20) switch
        {
            (byte)'a' => Is(name, SipHeaderKind.Allow),
            (byte)'e' => Is(name, SipHeaderKind.Event),
            (byte)'r' => Is(name, SipHeaderKind.Route),
            _ => SipHeaderKind.Unknown,
        },
        6 => (name[0] | 0x20) switch
        {
            (byte)'a' => Is(name, SipHeaderKind.Accept),
            (byte)'m' => Is(name, SipHeaderKind.MinSE),
            (byte)'r' => Is(name, SipHeaderKind.Reason),
            (byte)'s' => Is(name, SipHeaderKind.Server),
            _ => SipHeaderKind.Unknown,
        },
        7 => (name[2] | 0x20) switch
        {
            (byte)'b' => Is(name, SipHeaderKind.Subject),
            (byte)'i' => Is(name, SipHeaderKind.Privacy),
            (byte)'l' => Is(name, SipHeaderKind.CallId),
            (byte)'n' => Is(name, SipHeaderKind.Contact),
            (byte)'p' => Is(name, SipHeaderKind.Expires),
            (byte)'q' => Is(name, SipHeaderKind.Require),
            (byte)'r' => Is(name, SipHeaderKind.Warning),
            _ => SipHeaderKind.Unknown,
        },
        8 => (name[3] | 0x20) switch
        {
            (byte)'-' => Is(name, SipHeaderKind.SipETag),
            (byte)'e' => Is(name, SipHeaderKind.ReferTo),
            (byte)'l' => Is(name, SipHeaderKind.Replaces, SipHeaderKind.ReplyTo),
            (byte)'n' => Is(name, SipHeaderKind.Identity),
            (byte)'o' => Is(name, SipHeaderKind.Priority),
            _ => SipHeaderKind.Unknown,
        },
        9 => (name[0] | 0x20) switch
        {
            (byte)'c' => Is(name, SipHeaderKind.CallInfo),
            (byte)'d' => Is(name, SipHeaderKind.Diversion),
            (byte)'r' => Is(name, SipHeaderKind.ReferSub),
            (byte)'s' => Is(name, SipHeaderKind.Supported),
            (byte)'t' => Is(name, SipHeaderKind.Timestamp),
            _ => SipHeaderKind.Unknown,
        },
        10 => (name[0] | 0x20) switch
        {
            (byte)'a' => Is(name, SipHeaderKind.AlertInfo),
            (byte)'e' => Is(name, SipHeaderKind.ErrorInfo),
            (byte)'u' => Is(name, SipHeaderKind.UserAgent),
            _ => SipHeaderKind.Unknown,
        },
        11 => (name[2] | 0x20) switch
        {
            (byte)'-' => Is(name, SipHeaderKind.InReplyTo),
            (byte)'f' => Is(name, SipHeaderKind.ReferredBy),
            (byte)'n' => Is(name, SipHeaderKind.MinExpires),
            (byte)'s' => Is(name, SipHeaderKind.Unsupported),
            (byte)'t' => Is(name, SipHeaderKind.RetryAfter),
            _ => SipHeaderKind.Unknown,
        },
        12 => (name[2] | 0x20) switch
        {
            (byte)'c' => Is(name, SipHeaderKind.RecordRoute),
            (byte)'g' => Is(name, SipHeaderKind.Organization),
            (byte)'l' => Is(name, SipHeaderKind.AllowEvents),
            (byte)'m' => Is(name, SipHeaderKind.MimeVersion),
            (byte)'n' => Is(name, SipHeaderKind.ContentType),
            (byte)'p' => Is(name, SipHeaderKind.SipIfMatch),
            (byte)'s' => Is(name, SipHeaderKind.HistoryInfo),
            (byte)'x' => Is(name, SipHeaderKind.MaxForwards),
            _ => SipHeaderKind.Unknown,
        },
        13 => (name[0] | 0x20) switch
        {
            (byte)'a' => Is(name, SipHeaderKind.Authorization),
            (byte)'i' => Is(name, SipHeaderKind.IdentityInfo),
            (byte)'p' => Is(name, SipHeaderKind.ProxyRequire),
            (byte)'s' => Is(name, SipHeaderKind.ServiceRoute),
            _ => SipHeaderKind.Unknown,
        },
        14 => (name[0] | 0x20) switch
        {
            (byte)'a' => Is(name, SipHeaderKind.AcceptContact),
            (byte)'c' => Is(name, SipHeaderKind.ContentLength),
            (byte)'r' => Is(name, SipHeaderKind.RejectContact),
            _ => SipHeaderKind.Unknown,
        },
        15 => (name[7] | 0x20) switch
        {
            (byte)'-' => Is(name, SipHeaderKind.SessionExpires),
            (byte)'e' => Is(name, SipHeaderKind.AcceptEncoding),
            (byte)'l' => Is(name, SipHeaderKind.AcceptLanguage),
            (byte)'p' => Is(name, SipHeaderKind.RemotePartyId),
            _ => SipHeaderKind.Unknown,
        },
        16 => (name[10] | 0x20) switch
        {
            (byte)'c' => Is(name, SipHeaderKind.ContentEncoding),
            (byte)'n' => Is(name, SipHeaderKind.ContentLanguage),
            (byte)'t' => Is(name, SipHeaderKind.WwwAuthenticate),
            _ => SipHeaderKind.Unknown,
        },
        17 => Is(name, SipHeaderKind.PChargingVector),
        18 => (name[0] | 0x20) switch
        {
            (byte)'p' => Is(name, SipHeaderKind.ProxyAuthenticate),
            (byte)'s' => Is(name, SipHeaderKind.SubscriptionState),
            _ => SipHeaderKind.Unknown,
        },
        19 => (name[1] | 0x20) switch
        {
            (byte)'-' => Is(name, SipHeaderKind.PAssertedIdentity),
            (byte)'e' => Is(name, SipHeaderKind.RequestDisposition),
            (byte)'o' => Is(name, SipHeaderKind.ContentDisposition),
            (byte)'r' => Is(name, SipHeaderKind.ProxyAuthorization),
            (byte)'u' => Is(name, SipHeaderKind.AuthenticationInfo),
            _ => SipHeaderKind.Unknown,
        },
        20 => Is(name, SipHeaderKind.PPreferredIdentity),
        21 => Is(name, SipHeaderKind.PAccessNetworkInfo),
        _ => SipHeaderKind.Unknown,
    };

    /// <summary>The long name; empty for <see cref="SipHeaderKind.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> Name(SipHeaderKind kind) => kind switch
    {
        SipHeaderKind.Via => "Via"u8,
        SipHeaderKind.From => "From"u8,
        SipHeaderKind.To => "To"u8,
        SipHeaderKind.CallId => "Call-ID"u8,
        SipHeaderKind.CSeq => "CSeq"u8,
        SipHeaderKind.Contact => "Contact"u8,
        SipHeaderKind.MaxForwards => "Max-Forwards"u8,
        SipHeaderKind.ContentType => "Content-Type"u8,
        SipHeaderKind.ContentLength => "Content-Length"u8,
        SipHeaderKind.RecordRoute => "Record-Route"u8,
        SipHeaderKind.Route => "Route"u8,
        SipHeaderKind.Require => "Require"u8,
        SipHeaderKind.ProxyRequire => "Proxy-Require"u8,
        SipHeaderKind.Supported => "Supported"u8,
        SipHeaderKind.Unsupported => "Unsupported"u8,
        SipHeaderKind.Allow => "Allow"u8,
        SipHeaderKind.Accept => "Accept"u8,
        SipHeaderKind.AcceptEncoding => "Accept-Encoding"u8,
        SipHeaderKind.AcceptLanguage => "Accept-Language"u8,
        SipHeaderKind.Reason => "Reason"u8,
        SipHeaderKind.RetryAfter => "Retry-After"u8,
        SipHeaderKind.Expires => "Expires"u8,
        SipHeaderKind.MinExpires => "Min-Expires"u8,
        SipHeaderKind.WwwAuthenticate => "WWW-Authenticate"u8,
        SipHeaderKind.ProxyAuthenticate => "Proxy-Authenticate"u8,
        SipHeaderKind.Authorization => "Authorization"u8,
        SipHeaderKind.ProxyAuthorization => "Proxy-Authorization"u8,
        SipHeaderKind.AuthenticationInfo => "Authentication-Info"u8,
        SipHeaderKind.RSeq => "RSeq"u8,
        SipHeaderKind.RAck => "RAck"u8,
        SipHeaderKind.SessionExpires => "Session-Expires"u8,
        SipHeaderKind.MinSE => "Min-SE"u8,
        SipHeaderKind.PAssertedIdentity => "P-Asserted-Identity"u8,
        SipHeaderKind.PPreferredIdentity => "P-Preferred-Identity"u8,
        SipHeaderKind.RemotePartyId => "Remote-Party-ID"u8,
        SipHeaderKind.Privacy => "Privacy"u8,
        SipHeaderKind.Diversion => "Diversion"u8,
        SipHeaderKind.HistoryInfo => "History-Info"u8,
        SipHeaderKind.UserAgent => "User-Agent"u8,
        SipHeaderKind.Server => "Server"u8,
        SipHeaderKind.ReferTo => "Refer-To"u8,
        SipHeaderKind.ReferredBy => "Referred-By"u8,
        SipHeaderKind.ReferSub => "Refer-Sub"u8,
        SipHeaderKind.Replaces => "Replaces"u8,
        SipHeaderKind.Event => "Event"u8,
        SipHeaderKind.AllowEvents => "Allow-Events"u8,
        SipHeaderKind.SubscriptionState => "Subscription-State"u8,
        SipHeaderKind.Warning => "Warning"u8,
        SipHeaderKind.AlertInfo => "Alert-Info"u8,
        SipHeaderKind.CallInfo => "Call-Info"u8,
        SipHeaderKind.ErrorInfo => "Error-Info"u8,
        SipHeaderKind.Identity => "Identity"u8,
        SipHeaderKind.IdentityInfo => "Identity-Info"u8,
        SipHeaderKind.Subject => "Subject"u8,
        SipHeaderKind.Date => "Date"u8,
        SipHeaderKind.Timestamp => "Timestamp"u8,
        SipHeaderKind.Organization => "Organization"u8,
        SipHeaderKind.Priority => "Priority"u8,
        SipHeaderKind.InReplyTo => "In-Reply-To"u8,
        SipHeaderKind.ReplyTo => "Reply-To"u8,
        SipHeaderKind.MimeVersion => "MIME-Version"u8,
        SipHeaderKind.ContentDisposition => "Content-Disposition"u8,
        SipHeaderKind.ContentEncoding => "Content-Encoding"u8,
        SipHeaderKind.ContentLanguage => "Content-Language"u8,
        SipHeaderKind.Path => "Path"u8,
        SipHeaderKind.ServiceRoute => "Service-Route"u8,
        SipHeaderKind.RequestDisposition => "Request-Disposition"u8,
        SipHeaderKind.AcceptContact => "Accept-Contact"u8,
        SipHeaderKind.RejectContact => "Reject-Contact"u8,
        SipHeaderKind.Join => "Join"u8,
        SipHeaderKind.PChargingVector => "P-Charging-Vector"u8,
        SipHeaderKind.PAccessNetworkInfo => "P-Access-Network-Info"u8,
        SipHeaderKind.SipETag => "SIP-ETag"u8,
        SipHeaderKind.SipIfMatch => "SIP-If-Match"u8,
        _ => default,
    };

    private static SipHeaderKind FindCompact(byte letter) => (letter | 0x20) switch
    {
        'v' => SipHeaderKind.Via,
        'f' => SipHeaderKind.From,
        't' => SipHeaderKind.To,
        'i' => SipHeaderKind.CallId,
        'm' => SipHeaderKind.Contact,
        'c' => SipHeaderKind.ContentType,
        'l' => SipHeaderKind.ContentLength,
        'k' => SipHeaderKind.Supported,
        's' => SipHeaderKind.Subject,
        'e' => SipHeaderKind.ContentEncoding,
        'r' => SipHeaderKind.ReferTo,
        'b' => SipHeaderKind.ReferredBy,
        'o' => SipHeaderKind.Event,
        'u' => SipHeaderKind.AllowEvents,
        'x' => SipHeaderKind.SessionExpires,
        'a' => SipHeaderKind.AcceptContact,
        'j' => SipHeaderKind.RejectContact,
        'd' => SipHeaderKind.RequestDisposition,
        'y' => SipHeaderKind.Identity,
        'n' => SipHeaderKind.IdentityInfo,
        _ => SipHeaderKind.Unknown,
    };

    private static SipHeaderKind Is(ReadOnlySpan<byte> name, SipHeaderKind kind) =>
        System.Text.Ascii.EqualsIgnoreCase(name, Name(kind)) ? kind : SipHeaderKind.Unknown;

    private static SipHeaderKind Is(ReadOnlySpan<byte> name, SipHeaderKind first, SipHeaderKind second)
    {
        var kind = Is(name, first);
        return kind != SipHeaderKind.Unknown ? kind : Is(name, second);
    }

    private static SipHeaderKind Is(ReadOnlySpan<byte> name, SipHeaderKind first, SipHeaderKind second, SipHeaderKind third)
    {
        var kind = Is(name, first, second);
        return kind != SipHeaderKind.Unknown ? kind : Is(name, third);
    }
}
