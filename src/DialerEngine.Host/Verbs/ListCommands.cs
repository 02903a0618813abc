using System.Globalization;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Lists;
using Spectre.Console;

namespace DialerEngine.Host.Verbs;

/// <summary>The command line was used wrongly: exit code 2.</summary>
internal sealed class ListUsageException(string message) : Exception(message);

/// <summary>What the list verbs do, apart from reading the command line.</summary>
internal static class ListCommands
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int WrongUse = 2;

    /// <summary>Runs a verb; what fails becomes one sentence on standard error and an exit code.</summary>
    public static int Run(TextWriter errors, Func<int> verb)
    {
        try
        {
            return verb();
        }
        catch (Exception e) when (e is ListUsageException or ListImportException or StorageFaultException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return Fail(errors, e);
        }
    }

    /// <inheritdoc cref="Run"/>
    public static async Task<int> RunAsync(TextWriter errors, Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (Exception e) when (e is ListUsageException or StorageFaultException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return Fail(errors, e);
        }
    }

    public static SqliteStorage Open(string path, bool mayCreate, IEnumerable<CallingListDefinition> lists)
    {
        if (!mayCreate && !File.Exists(path))
        {
            throw new ListUsageException($"{path}: there is no such database file.");
        }

        return SqliteStorage.Open(new SqliteStorageOptions { Path = path }, lists);
    }

    /// <summary>The list as the database knows it, made or widened by the columns that the command line names.</summary>
    public static CallingListDefinition Define(SqliteStorage storage, string name, bool mayCreate, IReadOnlyList<string> fields)
    {
        var own = new List<UserFieldDefinition>();
        foreach (var text in fields)
        {
            if (!ListFieldOption.TryParse(text, out var field, out var error))
            {
                throw new ListUsageException(error!);
            }

            own.Add(field!);
        }

        var stored = storage.FindStoredList(name);
        if (stored is null && !mayCreate)
        {
            throw new ListUsageException($"{storage.Path}: there is no calling list \"{name}\"; there are: {string.Join(", ", storage.StoredLists())}.");
        }

        if (!mayCreate)
        {
            return storage.UseStoredList(name)!;
        }

        stored ??= new CallingListDefinition { Id = new ListId(int.MaxValue), Name = name };
        var known = stored.UserFields.Where(f => !own.Any(o => string.Equals(o.Name, f.Name, StringComparison.OrdinalIgnoreCase)));
        var list = stored with { UserFields = [.. known, .. own] };
        storage.EnsureList(list);
        return list;
    }

    public static IReadOnlyDictionary<string, string> ReadMap(IReadOnlyList<string> pairs)
    {
        var map = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in pairs)
        {
            var equals = pair.LastIndexOf('=');
            if (equals <= 0 || equals == pair.Length - 1)
            {
                throw new ListUsageException($"--map \"{pair}\": write FILECOLUMN=COLUMN, or FILECOLUMN=- to leave the column out.");
            }

            map[pair[..equals]] = pair[(equals + 1)..];
        }

        return map;
    }

    public static char? ReadSeparator(string? text) => text switch
    {
        null => null,
        "," or "comma" => ',',
        ";" or "semicolon" => ';',
        "\t" or "\\t" or "tab" => '\t',
        _ => throw new ListUsageException($"--separator \"{text}\": write \",\", \";\" or \"tab\"."),
    };

    public static int Import(
        SqliteStorage storage, CallingListDefinition list, string file, ListImportOptions options, TextWriter output, CancellationToken stop)
    {
        var importer = new ListImporter(storage.Bulk, TimeProvider.System);
        var report = WithProgress(
            $"Importing {Path.GetFileName(file)}",
            bar => importer.Import(
                file,
                list,
                options,
                bar is null ? null : p =>
                {
                    bar.MaxValue = Math.Max(p.TotalOctets, 1);
                    bar.Value = p.Octets;
                },
                stop));
        output.Write(report.Write());
        return report.IsCommitted || (options.DryRun && report.Rejected == 0) ? Done : Failed;
    }

    public static int Export(
        SqliteStorage storage, CallingListDefinition list, string? path, RecordStatus? status, TextWriter messages, CancellationToken stop)
    {
        var exporter = new ListExporter(storage.Bulk);
        if (path is null)
        {
            using var standard = Console.OpenStandardOutput();
            exporter.Export(list.Name, status, standard, null, stop);
            return Done;
        }

        // The file appears under its name when it is whole.
        var unfinished = path + ".tmp";
        try
        {
            var rows = WithProgress($"Exporting {list.Name}", bar =>
            {
                if (bar is not null)
                {
                    bar.IsIndeterminate = true;
                }

                using var to = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 0);
                return exporter.Export(list.Name, status, to, count => bar?.Increment(count - bar.Value), stop);
            });
            File.Move(unfinished, path, overwrite: true);
            messages.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {rows:N0} records of {list.Name}"));
            return Done;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public static async Task<int> ShowAsync(SqliteStorage storage, CallingListDefinition list, TextWriter output, CancellationToken stop)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var counts = await storage.Lists.CountAsync(list.Id, now, stop);
        var culture = CultureInfo.InvariantCulture;
        await output.WriteLineAsync(string.Create(culture, $"{list.Name}: {counts.Total:N0} records, {counts.ReadyNow:N0} ready now"));
        for (var status = 0; status < counts.ByStatus.Count; status++)
        {
            if (counts.ByStatus[status] > 0)
            {
                await output.WriteLineAsync(string.Create(culture, $"  {(RecordStatus)status,-16} {counts.ByStatus[status],12:N0}"));
            }
        }

        await output.WriteLineAsync(string.Create(
            culture,
            $"  called from {TimeSpan.FromSeconds(list.DailyFrom):hh\\:mm} till {TimeSpan.FromSeconds(list.DailyTill):hh\\:mm} unless the record says otherwise; numbers without country code are {list.DefaultCountry}"));
        foreach (var field in list.UserFields)
        {
            await output.WriteLineAsync($"  column {field.Name} {field.Type}{(field.SendAttribute is null ? "" : $", sent to desktops as {field.SendAttribute}")}");
        }

        return Done;
    }

    private static int Fail(TextWriter errors, Exception e)
    {
        errors.WriteLine(e is OperationCanceledException ? "Stopped; nothing was changed." : e.Message);
        return e is ListUsageException ? WrongUse : Failed;
    }

    /// <summary>Runs with a progress bar on standard error where somebody looks at it.</summary>
    private static T WithProgress<T>(string title, Func<ProgressTask?, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected || !console.Profile.Capabilities.Interactive)
        {
            return work(null);
        }

        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(context.AddTask(title)));
    }
}
