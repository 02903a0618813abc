using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using DialerEngine.Core;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;

namespace DialerEngine.Host.Lists;

/// <summary>
/// Imports a file into a list: one thread reads and judges rows, the other writes them, all in one transaction. Between them at most
/// a few blocks are under way, so memory does not grow with the file, except for the set of its numbers.
/// </summary>
internal sealed class ListImporter(ICallingListBulk bulk, TimeProvider time)
{
    private const int BlocksUnderWay = 4;

    /// <summary>Imports a file. Nothing is in the list when this throws.</summary>
    /// <param name="path">The CSV file.</param>
    /// <param name="list">The list as defined.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Hears how far it is, some times a second; may be null.</param>
    /// <param name="stop">Ends the import; nothing stays of it.</param>
    /// <exception cref="ListImportException">The file cannot be imported at all.</exception>
    /// <exception cref="StorageFaultException">The storage failed.</exception>
    public ImportReport Import(
        string path, CallingListDefinition list, ListImportOptions options, Action<ImportProgress>? progress, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        using var file = Open(path);
        var reader = new CsvBlockReader(file, options.Encoding);
        var header = ReadHeader(path, file, reader, options);
        var errors = ImportMapping.TryMap(list, header, options.Map, out var mapping);
        if (mapping is null)
        {
            throw new ListImportException($"{path}: {string.Join($"{Environment.NewLine}{path}: ", errors)}");
        }

        var country = options.Country ?? list.DefaultCountry;
        if (!NumberingPlans.TryFind(country, out var home))
        {
            throw new ListImportException($"\"{country}\" is no country whose numbers are known; known are {string.Join(", ", NumberingPlans.Countries)}");
        }

        var report = new ImportReport { File = path, List = list.Name, DryRun = options.DryRun };
        using var rejects = new RejectFile(options.RejectFile ?? DefaultRejectFile(path), HeaderRow(header, reader.Separator), reader.Separator);
        using var writer = bulk.BeginWrite(list.Name, [.. mapping.Columns.Select(c => c.Name)]);
        using var run = new Run(reader, new ImportRowValidator(mapping, home, options.Duplicates, ZoneNames.Numbers(options.Zones)), mapping, options, report, rejects, writer);
        run.Execute(file.Length, progress, stop);

        if (!options.DryRun && (options.Mode == ImportMode.Good || report.Rejected == 0))
        {
            writer.Commit();
            report.IsCommitted = true;
        }

        report.RejectFile = rejects.Finish();
        report.Elapsed = time.GetElapsedTime(started);
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

    private static IReadOnlyList<string> ReadHeader(string path, FileStream file, CsvBlockReader reader, ListImportOptions options)
    {
        Span<byte> mark = stackalloc byte[2];
        if (file.Read(mark) == 2 && mark is [0xFF, 0xFE] or [0xFE, 0xFF])
        {
            throw new ListImportException($"{path}: this is UTF-16; save the file as UTF-8");
        }

        file.Position = 0;
        var header = reader.ReadHeader(options.Separator is { } separator ? (byte)separator : null)
            ?? throw new ListImportException($"{path}: the file is empty; its first row must name the columns");
        return header;
    }

    private static string HeaderRow(IReadOnlyList<string> header, byte separator) => string.Join(
        (char)separator, header.Select(name => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    private static string DefaultRejectFile(string path) => Path.Combine(
        Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}.rejected{Path.GetExtension(path)}");

    /// <summary>One import under way.</summary>
    private sealed class Run(
        CsvBlockReader reader,
        ImportRowValidator validator,
        ImportMapping mapping,
        ListImportOptions options,
        ImportReport report,
        RejectFile rejects,
        IListBulkWriter writer) : IDisposable
    {
        private readonly BlockingCollection<ImportBlock> _judged = new(BlocksUnderWay);
        private readonly BlockingCollection<ImportBlock> _empty = new(new ConcurrentStack<ImportBlock>());
        private ExceptionDispatchInfo? _judgingFailed;

        public void Execute(long fileOctets, Action<ImportProgress>? progress, CancellationToken stop)
        {
            for (var i = 0; i < BlocksUnderWay; i++)
            {
                _empty.Add(new ImportBlock(), CancellationToken.None);
            }

            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var judging = new Thread(() => Judge(ended.Token)) { IsBackground = true, Name = "list import" };
            judging.Start();
            try
            {
                foreach (var block in _judged.GetConsumingEnumerable(stop))
                {
                    Write(block);
                    progress?.Invoke(new ImportProgress(block.FilePosition, fileOctets, report.Rows));
                    _empty.Add(block, CancellationToken.None);
                }
            }
            finally
            {
                ended.Cancel();
                judging.Join();
            }

            _judgingFailed?.Throw();
        }

        public void Dispose()
        {
            _judged.Dispose();
            _empty.Dispose();
        }

        private void Judge(CancellationToken ended)
        {
            try
            {
                while (true)
                {
                    var block = _empty.Take(ended);
                    if (!reader.Read(block))
                    {
                        return;
                    }

                    JudgeRows(block);
                    _judged.Add(block, ended);
                }
            }
            catch (OperationCanceledException)
            {
                // The writing side has ended, and says why.
            }
            catch (Exception e)
            {
                // Anything else is thrown again on the writing side, which then leaves nothing in the list.
                _judgingFailed = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                _judged.CompleteAdding();
            }
        }

        private void JudgeRows(ImportBlock block)
        {
            var columns = mapping.Columns.Count;
            block.EnsureCells(columns);
            var used = block.Used;
            for (var i = 0; i < block.RowCount; i++)
            {
                ref var row = ref block.Rows[i];
                if (row.Fault != ImportFault.None)
                {
                    continue;
                }

                row.Fault = validator.Judge(
                    row.Line, block.Fields.AsSpan(row.FirstField, row.FieldCount), block.Text, ref used, block.Cells.AsSpan(i * columns, columns));
                if (row.Fault != ImportFault.None)
                {
                    row.FaultField = validator.FaultField;
                    row.FaultColumn = validator.FaultColumn;
                    row.FaultPlan = validator.LastPlan;
                    row.FirstLine = validator.FirstRow;
                }
            }
        }

        private void Write(ImportBlock block)
        {
            var columns = mapping.Columns.Count;
            var looksIntoList = options.Duplicates != DuplicateRule.Allow && !writer.WasEmpty;
            for (var i = 0; i < block.RowCount; i++)
            {
                ref var row = ref block.Rows[i];
                report.Rows++;
                if (row.Fault == ImportFault.None)
                {
                    var cells = block.Cells.AsSpan(i * columns, columns);
                    var contact = cells[mapping.ContactInfo];
                    row.Fault = looksIntoList && writer.Contains(block.Text.AsSpan(contact.Offset, contact.Length))
                        ? ImportFault.DuplicateInList
                        : writer.Write(cells, block.Text);
                    if (row.Fault == ImportFault.None)
                    {
                        report.Accepted++;
                        continue;
                    }

                    row.FaultField = mapping.Sources[mapping.ContactInfo];
                    row.FaultColumn = mapping.Columns[mapping.ContactInfo];
                }

                Report(block, in row);
            }
        }

        /// <summary>What the fault is about: the field as it was written, or the number in E.164 form where that is what was there before.</summary>
        private static ReadOnlySpan<byte> FaultyValue(ImportBlock block, in CsvRow row)
        {
            if (row.FaultField < 0)
            {
                return [];
            }

            var field = block.Fields[row.FirstField + row.FaultField];
            return block.Text.AsSpan(field.Offset, field.Length);
        }

        private void Report(ImportBlock block, in CsvRow row)
        {
            var isSkipped = ImportMessages.IsDuplicate(row.Fault) && options.Duplicates == DuplicateRule.Skip;
            _ = isSkipped ? report.Skipped++ : report.Rejected++;
            var isTold = report.Lines.Count < ImportReport.ToldRows;
            if (isSkipped && !isTold)
            {
                return;
            }

            var value = FaultyValue(block, in row);
            var reason = $"{ImportMessages.Code(row.Fault, options.Duplicates)} " + ImportMessages.Describe(
                row.Fault, row.FaultColumn, value, row.FaultPlan ?? NumberingPlan.Unknown, row.FirstLine, mapping.FileColumns, row.FieldCount);
            if (isTold)
            {
                var where = row.FaultColumn is null ? "" : $"{row.FaultColumn.Name}  \"{ImportMessages.Show(row.Fault, value)}\"  ";
                report.Lines.Add($"line {row.Line}  {where}{reason}");
            }

            if (!isSkipped)
            {
                rejects.Add(row.Line, reason, block.Text.AsSpan(row.RawOffset, row.RawLength), row.Fault != ImportFault.RowTooLong);
            }
        }
    }
}
