namespace DialerEngine.Media.Dtmf;

/// <summary>What a received telephone-event packet means.</summary>
public enum TelephoneEventStep : byte
{
    /// <summary>A repetition or an old packet: nothing new.</summary>
    None,

    /// <summary>A key went down.</summary>
    Started,

    /// <summary>A key went up.</summary>
    Ended,

    /// <summary>The first packet seen of a key is its end: it went down and up (RFC 4733 section 2.5.2.2, lost start).</summary>
    StartedAndEnded,
}

/// <summary>
/// Receives telephone events (RFC 4733 section 2.5.2): an event is known by its timestamp, so repeated ends count once, a lost start is
/// made good by any later packet, and a lost end is closed by the next event or by <see cref="Expire"/>.
/// </summary>
public struct TelephoneEventReceiver
{
    private bool _any;
    private bool _down;
    private byte _event;
    private uint _timestamp;
    private ushort _duration;
    private long _lastAt;

    /// <summary>True while a key is down.</summary>
    public readonly bool IsDown => _down;

    /// <summary>The event last started or ended.</summary>
    public readonly byte Event => _event;

    /// <summary>Longest duration seen of that event, in timestamp units.</summary>
    public readonly ushort Duration => _duration;

    /// <summary>Takes one packet.</summary>
    /// <param name="payload">The parsed payload.</param>
    /// <param name="timestamp">The RTP timestamp, equal for all packets of an event.</param>
    /// <param name="now">Time of arrival in milliseconds.</param>
    public TelephoneEventStep Receive(in TelephoneEvent payload, uint timestamp, long now)
    {
        if (_any && timestamp == _timestamp && payload.Event == _event)
        {
            _lastAt = now;
            _duration = Math.Max(_duration, payload.Duration);
            if (!_down || !payload.End)
            {
                return TelephoneEventStep.None;
            }

            _down = false;
            return TelephoneEventStep.Ended;
        }

        // An older event's packet that was overtaken: its key has been reported already or is past saving.
        if (_any && (int)(timestamp - _timestamp) <= 0)
        {
            return TelephoneEventStep.None;
        }

        _any = true;
        _event = payload.Event;
        _timestamp = timestamp;
        _duration = payload.Duration;
        _lastAt = now;
        _down = !payload.End;
        return payload.End ? TelephoneEventStep.StartedAndEnded : TelephoneEventStep.Started;
    }

    /// <summary>Closes a key whose ends were lost; true when one was closed. Three packet intervals are asked for by RFC 4733 section 2.5.2.2.</summary>
    public bool Expire(long now, int afterMilliseconds)
    {
        if (!_down || now - _lastAt < afterMilliseconds)
        {
            return false;
        }

        _down = false;
        return true;
    }
}
