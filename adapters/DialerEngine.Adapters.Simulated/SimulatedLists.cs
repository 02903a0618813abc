using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Adapters.Simulated;

/// <summary>One calling list in memory, with the book of attempts: what a store would have after the commits made so far.</summary>
public sealed class SimulatedLists
{
    private readonly string[] _numbers;
    private readonly RecordStatus[] _status;
    private readonly CallResult[] _result;
    private readonly int[] _attempts;
    private readonly long[] _scheduled;
    private readonly RecordType[] _type;
    private readonly string[] _treatments;
    private readonly string[] _agent;
    private readonly int _chainLength;
    private int _cursor;

    /// <param name="list">The list's number.</param>
    /// <param name="count">Records; each has a number of its own.</param>
    /// <param name="endless">True: a record that is done becomes ready again, so that a benchmark never runs dry.</param>
    /// <param name="chainLength">Records of one person, next to each other.</param>
    public SimulatedLists(ListId list, int count, bool endless = false, int chainLength = 1)
    {
        _chainLength = chainLength;
        _type = new RecordType[count];
        _treatments = new string[count];
        _agent = new string[count];
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
            _type[i] = RecordType.General;
            _treatments[i] = "";
            _agent[i] = "";
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

    public RecordType TypeOf(int record) => _type[record];

    public long ScheduledAt(int record) => _scheduled[record];

    /// <summary>Chain of a record, from 0.</summary>
    public int ChainOf(int record) => record / _chainLength;

    /// <summary>Gives a record another state, as an operator would.</summary>
    public void Set(int record, RecordType type, RecordStatus status, long scheduled = 0, string agent = "")
    {
        _type[record] = type;
        _status[record] = status;
        _scheduled[record] = scheduled;
        _agent[record] = agent;
    }

    /// <summary>Makes a record, or its whole chain, final; the records that were out, by number. What a store does for a request from outside.</summary>
    public IReadOnlyList<RecordId> Cancel(int record, bool wholeChain)
    {
        var gone = new List<RecordId>();
        var first = wholeChain ? ChainOf(record) * _chainLength : record;
        for (var mate = first; mate < (wholeChain ? Math.Min(first + _chainLength, _status.Length) : record + 1); mate++)
        {
            if (_status[mate] == RecordStatus.Retrieved)
            {
                gone.Add(new RecordId(mate + 1));
            }

            if (_status[mate] is RecordStatus.Ready or RecordStatus.Retrieved)
            {
                _status[mate] = RecordStatus.Canceled;
            }
        }

        return gone;
    }

    public int CountOf(RecordStatus status) => _status.Count(s => s == status);

    /// <summary>Fills the tray with ready records, in order, and marks them Retrieved. Returns how many. <see cref="FetchKind.Callbacks"/> takes callbacks only.</summary>
    public int Fetch(RecordBatch into, int limit, long nowUnixSeconds, FetchKind kind = FetchKind.Records)
    {
        var filled = 0;
        for (var looked = 0; looked < _status.Length && filled < limit; looked++)
        {
            var index = _cursor;
            _cursor = (_cursor + 1) % _status.Length;
            if (_status[index] != RecordStatus.Ready || _scheduled[index] > nowUnixSeconds
                || RecordTransitions.IsCallback(_type[index]) != (kind == FetchKind.Callbacks) || IsHeldByChain(index, kind))
            {
                continue;
            }

            Fill(into[filled++], index);
        }

        into.Count = filled;
        return filled;
    }

    private void Fill(CallRecord record, int index)
    {
        _status[index] = RecordStatus.Retrieved;
        record.List = List;
        record.Id = new RecordId(index + 1);
        record.ContactInfo = _numbers[index];
        record.RecordStatus = RecordStatus.Retrieved;
        record.RecordType = _type[index];
        record.DialScheduledTime = _scheduled[index];
        record.CallResult = _result[index];
        record.Treatments = _treatments[index];
        record.AgentLoginId = _agent[index];
        record.Attempts = _attempts[index];
        record.DailyTill = 86_400;
        record.ChainId = ChainOf(index) + 1;
        record.ChainN = index % _chainLength;
        record.ChainRest = CountRest(index);
    }

    /// <summary>Fills the tray with the other records of a chain that may be called, and marks them Retrieved; how many others there are.</summary>
    public int TakeChain(RecordBatch into, int chain, RecordId except)
    {
        var others = 0;
        into.Count = 0;
        var first = (chain - 1) * _chainLength;
        for (var index = first; index < Math.Min(first + _chainLength, _status.Length); index++)
        {
            if (index + 1 == except.Value)
            {
                continue;
            }

            others++;
            if (_status[index] is RecordStatus.Ready or RecordStatus.ChainReady && into.Count < into.Capacity)
            {
                Fill(into[into.Count++], index);
            }
        }

        return others;
    }

    private bool IsHeldByChain(int index, FetchKind kind)
    {
        var first = ChainOf(index) * _chainLength;
        for (var mate = first; mate < Math.Min(first + _chainLength, _status.Length); mate++)
        {
            if (_status[mate] == RecordStatus.Retrieved || (kind == FetchKind.Records && mate < index && _status[mate] == RecordStatus.Ready))
            {
                return true;
            }
        }

        return false;
    }

    private int CountRest(int index)
    {
        var rest = 0;
        var first = ChainOf(index) * _chainLength;
        for (var mate = first; mate < Math.Min(first + _chainLength, _status.Length); mate++)
        {
            rest += _status[mate] == RecordStatus.Ready ? 1 : 0;
        }

        return rest;
    }

    /// <summary>What a restart of the engine does to the books: open attempts are finished, records that were out go back.</summary>
    public void Recover()
    {
        foreach (var attempt in _open.ToArray())
        {
            var index = (int)attempt.Value.Record.Value - 1;
            _open.Remove(attempt.Key);
            Book?[attempt.Key] = attempt.Value.HadAgent ? CallResult.Stale : CallResult.SystemError;
            if (_status[index] != RecordStatus.Retrieved)
            {
                continue;
            }

            var isOpenCallback = RecordTransitions.IsCallback(_type[index]) && (!attempt.Value.HadAgent || _scheduled[index] > attempt.Value.Started);
            _attempts[index]++;
            _status[index] = isOpenCallback ? RecordStatus.Ready : attempt.Value.HadAgent ? RecordStatus.Stale : RecordStatus.Updated;
        }

        for (var i = 0; i < _status.Length; i++)
        {
            _status[i] = _status[i] == RecordStatus.Retrieved ? RecordStatus.Ready : _status[i];
        }
    }

    private readonly Dictionary<AttemptId, (RecordId Record, bool HadAgent, long Started)> _open = [];

    /// <summary>Applies a committed journal entry.</summary>
    public void Apply(in JournalEntry entry)
    {
        var index = (int)entry.Record.Value - 1;
        switch (entry.Kind)
        {
            case JournalEntryKind.AttemptStarted:
                Book?.Add(entry.Attempt, null);
                _open.Add(entry.Attempt, (entry.Record, false, entry.At / 1_000));
                break;
            case JournalEntryKind.AttemptConnected:
                _open[entry.Attempt] = _open[entry.Attempt] with { HadAgent = true };
                break;
            case JournalEntryKind.RecordUpdated:
                Take(entry, index);
                break;
            case JournalEntryKind.AttemptFinished:
                Invariant.That(_status[index] is RecordStatus.Retrieved or RecordStatus.Canceled);
                if (Book is not null)
                {
                    Invariant.That(Book[entry.Attempt] is null);
                    Book[entry.Attempt] = entry.Result;
                }

                _open.Remove(entry.Attempt);
                Take(entry, index);
                break;
            case JournalEntryKind.AttemptWithdrawn:
                Book?.Remove(entry.Attempt);
                _open.Remove(entry.Attempt);
                Withdrawn++;
                if (entry.Rule != Core.Compliance.RuleReason.None)
                {
                    Refuse(entry, index);
                    break;
                }

                _status[index] = _status[index] == RecordStatus.Canceled ? RecordStatus.Canceled
                    : entry.RecordStatus == RecordStatus.Retrieved ? RecordStatus.Retrieved : RecordStatus.Ready;
                break;
            case JournalEntryKind.RecordReturned when _status[index] == RecordStatus.Canceled:
                break;
            case JournalEntryKind.RecordReturned:
                Invariant.That(_status[index] == RecordStatus.Retrieved);
                _status[index] = RecordStatus.Ready;
                break;
        }
    }

    private void Take(in JournalEntry entry, int index)
    {
        if (_status[index] == RecordStatus.Canceled)
        {
            // Cancelled while it was out: what its group still writes changes nothing but the count, and the rest of its chain.
            _attempts[index] = entry.Attempts;
            TakeChain(entry, index);
            return;
        }

        Invariant.That(RecordTransitions.IsAllowed(_status[index], entry.RecordStatus));
        _status[index] = Endless ? RecordStatus.Ready : entry.RecordStatus;
        _type[index] = entry.RecordType;
        _result[index] = entry.RecordResult;
        _attempts[index] = entry.Attempts;
        _scheduled[index] = Endless ? 0 : entry.DialScheduledTime;
        _treatments[index] = entry.Treatments ?? _treatments[index];
        _agent[index] = entry.CallbackAgent ?? entry.AgentLoginId ?? _agent[index];
        TakeChain(entry, index);
    }

    private void TakeChain(in JournalEntry entry, int index)
    {
        if (entry.Chain == ChainOperation.None || Endless)
        {
            return;
        }

        var first = ChainOf(index) * _chainLength;
        for (var mate = first; mate < Math.Min(first + _chainLength, _status.Length); mate++)
        {
            if (mate == index || _status[mate] != RecordStatus.Ready)
            {
                continue;
            }

            switch (entry.Chain)
            {
                case ChainOperation.Complete: _status[mate] = RecordStatus.ChainUpdated; break;
                case ChainOperation.UpdateAll: _status[mate] = RecordStatus.Updated; break;
                case ChainOperation.CancelAll or ChainOperation.DoNotCallAll: _status[mate] = RecordStatus.Canceled; break;
                case ChainOperation.Next:
                    _type[mate] = RecordType.CampaignRescheduled;
                    _scheduled[mate] = entry.ChainScheduledTime;
                    return;
                case ChainOperation.MakeReady:
                    _type[mate] = RecordType.General;
                    _scheduled[mate] = 0;
                    break;
            }
        }
    }

    private void Refuse(in JournalEntry entry, int index)
    {
        if (_status[index] == RecordStatus.Canceled)
        {
            return;
        }

        _status[index] = entry.RecordStatus;
        _result[index] = entry.RecordResult;
        _scheduled[index] = entry.DialScheduledTime;
    }
}
