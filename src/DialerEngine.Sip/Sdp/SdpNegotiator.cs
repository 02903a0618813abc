using System.Net;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Sdp;

/// <summary>What offer and answer came to.</summary>
public enum SdpOutcome : byte
{
    Agreed,

    /// <summary>No voice stream with a codec of ours: answer 488, or end the call.</summary>
    NoCommonCodec,

    /// <summary>No voice stream over RTP/AVP at all, or every one has port 0.</summary>
    NoAudio,

    /// <summary>The answer has other streams than the offer (RFC 3264 section 6) or chooses what was not offered.</summary>
    AnswerDoesNotFit,

    /// <summary>The memory for the description was too short.</summary>
    Overflow,
}

/// <summary>What this side brings to a negotiation.</summary>
public readonly record struct SdpLocal
{
    public SdpLocal()
    {
    }

    /// <summary>Where sound for us goes. Never 0.0.0.0: that would put the call on hold.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>1 to 65,534, even by custom (RFC 3550 section 11).</summary>
    public required int RtpPort { get; init; }

    /// <summary>The same through one call.</summary>
    public required ulong SessionId { get; init; }

    /// <summary>One higher whenever the description differs from the last one of the call (RFC 3264 section 8).</summary>
    public ulong SessionVersion { get; init; } = 1;

    public SdpCodec FirstCodec { get; init; } = SdpCodec.Pcmu;

    /// <summary><see cref="SdpCodec.None"/> to offer one codec only.</summary>
    public SdpCodec SecondCodec { get; init; } = SdpCodec.Pcma;

    /// <summary>Payload type of telephone-event in our offers, 96 to 127; 0 for none.</summary>
    public int TelephoneEventPayloadType { get; init; } = 101;

    /// <summary>Milliseconds of sound we want in a packet, 10 to 60 in steps of 10.</summary>
    public int PTimeMs { get; init; } = 20;

    /// <summary>What we want; SendOnly puts the peer on hold with music, Inactive with silence.</summary>
    public SdpDirection Direction { get; init; } = SdpDirection.SendRecv;

    internal bool Supports(SdpCodec codec) => codec != SdpCodec.None && (codec == FirstCodec || codec == SecondCodec);
}

/// <summary>The voice stream that both sides agreed on. All is as we see it.</summary>
public readonly record struct SdpStream
{
    /// <summary>Which media line of the description carries it.</summary>
    public int MediaIndex { get; init; }

    public SdpAddress RemoteAddress { get; init; }

    public int RemotePort { get; init; }

    public int RemoteRtcpPort { get; init; }

    /// <summary>The codec we send.</summary>
    public SdpCodec Codec { get; init; }

    /// <summary>Its payload type on the wire towards the peer.</summary>
    public int SendPayloadType { get; init; }

    /// <summary>Payload type under which PCMU may come in; -1 where it may not.</summary>
    public int ReceivePcmu { get; init; }

    /// <summary>Payload type under which PCMA may come in; -1 where it may not.</summary>
    public int ReceivePcma { get; init; }

    /// <summary>-1 where the peer takes none.</summary>
    public int SendTelephoneEvent { get; init; }

    /// <summary>-1 where none may come.</summary>
    public int ReceiveTelephoneEvent { get; init; }

    /// <summary>What we may do with it.</summary>
    public SdpDirection Direction { get; init; }

    /// <summary>Milliseconds of sound in the packets we send.</summary>
    public int SendPTimeMs { get; init; }

    /// <summary>The peer does not want to hear us: it is on hold, or wrote 0.0.0.0.</summary>
    public bool IsHeldByPeer { get; init; }
}

/// <summary>Offer and answer (RFC 3264) for one voice stream: PCMU or PCMA with telephone-event.</summary>
public static class SdpNegotiator
{
    /// <summary>
    /// Writes an offer; the octets written, or -1 where <paramref name="destination"/> is too short. <paramref name="peer"/> is the last
    /// description of the peer in this call, null for the first offer: a later offer keeps as many media lines (RFC 3264 section 8), and
    /// those that are not ours stay rejected.
    /// </summary>
    public static int WriteOffer(in SdpLocal local, Span<byte> destination, SdpSession? peer = null, int mediaIndex = 0)
    {
        var writer = new SipWriter(destination);
        WriteHead(ref writer, local, "0 0"u8);
        var count = Math.Max(peer?.MediaCount ?? 0, mediaIndex + 1);
        for (var i = 0; i < count; i++)
        {
            if (i != mediaIndex)
            {
                WriteRejected(ref writer, peer, i);
                continue;
            }

            writer.Raw("m=audio "u8);
            writer.Number((ulong)local.RtpPort);
            writer.Raw(" RTP/AVP"u8);
            WriteNumber(ref writer, (int)local.FirstCodec, local.FirstCodec != SdpCodec.None);
            var second = local.SecondCodec != SdpCodec.None && local.SecondCodec != local.FirstCodec;
            WriteNumber(ref writer, (int)local.SecondCodec, second);
            WriteNumber(ref writer, local.TelephoneEventPayloadType, local.TelephoneEventPayloadType > 0);
            writer.Raw("\r\n"u8);
            WriteCodec(ref writer, local.FirstCodec, (int)local.FirstCodec);
            WriteCodec(ref writer, second ? local.SecondCodec : SdpCodec.None, (int)local.SecondCodec);
            WriteTail(ref writer, local, local.TelephoneEventPayloadType, local.Direction);
        }

        return writer.Succeeded ? writer.Length : -1;
    }

