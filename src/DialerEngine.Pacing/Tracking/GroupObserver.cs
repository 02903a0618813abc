using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using DialerEngine.Pacing.Budgets;
using DialerEngine.Pacing.Laws;

namespace DialerEngine.Pacing.Tracking;

/// <summary>
/// Follows the agents and calls of one group by their events and learns the laws from them. All exposure accrues in calendar
/// time, in steps of at least half a second, also for calls whose end nobody knows yet.
/// </summary>
internal sealed class GroupObserver
{
    private const double LeastStep = 0.5;
    private const double RebuildSeconds = 3;
    private const double RebuildShare = 0.004;
    private const double LongestUnrebuilt = 15;
    private const double LostAfterSeconds = 300;
    private const int SmallGroup = 30;
    private const int MatureDials = 150;

    /// <summary>Hit ratio believed before the first dial, and in how many dials that belief is worth: to expect too many answers is safe, and the luck of
    /// the first thirty dials is no knowledge. It fades until the law is mature.</summary>
    private const double FirstHit = 0.4;
    private const double FirstHitDials = 40;
    private const double MatureSeconds = 60;
    private const int SoonColumns = 5;
    private const double SoonSeconds = (SoonColumns - 1) * Horizon.Step;

    private readonly PendingHistogram _soon = new();
    private readonly double[] _expected = new double[SoonColumns];
    private readonly double[] _expectedOwn = new double[SoonColumns];
    private readonly BudgetController _budget;
    private long _firstTicks = long.MinValue;
    private IReadOnlyList<ReachedPeople> _before = [];
    private double _last;
    private double _rebuilt;
    private long _resolvedThen;
    private bool _skipRow;
    private double _levelThen = 1;
    private double _trustThen = 1;
    private int _people;
    private int _peopleOwn;
    private int _ownPending;

    /// <param name="waitSeconds">Time that a person may wait for an agent.</param>
    /// <param name="budget">Where people reached and abandoned are counted.</param>
    public GroupObserver(double waitSeconds, BudgetController budget)
    {
        _budget = budget;
        AgentLaw = new AgentLaw(waitSeconds);
    }

    /// <summary>The calls.</summary>
    public CallTable Calls { get; } = new();

    /// <summary>The agents.</summary>
    public AgentTable Agents { get; } = new();

    /// <summary>The law of a dial's way.</summary>
    public AnswerLaw AnswerLaw { get; } = new();

    /// <summary>The law of busy agents.</summary>
    public AgentLaw AgentLaw { get; }

    /// <summary>Hit ratio of records without a chance of their own.</summary>
    public LevelTracker HitLevel { get; } = new(FirstHit, 12);

    /// <summary>Factor by which callers' own chances are right.</summary>
    public LevelTracker Trust { get; } = new(1, 30);

    /// <summary>True once the hit ratio rests on a mature law, and not on a belief.</summary>
    public bool KnowsHitRatio => AnswerLaw.Resolved >= MatureDials;

    /// <summary>When the first call was dialled, seconds; infinite before.</summary>
    public double FirstDial { get; private set; } = double.PositiveInfinity;

    /// <summary>Mean risk of the dials of the last decision; 0 where it did not look ahead.</summary>
    public double RiskOfDials { get; set; }

    /// <summary>Connections made.</summary>
    public long Connections { get; private set; }

    /// <summary>Seconds since the first moment seen.</summary>
    public double SecondsAt(in Moment now)
    {
        if (_firstTicks == long.MinValue)
        {
            _firstTicks = now.Ticks;
            CountBefore(now.UnixMs);
        }

        return (now.Ticks - _firstTicks) / (double)TimeSpan.TicksPerSecond;
    }

    /// <summary>People reached before the first moment, oldest first; counted at that moment, when it is known how long ago they were.</summary>
    public void Restore(IReadOnlyList<ReachedPeople> before) => _before = before;

