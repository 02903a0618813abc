using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>Dial modes: which suit the group, and what changes with the mode.</summary>
public sealed partial class GroupMachine
{
    private bool Seizing => _mode.Seizes();

    /// <summary>Why the group cannot work in a mode, in one sentence; null when it can.</summary>
    private string? ModeFault(DialMode mode)
    {
        var ports = Array.Exists(_seats, s => s.Definition.IsPort);
        if (mode == DialMode.NoDialMode)
        {
            return $"{_definition.Name} needs a dial mode";
        }

        if (ports && (mode.Seizes() || !mode.IsAutomatic()))
        {
            return $"{mode.DesktopName()} is not possible for {_definition.Name}: its agents are ports of an IVR";
        }

        return mode.IsForIvr() && !ports
            ? $"{mode.DesktopName()} needs an IVR: the agent group {_definition.AgentGroup.Name} has no ivr"
            : null;
    }

    /// <summary>The pacer of a mode; modes that do not dial by themselves have one that never dials.</summary>
    private IPacer? PacerOf(DialMode mode) => mode.IsAutomatic() ? _pacerFor(mode) : NoPacer.Instance;

    /// <summary>Takes the new mode. Calls on their way go on; agents are claimed or engaged as the new mode has it.</summary>
    private void EnterMode(DialMode mode, IPacer pacer)
    {
        var other = mode.Seizes() != _mode.Seizes() || mode.IsAutomatic() != _mode.IsAutomatic();
        if (other)
        {
            ReleaseIdleAgents();
        }

        _pacer = pacer;
        _mode = mode;
        if (other)
        {
            foreach (var seat in _seats)
            {
                TellPacer(seat);
                UpdateIdle(seat);
            }
        }
    }

    private sealed class NoPacer : IPacer
    {
        public static readonly NoPacer Instance = new();

        public void Observe(in Moment now, in PacingEvent happened)
        {
            // Nothing is decided, so nothing is learned.
        }

        public PacingDecision Decide(in PacingSituation situation) => new(0, PacingReason.None);
    }
}
