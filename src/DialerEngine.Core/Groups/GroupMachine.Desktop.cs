using DialerEngine.Core.Desktop;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>What agents ask for through their desktops.</summary>
public sealed partial class GroupMachine
{
    private void OnDesktopRequest(DesktopRequest request)
    {
        switch (request.Kind)
        {
            case DesktopRequestKind.RecordProcessed:
                OnRecordProcessed(request);
                break;
            default:
                OnOtherDesktopRequest(request);
                break;
        }
    }

    /// <summary>The agent is done with the record. The acknowledgement goes out when the record's new state is durable.</summary>
    private void OnRecordProcessed(DesktopRequest request)
    {
        if (!_seatByAgent.ContainsKey(request.Agent.Value))
        {
            EmitReply(request, DesktopError.AgentNotFound, CallHandle.None);
            return;
        }

        if (FindRecord(request.RecordHandle) is not { DesktopDone: false } session || session.Agent != request.Agent
            || !(session.Wishes.ByAgent || session.State is CallState.Connected or CallState.Releasing or CallState.OnDesktop))
        {
            EmitReply(request, DesktopError.RecordNotFound, CallHandle.None);
            return;
        }

        if (!TryUpdatesFor(session, request, out var updates))
        {
            EmitReply(request, DesktopError.InvalidAttributeValue, session.Handle);
            return;
        }

        session.DesktopDone = true;
        session.DesktopResult = request.CallResult ?? session.DesktopResult;
        session.Wishes.Treatment = request.Treatment switch
        {
            "RecordTreatCampaign" => AgentTreatment.Campaign,
            "RecordTreatPersonal" => AgentTreatment.Personal,
            _ => AgentTreatment.None,
        };
        session.FieldUpdates = MergedUpdates(session.FieldUpdates, updates);
        session.PendingReply = request;
        if (session.State == CallState.OnDesktop)
        {
            Finish(session, session.Result);
        }
    }

    private void OnCallControl(AgentId agent, CallHandle call, CallControl control)
    {
        if (Find(call) is not { } session || session.Agent != agent)
        {
            return;
        }

        switch (control)
        {
            case CallControl.Answer when session.State == CallState.Delivering:
                EmitCall(EffectKind.AnswerAtAgent, session);
                break;
            case CallControl.Release when session.State == CallState.Connected:
                LeaveAgent(session, byAgent: true);
                ReleaseCall(session);
                break;
            case CallControl.Release when session.Wishes.ByAgent && session.AgentSlot >= 0:
                GiveUpAgentsCall(session);
                break;
            case CallControl.Release when session.State == CallState.Delivering:
                EmitCall(EffectKind.WithdrawDelivery, session);
                session.AgentGaveUp = true;
                DeliveryFailed(session);
                break;
            case CallControl.Hold when session is { State: CallState.Connected, Held: false }:
                SetHeld(session, true);
                break;
            case CallControl.Retrieve when session is { State: CallState.Connected, Held: true }:
                SetHeld(session, false);
                break;
        }
    }

    private void SetHeld(CallSession session, bool held)
    {
        session.Held = held;
        EmitCall(EffectKind.SetHold, session, held ? 1 : 0);
        EmitCall(EffectKind.CallEvent, session, (int)(held ? CallEventKind.Held : CallEventKind.Retrieved));
    }

    private void OnUserDataUpdate(AgentId agent, CallHandle call, UserData userData)
    {
        if (Find(call) is not { } session || session.Agent != agent || session.State is CallState.Finishing)
        {
            return;
        }

        Attach(session, userData);
        EmitCall(EffectKind.CallEvent, session, (int)CallEventKind.AttachedDataChanged);
    }

    private void EmitReply(DesktopRequest request, DesktopError error, CallHandle call)
    {
        ref var effect = ref Emit(EffectKind.DesktopReply);
        effect.Agent = request.Agent;
        effect.Call = call;
        effect.Detail = (int)error;
        effect.Reference = request;
    }
}
