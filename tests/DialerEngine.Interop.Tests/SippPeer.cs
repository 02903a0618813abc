using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DialerEngine.Interop.Tests;

/// <summary>A fact that needs sipp; where it is not installed it is skipped and says so.</summary>
public sealed class SippFactAttribute : FactAttribute
{
    public SippFactAttribute() => Skip = SippPeer.Program is null ? SippPeer.Missing : null!;
}

/// <summary>A theory that needs sipp; where it is not installed it is skipped and says so.</summary>
public sealed class SippTheoryAttribute : TheoryAttribute
{
    public SippTheoryAttribute() => Skip = SippPeer.Program is null ? SippPeer.Missing : null!;
}

/// <summary>One sipp process on loopback that plays a scenario; its exit code says whether every call went as the scenario has it.</summary>
public sealed class SippPeer : IDisposable
{
    public const string Missing = "sipp is not installed (Debian package sip-tester)";
    private readonly Process _process;
    private readonly Task<string> _errors;
    private string? _written;

    private SippPeer(Process process, int port)
    {
        _process = process;
        Port = port;
        _errors = process.StandardError.ReadToEndAsync();
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
    }

    /// <summary>Path of sipp, null if it is not installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "sipp")).FirstOrDefault(File.Exists);

    public int Port { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    /// <summary>
    /// Starts sipp as the called side and waits until it listens. <paramref name="words"/> replace <c>[status]</c> and <c>[line]</c> in the
    /// scenario: sipp's own keys may not stand in a status line.
    /// </summary>
    public static async Task<SippPeer> AnswerAsync(string scenario, int calls, (string Status, string Line)? words = null)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "scenarios", scenario + ".xml");
        string? written = null;
        if (words is { } replace)
        {
            written = Path.GetTempFileName();
            var text = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(
                written, text.Replace("[status]", replace.Status, StringComparison.Ordinal).Replace("[line]", replace.Line, StringComparison.Ordinal));
            file = written;
        }

        var peer = Start(["-sf", file, "-m", calls.ToString()]);
        peer._written = written;
        for (var i = 0; i < 500; i++)
        {
            if (!IsFree(peer.Port))
            {
                return peer;
            }

            await Task.Delay(10);
        }

        peer.Dispose();
        throw new InvalidOperationException("sipp did not come up");
    }

    /// <summary>Starts sipp as the caller with its built-in scenario.</summary>
    public static SippPeer Call(IPEndPoint target, int calls, params string[] more) =>
        Start([target.ToString(), "-sn", "uac", "-m", calls.ToString(), .. more]);

    /// <summary>Waits for the end; what went wrong, or null.</summary>
    public async Task<string?> FaultAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode == 0 ? null : $"sipp exit code {_process.ExitCode}: {await _errors}";
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        if (_written is not null)
        {
            File.Delete(_written);
        }
    }

    private static SippPeer Start(string[] arguments)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(Program!)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
            Environment = { ["TERM"] = "dumb" },
        };
        string[] common = ["-i", "127.0.0.1", "-p", port.ToString(), "-nostdin", "-max_retrans", "12", "-timeout", "50s", "-timeout_error"];
        foreach (var argument in common.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return new SippPeer(Process.Start(start)!, port);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
