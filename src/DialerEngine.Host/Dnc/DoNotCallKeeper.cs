using System.Text;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Dnc;

/// <summary>
/// Keeps a tenant's do-not-call list in memory in step with its storage: loads a snapshot and what came after it, then looks for changes of other
/// processes every few seconds. Dialling goes on meanwhile.
/// </summary>
internal sealed class DoNotCallKeeper : IDoNotCallReader, IDisposable
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(2);

    /// <summary>Additions after which a snapshot is worth its writing, at least; in a long list an eighth of it, so that writing does not grow with its square.</summary>
    private const long SnapshotEvery = 1_000_000;

    private readonly IDoNotCallStore _store;
    private readonly TenantRules _tenant;
    private readonly string _snapshot;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _reading = new();
    private ITimer? _timer;
    private DoNotCallPosition _position;
    private long _sinceSnapshot;
    private long _refused;

    public DoNotCallKeeper(IDoNotCallStore store, TenantRules tenant, string databasePath, TimeProvider time, ILogger logger)
    {
        _store = store;
        _tenant = tenant;
        _snapshot = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{databasePath}.donotcall.{tenant.Configuration.TenantDbid}");
        _time = time;
        _logger = logger;
    }

    public DoNotCallList List => _tenant.List;

    public string Tenant => _tenant.Configuration.Tenant;

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    private ulong Identity => _store.Identity ^ (ulong)_tenant.Configuration.TenantDbid;

    /// <summary>Loads the list. Groups may dial when this has returned, not before.</summary>
    public void Load(CancellationToken stop)
    {
        LoadSnapshot();
        Poll(stop);
        _timer = _time.CreateTimer(_ => PollQuietly(), null, PollEvery, PollEvery);
    }

    /// <summary>Loads the list as it is now; it is not followed, and no snapshot is written.</summary>
    public void LoadOnce(CancellationToken stop)
    {
        LoadSnapshot();
        _position = _store.ReadChanges(_tenant.Configuration.TenantDbid, _position, this, stop);
    }

    /// <summary>
    /// Writes the snapshot of a long list that nobody follows, so that the next engine starts with it: after an import. False where the list is short, or
    /// has customers, who are not in snapshots.
    /// </summary>
    public static bool TryWriteSnapshot(IDoNotCallStore store, int tenantDbid, string databasePath, ILogger logger, CancellationToken stop)
    {
        using var keeper = new DoNotCallKeeper(
            store, new TenantRules(new TenantCompliance { Tenant = "", TenantDbid = tenantDbid }), databasePath, TimeProvider.System, logger);
        keeper.LoadOnce(stop);
        return keeper.List.Numbers.Count >= SnapshotEvery && keeper.SaveSnapshot();
    }

    /// <summary>Reads what changed in the storage. One reader at a time.</summary>
    public void Poll(CancellationToken stop)
    {
        lock (_reading)
        {
            var before = _position;
            _position = _store.ReadChanges(_tenant.Configuration.TenantDbid, _position, this, stop);
            _sinceSnapshot += _position.Addition - before.Addition;
            if (_refused > 0)
            {
                DncLog.Refused(_logger, Tenant, _refused);
                _refused = 0;
            }

            List.Numbers.DropEnded(Now);
            if (_sinceSnapshot >= Math.Max(SnapshotEvery, List.Numbers.Count / 8) && SaveSnapshot())
            {
                _sinceSnapshot = 0;
            }
        }
    }

    /// <summary>Puts an entry into storage, then into memory: it counts when this returns, and after a crash too.</summary>
    public void Add(DoNotCallEntry entry)
    {
        _store.Add(_tenant.Configuration.TenantDbid, [entry]);
        Poll(CancellationToken.None);
    }

    /// <summary>Takes a number or customer off; how many entries that were.</summary>
    public int Remove(string? phone, string? customerId)
    {
        var removed = _store.Remove(_tenant.Configuration.TenantDbid, phone, customerId, Now);
        Poll(CancellationToken.None);
        return removed;
    }

    public void Added(ReadOnlySpan<byte> phone, ReadOnlySpan<byte> customerId, long expiration)
    {
        Span<char> text = stackalloc char[32];
        if (phone.Length is > 0 and <= 32)
        {
            var length = Encoding.ASCII.GetChars(phone, text);
            _refused += NumberKey.TryPackE164(text[..length], out var number) && List.AddNumber(number, expiration) ? 0 : 1;
        }
        else
        {
            _refused += phone.IsEmpty ? 0 : 1;
        }

        if (!customerId.IsEmpty)
        {
            _refused += List.AddCustomer(Encoding.UTF8.GetString(customerId), expiration) ? 0 : 1;
        }
    }

    public void Removed(ReadOnlySpan<byte> phone, ReadOnlySpan<byte> customerId)
    {
        Span<char> text = stackalloc char[32];
        if (phone.Length is > 0 and <= 32 && NumberKey.TryPackE164(text[..Encoding.ASCII.GetChars(phone, text)], out var number))
        {
            List.RemoveNumber(number);
        }

        if (!customerId.IsEmpty)
        {
            List.RemoveCustomer(Encoding.UTF8.GetString(customerId));
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void LoadSnapshot()
    {
        // A snapshot holds numbers only: with customers in the storage it cannot stand for the beginning of it.
        if (!File.Exists(_snapshot))
        {
            return;
        }

        try
        {
            using var file = new FileStream(_snapshot, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            var error = DoNotCallSnapshot.TryLoad(List.Numbers, file, Identity, out var addition, out var removal);
            if (error == SnapshotError.None)
            {
                _position = new DoNotCallPosition(addition, removal);
            }
            else
            {
                DncLog.SnapshotLeft(_logger, _snapshot, error.ToString());
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            DncLog.SnapshotLeft(_logger, _snapshot, unreadable.Message);
        }
    }

    private bool SaveSnapshot()
    {
        if (List.CustomerCount > 0)
        {
            return false;
        }

        try
        {
            using (var file = new FileStream(_snapshot + ".tmp", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            {
                DoNotCallSnapshot.Save(List.Numbers, file, Identity, _position.Addition, _position.Removal);
                file.Flush(flushToDisk: true);
            }

            File.Move(_snapshot + ".tmp", _snapshot, overwrite: true);
            return true;
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            DncLog.SnapshotLeft(_logger, _snapshot, full.Message);
            return true;
        }
    }

    private void PollQuietly()
    {
        try
        {
            Poll(CancellationToken.None);
        }
        catch (StorageFaultException away)
        {
            // What is in memory stays; the next look comes soon.
            DncLog.Unreadable(_logger, Tenant, away.Message);
        }
    }
}

/// <summary>Log messages of the do-not-call lists: event ids 9200 to 9299.</summary>
internal static partial class DncLog
{
    [LoggerMessage(EventId = 9201, Level = LogLevel.Warning, Message = "Do-not-call list of {Tenant}: {Count} entries are no numbers or do not fit into memory; they do not count")]
    public static partial void Refused(ILogger logger, string tenant, long count);

    [LoggerMessage(EventId = 9202, Level = LogLevel.Warning, Message = "Do-not-call snapshot {Path} cannot be used ({Reason}); the list is read from the storage")]
    public static partial void SnapshotLeft(ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 9203, Level = LogLevel.Warning, Message = "Do-not-call list of {Tenant} cannot be read again now: {Reason}")]
    public static partial void Unreadable(ILogger logger, string tenant, string reason);

    [LoggerMessage(EventId = 9204, Level = LogLevel.Information, Message = "Do-not-call list of {Tenant}: {Numbers} numbers, {Customers} customers; {Attempts} past attempts count for frequency")]
    public static partial void Loaded(ILogger logger, string tenant, long numbers, long customers, long attempts);

    [LoggerMessage(EventId = 9205, Level = LogLevel.Error, Message = "Do-not-call list of {Tenant}: {Count} entries of agents are in memory only; their records are closed, their numbers are not stored")]
    public static partial void NotStored(ILogger logger, string tenant, int count);

    // Next free event id: 9206.
}
