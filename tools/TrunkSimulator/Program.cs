using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TrunkSimulator;

var listen = new Option<string>("--listen") { Description = "Address and UDP port to answer on.", DefaultValueFactory = _ => "127.0.0.1:5060" };
var seed = new Option<ulong>("--seed") { Description = "Equal seeds and numbers give equal callees.", DefaultValueFactory = _ => 1 };
var speed = new Option<double>("--speed") { Description = "Divides ring and talk times, 0.001 to 1000.", DefaultValueFactory = _ => 1 };
var file = new Option<FileInfo?>("--script") { Description = "JSON file with mix, suffixes and times." };
var ledger = new Option<FileInfo?>("--ledger") { Description = "Where to write all calls as JSON lines at the end." };
var root = new RootCommand("The far end of a SIP trunk: answers each number by a seeded script and prints one line per call. Ends with Ctrl+C.")
{
    listen, seed, speed, file, ledger,
};
root.SetAction((parsed, cancellation) =>
    RunAsync(parsed.GetValue(listen)!, parsed.GetValue(seed), parsed.GetValue(speed), parsed.GetValue(file), parsed.GetValue(ledger), cancellation));
return await root.Parse(args).InvokeAsync();

static async Task<int> RunAsync(string listen, ulong seed, double speed, FileInfo? file, FileInfo? ledger, CancellationToken cancellation)
{
    var script = new TrunkScript();
    if (!IPEndPoint.TryParse(listen, out var endPoint) || endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any))
    {
        return Fail($"--listen {listen}: give one definite address and a port, for example 127.0.0.1:5060");
    }

    if (!(speed is >= 0.001 and <= 1000))
    {
        return Fail($"--speed {speed.ToString(CultureInfo.InvariantCulture)}: must be 0.001 to 1000");
    }

    if (file is not null)
    {
        if (!file.Exists)
        {
            return Fail($"{file.FullName}: there is no such file");
        }

        if (TrunkScript.TryParse(await File.ReadAllTextAsync(file.FullName, cancellation), out script) is { } fault)
        {
            return Fail($"{file.FullName}: {fault}");
        }
    }

    try
    {
        using var server = new TrunkServer(
            new TrunkServerOptions { Listen = endPoint, Seed = seed, Speed = speed, Script = script },
            callEnded: entry => Console.WriteLine(TrunkLedger.ToJson(entry)));
        server.Start();
        Console.Error.WriteLine($"answering on {server.LocalEndPoint}");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C: the end that was asked for.
        }

        server.Dispose();
        if (ledger is not null)
        {
            await using var writer = new StreamWriter(ledger.FullName);
            server.Ledger.WriteJsonLines(writer);
        }

        return 0;
    }
    catch (SocketException e)
    {
        return Fail($"--listen {listen}: {e.Message}; choose another address or port");
    }
}

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}
