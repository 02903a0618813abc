using System.Text;
using System.Text.Json;

namespace NotificationReceiver;

/// <summary>
/// Attempt records by identity, as lines of JSON in a file: a record 1 takes the place of the record 0 of its attempt, a record that comes again changes
/// nothing. A line is in the file before the answer says 200.
/// </summary>
public sealed class AttemptStore : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, int> _known = [];
    private readonly FileStream? _file;

    /// <param name="path">File of JSON lines, read first where it is there already; null keeps identities in memory only.</param>
    public AttemptStore(string? path)
    {
        if (path is null)
        {
            return;
        }

        if (File.Exists(path))
        {
            foreach (var line in File.ReadLines(path))
            {
                if (TryRead(Encoding.UTF8.GetBytes(line), out var attempt, out var sequence))
                {
                    Note(attempt, sequence);
                }
            }
        }

        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    /// <summary>Attempts of which a record is here.</summary>
    public int Attempts
    {
        get
        {
            lock (_gate)
            {
                return _known.Count;
            }
        }
    }

    /// <summary>Attempts whose record 1 is here.</summary>
    public int Complete
    {
        get
        {
            lock (_gate)
            {
                return _known.Values.Count(s => s == 1);
            }
        }
    }

    /// <summary>Records that came although they (or their attempt's record 1) were here already.</summary>
    public long Repeated { get; private set; }

    /// <summary>Records 0 that came first after their attempt's record 1: must not happen.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>Records 1 that came without their attempt's record 0: only dials that validation refused have none.</summary>
    public long WithoutFirst { get; private set; }

    /// <summary>All attempts with the highest sequence number that is here.</summary>
    public IReadOnlyDictionary<Guid, int> Snapshot()
    {
        lock (_gate)
        {
            return new Dictionary<Guid, int>(_known);
        }
    }

    /// <summary>Stores a record. False where the body is none.</summary>
    public bool TryStore(ReadOnlySpan<byte> body)
    {
        if (!TryRead(body, out var attempt, out var sequence))
        {
            return false;
        }

        lock (_gate)
        {
            if (!Note(attempt, sequence))
            {
                return true;
            }

            if (_file is not null)
            {
                _file.Write(body);
                _file.WriteByte((byte)'\n');
                _file.Flush();
            }
        }

        return true;
    }

    public void Dispose() => _file?.Dispose();

    private bool Note(Guid attempt, int sequence)
    {
        if (!_known.TryGetValue(attempt, out var highest))
        {
            _known.Add(attempt, sequence);
            WithoutFirst += sequence == 1 ? 1 : 0;
            return true;
        }

        if (sequence > highest)
        {
            _known[attempt] = sequence;
            return true;
        }

        Repeated++;
        OutOfOrder += sequence < highest ? 1 : 0;
        return false;
    }

    private static bool TryRead(ReadOnlySpan<byte> body, out Guid attempt, out int sequence)
    {
        attempt = default;
        sequence = -1;
        try
        {
            var json = new Utf8JsonReader(body);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("GSW_CALL_ATTEMPT_GUID"u8))
                {
                    json.Read();
                    _ = json.TryGetGuid(out attempt);
                }
                else if (json.ValueTextEquals("GSW_HIST_SEQUENCE_NUM"u8))
                {
                    json.Read();
                    _ = json.TryGetInt32(out sequence);
                }
                else
                {
                    json.Skip();
                }
            }
        }
        catch (Exception garbage) when (garbage is JsonException or InvalidOperationException)
        {
            return false;
        }

        return sequence is 0 or 1;
    }
}
