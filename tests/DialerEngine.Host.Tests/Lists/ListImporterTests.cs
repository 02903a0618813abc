using System.Text;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Lists;

namespace DialerEngine.Host.Tests.Lists;

/// <summary>Files into lists and out again, through the real storage.</summary>
public sealed class ListImporterTests : IDisposable
{
    private static readonly CallingListDefinition List = new()
    {
        Id = new ListId(1),
        Name = "spring",
        DailyFrom = 32_400,
        UserFields = [new UserFieldDefinition("customer", UserFieldType.Varchar), new UserFieldDefinition("visits", UserFieldType.Int, null, "7")],
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("dialer-import-").FullName;
    private readonly SqliteStorage _storage;

    public ListImporterTests() => _storage = SqliteStorage.Open(new SqliteStorageOptions { Path = Path.Combine(_folder, "s.db") }, [List]);

    public void Dispose()
    {
        _storage.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 0)]
    public void A_record_cannot_come_as_one_that_a_group_has(int status, int accepted)
    {
        var report = Import($"phone,record_status\n2025550101,{status}\n2025550102,\n");
        Assert.Equal(accepted + 1, report.Accepted);
        Assert.Equal(status is 0 or 2, report.Lines.Any(l => l.Contains("E1123", StringComparison.Ordinal)));
    }

