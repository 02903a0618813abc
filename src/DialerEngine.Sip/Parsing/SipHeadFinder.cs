namespace DialerEngine.Sip.Parsing;

/// <summary>
/// Tells when the head of the next message on a stream is whole, looking at every octet once however small the pieces are in which it comes:
/// a peer that sends octet by octet must not make the parser start over for each. One per connection, or per message.
/// </summary>
public struct SipHeadFinder
{
    private int _seen;
    private int _start;

    /// <summary>
    /// Whether it is time to call <see cref="SipParser.TryParse"/>: the empty line behind the headers is there, there are line ends alone, or more
    /// octets than a message may have.
    /// </summary>
    /// <param name="buffered">All octets since the last message, the ones seen before included.</param>
    public bool IsReady(ReadOnlySpan<byte> buffered)
    {
        if (_seen <= _start)
        {
            var first = buffered.IndexOfAnyExcept((byte)'\r', (byte)'\n');
            _start = first < 0 ? buffered.Length : first;
            if (first < 0)
            {
                return buffered.Length > 0;
            }
        }

        var from = Math.Max(_start, _seen - 3);
        _seen = buffered.Length;
        return buffered[from..].IndexOf("\r\n\r\n"u8) >= 0 || buffered.Length - _start >= SipParser.MaxMessageBytes;
    }

    /// <summary>Begins anew behind a message.</summary>
    public void Reset()
    {
        _seen = 0;
        _start = 0;
    }
}
