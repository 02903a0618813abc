namespace DialerEngine.Media.Dtmf;

/// <summary>What a step of <see cref="TelephoneEventSender"/> wants sent.</summary>
/// <param name="Payload">The event's payload.</param>
/// <param name="Timestamp">The RTP timestamp: that of the event's start, the same for all of its packets.</param>
/// <param name="Marker">Set on the first packet of an event.</param>
public readonly record struct TelephoneEventPacket(TelephoneEvent Payload, uint Timestamp, bool Marker);

/// <summary>
/// Sends telephone events (RFC 4733 section 2.5.1): a packet per frame while the key is down, then the end packet three times,
/// then a pause, then the next key. Driven by the frame clock; holds at most 32 keys, further ones are refused.
/// </summary>
public struct TelephoneEventSender
{
    /// <summary>Keys that may wait.</summary>
    public const int Capacity = 32;

    private const int EndPackets = 3;

    // 16 keys of 4 bits each.
    private ulong _low;
    private ulong _high;
    private int _waiting;
    private int _pauseFrames;
    private int _endsLeft;
    private bool _active;
    private byte _event;
    private int _elapsed;
    private int _keySamples;
    private uint _startTimestamp;

    /// <summary>Power of the tone in -dBm0 put on the wire.</summary>
    private const byte Volume = 10;

    /// <summary>True while a key is being sent or waits; audio of the stream gives way to it.</summary>
    public readonly bool IsBusy => _active || _endsLeft > 0 || _waiting > 0 || _pauseFrames > 0;

    /// <summary>Keys waiting behind the one being sent.</summary>
    public readonly int Waiting => _waiting;

    /// <summary>Adds a key; false when it is no DTMF key or the queue is full.</summary>
    public bool TryEnqueue(char key)
    {
        var number = TelephoneEvent.FromKey(key);
        if (number < 0 || _waiting == Capacity)
        {
            return false;
        }

        if (_waiting < 16)
        {
            _low |= (ulong)number << (_waiting * 4);
        }
        else
        {
            _high |= (ulong)number << ((_waiting - 16) * 4);
        }

        _waiting++;
        return true;
    }

    /// <summary>
    /// One frame's step. Returns false when no packet is to be sent in this frame (nothing to do, or the pause between keys).
    /// </summary>
    /// <param name="timestamp">RTP timestamp of this frame.</param>
    /// <param name="frameSamples">Timestamp units a frame, 160 for 20 ms.</param>
    /// <param name="packet">What to send.</param>
    public bool TryStep(uint timestamp, int frameSamples, out TelephoneEventPacket packet)
    {
        packet = default;
        if (_endsLeft > 0)
        {
            packet = new TelephoneEventPacket(new TelephoneEvent(_event, true, Volume, (ushort)_elapsed), _startTimestamp, false);
            if (--_endsLeft == 0)
            {
                _active = false;

                // 60 ms between keys: above the 40 ms that receivers of DTMF ask for (ITU-T Q.24).
                _pauseFrames = Math.Max(1, 480 / frameSamples);
            }

            return true;
        }

        if (!_active)
        {
            if (_pauseFrames > 0)
            {
                _pauseFrames--;
                return false;
            }

            if (_waiting == 0)
            {
                return false;
            }

            Begin(timestamp);
        }

        var first = _elapsed == 0;
        _elapsed += frameSamples;
        if (_elapsed >= _keySamples)
        {
            _endsLeft = EndPackets - 1;
            packet = new TelephoneEventPacket(new TelephoneEvent(_event, true, Volume, (ushort)_elapsed), _startTimestamp, first);
            return true;
        }

        packet = new TelephoneEventPacket(new TelephoneEvent(_event, false, Volume, (ushort)_elapsed), _startTimestamp, first);
        return true;
    }

    private void Begin(uint timestamp)
    {
        _event = (byte)(_low & 0xF);
        _low = (_low >> 4) | (_high << 60);
        _high >>= 4;
        _waiting--;
        _active = true;
        _elapsed = 0;

        // 100 ms: twice what ITU-T Q.24 asks a receiver to accept.
        _keySamples = 800;
        _startTimestamp = timestamp;
    }
}
