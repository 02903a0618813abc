namespace DialerEngine.Sip.Parsing;

/// <summary>The whole values of all headers of one kind.</summary>
public readonly ref struct SipHeaderLines
{
    private readonly SipMessage _message;
    private readonly SipHeaderKind _kind;

    internal SipHeaderLines(SipMessage message, SipHeaderKind kind)
    {
        _message = message;
        _kind = kind;
    }

    public Enumerator GetEnumerator() => new(_message, _kind);

    /// <summary>Walks the headers.</summary>
    public ref struct Enumerator
    {
        private readonly SipMessage _message;
        private readonly SipHeaderKind _kind;
        private int _index;

        internal Enumerator(SipMessage message, SipHeaderKind kind)
        {
            _message = message;
            _kind = kind;
            _index = -1;
        }

        public readonly ReadOnlySpan<byte> Current => _message.ValueAt(_index);

        public bool MoveNext()
        {
            var next = _message.IndexOf(_kind, _index + 1);
            _index = next < 0 ? _message.HeaderCount : next;
            return next >= 0;
        }
    }
}

/// <summary>The values of all headers of one kind, lists taken apart.</summary>
public readonly ref struct SipHeaderValues
{
    private readonly SipMessage _message;
    private readonly SipHeaderKind _kind;

    internal SipHeaderValues(SipMessage message, SipHeaderKind kind)
    {
        _message = message;
        _kind = kind;
    }

    public Enumerator GetEnumerator() => new(_message, _kind);

    /// <summary>Walks the values. Empty ones between commas are skipped.</summary>
    public ref struct Enumerator
    {
        private readonly SipMessage _message;
        private readonly SipHeaderKind _kind;
        private int _index;
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(SipMessage message, SipHeaderKind kind)
        {
            _message = message;
            _kind = kind;
            _index = -1;
        }

        public ReadOnlySpan<byte> Current { get; private set; }

        public bool MoveNext()
        {
            while (true)
            {
                while (!_rest.IsEmpty)
                {
                    var rest = _rest;
                    var first = SipList.TakeFirst(ref rest);
                    _rest = rest;
                    if (!first.IsEmpty)
                    {
                        Current = first;
                        return true;
                    }
                }

                var next = _message.IndexOf(_kind, _index + 1);
                if (next < 0)
                {
                    _index = _message.HeaderCount;
                    return false;
                }

                _index = next;
                _rest = _message.ValueAt(next);
            }
        }
    }
}

/// <summary>Lists with commas.</summary>
public static class SipList
{
    private static readonly System.Buffers.SearchValues<byte> Marks = SipText.Set(",\"<");

    /// <summary>Takes the text up to the first comma outside of quotes and brackets, without blanks, and leaves what is behind it.</summary>
    public static ReadOnlySpan<byte> TakeFirst(scoped ref ReadOnlySpan<byte> list)
    {
        var at = 0;
        while (at < list.Length)
        {
            var next = list[at..].IndexOfAny(Marks);
            if (next < 0)
            {
                break;
            }

            at += next;
            if (list[at] == (byte)',')
            {
                var first = SipText.Trim(list[..at]);
                list = list[(at + 1)..];
                return first;
            }

            var close = list[at] == (byte)'"' ? SipText.QuotedEnd(list, at, list.Length) : AfterBracket(list, at);
            if (close < 0)
            {
                break;
            }

            at = close;
        }

        var all = SipText.Trim(list);
        list = default;
        return all;
    }

    private static int AfterBracket(ReadOnlySpan<byte> list, int at)
    {
        var close = list[at..].IndexOf((byte)'>');
        return close < 0 ? -1 : at + close + 1;
    }
}
