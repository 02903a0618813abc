using DialerEngine.Media.Audio;
using DialerEngine.Media.Tones;

namespace TrunkSimulator.Audio;

/// <summary>All sound of the simulator, rendered once at the start and shared by all calls: about 7 MB.</summary>
internal sealed class CalleeVoices
{
    private const int ConversationMs = 20_000;

    private readonly AnnouncementClip[] _hello = new AnnouncementClip[CalleePlanner.Voices];
    private readonly AnnouncementClip[] _conversation = new AnnouncementClip[CalleePlanner.Voices];
    private readonly AnnouncementClip[] _greeting = new AnnouncementClip[CalleePlanner.Voices];

    public CalleeVoices(ulong seed)
    {
        for (var voice = 0; voice < CalleePlanner.Voices; voice++)
        {
            var speaker = new SpeechSynthesizer(seed, voice);
            _hello[voice] = new AnnouncementClip(speaker.InRoom(speaker.Hello()));
            _conversation[voice] = new AnnouncementClip(speaker.Conversation(ConversationMs));
            _greeting[voice] = Greeting(speaker, voice);
        }

        var announcer = new SpeechSynthesizer(seed, CalleePlanner.Voices);
        var announcement = announcer.Phrases(2500);
        Vacant = new AnnouncementClip([.. Render(ToneCatalog.Sit(SitCode.VacantCode)), .. new short[1600], .. announcement]);
        BusyTone = new AnnouncementClip(announcer.InRoom(Render(ToneCatalog.Busy("US"))));
        CongestionTone = new AnnouncementClip(announcer.InRoom(Render(ToneCatalog.Congestion("US"))));
        RingBack = new AnnouncementClip(announcer.InRoom(Render(ToneCatalog.Ringback("US"))));
        Music = new AnnouncementClip(MusicBox.Play(seed, 12_000));
        FaxAnswer = new AnnouncementClip(Render(ToneCatalog.FaxCed()));
    }

    /// <summary>Special information tone for a vacant code, then an announcement; once.</summary>
    public AnnouncementClip Vacant { get; }

    /// <summary>One cycle of busy tone.</summary>
    public AnnouncementClip BusyTone { get; }

    /// <summary>One cycle of congestion tone.</summary>
    public AnnouncementClip CongestionTone { get; }

    /// <summary>One cycle of ringing tone.</summary>
    public AnnouncementClip RingBack { get; }

    /// <summary>A tune with accompaniment.</summary>
    public AnnouncementClip Music { get; }

    /// <summary>CED, once.</summary>
    public AnnouncementClip FaxAnswer { get; }

    public AnnouncementClip Hello(int voice) => _hello[voice];

    /// <summary>Begins with a pause for the caller to speak in.</summary>
    public AnnouncementClip Conversation(int voice) => _conversation[voice];

    /// <summary>A greeting of 4 to 9 s, a fifth of a second of silence (and what the last phrase leaves), and the beep of 1000 Hz.</summary>
    public AnnouncementClip Greeting(int voice) => _greeting[voice];

    private static AnnouncementClip Greeting(SpeechSynthesizer speaker, int voice) =>
        new(speaker.InRoom([.. speaker.Phrases(4000 + (voice * 700)), .. new short[1600], .. Render(ToneCatalog.Beep(1000, 300))]));

    private static short[] Render(TonePlan plan)
    {
        var samples = new short[plan.PassMilliseconds * 8];
        _ = new ToneGenerator(plan).Read(samples);
        return samples;
    }
}
