using DialerEngine.Desktop.Protocol;
using DialerEngine.Desktop.Tests.Specification;

namespace DialerEngine.Desktop.Tests;

/// <summary>The product's table against the specification's tables, row by row.</summary>
public sealed class TableTests
{
    public static TheoryData<string> SpecifiedTables() => [.. SpecificationFile.Messages.Keys];

    [Theory]
    [MemberData(nameof(SpecifiedTables))]
    public void A_message_has_the_keys_types_and_requirements_of_its_table(string table)
    {
        var message = Assert.Single(DesktopMessages.All, m => m.Table == table);
        var specified = SpecificationFile.Messages[table];

        Assert.Equal(
            specified.Where(r => r.Key != "*").Select(r => (r.Key, r.Type, r.Required)).Order(),
            message.Keys.Select(k => (k.Key.Name, (KeyType?)k.Type, k.Required)).Where(IsOfThisTable).Order());
        Assert.Equal(specified.Any(r => r.Key == "*"), message.CustomFields);

        // The section on push preview adds two keys to preview records.
        bool IsOfThisTable((string Key, KeyType?, bool) row) =>
            (message.Name != "PreviewRecord" || row.Key is not ("GSW_AGENT_ID" or "GSW_SWITCH_DBID"))

            // Footnote a of the table PreviewRecord speaks of the request; the answer's table has the duration of an entry that the request's has not.
            && (message.Name != "PreviewRecordRequest" || row.Key != "GSW_CAMPAIGN_GROUP_NAME")
            && (message.Name != "DoNotCall" || row.Key != "GSW_DURATION")

            // The library: the phone number can be used to relate request and response.
            && (message.Name != "AddRecordAcknowledge" || row.Key != "GSW_PHONE");
    }

    [Fact]
    public void Every_message_but_the_error_event_has_a_table_of_the_specification() =>
        Assert.Equal(["Error"], DesktopMessages.All.Where(m => !SpecificationFile.Messages.ContainsKey(m.Table)).Select(m => m.Name));

    [Theory]
    [InlineData("Default Record Information", KeySource.DefaultRecordInformation)]
    [InlineData("Reserved Keys", KeySource.ReservedKeys)]
    public void The_keys_are_those_of_the_specification_with_their_types(string table, KeySource source) =>
        Assert.Equal(
            SpecificationFile.Keys[table].Select(k => (k.Key, k.Value)).Order(),
            DesktopKeys.All.Where(k => k.Sources.HasFlag(source)).Select(k => (k.Name, k.Type)).Order());

    [Fact]
    public void Every_key_of_a_message_is_in_the_key_table_once() =>
        Assert.Equal(DesktopKeys.All.Count, DesktopKeys.All.Select(k => k.Name).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void Errors_101_to_120_have_a_name_each()
    {
        Assert.Equal(Enumerable.Range(101, 20), DesktopErrors.All.Select(e => (int)e.Error));
        Assert.All(DesktopErrors.All, e => Assert.Equal(e.Name, DesktopErrors.NameOf(e.Error)));
        Assert.Equal("Record Not Found", DesktopErrors.NameOf(Core.Desktop.DesktopError.RecordNotFound));
    }

    [Fact]
    public void Every_request_with_an_acknowledgement_names_one_of_the_table() =>
        Assert.All(
            DesktopMessages.All.Where(m => m.Acknowledge is not null),
            m => Assert.Equal(MessageDirection.ToDesktop, DesktopMessages.Get(m.Acknowledge!).Direction));

    [Fact]
    public void Defaults_of_AddRecord_are_those_of_the_specification()
    {
        var defaults = DesktopMessages.Get("AddRecord").Keys.Where(k => k.Default is not null).ToDictionary(k => k.Key.Name, k => k.Default);
        Assert.Equal(28_800L, defaults["GSW_FROM"]);
        Assert.Equal(64_800L, defaults["GSW_UNTIL"]);
        Assert.Equal(2L, defaults["GSW_PHONE_TYPE"]);
        Assert.Equal(1L, defaults["GSW_RECORD_STATUS"]);
        Assert.Equal(2L, defaults["GSW_RECORD_TYPE"]);
        Assert.Equal(0L, defaults["GSW_ATTEMPTS"]);
    }
}
