using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Sdp;

/// <summary>
/// One parsed session description (RFC 8866). Keeps its own copy of the octets, so that it outlives the message; one instance serves many
/// descriptions in turn and allocates only while its copy grows. Lines may end with CR LF or LF; unknown lines and attributes are skipped.
/// </summary>
public sealed class SdpSession
{
    /// <summary>Longest description. Those of telephone calls have 200 to 2,000 octets.</summary>
    public const int MaxBytes = 16_384;

    /// <summary>Most media lines.</summary>
    public const int MaxMedia = 16;

    /// <summary>Most formats of one media line.</summary>
    public const int MaxFormats = 64;

    private readonly MediaEntry[] _media = new MediaEntry[MaxMedia];
    private byte[] _octets = new byte[1_024];
    private SipSlice _origin;
    private SipSlice _sessionId;
    private SipSlice _version;
    private SipSlice _timing;
    private SipSlice _connectionHost;
    private SdpAddress _connection;
    private SdpDirection _direction;
    private bool _hasConnection;
    private bool _hasVersion;
    private int _ptime;
    private int _maxPtime;

    internal struct MediaEntry
    {
        public SipSlice Line;
        public SipSlice Token;
        public SipSlice Protocol;
        public SipSlice Formats;
        public SipSlice Attributes;
        public SipSlice ConnectionHost;
        public SdpAddress Connection;
        public SdpDirection Direction;
        public SdpMediaKind Kind;
        public int Port;
        public int RtcpPort;
        public int PTimeMs;
        public int MaxPTimeMs;
        public bool HasConnection;
    }

    /// <summary>The last outcome.</summary>
    public SdpParseError Error { get; private set; }

    /// <summary>Line of the fault, from 1; 0 where there is none.</summary>
    public int ErrorLine { get; private set; }

    public int MediaCount { get; private set; }

    /// <summary>The value of <c>o=</c>.</summary>
    public ReadOnlySpan<byte> Origin => _origin.Of(_octets);

    public ReadOnlySpan<byte> SessionId => _sessionId.Of(_octets);

    /// <summary>Raised by the peer whenever it changes the description (RFC 3264 section 8).</summary>
    public ReadOnlySpan<byte> SessionVersion => _version.Of(_octets);

    /// <summary>The value of the first <c>t=</c>, which an answer repeats (RFC 3264 section 6).</summary>
    public ReadOnlySpan<byte> Timing => _timing.Of(_octets);

