using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Groups;

namespace DialerEngine.Simulation.Tests;

/// <summary>Whole runs of a group whose do-not-call list changes, whose wall clock jumps and which is loaded again: nobody is dialled who must not be.</summary>
public sealed class RuleTests
{
    private static readonly TimeZoneInfo Eastern = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Nobody_is_dialled_outside_the_window_or_when_on_the_list(ulong seed)
    {
        var draw = new SeededRandom(seed * 104_729);
        var list = new DoNotCallList("tenant");
        var listed = new HashSet<string>();
        var history = new AttemptHistory(new FrequencyLimits { PerDay = 2, MinimumGapSeconds = 120 });
        var gate = new JumpingGate(new ComplianceGate(
            new DoNotCallRule(list, null), new CallingWindow(new ClockOptions()), new FrequencyRule(history, new CustomerField(null))))
        {
            // Noon in New York.
            SkewSeconds = 17 * 3_600,
        };
        var run = new GroupRun(seed, new SimulatedBehaviour { JournalLatencyMs = 1 + draw.Next(300), TalkMeanMs = 5_000 }, agents: 8, records: 400, gate: gate);
        var wrong = new List<string>();
        var dialled = 0;
        run.OnDial = request =>
        {
            dialled++;
            var utc = run.World.Moment.Wall.AddSeconds(gate.SkewSeconds);
            var hour = TimeZoneInfo.ConvertTime(utc, Eastern).Hour;
            if (listed.Contains(request.Number) || hour is < 8 or >= 18)
            {
                wrong.Add($"seed {seed}: {request.Number} at {utc:u}");
            }
        };
        run.World.LogEverybodyIn();
        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        for (var minute = 0; minute < 30; minute++)
        {
            run.Run(TimeSpan.FromSeconds(20 + draw.Next(40)));
            for (var i = 0; i < 10; i++)
            {
                var number = "+1202555" + (10_000 + draw.Next(400)).ToString(System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(NumberKey.TryPackE164(number, out var key));
                if (draw.Chance(0.7))
                {
                    list.AddNumber(key, 0);
                    listed.Add(number);
                }
                else
                {
                    list.RemoveNumber(key);
                    listed.Remove(number);
                }
            }

            if (draw.Chance(0.2))
            {
                // An operator or a time service sets the clock: into the window or out of it.
                gate.SkewSeconds = (12 + draw.Next(24)) * 3_600;
            }

            if (draw.Chance(0.1))
            {
                list.Numbers.DropEnded(0);
                run.Command(GroupCommandKind.ForceUnload);
                run.Run(TimeSpan.FromSeconds(90));
                run.Command(GroupCommandKind.Load);
                run.Command(GroupCommandKind.Start);
            }
        }

        Assert.Empty(wrong);
        Assert.True(dialled > 0);
        run.Command(GroupCommandKind.ForceUnload);
        run.Run(TimeSpan.FromMinutes(3));
        Assert.Equal(CampaignGroupState.NotLoaded, run.Machine.State);
        Assert.Equal(0, run.Lists.CountOf(RecordStatus.Retrieved));
        Assert.Equal(0, run.Violations);
        Assert.True(run.Lists.CountOf(RecordStatus.Updated) > 0);
    }

    /// <summary>The wall clock as an operator may set it.</summary>
    private sealed class JumpingGate(IDialGate inner) : IDialGate
    {
        public long SkewSeconds { get; set; }

        public RuleVerdict Check(CallRecord record, CallingListDefinition list, long unixSeconds) => Back(inner.Check(record, list, unixSeconds + SkewSeconds));

        public RuleVerdict TryAdmit(CallRecord record, CallingListDefinition list, long unixSeconds, out AttemptTicket ticket) =>
            Back(inner.TryAdmit(record, list, unixSeconds + SkewSeconds, out ticket));

        public RuleVerdict Recheck(CallRecord record, CallingListDefinition list, long unixSeconds) => Back(inner.Recheck(record, list, unixSeconds + SkewSeconds));

        public void Withdraw(in AttemptTicket ticket) => inner.Withdraw(ticket);

        public void Close(in AttemptTicket ticket, bool abandoned) => inner.Close(ticket, abandoned);

        private RuleVerdict Back(RuleVerdict verdict) => verdict with { UntilUnixSeconds = verdict.UntilUnixSeconds - SkewSeconds };
    }
}
