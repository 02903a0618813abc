using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;

namespace DialerEngine.Host.Rehearsal;

/// <summary>Records that something holds back.</summary>
/// <param name="Rule">What holds them: <c>status</c>, <c>no call</c>, <c>list switched off</c>, <c>filter</c>, <c>chain</c>, <c>schedule</c>, or the name of a rule's reason (<see cref="RuleReason"/>).</param>
/// <param name="Count">How many.</param>
/// <param name="Examples">Some of them: record id and number, masked unless asked for.</param>
internal sealed record HeldRecords(string Rule, long Count, IReadOnlyList<string> Examples);

/// <summary>What a rehearsal found of one list.</summary>
/// <param name="List">Name of the list.</param>
/// <param name="Total">All its records.</param>
/// <param name="ReadyNow">Records that may be dialled at the moment asked about.</param>
/// <param name="Held">Records that may not, by what holds them, in the order in which it is looked at: each counts once.</param>
/// <param name="Hours">From how many hours after the moment how many more records may be dialled, 0 to 23.</param>
/// <param name="Later">Records that may be dialled after that.</param>
/// <param name="First">The records that would be dialled first.</param>
internal sealed record ListForecast(
    string List, long Total, long ReadyNow, IReadOnlyList<HeldRecords> Held, IReadOnlyList<long> Hours, long Later, IReadOnlyList<string> First);

/// <summary>What a rehearsal is asked.</summary>
internal sealed record RehearsalRequest
{
    /// <summary>The moment, Unix seconds.</summary>
    public required long At { get; init; }

    /// <summary>How many of the first records to show, 0 to 1,000.</summary>
    public int First { get; init; } = 10;

    /// <summary>Examples of each reason, 0 to 100; 0 spares a second reading of the list.</summary>
    public int Examples { get; init; } = 3;

    /// <summary>Whole numbers instead of masked ones.</summary>
    public bool ShowNumbers { get; init; }

    /// <summary>Which zones and windows are open; null leaves windows out.</summary>
    public IFetchWindows? Windows { get; init; }

    /// <summary>Rules asked of each record that nothing else holds back.</summary>
    public IReadOnlyList<IRecordRule> Rules { get; init; } = [];
}

/// <summary>
/// Says what would be dialled when, and what would be held back by which rule, before a single call is made. Changes nothing. One reading of the
/// list; a second one where examples or rules are asked for.
/// </summary>
internal sealed class ListRehearsal(ICallingListSurvey survey)
{
    private const int HoursAhead = 24;
    private static readonly string Window = RuleReason.CallingWindow.NameOrNull()!;

    public ListForecast Rehearse(CampaignGroupDefinition group, CampaignList list, RehearsalRequest request, CancellationToken stop)
    {
        var held = new Dictionary<string, long>();
        var hours = new long[HoursAhead];
        long total = 0, ready = 0, later = 0;
        foreach (var row in survey.Survey(list.List.Id, list.Filter, request.At, stop))
        {
            total += row.Count;
            var (reason, opens) = Judge(row, list, request);
            if (reason is not null)
            {
                held[reason] = held.GetValueOrDefault(reason) + row.Count;
            }

            if (opens == 0)
            {
                ready += row.Count;
            }

            if (opens is >= 0 and < HoursAhead)
            {
                hours[opens] += row.Count;
            }
            else if (opens >= HoursAhead)
            {
                later += row.Count;
            }
        }

        var examples = new Dictionary<string, List<string>>();
        if (request.Rules.Count > 0 || (request.Examples > 0 && held.Count > 0))
        {
            LookAtRecords(list, request, held, examples, ref ready, hours, ref later, stop);
        }

        var order = new[] { "no call", "list switched off", "filter", "chain", "schedule", Window };
        return new ListForecast(
            list.List.Name, total, ready,
            [.. held.OrderBy(h => Array.IndexOf(order, h.Key) is var at && at < 0 ? order.Length : at).ThenBy(h => h.Key, StringComparer.Ordinal)
                .Select(h => new HeldRecords(h.Key, h.Value, examples.GetValueOrDefault(h.Key) ?? []))],
            hours, later, First(group, list, request, stop));
    }

    /// <summary>What holds records of a kind back (null for nothing), and in how many hours they may be dialled: -1 never, 24 after a day.</summary>
    private static (string? Reason, int Opens) Judge(in SurveyRow row, CampaignList list, RehearsalRequest request)
    {
        if (row.Status != RecordStatus.Ready)
        {
            return ($"status {row.Status}", -1);
        }

        if (row.Type == RecordType.NoCall)
        {
            return ("no call", -1);
        }

        if (!list.IsActive)
        {
            return ("list switched off", -1);
        }

        if (!row.Matches)
        {
            return ("filter", -1);
        }

        if (row.ChainWaits)
        {
            return ("chain", -1);
        }

        var wait = row.ScheduledFrom > request.At ? row.ScheduledFrom - request.At : 0;
        var earliest = (int)Math.Min(wait / 3_600, HoursAhead);
        var opens = earliest;
        while (opens < HoursAhead && !IsOpen(row, request, request.At + (opens * 3_600L)))
        {
            opens++;
        }

        return (wait > 0 ? "schedule" : opens > 0 ? Window : null, wait > 0 ? Math.Max(opens, 1) : opens);
    }

