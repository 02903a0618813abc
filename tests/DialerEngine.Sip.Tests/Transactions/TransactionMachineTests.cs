using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Tests.Transactions;

/// <summary>
/// The four machines against the figures of RFC 3261 section 17 as corrected by RFC 6026. A row that is not listed must change nothing.
/// </summary>
public sealed class TransactionMachineTests
{
    private static readonly (TransactionKind Kind, TransactionState From, TransactionInput Input, TransactionState To, TransactionActions Actions)[] Rows =
    [
        // RFC 3261 figure 5, RFC 6026 figure 2: INVITE client.
        (TransactionKind.InviteClient, TransactionState.Calling, TransactionInput.Retransmit, TransactionState.Calling, TransactionActions.SendRequest),
        (TransactionKind.InviteClient, TransactionState.Calling, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.InformTimeout),
        (TransactionKind.InviteClient, TransactionState.Calling, TransactionInput.TransportError, TransactionState.Terminated, TransactionActions.InformTransportError),
        (TransactionKind.InviteClient, TransactionState.Calling, TransactionInput.Provisional, TransactionState.Proceeding, TransactionActions.PassUp),
        (TransactionKind.InviteClient, TransactionState.Calling, TransactionInput.Success, TransactionState.Accepted, TransactionActions.PassUp),
        (TransactionKind.InviteClient, TransactionState.Calling, TransactionInput.Failure, TransactionState.Completed, TransactionActions.PassUp | TransactionActions.SendAck),
        (TransactionKind.InviteClient, TransactionState.Proceeding, TransactionInput.Provisional, TransactionState.Proceeding, TransactionActions.PassUp),
        (TransactionKind.InviteClient, TransactionState.Proceeding, TransactionInput.Success, TransactionState.Accepted, TransactionActions.PassUp),
        (TransactionKind.InviteClient, TransactionState.Proceeding, TransactionInput.Failure, TransactionState.Completed, TransactionActions.PassUp | TransactionActions.SendAck),

        // RFC 3261 section 9.1: a cancelled INVITE without final answer ends after 64*T1; any other at its bound (as timer C, 16.6).
        (TransactionKind.InviteClient, TransactionState.Proceeding, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.InformTimeout),
        (TransactionKind.InviteClient, TransactionState.Accepted, TransactionInput.Success, TransactionState.Accepted, TransactionActions.PassUp),
        (TransactionKind.InviteClient, TransactionState.Accepted, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.None),
        (TransactionKind.InviteClient, TransactionState.Completed, TransactionInput.Failure, TransactionState.Completed, TransactionActions.SendAck),
        (TransactionKind.InviteClient, TransactionState.Completed, TransactionInput.TransportError, TransactionState.Terminated, TransactionActions.InformTransportError),
        (TransactionKind.InviteClient, TransactionState.Completed, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.None),

        // RFC 3261 figure 6: non-INVITE client.
        (TransactionKind.NonInviteClient, TransactionState.Trying, TransactionInput.Retransmit, TransactionState.Trying, TransactionActions.SendRequest),
        (TransactionKind.NonInviteClient, TransactionState.Trying, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.InformTimeout),
        (TransactionKind.NonInviteClient, TransactionState.Trying, TransactionInput.TransportError, TransactionState.Terminated, TransactionActions.InformTransportError),
        (TransactionKind.NonInviteClient, TransactionState.Trying, TransactionInput.Provisional, TransactionState.Proceeding, TransactionActions.PassUp),
        (TransactionKind.NonInviteClient, TransactionState.Trying, TransactionInput.Success, TransactionState.Completed, TransactionActions.PassUp),
        (TransactionKind.NonInviteClient, TransactionState.Trying, TransactionInput.Failure, TransactionState.Completed, TransactionActions.PassUp),
        (TransactionKind.NonInviteClient, TransactionState.Proceeding, TransactionInput.Retransmit, TransactionState.Proceeding, TransactionActions.SendRequest),
        (TransactionKind.NonInviteClient, TransactionState.Proceeding, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.InformTimeout),
        (TransactionKind.NonInviteClient, TransactionState.Proceeding, TransactionInput.TransportError, TransactionState.Terminated, TransactionActions.InformTransportError),
        (TransactionKind.NonInviteClient, TransactionState.Proceeding, TransactionInput.Provisional, TransactionState.Proceeding, TransactionActions.PassUp),
        (TransactionKind.NonInviteClient, TransactionState.Proceeding, TransactionInput.Success, TransactionState.Completed, TransactionActions.PassUp),
        (TransactionKind.NonInviteClient, TransactionState.Proceeding, TransactionInput.Failure, TransactionState.Completed, TransactionActions.PassUp),
        (TransactionKind.NonInviteClient, TransactionState.Completed, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.None),

        // RFC 3261 figure 7, RFC 6026 figure 1: INVITE server.
        (TransactionKind.InviteServer, TransactionState.Proceeding, TransactionInput.Request, TransactionState.Proceeding, TransactionActions.RepeatResponse),
        (TransactionKind.InviteServer, TransactionState.Proceeding, TransactionInput.Provisional, TransactionState.Proceeding, TransactionActions.SendResponse),
        (TransactionKind.InviteServer, TransactionState.Proceeding, TransactionInput.Success, TransactionState.Accepted, TransactionActions.SendResponse),
        (TransactionKind.InviteServer, TransactionState.Proceeding, TransactionInput.Failure, TransactionState.Completed, TransactionActions.SendResponse),
        (TransactionKind.InviteServer, TransactionState.Proceeding, TransactionInput.TransportError, TransactionState.Terminated, TransactionActions.InformTransportError),

        // The last resort against a user who gives no final answer: not in the figures, which leave the state without an end.
        (TransactionKind.InviteServer, TransactionState.Proceeding, TransactionInput.Expire, TransactionState.Proceeding, TransactionActions.InformUnanswered),
        (TransactionKind.InviteServer, TransactionState.Accepted, TransactionInput.Success, TransactionState.Accepted, TransactionActions.SendResponse),
        (TransactionKind.InviteServer, TransactionState.Accepted, TransactionInput.Ack, TransactionState.Accepted, TransactionActions.PassUp),
        (TransactionKind.InviteServer, TransactionState.Accepted, TransactionInput.TransportError, TransactionState.Accepted, TransactionActions.InformTransportError),
        (TransactionKind.InviteServer, TransactionState.Accepted, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.None),
        (TransactionKind.InviteServer, TransactionState.Completed, TransactionInput.Request, TransactionState.Completed, TransactionActions.RepeatResponse),
        (TransactionKind.InviteServer, TransactionState.Completed, TransactionInput.Retransmit, TransactionState.Completed, TransactionActions.RepeatResponse),
        (TransactionKind.InviteServer, TransactionState.Completed, TransactionInput.Ack, TransactionState.Confirmed, TransactionActions.None),
        (TransactionKind.InviteServer, TransactionState.Completed, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.InformTimeout),
        (TransactionKind.InviteServer, TransactionState.Completed, TransactionInput.TransportError, TransactionState.Terminated, TransactionActions.InformTransportError),
        (TransactionKind.InviteServer, TransactionState.Confirmed, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.None),

        // RFC 3261 figure 8: non-INVITE server.
        (TransactionKind.NonInviteServer, TransactionState.Trying, TransactionInput.Provisional, TransactionState.Proceeding, TransactionActions.SendResponse),
        (TransactionKind.NonInviteServer, TransactionState.Trying, TransactionInput.Success, TransactionState.Completed, TransactionActions.SendResponse),
        (TransactionKind.NonInviteServer, TransactionState.Trying, TransactionInput.Failure, TransactionState.Completed, TransactionActions.SendResponse),
        (TransactionKind.NonInviteServer, TransactionState.Trying, TransactionInput.Expire, TransactionState.Trying, TransactionActions.InformUnanswered),
        (TransactionKind.NonInviteServer, TransactionState.Proceeding, TransactionInput.Expire, TransactionState.Proceeding, TransactionActions.InformUnanswered),
        (TransactionKind.NonInviteServer, TransactionState.Proceeding, TransactionInput.Request, TransactionState.Proceeding, TransactionActions.RepeatResponse),
        (TransactionKind.NonInviteServer, TransactionState.Proceeding, TransactionInput.Provisional, TransactionState.Proceeding, TransactionActions.SendResponse),
        (TransactionKind.NonInviteServer, TransactionState.Proceeding, TransactionInput.Success, TransactionState.Completed, TransactionActions.SendResponse),
        (TransactionKind.NonInviteServer, TransactionState.Proceeding, TransactionInput.Failure, TransactionState.Completed, TransactionActions.SendResponse),
        (TransactionKind.NonInviteServer, TransactionState.Proceeding, TransactionInput.TransportError, TransactionState.Terminated, TransactionActions.InformTransportError),
        (TransactionKind.NonInviteServer, TransactionState.Completed, TransactionInput.Request, TransactionState.Completed, TransactionActions.RepeatResponse),
        (TransactionKind.NonInviteServer, TransactionState.Completed, TransactionInput.TransportError, TransactionState.Terminated, TransactionActions.InformTransportError),
        (TransactionKind.NonInviteServer, TransactionState.Completed, TransactionInput.Expire, TransactionState.Terminated, TransactionActions.None),
    ];

