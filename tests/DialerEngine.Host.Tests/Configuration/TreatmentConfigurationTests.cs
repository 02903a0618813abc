using DialerEngine.Core;
using DialerEngine.Core.Treatments;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Tests.Configuration;

public sealed class TreatmentConfigurationTests
{
    [Fact]
    public void The_sample_configuration_gives_the_treatments_that_its_comments_tell()
    {
        var result = ConfigurationReader.Read(Repository.PathOf("samples", "treatments.json"), ConfigurationCases.Environment);

        Assert.True(result.Configuration is not null, string.Join('\n', result.Faults));
        var group = Assert.Single(result.Configuration.Groups);
        var list = group.Campaign.Lists[0].List;
        var plan = new TreatmentPlan(list.Treatments, group.Campaign.Treatments);
        Assert.Equal(
            [RecordAction.CycleRedial, RecordAction.NextInChain, RecordAction.RetryAtDate], plan.SequenceOf(CallResult.Busy).Select(t => t.RecordAction));
        Assert.Equal("tomorrow 18:00", plan.SequenceOf(CallResult.Busy)[2].At!.ToString());
        Assert.Equal((60, 60, 3), plan.SequenceOf(CallResult.NoAnswer)[1] is var later ? (later.IntervalMinutes, later.IncrementMinutes, later.CycleAttempt) : default);
        Assert.Equal((CallAction.Route, "sip:5000@sip.example.net"), plan.SequenceOf(CallResult.Fax)[0] is var fax ? (fax.CallAction, fax.Destination) : default);
        Assert.Equal([RecordAction.RetryIn, RecordAction.AssignToGroup], plan.SequenceOf(CallResult.AgentCallBackError).Select(t => t.RecordAction));
        Assert.Equal(1_440, plan.SequenceOf((CallResult)1001)[0].IntervalMinutes);
        Assert.Equal((6, 30 * 60_000), (list.MaxAttempts, group.Options.CallbackWaitAgentTimeoutMs));
    }

    [Theory]
    [InlineData("\"callResult\": \"Bussy\"", "callResult", "did you mean Busy?")]
    [InlineData("\"callResult\": \"6\"", "callResult", "6 is Busy; write the name")]
    [InlineData("\"callResult\": \"Busy\", \"recordAction\": \"RetryIn\"", "interval", "is missing; RetryIn needs one")]
    [InlineData("\"callResult\": \"Busy\", \"recordAction\": \"RetryAtDate\", \"at\": \"soon\"", "at", "must be a date or a time of day")]
    [InlineData("\"callResult\": \"Busy\", \"callAction\": \"Drop\"", "callAction", "only Answer, AnsweringMachine, Fax and Silence have a call to act on")]
    [InlineData("\"callResult\": \"Fax\", \"callAction\": \"SendFax\"", "callAction", "SendFax is not supported")]
    [InlineData("\"callResult\": \"AgentCallBackError\", \"recordAction\": \"MarkDb\"", "recordAction", "must be AssignToGroup, MarkAsAgentError, CycleRedial, RetryAtDate or RetryIn")]
    [InlineData("\"callResult\": \"AnsweringMachine\", \"callAction\": \"PlayMessage\", \"announcement\": \"nosuch.wav\"", "announcement", "there is no file")]
    public void A_treatment_that_makes_no_sense_is_one_clear_error(string treatment, string key, string words)
    {
        var result = ConfigurationCases.ReadText(With($"{{ \"name\": \"t\", {treatment} }}"));

        Assert.Null(result.Configuration);
        var fault = Assert.Single(result.Faults, f => f.Severity == FaultSeverity.Error);
        Assert.Contains("treatments[0]." + key, fault.ToString(), StringComparison.Ordinal);
        Assert.Contains(words, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_treatments_cannot_have_one_place_in_a_sequence()
    {
        var result = ConfigurationCases.ReadText(With("{ \"name\": \"a\", \"callResult\": \"Busy\" }, { \"name\": \"b\", \"callResult\": \"Busy\" }"));

        Assert.Contains(result.Faults, f => f.ToString().Contains("is number 1 for Busy already", StringComparison.Ordinal));
    }

    private static string With(string treatments) => File.ReadAllText(Path.Combine(ConfigurationCases.Folder("good"), "minimal.json"))
        .Replace("\"safe_harbour_announcement\": \"silence.wav\"", "\"record_processed\": false", StringComparison.Ordinal)
        .Replace("\"callingLists\": [{ \"list\"", $"\"treatments\": [{treatments}], \"callingLists\": [{{ \"list\"", StringComparison.Ordinal);
}
