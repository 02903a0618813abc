using System.Net;
using System.Net.Sockets;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Sdp;
using DialerEngine.Sip.Timers;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>Customer legs from the INVITE to the one end that each of them has.</summary>
public sealed class CustomerTests
{
    [Fact]
    public async Task A_call_rings_is_answered_and_is_released_by_the_engine()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        rig.Telephony.Release(call);
        var outcome = await rig.EndAsync(call);
        Assert.True(outcome.Answered);
        Assert.Equal(CallEndedBy.Engine, outcome.EndedBy);
        Assert.Equal(CallResult.Ok, outcome.Result);
        Assert.Equal(200, outcome.NetworkCode);
        Assert.Equal("Dialing Ringing Answered Ended", rig.Log.Of(call));
        Assert.Equal(SipEndCause.RemoteHangUp, (await customer.EndAsync()).Cause);
    }

    [Fact]
    public async Task A_customer_who_hangs_up_while_waiting_ends_the_call()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        await customer.Confirmed.Task.WaitAsync(EventLog.Limit);
        await customer.HangUpAsync();
        var outcome = await rig.EndAsync(call);
        Assert.True(outcome.Answered);
        Assert.Equal(CallEndedBy.FarEnd, outcome.EndedBy);
    }

    [Fact]
    public async Task A_refusal_is_told_with_the_networks_own_words()
    {
        using var rig = new Rig();
        var call = rig.Place();
        var customer = await rig.Trunk.IncomingAsync();
        await customer.RejectAsync(503, "Retry-After: 7\r\nReason: Q.850;cause=42;text=\"congestion\"\r\n");
        var outcome = await rig.EndAsync(call);
        Assert.Equal(CallResult.AllTrunksBusy, outcome.Result);
        Assert.True(outcome.TrunkFault);
        Assert.Equal((503, 42, 7_000), (outcome.NetworkCode, outcome.Q850Cause, outcome.RetryAfterMs));
        Assert.Equal("Service Unavailable", outcome.NetworkPhrase);
        Assert.Equal("Q.850;cause=42;text=\"congestion\"", outcome.NetworkReasons);
    }

    [Fact]
    public async Task A_call_that_rings_too_long_is_cancelled_as_no_answer()
    {
        using var rig = new Rig();
        var call = rig.Place(ringMs: 300);
        var customer = await rig.Trunk.IncomingAsync();
        await customer.RingAsync();
        var outcome = await rig.EndAsync(call);
        Assert.Equal((CallResult.NoAnswer, false, 487), (outcome.Result, outcome.TrunkFault, outcome.NetworkCode));
        Assert.Equal(SipEndCause.CallerCancelled, (await customer.EndAsync()).Cause);
    }

    [Fact]
    public async Task A_call_released_before_its_answer_is_cancelled()
    {
        using var rig = new Rig();
        var call = rig.Place();
        var customer = await rig.Trunk.IncomingAsync();
        await customer.RingAsync();
        await rig.Log.NextAsync("Ringing", call);
        rig.Telephony.Release(call);
        var outcome = await rig.EndAsync(call);
        Assert.Equal(CallEndedBy.Engine, outcome.EndedBy);
        Assert.False(outcome.Answered);
    }

    [Fact]
    public async Task A_trunk_that_says_nothing_is_at_fault_and_nobody_was_called()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var rig = new Rig(trunkSilentPort: ((IPEndPoint)silent.LocalEndPoint!).Port);
        var call = rig.Place();
        var outcome = await rig.EndAsync(call);
        Assert.Equal((CallResult.GeneralError, true, 0), (outcome.Result, outcome.TrunkFault, outcome.NetworkCode));
        Assert.Equal(CallEndedBy.Network, outcome.EndedBy);
    }

    [Fact]
    public async Task A_ring_time_that_passes_before_the_trunk_says_anything_is_no_missed_call()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var rig = new Rig(trunkSilentPort: ((IPEndPoint)silent.LocalEndPoint!).Port);
        var call = rig.Place(ringMs: 200);
        var outcome = await rig.EndAsync(call);
        Assert.Equal((CallResult.GeneralError, true), (outcome.Result, outcome.TrunkFault));
    }

    [Fact]
    public async Task Early_media_counts_as_ringing_and_is_told_once()
    {
        using var rig = new Rig();
        var call = rig.Place();
        var customer = await rig.Trunk.IncomingAsync();
        await customer.RingWithMediaAsync();
        await customer.RingAsync();
        await rig.Log.NextAsync("Ringing", call);
        await customer.RejectAsync(480);
        Assert.Equal(CallResult.NoAnswer, (await rig.EndAsync(call)).Result);
        Assert.Equal("Dialing Ringing Ended", rig.Log.Of(call));
    }

    [Fact]
    public async Task An_answer_without_a_session_is_hung_up_as_the_trunks_fault()
    {
        using var rig = new Rig();
        var call = rig.Place();
        var customer = await rig.Trunk.IncomingAsync();
        await customer.AnswerWithoutSdpAsync();
        var outcome = await rig.EndAsync(call);
        Assert.Equal((CallResult.GeneralError, true, false), (outcome.Result, outcome.TrunkFault, outcome.Answered));
        Assert.Equal(0, rig.Log.Count("Answered", call));
        await customer.EndAsync();
    }

    [Theory]
    [InlineData("+1202555\r\nX-Injected: yes\r\n")]
    [InlineData("1202555@evil.example")]
    [InlineData("1202555;user=phone")]
    [InlineData("1202 555")]
    [InlineData("1202>555")]
    [InlineData("1202%0d%0a")]
    [InlineData("")]
    [InlineData("١٢٣٤")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task A_number_that_no_uri_can_carry_is_not_dialled(string number)
    {
        using var rig = new Rig();
        var call = rig.Place(number);
        var outcome = await rig.EndAsync(call);
        Assert.Equal((CallResult.SitInvalidNum, false), (outcome.Result, outcome.TrunkFault));
        Assert.Equal("Ended", rig.Log.Of(call));
        Assert.False(rig.Trunk.HasIncoming);
        Assert.Equal(0, rig.Telephony.MediaStatistics.OpenStreams);
    }

    [Fact]
    public async Task A_caller_id_that_cannot_be_sent_is_not_held_against_the_number()
    {
        using var rig = new Rig();
        var call = rig.Place(callerId: "x>\r\nX-Injected: yes");
        var outcome = await rig.EndAsync(call);
        Assert.Equal((CallResult.DialError, true), (outcome.Result, outcome.TrunkFault));
        Assert.False(rig.Trunk.HasIncoming);
    }

    [Fact]
    public async Task Number_prefix_and_caller_id_go_into_the_invite()
    {
        using var rig = new Rig(trunk: t => t with { Prefix = "9", StripPlus = true, CallerId = "4930123" });
        rig.Place("+12025550123");
        var first = await rig.Trunk.IncomingAsync();
        Assert.Equal($"sip:912025550123@{rig.Trunk.EndPoint}", first.Uri);
        Assert.Equal("sip:4930123@127.0.0.1", first.From);
        rig.Place(callerId: "+12025550100");
        Assert.Equal("sip:+12025550100@127.0.0.1", (await rig.Trunk.IncomingAsync()).From);
    }

    [Fact]
    public async Task A_restricted_caller_is_anonymous_to_the_callee_and_known_to_the_network()
    {
        // RFC 3323 section 4.1.1.3, RFC 3325 section 9.
        using var rig = new Rig();
        rig.Place(callerId: "+12025550100", restricted: true);
        var invite = (await rig.Trunk.IncomingAsync()).Head;
        Assert.Contains("From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=", invite, StringComparison.Ordinal);
        Assert.Contains("\r\nP-Asserted-Identity: <sip:+12025550100@127.0.0.1>\r\n", invite, StringComparison.Ordinal);
        Assert.Contains("\r\nPrivacy: id\r\n", invite, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_display_name_is_quoted_and_the_caller_id_asserted()
    {
        using var rig = new Rig();
        rig.Place(callerId: "+12025550100", name: "Sales \"R\" Us");
        var invite = (await rig.Trunk.IncomingAsync()).Head;
        Assert.Contains("From: \"Sales \\\"R\\\" Us\" <sip:+12025550100@127.0.0.1>;tag=", invite, StringComparison.Ordinal);
        Assert.Contains("\r\nP-Asserted-Identity: <sip:+12025550100@127.0.0.1>\r\n", invite, StringComparison.Ordinal);
        Assert.DoesNotContain("Privacy:", invite, StringComparison.Ordinal);
        var call = rig.Place(callerId: "+12025550100", name: "x\r\nX-Injected: yes");
        Assert.Equal(CallResult.DialError, (await rig.EndAsync(call)).Result);
    }

    [Fact]
    public async Task An_announcement_is_heard_and_its_end_is_told()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        var heard = customer.HearsAsync(loud: true);
        rig.Telephony.Announce(call, "short");
        await heard;
        await rig.Log.NextAsync("AnnouncementEnded", call);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
        Assert.Equal("Dialing Ringing Answered AnnouncementEnded Ended", rig.Log.Of(call));
    }

    [Fact]
    public async Task A_customer_who_hangs_up_in_the_announcement_ends_the_call_without_its_end()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        var heard = customer.HearsAsync(loud: true);
        rig.Telephony.Announce(call, "long");
        await heard;
        await customer.HangUpAsync();
        await rig.EndAsync(call);
        Assert.Equal(0, rig.Log.Count("AnnouncementEnded", call));
    }

    [Fact]
    public async Task An_announcement_that_does_not_exist_releases_the_customer()
    {
        using var rig = new Rig();
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Announce(call, "unknown");
        Assert.Equal(CallEndedBy.Engine, (await rig.EndAsync(call)).EndedBy);
    }

    [Fact]
    public async Task A_customer_on_hold_at_the_far_end_is_sent_nothing_until_taken_back()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        await customer.HearsAsync(loud: false);
        Assert.True(await customer.ReInviteAsync(SdpDirection.SendOnly));
        var (status, sdp) = await customer.SessionAnswer.Task.WaitAsync(EventLog.Limit);
        Assert.Equal(200, status);
        Assert.Contains("a=recvonly", sdp, StringComparison.Ordinal);

        // What the customer sends is the clock: ten of its packets let everything on its way arrive, fifteen more bring nothing.
        await customer.SendsAsync(10);
        var before = customer.Statistics.PacketsReceived;
        await customer.SendsAsync(15);
        Assert.Equal(before, customer.Statistics.PacketsReceived);
        Assert.Equal("Dialing Ringing Answered", rig.Log.Of(call));
    }

    [Fact]
    public async Task A_reinvite_without_offer_is_answered_with_one()
    {
        using var rig = new Rig();
        var (call, customer) = await rig.AnsweredAsync();
        await customer.Confirmed.Task.WaitAsync(EventLog.Limit);
        Assert.True(await customer.ReInviteWithoutOfferAsync());
        var (status, sdp) = await customer.SessionAnswer.Task.WaitAsync(EventLog.Limit);
        Assert.Equal(200, status);
        Assert.Contains("m=audio", sdp, StringComparison.Ordinal);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    [Fact]
    public async Task Commands_for_a_call_that_is_over_do_nothing()
    {
        using var rig = new Rig();
        var (call, _) = await rig.AnsweredAsync();
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
        rig.Telephony.Release(call);
        rig.Telephony.Announce(call, "short");
        rig.Telephony.SetHold(call, true);
        rig.Telephony.Deliver(call, Rig.Ringing);
        rig.Telephony.WithdrawDelivery(call, Rig.Ringing);
        var (second, _) = await rig.AnsweredAsync();
        rig.Telephony.Release(second);
        await rig.EndAsync(second);
        Assert.Equal("Dialing Ringing Answered Ended", rig.Log.Of(call));
    }

    [Fact]
    public async Task Many_calls_at_once_end_once_each_and_leave_no_stream()
    {
        using var rig = new Rig(timers: SipTimers.Default);
        var calls = Enumerable.Range(0, 60).Select(i => rig.Place($"+1202555{i:D4}")).ToArray();
        for (var i = 0; i < calls.Length; i++)
        {
            var customer = await rig.Trunk.IncomingAsync();
            switch (i % 4)
            {
                case 0: await customer.RejectAsync(486); break;
                case 1: await customer.AnswerAsync(); await customer.HangUpAsync(); break;
                case 2: await customer.RingAsync(); await customer.RejectAsync(480); break;
                default: await customer.AnswerAsync(); break;
            }
        }

        foreach (var call in calls)
        {
            rig.Telephony.Release(call);
        }

        foreach (var call in calls)
        {
            // In any order: what was told before is looked at again.
            for (var turn = 0; turn < 400 && rig.Log.Count("Ended", call) == 0; turn++)
            {
                await Task.Delay(25);
            }

            Assert.Equal(1, rig.Log.Count("Ended", call));
        }

        Assert.Equal(0, rig.Telephony.MediaStatistics.OpenStreams);
    }

    [Fact]
    public async Task A_trunk_that_stops_answering_options_is_down_until_it_answers_again()
    {
        int port;
        using (var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        }

        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        far.Bind(new IPEndPoint(IPAddress.Loopback, port));
        using var rig = new Rig(trunkSilentPort: port, optionsSeconds: 1, timers: new SipTimers { T1 = 10, T2 = 40, T4 = 40 });
        var states = System.Threading.Channels.Channel.CreateUnbounded<bool>();
        rig.Telephony.TrunkDown = (_, down) => states.Writer.TryWrite(down);
        Assert.True(await states.Reader.ReadAsync(new CancellationTokenSource(EventLog.Limit).Token));

        var answering = AnswerOptionsAsync(far, 200);
        Assert.False(await states.Reader.ReadAsync(new CancellationTokenSource(EventLog.Limit).Token));
        far.Close();
        await answering;
    }

    [Fact]
    public async Task A_trunk_that_answers_options_with_503_is_down()
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        far.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var rig = new Rig(trunkSilentPort: ((IPEndPoint)far.LocalEndPoint!).Port, optionsSeconds: 1);
        var down = new TaskCompletionSource<bool>();
        rig.Telephony.TrunkDown = (_, isDown) => down.TrySetResult(isDown);
        var answering = AnswerOptionsAsync(far, 503);
        Assert.True(await down.Task.WaitAsync(EventLog.Limit));
        far.Close();
        await answering;
    }

    /// <summary>Answers every request with a status, copying what an answer must copy, until the socket is closed.</summary>
    private static async Task AnswerOptionsAsync(Socket far, int status)
    {
        var buffer = new byte[4_096];
        try
        {
            while (true)
            {
                var got = await far.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Loopback, 0));
                var lines = Encoding.ASCII.GetString(buffer, 0, got.ReceivedBytes).Split("\r\n");
                string[] copied = ["Via:", "From:", "Call-ID:", "CSeq:"];
                var answer = $"SIP/2.0 {status} Said\r\n"
                    + string.Concat(lines.Where(l => copied.Any(c => l.StartsWith(c, StringComparison.Ordinal))).Select(l => l + "\r\n"))
                    + lines.First(l => l.StartsWith("To:", StringComparison.Ordinal)) + ";tag=1\r\nContent-Length: 0\r\n\r\n";
                await far.SendToAsync(Encoding.ASCII.GetBytes(answer), SocketFlags.None, got.RemoteEndPoint);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
