namespace DialerEngine.Sip.Parsing;

/// <summary>Reads the headers that every message must have (RFC 3261 section 8.1.1) once all lines are known.</summary>
internal static class SipFieldReader
{
    /// <summary>Headers with a single value (RFC 3261 section 7.3.1 and the grammar in 25.1).</summary>
    public static bool OccursOnce(SipHeaderKind kind) => kind is SipHeaderKind.From or SipHeaderKind.To or SipHeaderKind.CallId
        or SipHeaderKind.CSeq or SipHeaderKind.MaxForwards or SipHeaderKind.ContentLength or SipHeaderKind.ContentType
        or SipHeaderKind.Expires or SipHeaderKind.MinExpires or SipHeaderKind.Date or SipHeaderKind.Timestamp or SipHeaderKind.RetryAfter
        or SipHeaderKind.RSeq or SipHeaderKind.RAck or SipHeaderKind.SessionExpires or SipHeaderKind.MinSE or SipHeaderKind.Event
        or SipHeaderKind.ReferTo or SipHeaderKind.Replaces or SipHeaderKind.MimeVersion or SipHeaderKind.ContentDisposition
        or SipHeaderKind.Subject or SipHeaderKind.Server or SipHeaderKind.UserAgent or SipHeaderKind.Organization
        or SipHeaderKind.Priority or SipHeaderKind.ReplyTo or SipHeaderKind.SubscriptionState;

    /// <param name="message">The message with all its header lines.</param>
    /// <param name="partial">The octets ended early: read what is there and find no fault with what is not.</param>
    public static void Read(SipMessage message, bool partial = false)
    {
        ReadVia(message, partial);
        ReadAddress(message, SipHeaderKind.From, ref message.FromParts, partial, SipParseError.MissingFrom, SipParseError.BadFrom);
        ReadAddress(message, SipHeaderKind.To, ref message.ToParts, partial, SipParseError.MissingTo, SipParseError.BadTo);
        ReadCallId(message, partial);
        ReadCSeq(message, partial);
        ReadMaxForwards(message);
    }

    private static void ReadVia(SipMessage message, bool partial)
    {
        if (!TryFind(message, SipHeaderKind.Via, partial, SipParseError.MissingVia, out var value))
        {
            return;
        }

        if (ViaLayout.Scan(message.Octets, value.Start, value.End, out var layout) < 0)
        {
            message.Fault(SipParseError.BadVia, value.Start);
            return;
        }

        message.ViaParts = layout;
    }

    private static void ReadAddress(
        SipMessage message, SipHeaderKind kind, ref NameAddrLayout parts, bool partial, SipParseError missing, SipParseError bad)
    {
        if (!TryFind(message, kind, partial, missing, out var value))
        {
            return;
        }

        if (NameAddrLayout.Scan(message.Octets, value.Start, value.End, out var layout) != value.End)
        {
            message.Fault(bad, value.Start);
            return;
        }

        parts = layout;
    }

    private static void ReadCallId(SipMessage message, bool partial)
    {
        if (!TryFind(message, SipHeaderKind.CallId, partial, SipParseError.MissingCallId, out var value))
        {
            return;
        }

        var text = value.Of(message.Octets);
        message.CallIdSlice = value;
        var sign = text.IndexOf((byte)'@');
        var valid = sign < 0
            ? !text.IsEmpty && !text.ContainsAnyExcept(SipText.Word)
            : sign > 0 && sign < text.Length - 1 && !text[..sign].ContainsAnyExcept(SipText.Word)
                && !text[(sign + 1)..].ContainsAnyExcept(SipText.Word);
        if (!valid)
        {
            message.Fault(SipParseError.BadCallId, value.Start);
        }
    }

    private static void ReadCSeq(SipMessage message, bool partial)
    {
        if (!TryFind(message, SipHeaderKind.CSeq, partial, SipParseError.MissingCSeq, out var value))
        {
            return;
        }

        var octets = message.Octets;
        var digits = value.Start;
        while (digits < value.End && SipText.IsDigit(octets[digits]))
        {
            digits++;
        }

        var method = SipText.SkipBlanks(octets, digits, value.End);
        if (method == digits || !SipText.IsToken(octets[method..value.End])
            || !SipText.TryNumber(octets[value.Start..digits], int.MaxValue, out var number))
        {
            message.Fault(SipParseError.BadCSeq, value.Start);
            return;
        }

        message.CSeq = number;
        message.CSeqMethodSlice = new SipSlice(method, value.End - method);
        message.CSeqMethod = SipMethods.FromToken(message.CSeqMethodToken);
        if (message.IsRequest && !message.MethodToken.SequenceEqual(message.CSeqMethodToken))
        {
            message.Fault(SipParseError.CSeqMethodMismatch, method);
        }
    }

    private static void ReadMaxForwards(SipMessage message)
    {
        var index = message.IndexOf(SipHeaderKind.MaxForwards);
        if (index < 0)
        {
            return;
        }

        if (SipText.TryNumber(message.ValueAt(index), 255, out var number))
        {
            message.MaxForwards = (int)number;
        }
        else
        {
            message.Fault(SipParseError.BadMaxForwards, message.Entry(index).Value.Start);
        }
    }

    private static bool TryFind(SipMessage message, SipHeaderKind kind, bool partial, SipParseError missing, out SipSlice value)
    {
        var index = message.IndexOf(kind);
        value = index < 0 ? default : message.Entry(index).Value;
        if (index < 0 && !partial)
        {
            message.Fault(missing, 0);
        }

        return index >= 0;
    }
}
