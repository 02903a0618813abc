using System.Runtime.InteropServices;

namespace DialerEngine.Host.Serve;

/// <summary>The operator's wish to end: SIGTERM, SIGINT (Ctrl-C) or SIGQUIT, the first time and the second time; and to reload: SIGHUP.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Completes with the signal's name when it comes.</summary>
    public Task<string> First => _first.Task;

    /// <summary>Completes when a signal comes once more.</summary>
    public Task<string> Second => _second.Task;

    /// <summary>Takes the process's signals from now on.</summary>
    public void Listen()
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Raise(context.Signal.ToString());
            }));
        }

        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            RaiseReload();
        }));
    }

    /// <summary>Called for each wish to reload the configuration.</summary>
    public event Action? Reload;

    /// <summary>Takes note of a wish to reload; before anybody listens it is no matter, the file has just been read.</summary>
    public void RaiseReload() => Reload?.Invoke();

    /// <summary>Takes note of one signal.</summary>
    public void Raise(string name)
    {
        if (!_first.TrySetResult(name))
        {
            _second.TrySetResult(name);
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }
}
