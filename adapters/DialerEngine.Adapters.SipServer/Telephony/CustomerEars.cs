using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Core.Telephony;
using DialerEngine.Media.G711;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>
/// Brings received audio of customers to the detector: frames of 20 ms at an even pace, reordered and gaps marked by the stream's jitter buffer. The SIP
/// thread opens and closes, the media thread hears. Nothing is allocated per frame, nor per call once as many streams have been open.
/// </summary>
internal sealed class CustomerEars(ICallAudioTap tap, MediaEngine media) : IMediaTap
{
    /// <summary>
    /// Frames without a packet that are taken for loss; more are a pause of a far end that stops sending without comfort noise (RFC 3551 section 4.1
    /// leaves that to the sender).
    /// </summary>
    private const int LostFrames = 5;

    private readonly Lock _gate = new();
    private Ear[] _byStream = new Ear[64];

    /// <summary>An analysis for a call; <see cref="CallAudioTicket.None"/> where there is no room.</summary>
    public CallAudioTicket Open(in CallAnalysisRequest request) => tap.Open(request, media.NowMilliseconds);

    /// <summary>Begins to listen to a stream, or goes on as after an answer.</summary>
    public void Listen(MediaStreamHandle stream, CallAudioTicket ticket, bool answered)
    {
        lock (_gate)
        {
            if (stream.Index >= _byStream.Length)
            {
                Array.Resize(ref _byStream, Math.Max(stream.Index + 1, 2 * _byStream.Length));
            }

            ref var ear = ref _byStream[stream.Index];
            var goesOn = answered && ear.Ticket == ticket && ear.IsOpen;
            if (!goesOn)
            {
                ear = new Ear { Ticket = ticket };
            }

            ear.IsOpen = true;
            ear.IsAnswered = answered;
            ear.Rebase = !goesOn;
        }

        if (answered)
        {
            tap.Answered(ticket, media.NowMilliseconds);
        }

        if (NeedsTap(stream))
        {
            media.SetTap(stream, this);
        }

        if (answered)
        {
            // From here on silence counts, whether or not anything is sent.
            media.StartTap(stream);
        }
    }

    /// <summary>Ends the analysis; a call without a verdict gets the one that the evidence allows.</summary>
    public void Close(MediaStreamHandle stream, CallAudioTicket ticket)
    {
        media.SetTap(stream, null);
        lock (_gate)
        {
            ref var ear = ref _byStream[stream.Index];
            if (ear.Ticket == ticket)
            {
                ear = default;
            }
        }

        tap.Close(ticket, media.NowMilliseconds);
    }

    public void Hear(MediaStreamHandle stream, in MediaFrame frame)
    {
        CallAudioTicket ticket;
        bool isAnswered;
        int present;
        lock (_gate)
        {
            ref var ear = ref _byStream[stream.Index];
            if (!ear.IsOpen)
            {
                return;
            }

            (ticket, isAnswered) = (ear.Ticket, ear.IsAnswered);
            ear.EmptyFrames = frame.Present > 0 ? (byte)0 : (byte)Math.Min(ear.EmptyFrames + 1, LostFrames + 1);

            // The jitter buffer has put silence into what is missing.
            present = frame.IsPause || ear.EmptyFrames > LostFrames ? frame.Codes.Length : frame.Present;
        }

        var type = (byte)(frame.Law == G711Law.ALaw ? 8 : 0);
        if (tap.Hear(ticket, new CallAudioFrame(frame.Codes, type, present, frame.Timestamp, frame.NowMilliseconds)))
        {
            return;
        }

        // Nothing more can come of it before the answer, or at all.
        lock (_gate)
        {
            _byStream[stream.Index].IsOpen = false;
        }

        media.SetTap(stream, null);
        if (isAnswered)
        {
            tap.Close(ticket, frame.NowMilliseconds);
        }
    }

    private bool NeedsTap(MediaStreamHandle stream)
    {
        lock (_gate)
        {
            return _byStream[stream.Index].Rebase;
        }
    }

    private struct Ear
    {
        public CallAudioTicket Ticket;
        public bool IsOpen;
        public bool IsAnswered;

        /// <summary>True when the stream has no tap yet.</summary>
        public bool Rebase;
        public byte EmptyFrames;
    }
}