    private void CountBefore(long nowUnixMs)
    {
        foreach (var people in _before)
        {
            // The wall clock may have been set back: nobody was reached in the future.
            _budget.Restore(Math.Min(0, (people.UnixMs - nowUnixMs) / 1_000.0), people.Reached, people.Abandoned);
        }

        _before = [];
    }

    /// <summary>Takes an event.</summary>
    public void Observe(in Moment moment, in PacingEvent happened)
    {
        var now = SecondsAt(in moment);
        switch (happened.Kind)
        {
            case PacingEventKind.AgentReady:
                AgentTo(happened.Subject, AgentPhase.Ready, now);
                break;
            case PacingEventKind.AgentBusy:
                AgentTo(happened.Subject, AgentPhase.Talk, now);
                break;
            case PacingEventKind.AgentAfterCallWork:
                AgentTo(happened.Subject, AgentPhase.Wrap, now);
                break;
            case PacingEventKind.AgentNotReady:
                AgentTo(happened.Subject, AgentPhase.Away, now);
                break;
            case PacingEventKind.AgentLoggedOut:
                AgentTo(happened.Subject, AgentPhase.Out, now);
                break;
            case PacingEventKind.AgentReadyTime:
                Announce(happened.Subject, happened.Value > 0 ? happened.Value : happened.Other, now);
                break;
            default:
                CallTo(in happened, now);
                break;
        }

        // After the event: what has just been resolved must not be expected any more.
        Advance(now);
    }

    /// <summary>Lets time pass: accrues exposure, compares what was expected with what came, renews the tables.</summary>
    public void Advance(double now)
    {
        var step = now - _last;
        if (step < LeastStep)
        {
            return;
        }

        if (!KnowsHitRatio || now < FirstDial + MatureSeconds)
        {
            // The shape of the law is not known well enough to set what came against what it promised.
            var belief = FirstHitDials * Math.Max(0, 1 - ((double)AnswerLaw.Resolved / MatureDials));
            var hit = ((AnswerLaw.SlowHitRatio * AnswerLaw.Resolved) + (FirstHit * belief)) / Math.Max(1, AnswerLaw.Resolved + belief);
            HitLevel.Reset(Math.Clamp(hit, 0.01, 0.95), AnswerLaw.People);
        }
        else if (step <= SoonSeconds)
        {
            // People are set against the answers that were expected: the listening only delays them.
            HitLevel.ShapeEvents = AnswerLaw.PeopleBehind;
            HitLevel.Add(_people, Between(_expected, step) / _levelThen, step);
            if (_ownPending > 0 || _peopleOwn > 0)
            {
                Trust.Add(_peopleOwn, Between(_expectedOwn, step) / _trustThen, step);
            }
        }

        _people = 0;
        _peopleOwn = 0;
        Expose(now, step);
        _last = now;
        AgentLaw.Talk.Settle(step);
        AgentLaw.Wrap.Settle(step);
        AnswerLaw.Forget(now);
        _ = AnswerLaw.Shifted(now);
        var news = AnswerLaw.Resolved - _resolvedThen;
        if (now - _rebuilt >= RebuildSeconds && (news >= RebuildShare * AnswerLaw.Resolved || now - _rebuilt >= LongestUnrebuilt))
        {
            _rebuilt = now;
            _resolvedThen = AnswerLaw.Resolved;
            AnswerLaw.Rebuild();
            AgentLaw.Talk.Forget(now);
            AgentLaw.Wrap.Forget(now);
        }

        // A small group's law changes slowly: a row in every other step is enough.
        _skipRow = !_skipRow && Agents.BusyCount < SmallGroup;
        if (!_skipRow)
        {
            AgentLaw.RebuildNext(1);
        }

        Expect(now);
    }

