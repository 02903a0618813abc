using System.Text.Json;

namespace TrunkSimulator;

/// <summary>Who ended a call, as the far end of the trunk saw it.</summary>
public enum LedgerEnd : byte
{
    /// <summary>The caller: CANCEL or BYE.</summary>
    Caller,

    /// <summary>The callee: a refusal or BYE.</summary>
    Callee,

    /// <summary>Nobody: an ACK or a BYE's answer never came, or the simulator was stopped.</summary>
    Network,
}

/// <summary>One call as the far end saw it. Times are milliseconds since the server was started; -1 for what did not happen.</summary>
public sealed record LedgerEntry
{
    public required string CallId { get; init; }

    /// <summary>User part of the Request-URI.</summary>
    public required string Number { get; init; }

    public required CalleeScript Script { get; init; }

    public required long InvitedMs { get; init; }

    /// <summary>When 180 or 183 was sent.</summary>
    public long RingingMs { get; init; } = -1;

    public long AnsweredMs { get; init; } = -1;

    /// <summary>When the ACK of the answer came.</summary>
    public long ConfirmedMs { get; init; } = -1;

    public long EndedMs { get; init; } = -1;

    /// <summary>Final status of the INVITE.</summary>
    public int Status { get; init; }

    public LedgerEnd EndedBy { get; init; }

    /// <summary>RTP packets received from the caller.</summary>
    public long RtpIn { get; init; }

    /// <summary>RTP packets sent to the caller.</summary>
    public long RtpOut { get; init; }
}

/// <summary>The trunk's own log of ended calls. Holds the newest <see cref="Capacity"/>; what is dropped is counted. Thread-safe.</summary>
public sealed class TrunkLedger
{
    /// <summary>Entries kept.</summary>
    public const int Capacity = 500_000;

    private readonly Lock _gate = new();
    private readonly Queue<LedgerEntry> _entries = [];

    /// <summary>Entries that had to make room.</summary>
    public long Dropped { get; private set; }

    /// <summary>Number of entries.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>A copy in the order of the calls' ends.</summary>
    public IReadOnlyList<LedgerEntry> Snapshot()
    {
        lock (_gate)
        {
            return [.. _entries];
        }
    }

    /// <summary>Writes one JSON object a line.</summary>
    public void WriteJsonLines(TextWriter writer)
    {
        foreach (var entry in Snapshot())
        {
            writer.WriteLine(ToJson(entry));
        }
    }

    /// <summary>One entry as JSON without line breaks.</summary>
    public static string ToJson(LedgerEntry entry) => JsonSerializer.Serialize(entry, TrunkJson.Default.LedgerEntry);

    internal void Add(LedgerEntry entry)
    {
        lock (_gate)
        {
            if (_entries.Count == Capacity)
            {
                _entries.Dequeue();
                Dropped++;
            }

            _entries.Enqueue(entry);
        }
    }
}
