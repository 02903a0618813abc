using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using DialerEngine.Host.Demo;

namespace DialerEngine.EndToEnd.Tests.Support;

/// <summary>The engine as its users run it: the child process <c>dialer-engine serve --config FILE</c>.</summary>
internal sealed class EngineProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private EngineProcess(Process process) => _process = process;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public bool HasExited => _process.HasExited;

    public static EngineProcess Start(string configuration)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(configuration)!,
        };
        foreach (var argument in (string[])[typeof(DemoWorld).Assembly.Location, "serve", "--config", configuration])
        {
            start.ArgumentList.Add(argument);
        }

        var engine = new EngineProcess(Process.Start(start)!);
        engine._process.OutputDataReceived += (_, line) => engine.Keep(line.Data);
        engine._process.ErrorDataReceived += (_, line) => engine.Keep(line.Data);
        engine._process.BeginOutputReadLine();
        engine._process.BeginErrorReadLine();
        return engine;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
    }

    /// <summary>Sends a signal by its name, e.g. HUP.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync(TimeSpan limit)
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync(new CancellationTokenSource(limit).Token);
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }
}

/// <summary>Configuration and outside of an engine process: files, addresses, the operator's commands.</summary>
internal sealed class EngineSite : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly int _adminPort = FreePort();
    private readonly int _ctiPort = FreePort();

    public EngineSite(IPEndPoint trunk, IPEndPoint phones, int agents, string moreKeys = "")
    {
        Folder = Directory.CreateTempSubdirectory("dialer-site-").FullName;
        Configuration = Path.Combine(Folder, "engine.json");
        var loginIds = Enumerable.Range(1, agents).Select(i => 1_000 + i).ToArray();
        File.WriteAllText(Configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "storage": { "sqlite": "engine.db" },
              "admin": { "listen": "127.0.0.1:{{_adminPort}}", "tokenFile": "token" },
              "cti": { "listen": "127.0.0.1:{{_ctiPort}}" },
              "sip": { "listen": "127.0.0.1:0" },
              "stopLimitSeconds": 4,{{moreKeys}}
              "trunks": [ { "name": "trunk", "host": "127.0.0.1", "port": {{trunk.Port}}, "maxCalls": 30, "maxCallsPerSecond": 60, "callerId": "+12025550100", "optionsSeconds": 0 } ],
              "tenants": [ {
                "name": "Environment",
                "compliance": { "calling_window": false },
                "callingLists": [ { "id": 1, "name": "Spring_list", "defaultCountry": "US" } ],
                "campaigns": [ { "id": 1, "name": "Spring", "callingLists": [ { "list": "Spring_list" } ] } ],
                "agents": [ {{string.Join(", ", loginIds.Select(i => $$"""{ "id": {{i}}, "loginId": "{{i}}", "phone": { "uri": "sip:{{i}}@{{phones}}" } }"""))}} ],
                "agentGroups": [ { "name": "Demo", "agents": [ {{string.Join(", ", loginIds.Select(i => $"\"{i}\""))}} ] } ],
                "campaignGroups": [ {
                  "id": 1, "campaign": "Spring", "agentGroup": "Demo", "dialMode": "Progressive", "trunks": [ "trunk" ],
                  "options": { "number_of_channels": 30, "call_wait_connected_timeout": 2, "minimum_ring_time": 0, "trunk_fault_retry_delay": 1, "call_answer_type_recognition": "no_progress_detection" }
                } ]
              } ]
            }
            """));
    }

    public string Folder { get; }

    public string Configuration { get; }

    public string Database => Path.Combine(Folder, "engine.db");

    public Uri Cti => new($"ws://127.0.0.1:{_ctiPort}/cti");

    /// <summary>Takes the token from what the first start has printed.</summary>
    public async Task LearnTokenAsync(EngineProcess engine)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var found = Regex.Match(engine.Output, @"Admin token .*: (\S+)");
            if (found.Success)
            {
                _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", found.Groups[1].Value);
                return;
            }

            if (engine.HasExited || limit.IsCancellationRequested)
            {
                throw new InvalidOperationException("the engine did not start: " + engine.Output);
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Loads and starts the group as soon as the engine takes it; false if the engine is gone before.</summary>
    public async Task<bool> LoadAndStartAsync(CancellationToken gone)
    {
        foreach (var verb in (string[])["load", "start"])
        {
            while (true)
            {
                try
                {
                    using var reply = await _http.PostAsync($"http://127.0.0.1:{_adminPort}/api/v1/campaign-groups/{Uri.EscapeDataString("Spring@Demo")}/{verb}", null, gone);
                    if (reply.IsSuccessStatusCode)
                    {
                        break;
                    }
                }
                catch (Exception refused) when (refused is HttpRequestException or TaskCanceledException or IOException)
                {
                    // Not up yet, or gone.
                }

                if (gone.IsCancellationRequested)
                {
                    return false;
                }

                await Task.Delay(20, CancellationToken.None);
            }
        }

        return true;
    }

    /// <summary>Asks the admin API.</summary>
    public async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{_adminPort}/{path}");
        using var reply = await _http.SendAsync(request);
        return (reply.StatusCode, await reply.Content.ReadAsStringAsync());
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
