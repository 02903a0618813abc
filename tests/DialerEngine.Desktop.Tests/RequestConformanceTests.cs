using System.Globalization;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop.Protocol;
using DialerEngine.Desktop.Tests.Specification;

namespace DialerEngine.Desktop.Tests;

/// <summary>Every request of the specification: all required keys, each missing, each of a wrong type, each optional one.</summary>
public sealed class RequestConformanceTests
{
    private static readonly Dictionary<string, string> TextValues = new(StringComparer.Ordinal)
    {
        ["GSW_CALLBACK_TYPE"] = "Personal",
        ["GSW_CHAIN_ATTR"] = "RecordOnly",
        ["GSW_TREATMENT"] = "RecordTreatCampaign",
        ["GSW_CALLING_LIST"] = "List 1",
        ["GSW_CAMPAIGN_NAME"] = "Spring",
        ["GSW_CAMPAIGN_GROUP_NAME"] = "Spring@Team A",
        ["GSW_PHONE"] = "+15550123",
        ["GSW_CALL_TIME"] = "1700000000",
        ["GSW_DATE_TIME"] = "05/31/2027 14:30",
    };

    public static TheoryData<string> Requests() => [.. AllRequests().Select(m => m.Name)];

    public static TheoryData<string, string> RequiredKeys() => Keys(k => k.Required);

    public static TheoryData<string, string> OptionalKeys() => Keys(k => !k.Required);

    public static TheoryData<string, string> AllKeys() => Keys(_ => true);

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_with_all_required_keys_is_good(string request) =>
        Assert.Equal(default, RequestValidator.Check(DesktopMessages.Get(request), Complete(request)));

