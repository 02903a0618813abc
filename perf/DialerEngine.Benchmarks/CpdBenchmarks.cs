using BenchmarkDotNet.Attributes;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Media.G711;

namespace DialerEngine.Benchmarks;

/// <summary>
/// One frame of 20 ms for each of many channels, as a media thread meets them: speech-like sound, dead air, and the spectrum alone beside its
/// scalar twin. 20 ms divided by the time of a frame is the number of live channels a core.
/// </summary>
[MemoryDiagnoser]
[ShortRunJob]
public class CpdBenchmarks
{
    private const int Channels = 1_000;
    private const int Frames = 200;

    private readonly CallAnalyzer[] _channels = new CallAnalyzer[Channels];
    private readonly byte[] _speech = new byte[Frames * 160];
    private readonly short[] _samples = new short[Frames * 160];
    private readonly byte[] _silence = new byte[160];
    private readonly short[] _window = new short[256];
    private readonly float[] _power = new float[128];
    private int _frame;

    [GlobalSetup]
    public void Fill()
    {
        var samples = _samples;
        for (var i = 0; i < samples.Length; i++)
        {
            // Syllables of 200 ms, a pause after every third, harmonics of a moving pitch.
            var syllable = i / 1_600 % 4 == 3 ? 0 : Math.Sin(Math.PI * (i % 1_600) / 1_600);
            var phase = i * 2 * Math.PI * (140 + (20 * Math.Sin(i / 4_000.0))) / 8_000;
            samples[i] = (short)(4_000 * syllable * (Math.Sin(phase) + (0.7 * Math.Sin(3 * phase)) + (0.5 * Math.Sin(7 * phase))));
        }

        G711Codec.Encode(G711Law.MuLaw, samples, _speech);
        _silence.AsSpan().Fill(G711Codec.SilenceOf(G711Law.MuLaw));
        samples.AsSpan(0, 256).CopyTo(_window);
        Restart();
    }

    [Benchmark(OperationsPerInvoke = Channels)]
    public void SpeechFrame()
    {
        if (_frame == Frames)
        {
            Restart();
        }

        var codes = _speech.AsSpan(_frame++ * 160, 160);
        for (var channel = 0; channel < Channels; channel++)
        {
            _channels[channel].Process(G711Law.MuLaw, codes);
        }
    }

    [Benchmark(OperationsPerInvoke = Channels)]
    public void SilentFrame()
    {
        if (_frame++ >= Frames)
        {
            Restart();
        }

        for (var channel = 0; channel < Channels; channel++)
        {
            _channels[channel].Process(G711Law.MuLaw, _silence);
        }
    }

    /// <summary>A call of 4 s by the detector, beside the baseline on the same samples.</summary>
    [Benchmark]
    public CpdReport DetectorCall()
    {
        var analyzer = new CallAnalyzer(CpdProfiles.Default, CpdPhase.Answered);
        for (var at = 0; at < _samples.Length; at += 160)
        {
            analyzer.Process(_samples.AsSpan(at, 160));
        }

        return analyzer.Report;
    }

    /// <summary>The five-parameter heuristic until its verdict.</summary>
    [Benchmark(Baseline = true)]
    public int HeuristicCall() => CpdTrainer.FiveParameterHeuristic.Judge(_samples).AtMs;

    [Benchmark]
    public void Spectrum() => DialerEngine.Cpd.Signal.Spectrum.Power(_window, _power);

    [Benchmark]
    public void SpectrumScalar() => DialerEngine.Cpd.Signal.Spectrum.PowerScalar(_window, _power);

    private void Restart()
    {
        _frame = 0;
        _channels.AsSpan().Fill(new CallAnalyzer(CpdProfiles.Default with { CallAnswerTypeRecognition = CpdPreset.AccuratePositiveAmDetection }, CpdPhase.Answered));
    }
}
