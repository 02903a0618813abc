using DialerEngine.Core.Desktop;
using DialerEngine.Desktop.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Desktop.Tests;

/// <summary>Whatever a desktop sends. A failing case is printed with the seed that makes it again.</summary>
public sealed class RequestPropertyTests
{
    /// <summary>A key that means something, or none, with a value of any kind.</summary>
    private static readonly Gen<(string Key, object Value)> Pairs =
        from key in Gen.OneOf(
            Gen.Elements("GSW_AGENT_REQ_TYPE", "GSW_APPLICATION_ID", "GSW_RECORD_HANDLE", "GSW_CALLING_LIST", "GSW_CAMPAIGN_NAME", "GSW_REFERENCE_ID"),
            Gen.Elements(DesktopKeys.All.Select(k => k.Name).ToArray()),
            Gen.Elements("customer_name", "visits", "balance", "", "gsw_phone"))
        from value in Gen.OneOf(
            Gen.Elements<object>("RecordProcessed", "CampaignStatusRequest", "DoNotCall", "List 1", "Spring", "Spring@Team A", "101", "42", "", "x"),
            Gen.Elements<object>(0L, 1L, 42L, 101L, 102L, -1L, long.MinValue, long.MaxValue),
            Gen.Constant<object>(new UserData().Set("k", "v")))
        select (key, value);

    [Fact]
    public void A_request_is_handed_on_or_answered_once_or_not_for_us() =>
        Prop.ForAll(Pairs.ListOf().ToArbitrary(), pairs =>
        {
            var (desk, data) = Send(new UserData(), pairs);
            var answers = desk.Channel.Sent.Count;
            if (data.TryGetString("GSW_AGENT_REQ_TYPE", out var type) && type == "CampaignStatusRequest")
            {
                return desk.Gateway.Posted.Count == 0 && answers is 0 or 2 && desk.Channel.Sent.All(s => !s.Event.UserData!.Contains("GSW_ERROR"));
            }

            return desk.Gateway.Posted.Count + answers <= 1 && ReturnsReference(desk, data);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_RecordProcessed_with_anything_added_is_handed_on_or_answered_exactly_once() =>
        Prop.ForAll(Pairs.Where(p => p.Key is not ("GSW_AGENT_REQ_TYPE" or "GSW_APPLICATION_ID")).ListOf().ToArbitrary(), pairs =>
        {
            var (desk, data) = Send(Desk.RecordProcessed(), pairs);
            return desk.Gateway.Posted.Count + desk.Channel.Sent.Count == 1 && ReturnsReference(desk, data);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_keys_does_not_matter() =>
        Prop.ForAll(Pairs.ListOf().ToArbitrary(), pairs =>
        {
            var (forward, data) = Send(Desk.RecordProcessed(), pairs);
            var reversed = new UserData();
            foreach (var pair in data.Pairs.Reverse())
            {
                reversed.TrySet(pair.Key, pair.Value);
            }

            var backward = new Desk();
            backward.Requests.HandleUserEvent(Desk.Agent, reversed, null);
            return forward.Channel.Sent.Count == backward.Channel.Sent.Count
                && forward.Channel.Sent.Zip(backward.Channel.Sent).All(b => b.First.Event.UserData!.Pairs.SequenceEqual(b.Second.Event.UserData!.Pairs));
        }).QuickCheckThrowOnFailure();

    private static (Desk Desk, UserData Data) Send(UserData data, IEnumerable<(string Key, object Value)> pairs)
    {
        foreach (var (key, value) in pairs)
        {
            data.TrySet(key, value);
        }

        var desk = new Desk();
        desk.Requests.HandleUserEvent(Desk.Agent, data, null);
        return (desk, data);
    }

    private static bool ReturnsReference(Desk desk, UserData data) =>
        !data.TryGet("GSW_REFERENCE_ID", out var reference)
        || desk.Channel.Sent.All(s => s.Event.UserData!.TryGet("GSW_REFERENCE_ID", out var returned) && returned.Equals(reference));
}
