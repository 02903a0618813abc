using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using DialerEngine.Adapters.SipServer.Load;

namespace DialerEngine.Host.Verbs;

/// <summary><c>dialer bench sip</c>: loads a far end with calls of this stack and prints one JSON line of figures.</summary>
internal static class BenchSipVerb
{
    public static Command Create()
    {
        var target = new Option<string>("--target") { Description = "Far end, HOST:PORT over UDP.", Required = true };
        var rate = new Option<double>("--rate") { Description = "Calls per second, 0.1 to 50,000.", Required = true };
        var total = new Option<int>("--total") { Description = "Calls to measure, 1 to 10,000,000.", Required = true };
        var hold = new Option<double>("--hold") { Description = "Seconds from answer to BYE.", DefaultValueFactory = _ => 0 };
        var mode = new Option<string>("--mode") { Description = "sig: signalling only; rtp: with audio both ways in every call.", DefaultValueFactory = _ => "sig" };
        mode.AcceptOnlyFromAmong("sig", "rtp");
        var command = new Command("sip", "Loads a far end with calls of this stack.") { target, rate, total, hold, mode };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(target)!, parsed.GetValue(rate), parsed.GetValue(total), parsed.GetValue(hold), parsed.GetValue(mode)!));
        return command;
    }

    private static async Task<int> RunAsync(string target, double rate, int total, double hold, string mode)
    {
        if (await ResolveAsync(target).ConfigureAwait(false) is not { } endPoint)
        {
            return await WrongAsync($"--target {target}: not a HOST:PORT that can be resolved; give for example 192.0.2.7:5060.").ConfigureAwait(false);
        }

        if (mode == "rtp" && !(hold > 0))
        {
            return await WrongAsync("--mode rtp needs --hold: without it there is no time for audio; give for example --hold 10.").ConfigureAwait(false);
        }

        if (rate is not (>= 0.1 and <= 50_000) || total is < 1 or > 10_000_000 || hold is not (>= 0 and <= 86_400))
        {
            return await WrongAsync("--rate takes 0.1 to 50000, --total 1 to 10000000, --hold 0 to 86400 seconds.").ConfigureAwait(false);
        }

        var report = await SipLoadGenerator.RunAsync(
            new SipLoadOptions { Target = endPoint, Rate = rate, Total = total, HoldSeconds = hold, WithAudio = mode == "rtp" }, TimeProvider.System)
            .ConfigureAwait(false);
        if (report.Audio is { } audio)
        {
            await Console.Error.WriteLineAsync(
                $"audio: {audio.PacketsSent} packets sent, {audio.PacketsReceived} received, {audio.Skipped} frames skipped, latest {audio.LateMsMax} ms")
                .ConfigureAwait(false);
        }

        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, SipVerbJson.Default.SipLoadReport)).ConfigureAwait(false);
        return report.Failed == 0 ? 0 : 1;
    }

    /// <summary>HOST:PORT with a name, an IPv4 address or an IPv6 address in brackets; null if it cannot be resolved.</summary>
    internal static async Task<IPEndPoint?> ResolveAsync(string target)
    {
        if (IPEndPoint.TryParse(target, out var literal))
        {
            return literal.Port == 0 ? null : literal;
        }

        var colon = target.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(target.AsSpan(colon + 1), out var port) || port == 0)
        {
            return null;
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(target[..colon]).ConfigureAwait(false);
            return addresses.Length == 0 ? null : new IPEndPoint(addresses[0], port);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return null;
        }
    }

    private static async Task<int> WrongAsync(string message)
    {
        await Console.Error.WriteLineAsync("bench sip: " + message).ConfigureAwait(false);
        return 2;
    }
}

/// <summary>JSON lines of the SIP verbs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SipLoadReport))]
[JsonSerializable(typeof(SipCallLine))]
internal sealed partial class SipVerbJson : JsonSerializerContext;
