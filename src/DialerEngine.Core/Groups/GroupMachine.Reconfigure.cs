using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>A new configuration while the group lives.</summary>
public sealed partial class GroupMachine
{
    private readonly Dictionary<int, string> _trunkNames = [];
    private DialMode? _modeAtLoad;

    /// <summary>Calls that the group can be given at one time (<c>number_of_channels</c>) without being made anew.</summary>
    public int MostChannels { get; }

    private void OnReconfigure(GroupReconfiguration change)
    {
        var next = change.Definition;
        if (WhyFixed(next) is { } fixedPart)
        {
            Answer(change, $"{fixedPart} of {_definition.Name} cannot be changed while the engine runs");
            return;
        }

        if ((_mode.IsAutomatic() ? change.PacerFor(_mode) : NoPacer.Instance) is not { } pacer)
        {
            Answer(change, $"{_mode.DesktopName()} of {_definition.Name} cannot be paced by {next.OptimizeBy} {next.OptimizeGoal}");
            return;
        }

        var before = _definition;
        _definition = next;
        _options = next.Options;
        _trunks = [.. change.Trunks];
        NoteTrunkNames();
        _pacerFor = change.PacerFor;
        _pacer = pacer;
        _clock = change.CustomerClock;
        _dialGate = change.DialGate;
        _callerIds = change.CallerIds;
        NoteDetectionFields();
        for (var i = 0; i < _lists.Length; i++)
        {
            TakeList(i, before.Campaign.Lists[i], next.Campaign.Lists[i]);
        }

        if (before.DialMode != next.DialMode)
        {
            _modeAtLoad = next.DialMode;
            TakeModeOfConfiguration();
        }

        Answer(change, null);
    }

    /// <summary>What differs and is sized when the group is made; null where nothing does.</summary>
    private string? WhyFixed(CampaignGroupDefinition next)
    {
        if (next.Id != _definition.Id || next.Name != _definition.Name || next.Campaign.Id != _definition.Campaign.Id || next.ApplicationId != _definition.ApplicationId)
        {
            return "the identity";
        }

        if (!next.AgentGroup.Agents.SequenceEqual(_definition.AgentGroup.Agents))
        {
            return "the agents";
        }

        if (!next.Campaign.Lists.Select(l => l.List.Id).SequenceEqual(_definition.Campaign.Lists.Select(l => l.List.Id)))
        {
            return "the calling lists";
        }

        return next.Options.NumberOfChannels > MostChannels ? $"more than {MostChannels} channels"
            : next.Options.OptRecordBufferSize != _options.OptRecordBufferSize ? "the largest buffer"
            : next.Options.SendHistory != _options.SendHistory || next.Options.PreDialValidation != _options.PreDialValidation ? "whether attempts are reported and validated"
            : null;
    }

    /// <summary>
    /// One list: what the file changed is taken; what an operator changed since and the file did not stays. Records in the buffer that are not wanted
    /// any more go back.
    /// </summary>
    private void TakeList(int index, CampaignList before, CampaignList next)
    {
        var now = _lists[index];
        var isOther = before.IsActive != next.IsActive || before.Weight != next.Weight || before.Filter?.Text != next.Filter?.Text;
        _lists[index] = now with
        {
            List = next.List,
            IsActive = before.IsActive != next.IsActive ? next.IsActive : now.IsActive,
            Weight = before.Weight != next.Weight ? next.Weight : now.Weight,
            Filter = before.Filter?.Text != next.Filter?.Text ? next.Filter : now.Filter,
        };
        SetPlan(index, new TreatmentPlan(next.List.Treatments, _definition.Campaign.Treatments));
        if (isOther)
        {
            ListChanged(index);
        }
    }

    /// <summary>The configured dial mode: at once while the group is not loaded, else when it is loaded the next time.</summary>
    private void TakeModeOfConfiguration()
    {
        if (_state == CampaignGroupState.NotLoaded && _modeAtLoad is { } mode)
        {
            _modeAtLoad = null;
            if (mode != _mode && ModeFault(mode) is null && PacerOf(mode) is { } pacer)
            {
                EnterMode(mode, pacer);
            }
        }
    }

    private void NoteTrunkNames()
    {
        for (var i = 0; i < Math.Min(_trunks.Length, _definition.Trunks.Count); i++)
        {
            _trunkNames[_trunks[i]] = _definition.Trunks[i];
        }
    }

    private void Answer(GroupReconfiguration change, string? refusal)
    {
        ref var effect = ref Emit(EffectKind.Reconfigured);
        effect.Reference = change;
        effect.Text = refusal;
    }
}
