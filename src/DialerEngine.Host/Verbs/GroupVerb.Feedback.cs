using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DialerEngine.Host.Verbs;

/// <summary><c>cpd feedback</c>: the detector's error rates as agents measured them, from a running engine.</summary>
internal static partial class GroupVerb
{
    internal static Command Feedback()
    {
        var connection = new AdminConnection();
        var json = new Option<bool>("--json") { Description = "Print the admin API's JSON." };
        var command = new Command("feedback", "Shows a running engine's error rates by list, from what agents said of test calls (GSW_CALL_RESULT_FEEDBACK), with 95 % intervals.")
        {
            json, connection.Url, connection.Token,
        };
        command.SetAction((parsed, cancel) => connection.RunAsync(parsed, "cpd feedback", async client =>
        {
            var reply = await client.SendAsync(HttpMethod.Get, "api/v1/detection/feedback", null, cancel);
            if (parsed.GetValue(json))
            {
                return reply;
            }

            using var document = JsonDocument.Parse(reply);
            return DescribeFeedback(document.RootElement.GetProperty("lists"));
        }));
        return command;
    }

    private static string DescribeFeedback(JsonElement lists)
    {
        if (lists.GetArrayLength() == 0)
        {
            return "no verdicts yet, or no campaign group makes test calls; give one the option cpd_test_calls";
        }

        var text = new StringBuilder();
        foreach (var list in lists.EnumerateArray())
        {
            text.Append(CultureInfo.InvariantCulture, $"{Text(list, "group")} {(Text(list, "list") is { Length: > 0 } name ? name : "(other lists)")}: ")
                .Append(CultureInfo.InvariantCulture, $"{Number(list, "calledPeople")} people and {Number(list, "calledMachines")} machines by the detector; ")
                .Append(CultureInfo.InvariantCulture, $"false machines {Share(list.GetProperty("falseMachines"))}; missed machines {Share(list.GetProperty("missedMachines"))}; ")
                .Append(CultureInfo.InvariantCulture, $"of all people {Estimate(list.GetProperty("peopleLost"))} lost, of all machines {Estimate(list.GetProperty("machinesConnected"))} connected; ")
                .Append(CultureInfo.InvariantCulture, $"{Number(list, "unanswered")} test calls of the group without an agent's word")
                .AppendLine();
        }

        return text.ToString().TrimEnd();
    }

    private static string Estimate(JsonElement rate) => string.Create(
        CultureInfo.InvariantCulture,
        $"{rate.GetProperty("share").GetDouble():P2} ({rate.GetProperty("low").GetDouble():P2} to {rate.GetProperty("high").GetDouble():P2})");

    private static string Share(JsonElement share) => Number(share, "of") == 0
        ? "none checked"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Number(share, "hits")} of {Number(share, "of")} checked ({share.GetProperty("share").GetDouble():P2}, {share.GetProperty("low").GetDouble():P2} to {share.GetProperty("high").GetDouble():P2})");
}
