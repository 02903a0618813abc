using DialerEngine.Core;
using DialerEngine.Core.Treatments;
using DialerEngine.EndToEnd.Tests.Support;
using TrunkSimulator;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>
/// Treatments that send an answered call to a destination, from the list to the far end's own log: who was called, how long the customer stayed with us, and
/// what the record became.
/// </summary>
public sealed class TransferTests
{
    private const string Customer = "+12025550100";
    private const string Free = "+12025550177";
    private const string Busy = "+12025550188";

    [Theory]
    [InlineData(CallAction.Transfer, Free, CallResult.Answer, true)]
    [InlineData(CallAction.Transfer, Busy, CallResult.TransferError, true)]
    [InlineData(CallAction.Route, Free, CallResult.Answer, false)]
    [InlineData(CallAction.Route, Busy, CallResult.TransferError, false)]
    [InlineData(CallAction.MuteTransfer, Free, CallResult.Answer, false)]
    [InlineData(CallAction.MuteTransfer, Busy, CallResult.Answer, false)]
    public async Task A_customer_is_sent_to_a_destination(CallAction action, string destination, CallResult result, bool secondCall)
    {
        using var trunk = new TrunkServer(new TrunkServerOptions
        {
            Seed = 5,
            Speed = 20,
            Script = new TrunkScript
            {
                Mix = new Dictionary<CalleeScript, double> { [CalleeScript.Person] = 1 },
                Suffixes = new Dictionary<string, CalleeScript> { ["88"] = CalleeScript.Busy, ["77"] = CalleeScript.Machine },

                // The customer stays; the destination talks for some seconds and hangs up.
                HangUpShare = 0,
                MachineSeconds = 1,
            },
        });
        trunk.Start();
        var treatment = new TreatmentDefinition { Name = "away", Result = CallResult.Answer, CallAction = action, Destination = destination };
        await using var rig = await EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = trunk.LocalEndPoint,
            Numbers = [Customer],
            RingTimeoutMs = 10_000,
            Adjust = c => c with
            {
                Groups = [.. c.Groups.Select(g => g with { Campaign = g.Campaign with { Lists = [.. g.Campaign.Lists.Select(l => l with { List = l.List with { Treatments = [treatment] } })] } })],
            },
        });
        var store = await rig.DoneAsync();

        var record = Assert.Single(store.Records);
        Assert.Equal((result, RecordStatus.Updated), (record.Result, record.Status));
        var calls = trunk.Ledger.Snapshot();
        var customer = Assert.Single(calls, c => c.Number == Customer.TrimStart('+') || c.Number == Customer);
        Assert.True(customer.AnsweredMs >= 0);
        Assert.Equal(secondCall ? 2 : 1, calls.Count);
        if (!secondCall)
        {
            return;
        }

        var second = Assert.Single(calls, c => c != customer);
        Assert.EndsWith(destination.TrimStart('+'), second.Number, StringComparison.Ordinal);
        Assert.Equal(result == CallResult.Answer ? 200 : 486, second.Status);
        if (result == CallResult.Answer)
        {
            // They were put through: both were heard, and when the destination hung up the customer was let go.
            Assert.True(customer.RtpIn > 0 && second.RtpIn > 0, $"heard {customer.RtpIn} and {second.RtpIn}");
            Assert.Equal((LedgerEnd.Caller, LedgerEnd.Callee), (customer.EndedBy, second.EndedBy));
        }
    }
}