    private void Expect(double now)
    {
        _levelThen = HitLevel.Level;
        _trustThen = Trust.Level;
        _soon.Fill(Calls, AnswerLaw, now, _levelThen, _trustThen, own: false, listening: false);
        _soon.ExpectSoon(AnswerLaw, _expected);
        if (_ownPending > 0)
        {
            _soon.Fill(Calls, AnswerLaw, now, _levelThen, _trustThen, others: false, listening: false);
            _soon.ExpectSoon(AnswerLaw, _expectedOwn);
        }
        else
        {
            Array.Clear(_expectedOwn);
        }
    }

    private void Expose(double now, double step)
    {
        var pending = Calls.Pending;
        for (var i = pending.Length - 1; i >= 0; i--)
        {
            ref var call = ref Calls[pending[i]];
            if (call.Phase == CallPhase.Ringing)
            {
                var age = now - call.Dialled;
                AnswerLaw.AddExposure(age, Math.Min(step, age));
                AnswerLaw.AddSurvival(age, step);
                if (age > LostAfterSeconds)
                {
                    // No call rings for five minutes: its end was lost on the way here.
                    EndPending(pending[i], ref call);
                    call.Phase = CallPhase.None;
                }
            }
        }

        foreach (var number in Agents.Busy)
        {
            ref readonly var agent = ref Agents[number];
            var age = now - agent.Since;
            var law = agent.Phase == AgentPhase.Talk ? AgentLaw.Talk : AgentLaw.Wrap;
            var stayed = Math.Min(step, age);
            law.AddExposure((int)StayLaw.PositionOf(age - (0.5 * stayed)), stayed);
        }
    }

    private static double Between(double[] expected, double seconds)
    {
        var position = seconds / Horizon.Step;
        var i = Math.Min((int)position, SoonColumns - 2);
        return expected[i] + ((position - i) * (expected[i + 1] - expected[i]));
    }

    private void AgentTo(int number, AgentPhase phase, double now)
    {
        if (!Agents.Accepts(number))
        {
            return;
        }

        ref var agent = ref Agents[number];
        if (agent.Phase == phase)
        {
            return;
        }

        var age = now - agent.Since;
        if (agent.Phase is AgentPhase.Talk or AgentPhase.Wrap)
        {
            var law = agent.Phase == AgentPhase.Talk ? AgentLaw.Talk : AgentLaw.Wrap;
            var stayed = Math.Min(now - _last, age);
            law.AddExposure((int)StayLaw.PositionOf(age - (0.5 * stayed)), stayed);
            if (phase != AgentPhase.Talk)
            {
                law.AddEvent(age);
            }

            if (agent.Phase == AgentPhase.Talk && phase is AgentPhase.Wrap or AgentPhase.Ready)
            {
                AgentLaw.TalkEnded(phase == AgentPhase.Wrap);
            }

            if (phase is AgentPhase.Ready or AgentPhase.Away or AgentPhase.Out)
            {
                AgentLaw.Returned(phase == AgentPhase.Ready);
            }

            if (phase == AgentPhase.Ready && !double.IsNaN(agent.ReadyAt))
            {
                AgentLaw.ReadyTime.Add(now - agent.ReadyAt);
            }
        }

        Agents.Enter(number, phase, now);
    }

    private void Announce(int number, double seconds, double now)
    {
        if (Agents.Accepts(number) && seconds > 0)
        {
            Agents[number].ReadyAt = now + seconds;
        }
    }