    [Fact]
    public void Zones_by_name_become_numbers_and_unknown_ones_are_faults()
    {
        var report = Import(
            "phone,tz_name\n2025550101,America/New_York\n2025550102,est\n2025550103,\n2025550104,Europe/Madrid\n2025550105,Mars/Olympus\n2025550106,pacific/auckland\n",
            new ListImportOptions { Zones = new Dictionary<int, string> { [7] = "Europe/Madrid", [126] = "Asia/Tokyo", [8] = "America/New_York" } });
        Assert.Equal((6L, 5L, 1L), Counts(report));

        // The site's 126 is not the engine's New York any more, and EST follows.
        Assert.Equal(["8", "8", "0", "7", "118"], Export().TrimEnd('\n').Split('\n').Skip(1).Select(r => r.Split(',')[11]));
        Assert.Contains(report.Lines, l => l.Contains("E1122", StringComparison.Ordinal) && l.Contains("Mars/Olympus", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_record_gets_the_defaults_of_its_list()
    {
        var report = Import("phone,customer\n202 555 0101,Ada\n");

        Assert.Equal((1L, 1L, 0L, 0L, true), (report.Rows, report.Accepted, report.Rejected, report.Skipped, report.IsCommitted));
        Assert.Equal(
            "1,+12025550101,2,2,1,28,0,0,0,32400,64800,0,0,,1073741824,0,0,0,,0,,0,0,Ada,7",
            Export().Split('\n')[1]);
    }

    [Fact]
    public void Rows_with_faults_go_to_a_file_with_line_and_reason_and_can_be_imported_when_mended()
    {
        var report = Import(
            """
            phone,customer,visits
            202 555 0101,Ada,1
            555-12,Ben,2
            202 555 0102,Carla,many
            202 555 0101,Again,3
            202 555 0103,"Eve, ""the"" last",4
            202 555 0104
            911 555 0104,Fay,5
            """);

        Assert.Equal((7L, 2L, 4L, 1L), (report.Rows, report.Accepted, report.Rejected, report.Skipped));
        Assert.Equal(
            [
                "line 3  contact_info  \"555-12\"  E1104 too short for +1 (10 digits expected, 5 found)",
                "line 4  visits  \"many\"  E1110 not a whole number",
                "line 5  contact_info  \"20••••••••01\"  W1120 same number as line 2; kept the first (change with --duplicates)",
                "line 7  E1103 1 columns where the header has 3; quote fields that contain the separator",
                "line 8  contact_info  \"911 555 0104\"  E1114 no such number in the North American plan: area code and exchange begin with 2 to 9",
            ],
            report.Lines);
        var rejects = File.ReadAllText(report.RejectFile!);
        Assert.Equal(
            """
            import_row,import_error,"phone","customer","visits"
            3,"E1104 too short for +1 (10 digits expected, 5 found)",555-12,Ben,2
            4,"E1110 not a whole number",202 555 0102,Carla,many
            7,"E1103 1 columns where the header has 3; quote fields that contain the separator",202 555 0104
            8,"E1114 no such number in the North American plan: area code and exchange begin with 2 to 9",911 555 0104,Fay,5

            """,
            rejects);

        var mended = rejects.Replace("555-12", "202 555 0112", StringComparison.Ordinal).Replace("many", "9", StringComparison.Ordinal)
            .Replace("0104\n", "0104,Dan,0\n", StringComparison.Ordinal).Replace("911", "212", StringComparison.Ordinal);
        Assert.Equal((4L, 4L, 0L), Counts(Import(mended)));
        Assert.Equal(6, Records());
    }

    [Fact]
    public void All_or_nothing_imports_nothing_when_one_row_has_a_fault()
    {
        var report = Import("phone\n202 555 0101\nx\n", new ListImportOptions { Mode = ImportMode.All });
        Assert.False(report.IsCommitted);
        Assert.Equal(0, Records());
        Assert.Contains("--mode good", report.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_says_all_and_keeps_nothing()
    {
        var report = Import("phone\n202 555 0101\n", new ListImportOptions { DryRun = true });
        Assert.Equal((1L, 1L, 0L), Counts(report));
        Assert.Equal(0, Records());
    }

    [Fact]
    public void The_same_file_twice_loads_nothing_twice()
    {
        Import("phone\n202 555 0101\n202 555 0102\n");
        var again = Import("phone\n202 555 0101\n202 555 0102\n202 555 0103\n");
        Assert.Equal((3L, 1L, 2L), (again.Rows, again.Accepted, again.Skipped));
        Assert.Equal(3, Records());
    }

    [Fact]
    public void Duplicates_can_be_rejected_or_allowed()
    {
        const string File = "phone\n202 555 0101\n2025550101\n";
        Assert.Equal((2L, 1L, 1L), Counts(Import(File, new ListImportOptions { Duplicates = DuplicateRule.Reject })));
        Assert.Equal((2L, 2L, 0L), Counts(Import(File, new ListImportOptions { Duplicates = DuplicateRule.Allow })));
        Assert.Equal(3, Records());
    }

    [Fact]
    public void Chains_come_with_the_file_and_a_place_is_taken_once()
    {
        var report = Import("phone,chain_id,chain_n\n2025550101,5,0\n2025550102,5,1\n2025550103,5,1\n2025550104,,\n");
        Assert.Equal((4L, 3L, 1L), Counts(report));
        Assert.Contains("E1115", Assert.Single(report.Lines), StringComparison.Ordinal);
        Assert.Equal(["5,0", "5,1", "1073741824,0"], Export().TrimEnd('\n').Split('\n').Skip(1).Select(r => string.Join(',', r.Split(',')[14..16])));
    }

    [Fact]
    public void An_exported_list_imports_as_it_was()
    {
        Import("phone,customer,visits,dial_sched_time,chain_id\n2025550101,\"O'Brien, \"\"Bob\"\"\",3,1700000000,9\n+442079460958,Zo\u00EB,,,\n");
        var exported = Export();
        var second = List with { Id = new ListId(2), Name = "copy" };
        _storage.EnsureList(second);

        Import(exported, list: second);

        Assert.Equal(exported, Export("copy"));
    }

    [Fact]
    public void A_country_and_a_mapping_can_be_named()
    {
        var options = new ListImportOptions
        {
            Country = "GB",
            Separator = ';',
            Map = new Dictionary<string, string> { ["Rufnummer"] = "contact_info", ["Kunde"] = "customer", ["Unfug"] = "-" },
        };
        Import("Rufnummer;Kunde;Unfug\n020 7946 0958;Ada;x\n", options);
        Assert.Contains("+442079460958", Export(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("name\nx\n", "--map \"name=COLUMN\"")]
    [InlineData("customer\nx\n", "--map COLUMN=contact_info")]
    [InlineData("phone,custmer\n1,2\n", "did you mean customer?")]
    [InlineData("phone,contact_info\n1,2\n", "both go to contact_info")]
    public void A_file_that_cannot_be_mapped_says_how_to_mend_it(string text, string hint)
    {
        var fault = Assert.Throws<ListImportException>(() => Import(text));
        Assert.Contains(hint, fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, Records());
    }

    [Fact]
    public void UTF_16_an_unknown_country_and_a_missing_file_are_said_so()
    {
        var path = Write(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("phone\n1\n")).ToArray());
        Assert.Contains("UTF-16", Assert.Throws<ListImportException>(() => Run(path, List, new ListImportOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("XX", Assert.Throws<ListImportException>(() => Import("phone\n1\n", new ListImportOptions { Country = "XX" })).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<ListImportException>(() => Run(Path.Combine(_folder, "no.csv"), List, new ListImportOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_encodings_are_faults_of_their_rows_and_Latin_1_can_be_said()
    {
        byte[] latin = [.. "phone,customer\n2025550101,Zo"u8, 0xEB, .. "\n2025550102,Ada\n"u8];
        var report = Run(Write(latin), List, new ListImportOptions());
        Assert.Equal((2L, 1L, 1L), Counts(report));
        Assert.Contains("--encoding latin1", report.Lines[0], StringComparison.Ordinal);

        Run(Write(latin), List, new ListImportOptions { Encoding = CsvEncoding.Latin1 });
        Assert.Contains("Zo\u00EB", Export(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_rows_over_several_blocks_keep_their_order_and_count()
    {
        var text = "phone,visits\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"(212) {200 + (i / 100):D3}-{i:D4},{i}\n"));
        Assert.Equal((10_000L, 10_000L, 0L), Counts(Import(text)));
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"{i}"), Export().TrimEnd('\n').Split('\n').Skip(1).Select(r => r.Split(',')[^1]));
    }

    [Fact]
    public void An_import_that_is_stopped_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var path = Write(Encoding.UTF8.GetBytes("phone\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"212{200 + (i / 1_000):D3}{i % 10_000:D4}\n"))));
        Assert.ThrowsAny<OperationCanceledException>(
            () => new ListImporter(_storage.Bulk, TimeProvider.System).Import(path, List, new ListImportOptions(), _ => stop.Cancel(), stop.Token));
        Assert.Equal(0, Records());
    }

    [Fact]
    public void An_import_into_a_list_that_is_locked_is_a_named_fault()
    {
        using var writer = _storage.Bulk.BeginWrite("spring", ["contact_info"]);
        using var impatient = SqliteStorage.Open(new SqliteStorageOptions { Path = _storage.Path, BusyTimeoutMs = 10 }, []);
        var fault = Assert.Throws<StorageFaultException>(() => impatient.Bulk.BeginWrite("spring", ["contact_info"]));
        Assert.Equal(StorageFault.Locked, fault.Fault);
    }

    private static (long Rows, long Accepted, long Rejected) Counts(ImportReport report) => (report.Rows, report.Accepted, report.Rejected);

    private ImportReport Import(string text, ListImportOptions? options = null, CallingListDefinition? list = null) =>
        Run(Write(Encoding.UTF8.GetBytes(text)), list ?? List, options ?? new ListImportOptions());

    private ImportReport Run(string path, CallingListDefinition list, ListImportOptions options) =>
        new ListImporter(_storage.Bulk, TimeProvider.System).Import(path, list, options, null, CancellationToken.None);

    private string Write(byte[] octets)
    {
        var path = Path.Combine(_folder, "file.csv");
        File.WriteAllBytes(path, octets);
        return path;
    }

    private string Export(string list = "spring")
    {
        using var to = new MemoryStream();
        new ListExporter(_storage.Bulk).Export(list, null, to, null, CancellationToken.None);
        return Encoding.UTF8.GetString(to.ToArray());
    }

    private int Records() => Export().TrimEnd('\n').Split('\n').Length - 1;
}