    [Theory]
    [MemberData(nameof(RequiredKeys))]
    public void A_request_without_a_required_key_is_error_102(string request, string key)
    {
        var fault = RequestValidator.Check(DesktopMessages.Get(request), Without(Complete(request), key));
        Assert.Equal((DesktopError.AttributeNotFound, key), (fault.Error, fault.Key!.Name));
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void A_key_of_a_wrong_type_is_error_103(string request, string key)
    {
        var type = Specified(DesktopMessages.Get(request)).Single(k => k.Key == key).Type;
        var data = Complete(request);
        if (type == KeyType.String)
        {
            data.Set(key, new UserData().Set("nested", 1));
        }
        else
        {
            data.Set(key, "twelve");
        }

        var fault = RequestValidator.Check(DesktopMessages.Get(request), data);
        Assert.Equal((DesktopError.InvalidAttributeValue, key), (fault.Error, fault.Key!.Name));
    }

    [Theory]
    [MemberData(nameof(OptionalKeys))]
    public void Each_optional_key_is_taken(string request, string key)
    {
        var data = Complete(request);
        SetGood(data, DesktopMessages.Get(request), key);
        Assert.Equal(default, RequestValidator.Check(DesktopMessages.Get(request), data));
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void An_integer_may_come_as_a_string_of_digits(string request, string key)
    {
        var data = Complete(request);
        SetGood(data, DesktopMessages.Get(request), key);
        if (data.TryGetString(key, out var text))
        {
            data.Set(key, text);
        }

        Assert.Equal(default, RequestValidator.Check(DesktopMessages.Get(request), data));
    }

    [Theory]
    [MemberData(nameof(RequiredKeys))]
    public void A_required_key_with_an_empty_string_is_error_103(string request, string key)
    {
        var fault = RequestValidator.Check(DesktopMessages.Get(request), Complete(request).Set(key, ""));
        Assert.Equal((DesktopError.InvalidAttributeValue, key), (fault.Error, fault.Key!.Name));
    }

    [Theory]
    [InlineData("RequestRecordCancel", "GSW_CAMPAIGN_NAME")]
    [InlineData("RequestRecordCancel", "GSW_CALLING_LIST")]
    [InlineData("DoNotCall", "GSW_CAMPAIGN_NAME")]
    [InlineData("DoNotCall", "GSW_CALLING_LIST")]
    public void With_a_record_handle_campaign_and_list_are_required(string request, string key)
    {
        var data = Complete(request).Set("GSW_RECORD_HANDLE", 42).Set("GSW_CAMPAIGN_NAME", "Spring").Set("GSW_CALLING_LIST", "List 1");
        Assert.True(RequestValidator.Check(DesktopMessages.Get(request), data).IsNone);

        var fault = RequestValidator.Check(DesktopMessages.Get(request), Without(data, key));
        Assert.Equal((DesktopError.AttributeNotFound, key), (fault.Error, fault.Key!.Name));
    }

    [Theory]
    [InlineData("RequestRecordCancel")]
    [InlineData("DoNotCall")]
    public void Without_a_record_handle_a_phone_or_a_customer_is_required(string request)
    {
        var message = DesktopMessages.Get(request);
        var neither = Without(Without(Complete(request), "GSW_PHONE"), "GSW_CUSTOMER_ID");
        Assert.Equal(DesktopError.AttributeNotFound, RequestValidator.Check(message, neither).Error);
        Assert.True(RequestValidator.Check(message, neither.Set("GSW_CUSTOMER_ID", "C-1")).IsNone);
    }

    [Theory]
    [InlineData("GSW_RECORD_HANDLE", 0)]
    [InlineData("GSW_RECORD_HANDLE", 2_147_483_648)]
    [InlineData("GSW_PHONE_TYPE", 12)]
    [InlineData("GSW_PHONE_TYPE", -1)]
    [InlineData("GSW_FROM", 86_401)]
    [InlineData("GSW_UNTIL", 28_799)]
    [InlineData("GSW_UNTIL", 28_800)]
    [InlineData("GSW_CALL_RESULT", -1)]
    public void A_number_out_of_its_range_is_error_103(string key, long value)
    {
        var data = Desk.RecordProcessed().Set("GSW_FROM", 28_800).Set("GSW_UNTIL", 64_800).Set(key, value);
        var fault = RequestValidator.Check(DesktopMessages.Get("RecordProcessed"), data);
        Assert.Equal((DesktopError.InvalidAttributeValue, key), (fault.Error, fault.Key!.Name));
    }

    [Theory]
    [InlineData("RecordTreatCampaign", true)]
    [InlineData("RecordTreatPersonal", true)]
    [InlineData("recordtreatpersonal", false)]
    [InlineData("Nothing", false)]
    public void A_treatment_is_one_of_two(string treatment, bool good) =>
        Assert.Equal(good, RequestValidator.Check(DesktopMessages.Get("RecordProcessed"), Desk.RecordProcessed().Set("GSW_TREATMENT", treatment)).IsNone);

    private static TheoryData<string, string> Keys(Func<(string Key, KeyType? Type, bool Required), bool> wanted)
    {
        var data = new TheoryData<string, string>();
        foreach (var message in AllRequests())
        {
            foreach (var row in Specified(message).Where(wanted))
            {
                data.Add(message.Name, row.Key);
            }
        }

        return data;
    }

    private static IEnumerable<DesktopMessage> AllRequests() => DesktopMessages.All.Where(m => m.Direction == MessageDirection.ToEngine);

    private static IEnumerable<(string Key, KeyType? Type, bool Required)> Specified(DesktopMessage message) =>
        SpecificationFile.Messages[message.Table].Where(k => k.Key != "*");

    internal static UserData Complete(string request)
    {
        var message = DesktopMessages.Get(request);
        var data = new UserData();
        foreach (var (key, _, required) in Specified(message))
        {
            if (required)
            {
                SetGood(data, message, key);
            }
        }

        // Enough for either of the two mandatory blocks.
        return message.Condition is null
            ? data
            : data.Set("GSW_PHONE", "+15550123").Set("GSW_CAMPAIGN_NAME", "Spring").Set("GSW_CALLING_LIST", "List 1");
    }

    private static void SetGood(UserData data, DesktopMessage message, string key)
    {
        var type = Specified(message).Single(k => k.Key == key).Type;
        if (key == "GSW_AGENT_REQ_TYPE")
        {
            data.Set(key, message.Name);
        }
        else if (type == KeyType.String)
        {
            data.Set(key, TextValues.GetValueOrDefault(key, "text"));
        }
        else
        {
            data.Set(key, Math.Max(1, DesktopKeys.Find(key)!.Min));
        }
    }

    private static UserData Without(UserData data, string key)
    {
        var copy = new UserData();
        foreach (var pair in data.Pairs.Where(p => p.Key != key))
        {
            Assert.True(copy.TrySet(pair.Key, pair.Value), string.Create(CultureInfo.InvariantCulture, $"{pair.Key} could not be copied"));
        }

        return copy;
    }
}
