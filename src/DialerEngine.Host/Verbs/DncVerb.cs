using System.CommandLine;
using System.Globalization;
using System.Text;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Dnc;
using DialerEngine.Host.Lists;
using Spectre.Console;

namespace DialerEngine.Host.Verbs;

/// <summary><c>dnc import|add|check|remove|export|count</c>: a tenant's do-not-call list. A running engine sees what changes within seconds.</summary>
internal static class DncVerb
{
    public static Command Create() => CommandLine.Group(
        "dnc", "Do-not-call lists: import, add, check, remove, export, count. A running engine sees changes within seconds.",
        Import(), Add(), Check(), Remove(), Export(), Count());

    private static Command Import()
    {
        var target = new Target();
        var file = new Argument<string>("FILE") { Description = "CSV file whose first row names the columns: phone, customer_id, duration or expiration, message, campaign, list." };
        var rejects = new Option<string?>("--reject-file") { Description = "Where rows with faults go. Default: beside FILE as NAME.rejected.EXT." };
        var command = new Command("import", "Imports a CSV file. Rows become durable in blocks; importing the same file again changes nothing.") { file, rejects };
        target.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(target.Run(parsed, (store, tenant, home, now) =>
        {
            var importer = new DncImporter(store, tenant, home, now);
            var report = WithProgress(bar => importer.Import(
                parsed.GetValue(file)!, parsed.GetValue(rejects), (at, all) => { if (bar is not null) { bar.MaxValue = all; bar.Value = at; } }, stop));
            parsed.InvocationConfiguration.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{parsed.GetValue(file)}: {report.Rows:N0} rows, {report.Accepted:N0} taken, {report.Rejected:N0} rejected{(report.RejectFile is null ? "" : $" (see {report.RejectFile})")}"));
            DoNotCallKeeper.TryWriteSnapshot(store, tenant, target.DatabasePath, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, stop);
            return report.Rejected > 0 && report.Accepted == 0 ? ExitCode.Failed : ExitCode.Done;
        })));
        return command;
    }

    private static Command Add()
    {
        var target = new Target();
        var who = new Who();
        var duration = new Option<long?>("--duration") { Description = "Seconds after which the entry ends. Default: never." };
        var message = new Option<string?>("--message") { Description = "For people." };
        var command = new Command("add", "Puts a number or a customer on the list.") { duration, message };
        who.AddTo(command);
        target.AddTo(command);
        command.SetAction((parsed, _) => Task.FromResult(target.Run(parsed, (store, tenant, home, now) =>
        {
            var (phone, customer) = who.Read(parsed, home);
            var seconds = parsed.GetValue(duration);
            if (seconds is <= 0)
            {
                throw new CommandFailedException("--duration must be more than 0", ExitCode.Wrong);
            }

            store.Add(tenant, [new DoNotCallEntry { Phone = phone, CustomerId = customer, Message = parsed.GetValue(message), IsInternal = true, TimeStamp = now, Expiration = seconds is { } s ? now + s : 0 }]);
            parsed.InvocationConfiguration.Output.WriteLine($"{phone ?? customer}: must not be called{(seconds is null ? "" : string.Create(CultureInfo.InvariantCulture, $" for {seconds} s"))}");
            return ExitCode.Done;
        })));
        return command;
    }

    private static Command Check()
    {
        var target = new Target();
        var who = new Who();
        var command = new Command("check", "Says whether a number or a customer may be called. Exit code 0 when it may, 1 when it must not be.");
        who.AddTo(command);
        target.AddTo(command);
        command.SetAction((parsed, _) => Task.FromResult(target.Run(parsed, (store, tenant, home, now) =>
        {
            var (phone, customer) = who.Read(parsed, home);
            var entry = store.Find(tenant, phone, customer);
            var ended = entry is { Expiration: > 0 } && entry.Expiration <= now;
            parsed.InvocationConfiguration.Output.WriteLine(entry is null ? $"{phone ?? customer}: may be called"
                : ended ? $"{phone ?? customer}: may be called; its entry ended {Time(entry.Expiration)}"
                : $"{phone ?? customer}: must not be called since {Time(entry.TimeStamp)}{(entry.Expiration > 0 ? $" until {Time(entry.Expiration)}" : "")}{(entry.Message is null ? "" : $" ({entry.Message})")}");
            return entry is null || ended ? ExitCode.Done : ExitCode.Failed;
        })));
        return command;
    }

    private static Command Remove()
    {
        var target = new Target();
        var who = new Who();
        var command = new Command("remove", "Takes a number or a customer off the list.");
        who.AddTo(command);
        target.AddTo(command);
        command.SetAction((parsed, _) => Task.FromResult(target.Run(parsed, (store, tenant, home, now) =>
        {
            var (phone, customer) = who.Read(parsed, home);
            var removed = store.Remove(tenant, phone, customer, now);
            parsed.InvocationConfiguration.Output.WriteLine(removed > 0 ? $"{phone ?? customer}: may be called" : $"{phone ?? customer}: was not on the list");
            return removed > 0 ? ExitCode.Done : ExitCode.Failed;
        })));
        return command;
    }

    private static Command Export()
    {
        var target = new Target();
        var output = new Option<string?>("--output") { Description = "CSV file to write. Default: standard output." };
        var command = new Command("export", "Writes the list as CSV.") { output };
        target.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(target.Run(parsed, (store, tenant, _, _) =>
        {
            var path = parsed.GetValue(output);
            using var file = path is null ? null : new StreamWriter(path, append: false, new UTF8Encoding(false));
            var to = file ?? parsed.InvocationConfiguration.Output;
            to.WriteLine("phone,customer_id,dnc_message,campaign_dbid,list_dbid,is_internal,time_stamp,expiration");
            foreach (var entry in store.ReadAll(tenant))
            {
                stop.ThrowIfCancellationRequested();
                to.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{entry.Phone},{Quote(entry.CustomerId)},{Quote(entry.Message)},{entry.CampaignDbid},{entry.ListDbid},{(entry.IsInternal ? 1 : 0)},{entry.TimeStamp},{entry.Expiration}"));
            }

            return ExitCode.Done;
        })));
        return command;
    }

    private static Command Count()
    {
        var target = new Target();
        var command = new Command("count", "Counts the entries.");
        target.AddTo(command);
        command.SetAction((parsed, _) => Task.FromResult(target.Run(parsed, (store, tenant, _, _) =>
        {
            parsed.InvocationConfiguration.Output.WriteLine(store.Count(tenant).ToString(CultureInfo.InvariantCulture));
            return ExitCode.Done;
        })));
        return command;
    }

    private static string Time(long unixSeconds) => DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string? Quote(string? text) => text is null || text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static T WithProgress<T>(Func<ProgressTask?, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return Console.IsErrorRedirected || !console.Profile.Capabilities.Interactive
            ? work(null)
            : console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(context => work(context.AddTask("importing")));
    }

    /// <summary>The arguments that name an entry.</summary>
    private sealed class Who
    {
        private readonly Argument<string?> _phone = new("PHONE") { Description = "The number.", Arity = ArgumentArity.ZeroOrOne };
        private readonly Option<string?> _customer = new("--customer-id") { Description = "The customer, instead of a number." };

        public void AddTo(Command command)
        {
            command.Add(_phone);
            command.Add(_customer);
        }

        public (string? Phone, string? Customer) Read(ParseResult parsed, NumberingPlan home)
        {
            var phone = parsed.GetValue(_phone);
            var customer = parsed.GetValue(_customer);
            if (string.IsNullOrEmpty(phone) == string.IsNullOrEmpty(customer))
            {
                throw new CommandFailedException("PHONE or --customer-id must be given, and not both", ExitCode.Wrong);
            }

            if (phone is null)
            {
                return customer!.Length <= DialerEngine.Core.Compliance.DoNotCallList.LongestCustomerId
                    ? (null, customer)
                    : throw new CommandFailedException("--customer-id has more than 64 characters", ExitCode.Wrong);
            }

            Span<byte> e164 = stackalloc byte[PhoneNumber.MaxLength];
            var error = PhoneNumber.TryNormalise(Encoding.UTF8.GetBytes(phone), home, e164, out var length, out _);
            return error == PhoneNumberError.None
                ? (Encoding.ASCII.GetString(e164[..length]), null)
                : throw new CommandFailedException($"PHONE is no number that can be dialled ({error}); give it with plus sign and country code", ExitCode.Wrong);
        }
    }

    /// <summary>The options that say whose list in which database is meant.</summary>
    private sealed class Target
    {
        private readonly Option<string?> _config = new("--config") { Description = "The engine's configuration, which names database and tenants." };
        private readonly Option<string?> _tenant = new("--tenant") { Description = "Name of the tenant. Default: the only one." };
        private readonly Option<string?> _db = new("--db") { Description = "The database file, where there is no configuration." };
        private readonly Option<int?> _tenantId = new("--tenant-id") { Description = "With --db: number (DBID) of the tenant." };
        private readonly Option<string> _country = new("--country") { Description = "Country of numbers without country code, ISO 3166.", DefaultValueFactory = _ => "US" };

        /// <summary>The database that <see cref="Run"/> has opened.</summary>
        public string DatabasePath { get; private set; } = "";

        public void AddTo(Command command)
        {
            foreach (var option in (ReadOnlySpan<Option>)[_config, _tenant, _db, _tenantId, _country])
            {
                command.Add(option);
            }
        }

        public int Run(ParseResult parsed, Func<IDoNotCallStore, int, NumberingPlan, long, int> verb)
        {
            if (!NumberingPlans.TryFind(parsed.GetValue(_country)!, out var home))
            {
                throw new CommandFailedException($"--country: known are {string.Join(", ", NumberingPlans.Countries)}", ExitCode.Wrong);
            }

            var (path, tenant) = Find(parsed);
            DatabasePath = path;
            try
            {
                using var storage = SqliteStorage.Open(new SqliteStorageOptions { Path = path }, []);
                return verb(storage.DoNotCall, tenant, home, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
            }
            catch (Exception fault) when (fault is StorageFaultException or ListImportException or IOException or UnauthorizedAccessException)
            {
                throw new CommandFailedException(fault.Message, ExitCode.Failed);
            }
        }

        private (string Path, int Tenant) Find(ParseResult parsed)
        {
            if (parsed.GetValue(_config) is not { } config)
            {
                return parsed.GetValue(_db) is { } db && parsed.GetValue(_tenantId) is { } id
                    ? (db, id)
                    : throw new CommandFailedException("--config FILE is needed, or --db FILE with --tenant-id N", ExitCode.Wrong);
            }

            var configuration = CheckVerb.Load(config, parsed.InvocationConfiguration.Error)
                ?? throw new CommandFailedException($"{config} cannot be used; see the faults above", ExitCode.Wrong);
            var name = parsed.GetValue(_tenant);
            var tenants = configuration.Compliance;
            var tenant = name is null && tenants.Count == 1 ? tenants[0] : tenants.FirstOrDefault(t => t.Tenant == name);
            return tenant is not null
                ? (configuration.Storage.SqlitePath, tenant.TenantDbid)
                : throw new CommandFailedException($"--tenant must be one of {string.Join(", ", tenants.Select(t => t.Tenant))}", ExitCode.Wrong);
        }
    }
}
