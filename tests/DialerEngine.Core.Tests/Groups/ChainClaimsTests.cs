using DialerEngine.Core.Groups;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>No two calls at once have one chain, whoever asks in whatever order and from whatever thread.</summary>
public sealed class ChainClaimsTests
{
    [Fact]
    public void A_chain_is_with_one_call_at_a_time()
    {
        // Each step: a call (of two groups), a list, a chain; a call that has its chain gives it back.
        var steps = Gen.Choose(0, 35).Select(n => (Call: 1 + (n % 6), List: 1 + (n / 6 % 2), Chain: 1 + (n / 12))).ArrayOf();
        Prop.ForAll(steps.ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public async Task Threads_never_share_a_chain()
    {
        var claims = new ChainClaims(64);
        var inCall = new int[8];
        var shared = 0;
        await Task.WhenAll(Enumerable.Range(1, 4).Select(group => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                var chain = (i * group) % inCall.Length;
                var call = new CallHandle(new GroupId(group), 1, 1 + i);
                if (claims.TryClaim(new ListId(1), chain, call))
                {
                    Interlocked.Add(ref shared, Interlocked.Increment(ref inCall[chain]) - 1);
                    Interlocked.Decrement(ref inCall[chain]);
                    claims.Release(new ListId(1), chain, call);
                }
            }
        })));
        Assert.Equal(0, shared);
        Assert.Equal(0, claims.Count);
    }

    [Fact]
    public void Giving_back_what_another_call_has_is_a_fault()
    {
        var claims = new ChainClaims();
        Assert.True(claims.TryClaim(new ListId(1), 5, new CallHandle(new GroupId(1), 1, 1)));
        Assert.Throws<InvariantBrokenException>(() => claims.Release(new ListId(1), 6, new CallHandle(new GroupId(1), 1, 1)));
    }

    [Fact]
    public void Nothing_is_allocated_within_the_room_made_ahead()
    {
        var claims = new ChainClaims(1_000);
        Round(claims);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round(claims);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Round(ChainClaims claims)
        {
            for (var i = 0; i < 1_000; i++)
            {
                Assert.True(claims.TryClaim(new ListId(2), i, new CallHandle(new GroupId(1), i, 1)));
            }

            for (var i = 0; i < 1_000; i++)
            {
                claims.Release(new ListId(2), i, new CallHandle(new GroupId(1), i, 1));
            }
        }
    }

    [Fact]
    public void A_record_whose_chain_is_in_another_groups_call_is_held_for_a_minute()
    {
        var bench = new MachineBench();
        var elsewhere = new CallHandle(new GroupId(99), 1, 1);
        Assert.True(bench.Chains.TryClaim(bench.List.Id, 100, elsewhere));
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(2);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.Ready);
        bench.Commit();

        var held = Assert.Single(bench.Entries, e => e.Kind == JournalEntryKind.RecordUpdated);
        Assert.Equal(
            (100L, RecordStatus.Ready, Core.Compliance.RuleReason.OpenAttempt, bench.Now.UnixSeconds + 60), (held.Record.Value, held.RecordStatus, held.Rule, held.DialScheduledTime));
        Assert.Equal(101, Assert.Single(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted).Record.Value);
        Assert.Equal(2, bench.Chains.Count);
    }

    [Fact]
    public void A_chain_is_claimed_until_the_result_of_its_call_is_durable()
    {
        var bench = new MachineBench();
        var call = bench.Connected();
        bench.Wanted = _ => 0;
        Assert.Equal(1, bench.Chains.Count);
        bench.Call(InputKind.CallEnded, call, outcome: new Core.Telephony.CallOutcome { Answered = true, EndedBy = CallEndedBy.FarEnd });
        Assert.Equal(CallState.OnDesktop, bench.Machine.Find(call)!.State);
        Assert.Equal(1, bench.Chains.Count);
        bench.AgentState(1, AgentState.Ready);
        bench.Commit();
        Assert.Equal(0, bench.Chains.Count);
    }

    private static bool Holds((int Call, int List, int Chain)[] steps)
    {
        var claims = new ChainClaims();
        var model = new Dictionary<(int List, int Chain), int>();
        foreach (var (call, list, chain) in steps)
        {
            var handle = new CallHandle(new GroupId(1 + (call % 2)), call, 1);
            var had = model.FirstOrDefault(m => m.Value == call);
            if (had.Value == call)
            {
                claims.Release(new ListId(had.Key.List), had.Key.Chain, handle);
                model.Remove(had.Key);
            }
            else if (claims.TryClaim(new ListId(list), chain, handle) != model.TryAdd((list, chain), call))
            {
                return false;
            }
        }

        return claims.Count == model.Count;
    }
}
