using DialerEngine.Core;
using DialerEngine.Core.Groups;

namespace DialerEngine.Adapters.Simulated;

/// <summary>The simulated detector: verdicts after a while, or never; tones before the answer; beeps; words taken back.</summary>
public sealed partial class SimulatedWorld
{
    private void Listen(CallHandle call, double ring)
    {
        if (_random.Chance(_behaviour.ToneShare))
        {
            Say(ring * _random.NextDouble(), Heard(InputKind.ToneHeard, call, CallResult.Busy));
        }

        if (_random.Chance(_behaviour.VerdictLossShare))
        {
            return;
        }

        var verdict = ring + 300 + _random.Exponential(_behaviour.DetectMeanMs);
        var isMachine = _random.Chance(_behaviour.MachineShare);
        var heard = Heard(InputKind.CallClassified, call, isMachine ? CallResult.AnsweringMachine : CallResult.Answer);
        heard.Number = isMachine ? 0 : 600;
        Say(verdict, heard);
        if (isMachine)
        {
            var beep = verdict + _random.Exponential(4_000);
            Say(beep, Heard(InputKind.BeepStarted, call, CallResult.Unknown));
            Say(beep + 300, Heard(InputKind.BeepEnded, call, CallResult.Unknown));
        }
        else if (_random.Chance(_behaviour.CorrectionShare))
        {
            Say(verdict + _random.Exponential(2_000), Heard(InputKind.VerdictCorrected, call, CallResult.AnsweringMachine));
        }
    }

    private static GroupInput Heard(InputKind kind, CallHandle call, CallResult result) => new() { Kind = kind, Call = call, Detail = (int)result };
}
