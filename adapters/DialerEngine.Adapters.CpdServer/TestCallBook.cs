using System.Collections.Frozen;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Cpd.Feedback;

namespace DialerEngine.Adapters.CpdServer;

/// <summary>What agents said of a group's test calls, by list.</summary>
/// <param name="Group">The campaign group.</param>
/// <param name="List">The list; 0 for those beyond the bound of lists counted apart.</param>
/// <param name="Unanswered">Test calls of the group (all lists) that an agent had and said nothing about.</param>
/// <param name="Rates">The rates.</param>
public readonly record struct TestCallReport(GroupId Group, ListId List, long Unanswered, FeedbackReport Rates);

/// <summary>
/// The book of test calls of all groups since the engine's start (<c>GSW_CALL_RESULT_FEEDBACK</c>). Thread-safe; an entry is some additions under a lock.
/// </summary>
public sealed class TestCallBook : IDetectionFeedback
{
    private readonly FrozenDictionary<GroupId, Page> _pages;

    /// <param name="shares">Share of the verdicts that agents check, 0..1, by group; groups that are not named make no test calls.</param>
    public TestCallBook(IReadOnlyDictionary<GroupId, double> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        _pages = shares.ToFrozenDictionary(s => s.Key, s => new Page(new DetectionFeedback(s.Value)));
    }

    /// <inheritdoc/>
    public bool TakeVerdict(GroupId group, ListId list, CallResult verdict)
    {
        if (!_pages.TryGetValue(group, out var page))
        {
            return false;
        }

        lock (page)
        {
            return page.Counts.TakeVerdict(list.Value, verdict == CallResult.AnsweringMachine);
        }
    }

    /// <inheritdoc/>
    public void TakeFeedback(GroupId group, ListId list, CallResult verdict, CallResult? agents)
    {
        if (!_pages.TryGetValue(group, out var page))
        {
            return;
        }

        lock (page)
        {
            if (agents is { } said && IsAboutWho(said))
            {
                page.Counts.TakeFeedback(list.Value, verdict == CallResult.AnsweringMachine, said == CallResult.AnsweringMachine);
            }
            else
            {
                page.Unanswered++;
            }
        }
    }

    /// <summary>The rates of every group and list.</summary>
    public IReadOnlyList<TestCallReport> Report()
    {
        var reports = new List<TestCallReport>();
        foreach (var (group, page) in _pages.OrderBy(p => p.Key.Value))
        {
            lock (page)
            {
                reports.AddRange(page.Counts.Report().Select(r => new TestCallReport(group, new ListId(r.ListId), page.Unanswered, r)));
            }
        }

        return reports;
    }

    /// <summary>True for results that say whether a person or a machine was there: a fax, silence or a failed call says neither.</summary>
    private static bool IsAboutWho(CallResult said) => said is not (CallResult.Fax or CallResult.Silence or CallResult.Unknown or CallResult.PagerDetected
        or CallResult.GeneralError or CallResult.SystemError or CallResult.CallDropError or CallResult.Busy or CallResult.NoAnswer);

    private sealed class Page(DetectionFeedback counts)
    {
        public DetectionFeedback Counts { get; } = counts;

        public long Unanswered { get; set; }
    }
}
