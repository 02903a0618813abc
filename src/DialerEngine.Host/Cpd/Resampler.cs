namespace DialerEngine.Host.Cpd;

/// <summary>
/// Converts the rate of a stream by a windowed sinc (Blackman, 16 crossings a side, 256 phases), cut off below half of the lower rate.
/// Bounded memory: at most one block waits.
/// </summary>
internal sealed class Resampler
{
    private const int Crossings = 16;
    private const int Phases = 256;

    private readonly double _step;
    private readonly int _reach;
    private readonly float[] _taps;
    private readonly List<short> _input = [];
    private double _position;
    private bool _isFlushed;

    public Resampler(int fromRate, int toRate)
    {
        _step = fromRate / (double)toRate;
        var stretch = Math.Max(1, _step / 0.95);
        _reach = (int)Math.Ceiling(Crossings * stretch);
        _taps = new float[(Phases + 1) * 2 * _reach];
        for (var phase = 0; phase <= Phases; phase++)
        {
            for (var i = 0; i < 2 * _reach; i++)
            {
                var x = i - _reach + 1 - (phase / (double)Phases);
                var angle = Math.PI * x / stretch;
                var window = Math.Abs(x) >= _reach ? 0 : 0.42 + (0.5 * Math.Cos(Math.PI * x / _reach)) + (0.08 * Math.Cos(2 * Math.PI * x / _reach));
                _taps[(phase * 2 * _reach) + i] = (float)((x == 0 ? 1 : Math.Sin(angle) / angle) * window / stretch);
            }
        }

        _input.AddRange(new short[_reach]);
        _position = _reach;
    }

    /// <summary>Takes a block; read everything out before the next.</summary>
    public void Write(ReadOnlySpan<short> samples) => _input.AddRange(samples);

    /// <summary>Fills what can be computed; false when more input is needed first.</summary>
    public bool TryRead(Span<short> samples, out int written)
    {
        written = 0;
        var input = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_input);
        while (written < samples.Length && (int)_position + _reach < input.Length)
        {
            var at = (int)_position;
            var phase = (int)((_position - at) * Phases);
            var taps = _taps.AsSpan(phase * 2 * _reach, 2 * _reach);
            var from = input.Slice(at - _reach + 1, 2 * _reach);
            var sum = 0f;
            for (var i = 0; i < taps.Length; i++)
            {
                sum += taps[i] * from[i];
            }

            samples[written++] = (short)Math.Clamp(sum, short.MinValue, short.MaxValue);
            _position += _step;
        }

        var done = Math.Max(0, (int)_position - _reach);
        if (done > 0 && done <= _input.Count)
        {
            _input.RemoveRange(0, done);
            _position -= done;
        }

        return written > 0;
    }

    /// <summary>The stream is over: gives the rest, once.</summary>
    public int Flush(Span<short> samples)
    {
        if (!_isFlushed)
        {
            _isFlushed = true;
            Write(new short[_reach]);
        }

        return TryRead(samples, out var written) ? written : 0;
    }
}
