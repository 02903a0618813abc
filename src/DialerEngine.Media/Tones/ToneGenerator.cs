using DialerEngine.Media.Audio;
using DialerEngine.Media.G711;

namespace DialerEngine.Media.Tones;

/// <summary>
/// Plays a <see cref="TonePlan"/> as linear samples at 8 kHz. The phase of each oscillator runs on through segment borders, so a
/// frequency that stays does not click. Reading allocates nothing.
/// </summary>
public sealed class ToneGenerator : IAudioSource
{
    private const int TableBits = 10;
    private const double PhasePerHertz = 4294967296.0 / G711Codec.SampleRate;

    private static readonly float[] Sine = BuildSine();

    private readonly TonePlan _plan;
    private int _segment;
    private int _position;
    private uint _phase1;
    private uint _phase2;
    private uint _phase3;
    private uint _modulationPhase;

    /// <summary>Starts at the plan's first sample; a plan without a segment of positive length is an <see cref="ArgumentException"/>.</summary>
    public ToneGenerator(TonePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Segments.Count == 0 || plan.Segments.Any(s => s.Milliseconds <= 0))
        {
            throw new ArgumentException("A tone plan needs segments, each longer than 0 ms.", nameof(plan));
        }

        _plan = plan;
    }

    /// <summary>Peak amplitude of a sine of the given level, on the 16-bit scale.</summary>
    public static double AmplitudeOf(double levelDbm0) => 32767 * Math.Pow(10, (levelDbm0 - 3.17) / 20);

    /// <inheritdoc/>
    public int Read(Span<short> samples)
    {
        var written = 0;
        while (written < samples.Length && _segment < _plan.Segments.Count)
        {
            var segment = _plan.Segments[_segment];
            var length = segment.Milliseconds * (G711Codec.SampleRate / 1000);
            var count = Math.Min(samples.Length - written, length - _position);
            Fill(samples.Slice(written, count), segment);
            written += count;
            _position += count;
            if (_position < length)
            {
                continue;
            }

            _position = 0;
            _segment++;
            if (_segment == _plan.Segments.Count && _plan.Repeats)
            {
                _segment = 0;
            }
        }

        return written;
    }

    private void Fill(Span<short> samples, in ToneSegment segment)
    {
        if (segment.Frequency1 == 0 && segment.Frequency2 == 0 && segment.Frequency3 == 0)
        {
            samples.Clear();
            return;
        }

        var amplitude = (float)AmplitudeOf(segment.LevelDbm0);
        var step1 = (uint)(segment.Frequency1 * PhasePerHertz);
        var step2 = (uint)(segment.Frequency2 * PhasePerHertz);
        var step3 = (uint)(segment.Frequency3 * PhasePerHertz);
        var modulationStep = (uint)(segment.ModulationHz * PhasePerHertz);
        var depth = (float)segment.ModulationDepth;
        var reversal = segment.ReversalMilliseconds * (G711Codec.SampleRate / 1000);
        for (var i = 0; i < samples.Length; i++)
        {
            var value = step1 == 0 ? 0 : SineOf(_phase1);
            value += step2 == 0 ? 0 : SineOf(_phase2);
            value += step3 == 0 ? 0 : SineOf(_phase3);
            value *= amplitude * (1 + (depth * SineOf(_modulationPhase)));
            if (reversal > 0 && (((_position + i) / reversal) & 1) != 0)
            {
                value = -value;
            }

            samples[i] = (short)Math.Clamp(value, -32768f, 32767f);
            _phase1 += step1;
            _phase2 += step2;
            _phase3 += step3;
            _modulationPhase += modulationStep;
        }
    }

    private static float SineOf(uint phase)
    {
        var index = (int)(phase >> (32 - TableBits));
        var fraction = (phase & ((1u << (32 - TableBits)) - 1)) * (1f / (1u << (32 - TableBits)));
        var a = Sine[index];
        return a + ((Sine[index + 1] - a) * fraction);
    }

    private static float[] BuildSine()
    {
        var table = new float[(1 << TableBits) + 1];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = (float)Math.Sin(2 * Math.PI * i / (1 << TableBits));
        }

        return table;
    }
}
