using DialerEngine.Core;
using DialerEngine.Core.Ports;

namespace DialerEngine.StorageContract;

/// <summary>Writes down what a journal says and lets a test wait for it. A wait that lasts too long fails the test.</summary>
public sealed class CommitListener : IJournalListener
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly object _gate = new();

    /// <summary>Every notice in order: "committed 1:5", "fault Full", "recovered".</summary>
    public IReadOnlyList<string> Notices
    {
        get
        {
            lock (_gate)
            {
                return [.. _notices];
            }
        }
    }

    private readonly List<string> _notices = [];
    private readonly Dictionary<int, long> _committed = [];

    public string? LastFaultMessage { get; private set; }

    public void OnCommitted(GroupId group, long sequence)
    {
        lock (_gate)
        {
            _notices.Add($"committed {group}:{sequence}");
            _committed[group.Value] = sequence;
            Monitor.PulseAll(_gate);
        }
    }

    public void OnFault(StorageFault fault, string message)
    {
        lock (_gate)
        {
            _notices.Add($"fault {fault}");
            LastFaultMessage = message;
            Monitor.PulseAll(_gate);
        }
    }

    public void OnRecovered()
    {
        lock (_gate)
        {
            _notices.Add("recovered");
            Monitor.PulseAll(_gate);
        }
    }

    public long CommittedOf(int group)
    {
        lock (_gate)
        {
            return _committed.GetValueOrDefault(group);
        }
    }

    public void WaitForCommit(int group, long sequence) =>
        WaitFor(() => _committed.GetValueOrDefault(group) >= sequence, $"group {group} sequence {sequence} was not committed");

    public void WaitForNotice(string notice) => WaitFor(() => _notices.Contains(notice), $"no notice \"{notice}\"");

    private void WaitFor(Func<bool> condition, string failure)
    {
        lock (_gate)
        {
            while (!condition())
            {
                if (!Monitor.Wait(_gate, Patience))
                {
                    throw new TimeoutException($"{failure}; heard: {string.Join(", ", _notices)}");
                }
            }
        }
    }
}
