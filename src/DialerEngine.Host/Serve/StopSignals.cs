using System.Runtime.InteropServices;

namespace DialerEngine.Host.Serve;

/// <summary>The operator's wish to end: SIGTERM, SIGINT (Ctrl-C), SIGQUIT or SIGHUP, the first time and the second time.</summary>
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
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Raise(context.Signal.ToString());
            }));
        }
    }

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
