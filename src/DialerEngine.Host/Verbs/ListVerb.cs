using System.CommandLine;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Lists;
using DialerEngine.Host.Lists;

namespace DialerEngine.Host.Verbs;

/// <summary>The verb <c>list</c>: calling lists in and out.</summary>
internal static class ListVerb
{
    /// <summary>Builds the command.</summary>
    /// <param name="load">Reads a configuration file for <c>--config</c>; null offers <c>--db</c> only.</param>
    public static Command Create(Func<string, IListCommandContext>? load = null) => new("list", "Calling lists: import from CSV, export to CSV, show what is in them.")
    {
        Import(load),
        Export(load),
        Show(load),
        ListRehearseVerb.Create(),
    };

    private static Command Import(Func<string, IListCommandContext>? load)
    {
        var file = new Argument<string>("FILE") { Description = "CSV file; its first row names the columns." };
        var target = new ListTarget(load, takesFields: true);
        var mode = new Option<ImportMode>("--mode") { Description = "When rows have faults: all rows or none (all), or the good rows (good).", DefaultValueFactory = _ => ImportMode.Good };
        var country = new Option<string?>("--country") { Description = "Country of numbers without a country code, two letters. Default: the list's." };
        var map = new Option<string[]>("--map") { Description = "FILECOLUMN=COLUMN, as often as needed; FILECOLUMN=- leaves a column out." };
        var encoding = new Option<CsvEncoding>("--encoding") { Description = "utf8 or latin1.", DefaultValueFactory = _ => CsvEncoding.Utf8 };
        var separator = new Option<string?>("--separator") { Description = "Comma, semicolon or tab: \",\", \";\" or \"tab\". Default: what the header has most of." };
        var duplicates = new Option<DuplicateRule>("--duplicates") { Description = "Rows whose number is in the file or list already: skip, reject or allow.", DefaultValueFactory = _ => DuplicateRule.Skip };
        var rejects = new Option<string?>("--reject-file") { Description = "Where rows with faults go. Default: beside FILE as NAME.rejected.EXT." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Does everything and keeps nothing." };
        mode.AcceptOnlyFromAmong("all", "good");
        encoding.AcceptOnlyFromAmong("utf8", "latin1");
        duplicates.AcceptOnlyFromAmong("skip", "reject", "allow");
        var command = new Command("import", "Imports a CSV file into a calling list, in one transaction.")
        {
            file, mode, country, map, encoding, separator, duplicates, rejects, dryRun,
        };
        target.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(ListCommands.Run(parsed.InvocationConfiguration.Error, () =>
        {
            var options = new ListImportOptions
            {
                Mode = parsed.GetValue(mode),
                Country = parsed.GetValue(country),
                Map = ListCommands.ReadMap(parsed.GetValue(map) ?? []),
                Encoding = parsed.GetValue(encoding),
                Separator = ListCommands.ReadSeparator(parsed.GetValue(separator)),
                Duplicates = parsed.GetValue(duplicates),
                RejectFile = parsed.GetValue(rejects),
                DryRun = parsed.GetValue(dryRun),
            };
            using var storage = target.Open(parsed, mayCreate: true, out var list);
            options = options with { Zones = target.ZonesOf(list) };
            return ListCommands.Import(storage, list, parsed.GetValue(file)!, options, parsed.InvocationConfiguration.Output, stop);
        })));
        return command;
    }

    private static Command Export(Func<string, IListCommandContext>? load)
    {
        var target = new ListTarget(load, takesFields: false);
        var output = new Option<string?>("--output") { Description = "CSV file to write. Default: standard output." };
        var status = new Option<RecordStatus?>("--status") { Description = "Only records of this status, by name or number." };
        var command = new Command("export", "Writes a calling list as CSV, all columns, as it is at one moment.") { output, status };
        target.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(ListCommands.Run(parsed.InvocationConfiguration.Error, () =>
        {
            using var storage = target.Open(parsed, mayCreate: false, out var list);
            return ListCommands.Export(storage, list, parsed.GetValue(output), parsed.GetValue(status), parsed.InvocationConfiguration.Error, stop);
        })));
        return command;
    }

    private static Command Show(Func<string, IListCommandContext>? load)
    {
        var target = new ListTarget(load, takesFields: false);
        var record = new Option<long?>("--record") { Description = "Shows one record, by its record_id, and everything that happened to it." };
        var numbers = new Option<bool>("--numbers") { Description = "With --record: shows the whole number; it is masked otherwise." };
        var command = new Command("show", "Shows a calling list's columns and how many records are in which state.") { record, numbers };
        target.AddTo(command);
        command.SetAction((parsed, stop) => ListCommands.RunAsync(parsed.InvocationConfiguration.Error, async () =>
        {
            using var storage = target.Open(parsed, mayCreate: false, out var list);
            if (parsed.GetValue(record) is { } id)
            {
                return ListRehearseVerb.ShowRecord(storage, list, id, parsed.GetValue(numbers), parsed.InvocationConfiguration.Output);
            }

            return await ListCommands.ShowAsync(storage, list, parsed.InvocationConfiguration.Output, stop);
        }));
        return command;
    }

    /// <summary>The options that say which list of which database is meant.</summary>
    private sealed class ListTarget
    {
        private readonly Func<string, IListCommandContext>? _load;
        private readonly Option<string?> _config = new("--config") { Description = "The engine's configuration, which names the database and defines the list." };
        private readonly Option<string?> _db = new("--db") { Description = "The database file, where there is no configuration." };
        private readonly Option<string> _list = new("--list") { Description = "Name of the calling list.", Required = true };
        private readonly Option<string[]> _fields = new("--field") { Description = "Column of a new list: name:type[:send_attribute], as often as needed; types int, float, char, varchar, datetime." };
        private readonly bool _takesFields;
        private IListCommandContext? _context;

        public ListTarget(Func<string, IListCommandContext>? load, bool takesFields)
        {
            _load = load;
            _takesFields = takesFields;
        }

        public void AddTo(Command command)
        {
            command.Add(_list);
            command.Add(_db);
            if (_load is not null)
            {
                command.Add(_config);
            }

            if (_takesFields)
            {
                command.Add(_fields);
            }
        }

        /// <summary>Numbers of time zones that the configuration has; none without one. After <see cref="Open"/>.</summary>
        public IReadOnlyDictionary<int, string> ZonesOf(CallingListDefinition list) => _context?.ZonesOf(list) ?? new Dictionary<int, string>();

        public SqliteStorage Open(ParseResult parsed, bool mayCreate, out CallingListDefinition list)
        {
            var name = parsed.GetValue(_list)!;
            var config = _load is null ? null : parsed.GetValue(_config);
            var db = parsed.GetValue(_db);
            if (config is not null && db is not null)
            {
                throw new ListUsageException("--config and --db cannot both be given; --config names the database.");
            }

            if (config is not null)
            {
                var context = _context = _load!(config);
                list = context.FindList(name) ?? throw new ListUsageException($"{config}: there is no calling list \"{name}\".");
                return ListCommands.Open(context.DatabasePath, mayCreate, [list]);
            }

            var path = db ?? throw new ListUsageException(_load is null ? "--db FILE is needed." : "--config FILE or --db FILE is needed.");
            var storage = ListCommands.Open(path, mayCreate, []);
            try
            {
                list = ListCommands.Define(storage, name, mayCreate, _takesFields ? parsed.GetValue(_fields) ?? [] : []);
                return storage;
            }
            catch
            {
                storage.Dispose();
                throw;
            }
        }
    }
}