    /// <summary>
    /// Answers an offer: takes the first voice stream that has a codec of ours, in the order of the offer, and rejects every other one.
    /// </summary>
    public static SdpOutcome Answer(SdpSession offer, in SdpLocal local, Span<byte> destination, out int written, out SdpStream stream)
    {
        written = 0;
        var outcome = Choose(offer, local, answer: false, out stream);
        if (outcome != SdpOutcome.Agreed)
        {
            return outcome;
        }

        var writer = new SipWriter(destination);
        WriteHead(ref writer, local, offer.Timing);
        for (var i = 0; i < offer.MediaCount; i++)
        {
            if (i != stream.MediaIndex)
            {
                WriteRejected(ref writer, offer, i);
                continue;
            }

            writer.Raw("m=audio "u8);
            writer.Number((ulong)local.RtpPort);
            writer.Raw(" RTP/AVP"u8);
            WriteNumber(ref writer, stream.SendPayloadType, true);
            WriteNumber(ref writer, stream.SendTelephoneEvent, stream.SendTelephoneEvent >= 0);
            writer.Raw("\r\n"u8);
            WriteCodec(ref writer, stream.Codec, stream.SendPayloadType);
            WriteTail(ref writer, local, stream.SendTelephoneEvent, stream.Direction);
        }

        if (!writer.Succeeded)
        {
            stream = default;
            return SdpOutcome.Overflow;
        }

        written = writer.Length;
        return SdpOutcome.Agreed;
    }

    /// <summary>
    /// Takes the answer to an offer of ours, which had <paramref name="offeredMedia"/> media lines with the voice stream at
    /// <paramref name="mediaIndex"/>.
    /// </summary>
    public static SdpOutcome TakeAnswer(SdpSession answer, in SdpLocal local, out SdpStream stream, int offeredMedia = 1, int mediaIndex = 0)
    {
        stream = default;
        if (answer.MediaCount != offeredMedia || answer.Media(mediaIndex).Kind != SdpMediaKind.Audio)
        {
            return SdpOutcome.AnswerDoesNotFit;
        }

        var outcome = Choose(answer, local, answer: true, out stream, mediaIndex);
        return outcome == SdpOutcome.Agreed && stream.MediaIndex != mediaIndex ? SdpOutcome.AnswerDoesNotFit : outcome;
    }

    private static SdpOutcome Choose(SdpSession remote, in SdpLocal local, bool answer, out SdpStream stream, int only = -1)
    {
        stream = default;
        var outcome = SdpOutcome.NoAudio;
        for (var i = 0; i < remote.MediaCount; i++)
        {
            var media = remote.Media(i);
            if ((only >= 0 && i != only) || media.Kind != SdpMediaKind.Audio || media.IsRejected || !media.Protocol.SequenceEqual("RTP/AVP"u8))
            {
                continue;
            }

            outcome = SdpOutcome.NoCommonCodec;
            if (TryFormats(media, local, answer, i, out stream))
            {
                return SdpOutcome.Agreed;
            }
        }

        return outcome;
    }

    private static bool TryFormats(SdpMedia media, in SdpLocal local, bool answer, int index, out SdpStream stream)
    {
        var codec = SdpCodec.None;
        var payloadType = -1;
        var events = -1;
        var pcmu = -1;
        var pcma = -1;
        foreach (var format in media)
        {
            var found = media.CodecOf(format);
            if (local.Supports(found))
            {
                codec = codec == SdpCodec.None ? found : codec;
                payloadType = payloadType < 0 ? format : payloadType;
                pcmu = found == SdpCodec.Pcmu && pcmu < 0 ? format : pcmu;
                pcma = found == SdpCodec.Pcma && pcma < 0 ? format : pcma;
            }
            else if (events < 0 && media.IsTelephoneEvent(format) && (local.TelephoneEventPayloadType > 0 || !answer))
            {
                events = local.TelephoneEventPayloadType > 0 ? format : -1;
            }
        }

        stream = default;
        if (codec == SdpCodec.None)
        {
            return false;
        }

        var held = media.Connection.IsUnspecified;
        stream = new SdpStream
        {
            MediaIndex = index,
            RemoteAddress = media.Connection,
            RemotePort = media.Port,
            RemoteRtcpPort = media.RtcpPort,
            Codec = codec,
            SendPayloadType = payloadType,

            // An offer of ours names the static types; in an answer of ours only the chosen codec may come, under the offer's number.
            ReceivePcmu = answer ? Expect(pcmu, SdpCodec.Pcmu) : codec == SdpCodec.Pcmu ? payloadType : -1,
            ReceivePcma = answer ? Expect(pcma, SdpCodec.Pcma) : codec == SdpCodec.Pcma ? payloadType : -1,
            SendTelephoneEvent = events,
            ReceiveTelephoneEvent = events < 0 ? -1 : answer ? local.TelephoneEventPayloadType : events,
            Direction = Mirror(media.Direction, held, local.Direction),
            SendPTimeMs = PacketTime(media, local.PTimeMs),
            IsHeldByPeer = held || (media.Direction & SdpDirection.RecvOnly) == 0,
        };
        return true;
    }