    private void CallTo(in PacingEvent happened, double now)
    {
        var number = happened.Subject;
        if (happened.Kind == PacingEventKind.CallConnected && happened.Other >= 0)
        {
            AgentTo(happened.Other, AgentPhase.Talk, now);
        }

        if (!Calls.Accepts(number))
        {
            CountOnly(happened.Kind, now, 0);
            return;
        }

        ref var call = ref Calls[number];
        switch (happened.Kind)
        {
            case PacingEventKind.CallDialing:
                Dialling(number, ref call, happened.Value, now);
                break;
            case PacingEventKind.CallAnswered:
                Answered(ref call, now);
                break;
            case PacingEventKind.CallPerson:
                Person(number, ref call, now);
                break;
            case PacingEventKind.CallConnected:
                Person(number, ref call, now);
                if (call.Phase == CallPhase.Person)
                {
                    call.Phase = CallPhase.Connected;
                    CountOnly(happened.Kind, now, call.Risk);
                }

                break;
            case PacingEventKind.CallAbandoned:
                Person(number, ref call, now);
                if (call.Phase == CallPhase.Person)
                {
                    CountOnly(happened.Kind, now, call.Risk);
                }

                call.Phase = CallPhase.None;
                break;
            default:
                Ended(number, ref call, now);
                break;
        }
    }

    private void CountOnly(PacingEventKind kind, double now, double risk)
    {
        if (kind is PacingEventKind.CallConnected or PacingEventKind.CallAbandoned)
        {
            var abandoned = kind == PacingEventKind.CallAbandoned;
            _budget.Count(now, abandoned, risk);
            Connections += abandoned ? 0 : 1;
        }
    }

    private void Dialling(int number, ref TrackedCall call, float chance, double now)
    {
        if (call.Phase is CallPhase.Ringing or CallPhase.Listening)
        {
            EndPending(number, ref call);
        }

        FirstDial = Math.Min(FirstDial, now);
        call = new TrackedCall { Phase = CallPhase.Ringing, Dialled = now, Chance = chance is > 0 and <= 1 ? chance : 0, Risk = (float)RiskOfDials };
        _budget.Dialled(RiskOfDials);
        _ownPending += call.Chance > 0 ? 1 : 0;
        Calls.AddPending(number);
    }

    private void Answered(ref TrackedCall call, double now)
    {
        if (call.Phase != CallPhase.Ringing)
        {
            return;
        }

        var ring = now - call.Dialled;
        Rang(ring, now);
        AnswerLaw.AddAnswer(ring);
        call.Phase = CallPhase.Listening;
        call.Answered = now;
        call.Odds = AnswerLaw.OddsAtAnswer(ring, PendingHistogram.ChanceOf(in call, HitLevel.Level, Trust.Level));
    }

    private void Person(int number, ref TrackedCall call, double now)
    {
        // Without detection a person comes straight from ringing.
        Answered(ref call, now);
        if (call.Phase != CallPhase.Listening)
        {
            return;
        }

        if (KnowsHitRatio)
        {
            AnswerLaw.Watch(call.Dialled, call.Answered - call.Dialled);
        }

        AnswerLaw.AddVerdict(call.Answered - call.Dialled, now - call.Answered, person: true);
        _people += call.Chance > 0 ? 0 : 1;
        _peopleOwn += call.Chance > 0 ? 1 : 0;
        EndPending(number, ref call);
        call.Phase = CallPhase.Person;
    }

    private void Ended(int number, ref TrackedCall call, double now)
    {
        if (call.Phase == CallPhase.Ringing)
        {
            var ring = now - call.Dialled;
            Rang(ring, now);
            AnswerLaw.AddFailure(ring);
            EndPending(number, ref call);
        }
        else if (call.Phase == CallPhase.Listening)
        {
            AnswerLaw.AddVerdict(call.Answered - call.Dialled, now - call.Answered, person: false);
            EndPending(number, ref call);
        }

        call.Phase = CallPhase.None;
    }

    // The last bit of ringing, since the last look at all calls.
    private void Rang(double ring, double now)
    {
        var seconds = Math.Min(now - _last, ring);
        AnswerLaw.AddExposure(ring, seconds);
        AnswerLaw.AddSurvival(ring, seconds);
    }

    private void EndPending(int number, ref TrackedCall call)
    {
        _ownPending -= call.Chance > 0 ? 1 : 0;
        Calls.RemovePending(number);
    }
}