    public static TheoryData<string, string, string> Everything()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var kind in Enum.GetNames<TransactionKind>())
        {
            foreach (var state in Enum.GetNames<TransactionState>())
            {
                foreach (var input in Enum.GetNames<TransactionInput>())
                {
                    data.Add(kind, state, input);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void A_machine_does_what_its_figure_says_and_nothing_else(string kindName, string stateName, string inputName)
    {
        var kind = Enum.Parse<TransactionKind>(kindName);
        var state = Enum.Parse<TransactionState>(stateName);
        var input = Enum.Parse<TransactionInput>(inputName);
        var row = Rows.Where(r => r.Kind == kind && r.From == state && r.Input == input).ToArray();
        var step = TransactionMachines.Next(kind, state, input);
        Assert.Equal(row.Length == 0 ? state : row[0].To, step.Next);
        Assert.Equal(row.Length == 0 ? TransactionActions.None : row[0].Actions, step.Actions);
    }

    [Theory]
    [InlineData("InviteClient", "Calling", "Provisional", "C", "None")]
    [InlineData("InviteClient", "Calling", "Success", "M", "None")]
    [InlineData("InviteClient", "Proceeding", "Failure", "D", "None")]
    [InlineData("NonInviteClient", "Trying", "Provisional", "Keep", "ESlow")]
    [InlineData("NonInviteClient", "Proceeding", "Success", "K", "None")]
    [InlineData("InviteServer", "Proceeding", "Success", "L", "None")]
    [InlineData("InviteServer", "Proceeding", "Failure", "H", "G")]
    [InlineData("InviteServer", "Completed", "Ack", "I", "None")]
    [InlineData("NonInviteServer", "Trying", "Success", "J", "Keep")]
    public void A_state_is_entered_with_the_timers_of_its_figure(string kind, string state, string input, string timer, string repeat)
    {
        var step = TransactionMachines.Next(
            Enum.Parse<TransactionKind>(kind), Enum.Parse<TransactionState>(state), Enum.Parse<TransactionInput>(input));
        Assert.Equal(Enum.Parse<StateTimer>(timer), step.Timer);
        Assert.Equal(Enum.Parse<RepeatTimer>(repeat), step.Repeat);
    }

    [Fact]
    public void A_new_transaction_starts_as_its_figure_says()
    {
        Assert.Equal(
            new Transition(TransactionState.Calling, TransactionActions.SendRequest, StateTimer.B, RepeatTimer.A),
            TransactionMachines.Start(TransactionKind.InviteClient));
        Assert.Equal(
            new Transition(TransactionState.Trying, TransactionActions.SendRequest, StateTimer.F, RepeatTimer.E),
            TransactionMachines.Start(TransactionKind.NonInviteClient));
        Assert.Equal(TransactionState.Proceeding, TransactionMachines.Start(TransactionKind.InviteServer).Next);
        Assert.Equal(TransactionState.Trying, TransactionMachines.Start(TransactionKind.NonInviteServer).Next);
    }
}
