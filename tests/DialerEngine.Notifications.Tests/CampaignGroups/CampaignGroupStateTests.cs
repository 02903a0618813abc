using System.Buffers;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Notifications.CampaignGroups;
using DialerEngine.Notifications.Http;
using DialerEngine.Notifications.Tests.Support;
using DialerEngine.Testing;

namespace DialerEngine.Notifications.Tests.CampaignGroups;

/// <summary>Campaign Group Status Reporting: every field of the table, the moments of posts, the log texts.</summary>
public sealed class CampaignGroupStateTests : IHttpPoster
{
    private readonly ManualTime _time = new();
    private readonly LogList _log = new();
    private readonly Lock _gate = new();
    private readonly List<JsonElement> _posts = [];
    private readonly List<Uri> _uris = [];
    private HttpAnswer _answer = HttpAnswer.Of(200);

    [Theory]
    [InlineData("GSW_USER_EVENT", "CampaignGroupState")]
    [InlineData("GSW_DATE_TIME", "1772366400.007")]
    [InlineData("GSW_TENANT_NAME", "Environment")]
    [InlineData("GSW_TENANT_CCID", "4711")]
    [InlineData("GSW_CAMPAIGN_GROUP_NAME", "Spring@Agents3")]
    [InlineData("GSW_CAMPAIGN_GROUP_GUID", "0f8fad5b-d9cb-469f-a165-70867728950e")]
    [InlineData("GSW_CAMPAIGN_GROUP_DBID", "3")]
    [InlineData("GSW_GROUP_NAME", "Agents3")]
    [InlineData("GSW_CAMPAIGN_NAME", "Spring")]
    [InlineData("GSW_CAMPAIGN_TEMPLATE_NAME", "Template")]
    [InlineData("GSW_QUEUE_NAME", "Agents3")]
    [InlineData("GSW_DIAL_MODE", 1.0)]
    [InlineData("GSW_OPTIMIZE_BY", 2.0)]
    [InlineData("GSW_OPTIMIZE_GOAL", 3.0)]
    [InlineData("GSW_CAMPAIGN_GROUP_STATE", 5.0)]
    [InlineData("GSW_CAMPAIGN_GROUP_ACTION", 9.0)]
    [InlineData("GSW_CAMPAIGN_GROUP_ACTOR", 1.0)]
    [InlineData("GSW_CAMPAIGN_GROUP_ACTOR_TYPE", 1.0)]
    [InlineData("GSW_STAT_BUSY_FACTOR", 0.85)]
    [InlineData("GSW_STAT_HIT_RATIO", 0.3)]
    [InlineData("GSW_STAT_OVERDIAL_RATE", 0.02)]
    [InlineData("GSW_STAT_TIME_TO_COMPLETE", 600.0)]
    public void A_running_groups_report_has_the_field(string name, object expected)
    {
        var value = Write(Running()).GetProperty(name);
        Assert.Equal(expected, value.ValueKind == JsonValueKind.String ? value.GetString() : (object)value.GetDouble());
    }

    [Fact]
    public void Statistics_are_given_for_each_calling_list_and_null_where_there_is_none()
    {
        var body = Write(Running() with { BusyFactor = null, HitRatio = null, OverdialRate = null, SecondsToComplete = null, Lists = [new CampaignListStatistics(Sample.List, 0.25, null)] });
        foreach (var name in (string[])["GSW_STAT_BUSY_FACTOR", "GSW_STAT_HIT_RATIO", "GSW_STAT_OVERDIAL_RATE", "GSW_STAT_TIME_TO_COMPLETE"])
        {
            Assert.Equal(JsonValueKind.Null, body.GetProperty(name).ValueKind);
        }

        var list = Assert.Single(body.GetProperty("GSW_CALLING_LISTS").EnumerateArray());
        Assert.Equal("Spring_list", list.GetProperty("GSW_CALLING_LIST").GetString());
        Assert.Equal(7, list.GetProperty("GSW_CALLING_LIST_DBID").GetInt32());
        Assert.Equal(0.25, list.GetProperty("GSW_STAT_HIT_RATIO").GetDouble());
        Assert.Equal(JsonValueKind.Null, list.GetProperty("GSW_STAT_TIME_TO_COMPLETE").ValueKind);
    }

