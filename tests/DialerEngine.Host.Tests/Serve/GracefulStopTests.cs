using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Host.Serve;
using DialerEngine.Host.Tests.Admin;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Host.Tests.Serve;

public sealed class GracefulStopTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private readonly ManualTime _time = new();
    private readonly FakeControl _control = new("a@x", "b@x", "c@x");
    private readonly TaskCompletionSource _hurry = new();

    [Fact]
    public async Task Dialling_stops_in_all_groups_before_the_first_is_unloaded()
    {
        _control.Set("a@x", CampaignGroupState.Running);
        _control.Set("b@x", CampaignGroupState.Active);

        Assert.True(await StopAsync(TimeSpan.FromSeconds(30)));

        var kinds = _control.Commands.Select(c => c.Kind).ToList();
        Assert.Equal(3, kinds.LastIndexOf(GroupCommandKind.Stop) + 1);
        Assert.Equal(3, kinds.IndexOf(GroupCommandKind.Unload));
        Assert.DoesNotContain(GroupCommandKind.ForceUnload, kinds);
        Assert.Equal(TimeSpan.Zero, _time.Elapsed);
    }

    [Fact]
    public async Task Calls_in_progress_finish_within_the_limit()
    {
        _control.CallsStayUp = true;
        _control.Set("a@x", CampaignGroupState.Running);
        var stop = new GracefulStop(_control, _time, NullLogger.Instance).RunAsync(TimeSpan.FromHours(1), _hurry.Task);
        while (_time.Elapsed < TimeSpan.FromMinutes(2))
        {
            await _time.AdvanceWhenTimersWaitAsync(Step);
        }

        Assert.False(stop.IsCompleted);
        _control.EndCalls("a@x");
        await _time.AdvanceUntilAsync(stop, Step);

        Assert.True(await stop);
        Assert.DoesNotContain(GroupCommandKind.ForceUnload, _control.Commands.Select(c => c.Kind));
    }

    [Fact]
    public async Task What_is_left_at_the_limit_is_unloaded_by_force()
    {
        _control.CallsStayUp = true;
        _control.Set("a@x", CampaignGroupState.Running);
        _control.Set("b@x", CampaignGroupState.WaitingUnload);

        Assert.True(await StopAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(["a@x", "b@x"], _control.Commands.Where(c => c.Kind == GroupCommandKind.ForceUnload).Select(c => c.Name));
        Assert.True(_time.Elapsed >= TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_second_signal_releases_calls_at_once()
    {
        _control.CallsStayUp = true;
        _control.Set("a@x", CampaignGroupState.Running);
        _hurry.SetResult();

        Assert.True(await StopAsync(TimeSpan.FromHours(1)));

        Assert.Contains(GroupCommandKind.ForceUnload, _control.Commands.Select(c => c.Kind));
        Assert.InRange(_time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_group_that_never_ends_is_reported_in_bounded_time()
    {
        _control.NothingHelps = true;
        _control.Set("a@x", CampaignGroupState.Running);

        Assert.False(await StopAsync(TimeSpan.FromSeconds(5)));

        Assert.True(_time.Elapsed >= TimeSpan.FromSeconds(5) + GracefulStop.ForceLimit);
        Assert.Contains(GroupCommandKind.ForceUnload, _control.Commands.Select(c => c.Kind));
    }

    private async Task<bool> StopAsync(TimeSpan limit)
    {
        var stop = new GracefulStop(_control, _time, NullLogger.Instance).RunAsync(limit, _hurry.Task);
        await _time.AdvanceUntilAsync(stop, Step);
        return await stop;
    }
}
