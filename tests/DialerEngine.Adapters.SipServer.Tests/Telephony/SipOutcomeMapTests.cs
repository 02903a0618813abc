using System.Text;
using DialerEngine.Adapters.SipServer.Telephony;
using DialerEngine.Core;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>What a SIP answer means for the record: row for row, with the direction of RFC 3398 section 8 and ITU-T Q.850.</summary>
public sealed class SipOutcomeMapTests
{
    [Theory]
    [InlineData(486, true, CallResult.Busy, false)]
    [InlineData(486, false, CallResult.Busy, false)]
    [InlineData(600, false, CallResult.Busy, false)]
    [InlineData(408, true, CallResult.NoAnswer, false)]
    [InlineData(408, false, CallResult.GeneralError, true)]
    [InlineData(480, true, CallResult.NoAnswer, false)]
    [InlineData(480, false, CallResult.GeneralError, false)]
    [InlineData(487, true, CallResult.NoAnswer, false)]
    [InlineData(487, false, CallResult.GeneralError, false)]
    [InlineData(404, false, CallResult.SitVacant, false)]
    [InlineData(604, false, CallResult.SitVacant, false)]
    [InlineData(485, false, CallResult.SitVacant, false)]
    [InlineData(410, false, CallResult.SitIntercept, false)]
    [InlineData(484, false, CallResult.SitInvalidNum, false)]
    [InlineData(603, true, CallResult.GeneralError, false)]
    [InlineData(607, false, CallResult.GeneralError, false)]
    [InlineData(608, false, CallResult.GeneralError, false)]
    [InlineData(401, false, CallResult.GeneralError, true)]
    [InlineData(402, false, CallResult.GeneralError, true)]
    [InlineData(403, false, CallResult.GeneralError, true)]
    [InlineData(407, false, CallResult.GeneralError, true)]
    [InlineData(406, false, CallResult.GeneralError, true)]
    [InlineData(415, false, CallResult.GeneralError, true)]
    [InlineData(488, false, CallResult.GeneralError, true)]
    [InlineData(606, false, CallResult.GeneralError, true)]
    [InlineData(500, false, CallResult.AllTrunksBusy, true)]
    [InlineData(503, false, CallResult.AllTrunksBusy, true)]
    [InlineData(502, false, CallResult.GeneralError, true)]
    [InlineData(504, false, CallResult.GeneralError, true)]
    [InlineData(300, false, CallResult.GeneralError, true)]
    [InlineData(302, false, CallResult.GeneralError, true)]
    [InlineData(499, false, CallResult.GeneralError, false)]
    public void A_refusal_has_its_result(int status, bool ringing, CallResult result, bool trunkFault) =>
        Assert.Equal(new SipMeaning(result, trunkFault), SipOutcomeMap.Standard.Meaning(SipEndCause.Refused, status, 0, ringing));

    [Theory]
    [InlineData(1, CallResult.SitVacant, false)]
    [InlineData(2, CallResult.SitVacant, false)]
    [InlineData(3, CallResult.SitVacant, false)]
    [InlineData(17, CallResult.Busy, false)]
    [InlineData(18, CallResult.NoAnswer, false)]
    [InlineData(19, CallResult.NoAnswer, false)]
    [InlineData(20, CallResult.GeneralError, false)]
    [InlineData(21, CallResult.GeneralError, false)]
    [InlineData(22, CallResult.SitIntercept, false)]
    [InlineData(27, CallResult.SitReorder, false)]
    [InlineData(28, CallResult.SitInvalidNum, false)]
    [InlineData(34, CallResult.SitNoCircuit, true)]
    [InlineData(38, CallResult.GeneralError, true)]
    [InlineData(41, CallResult.AllTrunksBusy, true)]
    [InlineData(42, CallResult.AllTrunksBusy, true)]
    [InlineData(44, CallResult.AllTrunksBusy, true)]
    [InlineData(47, CallResult.AllTrunksBusy, true)]
    [InlineData(65, CallResult.GeneralError, true)]
    [InlineData(79, CallResult.GeneralError, true)]
    [InlineData(88, CallResult.GeneralError, true)]
    [InlineData(102, CallResult.GeneralError, true)]
    public void A_q850_cause_wins_over_the_status_that_carries_it(int cause, CallResult result, bool trunkFault)
    {
        Assert.Equal(new SipMeaning(result, trunkFault), SipOutcomeMap.Standard.Meaning(SipEndCause.Refused, 480, cause, ringing: false));
        Assert.Equal(new SipMeaning(result, trunkFault), SipOutcomeMap.Standard.Meaning(SipEndCause.Refused, 503, cause, ringing: false));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(127)]
    public void A_cause_that_says_nothing_leaves_the_word_to_the_status(int cause)
    {
        Assert.Equal(CallResult.Busy, SipOutcomeMap.Standard.Meaning(SipEndCause.Refused, 486, cause, ringing: false).Result);
        Assert.Equal(CallResult.SitVacant, SipOutcomeMap.Standard.Meaning(SipEndCause.Refused, 404, cause, ringing: false).Result);
    }

    [Theory]
    [InlineData(SipEndCause.NoResponse, false, false, CallResult.GeneralError, true)]
    [InlineData(SipEndCause.TransportFailure, false, false, CallResult.DialError, true)]
    [InlineData(SipEndCause.RingTimeout, true, true, CallResult.NoAnswer, false)]
    [InlineData(SipEndCause.RingTimeout, false, true, CallResult.NoAnswer, false)]
    [InlineData(SipEndCause.RingTimeout, false, false, CallResult.GeneralError, true)]
    [InlineData(SipEndCause.AnsweredAfterCancel, true, true, CallResult.NoAnswer, false)]
    [InlineData(SipEndCause.Cancelled, true, true, CallResult.NoAnswer, false)]
    [InlineData(SipEndCause.Cancelled, false, true, CallResult.GeneralError, false)]
    [InlineData(SipEndCause.Cancelled, false, false, CallResult.GeneralError, true)]
    public void An_end_without_a_refusal_has_its_result(SipEndCause cause, bool ringing, bool heard, CallResult result, bool trunkFault) =>
        Assert.Equal(new SipMeaning(result, trunkFault), SipOutcomeMap.Standard.Meaning(cause, 0, 0, ringing, heard));

