using DialerEngine.Adapters.Simulated;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;
using TrunkSimulator;

namespace DialerEngine.Host.Demo;

/// <summary>
/// An agent with a desktop: logs in over the CTI link, goes ready, talks, notes what the call was (people hear a machine for what it is), does
/// after-call work and goes ready again. In Preview it asks for records, in Push Preview it is given them; it reads each and dials it.
/// </summary>
internal sealed class SimulatedAgent(string dn, string loginId, CalleePlanner callees, DialMode mode, double speed, ulong seed, TimeProvider time) : IAsyncDisposable
{
    private const double ReadMeanSeconds = 8;
    private const double AskAgainSeconds = 2;
    private const double TalkMeanSeconds = 50;
    private const double WrapMeanSeconds = 12;
    private readonly SeededRandom _random = new(seed);
    private CtiClient? _client;
    private CallHandle _call;
    private CancellationTokenSource? _talk;

    /// <summary>Campaign notifications received.</summary>
    public int Notifications { get; private set; }

    /// <summary>Records that the desktop finished and the engine acknowledged.</summary>
    public int RecordsProcessed { get; private set; }

    /// <summary>Answers that were errors.</summary>
    public int Errors { get; private set; }

    /// <summary>Connects, logs in and goes ready.</summary>
    public async Task StartAsync(Uri link, CancellationToken stop)
    {
        _client = await CtiClient.ConnectAsync(link, stop: stop);
        await ExpectAsync(_client.RegisterAsync(dn, stop));
        await ExpectAsync(_client.LoginAsync(dn, loginId, stop: stop));
        await ExpectAsync(_client.ReadyAsync(stop));
        if (mode == DialMode.Preview)
        {
            _ = PreviewNextAsync(stop);
        }
    }

    /// <summary>Works until the connection ends or the day does.</summary>
    public async Task WorkAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var message in _client!.Events.ReadAllAsync(stop))
            {
                switch (message.Kind)
                {
                    case CtiEventKind.Established:
                        _call = message.Call;
                        Talk(message, stop);
                        break;
                    case CtiEventKind.Dialing:
                        _call = message.Call;
                        break;
                    case CtiEventKind.UserEvent when message.UserEventName == "PreviewRecord":
                        _ = DialAsync(message.UserData, stop);
                        break;
                    case CtiEventKind.Released or CtiEventKind.Abandoned when message.Call == _call:
                        _call = CallHandle.None;
                        _talk?.Cancel();
                        _ = WrapUpAsync(message.UserData, stop);
                        break;
                    case CtiEventKind.UserEvent when message.UserEventName?.StartsWith("Campaign", StringComparison.Ordinal) == true:
                        Notifications++;
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The demo is over.
        }
    }

    /// <summary>Logs out; calls are over by then.</summary>
    public async Task LogOutAsync()
    {
        if (_client is null)
        {
            return;
        }

        try
        {
            await ExpectAsync(_client.LogoutAsync());
        }
        catch (Exception lost) when (lost is CtiConnectionException or TimeoutException)
        {
            LostConnection = _client.CloseReason ?? lost.Message;
        }
    }

    /// <summary>Why the connection to the engine ended before the day did; null when it did not.</summary>
    public string? LostConnection { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _talk?.Dispose();
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }
    }

    private void Talk(CtiMessage established, CancellationToken stop)
    {
        _talk?.Dispose();
        _talk = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var seconds = ResultHeard(established.UserData) == CallResult.Answer ? _random.Exponential(TalkMeanSeconds) + 5 : 4 + (3 * _random.NextDouble());
        _ = HangUpAfterAsync(established.Call, TimeSpan.FromSeconds(seconds / speed), _talk.Token);
    }

    private async Task HangUpAfterAsync(CallHandle call, TimeSpan talk, CancellationToken stop)
    {
        try
        {
            await Task.Delay(talk, time, stop);
            await _client!.ReleaseAsync(call, stop);
        }
        catch (Exception over) when (over is OperationCanceledException or CtiConnectionException or TimeoutException)
        {
            // The customer was first, or the day is over.
        }
    }

    private async Task WrapUpAsync(UserData record, CancellationToken stop)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(_random.Exponential(WrapMeanSeconds) / speed), time, stop);
            var reply = await _client!.RecordProcessedAsync(record, record.Contains("GSW_AGENT_ANSWERED") ? (int)ResultHeard(record) : null, stop);
            if (reply.UserEventName == "RecordProcessedAcknowledge")
            {
                RecordsProcessed++;
            }
            else
            {
                Errors++;
            }

            await ExpectAsync(_client.ReadyAsync(stop));
            if (mode == DialMode.Preview)
            {
                await PreviewNextAsync(stop);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or CtiConnectionException or TimeoutException)
        {
            // The day is over.
        }
    }

    /// <summary>Asks for records until there is one; it comes as an event like a pushed one.</summary>
    private async Task PreviewNextAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var request = new UserData().Set("GSW_AGENT_REQ_TYPE", "PreviewRecordRequest").Set("GSW_APPLICATION_ID", _client!.ApplicationId)
                    .Set("GSW_CAMPAIGN_NAME", DemoWorld.GroupName.Split('@')[0]);
                if ((await _client.UserEventAsync(request, stop)).UserEventName == "PreviewRecord")
                {
                    return;
                }

                await Task.Delay(TimeSpan.FromSeconds(AskAgainSeconds / speed), time, stop);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or CtiConnectionException or TimeoutException or ObjectDisposedException)
        {
            // The day is over.
        }
    }

    /// <summary>Reads the record and dials it; where that is not possible now, somebody else may.</summary>
    private async Task DialAsync(UserData record, CancellationToken stop)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(_random.Exponential(ReadMeanSeconds) / speed), time, stop);
            record.TryGetInteger("GSW_RECORD_HANDLE", out var handle);
            if (!(await _client!.MakeCallAsync(handle, stop: stop)).IsError)
            {
                return;
            }

            var reject = new UserData().Set("GSW_AGENT_REQ_TYPE", "RecordReject").Set("GSW_APPLICATION_ID", _client.ApplicationId).Set("GSW_RECORD_HANDLE", handle);
            foreach (var key in (ReadOnlySpan<string>)["GSW_CALLING_LIST", "GSW_CAMPAIGN_NAME"])
            {
                record.TryGetString(key, out var value);
                reject.Set(key, value ?? "");
            }

            await _client.UserEventAsync(reject, stop);
            if (mode == DialMode.Preview)
            {
                await PreviewNextAsync(stop);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or CtiConnectionException or TimeoutException or ObjectDisposedException)
        {
            // The day is over.
        }
    }

    /// <summary>What an agent's ears make of the call.</summary>
    private CallResult ResultHeard(UserData record)
    {
        if (!record.TryGetString("GSW_PHONE", out var phone))
        {
            return CallResult.Answer;
        }

        return callees.PlanOf(phone).Script switch
        {
            CalleeScript.Machine => CallResult.AnsweringMachine,
            CalleeScript.Fax => CallResult.Fax,
            CalleeScript.Silent => CallResult.Silence,
            CalleeScript.VacantAfterAnswer => CallResult.SitVacant,
            _ => CallResult.Answer,
        };
    }

    private async Task ExpectAsync(Task<CtiMessage> reply)
    {
        if ((await reply).Kind == CtiEventKind.Error)
        {
            Errors++;
        }
    }
}
