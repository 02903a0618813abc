using System.Text.Unicode;

namespace DialerEngine.Sip.Parsing;

/// <summary>
/// Checks the grammar of all known headers of a parsed message (RFC 3261 section 25.1 and the RFCs that add headers), which
/// <see cref="SipParser"/> leaves opaque because most elements never look at them. A server answers 400 where this finds a fault; a header that
/// is not known here is never one.
/// </summary>
public static class SipValidator
{
    /// <summary>The parser's fault, else the first one found here, else <see cref="SipParseError.None"/>.</summary>
    public static SipParseError Check(SipMessage message)
    {
        if (message.Error != SipParseError.None)
        {
            return message.Error;
        }

        for (var i = 0; i < message.HeaderCount; i++)
        {
            var kind = message.KindAt(i);
            var value = message.ValueAt(i);
            var error = CheckHeader(message, kind, value);
            if (error == SipParseError.None && kind != SipHeaderKind.Unknown && !Utf8.IsValid(value))
            {
                error = SipParseError.BadUtf8;
            }

            if (error != SipParseError.None)
            {
                return error;
            }
        }

        return !message.Body.IsEmpty && !message.Has(SipHeaderKind.ContentType) ? SipParseError.BodyWithoutContentType : SipParseError.None;
    }

    private static SipParseError CheckHeader(SipMessage message, SipHeaderKind kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case SipHeaderKind.Via:
                return Unless(SipGrammar.IsViaList(value), SipParseError.BadVia);
            case SipHeaderKind.From:
                return Unless(SipUri.TryParse(message.From.Uri, out _), SipParseError.BadFrom);
            case SipHeaderKind.To:
                return Unless(SipUri.TryParse(message.To.Uri, out _), SipParseError.BadTo);
            case SipHeaderKind.Contact:
                return Unless(value.SequenceEqual("*"u8) || SipGrammar.IsContactList(value), SipParseError.BadContact);
            case SipHeaderKind.Route:
                return Unless(SipGrammar.IsAddressList(value, bracketed: true), SipParseError.BadRoute);
            case SipHeaderKind.RecordRoute or SipHeaderKind.Path or SipHeaderKind.ServiceRoute:
                return Unless(SipGrammar.IsAddressList(value, bracketed: true), SipParseError.BadRecordRoute);
            case SipHeaderKind.PAssertedIdentity or SipHeaderKind.PPreferredIdentity or SipHeaderKind.Diversion
                or SipHeaderKind.AlertInfo or SipHeaderKind.CallInfo or SipHeaderKind.ErrorInfo:
                return Unless(SipGrammar.IsAddressList(value, bracketed: false), SipParseError.BadAddress);
            case SipHeaderKind.ReferredBy or SipHeaderKind.ReplyTo or SipHeaderKind.RemotePartyId:
                return Unless(SipGrammar.IsAddress(value), SipParseError.BadAddress);
            case SipHeaderKind.ReferTo:
                return Unless(SipGrammar.IsAddress(value), SipParseError.BadReferTo);
            case SipHeaderKind.WwwAuthenticate or SipHeaderKind.ProxyAuthenticate or SipHeaderKind.Authorization
                or SipHeaderKind.ProxyAuthorization:
                return Unless(SipGrammar.IsAuthentication(value), SipParseError.BadAuthentication);
            default:
                return CheckSmallHeader(kind, value);
        }
    }

    private static SipParseError CheckSmallHeader(SipHeaderKind kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case SipHeaderKind.ContentType:
                return Unless(SipGrammar.IsMediaType(value), SipParseError.BadContentType);
            case SipHeaderKind.Accept:
                return Unless(value.IsEmpty || SipGrammar.IsMediaTypeList(value), SipParseError.BadAccept);
            case SipHeaderKind.Require or SipHeaderKind.ProxyRequire or SipHeaderKind.Unsupported or SipHeaderKind.ContentEncoding
                or SipHeaderKind.AllowEvents:
                return Unless(SipGrammar.IsTokenList(value), SipParseError.BadTokenList);
            case SipHeaderKind.Supported or SipHeaderKind.Allow:
                return Unless(value.IsEmpty || SipGrammar.IsTokenList(value), SipParseError.BadTokenList);
            case SipHeaderKind.ContentDisposition or SipHeaderKind.SubscriptionState:
                return Unless(SipGrammar.IsTokenWithParameters(value), SipParseError.BadTokenList);
            case SipHeaderKind.Date:
                return Unless(SipGrammar.IsDate(value), SipParseError.BadDate);
            case SipHeaderKind.Expires:
                return Unless(SipText.TryNumber(value, uint.MaxValue, out _), SipParseError.BadExpires);
            case SipHeaderKind.MinExpires:
                return Unless(SipText.TryNumber(value, uint.MaxValue, out _), SipParseError.BadMinExpires);
            case SipHeaderKind.RetryAfter:
                return Unless(SipGrammar.IsRetryAfter(value), SipParseError.BadRetryAfter);
            case SipHeaderKind.Warning:
                return Unless(SipGrammar.IsWarningList(value), SipParseError.BadWarning);
            case SipHeaderKind.Timestamp:
                return Unless(SipGrammar.IsTimestamp(value), SipParseError.BadTimestamp);
            case SipHeaderKind.RSeq:
                return Unless(SipText.TryNumber(value, uint.MaxValue, out var number) && number > 0, SipParseError.BadRSeq);
            case SipHeaderKind.RAck:
                return Unless(SipGrammar.IsRAck(value), SipParseError.BadRAck);
            case SipHeaderKind.SessionExpires:
                return Unless(SipGrammar.IsNumberWithParameters(value), SipParseError.BadSessionExpires);
            case SipHeaderKind.MinSE:
                return Unless(SipGrammar.IsNumberWithParameters(value), SipParseError.BadMinSE);
            case SipHeaderKind.Replaces or SipHeaderKind.Join:
                return Unless(SipGrammar.IsReplaces(value), SipParseError.BadReplaces);
            case SipHeaderKind.Event:
                return Unless(SipGrammar.IsTokenWithParameters(value), SipParseError.BadEvent);
            case SipHeaderKind.Reason:
                return Unless(SipGrammar.IsReasonList(value), SipParseError.BadReason);
            default:
                return SipParseError.None;
        }
    }

    private static SipParseError Unless(bool valid, SipParseError error) => valid ? SipParseError.None : error;
}
