using DialerEngine.Media.Audio;
using DialerEngine.Media.G711;
using DialerEngine.Media.Tones;

namespace DialerEngine.Media.Tests.Audio;

public sealed class AudioTests
{
    [Theory]
    [InlineData(G711Law.MuLaw)]
    [InlineData(G711Law.ALaw)]
    public void A_player_cuts_a_clip_into_frames_and_fills_up_the_last(G711Law law)
    {
        var samples = Enumerable.Range(0, 400).Select(i => (short)(i * 50)).ToArray();
        var clip = new AnnouncementClip(samples);
        var player = default(AnnouncementPlayer);
        player.Start(clip, repeats: false);
        var frame = new byte[160];
        var heard = new List<byte>();
        while (player.TryNextFrame(law, frame))
        {
            heard.AddRange(frame);
        }

        Assert.Equal(480, heard.Count);
        Assert.Equal(clip.Codes(law).ToArray(), heard.Take(400));
        Assert.All(heard.Skip(400), c => Assert.Equal(G711Codec.SilenceOf(law), c));
        Assert.False(player.IsPlaying);
        Assert.Equal(50, clip.Milliseconds);
    }

    [Fact]
    public void A_repeating_clip_goes_on_without_a_seam_and_an_empty_one_never_plays()
    {
        var clip = new AnnouncementClip(Enumerable.Range(0, 100).Select(i => (short)(i * 300)).ToArray());
        var player = default(AnnouncementPlayer);
        player.Start(clip, repeats: true);
        var frame = new byte[160];
        player.TryNextFrame(G711Law.MuLaw, frame);
        var codes = clip.Codes(G711Law.MuLaw).ToArray();
        Assert.Equal([.. codes, .. codes[..60]], frame);
        player.TryNextFrame(G711Law.MuLaw, frame);
        Assert.Equal(codes[60], frame[0]);
        player.Start(new AnnouncementClip([]), repeats: true);
        Assert.False(player.TryNextFrame(G711Law.MuLaw, frame));
    }

    [Fact]
    public void A_clip_of_a_source_without_end_is_bounded()
    {
        Assert.Equal(8000, AnnouncementClip.FromSource(SilenceSource.Instance, 1000).Length);
        Assert.Equal(100 * 8, AnnouncementClip.FromSource(new ToneGenerator(ToneCatalog.Beep(1000, 100)), 5000).Length);
    }

    [Fact]
    public void A_sample_source_ends_or_repeats()
    {
        short[] audio = [1, 2, 3];
        var target = new short[5];
        Assert.Equal(3, new PcmSource(audio).Read(target));
        Assert.Equal(5, new PcmSource(audio, repeats: true).Read(target));
        Assert.Equal([1, 2, 3, 1, 2], target);
        Assert.Equal(0, new PcmSource(Array.Empty<short>(), repeats: true).Read(target));
    }

    [Fact]
    public void Concealment_repeats_fades_to_silence_within_sixty_milliseconds_and_stays_there()
    {
        var concealer = new PacketLossConcealer();
        var good = Enumerable.Repeat((short)10_000, 160).ToArray();
        concealer.Good(good);
        var levels = new List<short>();
        var gap = new short[160];
        for (var i = 0; i < 5; i++)
        {
            concealer.Conceal(gap);
            levels.Add(gap[0]);
        }

        Assert.Equal([10_000, 6_666, 3_333, 0, 0], levels.Select(l => (int)l));
        var next = Enumerable.Repeat((short)10_000, 160).ToArray();
        concealer.Good(next);
        Assert.InRange(next[0], 1, 1_000);
        Assert.Equal(10_000, next[60]);
        Assert.Equal(0, concealer.MissingSamples);
    }

    [Fact]
    public void Concealment_without_any_history_is_silence()
    {
        var gap = new short[160];
        new PacketLossConcealer().Conceal(gap);
        Assert.All(gap, s => Assert.Equal(0, s));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(50)]
    [InlineData(70)]
    public void Comfort_noise_has_the_level_that_was_asked_for(byte level)
    {
        var noise = new ComfortNoise(new SeededMediaRandom(1));
        noise.SetLevel(level);
        var samples = new short[8000];
        noise.Read(samples);

        // 0 dBov is a full-scale square wave: 6.18 dBm0 in u-law terms (3.17 + 3.01).
        Assert.InRange(EnergyMeter.LevelDbm0(samples), 6.18 - level - 1, 6.18 - level + 1);
    }

    [Fact]
    public void Comfort_noise_payloads_are_read_whatever_follows_the_level()
    {
        Assert.False(ComfortNoise.TryParse([], out _));
        Assert.True(ComfortNoise.TryParse([0xC1, 1, 2, 3], out var level));
        Assert.Equal(0x41, level);
    }

    [Fact]
    public void The_vector_sum_equals_the_plain_one_and_loud_input_does_not_overflow()
    {
        var random = new SeededMediaRandom(9);
        for (var length = 0; length < 60; length++)
        {
            var samples = Enumerable.Range(0, length).Select(_ => (short)random.NextUInt32()).ToArray();
            Assert.Equal(EnergyMeter.SumOfSquaresScalar(samples), EnergyMeter.SumOfSquares(samples));
        }

        var loud = Enumerable.Repeat(short.MinValue, 16_000).ToArray();
        Assert.Equal(16_000L * 32768 * 32768, EnergyMeter.SumOfSquares(loud));
    }

    [Theory]
    [InlineData(G711Law.MuLaw)]
    [InlineData(G711Law.ALaw)]
    public void Companded_level_equals_the_level_of_the_decoded_samples(G711Law law)
    {
        var codes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var samples = new short[256];
        G711Codec.Decode(law, codes, samples);
        Assert.Equal(EnergyMeter.LevelDbm0(samples), EnergyMeter.LevelDbm0(law, codes), 9);
        Assert.Equal(EnergyMeter.FloorDbm0, EnergyMeter.LevelDbm0([]));
    }

    [Fact]
    public void Playing_concealing_and_measuring_allocate_nothing()
    {
        var clip = new AnnouncementClip(new short[1000]);
        var player = default(AnnouncementPlayer);
        player.Start(clip, repeats: true);
        var frame = new byte[160];
        var samples = new short[160];
        var concealer = new PacketLossConcealer();
        var noise = new ComfortNoise(new SeededMediaRandom(1));
        noise.SetLevel(40);
        Assert.Equal(0, Allocation.Of(1000, () =>
        {
            player.TryNextFrame(G711Law.MuLaw, frame);
            G711Codec.Decode(G711Law.MuLaw, frame, samples);
            concealer.Good(samples);
            concealer.Conceal(samples);
            noise.Read(samples);
            EnergyMeter.LevelDbm0(samples);
            EnergyMeter.LevelDbm0(G711Law.MuLaw, frame);
        }));
    }
}
