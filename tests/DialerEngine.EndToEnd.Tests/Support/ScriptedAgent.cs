using System.Collections.Concurrent;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Desktop;

namespace DialerEngine.EndToEnd.Tests.Support;

/// <summary>An agent at a desktop: goes ready, talks for so long, processes the record with the result given (none: as it was heard), goes ready again.</summary>
internal sealed class ScriptedAgent(string dn, string loginId, int talkMs, int? result = null) : IAsyncDisposable
{
    private readonly ConcurrentQueue<CtiMessage> _seen = new();
    private readonly CancellationTokenSource _stop = new();
    private CtiClient? _client;
    private Task _working = Task.CompletedTask;

    public IReadOnlyCollection<CtiMessage> Seen => _seen;

    public CtiClient Client => _client!;

    public int Count(CtiEventKind kind) => _seen.Count(m => m.Kind == kind);

    public async Task StartAsync(Uri link)
    {
        _client = await CtiClient.ConnectAsync(link);
        Assert.False((await _client.RegisterAsync(dn)).IsError);
        Assert.False((await _client.LoginAsync(dn, loginId)).IsError);
        Assert.False((await _client.ReadyAsync()).IsError);
        _working = Task.Run(WorkAsync);
    }

    public async Task<CtiMessage> UntilAsync(CtiEventKind kind)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (_seen.FirstOrDefault(m => m.Kind == kind) is { } found)
            {
                return found;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        await _working;
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var message in _client!.Events.ReadAllAsync(_stop.Token))
            {
                _seen.Enqueue(message);
                switch (message.Kind)
                {
                    case CtiEventKind.Established when talkMs > 0:
                        _ = TalkAsync(message);
                        break;
                    case CtiEventKind.Released:
                        await _client.RecordProcessedAsync(message.UserData, result, _stop.Token);
                        await _client.ReadyAsync(_stop.Token);
                        break;
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or CtiConnectionException or TimeoutException)
        {
            // The test is over, or the engine is.
        }
    }

    private async Task TalkAsync(CtiMessage established)
    {
        try
        {
            await Task.Delay(talkMs, _stop.Token);
            await _client!.ReleaseAsync(established.Call, _stop.Token);
        }
        catch (Exception over) when (over is OperationCanceledException or CtiConnectionException or TimeoutException or ObjectDisposedException)
        {
            // The customer was first, or the test is over.
        }
    }
}
