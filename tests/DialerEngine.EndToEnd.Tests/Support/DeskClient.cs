using System.Collections.Concurrent;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;
using DialerEngine.Host.Demo;

namespace DialerEngine.EndToEnd.Tests.Support;

/// <summary>A desktop in the test's hand: keeps all that comes, and does what the test says.</summary>
internal sealed class DeskClient : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ConcurrentQueue<CtiMessage> _seen = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CtiClient _client;
    private readonly Task _reading;
    private int _reference = 1_000;

    private DeskClient(CtiClient client)
    {
        _client = client;
        _reading = Task.Run(ReadAsync);
    }

    public CtiClient Client => _client;

    public IReadOnlyCollection<CtiMessage> Seen => _seen;

    public static async Task<DeskClient> LogInAsync(Uri link, int number = 1)
    {
        var client = await CtiClient.ConnectAsync(link);
        var desktop = new DeskClient(client);
        Assert.False((await client.RegisterAsync($"{7_000 + number}")).IsError);
        Assert.False((await client.LoginAsync($"{7_000 + number}", $"{1_000 + number}")).IsError);
        return desktop;
    }

    /// <summary>A request of the desktop protocol with its one answer.</summary>
    public async Task<UserData> AskAsync(string request, Action<UserData>? more = null)
    {
        var data = new UserData().Set("GSW_AGENT_REQ_TYPE", request).Set("GSW_APPLICATION_ID", _client.ApplicationId)
            .Set("GSW_CAMPAIGN_NAME", DemoWorld.GroupName.Split('@')[0]).Set("GSW_CALLING_LIST", "Spring_list").Set("GSW_REFERENCE_ID", ++_reference);
        more?.Invoke(data);
        var answer = (await _client.UserEventAsync(data)).UserData;
        Assert.True(answer.TryGetInteger("GSW_REFERENCE_ID", out var returned) && returned == _reference, "GSW_REFERENCE_ID is returned in every answer");
        return answer;
    }

    /// <summary>A preview record, asked for until the buffer has one.</summary>
    public async Task<UserData> PreviewAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var answer = await AskAsync("PreviewRecordRequest");
            if (NameOf(answer) == "PreviewRecord")
            {
                return answer;
            }

            Assert.Equal(108, Integer(answer, "GSW_ERROR_NUMBER"));
            await Task.Delay(50, limit.Token);
        }
    }

    public Task<CtiMessage> DialAsync(long handle, string? number = null) => _client.MakeCallAsync(handle, number);

    /// <summary>Waits for a message that the test wants.</summary>
    public async Task<CtiMessage> UntilAsync(Func<CtiMessage, bool> wanted, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            if (_seen.FirstOrDefault(wanted) is { } found)
            {
                return found;
            }

            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"{what} did not come; seen: {string.Join(' ', _seen.Select(m => m.Name))}");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    public Task<CtiMessage> UntilAsync(CtiEventKind kind, CallHandle call) => UntilAsync(m => m.Kind == kind && m.Call == call, $"{kind} of {call}");

    public static string NameOf(UserData data) => data.TryGetString("GSW_USER_EVENT", out var name) ? name : "";

    public static long Integer(UserData data, string key) =>
        data.TryGet(key, out var value) && value is long number ? number : throw new InvalidOperationException($"{key} is no integer in {NameOf(data)}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _client.DisposeAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var message in _client.Events.ReadAllAsync(_stop.Token))
            {
                _seen.Enqueue(message);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or CtiConnectionException)
        {
            // The test is over.
        }
    }
}
