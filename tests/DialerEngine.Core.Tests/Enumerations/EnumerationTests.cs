using System.Globalization;
using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Enumerations;

/// <summary>Every row of the enumerations that stand in calling lists and treatments (outbound contact reference 1.1 to 1.4, 1.11; desktop protocol, Enumeration Table).</summary>
public sealed class EnumerationTests
{
    private const string Results = """
        0 Ok;1 Transferred;2 Conferenced;3 General Error;4 System Error;5 RemoteRelease;6 Busy;7 No Answer;8 SIT Detected;9 Answering Machine Detected
        10 All Trunks Busy;11 SIT Invalid Num;12 SIT VC (Vacant Code);13 SIT IC (Intercept);14 SIT Unknown Call State;15 SIT NC (No Circuit);16 SIT RO (Reorder)
        17 Fax Detected;18 Queue Full;19 Cleared;20 Overflowed;21 Abandoned;22 Redirected;23 Forwarded;24 Consult;25 PickedUp;26 Dropped;27 Dropped on No Answer
        28 Unknown Call Result;29 Covered;30 Converse-On;31 Bridged;32 Silence;33 Answer;34 NU Tone;35 No Dial Tone;36 No Progress;37 No Ring Back Tone
        38 No Established Detected;39 Pager Detected;40 Wrong Party;41 Dial Error;42 Call Drop Error;43 Switch Error;44 No Port Available;45 Transfer Error;46 Stale
        47 Agent CallBack Error;48 Group CallBack Error;49 Deafened;50 Held;51 Do Not Call;52 Cancel Record;53 Wrong Number
        """;

    public static TheoryData<int, string> ResultRows()
    {
        var rows = new TheoryData<int, string>();
        foreach (var (number, name) in Rows(Results))
        {
            rows.Add(number, name);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(ResultRows))]
    public void A_call_result_has_its_name_and_its_treatment(int number, string name)
    {
        var result = (CallResult)number;
        Assert.True(Enum.IsDefined(result));
        Assert.Equal(name, result.DisplayName());
        Assert.DoesNotContain(' ', result.Name());
        AssertTreated(result);
    }

    [Theory]
    [InlineData(54)]
    [InlineData(1_001)]
    [InlineData(int.MaxValue)]
    public void A_result_of_a_sites_own_is_kept_shown_and_treated(int number)
    {
        Assert.Equal($"Custom {number}", ((CallResult)number).DisplayName());
        AssertTreated((CallResult)number);
    }

    [Theory]
    [InlineData(typeof(RecordType), "0 NoRecordType;1 Unknown;2 General;3 CampaignRescheduled;4 PersonalRescheduled;5 PersonalCallBack;6 CampaignCallBack;7 NoCall")]
    [InlineData(typeof(RecordStatus), "0 NoRecordStatus;1 Ready;2 Retrieved;3 Updated;4 Stale;5 Canceled;6 AgentError;7 ChainUpdated;8 MissedCallBack;9 ChainReady")]
    [InlineData(
        typeof(PhoneType),
        "0 NoContactType;1 HomePhone;2 DirectBusinessPhone;3 BusinessWithExt;4 Mobile;5 VacationPhone;6 Pager;7 Modem;8 VoiceMail;9 PinPager;10 EmailAddress;11 InstantMessaging")]
    [InlineData(
        typeof(RecordAction),
        "0 NoAction;1 MarkDb;2 MarkAllChain;3 CycleRedial;4 RetryIn;5 RetryAtDate;6 NextInChain;7 NextInChainAfter;8 NextInChainAtDate;9 AssignToGroup;10 MarkAsAgentError;11 Reschedule")]
    [InlineData(typeof(CallAction), "0 None;1 Connect;2 Drop;3 MuteTransfer;4 Transfer;5 Route;6 PlayMessage;7 SendFax;8 SendPage;9 SendEmail")]
    public void An_enumeration_has_these_rows_and_no_other(Type type, string expected)
    {
        var rows = Enum.GetValues(type).Cast<object>().Select(v => (Convert.ToInt32(v, CultureInfo.InvariantCulture), v.ToString()!)).Order();
        Assert.Equal(Rows(expected).Order(), rows);
    }

    /// <summary>With a treatment the record is dialled again, and only for the treatment's own result; without one it is Updated.</summary>
    private static void AssertTreated(CallResult result)
    {
        var plan = new TreatmentPlan([new TreatmentDefinition { Name = "again", Result = result, RecordAction = RecordAction.RetryIn, IntervalMinutes = 5, CycleAttempt = 1 }], []);
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        TreatmentDecision Decide(TreatmentPlan chosen, CallResult of) => chosen.Decide(
            new TreatmentQuestion { Record = new CallRecord { RecordType = RecordType.General, Attempts = 1 }, Result = of, Now = now }, UtcCustomerClock.Instance);
        Assert.Equal((RecordStatus.Ready, now.ToUnixTimeSeconds() + 300), Decide(plan, result) is var again ? (again.Status, again.Schedule) : default);
        Assert.Equal(RecordStatus.Updated, Decide(plan, result == CallResult.Ok ? CallResult.Busy : CallResult.Ok).Status);
        Assert.Equal(RecordStatus.Updated, Decide(TreatmentPlan.Empty, result).Status);
    }

    private static IEnumerable<(int Number, string Name)> Rows(string table) =>
        table.Split(['\n', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(row => (int.Parse(row.AsSpan(0, row.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture), row[(row.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
}
