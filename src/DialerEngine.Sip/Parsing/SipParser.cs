namespace DialerEngine.Sip.Parsing;

/// <summary>
/// Reads messages (RFC 3261 sections 7 and 25). Nothing is thrown for any input; what is wrong comes back as a value. Time is linear in the
/// length. The parser checks the start line, the shape of every header line, the headers that transactions and dialogs need (Via, From, To,
/// Call-ID, CSeq, Max-Forwards, Content-Length) and the length of the body; <see cref="SipValidator"/> checks the rest.
/// </summary>
public static class SipParser
{
    /// <summary>Longest message, headers and body. A UDP datagram is no longer; RFC 3261 section 18.1.1 asks for 65,535.</summary>
    public const int MaxMessageBytes = 65_536;

    /// <summary>
    /// Parses one message. Where a header is folded over lines, its line ends are overwritten with blanks in <paramref name="buffer"/>.
    /// </summary>
    /// <param name="buffer">Owns the octets; must stay as it is while <paramref name="into"/> is used.</param>
    /// <param name="offset">First octet.</param>
    /// <param name="length">Octets there.</param>
    /// <param name="into">Takes the result, even a partial one.</param>
    /// <param name="stream">
    /// True for TCP, TLS and WebSocket framing by Content-Length: <see cref="SipParseError.Incomplete"/> asks for more octets, and octets
    /// behind the message are the next message. False for a datagram: octets behind the body are dropped (RFC 3261 section 18.3).
    /// </param>
    public static SipParseError TryParse(byte[] buffer, int offset, int length, SipMessage into, bool stream = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)buffer.Length, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(buffer.Length - offset), nameof(length));
        into.Reset(buffer, offset, length);
        if (length == 0)
        {
            return into.Fail(stream ? SipParseError.Incomplete : SipParseError.Empty, 0);
        }

        if (length > MaxMessageBytes && !stream)
        {
            return into.Fail(SipParseError.MessageTooLarge, MaxMessageBytes);
        }

        var octets = into.Octets;
        var start = octets.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (start < 0)
        {
            into.Consumed = length;
            return into.Fail(SipParseError.KeepAlive, 0);
        }

        var scanner = new SipLineScanner(into, start, Math.Min(length, start + MaxMessageBytes));
        var outcome = ReadHeaderLines(into, ref scanner, start);
        if (outcome != SipParseError.None)
        {
            if (!stream || outcome != SipParseError.Truncated)
            {
                return into.Fail(outcome, scanner.At);
            }

            return length - start >= MaxMessageBytes
                ? into.Fail(SipParseError.MessageTooLarge, start)
                : Incomplete(into, length);
        }

        SipFieldReader.Read(into);
        return ReadBody(into, start, scanner.At, length, stream);
    }

    private static SipParseError Incomplete(SipMessage into, int length, int required = 0)
    {
        // A fault in the part that is here does not end the wait: the message's end must be known to find the next one.
        into.Reset([], 0, 0);
        into.RequiredLength = required;
        return into.Fail(SipParseError.Incomplete, length);
    }

    private static SipParseError ReadHeaderLines(SipMessage into, ref SipLineScanner scanner, int start)
    {
        if (!scanner.TryReadLine(fold: false, out var line))
        {
            return SipParseError.Truncated;
        }

        SipStartLine.Read(into, line);
        if (into.Error == SipParseError.BadStartLine && !into.IsRequest && !into.IsResponse)
        {
            return into.Error;
        }

        if (scanner.IsAtBlank)
        {
            into.Fault(SipParseError.FoldWithoutHeader, scanner.At);
        }

        while (scanner.TryReadLine(fold: true, out line))
        {
            if (line.Length == 0)
            {
                return SipParseError.None;
            }

            if (!ReadHeaderLine(into, line))
            {
                return SipParseError.TooManyHeaders;
            }
        }

        into.RawSlice = new SipSlice(start, scanner.At - start);
        SipFieldReader.Read(into, partial: true);
        return SipParseError.Truncated;
    }

    private static bool ReadHeaderLine(SipMessage into, SipSlice line)
    {
        var octets = into.Octets;
        var nameEnd = SipText.TokenEnd(octets, line.Start, line.End);
        var colon = SipText.SkipBlanks(octets, nameEnd, line.End);
        if (colon >= line.End || octets[colon] != (byte)':' || nameEnd == line.Start)
        {
            var hasColon = line.Of(octets).Contains((byte)':');
            into.Fault(hasColon ? SipParseError.BadHeaderName : SipParseError.MissingColon, line.Start);
            return true;
        }

        var name = new SipSlice(line.Start, nameEnd - line.Start);
        var valueStart = SipText.SkipBlanks(octets, colon + 1, line.End);
        var valueEnd = SipText.TrimBlanks(octets, valueStart, line.End);
        var kind = SipHeaderNames.Find(name.Of(octets));
        if (into.IndexOf(kind) >= 0 && SipFieldReader.OccursOnce(kind))
        {
            into.Fault(SipParseError.DuplicateHeader, line.Start);
        }

        return into.Add(kind, name, new SipSlice(valueStart, valueEnd - valueStart));
    }

    private static SipParseError ReadBody(SipMessage into, int start, int bodyStart, int length, bool stream)
    {
        var rest = length - bodyStart;
        var bodyLength = rest;
        if (into.TryGetHeader(SipHeaderKind.ContentLength, out var text))
        {
            if (!SipText.TryNumber(text, int.MaxValue, out var number))
            {
                var tooLong = SipText.AllDigits(text) && !stream;
                into.Fault(tooLong ? SipParseError.BodyShorterThanContentLength : SipParseError.BadContentLength, bodyStart);
            }
            else if (number <= rest)
            {
                bodyLength = (int)number;
            }
            else if (!stream)
            {
                into.Fault(SipParseError.BodyShorterThanContentLength, length);
            }
            else
            {
                return bodyStart - start + (long)number > MaxMessageBytes
                    ? into.Fail(SipParseError.MessageTooLarge, bodyStart)
                    : Incomplete(into, length, bodyStart + (int)number);
            }
        }
        else if (stream)
        {
            into.Fault(SipParseError.MissingContentLength, bodyStart);
            bodyLength = 0;
        }

        if (bodyStart - start + bodyLength > MaxMessageBytes)
        {
            return into.Fail(SipParseError.MessageTooLarge, start + MaxMessageBytes);
        }

        into.BodySlice = new SipSlice(bodyStart, bodyLength);
        into.RawSlice = new SipSlice(start, bodyStart + bodyLength - start);
        into.Consumed = stream ? bodyStart + bodyLength : length;
        return into.Error;
    }
}
