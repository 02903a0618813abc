using DialerEngine.Core.Ports;

namespace DialerEngine.Core.Groups;

/// <summary>
/// Pre-dial validation of callbacks that are dialled for their agent: asked about when they are due and their agent is logged in, dialled
/// with a positive answer that is not too old. Until the answer is there the callback waits, however long that takes: it is not missed by it.
/// </summary>
public sealed partial class GroupMachine
{
    private readonly HeldCheck[] _heldChecks = new HeldCheck[HeldCapacity];

    private struct HeldCheck
    {
        /// <summary>Place of the question among those that are open, from 1; 0 where none is.</summary>
        public int Question;

        /// <summary>When it was allowed; 0 where it is not.</summary>
        public long AllowedTicks;
        public AttemptId Attempt;
        public long AskedAt;
    }

    /// <summary>True where the callback may be dialled now; asks where nothing is known.</summary>
    private bool IsCleared(int index)
    {
        if (!_options.PreDialValidation)
        {
            return true;
        }

        ref var held = ref _heldChecks[index];
        if (held.AllowedTicks > 0 && _now.Ticks - held.AllowedTicks <= _options.ValidationMaxAgeMs * Moment.TicksPerMillisecond)
        {
            return true;
        }

        if (held.Question > 0 || _suspended || _freeCheckCount == 0 || _askedCount + _refusalsAwaiting >= 2 * _checks.Length)
        {
            return false;
        }

        var slot = _freeChecks[--_freeCheckCount];
        ref var check = ref _checks[slot];
        check.Record = _held[index];
        check.Attempt = held.Attempt == default ? _ids.NextAttempt() : held.Attempt;
        check.IsCallback = true;
        Ask(slot);
        held = new HeldCheck { Question = slot + 1, Attempt = check.Attempt, AskedAt = check.AskedAt };
        return false;
    }

    private void OnCallbackValidated(int slot, PreDialVerdict verdict, PreDialRefusal? refusal)
    {
        var index = Array.IndexOf(_held, _checks[slot].Record, 0, _heldCount);
        Invariant.That(index >= 0 && _heldChecks[index].Question == slot + 1);
        _heldChecks[index].Question = 0;
        if (verdict == PreDialVerdict.Allowed)
        {
            _heldChecks[index].AllowedTicks = _now.Ticks;
            ValidationCounts = ValidationCounts with { Allowed = ValidationCounts.Allowed + 1 };
        }
        else
        {
            ValidationCounts = ValidationCounts with { Refused = ValidationCounts.Refused + 1 };
            TakeHeld(index);
            Refuse(ref _checks[slot], refusal ?? new PreDialRefusal(CallResult.GeneralError, null, null));
        }

        FreeCheck(slot);
    }

    /// <summary>The callback at a place is no longer here: an answer that still comes finds no question.</summary>
    private void ForgetQuestion(int index)
    {
        if (_heldChecks[index].Question is > 0 and var question)
        {
            _askedCount--;
            FreeCheck(question - 1);
        }
    }
}
