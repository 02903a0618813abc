using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DialerEngine.Interop.Tests;

/// <summary>A fact that needs baresip; where it is not installed it is skipped and says so.</summary>
public sealed class BaresipFactAttribute : FactAttribute
{
    public BaresipFactAttribute() => Skip = BaresipPhone.Missing!;
}

/// <summary>One baresip process on loopback as an agent's phone: answers by itself and says what it hears, as an echo. Needs no sound card.</summary>
internal sealed class BaresipPhone : IDisposable
{
    private static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "baresip")).FirstOrDefault(File.Exists);

    private static readonly string? Modules = ((string[])["/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules"]).FirstOrDefault(Directory.Exists);

    private readonly string _folder = Directory.CreateTempSubdirectory("baresip-").FullName;
    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly int _control;

    private BaresipPhone(string user, int port)
    {
        Port = port;
        User = user;
        _control = FreePort(SocketType.Stream);
        File.WriteAllText(Path.Combine(_folder, "config"), string.Create(CultureInfo.InvariantCulture, $"""
            poll_method epoll
            sip_listen 127.0.0.1:{port}
            call_local_timeout 120
            call_max_calls 4
            audio_source aubridge,phone
            audio_player aubridge,phone
            audio_alert aubridge,alert
            net_interface 127.0.0.1
            rtp_timeout 0
            module_path {Modules}
            module g711.so
            module aubridge.so
            module ctrl_tcp.so
            module_app account.so
            module_app menu.so
            ctrl_tcp_listen 127.0.0.1:{_control}

            """));
        File.WriteAllText(Path.Combine(_folder, "accounts"), $"<sip:{user}@127.0.0.1:{port}>;regint=0;answermode=auto;audio_codecs=PCMU/8000/1,PCMA/8000/1\n");
        File.WriteAllText(Path.Combine(_folder, "contacts"), "");
        var start = new ProcessStartInfo(Program!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = _folder,
            Environment = { ["TERM"] = "dumb", ["HOME"] = _folder },
        };
        start.ArgumentList.Add("-f");
        start.ArgumentList.Add(_folder);
        start.ArgumentList.Add("-v");
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Why it cannot run here; null if it can.</summary>
    public static string? Missing => Program is null || Modules is null ? "baresip is not installed (Debian package baresip)" : null;

    public string User { get; }

    public int Port { get; }

    public string Uri => string.Create(CultureInfo.InvariantCulture, $"sip:{User}@127.0.0.1:{Port}");

    /// <summary>What it has written to its terminal.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts it and waits until it listens. It takes its port for UDP and TCP, the next one for TLS and one for control: whoever else took one of them meanwhile is evaded.</summary>
    public static async Task<BaresipPhone> StartAsync(string user)
    {
        for (var attempt = 1; ; attempt++)
        {
            var phone = new BaresipPhone(user, FreePort(SocketType.Dgram));
            if (await phone.IsUpAsync())
            {
                return phone;
            }

            var said = phone.Output;
            phone.Dispose();
            if (attempt == 5 || !said.Contains("Address already in use", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("baresip did not come up: " + said);
            }
        }
    }

    private async Task<bool> IsUpAsync()
    {
        for (var i = 0; i < 500 && !_process.HasExited; i++)
        {
            if (Output.Contains("baresip is ready", StringComparison.Ordinal))
            {
                return true;
            }

            await Task.Delay(20);
        }

        if (_process.HasExited)
        {
            // All that it said before it went.
            await _process.WaitForExitAsync();
        }

        return false;
    }

    /// <summary>Gives one of its commands, for example <c>hangup</c>, and returns what it answers.</summary>
    public async Task<string> CommandAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _control);
        var json = $$"""{"command":"{{command}}","token":"t"}""";
        var netString = System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{json.Length}:{json},"));
        await client.GetStream().WriteAsync(netString);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var buffer = new byte[65_536];
        var said = "";
        while (!said.Contains("\"response\":true", StringComparison.Ordinal))
        {
            var length = await client.GetStream().ReadAsync(buffer, limit.Token);
            if (length == 0)
            {
                break;
            }

            said += System.Text.Encoding.UTF8.GetString(buffer, 0, length);
        }

        return said;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }

    private static int FreePort(SocketType type)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