    private static bool IsOpen(in SurveyRow row, RehearsalRequest request, long at) =>
        request.Windows?.IsOpen(row.TimeZoneDbid, row.DailyFrom, row.DailyTill, at) ?? true;

    private void LookAtRecords(
        CampaignList list, RehearsalRequest request, Dictionary<string, long> held, Dictionary<string, List<string>> examples, ref long ready, long[] hours,
        ref long later, CancellationToken stop)
    {
        var wanted = held.Where(h => !h.Key.StartsWith("status", StringComparison.Ordinal)).Sum(h => Math.Min(h.Value, request.Examples));
        var found = 0L;
        var taken = 0L;
        var takenLater = 0L;
        var ruled = new Dictionary<string, long>();
        survey.ReadReady(
            list.List.Id,
            (record, chainWaits) =>
            {
                var row = new SurveyRow(
                    record.RecordStatus, record.RecordType, record.TimeZoneDbid, record.DailyFrom, record.DailyTill, record.DialScheduledTime,
                    list.Filter?.Matches(record) != false, chainWaits, 1);
                var reason = Judge(row, list, request).Reason;
                if (reason is null)
                {
                    reason = RuleThatHolds(record, list.List, request, out var opens);
                    if (reason is not null)
                    {
                        taken++;
                        takenLater += opens >= HoursAhead ? 1 : 0;
                        if (opens is > 0 and < HoursAhead)
                        {
                            hours[opens]++;
                        }

                        ruled[reason] = ruled.GetValueOrDefault(reason) + 1;
                    }
                }

                if (reason is not null)
                {
                    if (!examples.TryGetValue(reason, out var some))
                    {
                        examples.Add(reason, some = []);
                    }

                    if (some.Count < request.Examples)
                    {
                        some.Add(Show(record, request.ShowNumbers));
                        found++;
                    }
                }

                return request.Rules.Count > 0 || found < wanted;
            },
            stop);
        foreach (var (rule, count) in ruled)
        {
            held[rule] = held.GetValueOrDefault(rule) + count;
        }

        ready = Math.Max(0, ready - taken);
        hours[0] = Math.Max(0, hours[0] - taken);
        later += takenLater;
    }

    /// <summary>The first rule that holds the record, and in how many hours all of them let it go: -1 never, 24 after a day.</summary>
    private static string? RuleThatHolds(CallRecord record, CallingListDefinition list, RehearsalRequest request, out int opens)
    {
        // Each round moves to the moment that the rule which holds names; rules that take turns for longer count as after a day.
        const int MostRounds = 8;
        opens = 0;
        string? first = null;
        var at = request.At;
        for (var round = 0; round < MostRounds; round++)
        {
            var verdict = FirstRefusal(record, list, request, at);
            if (verdict.Outcome == RuleOutcome.Dial)
            {
                opens = (int)Math.Min((at - request.At + 3_599) / 3_600, HoursAhead);
                return first;
            }

            first ??= verdict.Reason.NameOrNull();
            if (verdict.Outcome == RuleOutcome.Never)
            {
                opens = -1;
                return first;
            }

            at = Math.Max(at + 1, verdict.UntilUnixSeconds);
        }

        opens = HoursAhead;
        return first;
    }

    private static RuleVerdict FirstRefusal(CallRecord record, CallingListDefinition list, RehearsalRequest request, long at)
    {
        foreach (var rule in request.Rules)
        {
            var verdict = rule.Check(record, list, at);
            if (verdict.Outcome != RuleOutcome.Dial)
            {
                return verdict;
            }
        }

        return RuleVerdict.Dial;
    }

    private List<string> First(CampaignGroupDefinition group, CampaignList list, RehearsalRequest request, CancellationToken stop)
    {
        if (request.First <= 0 || !list.IsActive)
        {
            return [];
        }

        // More than are shown: the rules leave some out.
        var batch = new RecordBatch(Math.Clamp(request.First * 20, 200, 1_000));
        var fetch = new FetchRequest(group.Id, group.Campaign.Id, group.ApplicationId, list.List.Id, batch.Capacity, request.At)
        {
            Filter = list.Filter,
            Order = list.Order,
            FreshPercent = group.Options.FreshRecordShare,
            Priorities = group.Options.RecordPriorities,
            Windows = request.Windows,
        };
        var count = survey.Peek(fetch, batch, stop);
        return
        [
            .. Enumerable.Range(0, count).Where(i => FirstRefusal(batch[i], list.List, request, request.At).Outcome == RuleOutcome.Dial)
                .Take(request.First).Select(i => Show(batch[i], request.ShowNumbers)),
        ];
    }

    internal static string Show(CallRecord record, bool showNumber) =>
        $"{record.Id} {(showNumber ? record.ContactInfo : PhoneNumber.Mask(System.Text.Encoding.UTF8.GetBytes(record.ContactInfo)))}";
}
