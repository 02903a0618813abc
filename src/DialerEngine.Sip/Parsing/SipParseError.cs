namespace DialerEngine.Sip.Parsing;

/// <summary>What is wrong with a message. The name is also the word that logs, counters and the command line use.</summary>
public enum SipParseError : byte
{
    /// <summary>Well-formed.</summary>
    None,

    /// <summary>Stream only: not all octets of the message are here yet.</summary>
    Incomplete,

    /// <summary>Nothing but line ends: a keep-alive (RFC 5626 section 4.4.1), not a message.</summary>
    KeepAlive,

    /// <summary>No octets.</summary>
    Empty,

    /// <summary>Longer than <see cref="SipParser.MaxMessageBytes"/>.</summary>
    MessageTooLarge,

    /// <summary>More header lines than <see cref="SipMessage.MaxHeaders"/>.</summary>
    TooManyHeaders,

    /// <summary>The datagram ends before the empty line that closes the headers.</summary>
    Truncated,

    /// <summary>The first line is neither a request line nor a status line (RFC 3261 sections 7.1, 7.2).</summary>
    BadStartLine,

    /// <summary>The method is not a token.</summary>
    BadMethod,

    /// <summary>The Request-URI is not a URI, or has brackets, blanks or headers (RFC 3261 section 7.1, table 1).</summary>
    BadRequestUri,

    /// <summary>A version other than SIP/2.0: answer 505.</summary>
    UnsupportedVersion,

    /// <summary>The status code is not three digits between 100 and 699.</summary>
    BadStatusCode,

    /// <summary>A line feed or carriage return that is not part of a CR LF pair.</summary>
    BareLineEnd,

    /// <summary>A control character outside of a quoted pair.</summary>
    ControlCharacter,

    /// <summary>A header line without a colon.</summary>
    MissingColon,

    /// <summary>A header name that is not a token.</summary>
    BadHeaderName,

    /// <summary>A continuation line directly after the start line.</summary>
    FoldWithoutHeader,

    /// <summary>A header that may occur once only occurs again (RFC 3261 section 7.3.1).</summary>
    DuplicateHeader,

    MissingVia,
    MissingFrom,
    MissingTo,
    MissingCallId,
    MissingCSeq,

    /// <summary>Stream only: Content-Length is mandatory there (RFC 3261 section 18.3).</summary>
    MissingContentLength,
    BadVia,
    BadFrom,
    BadTo,
    BadCallId,

    /// <summary>Not a number below 2^31 and a method (RFC 3261 section 8.1.1.5).</summary>
    BadCSeq,

    /// <summary>The method in CSeq differs from the request's (RFC 3261 section 8.1.1.5).</summary>
    CSeqMethodMismatch,

    /// <summary>Not a number from 0 to 255 (RFC 3261 section 20.22).</summary>
    BadMaxForwards,

    /// <summary>Not a number, or two different numbers.</summary>
    BadContentLength,

    /// <summary>Content-Length says more octets than the datagram has (RFC 3261 section 18.3).</summary>
    BodyShorterThanContentLength,
    BadContact,
    BadRoute,
    BadRecordRoute,
    BadContentType,
    BadAccept,
    BadDate,
    BadExpires,
    BadMinExpires,
    BadRetryAfter,
    BadWarning,
    BadTimestamp,
    BadAuthentication,
    BadTokenList,
    BadRSeq,
    BadRAck,
    BadSessionExpires,
    BadMinSE,
    /// <summary>An address in a header other than From, To, Contact and the routes.</summary>
    BadAddress,

    BadReferTo,
    BadReplaces,
    BadEvent,
    BadReason,

    /// <summary>A body without Content-Type (RFC 3261 section 20.15).</summary>
    BodyWithoutContentType,

    /// <summary>A header value that is not UTF-8 where the grammar asks for it (RFC 3261 section 25.1).</summary>
    BadUtf8,
}
