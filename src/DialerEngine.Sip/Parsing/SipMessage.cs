namespace DialerEngine.Sip.Parsing;

/// <summary>
/// One parsed message: a view over octets that the caller owns, valid until they are reused. One instance serves many messages in turn,
/// and parsing allocates nothing once its header table has grown (at most <see cref="MaxHeaders"/> entries). Not for several threads at once.
/// </summary>
public sealed class SipMessage
{
    /// <summary>Header lines a message may have. Ordinary calls have 10 to 30; a spoofed message must not grow the table without end.</summary>
    public const int MaxHeaders = 256;

    private const int FirstTableSize = 48;
    private static readonly int KindCount = Enum.GetValues<SipHeaderKind>().Length;

    private readonly ushort[] _firstOfKind = new ushort[KindCount];
    private HeaderEntry[] _headers = new HeaderEntry[FirstTableSize];
    private byte[] _buffer = [];
    private int _offset;
    private int _available;
    private ViaLayout _via;
    private NameAddrLayout _from;
    private NameAddrLayout _to;

    internal struct HeaderEntry
    {
        public SipSlice Name;
        public SipSlice Value;
        public SipHeaderKind Kind;
    }

    public bool IsRequest { get; internal set; }

    /// <summary>The first line begins as a status line. With <see cref="IsRequest"/> false too, it is neither.</summary>
    public bool IsResponse { get; internal set; }

    public SipMethod Method { get; internal set; }

    /// <summary>The method of a request as it is written; empty for a response.</summary>
    public ReadOnlySpan<byte> MethodToken => MethodSlice.Of(Octets);

    public ReadOnlySpan<byte> RequestUri => RequestUriSlice.Of(Octets);

    /// <summary>100 to 699; 0 for a request.</summary>
    public int StatusCode { get; internal set; }

    public ReadOnlySpan<byte> ReasonPhrase => ReasonSlice.Of(Octets);

    public ReadOnlySpan<byte> CallId => CallIdSlice.Of(Octets);

    /// <summary>The number of CSeq, below 2^31.</summary>
    public uint CSeq { get; internal set; }

    public SipMethod CSeqMethod { get; internal set; }

    public ReadOnlySpan<byte> CSeqMethodToken => CSeqMethodSlice.Of(Octets);

    public SipNameAddr From => new(Octets, _from);

    public SipNameAddr To => new(Octets, _to);

    /// <summary>The first value of the first Via.</summary>
    public SipVia TopVia => new(Octets, _via);

    /// <summary>0 to 255, or -1 where the header is absent, which RFC 3261 section 16.3 lets pass.</summary>
    public int MaxForwards { get; internal set; }

    public int HeaderCount { get; private set; }

    /// <summary>Empty where there is none.</summary>
    public ReadOnlySpan<byte> ContentType => TryGetHeader(SipHeaderKind.ContentType, out var value) ? value : default;

    /// <summary>As long as Content-Length says, or the rest of the datagram.</summary>
    public ReadOnlySpan<byte> Body => BodySlice.Of(Octets);

    /// <summary>
    /// From the start line to the end of the body. Line ends within folded headers read as two blanks here: the parser writes them over.
    /// </summary>
    public ReadOnlySpan<byte> Raw => RawSlice.Of(Octets);

    /// <summary>
    /// Octets this message used up, line ends before it included; 0 while it is incomplete. The next one on a stream begins behind them.
    /// </summary>
    public int Consumed { get; internal set; }

    /// <summary>
    /// With <see cref="SipParseError.Incomplete"/>: octets, counted from the first given, that make the message whole; 0 while its head is not
    /// whole. Parsing again with fewer is of no use.
    /// </summary>
    public int RequiredLength { get; internal set; }

    /// <summary>The first thing that is wrong. What could be read is there nevertheless, so that a 400 can be made.</summary>
    public SipParseError Error { get; private set; }

    /// <summary>Where, counted from the first octet given to the parser.</summary>
    public int ErrorOffset { get; private set; }

    /// <summary>Whether a response can be addressed: Via, From, To, Call-ID and CSeq could all be read.</summary>
    public bool IsAnswerable => _via.Host.Length > 0 && _from.Raw.Length > 0 && _to.Raw.Length > 0 && CallIdSlice.Length > 0
        && CSeqMethodSlice.Length > 0;

    internal SipSlice MethodSlice { get; set; }

    internal SipSlice RequestUriSlice { get; set; }

    internal SipSlice ReasonSlice { get; set; }

    internal SipSlice CallIdSlice { get; set; }

    internal SipSlice CSeqMethodSlice { get; set; }

    internal SipSlice BodySlice { get; set; }

    internal SipSlice RawSlice { get; set; }

    internal ReadOnlySpan<byte> Octets => _buffer.AsSpan(_offset, _available);

    public SipHeaderKind KindAt(int index) => Entry(index).Kind;

