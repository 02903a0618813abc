using System.CommandLine;
using System.Globalization;
using System.Text;
using DialerEngine.Core.Pacing;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Simulation;
using DialerEngine.Pacing;

namespace DialerEngine.Host.Verbs;

/// <summary><c>pacing replay</c>: what the pacer would have dialled beside what was dialled, from a log of real calls; and a scenario with the log's laws.</summary>
internal static class PacingReplayVerb
{
    private const int MostFaultsShown = 20;

    public static Command Create()
    {
        var log = new Argument<string>("LOG") { Description = "Lines of pacing serve, or a CSV of calls (docs/simulate.md has the columns)." };
        var minutes = new Option<double>("--minutes") { Description = "Length of the table's steps, 0.1 to 1440.", DefaultValueFactory = _ => 15 };
        var configure = new Option<string?>("--configure") { Description = "A configure line in place of the log's own, e.g. '{\"goal\":1}'.", HelpName = "JSON" };
        var ticks = new Option<bool>("--ticks") { Description = "Prints each decision with its reason as a JSON line in place of the table." };
        var scenario = new Option<string?>("--to-scenario") { Description = "Writes a scenario with the log's laws into this file.", HelpName = "FILE" };
        var command = new Command("replay", "Drives the pacer with a log of real calls and prints what it would have dialled beside what was dialled.") { log, minutes, configure, ticks, scenario };
        command.SetAction(parsed =>
        {
            var step = parsed.GetValue(minutes);
            if (step is not (>= 0.1 and <= 1_440))
            {
                throw new CommandFailedException("--minutes must be 0.1 to 1440", ExitCode.Wrong);
            }

            var file = parsed.GetValue(log)!;
            var opened = ReplayLog.TryOpen(file, out var fault) ?? throw new CommandFailedException($"{file}: {fault}", ExitCode.Wrong);
            var replay = new Replay(file, parsed.GetValue(configure), parsed.GetValue(ticks) ? parsed.InvocationConfiguration.Output : null, parsed.InvocationConfiguration.Error, step * 60);
            replay.Run(opened.Lines, opened.NeedsTicks);
            if (!parsed.GetValue(ticks))
            {
                ComparisonTable.Write(parsed.InvocationConfiguration.Output, Replay.Heads, replay.Rows);
            }

            if (parsed.GetValue(scenario) is { } target)
            {
                var written = replay.Fit.TryWrite(Path.GetFileNameWithoutExtension(file), out fault) ?? throw new CommandFailedException($"{file}: {fault}");
                PacingSimulateVerb.WriteFile("--to-scenario", target, written);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private sealed class Replay(string file, string? configure, TextWriter? each, TextWriter error, double stepSeconds)
    {
        private readonly PacingServeSession _session = new();
        private readonly PacingServeLine _line = new();
        private readonly List<string> _warnings = [];
        private int _faults;
        private double _nextTick;
        private readonly double _stepSeconds = stepSeconds;
        private double _stepEnds = stepSeconds;
        private int _dialledSinceTick;
        private PacingDecision _decision;
        private bool _hasDecision;
        private Step _step = new();
        private double _decidedAt;

        public static readonly string[] Heads = ["until", "decisions", "dialled", "on the way", "pacer wants", "more", "fewer", "people", "abandoned", "the largest difference, and why"];

        public List<string[]> Rows { get; } = [];

        public LogFit Fit { get; } = new();

        public void Run(IEnumerable<string> lines, bool needsTicks)
        {
            if (configure is not null)
            {
                Take($"{{\"t\":0,\"type\":\"configure\",\"mode\":\"Predictive\",\"optimizeBy\":\"OverdialRate\",\"goal\":3}}", 0, own: true);
                Take(configure.TrimStart().TrimStart('{') is { } rest ? $"{{\"t\":0,\"type\":\"configure\",{rest}" : "", 0, own: true);
            }

            var number = 0;
            foreach (var text in lines)
            {
                number++;
                if (needsTicks)
                {
                    TickUpTo(text, number);
                }

                Take(text, number, own: false);
            }

            Judge();
            Close();
            if (_faults > MostFaultsShown)
            {
                error.WriteLine(FormattableString.Invariant($"{file}: {_faults - MostFaultsShown} more lines with faults were passed over"));
            }
        }

        /// <summary>The log says nothing of ticks: the pacer is asked each second.</summary>
        private void TickUpTo(string text, int number)
        {
            if (_line.Read(Encoding.UTF8.GetBytes(text)) is not null || !_session.IsConfigured)
            {
                return;
            }

            for (var until = _line.Time; _nextTick < until; _nextTick++)
            {
                Take(string.Create(CultureInfo.InvariantCulture, $"{{\"t\":{_nextTick},\"type\":\"tick\"}}"), number, own: true);
            }
        }

        private void Take(string text, int number, bool own)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                return;
            }

            var octets = Encoding.UTF8.GetBytes(text.Trim());
            var fault = _line.Read(octets);
            if (fault is null && _line.Kind == ServeLineKind.Configure)
            {
                fault = configure is not null && !own ? null : _session.Configure(_line, octets, _warnings);
                if (fault is not null)
                {
                    throw new CommandFailedException(number == 0 ? $"--configure: {fault}" : FormattableString.Invariant($"{file}, line {number}: {fault}"), ExitCode.Wrong);
                }

                return;
            }

            if (fault is null && !_session.IsConfigured)
            {
                throw new CommandFailedException(
                    FormattableString.Invariant($"{file}, line {number}: the first line must be a configure line; give one with --configure where the log has none"), ExitCode.Wrong);
            }

            if (fault is null && _line.Kind == ServeLineKind.Tick)
            {
                Judge();
            }

            fault ??= _session.Take(_line);
            if (fault is not null)
            {
                Say(number, fault);
                return;
            }

            Fit.Take(_line);
            Note();
        }

        private void Note()
        {
            while (_line.Time >= _stepEnds)
            {
                Close();
            }

            switch (_line.Kind)
            {
                case ServeLineKind.Tick:
                    _decision = _session.Decision;
                    _hasDecision = true;
                    _decidedAt = _line.Time;
                    _dialledSinceTick = 0;
                    break;
                case ServeLineKind.Call when _line.State == PacingEventKind.CallDialing:
                    _dialledSinceTick++;
                    _step.Dialled++;
                    break;
                case ServeLineKind.Call when _line.State == PacingEventKind.CallPerson: _step.People++; break;
                case ServeLineKind.Call when _line.State == PacingEventKind.CallAbandoned: _step.Abandoned++; break;
            }
        }

        /// <summary>Holds the last decision against what was dialled until the next one.</summary>
        private void Judge()
        {
            if (!_hasDecision)
            {
                return;
            }

            _hasDecision = false;
            var difference = _decision.Dial - _dialledSinceTick;
            _step.Decisions++;
            _step.OnTheWay += _decision.Inputs.Pending + _dialledSinceTick;
            _step.Wanted += _decision.Inputs.Pending + _decision.Dial;
            _step.More += difference > 0 ? 1 : 0;
            _step.Fewer += difference < 0 ? 1 : 0;
            if (_step.Decisions == 1 || Math.Abs(difference) > Math.Abs(_step.Largest))
            {
                _step.Largest = difference;
                _step.Why = string.Create(CultureInfo.InvariantCulture, $"{Time(_decidedAt)} {_dialledSinceTick} dialled; ") + PacingExplanation.Text(_decision);
            }

            each?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"t\":{_decidedAt},\"dialled\":{_dialledSinceTick},\"dial\":{_decision.Dial},\"why\":\"{System.Text.Json.JsonEncodedText.Encode(PacingExplanation.Text(_decision))}\"}}"));
        }

        private void Close()
        {
            var s = _step;
            if (s.Decisions > 0 || s.Dialled > 0)
            {
                string Mean(long of) => (of / (double)Math.Max(1, s.Decisions)).ToString("F1", CultureInfo.InvariantCulture);
                string Whole(long of) => of.ToString(CultureInfo.InvariantCulture);
                Rows.Add([Time(_stepEnds), Whole(s.Decisions), Whole(s.Dialled), Mean(s.OnTheWay), Mean(s.Wanted), Whole(s.More), Whole(s.Fewer), Whole(s.People), Whole(s.Abandoned), s.Why]);
            }

            _step = new Step();
            _stepEnds += _stepSeconds;
        }

        private static string Time(double seconds) =>
            string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 3_600)}:{(int)(seconds / 60) % 60:00}:{(int)seconds % 60:00}");

        private void Say(int number, string fault)
        {
            if (++_faults <= MostFaultsShown)
            {
                error.WriteLine(FormattableString.Invariant($"{file}, line {number}: {fault}"));
            }
        }

        private sealed class Step
        {
            public long Decisions { get; set; }

            public long Dialled { get; set; }

            public long OnTheWay { get; set; }

            public long Wanted { get; set; }

            public long More { get; set; }

            public long Fewer { get; set; }

            public long People { get; set; }

            public long Abandoned { get; set; }

            public int Largest { get; set; }

            public string Why { get; set; } = "";
        }
    }
}
