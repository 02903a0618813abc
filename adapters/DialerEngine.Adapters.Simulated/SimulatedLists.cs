using DialerEngine.Core;

namespace DialerEngine.Adapters.Simulated;

/// <summary>One calling list in memory, with the book of attempts: what a store would have after the commits made so far.</summary>
public sealed class SimulatedLists
{
    private readonly string[] _numbers;
    private readonly RecordStatus[] _status;
    private readonly CallResult[] _result;
    private readonly int[] _attempts;
    private readonly long[] _scheduled;
    private int _cursor;

    /// <param name="list">The list's number.</param>
    /// <param name="count">Records; each has a number of its own.</param>
    /// <param name="endless">True: a record that is done becomes ready again, so that a benchmark never runs dry.</param>
    public SimulatedLists(ListId list, int count, bool endless = false)
    {
        List = list;
        Endless = endless;
        _numbers = new string[count];
        _status = new RecordStatus[count];
        _result = new CallResult[count];
        _attempts = new int[count];
        _scheduled = new long[count];
        for (var i = 0; i < count; i++)
        {
            _numbers[i] = "+1202555" + (10_000 + i).ToString(System.Globalization.CultureInfo.InvariantCulture);
            _status[i] = RecordStatus.Ready;
            _result[i] = CallResult.Unknown;
        }
    }

    public ListId List { get; }

    public bool Endless { get; }

    public int Count => _status.Length;

    /// <summary>Attempts that are durable, by identity, with their results (null while under way). Null in benchmarks.</summary>
    public Dictionary<AttemptId, CallResult?>? Book { get; init; }

    /// <summary>Attempts that were withdrawn before they left.</summary>
    public long Withdrawn { get; private set; }

    public RecordStatus StatusOf(int record) => _status[record];

    public CallResult ResultOf(int record) => _result[record];

    public int AttemptsOf(int record) => _attempts[record];

    public int CountOf(RecordStatus status) => _status.Count(s => s == status);

    /// <summary>Fills the tray with ready records, in order, and marks them Retrieved. Returns how many.</summary>
    public int Fetch(RecordBatch into, int limit, long nowUnixSeconds)
    {
        var filled = 0;
        for (var looked = 0; looked < _status.Length && filled < limit; looked++)
        {
            var index = _cursor;
            _cursor = (_cursor + 1) % _status.Length;
            if (_status[index] != RecordStatus.Ready || _scheduled[index] > nowUnixSeconds)
            {
                continue;
            }

            _status[index] = RecordStatus.Retrieved;
            var record = into[filled++];
            record.List = List;
            record.Id = new RecordId(index + 1);
            record.ContactInfo = _numbers[index];
            record.RecordStatus = RecordStatus.Retrieved;
            record.RecordType = RecordType.General;
            record.Attempts = _attempts[index];
            record.ChainId = index + 1;
        }

        into.Count = filled;
        return filled;
    }

    /// <summary>Applies a committed journal entry.</summary>
    public void Apply(in JournalEntry entry)
    {
        var index = (int)entry.Record.Value - 1;
        switch (entry.Kind)
        {
            case JournalEntryKind.AttemptStarted:
                Book?.Add(entry.Attempt, null);
                break;
            case JournalEntryKind.AttemptFinished:
                Invariant.That(_status[index] == RecordStatus.Retrieved);
                if (Book is not null)
                {
                    Invariant.That(Book[entry.Attempt] is null);
                    Book[entry.Attempt] = entry.Result;
                }

                _status[index] = Endless ? RecordStatus.Ready : entry.RecordStatus;
                _result[index] = entry.RecordResult;
                _attempts[index] = entry.Attempts;
                _scheduled[index] = Endless ? 0 : entry.DialScheduledTime;
                break;
            case JournalEntryKind.AttemptWithdrawn:
                Book?.Remove(entry.Attempt);
                Withdrawn++;
                if (entry.Rule != Core.Compliance.RuleReason.None)
                {
                    Refuse(entry, index);
                    break;
                }

                _status[index] = RecordStatus.Ready;
                break;
            case JournalEntryKind.RecordUpdated:
                Invariant.That(_status[index] == RecordStatus.Retrieved);
                Refuse(entry, index);
                break;
            case JournalEntryKind.RecordReturned:
                Invariant.That(_status[index] == RecordStatus.Retrieved);
                _status[index] = RecordStatus.Ready;
                break;
        }
    }

    private void Refuse(in JournalEntry entry, int index)
    {
        _status[index] = entry.RecordStatus;
        _result[index] = entry.RecordResult;
        _scheduled[index] = entry.DialScheduledTime;
    }
}