    public SdpMedia Media(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)MediaCount, nameof(index));
        return new SdpMedia(_octets, in _media[index]);
    }

    /// <summary>Reads a description; what was held before is gone.</summary>
    public SdpParseError Parse(ReadOnlySpan<byte> body)
    {
        Reset();
        if (body.IsEmpty || body.Length > MaxBytes)
        {
            return Error = body.IsEmpty ? SdpParseError.Empty : SdpParseError.TooLarge;
        }

        if (_octets.Length < body.Length)
        {
            _octets = new byte[Math.Min(MaxBytes, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)body.Length))];
        }

        body.CopyTo(_octets);
        Error = ReadLines(body.Length);
        if (Error != SdpParseError.None)
        {
            return Error;
        }

        ErrorLine = 0;
        return Error = Finish();
    }

    private void Reset()
    {
        MediaCount = 0;
        ErrorLine = 0;
        _origin = _sessionId = _version = _timing = _connectionHost = default;
        _connection = default;
        _direction = SdpDirection.SendRecv;
        _hasConnection = _hasVersion = false;
        _ptime = _maxPtime = 0;
    }

    private SdpParseError ReadLines(int length)
    {
        var at = 0;
        while (at < length)
        {
            ErrorLine++;
            var end = _octets.AsSpan(at, length - at).IndexOf((byte)'\n');
            var next = end < 0 ? length : at + end + 1;
            var stop = end < 0 ? length : at + end;
            if (stop > at && _octets[stop - 1] == (byte)'\r')
            {
                stop--;
            }

            var line = new SipSlice(at, stop - at);
            at = next;
            if (line.Length == 0 && at >= length)
            {
                return SdpParseError.None;
            }

            var error = ReadLine(line);
            if (error != SdpParseError.None)
            {
                return error;
            }
        }

        return SdpParseError.None;
    }

    private SdpParseError ReadLine(SipSlice line)
    {
        ReadOnlySpan<byte> text = line.Of(_octets);
        if (text.Length < 2 || text[1] != (byte)'=' || !SipText.IsLetter(text[0]) || text.ContainsAny((byte)0, (byte)'\r'))
        {
            return SdpParseError.BadLine;
        }

        var value = new SipSlice(line.Start + 2, line.Length - 2);
        if (!_hasVersion && text[0] != (byte)'v')
        {
            return SdpParseError.BadVersion;
        }

        switch (text[0])
        {
            case (byte)'v':
                var first = !_hasVersion;
                _hasVersion = true;
                return first && SipText.TryNumber(value.Of(_octets), 0, out _) ? SdpParseError.None : SdpParseError.BadVersion;
            case (byte)'o':
                return ReadOrigin(value);
            case (byte)'t':
                return ReadTiming(value);
            case (byte)'c':
                return ReadConnection(value);
            case (byte)'m':
                return ReadMedia(value);
            case (byte)'a':
                return ReadAttribute(value);
            default:
                return SdpParseError.None;
        }
    }

    private SdpParseError ReadOrigin(SipSlice value)
    {
        var words = new SdpWords(_octets, value);
        if (_origin.Length > 0 || MediaCount > 0 || !words.TryTake(out _) || !words.TryTake(out _sessionId) || !words.TryTake(out _version)
            || !words.TryTake(out var net) || !words.TryTake(out var family) || !words.TryTake(out _) || !words.IsAtEnd
            || !SipText.AllDigits(_sessionId.Of(_octets)) || !SipText.AllDigits(_version.Of(_octets)) || net.Length == 0 || family.Length == 0)
        {
            return SdpParseError.BadOrigin;
        }

        _origin = value;
        return SdpParseError.None;
    }

    private SdpParseError ReadTiming(SipSlice value)
    {
        var words = new SdpWords(_octets, value);
        if (!words.TryTake(out var start) || !words.TryTake(out var stop) || !words.IsAtEnd || !SipText.AllDigits(start.Of(_octets))
            || !SipText.AllDigits(stop.Of(_octets)))
        {
            return SdpParseError.BadTiming;
        }

        _timing = _timing.Length == 0 ? value : _timing;
        return SdpParseError.None;
    }

    private SdpParseError ReadConnection(SipSlice value)
    {
        var words = new SdpWords(_octets, value);
        if (!words.TryTake(out var net) || !words.TryTake(out var family) || !words.TryTake(out var host) || !words.IsAtEnd
            || !net.Of(_octets).SequenceEqual("IN"u8))
        {
            return SdpParseError.BadConnection;
        }

        var six = family.Of(_octets).SequenceEqual("IP6"u8);
        if ((!six && !family.Of(_octets).SequenceEqual("IP4"u8)) || !SdpAddress.TryParse(host.Of(_octets), six, out var address))
        {
            return SdpParseError.BadConnection;
        }

        if (MediaCount == 0)
        {
            (_connection, _connectionHost, _hasConnection) = (address, host, true);
        }
        else if (!_media[MediaCount - 1].HasConnection)
        {
            ref var media = ref _media[MediaCount - 1];
            (media.Connection, media.ConnectionHost, media.HasConnection) = (address, host, true);
        }

        return SdpParseError.None;
    }

    private SdpParseError ReadMedia(SipSlice value)
    {
        if (MediaCount == MaxMedia)
        {
            return SdpParseError.TooManyMedia;
        }

        var words = new SdpWords(_octets, value);
        if (!words.TryTake(out var token) || !words.TryTake(out var port) || !words.TryTake(out var protocol) || words.IsAtEnd)
        {
            return SdpParseError.BadMedia;
        }

        var portText = port.Of(_octets);
        var slash = portText.IndexOf((byte)'/');
        if (!SipText.TryNumber(slash < 0 ? portText : portText[..slash], 65535, out var number)
            || (slash >= 0 && !SipText.TryNumber(portText[(slash + 1)..], 65535, out _)))
        {
            return SdpParseError.BadMedia;
        }

        var formats = words.Rest;
        var count = 0;
        var rest = new SdpWords(_octets, formats);
        var numeric = protocol.Of(_octets).StartsWith("RTP/"u8);
        while (rest.TryTake(out var format))
        {
            if (++count > MaxFormats)
            {
                return SdpParseError.TooManyFormats;
            }

            if (numeric && !SipText.TryNumber(format.Of(_octets), 127, out _))
            {
                return SdpParseError.BadMedia;
            }
        }

        if (count == 0 || !rest.IsAtEnd)
        {
            return SdpParseError.BadMedia;
        }

        _media[MediaCount++] = new MediaEntry
        {
            Line = value,
            Token = token,
            Kind = KindOf(token.Of(_octets)),
            Protocol = protocol,
            Formats = formats,
            Port = (int)number,
            Direction = _direction,
            PTimeMs = _ptime,
            MaxPTimeMs = _maxPtime,
            Attributes = new SipSlice(value.End, 0),
        };
        return SdpParseError.None;
    }

    private SdpParseError ReadAttribute(SipSlice value)
    {
        var text = (ReadOnlySpan<byte>)value.Of(_octets);
        if (MediaCount > 0)
        {
            ref var last = ref _media[MediaCount - 1];
            last.Attributes = new SipSlice(last.Attributes.Start, value.End - last.Attributes.Start);
        }

        var colon = text.IndexOf((byte)':');
        var name = colon < 0 ? text : text[..colon];
        var content = colon < 0 ? default : text[(colon + 1)..];
        if (!SipText.IsToken(name))
        {
            return SdpParseError.BadAttribute;
        }

        if (TryDirection(name, out var direction))
        {
            (MediaCount == 0 ? ref _direction : ref _media[MediaCount - 1].Direction) = direction;
        }
        else if (name.SequenceEqual("ptime"u8) || name.SequenceEqual("maxptime"u8))
        {
            return ReadPTime(name.Length == 5, content);
        }
        else if (name.SequenceEqual("rtcp"u8) && MediaCount > 0)
        {
            var blank = content.IndexOf((byte)' ');
            if (!SipText.TryNumber(blank < 0 ? content : content[..blank], 65535, out var port))
            {
                return SdpParseError.BadAttribute;
            }

            _media[MediaCount - 1].RtcpPort = (int)port;
        }

        return SdpParseError.None;
    }

    private SdpParseError ReadPTime(bool isPTime, ReadOnlySpan<byte> content)
    {
        // Some peers write a fraction ("20.0"); the whole milliseconds are what counts.
        var dot = content.IndexOf((byte)'.');
        if (!SipText.TryNumber(dot < 0 ? content : content[..dot], 10_000, out var number))
        {
            return SdpParseError.BadAttribute;
        }

        if (MediaCount == 0)
        {
            (isPTime ? ref _ptime : ref _maxPtime) = (int)number;
        }
        else
        {
            ref var media = ref _media[MediaCount - 1];
            (isPTime ? ref media.PTimeMs : ref media.MaxPTimeMs) = (int)number;
        }

        return SdpParseError.None;
    }

    private SdpParseError Finish()
    {
        if (_origin.Length == 0)
        {
            return SdpParseError.MissingOrigin;
        }

        if (_timing.Length == 0)
        {
            return SdpParseError.MissingTiming;
        }

        for (var i = 0; i < MediaCount; i++)
        {
            ref var media = ref _media[i];
            if (media.HasConnection)
            {
                continue;
            }

            if (!_hasConnection && media.Port != 0)
            {
                return SdpParseError.MissingConnection;
            }

            (media.Connection, media.ConnectionHost) = (_connection, _connectionHost);
        }

        return SdpParseError.None;
    }

    private static bool TryDirection(ReadOnlySpan<byte> name, out SdpDirection direction)
    {
        direction = SdpDirection.SendRecv;
        if (name.SequenceEqual("sendrecv"u8))
        {
            return true;
        }

        direction = name.SequenceEqual("sendonly"u8) ? SdpDirection.SendOnly
            : name.SequenceEqual("recvonly"u8) ? SdpDirection.RecvOnly : SdpDirection.Inactive;
        return direction != SdpDirection.Inactive || name.SequenceEqual("inactive"u8);
    }

    private static SdpMediaKind KindOf(ReadOnlySpan<byte> token) =>
        token.SequenceEqual("audio"u8) ? SdpMediaKind.Audio
        : token.SequenceEqual("video"u8) ? SdpMediaKind.Video
        : token.SequenceEqual("image"u8) ? SdpMediaKind.Image
        : token.SequenceEqual("text"u8) ? SdpMediaKind.Text
        : token.SequenceEqual("application"u8) ? SdpMediaKind.Application
        : token.SequenceEqual("message"u8) ? SdpMediaKind.Message : SdpMediaKind.Other;
}