    /// <summary>The name as it is written, long or compact.</summary>
    public ReadOnlySpan<byte> NameAt(int index) => Entry(index).Name.Of(Octets);

    /// <summary>The value without blanks around it; a fold reads as blanks.</summary>
    public ReadOnlySpan<byte> ValueAt(int index) => Entry(index).Value.Of(Octets);

    /// <summary>The value of the first header of a kind.</summary>
    public bool TryGetHeader(SipHeaderKind kind, out ReadOnlySpan<byte> value)
    {
        var index = IndexOf(kind);
        value = index < 0 ? default : ValueAt(index);
        return index >= 0;
    }

    /// <summary>The value of the first header of a name that may be unknown here, in any case.</summary>
    public bool TryGetHeader(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < HeaderCount; i++)
        {
            if (SipText.EqualsIgnoreCase(NameAt(i), name))
            {
                value = ValueAt(i);
                return true;
            }
        }

        value = default;
        return false;
    }

    public bool Has(SipHeaderKind kind) => IndexOf(kind) >= 0;

    /// <summary>The index of the first header of a kind, or -1.</summary>
    public int IndexOf(SipHeaderKind kind) => _firstOfKind[(int)kind] - 1;

    /// <summary>The index of the next header of a kind at or after <paramref name="index"/>, or -1.</summary>
    public int IndexOf(SipHeaderKind kind, int index)
    {
        for (var i = index; i < HeaderCount; i++)
        {
            if (_headers[i].Kind == kind)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The first Contact. False where there is none, where it is <c>*</c>, or where it cannot be read.</summary>
    public bool TryGetContact(out SipNameAddr contact)
    {
        foreach (var value in Values(SipHeaderKind.Contact))
        {
            return SipNameAddr.TryParse(value, out contact);
        }

        contact = default;
        return false;
    }

    /// <summary>The whole values of all headers of a kind, in order.</summary>
    public SipHeaderLines Headers(SipHeaderKind kind) => new(this, kind);

    /// <summary>
    /// The values of all headers of a kind, in order, with lists taken apart at their commas (RFC 3261 section 7.3.1). Not for the headers
    /// whose commas mean something else: those of authentication, and Date.
    /// </summary>
    public SipHeaderValues Values(SipHeaderKind kind) => new(this, kind);

    /// <summary>Whether a list header (Supported, Require, Allow ...) holds a token, in any case.</summary>
    public bool ListContains(SipHeaderKind kind, ReadOnlySpan<byte> token)
    {
        foreach (var value in Values(kind))
        {
            if (SipText.EqualsIgnoreCase(value, token))
            {
                return true;
            }
        }

        return false;
    }

    internal void Reset(byte[] buffer, int offset, int length)
    {
        _buffer = buffer;
        _offset = offset;
        _available = length;
        Array.Clear(_firstOfKind);
        _via = default;
        _from = default;
        _to = default;
        HeaderCount = 0;
        IsRequest = false;
        IsResponse = false;
        Method = SipMethod.Unknown;
        CSeqMethod = SipMethod.Unknown;
        StatusCode = 0;
        CSeq = 0;
        MaxForwards = -1;
        Consumed = 0;
        RequiredLength = 0;
        Error = SipParseError.None;
        ErrorOffset = 0;
        MethodSlice = RequestUriSlice = ReasonSlice = CallIdSlice = CSeqMethodSlice = BodySlice = RawSlice = default;
    }

    internal Span<byte> Writable => _buffer.AsSpan(_offset, _available);

    internal ref ViaLayout ViaParts => ref _via;

    internal ref NameAddrLayout FromParts => ref _from;

    internal ref NameAddrLayout ToParts => ref _to;

    /// <summary>Notes a fault; the first one stays.</summary>
    internal void Fault(SipParseError error, int offset)
    {
        if (Error == SipParseError.None)
        {
            Error = error;
            ErrorOffset = offset;
        }
    }

    internal SipParseError Fail(SipParseError error, int offset)
    {
        Fault(error, offset);
        return Error;
    }

    /// <summary>False where the table is full.</summary>
    internal bool Add(SipHeaderKind kind, SipSlice name, SipSlice value)
    {
        if (HeaderCount == _headers.Length)
        {
            if (HeaderCount >= MaxHeaders)
            {
                return false;
            }

            Array.Resize(ref _headers, Math.Min(MaxHeaders, _headers.Length * 2));
        }

        _headers[HeaderCount] = new HeaderEntry { Kind = kind, Name = name, Value = value };
        HeaderCount++;
        if (_firstOfKind[(int)kind] == 0)
        {
            _firstOfKind[(int)kind] = (ushort)HeaderCount;
        }

        return true;
    }

    internal ref HeaderEntry Entry(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)HeaderCount, nameof(index));
        return ref _headers[index];
    }
}