    [Fact]
    public void Every_status_and_cause_has_a_result_and_an_unanswered_call_never_says_answer()
    {
        for (var status = 300; status < 700; status++)
        {
            for (var cause = 0; cause < 128; cause++)
            {
                var meaning = SipOutcomeMap.Standard.Meaning(SipEndCause.Refused, status, cause, ringing: cause % 2 == 0);
                Assert.True(Enum.IsDefined(meaning.Result));
                Assert.NotEqual(CallResult.Ok, meaning.Result);
                Assert.False(meaning.Result.IsLiveAnswer(), $"{status} with cause {cause}");
            }
        }
    }

    [Fact]
    public void A_trunk_has_deviations_of_its_own()
    {
        var map = SipOutcomeMap.With(new Dictionary<string, CallResult> { ["603"] = CallResult.WrongNumber, ["q850:21"] = CallResult.SitVacant, ["Q850:16"] = CallResult.NoAnswer });
        Assert.Equal(new SipMeaning(CallResult.WrongNumber), map.Meaning(SipEndCause.Refused, 603, 0, ringing: false));
        Assert.Equal(new SipMeaning(CallResult.SitVacant), map.Meaning(SipEndCause.Refused, 603, 21, ringing: false));
        Assert.Equal(new SipMeaning(CallResult.NoAnswer), map.Meaning(SipEndCause.Refused, 480, 16, ringing: false));
        Assert.Equal(CallResult.Busy, map.Meaning(SipEndCause.Refused, 486, 0, ringing: false).Result);
        Assert.Equal(CallResult.GeneralError, SipOutcomeMap.Standard.Meaning(SipEndCause.Refused, 603, 0, ringing: false).Result);
    }

    [Theory]
    [InlineData("480", true)]
    [InlineData("699", true)]
    [InlineData("q850:1", true)]
    [InlineData("Q850:127", true)]
    [InlineData("200", false)]
    [InlineData("700", false)]
    [InlineData("q850:0", false)]
    [InlineData("q850:128", false)]
    [InlineData("q850:", false)]
    [InlineData("q850", false)]
    [InlineData(" 480", false)]
    [InlineData("+480", false)]
    [InlineData("busy", false)]
    public void A_deviation_is_a_status_or_a_cause(string key, bool valid)
    {
        Assert.Equal(valid, SipOutcomeMap.TryReadKey(key, out _, out _));
        if (!valid)
        {
            var thrown = Assert.Throws<FormatException>(() => SipOutcomeMap.With(new Dictionary<string, CallResult> { [key] = CallResult.Busy }));
            Assert.Contains(key, thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_networks_words_are_kept_beside_the_result()
    {
        var outcome = SipOutcomeMap.Standard.OutcomeOf(Ended(SipEndCause.Refused, 603, "Network Blocked", "SIP;cause=603;text=\"v=analytics1\"", retryAfter: 99_999));
        Assert.Equal((603, "Network Blocked", "SIP;cause=603;text=\"v=analytics1\""), (outcome.NetworkCode, outcome.NetworkPhrase, outcome.NetworkReasons));
        Assert.Equal(3_600_000, outcome.RetryAfterMs);
        Assert.Equal(CallEndedBy.FarEnd, outcome.EndedBy);
    }

    [Fact]
    public void A_phrase_that_is_no_utf8_is_kept_readable()
    {
        var ended = Ended(SipEndCause.Refused, 486, "", "", -1, phraseBytes: [0x42, 0xFF, 0xFE, 0x43]);
        Assert.Equal("B\uFFFD\uFFFDC", SipOutcomeMap.Standard.OutcomeOf(ended).NetworkPhrase);
    }

    [Fact]
    public void Early_media_is_ringing()
    {
        var ended = Ended(SipEndCause.Refused, 480, "x", "", -1, earlyMedia: true);
        Assert.Equal(CallResult.NoAnswer, SipOutcomeMap.Standard.OutcomeOf(ended).Result);
    }

    [Fact]
    public void An_answer_that_came_after_our_cancel_is_no_answer()
    {
        var outcome = SipOutcomeMap.Standard.OutcomeOf(Ended(SipEndCause.AnsweredAfterCancel, 200, "OK", "", -1, answeredAt: 50));
        Assert.Equal((CallResult.NoAnswer, false), (outcome.Result, outcome.Answered));
    }

    private static SipCallEnded Ended(
        SipEndCause cause, int status, string phrase, string reasons, int retryAfter, byte[]? phraseBytes = null, bool earlyMedia = false, long answeredAt = -1) => new()
        {
            Call = default,
            Token = 0,
            Cause = cause,
            EndedBy = SipEndedBy.Remote,
            Incoming = false,
            Status = status,
            Phrase = phraseBytes ?? Encoding.UTF8.GetBytes(phrase),
            Reasons = Encoding.UTF8.GetBytes(reasons),
            Q850 = 0,
            RetryAfterSeconds = retryAfter,
            Ringing = false,
            EarlyMedia = earlyMedia,
            Moments = new SipCallMoments(0, 10, -1, answeredAt, 100),
            Message = null,
        };
}
