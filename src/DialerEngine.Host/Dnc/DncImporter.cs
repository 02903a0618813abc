using System.Globalization;
using System.Text;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Lists;

namespace DialerEngine.Host.Dnc;

/// <summary>What an import did.</summary>
internal sealed class DncImportReport
{
    public long Rows { get; set; }

    public long Accepted { get; set; }

    public long Rejected { get; set; }

    public string? RejectFile { get; set; }
}

/// <summary>
/// Imports a CSV file into a do-not-call list. Rows become durable in blocks, each short enough that a running engine's journal does not wait for
/// long: a crash leaves a beginning of the file, and importing it again puts that right, because a later entry replaces an earlier one.
/// </summary>
/// <param name="store">Where to.</param>
/// <param name="tenantDbid">Whose list.</param>
/// <param name="home">Country of numbers without country code.</param>
/// <param name="nowUnixSeconds">Time of the entries; durations begin then.</param>
internal sealed class DncImporter(IDoNotCallStore store, int tenantDbid, NumberingPlan home, long nowUnixSeconds)
{
    private const int BlockRows = 20_000;

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["phone"] = "phone",
        ["number"] = "phone",
        ["contact_info"] = "phone",
        ["customer_id"] = "customer_id",
        ["message"] = "dnc_message",
        ["dnc_message"] = "dnc_message",
        ["campaign_dbid"] = "campaign_dbid",
        ["campaign"] = "campaign_dbid",
        ["list_dbid"] = "list_dbid",
        ["list"] = "list_dbid",
        ["is_internal"] = "is_internal",
        ["expiration"] = "expiration",
        ["duration"] = "duration",
        ["time_stamp"] = "time_stamp",
        ["tenant_dbid"] = "tenant_dbid",
    };

    private readonly List<DoNotCallEntry> _waiting = new(BlockRows);

    /// <exception cref="ListImportException">The file cannot be read, or its header names no number and no customer.</exception>
    public DncImportReport Import(string path, string? rejectPath, Action<long, long>? progress, CancellationToken stop)
    {
        var report = new DncImportReport();
        using var file = Open(path);
        var reader = new CsvBlockReader(file, CsvEncoding.Utf8);
        var header = reader.ReadHeader(null) ?? throw new ListImportException($"{path}: the file is empty; its first row must name the columns");
        var columns = Map(path, header);
        var headerRow = string.Join((char)reader.Separator, header.Select(h => $"\"{h.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        var rejectName = rejectPath ?? Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}.rejected{Path.GetExtension(path)}");
        using var rejects = new RejectFile(rejectName, headerRow, reader.Separator);
        var block = new ImportBlock();
        while (reader.Read(block))
        {
            stop.ThrowIfCancellationRequested();
            for (var i = 0; i < block.RowCount; i++)
            {
                Take(block, in block.Rows[i], columns, report, rejects);
            }

            progress?.Invoke(block.FilePosition, file.Length);
        }

        Flush();
        report.RejectFile = rejects.Finish();
        return report;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, Options = FileOptions.SequentialScan, BufferSize = 0 });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ListImportException($"{path}: cannot be read: {e.Message}");
        }
    }

    private static string[] Map(string path, IReadOnlyList<string> header)
    {
        var columns = header.Select(name => Aliases.GetValueOrDefault(name.Trim(), "")).ToArray();
        var unknown = header.Where((_, i) => columns[i].Length == 0).ToList();
        if (unknown.Count > 0)
        {
            throw new ListImportException($"{path}: column {unknown[0]} is not known{Configuration.DidYouMean.Ask(unknown[0], Aliases.Keys)}; columns are {string.Join(", ", Aliases.Keys)}");
        }

        return columns.Contains("phone") || columns.Contains("customer_id")
            ? columns
            : throw new ListImportException($"{path}: the header names neither phone nor customer_id");
    }

    private void Take(ImportBlock block, in CsvRow row, string[] columns, DncImportReport report, RejectFile rejects)
    {
        report.Rows++;
        var fault = row.Fault != ImportFault.None ? $"not a row of CSV ({row.Fault})"
            : row.FieldCount != columns.Length ? string.Create(CultureInfo.InvariantCulture, $"{row.FieldCount} fields where the header has {columns.Length}")
            : Judge(block, in row, columns);
        if (fault is null)
        {
            report.Accepted++;
            return;
        }

        report.Rejected++;
        rejects.Add(row.Line, fault, block.Text.AsSpan(row.RawOffset, row.RawLength), row.Fault != ImportFault.RowTooLong);
    }

    private string? Judge(ImportBlock block, in CsvRow row, string[] columns)
    {
        string? phone = null, customer = null, message = null;
        long campaign = 0, list = 0, isInternal = 0, expiration = 0, stamp = nowUnixSeconds;
        Span<byte> e164 = stackalloc byte[PhoneNumber.MaxLength];
        for (var i = 0; i < columns.Length; i++)
        {
            var field = block.Fields[row.FirstField + i];
            var text = (ReadOnlySpan<byte>)block.Text.AsSpan(field.Offset, field.Length);
            if (text.Trim((byte)' ').IsEmpty)
            {
                continue;
            }

            switch (columns[i])
            {
                case "phone":
                    var error = PhoneNumber.TryNormalise(text, home, e164, out var length, out _);
                    if (error != PhoneNumberError.None)
                    {
                        return $"phone: {Reason(error)}";
                    }

                    phone = Encoding.ASCII.GetString(e164[..length]);
                    continue;
                case "customer_id":
                    customer = Encoding.UTF8.GetString(text);
                    if (customer.Length > DoNotCallList.LongestCustomerId)
                    {
                        return "customer_id: more than 64 characters";
                    }

                    continue;
                case "dnc_message":
                    message = Encoding.UTF8.GetString(text);
                    message = message.Length > 255 ? message[..255] : message;
                    continue;
                case "tenant_dbid":
                    continue;
            }

            if (!TryNumber(text, columns[i], out var number))
            {
                return $"{columns[i]}: not a number of its kind";
            }

            switch (columns[i])
            {
                case "campaign_dbid": campaign = number; break;
                case "list_dbid": list = number; break;
                case "is_internal": isInternal = number; break;
                case "expiration": expiration = number; break;
                case "duration": expiration = nowUnixSeconds + number; break;
                default: stamp = number; break;
            }
        }

        if (phone is null && customer is null)
        {
            return "neither phone nor customer_id";
        }

        _waiting.Add(new DoNotCallEntry
        {
            Phone = phone,
            CustomerId = customer,
            Message = message,
            CampaignDbid = (int)campaign,
            ListDbid = (int)list,
            IsInternal = isInternal != 0,
            TimeStamp = stamp,
            Expiration = expiration,
        });
        if (_waiting.Count == BlockRows)
        {
            Flush();
        }

        return null;
    }

    private static string Reason(PhoneNumberError error) => error switch
    {
        PhoneNumberError.TooShort => "too short for its country",
        PhoneNumberError.TooLong => "too long for its country",
        PhoneNumberError.UnknownCountryCode => "no country code begins like this; write the number with + and its country code",
        PhoneNumberError.BadAreaCode => "no such number in the North American plan: area code and exchange begin with 2 to 9",
        _ => "not a telephone number: only digits, + and separators are allowed",
    };

    /// <summary>A whole number; for the end of an entry also a date, e.g. 2027-01-31, whose midnight (UTC) it is.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> text, string column, out long number)
    {
        var most = column is "expiration" or "duration" or "time_stamp" ? uint.MaxValue - 1L : int.MaxValue;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return number <= most;
        }

        if (column == "expiration" && text.Length <= 32
            && DateTimeOffset.TryParse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            number = date.ToUnixTimeSeconds();
            return number > 0 && number <= most;
        }

        return false;
    }

    private void Flush()
    {
        store.Add(tenantDbid, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_waiting));
        _waiting.Clear();
    }
}
