using DialerEngine.Core.Telephony;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>Calls that a treatment sends to a destination: routed, transferred mute, transferred in two steps.</summary>
public sealed partial class GroupMachine
{
    private void SendAway(CallSession session, CallAction action, string destination)
    {
        session.State = CallState.Routed;
        session.Transfer = action switch
        {
            CallAction.Route => TransferKind.Route,
            CallAction.MuteTransfer => TransferKind.Mute,
            _ => TransferKind.TwoStep,
        };
        if (session.Transfer == TransferKind.TwoStep)
        {
            session.SecondTrunk = _gate.TryTake(_definition.Id, new ReadOnlySpan<int>(in session.Trunk), _now, out _);
            if (session.SecondTrunk < 0)
            {
                TransferFailed(session);
                return;
            }
        }

        StartTimer(session, TimerKind.MaxDuration, _options.MaxCallDurationMs);
        ref var route = ref Emit(EffectKind.Route);
        route.Call = session.Handle;
        route.Detail = (int)session.Transfer;
        route.Text = destination;
    }

    /// <summary>What an adapter needs to send a call away.</summary>
    public TransferRequest TransferRequestOf(in Effect effect)
    {
        var session = Find(effect.Call) ?? throw new InvariantBrokenException("a transferred call has no session");
        return new TransferRequest
        {
            Call = effect.Call,
            Kind = (TransferKind)effect.Detail,
            Destination = effect.Text!,
            RingTimeoutMs = RingTimeoutMs,
            CallerId = session.CallerId.Digits,
        };
    }

    private void OnTransferred(CallHandle call)
    {
        if (Find(call) is { State: CallState.Routed } session)
        {
            session.IsPutThrough = true;
        }
    }

    /// <summary>The destination did not take the call.</summary>
    private void OnRouteFailed(CallHandle call)
    {
        if (Find(call) is { State: CallState.Routed, IsPutThrough: false } session)
        {
            TransferFailed(session);
        }
    }

    /// <summary>The result is Transfer Error; a person whom nobody took is abandoned like any other and hears the announcement.</summary>
    private void TransferFailed(CallSession session)
    {
        ReleaseSecondLine(session);
        session.Result = CallResult.TransferError;
        if (session.WasLiveAnswer)
        {
            CountAbandoned(session);
            SayGoodbye(session);
            return;
        }

        ReleaseCall(session);
    }

    /// <summary>The call ended while it was with a destination, or on its way there.</summary>
    private void FinishRouted(CallSession session)
    {
        if (session is { Transfer: TransferKind.TwoStep, IsPutThrough: false, WasLiveAnswer: true } && session.Result != CallResult.TransferError)
        {
            // A person who hangs up before the destination has answered.
            CountAbandoned(session);
            session.Result = CallResult.Abandoned;
        }

        Finish(session, session.Result);
    }

    private void ReleaseSecondLine(CallSession session)
    {
        if (session.SecondTrunk >= 0)
        {
            _gate.Release(_definition.Id, session.SecondTrunk);
            session.SecondTrunk = -1;
        }
    }
}
