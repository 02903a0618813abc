using DialerEngine.Host.Configuration;
using DialerEngine.Host.Engine;

namespace DialerEngine.Host.Reload;

/// <summary>One change as an answer shows it.</summary>
/// <param name="Key">Where, with names instead of places.</param>
/// <param name="From">The value before.</param>
/// <param name="To">The value in the file.</param>
/// <param name="Reason">Why a key that a reload applies needs a restart this time.</param>
internal sealed record ConfigurationChangeView(string Key, string From, string To, string? Reason = null);

/// <summary>What a reload did.</summary>
/// <param name="Version">Number of the configuration that runs now: 1 at the start, one more with each reload that changes something.</param>
/// <param name="Applied">What is in force now.</param>
/// <param name="NeedsRestart">What the file says and a restart is needed for.</param>
/// <param name="NotTaken">Who could not take the configuration, and why.</param>
/// <param name="Warnings">What <c>check</c> warns of and did not when the running configuration was read.</param>
internal sealed record ReloadView(
    int Version, IReadOnlyList<ConfigurationChangeView> Applied, IReadOnlyList<ConfigurationChangeView> NeedsRestart, IReadOnlyList<string> NotTaken,
    IReadOnlyList<string> Warnings);

/// <summary>The running configuration.</summary>
/// <param name="File">The file it is read from.</param>
/// <param name="Version">Number of the configuration that runs now.</param>
/// <param name="Since">Since when.</param>
/// <param name="NeedsRestart">What the file said at the last reload and a restart is needed for.</param>
internal sealed record ConfigurationView(string File, int Version, DateTimeOffset Since, IReadOnlyList<ConfigurationChangeView> NeedsRestart);

/// <summary>The outcome of a reload: what was done, or the lines that say why nothing was.</summary>
internal readonly record struct ReloadOutcome(ReloadView? Done, IReadOnlyList<string> Faults);

/// <summary>
/// Reads the configuration file again while the engine runs. The whole file is checked first, and where it has a fault nothing is applied. One reload at
/// a time; those that come meanwhile wait.
/// </summary>
internal sealed class ConfigurationReload : IDisposable
{
    private readonly string _file;
    private readonly Func<ConfigurationResult> _read;
    private readonly IReloadTarget _target;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _one = new(1);
    private SectionValues _running;
    private HashSet<(string Path, string Rule)> _warnings;
    private volatile ConfigurationView _view;
    private volatile EngineConfiguration _configuration;

    /// <param name="file">The file, as the operator named it.</param>
    /// <param name="running">What it said when the engine was started.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="target">The engine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of every change.</param>
    public ConfigurationReload(string file, ConfigurationResult running, Func<ConfigurationResult> read, IReloadTarget target, TimeProvider time, ILogger logger)
    {
        _file = file;
        _read = read;
        _target = target;
        _time = time;
        _logger = logger;
        _running = running.Values ?? throw new ArgumentException("the running configuration was not read from a file", nameof(running));
        _configuration = running.Configuration ?? throw new ArgumentException("the running configuration has faults", nameof(running));
        _warnings = WarningsOf(running);
        _view = new ConfigurationView(Path.GetFullPath(file), 1, time.GetUtcNow(), []);
    }

    /// <summary>Told after a new configuration was taken.</summary>
    public Action<EngineConfiguration>? Applied { get; init; }

    public ConfigurationView View => _view;

    /// <summary>The configuration that runs now.</summary>
    public EngineConfiguration Configuration => _configuration;