    private static int Expect(int offered, SdpCodec codec) => offered < 0 ? -1 : (int)codec;

    /// <summary>RFC 3264 section 6.1: we send where the peer receives and we want to, and receive where it sends and we want to.</summary>
    private static SdpDirection Mirror(SdpDirection remote, bool held, SdpDirection wanted)
    {
        var send = (remote & SdpDirection.RecvOnly) != 0 && !held;
        var receive = (remote & SdpDirection.SendOnly) != 0;
        return wanted & ((send ? SdpDirection.SendOnly : 0) | (receive ? SdpDirection.RecvOnly : 0));
    }

    /// <summary>What the peer asks for where it is 10 to 60 ms in whole frames of 10, else ours; never above its maximum.</summary>
    private static int PacketTime(SdpMedia media, int own)
    {
        var wanted = media.PTimeMs is >= 10 and <= 60 ? media.PTimeMs / 10 * 10 : own;
        var most = media.MaxPTimeMs >= 10 ? media.MaxPTimeMs / 10 * 10 : wanted;
        return Math.Min(wanted, most);
    }

    private static void WriteHead(ref SipWriter writer, in SdpLocal local, ReadOnlySpan<byte> timing)
    {
        writer.Raw("v=0\r\no=- "u8);
        writer.Number(local.SessionId);
        writer.Raw(" "u8);
        writer.Number(local.SessionVersion);
        WriteAddress(ref writer, " "u8, local.Address);
        writer.Raw("s=-\r\n"u8);
        WriteAddress(ref writer, "c="u8, local.Address);
        writer.Raw("t="u8);
        writer.Text(timing);
        writer.Raw("\r\n"u8);
    }

    private static void WriteAddress(ref SipWriter writer, ReadOnlySpan<byte> before, IPAddress address)
    {
        Span<byte> text = stackalloc byte[64];
        address.TryFormat(text, out var length);
        writer.Raw(before);
        writer.Raw(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "IN IP6 "u8 : "IN IP4 "u8);
        writer.Raw(text[..length]);
        writer.Raw("\r\n"u8);
    }

    private static void WriteRejected(ref SipWriter writer, SdpSession? peer, int index)
    {
        if (peer is null || index >= peer.MediaCount)
        {
            writer.Raw("m=audio 0 RTP/AVP 0\r\n"u8);
            return;
        }

        var media = peer.Media(index);
        writer.Raw("m="u8);
        writer.Text(media.Token);
        writer.Raw(" 0 "u8);
        writer.Text(media.Protocol);
        writer.Raw(" "u8);
        writer.Text(media.Formats);
        writer.Raw("\r\n"u8);
    }

    private static void WriteNumber(ref SipWriter writer, int number, bool condition)
    {
        if (condition)
        {
            writer.Raw(" "u8);
            writer.Number((ulong)number);
        }
    }

    private static void WriteCodec(ref SipWriter writer, SdpCodec codec, int payloadType)
    {
        if (codec == SdpCodec.None)
        {
            return;
        }

        writer.Raw("a=rtpmap:"u8);
        writer.Number((ulong)payloadType);
        writer.Raw(codec == SdpCodec.Pcmu ? " PCMU/8000\r\n"u8 : " PCMA/8000\r\n"u8);
    }

    private static void WriteTail(ref SipWriter writer, in SdpLocal local, int telephoneEvent, SdpDirection direction)
    {
        if (telephoneEvent > 0)
        {
            writer.Raw("a=rtpmap:"u8);
            writer.Number((ulong)telephoneEvent);
            writer.Raw(" telephone-event/8000\r\na=fmtp:"u8);
            writer.Number((ulong)telephoneEvent);
            writer.Raw(" 0-15\r\n"u8);
        }

        writer.Raw("a=ptime:"u8);
        writer.Number((ulong)local.PTimeMs);
        writer.Raw(direction switch
        {
            SdpDirection.SendOnly => "\r\na=sendonly\r\n"u8,
            SdpDirection.RecvOnly => "\r\na=recvonly\r\n"u8,
            SdpDirection.Inactive => "\r\na=inactive\r\n"u8,
            _ => "\r\na=sendrecv\r\n"u8,
        });
    }
}