    [Fact]
    public void Dial_mode_is_there_for_running_groups_only_and_what_is_optimised_for_predictive_modes_only()
    {
        Assert.False(Write(Running() with { State = CampaignGroupState.Active }).TryGetProperty("GSW_DIAL_MODE", out _));
        var progressive = Write(Running() with { DialMode = DialMode.Progress });
        Assert.Equal(2, progressive.GetProperty("GSW_DIAL_MODE").GetInt32());
        Assert.False(progressive.TryGetProperty("GSW_OPTIMIZE_BY", out _));
        Assert.False(progressive.TryGetProperty("GSW_OPTIMIZE_GOAL", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("undefined")]
    public void A_tenant_without_name_is_Unknown_and_a_campaign_without_template_has_no_template_name(string name)
    {
        var group = Sample.Group();
        var body = Write(Running() with { Group = group with { TenantName = name, TenantCcid = name, Campaign = group.Campaign with { TemplateName = null } } });
        Assert.Equal("Unknown", body.GetProperty("GSW_TENANT_NAME").GetString());
        Assert.Equal("Unknown", body.GetProperty("GSW_TENANT_CCID").GetString());
        Assert.False(body.TryGetProperty("GSW_CAMPAIGN_TEMPLATE_NAME", out _));
    }

    [Theory]
    [InlineData(GroupCommandKind.Load, 7)]
    [InlineData(GroupCommandKind.Unload, 8)]
    [InlineData(GroupCommandKind.ForceUnload, 8)]
    [InlineData(GroupCommandKind.Start, 9)]
    [InlineData(GroupCommandKind.Stop, 10)]
    [InlineData(GroupCommandKind.SetDialMode, 11)]
    public void The_action_is_the_request_that_caused_it(GroupCommandKind command, int number) =>
        Assert.Equal(number, (int)CampaignGroupStateReport.MessageOf(command));

    [Fact]
    public async Task Loaded_started_mode_changed_stopped_and_unloaded_are_posted_in_order_and_periodic_posts_while_active()
    {
        await using var notifier = Start();
        var group = Sample.Group();
        notifier.StateChanged(group, CampaignGroupState.Active, DialMode.Predict, GroupCommandKind.Load);
        notifier.StateChanged(group, CampaignGroupState.Running, DialMode.Predict, GroupCommandKind.Start);
        notifier.StateChanged(group, CampaignGroupState.Running, DialMode.Progress, GroupCommandKind.SetDialMode);
        await PostedAsync(3);
        await _time.AdvanceWhenTimersWaitAsync(TimeSpan.FromSeconds(10));
        await PostedAsync(4);
        await _time.AdvanceWhenTimersWaitAsync(TimeSpan.FromSeconds(10));
        await PostedAsync(5);
        notifier.StateChanged(group, CampaignGroupState.Active, DialMode.Progress, GroupCommandKind.Stop);
        notifier.StateChanged(group, CampaignGroupState.WaitingUnload, DialMode.Progress, GroupCommandKind.Unload);
        notifier.StateChanged(group, CampaignGroupState.UnloadInProgress, DialMode.Progress, GroupCommandKind.Unload);
        notifier.StateChanged(group, CampaignGroupState.NotLoaded, DialMode.Progress, GroupCommandKind.Unload);
        await PostedAsync(7);
        await _time.AdvanceWhenTimersWaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(
            [(4, 7, 1), (5, 9, 1), (5, 11, 1), (5, 0, 0), (5, 0, 0), (4, 10, 1), (0, 8, 1)],
            Posts.Select(p => (p.GetProperty("GSW_CAMPAIGN_GROUP_STATE").GetInt32(), p.GetProperty("GSW_CAMPAIGN_GROUP_ACTION").GetInt32(), p.GetProperty("GSW_CAMPAIGN_GROUP_ACTOR").GetInt32())));
        Assert.Contains((81000, "Sending HTTP status notification CampaignGroupState for Campaign Group Spring@Agents3 to https://example.com/states"), _log.Messages);
        Assert.Contains((81001, "Sending periodic HTTP status notification CampaignGroupState for Campaign Group Spring@Agents3 to https://example.com/states"), _log.Messages);
    }

    [Fact]
    public async Task What_a_group_does_while_the_engine_stops_is_the_engines_own_doing()
    {
        await using var notifier = Start();
        notifier.StateChanged(Sample.Group(), CampaignGroupState.Running, DialMode.Predict, GroupCommandKind.Start);
        notifier.EngineStops();
        notifier.StateChanged(Sample.Group(), CampaignGroupState.NotLoaded, DialMode.Predict, GroupCommandKind.Unload);
        await PostedAsync(2);
        Assert.Equal([1, 4], Posts.Select(p => p.GetProperty("GSW_CAMPAIGN_GROUP_ACTOR").GetInt32()));
    }

    [Fact]
    public async Task A_query_of_the_address_is_sent_and_not_logged()
    {
        await using var notifier = Start("https://example.com/states?key=s3cret");
        notifier.StateChanged(Sample.Group(), CampaignGroupState.Active, DialMode.Predict, GroupCommandKind.Load);
        await PostedAsync(1);
        Assert.Equal("https://example.com/states?key=s3cret", _uris[0].ToString());
        Assert.Contains(_log.Messages, m => m.Text.EndsWith(" to https://example.com/states?...", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Messages, m => m.Text.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_is_counted_and_not_tried_again()
    {
        _answer = HttpAnswer.Of(503);
        await using var notifier = Start();
        notifier.StateChanged(Sample.Group(), CampaignGroupState.Active, DialMode.Predict, GroupCommandKind.Load);
        await PostedAsync(1);
        while (notifier.Failed == 0)
        {
            await Task.Yield();
        }

        _answer = HttpAnswer.Of(200);
        notifier.StateChanged(Sample.Group(), CampaignGroupState.Running, DialMode.Predict, GroupCommandKind.Start);
        await PostedAsync(2);
        Assert.Equal(1, notifier.Failed);
        Assert.Equal([4, 5], Posts.Select(p => p.GetProperty("GSW_CAMPAIGN_GROUP_STATE").GetInt32()));
    }

    [Fact]
    public void Counts_of_a_list_give_hit_ratio_and_time_to_complete()
    {
        var counts = new CampaignGroupCounts(Sample.Group());
        Assert.Null(counts.HitRatioOf(Sample.List.Id));
        Assert.Null(counts.SecondsToComplete(Sample.List.Id, 100, 1_000));
        for (var i = 0; i < 100; i++)
        {
            counts.Complete(Sample.List.Id, isLive: i % 4 == 0, isFinished: true, nowUnixMs: 1_000_000 + (i * 1_000));
        }

        Assert.Equal(0.25, counts.HitRatioOf(Sample.List.Id));
        Assert.Equal(600, counts.SecondsToComplete(Sample.List.Id, 600, 1_100_000));
        Assert.Equal(0, counts.SecondsToComplete(Sample.List.Id, 0, 1_100_000));
        counts.Clear();
        Assert.Null(counts.HitRatioOf(Sample.List.Id));
    }

    public ValueTask<HttpAnswer> PostAsync(Uri uri, ReadOnlyMemory<byte> body, int timeoutMs, string? idempotencyKey, CancellationToken stop)
    {
        lock (_gate)
        {
            _uris.Add(uri);
            _posts.Add(JsonDocument.Parse(body).RootElement.Clone());
        }

        return ValueTask.FromResult(_answer);
    }

    private IReadOnlyList<JsonElement> Posts
    {
        get
        {
            lock (_gate)
            {
                return [.. _posts];
            }
        }
    }

    private async Task PostedAsync(int count)
    {
        while (Posts.Count < count)
        {
            await Task.Yield();
        }
    }

    private CampaignGroupStateNotifier Start(string uri = "https://example.com/states")
    {
        var notifier = new CampaignGroupStateNotifier(new StateNotifierSettings
        {
            Options = new NotificationOptions { StatesUri = new Uri(uri) },
            Groups = [Sample.Group()],
            Poster = this,
            SnapshotOf = (_, _) => Task.FromResult<GroupSnapshot?>(null),
            CountsOf = (_, _) => Task.FromResult<ListCounts?>(null),
            Time = _time,
            Logger = _log,
        });
        notifier.Start();
        return notifier;
    }

    private static CampaignGroupStateReport Running() => new()
    {
        Group = Sample.Group(),
        State = CampaignGroupState.Running,
        DialMode = DialMode.Predict,
        Action = CampaignMessageType.ReqStartDialing,
        Actor = CampaignActorType.Client,
        At = DateTimeOffset.FromUnixTimeMilliseconds(1_772_366_400_007),
        BusyFactor = 0.85,
        HitRatio = 0.3,
        OverdialRate = 0.02,
        SecondsToComplete = 600,
    };

    private static JsonElement Write(CampaignGroupStateReport report)
    {
        var body = new ArrayBufferWriter<byte>();
        report.Write(body);
        return JsonDocument.Parse(body.WrittenMemory).RootElement.Clone();
    }
}
