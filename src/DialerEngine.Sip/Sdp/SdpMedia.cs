using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Sdp;

/// <summary>Words of a line, one blank between them; several are forgiven.</summary>
internal ref struct SdpWords
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly int _end;
    private int _at;

    public SdpWords(ReadOnlySpan<byte> text, SipSlice part)
    {
        _text = text;
        _at = part.Start;
        _end = part.End;
    }

    public readonly bool IsAtEnd => SipText.SkipBlanks(_text, _at, _end) == _end;

    public readonly SipSlice Rest
    {
        get
        {
            var start = SipText.SkipBlanks(_text, _at, _end);
            return new SipSlice(start, SipText.TrimBlanks(_text, start, _end) - start);
        }
    }

    public bool TryTake(out SipSlice word)
    {
        var start = SipText.SkipBlanks(_text, _at, _end);
        _at = start;
        while (_at < _end && !SipText.IsBlank(_text[_at]))
        {
            _at++;
        }

        word = new SipSlice(start, _at - start);
        return word.Length > 0;
    }
}

/// <summary>One media line with its attributes: a view over an <see cref="SdpSession"/>.</summary>
public readonly ref struct SdpMedia
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly ref readonly SdpSession.MediaEntry _entry;

    internal SdpMedia(ReadOnlySpan<byte> text, in SdpSession.MediaEntry entry)
    {
        _text = text;
        _entry = ref entry;
    }

    public SdpMediaKind Kind => _entry.Kind;

    /// <summary>The word of the kind, as it is written.</summary>
    public ReadOnlySpan<byte> Token => _entry.Token.Of(_text);

    /// <summary>0 rejects or ends the stream.</summary>
    public int Port => _entry.Port;

    public bool IsRejected => _entry.Port == 0;

    /// <summary>The port of <c>a=rtcp</c> (RFC 3605), else the one above the media port; 0 where the stream is rejected.</summary>
    public int RtcpPort => _entry.RtcpPort != 0 ? _entry.RtcpPort : _entry.Port == 0 ? 0 : _entry.Port + 1;

    /// <summary><c>RTP/AVP</c> and the like.</summary>
    public ReadOnlySpan<byte> Protocol => _entry.Protocol.Of(_text);

    /// <summary>The formats with blanks between them.</summary>
    public ReadOnlySpan<byte> Formats => _entry.Formats.Of(_text);

    /// <summary>Of the stream, else of the session.</summary>
    public SdpAddress Connection => _entry.Connection;

    /// <summary>The address as it is written, for those that are names.</summary>
    public ReadOnlySpan<byte> ConnectionHost => _entry.ConnectionHost.Of(_text);

    /// <summary>As its writer sees it; of the stream, else of the session, else both ways.</summary>
    public SdpDirection Direction => _entry.Direction;

    /// <summary>Milliseconds of sound the peer wants in a packet; 0 where it does not say.</summary>
    public int PTimeMs => _entry.PTimeMs;

    /// <summary>Most milliseconds in a packet; 0 where it does not say.</summary>
    public int MaxPTimeMs => _entry.MaxPTimeMs;

    /// <summary>The payload types of a line whose protocol is RTP, in order of preference.</summary>
    public FormatEnumerator GetEnumerator() => new(_text, _entry.Formats);

    /// <summary>The value of the first attribute of a name; false where there is none.</summary>
    public bool TryGetAttribute(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var rest = _entry.Attributes.Of(_text);
        while (TryTakeAttribute(ref rest, out var attribute))
        {
            if (attribute.StartsWith(name) && (attribute.Length == name.Length || attribute[name.Length] == (byte)':'))
            {
                value = attribute.Length == name.Length ? default : attribute[(name.Length + 1)..];
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>What <c>a=rtpmap</c> says of a payload type: <c>PCMU/8000</c>; false where nothing does.</summary>
    public bool TryGetRtpMap(int payloadType, out ReadOnlySpan<byte> encoding) => TryGetOfFormat("rtpmap:"u8, payloadType, out encoding);

    /// <summary>What <c>a=fmtp</c> says of a payload type.</summary>
    public bool TryGetFormatParameters(int payloadType, out ReadOnlySpan<byte> parameters) =>
        TryGetOfFormat("fmtp:"u8, payloadType, out parameters);

    /// <summary>The voice codec of a payload type: by its map, else by the static table (RFC 3551).</summary>
    public SdpCodec CodecOf(int payloadType)
    {
        if (TryGetRtpMap(payloadType, out var encoding))
        {
            return IsEncoding(encoding, "PCMU/8000"u8) ? SdpCodec.Pcmu : IsEncoding(encoding, "PCMA/8000"u8) ? SdpCodec.Pcma : SdpCodec.None;
        }

        return payloadType is 0 or 8 ? (SdpCodec)payloadType : SdpCodec.None;
    }

    /// <summary>Whether a payload type is telephone-event at 8,000 Hz (RFC 4733).</summary>
    public bool IsTelephoneEvent(int payloadType) =>
        TryGetRtpMap(payloadType, out var encoding) && IsEncoding(encoding, "telephone-event/8000"u8);

    private static bool IsEncoding(ReadOnlySpan<byte> encoding, ReadOnlySpan<byte> name) =>
        encoding.Length >= name.Length && SipText.EqualsIgnoreCase(encoding[..name.Length], name)
        && (encoding.Length == name.Length || encoding[name.Length..].SequenceEqual("/1"u8));

    private bool TryGetOfFormat(ReadOnlySpan<byte> prefix, int payloadType, out ReadOnlySpan<byte> content)
    {
        var rest = _entry.Attributes.Of(_text);
        while (TryTakeAttribute(ref rest, out var attribute))
        {
            if (!attribute.StartsWith(prefix))
            {
                continue;
            }

            var text = attribute[prefix.Length..];
            var blank = text.IndexOf((byte)' ');
            if (blank > 0 && SipText.TryNumber(text[..blank], 127, out var number) && number == payloadType)
            {
                content = SipText.Trim(text[(blank + 1)..]);
                return true;
            }
        }

        content = default;
        return false;
    }

    private static bool TryTakeAttribute(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> attribute)
    {
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            line = line.TrimEnd((byte)'\r');
            if (line.StartsWith("a="u8))
            {
                attribute = line[2..];
                return true;
            }
        }

        attribute = default;
        return false;
    }

    /// <summary>Walks the payload types.</summary>
    public ref struct FormatEnumerator
    {
        private readonly ReadOnlySpan<byte> _text;
        private SdpWords _words;

        internal FormatEnumerator(ReadOnlySpan<byte> text, SipSlice formats)
        {
            _text = text;
            _words = new SdpWords(text, formats);
        }

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (_words.TryTake(out var word))
            {
                if (SipText.TryNumber(word.Of(_text), 127, out var number))
                {
                    Current = (int)number;
                    return true;
                }
            }

            return false;
        }
    }
}