    /// <summary>Reads the file and applies what can be applied; with <paramref name="dryRun"/> says only what would be done.</summary>
    public async Task<ReloadOutcome> RunAsync(string by, bool dryRun, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var outcome = await ReadAndApplyAsync(dryRun, cancel);
            Log(by, dryRun, outcome);
            return outcome;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The same for a signal, to which nobody can be answered: what goes wrong is logged.</summary>
    public async Task RunQuietlyAsync(string by)
    {
        try
        {
            await RunAsync(by, dryRun: false, CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // The engine has ended meanwhile.
        }
#pragma warning disable CA1031 // Whatever goes wrong must be told, and must not end the engine.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            ReloadLog.Broken(_logger, by, broken.Message, broken);
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<ReloadOutcome> ReadAndApplyAsync(bool dryRun, CancellationToken cancel)
    {
        var read = _read();
        if (read.Configuration is null || read.Values is null)
        {
            return Refused(read);
        }

        var diff = ConfigurationDiff.Of(_running, read.Values, _target.WhyRestart);
        var waiting = Views(diff.NeedRestart);
        var applied = Views(diff.Applied);
        var warnings = read.Faults.Where(f => !_warnings.Contains((f.Path, f.Rule))).Select(f => f.ToString()).ToList();
        if (dryRun || applied.Count == 0)
        {
            if (!dryRun)
            {
                _view = _view with { NeedsRestart = waiting };
            }

            return new ReloadOutcome(new ReloadView(_view.Version, applied, waiting, [], warnings), []);
        }

        // What needs a restart may be what the rest of the file relies on: then the two belong together.
        var merged = ConfigurationReader.Rebuild(_file, diff.Merged);
        if (merged.Configuration is not { } next)
        {
            return new ReloadOutcome(null,
            [
                .. merged.Faults.Where(f => f.Severity == FaultSeverity.Error).Select(f => f.ToString()),
                $"{_file}: without what needs a restart ({string.Join(", ", waiting.Select(w => w.Key))}) the rest makes no whole: restart the engine to take all of it",
            ]);
        }

        IReadOnlyList<string> notTaken;
        try
        {
            notTaken = await _target.ApplyAsync(next, cancel);
        }
        catch (EngineStartException unusable)
        {
            return new ReloadOutcome(null, [$"{_file}: {unusable.Message}"]);
        }

        _warnings = WarningsOf(read);
        Applied?.Invoke(next);
        _running = diff.Merged;
        _configuration = next;
        _view = _view with { Version = _view.Version + 1, Since = _time.GetUtcNow(), NeedsRestart = waiting };
        return new ReloadOutcome(new ReloadView(_view.Version, applied, waiting, notTaken, warnings), []);
    }

    private static HashSet<(string Path, string Rule)> WarningsOf(ConfigurationResult read) => [.. read.Faults.Select(f => (f.Path, f.Rule))];

    private static ReloadOutcome Refused(ConfigurationResult read)
    {
        var lines = read.Faults.Select(f => f.ToString()).ToList();
        if (read.Unlisted > 0)
        {
            lines.Add($"and {read.Unlisted} more");
        }

        return new ReloadOutcome(null, lines);
    }

    private static List<ConfigurationChangeView> Views(IEnumerable<ConfigurationChange> changes) =>
        [.. changes.Select(c => new ConfigurationChangeView(c.Path, c.From, c.To, c.Reason))];

    private void Log(string by, bool dryRun, ReloadOutcome outcome)
    {
        if (outcome.Done is not { } done)
        {
            foreach (var fault in outcome.Faults.Where(f => !f.Contains(": warning: ", StringComparison.Ordinal)))
            {
                ReloadLog.Fault(_logger, fault);
            }

            ReloadLog.Refused(_logger, by, _file);
            return;
        }

        if (dryRun)
        {
            return;
        }

        foreach (var change in done.Applied)
        {
            ReloadLog.Changed(_logger, change.Key, change.From, change.To);
        }

        foreach (var change in done.NeedsRestart)
        {
            ReloadLog.Waits(_logger, change.Key, change.From, change.To, change.Reason ?? "it is read at the start only");
        }

        foreach (var reason in done.NotTaken)
        {
            ReloadLog.NotTaken(_logger, reason);
        }

        ReloadLog.Done(_logger, by, done.Version, done.Applied.Count, done.NeedsRestart.Count);
    }
}

/// <summary>Log messages of reloads: event ids 9400 to 9449.</summary>
internal static partial class ReloadLog
{
    [LoggerMessage(EventId = 9400, Level = LogLevel.Information, Message = "Configuration reloaded by {By}: version {Version}, {Applied} changes applied, {Waiting} need a restart")]
    public static partial void Done(ILogger logger, string by, int version, int applied, int waiting);

    [LoggerMessage(EventId = 9401, Level = LogLevel.Information, Message = "Configuration changed: {Key}: {From} -> {To}")]
    public static partial void Changed(ILogger logger, string key, string from, string to);

    [LoggerMessage(EventId = 9402, Level = LogLevel.Warning, Message = "Configuration not changed without a restart: {Key}: {From} -> {To} ({Reason})")]
    public static partial void Waits(ILogger logger, string key, string from, string to, string reason);

    [LoggerMessage(EventId = 9403, Level = LogLevel.Error, Message = "Configuration not taken: {Reason}")]
    public static partial void NotTaken(ILogger logger, string reason);

    [LoggerMessage(EventId = 9404, Level = LogLevel.Error, Message = "Configuration at fault: {Fault}")]
    public static partial void Fault(ILogger logger, string fault);

    [LoggerMessage(EventId = 9405, Level = LogLevel.Error, Message = "Reload by {By} refused: {File} has faults; nothing was changed")]
    public static partial void Refused(ILogger logger, string by, string file);

    [LoggerMessage(EventId = 9406, Level = LogLevel.Error, Message = "Reload by {By} failed: {Reason}")]
    public static partial void Broken(ILogger logger, string by, string reason, Exception fault);

    // Next free event id: 9407.
}
