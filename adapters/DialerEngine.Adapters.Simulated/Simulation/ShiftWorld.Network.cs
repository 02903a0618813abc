using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Adapters.Simulated.Simulation;

/// <summary>The network's and the customers' part.</summary>
public sealed partial class ShiftWorld
{
    // What a BYE or CANCEL takes to be answered.
    private const double ReleaseSeconds = 0.03;
    private const double AnnouncementSeconds = 4;

    public void Place(in DialRequest request)
    {
        var group = _groups[request.Call.Group.Value - 1];
        var record = group.Machine!.Find(request.Call)!.Record!;
        var list = _lists[record.List.Value - 1];
        group.Slots[request.Call.Index] = new Slot { Call = request.Call, List = record.List.Value - 1 };
        Line(group, 1);
        All.Dial(Now);
        if (_groups.Length > 1)
        {
            group.Meter.Dial(Now);
        }

        var network = _scenario.Network;
        var call = request.Call;
        if (_trunkDown[request.Trunk])
        {
            Plan(Late(network.Congestion.Sample(_callsRandom)), HappeningKind.Congestion, call);
            return;
        }

        if (_callsRandom.Uniform() < list.ChanceOf(record.Id.Value))
        {
            Answer(call, request.RingTimeoutMs, list.PersonAnswer ?? network.PersonAnswer, network.PersonDetection, machine: false, network.PersonAsMachine);
            return;
        }

        var mix = list.Mix;
        var at = _callsRandom.Uniform() * mix.Sum;
        if ((at -= mix.Machine) < 0)
        {
            Answer(call, request.RingTimeoutMs, list.MachineAnswer ?? network.MachineAnswer, network.MachineDetection, machine: true, network.MachineAsPerson);
        }
        else if ((at -= mix.NoAnswer) < 0)
        {
            NoAnswer(call, request.RingTimeoutMs);
        }
        else if ((at -= mix.Busy) < 0)
        {
            Plan(Late(network.Busy.Sample(_callsRandom)), HappeningKind.CallEnds, call, (int)CallResult.Busy);
        }
        else if ((at - mix.Sit) < 0 || mix.Congestion <= 0)
        {
            Plan(Late(network.Sit.Sample(_callsRandom)), HappeningKind.CallEnds, call, (int)CallResult.SitDetected);
        }
        else
        {
            Plan(Late(network.Congestion.Sample(_callsRandom)), HappeningKind.Congestion, call);
        }
    }

    public void Release(CallHandle call)
    {
        ref var slot = ref SlotOf(call);
        if (slot.Call == call && !slot.Closing)
        {
            slot.Closing = true;
            Plan(ReleaseSeconds, HappeningKind.EngineEnds, call);
        }
    }

    /// <summary>The customer is somebody else's: for the group the call is over.</summary>
    public void Transfer(in TransferRequest request) => Plan(ReleaseSeconds, HappeningKind.HangsUp, request.Call, detail: 1);

    public void Announce(CallHandle call, string announcement) => Plan(AnnouncementSeconds, HappeningKind.AnnouncementEnds, call);

    public void SetHold(CallHandle call, bool held)
    {
        // Silence has no consequence here.
    }

    private ref Slot SlotOf(CallHandle call) => ref _groups[call.Group.Value - 1].Slots[call.Index];

    private double Late(double seconds) => seconds + _scenario.Network.EventDelay.Sample(_callsRandom);

    private void Line(Group group, int by)
    {
        All.Line(Now, by);
        if (_groups.Length > 1)
        {
            group.Meter.Line(Now, by);
        }
    }

    private void NoAnswer(CallHandle call, int ringTimeoutMs) => Plan(Late(ringTimeoutMs / 1_000.0), HappeningKind.CallEnds, call, (int)CallResult.NoAnswer);

    private void Answer(CallHandle call, int ringTimeoutMs, Law ringing, Law detection, bool machine, double mistaken)
    {
        var rung = ringing.Sample(_callsRandom);
        var listened = detection.Sample(_callsRandom);
        var wrong = mistaken > 0 && _callsRandom.Uniform() < mistaken;
        if (rung * 1_000 >= ringTimeoutMs)
        {
            NoAnswer(call, ringTimeoutMs);
        }
        else
        {
            // Heard as a machine, rightly or wrongly, or as a person.
            SlotOf(call).Machine = machine;
            Plan(Late(rung), HappeningKind.Answered, call);
            Plan(Late(rung + listened), HappeningKind.Verdict, call, (int)(machine != wrong ? CallResult.AnsweringMachine : CallResult.Answer));
        }
    }

    private void Answered(CallHandle call)
    {
        ref var slot = ref SlotOf(call);
        if (slot.Call == call && !slot.Closing)
        {
            slot.Answered = true;
            Say(call.Group.Value - 1, new GroupInput { Kind = InputKind.CallAnswered, Call = call });
        }
    }

    private void Verdict(in Happening what)
    {
        ref var slot = ref SlotOf(what.Call);
        if (slot.Call != what.Call || slot.Closing)
        {
            return;
        }

        slot.Answered = true;
        Say(what.Call.Group.Value - 1, new GroupInput { Kind = InputKind.CallClassified, Call = what.Call, Detail = what.Detail });
        if (what.Detail == (int)CallResult.Answer && _scenario.Network.HangUp is { } patience && !slot.Machine)
        {
            Plan(patience.Sample(_callsRandom), HappeningKind.HangsUp, what.Call, detail: 1);
        }
    }

    private void CallEnds(CallHandle call, CallResult result)
    {
        ref var slot = ref SlotOf(call);
        if (slot.Call != call || slot.Closing)
        {
            return;
        }

        End(call, ref slot, new CallOutcome
        {
            Result = result,
            EndedBy = result == CallResult.NoAnswer || result == CallResult.AnsweringMachine ? CallEndedBy.Engine : CallEndedBy.FarEnd,
            TrunkFault = result == CallResult.AllTrunksBusy,
            NetworkCode = result switch
            {
                CallResult.Busy => 486,
                CallResult.NoAnswer => 487,
                CallResult.SitDetected => 404,
                CallResult.AllTrunksBusy => 503,
                _ => 200,
            },
        });
    }

    /// <summary>A customer ends the talk, or (detail 1) does not wait for an agent any longer.</summary>
    private void HangsUp(in Happening what)
    {
        ref var slot = ref SlotOf(what.Call);
        if (slot.Call == what.Call && !slot.Closing && slot.Connected != (what.Detail == 1))
        {
            End(what.Call, ref slot, new CallOutcome { Result = CallResult.Ok, EndedBy = CallEndedBy.FarEnd, Answered = true, NetworkCode = 200 });
        }
    }

    private void EngineEnds(CallHandle call)
    {
        ref var slot = ref SlotOf(call);
        if (slot.Call == call)
        {
            End(call, ref slot, new CallOutcome { Result = CallResult.NoAnswer, EndedBy = CallEndedBy.Engine, Answered = slot.Answered, NetworkCode = slot.Answered ? 200 : 487 });
        }
    }

    private void End(CallHandle call, ref Slot slot, in CallOutcome outcome)
    {
        slot = default;
        var group = call.Group.Value - 1;
        Line(_groups[group], -1);
        Say(group, new GroupInput { Kind = InputKind.CallEnded, Call = call, Outcome = outcome });
    }
}
