using System.Globalization;
using System.Threading.Channels;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Evidence;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Media.G711;
using DialerEngine.Media.Wav;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Adapters.CpdServer;

/// <summary>Where decisions are recorded, and how much.</summary>
public sealed record DecisionRecorderOptions
{
    /// <summary>The folder; made when it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>Every how many calls one is recorded (1..1,000,000).</summary>
    public int EveryCalls { get; init; } = 1;

    /// <summary>Calls recorded at a time (1..1,024); each holds <see cref="MaxSeconds"/> x 8,000 octets.</summary>
    public int MaxConcurrent { get; init; } = 32;

    /// <summary>Seconds kept of a call from its first frame (1..120).</summary>
    public int MaxSeconds { get; init; } = 20;

    /// <summary>Files of each kind in the folder (1..100,000); the oldest go.</summary>
    public int MaxFiles { get; init; } = 500;
}

/// <summary>
/// Keeps the audio behind decisions as WAV with a picture of the evidence (SVG) in a bounded folder. Off unless made. Names hold a number,
/// the masked name that the caller gave, and the result; no file holds a telephone number. The media thread copies octets only, the writing
/// is done by one task with a bounded queue: what does not fit is dropped and counted.
/// </summary>
public sealed class DecisionRecorder : IAsyncDisposable
{
    private const int QueueLength = 64;
    private const int MaxNameLength = 40;

    private readonly DecisionRecorderOptions _options;
    private readonly ILogger _logger;
    private readonly Channel<DecisionRecording> _queue;
    private readonly Stack<DecisionRecording> _free = new();
    private readonly Queue<string> _written = new();
    private readonly Lock _pool = new();
    private readonly Task _writer;
    private long _calls;
    private long _number;
    private long _dropped;
    private long _failed;
    private bool _isFailing;

    /// <summary>Makes the folder, counts what is in it already, and starts the task that writes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bound is out of its range.</exception>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    public DecisionRecorder(DecisionRecorderOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options.EveryCalls, 1_000_000);
        Check(options.MaxConcurrent, 1_024);
        Check(options.MaxSeconds, 120);
        Check(options.MaxFiles, 100_000);
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        Directory.CreateDirectory(options.Folder);
        foreach (var file in Directory.EnumerateFiles(options.Folder, "cpd-*.wav").Order(StringComparer.Ordinal))
        {
            _written.Enqueue(Path.Combine(options.Folder, Path.GetFileNameWithoutExtension(file)));
            _number = Math.Max(_number, NumberOf(file));
        }

        for (var i = 0; i < options.MaxConcurrent; i++)
        {
            _free.Push(new DecisionRecording(this, options.MaxSeconds * G711Codec.SampleRate));
        }

        _queue = Channel.CreateBounded<DecisionRecording>(new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _writer = Task.Run(WriteAllAsync);
    }

    /// <summary>Recordings dropped because too many were under way or waited to be written.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Recordings that could not be written.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Writes what waits and ends the task.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer.ConfigureAwait(false);
    }

    /// <summary>A recording for a call, or null where none is wanted or all are in use.</summary>
    internal DecisionRecording? TryBegin(string? maskedName)
    {
        if (maskedName is null)
        {
            return null;
        }

        lock (_pool)
        {
            if (_calls++ % _options.EveryCalls != 0)
            {
                return null;
            }

            if (!_free.TryPop(out var recording))
            {
                _dropped++;
                return null;
            }

            recording.Start(maskedName);
            return recording;
        }
    }

    internal void Finish(DecisionRecording recording)
    {
        if (!_queue.Writer.TryWrite(recording))
        {
            Interlocked.Increment(ref _dropped);
            Release(recording);
        }
    }

    private void Release(DecisionRecording recording)
    {
        lock (_pool)
        {
            _free.Push(recording);
        }
    }

    private async Task WriteAllAsync()
    {
        await foreach (var recording in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                Write(recording);
                NoteWritten();
            }
#pragma warning disable CA1031 // One recording that cannot be written, whatever the reason, must not end the task that writes all others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                NoteFailed(e);
            }

            Release(recording);
        }
    }

    /// <summary>A full disk fails every recording: it is said once, until one can be written again.</summary>
    private void NoteFailed(Exception fault)
    {
        Interlocked.Increment(ref _failed);
        if (!_isFailing)
        {
            _isFailing = true;
            CpdServerLog.NotRecorded(_logger, _options.Folder, fault.Message);
        }
    }

    private void NoteWritten()
    {
        if (_isFailing)
        {
            _isFailing = false;
            CpdServerLog.RecordedAgain(_logger, _options.Folder, Failed);
        }
    }

    private void Write(DecisionRecording recording)
    {
        var samples = recording.Samples();
        if (samples.Length == 0)
        {
            return;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"cpd-{++_number:D9}-{Clean(recording.Name)}-{recording.Report.Outcome}");
        var file = Path.Combine(_options.Folder, name);
        using (var stream = File.Create(file + ".wav"))
        {
            WavWriter.Write(stream, samples);
        }

        var phase = recording.AnswerAt >= 0 ? CpdPhase.Answered : CpdPhase.EarlyMedia;
        File.WriteAllText(file + ".svg", EvidencePlot.Draw(name, samples.AsSpan(Math.Max(0, recording.AnswerAt)), recording.Profile, phase));
        _written.Enqueue(file);
        while (_written.Count > _options.MaxFiles)
        {
            var oldest = _written.Dequeue();
            File.Delete(oldest + ".wav");
            File.Delete(oldest + ".svg");
        }
    }

    private static string Clean(string name)
    {
        var clean = name.Length > MaxNameLength ? name[..MaxNameLength] : name;
        return string.Concat(clean.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : 'x'));
    }

    private static long NumberOf(string file) =>
        long.TryParse(Path.GetFileName(file).AsSpan(4, Math.Min(9, Path.GetFileName(file).Length - 4)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static void Check(int value, int highest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, highest);
    }
}

/// <summary>The audio of one call while it is recorded.</summary>
internal sealed class DecisionRecording(DecisionRecorder owner, int capacity)
{
    private readonly short[] _samples = new short[capacity];
    private int _filled;

    public string Name { get; private set; } = string.Empty;

    /// <summary>Sample at which the call was answered; -1 before.</summary>
    public int AnswerAt { get; private set; } = -1;

    public CpdProfile Profile { get; private set; } = CpdProfiles.Default;

    public CpdReport Report { get; private set; }

    public void Start(string name) => (Name, _filled, AnswerAt) = (name, 0, -1);

    public void MarkAnswer() => AnswerAt = _filled;

    /// <summary>Adds audio, or silence where <paramref name="codes"/> is empty; what is beyond the capacity is left out.</summary>
    public void Add(G711Law law, ReadOnlySpan<byte> codes, int length)
    {
        length = Math.Min(length, _samples.Length - _filled);
        if (codes.IsEmpty)
        {
            _samples.AsSpan(_filled, length).Clear();
        }
        else
        {
            G711Codec.Decode(law, codes[..length], _samples.AsSpan(_filled, length));
        }

        _filled += length;
    }

    public void Finish(CpdProfile profile, in CpdReport report)
    {
        (Profile, Report) = (profile, report);
        owner.Finish(this);
    }

    public short[] Samples() => _samples[.._filled];
}
