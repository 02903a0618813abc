using System.CommandLine;
using System.Globalization;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Dnc;
using DialerEngine.Host.Rehearsal;

namespace DialerEngine.Host.Verbs;

/// <summary><c>list rehearse</c>: what would be dialled when, and what is held back by which rule.</summary>
internal static class ListRehearseVerb
{
    public static Command Create()
    {
        var group = new Option<string>("--group") { Description = "The campaign group: campaign@group.", Required = true };
        var at = new Option<string?>("--at") { Description = "The moment: 2026-11-20T18:00Z, with an offset, or +HOURS from now. Default: now." };
        var config = new Option<string>("--config") { Description = "The engine's configuration.", DefaultValueFactory = _ => "dialer.json" };
        var first = new Option<int>("--first") { Description = "How many of the first records to show, 0 to 1,000.", DefaultValueFactory = _ => 10 };
        var examples = new Option<int>("--examples") { Description = "Examples of each reason, 0 to 100. 0 spares a second reading of the list.", DefaultValueFactory = _ => 3 };
        var numbers = new Option<bool>("--numbers") { Description = "Shows whole numbers; they are masked otherwise." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object." };
        var command = new Command("rehearse", "Says what would be dialled when and what is held back by which rule. Changes nothing; the engine may run meanwhile.")
        {
            group, at, config, first, examples, numbers, json,
        };
        command.SetAction((parsed, stop) => Task.FromResult(ListCommands.Run(parsed.InvocationConfiguration.Error, () =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var file = parsed.GetValue(config)!;
            var configuration = CheckVerb.Load(file, parsed.InvocationConfiguration.Error)
                ?? throw new ListUsageException($"{file} cannot be used; see the faults above");
            var name = parsed.GetValue(group)!;
            var definition = configuration.Groups.FirstOrDefault(g => g.Name == name)
                ?? throw new ListUsageException($"{file}: there is no campaign group \"{name}\"; there are: {string.Join(", ", configuration.Groups.Select(g => g.Name))}.");
            var moment = ReadMoment(parsed.GetValue(at), TimeProvider.System.GetUtcNow());
            var request = new RehearsalRequest
            {
                At = moment.ToUnixTimeSeconds(),
                First = Math.Clamp(parsed.GetValue(first), 0, 1_000),
                Examples = Math.Clamp(parsed.GetValue(examples), 0, 100),
                ShowNumbers = parsed.GetValue(numbers),
            };
            using var storage = ListCommands.Open(configuration.Storage.SqlitePath, mayCreate: false, definition.Campaign.Lists.Select(l => l.List));
            using var rules = TenantRulesSet.LoadForLook(configuration, storage, TimeProvider.System.GetUtcNow(), stop);
            request = request with { Rules = rules.RulesOf(definition) };
            var rehearsal = new ListRehearsal(storage.Survey);
            var forecasts = definition.Campaign.Lists
                .Select(l => rehearsal.Rehearse(definition, l, request with { Windows = rules.WindowsOf(definition, l.List.Id) }, stop)).ToList();
            output.WriteLine(parsed.GetValue(json)
                ? RehearsalText.WriteJson(definition, moment, forecasts)
                : RehearsalText.Write(definition, moment, forecasts, rules.AsksWindows(definition)).TrimEnd());
            return ExitCode.Done;
        })));
        return command;
    }

    /// <summary>A record and its history for <c>list show --record</c>.</summary>
    public static int ShowRecord(SqliteStorage storage, CallingListDefinition list, long record, bool showNumber, TextWriter output)
    {
        if (storage.Survey.History(list.Id, new RecordId(record), 1_000) is not { } history)
        {
            throw new ListUsageException($"{list.Name} has no record {record}.");
        }

        output.WriteLine(Describe(list, history, showNumber));
        return ExitCode.Done;
    }

    private static string Describe(CallingListDefinition list, RecordHistory history, bool showNumber)
    {
        var record = history.Record;
        var text = new System.Text.StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"{list.Name}:{ListRehearsal.Show(record, showNumber)}: {record.RecordType}, {record.RecordStatus}, {record.CallResult.Name()}, {record.Attempts} attempts, chain {record.ChainId}/{record.ChainN}");
        if (record.DialScheduledTime > 0)
        {
            text.Append(culture, $", scheduled for {DateTimeOffset.FromUnixTimeSeconds(record.DialScheduledTime):yyyy-MM-dd HH:mm}Z");
        }

        foreach (var happened in history.Events)
        {
            text.Append(culture, $"\n  {DateTimeOffset.FromUnixTimeMilliseconds(happened.AtUnixMs):yyyy-MM-dd HH:mm:ss.fff}Z  {happened.What,-14} {happened.Actor,-12}");
            text.Append(happened.Rule is null ? "" : $" by {happened.Rule}").Append(happened.Detail is null ? "" : $" {happened.Detail}");
        }

        return text.ToString();
    }

    private static DateTimeOffset ReadMoment(string? text, DateTimeOffset now)
    {
        if (text is null)
        {
            return now;
        }

        if (text.StartsWith('+') && double.TryParse(text.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) && hours <= 8_784)
        {
            return now.AddHours(hours);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && moment.Year is >= 1970 and < 9999
            ? moment
            : throw new ListUsageException($"--at \"{text}\": write a moment such as 2026-11-20T18:00Z, or +3 for three hours from now.");
    }
}
