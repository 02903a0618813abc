using System.Globalization;
using DialerEngine.Core;

namespace DialerEngine.Adapters.Simulated.Simulation;

/// <summary>One calling list of a scenario: gives records in order, takes back what comes back, and knows each record's own chance.</summary>
internal sealed class ShiftRecords(int index, ScenarioList list, long seed)
{
    // More than a group can hold in buffer and calls, so that no two records under way have one number.
    private const int NumberCount = 1 << 17;
    private readonly string?[] _numbers = new string?[NumberCount];
    private readonly Queue<Returned> _returned = new();
    private readonly Pacing.SeededRandom _chance = new(0);
    private long _nextId = 1;

    private readonly record struct Returned(long Id, int Attempts, long DueUnixSeconds);

    public ListId Id { get; } = new(index + 1);

    public double Person { get; set; } = list.Person;

    public ScenarioMix Mix { get; set; } = list.Mix;

    public bool Open { get; set; } = list.Open;

    public Law? PersonAnswer { get; set; } = list.PersonAnswer;

    public Law? MachineAnswer { get; set; } = list.MachineAnswer;

    public Law? Talk { get; set; } = list.Talk;

    /// <summary>Records given out, come back, and done with.</summary>
    public long Taken { get; private set; }

    public long Back { get; private set; }

    public long Finished { get; private set; }

    /// <summary>Records that were never given out; -1 for a list without end.</summary>
    public long Left => list.Records == 0 ? -1 : list.Records - (_nextId - 1);

    public int Fetch(RecordBatch into, int limit, long nowUnixSeconds)
    {
        var filled = 0;
        while (Open && filled < limit)
        {
            Returned next;
            if (_returned.TryPeek(out next) && next.DueUnixSeconds <= nowUnixSeconds)
            {
                _returned.Dequeue();
            }
            else if (Left != 0)
            {
                next = new Returned(_nextId++, 0, 0);
            }
            else
            {
                break;
            }

            var record = into[filled++];
            record.List = Id;
            record.Id = new RecordId(next.Id);
            record.ContactInfo = NumberOf(next.Id);
            record.RecordStatus = RecordStatus.Retrieved;
            record.RecordType = RecordType.General;
            record.Attempts = next.Attempts;
            record.ChainId = (int)(next.Id & int.MaxValue);
            record.DailyTill = 86_400;
        }

        Taken += filled;
        into.Count = filled;
        return filled;
    }

    public void Apply(in JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case JournalEntryKind.AttemptFinished when entry.RecordStatus == RecordStatus.Ready:
                Return(entry.Record.Value, entry.Attempts, entry.DialScheduledTime);
                break;
            case JournalEntryKind.AttemptFinished or JournalEntryKind.RecordUpdated:
                Finished++;
                break;
            case JournalEntryKind.AttemptWithdrawn or JournalEntryKind.RecordReturned:
                Return(entry.Record.Value, entry.Attempts, 0);
                break;
        }
    }

    /// <summary>The chance that a person answers this record: the list's, or the record's own draw from the Beta law.</summary>
    public double ChanceOf(long record)
    {
        if (list.BetaSum <= 0)
        {
            return Person;
        }

        _chance.Restart((seed * 1_000_003) + (record * 31) + index);
        return _chance.Beta(list.BetaSum * Person, list.BetaSum * (1 - Person));
    }

    private void Return(long record, int attempts, long due)
    {
        Back++;
        _returned.Enqueue(new Returned(record, attempts, due));
    }

    private string NumberOf(long record)
    {
        ref var number = ref _numbers[record & (NumberCount - 1)];
        return number ??= string.Create(CultureInfo.InvariantCulture, $"+1{200 + index:000}{record & (NumberCount - 1):0000000}");
    }
}
