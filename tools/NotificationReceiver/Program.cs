using System.CommandLine;
using System.Net;

namespace NotificationReceiver;

/// <summary>A receiver of the engine's HTTP notifications that stores attempt records and can be told to misbehave.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        var listen = new Option<string>("--listen") { Description = "Address and port.", DefaultValueFactory = _ => "127.0.0.1:8490" };
        var store = new Option<string?>("--store") { Description = "File of JSON lines that keeps attempt records.", HelpName = "FILE" };
        var mode = new Option<string>("--mode")
        {
            Description = "How to answer: good, a status (409, 503 ...), slow:MS, reset, garbage, lose; with %SHARE behind it only that share of requests. POST /mode changes it.",
            DefaultValueFactory = _ => "good",
        };
        var refuse = new Option<string[]>("--refuse") { Description = "Number that validation refuses.", HelpName = "NUMBER", AllowMultipleArgumentsPerToken = true };
        var command = new RootCommand("Receives campaign group states, call attempt records and pre-dial validations.") { listen, store, mode, refuse };
        command.SetAction(async (parsed, stop) =>
        {
            if (!IPEndPoint.TryParse(parsed.GetValue(listen)!, out var address))
            {
                await Console.Error.WriteLineAsync("--listen must be ADDRESS:PORT").ConfigureAwait(false);
                return 2;
            }

            if (!ReceiverMode.TryParse(parsed.GetValue(mode)!, out var first))
            {
                await Console.Error.WriteLineAsync("--mode must be good, a status, slow:MS, reset, garbage or lose").ConfigureAwait(false);
                return 2;
            }

            var server = await ReceiverServer.StartAsync(new ReceiverOptions
            {
                Listen = address,
                StorePath = parsed.GetValue(store),
                Mode = first,
                Refused = new HashSet<string>(parsed.GetValue(refuse) ?? []),
            }).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                Console.WriteLine($"listening on {server.Uri}: POST /states /attempts /validation /mode, GET /counts");
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return 0;
        });
        return command.Parse(args).InvokeAsync();
    }
}
