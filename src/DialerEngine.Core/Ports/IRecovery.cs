namespace DialerEngine.Core.Ports;

/// <summary>
/// Puts the books right after a crash, once, before anything is loaded. Attempts that the journal shows as started and not
/// finished are finished: <see cref="CallResult.Stale"/> (record status Stale) where an agent had the record, else
/// <see cref="CallResult.SystemError"/> (record status Updated, attempts counted), because the call may have been made. Records that
/// were taken but not dialled are Ready again.
/// </summary>
public interface IRecovery
{
    ValueTask<RecoveryReport> RecoverAsync(int applicationId, long nowUnixMs, CancellationToken stop);
}

/// <summary>What recovery found.</summary>
/// <param name="AttemptsFinishedStale">Attempts finished as Stale.</param>
/// <param name="AttemptsFinishedSystemError">Attempts finished as System Error.</param>
/// <param name="RecordsReturned">Records put back to Ready.</param>
public sealed record RecoveryReport(int AttemptsFinishedStale, int AttemptsFinishedSystemError, int RecordsReturned);
