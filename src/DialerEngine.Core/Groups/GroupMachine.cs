using System.Diagnostics;
using System.Runtime.CompilerServices;
using DialerEngine.Core.Callbacks;
using DialerEngine.Core.CallerId;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>What a machine is made of.</summary>
public sealed record GroupMachineSettings
{
    public required CampaignGroupDefinition Definition { get; init; }

    /// <summary>Agents of the group, in slot order.</summary>
    public required IReadOnlyList<AgentDefinition> Agents { get; init; }

    /// <summary>Indexes of the group's trunks in order of preference.</summary>
    public required IReadOnlyList<int> Trunks { get; init; }

    public required ITrunkGate TrunkGate { get; init; }

    public required IAgentClaims Claims { get; init; }

    /// <summary>Which chains are in a call; shared by all groups that may have the same lists. Null for a group that is alone.</summary>
    public ChainClaims? Chains { get; init; }

    public required ITimers Timers { get; init; }

    public required IIdSource Ids { get; init; }

    /// <summary>Gives the pacer of a dial mode; null where the engine has none for it.</summary>
    public required Func<DialMode, IPacer?> PacerFor { get; init; }

    /// <summary>Calls that the group can be given at one time later on; fewer than <c>number_of_channels</c> counts as that.</summary>
    public int MostChannels { get; init; }

    /// <summary>What time it is for a customer.</summary>
    public ICustomerClock CustomerClock { get; init; } = UtcCustomerClock.Instance;

    /// <summary>The rules that every dial must pass; null where there are none.</summary>
    public IDialGate? DialGate { get; init; }

    /// <summary>Chooses the caller id of a dial; null takes the campaign's.</summary>
    public ICallerIds? CallerIds { get; init; }

    /// <summary>Record handles that the engine's groups share; null where there is this group only.</summary>
    public RecordHandleSpace? RecordHandles { get; init; }

    /// <summary>Keeps the book of test calls; null makes none.</summary>
    public IDetectionFeedback? DetectionFeedback { get; init; }
}

/// <summary>
/// One campaign group: takes inputs one at a time and says what to do. It knows no clock, no task and no socket; the same machine runs in
/// real time and in virtual time. Nothing is allocated per call once its pools are warm.
/// </summary>
/// <remarks>
/// Durable before visible: an attempt goes to the journal as an entry, and only the input <see cref="InputKind.JournalCommitted"/> makes it
/// a <see cref="EffectKind.Place"/>; likewise a result is reported only when it is durable.
/// </remarks>
public sealed partial class GroupMachine
{
    private CampaignGroupDefinition _definition;
    private CampaignGroupOptions _options;
    private readonly CampaignList[] _lists;
    private int[] _trunks;
    private readonly ITrunkGate _gate;
    private readonly IAgentClaims _claims;
    private readonly ITimers _timers;
    private readonly IIdSource _ids;
    private Func<DialMode, IPacer?> _pacerFor;
    private readonly Effect[] _effects;
    private readonly JournalEntry[] _entries;
    private int _effectCount;
    private int _entryCount;
    private IPacer _pacer;
    private Moment _now;
    private CampaignGroupState _state = CampaignGroupState.NotLoaded;
    private DialMode _mode;

    // Runs once, and is long to compile.
    [MethodImpl(MethodImplOptions.NoOptimization)]
    public GroupMachine(GroupMachineSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _definition = settings.Definition;
        _options = _definition.Options;
        _lists = [.. _definition.Campaign.Lists];
        _trunks = [.. settings.Trunks];
        NoteTrunkNames();
        _gate = settings.TrunkGate;
        _claims = settings.Claims;
        _timers = settings.Timers;
        _ids = settings.Ids;
        _pacerFor = settings.PacerFor;
        _dialGate = settings.DialGate;
        _callerIds = settings.CallerIds;
        _mode = _definition.DialMode;
        _feedback = settings.DetectionFeedback;
        NoteDetectionFields();
        _seats = [.. settings.Agents.Select((a, slot) => new AgentSeat(a, slot))];
        if (ModeFault(_mode) is { } fault)
        {
            throw new ArgumentException(fault, nameof(settings));
        }

        _pacer = PacerOf(_mode) ?? throw new ArgumentException($"no pacer for dial mode {_mode}", nameof(settings));
        foreach (var seat in _seats)
        {
            _seatByAgent.Add(seat.Definition.Id.Value, seat.Slot);
        }

        MostChannels = Math.Max(settings.MostChannels, _options.NumberOfChannels);
        var sessions = SessionsFor(_definition, MostChannels);
        _sessions = new CallSession[sessions];
        _chains = settings.Chains ?? new ChainClaims(sessions);
        _generations = new int[sessions];
        _freeSessions = new int[sessions];
        _freed = new int[sessions];
        for (var i = 0; i < sessions; i++)
        {
            _sessions[i] = new CallSession(i);
            _sessions[i].Clear();
            _freeSessions[i] = sessions - 1 - i;
        }

        _freeSessionCount = sessions;
        _handles = settings.RecordHandles ?? RecordHandleSpace.ForSessions(sessions);
        Invariant.That(_handles.Slots > sessions);

        var bufferCapacity = Math.Clamp(_options.OptRecordBufferSize * Math.Max(1, _seats.Length), 16, 20_000);
        var trayCapacity = Math.Min(1_000, bufferCapacity);
        Tray = new RecordBatch(trayCapacity);
        var validated = PrepareValidation(bufferCapacity);
        _ring = new CallRecord[bufferCapacity + trayCapacity];
        _spare = new CallRecord[_ring.Length + validated + sessions + HeldCapacity + trayCapacity];
        for (var i = 0; i < _ring.Length + validated + sessions + HeldCapacity; i++)
        {
            _spare[_spareCount++] = new CallRecord();
        }

        _dryUntil = new long[_definition.Campaign.Lists.Count];
        _dryWaitMs = new int[_definition.Campaign.Lists.Count];
        _credit = new int[_definition.Campaign.Lists.Count];
        _ringSince = new long[_ring.Length];
        _awaiting = new Awaited[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(_ring.Length + HeldCapacity + (4 * validated) + (4 * sessions) + 64))];
        _entries = new JournalEntry[_ring.Length + HeldCapacity + (2 * validated) + (2 * sessions) + 64];
        _effects = new Effect[128 + MostSearches + validated + (4 * _seats.Length) + (8 * sessions)];
        _clock = settings.CustomerClock;
        _plans = new TreatmentPlan[_lists.Length];
        _hasCallActions = new bool[_lists.Length];
        for (var i = 0; i < _lists.Length; i++)
        {
            SetPlan(i, new TreatmentPlan(_lists[i].List.Treatments, _definition.Campaign.Treatments));
        }
    }

    /// <summary>The group as configured.</summary>
    public CampaignGroupDefinition Definition => _definition;

    /// <summary>
    /// Call sessions of a group: one stays in use while its call lives and while its record is on a desktop, two for each agent, and as many again for the
    /// rest of chains.
    /// </summary>
    /// <param name="definition">The group.</param>
    /// <param name="mostChannels">Calls that it may be given at one time while it runs.</param>
    public static int SessionsFor(CampaignGroupDefinition definition, int mostChannels) =>
        Math.Max(mostChannels, definition.Options.NumberOfChannels) + (4 * definition.AgentGroup.Agents.Count) + 8;

    public CampaignGroupState State => _state;

    /// <summary>Call sessions that the group can have at one time.</summary>
    public int SessionCount => _sessions.Length;

    public DialMode DialMode => _mode;

    /// <summary>Counts since the group was loaded.</summary>
    public GroupCounters Counters { get; private set; } = new();

    /// <summary>The tray that a <see cref="EffectKind.Fetch"/> wants filled. Between that effect and its completion it is the store's.</summary>
    public RecordBatch Tray { get; }

    /// <summary>Journal entries of the last step, to be appended in order before its effects are released.</summary>
    public ReadOnlySpan<JournalEntry> Entries => _entries.AsSpan(0, _entryCount);

    /// <summary>Applies one input and says what follows from it.</summary>
    public ReadOnlySpan<Effect> Step(in Moment now, in GroupInput input)
    {
        ClearFreed();
        _effectCount = 0;
        _entryCount = 0;
        _now = now;
        switch (input.Kind)
        {
            case InputKind.Tick: OnTick(); break;
            case InputKind.Timer: OnTimer((ulong)input.Number); break;
            case InputKind.Command: OnCommand((GroupCommand)input.Reference!); break;
            case InputKind.FetchCompleted: OnFetchCompleted(input.Detail); break;
            case InputKind.FetchFailed: OnFetchFailed(); break;
            case InputKind.JournalCommitted: OnJournalCommitted(input.Number); break;
            case InputKind.JournalFault: _journalUp = false; break;
            case InputKind.JournalRecovered: _journalUp = true; break;
            case InputKind.CallDialing: OnCallDialing(input.Call); break;
            case InputKind.CallRinging: OnCallRinging(input.Call); break;
            case InputKind.CallAnswered: OnCallAnswered(input.Call); break;
            case InputKind.CallClassified: OnCallClassified(input.Call, (CallResult)input.Detail, input.Number); break;
            case InputKind.CallHeardOut: OnCallHeardOut(input.Call, (CallResult)input.Detail); break;
            case InputKind.ToneHeard: OnToneHeard(input.Call, (CallResult)input.Detail); break;
            case InputKind.VerdictCorrected: OnVerdictCorrected(input.Call, (CallResult)input.Detail); break;
            case InputKind.GreetingEnded: OnGreetingEnded(input.Call, input.Number); break;
            case InputKind.BeepStarted: OnBeepStarted(input.Call); break;
            case InputKind.BeepEnded: OnBeepEnded(input.Call); break;
            case InputKind.RouteFailed: OnRouteFailed(input.Call); break;
            case InputKind.Transferred: OnTransferred(input.Call); break;
            case InputKind.RecordRequest: OnRecordRequest((RecordRequest)input.Reference!); break;
            case InputKind.TreatmentsChanged: OnTreatmentsChanged((IReadOnlyDictionary<ListId, TreatmentPlan>)input.Reference!); break;
            case InputKind.CallEnded: OnCallEnded(input.Call, input.Outcome); break;
            case InputKind.AgentRinging: OnAgentRinging(input.Call, input.Agent); break;
            case InputKind.AgentConnected: OnAgentConnected(input.Call, input.Agent); break;
            case InputKind.AgentFailed: OnAgentFailed(input.Call, input.Agent); break;
            case InputKind.AgentReleased: OnAgentReleased(input.Call, input.Agent); break;
            case InputKind.AnnouncementEnded: OnAnnouncementEnded(input.Call); break;
            case InputKind.AgentLine: OnAgentLine(input.Agent, input.Detail != 0); break;
            case InputKind.AgentState: OnAgentState(input.Agent, input.Detail, input.Number); break;
            case InputKind.CallControl: OnCallControl(input.Agent, input.Call, (CallControl)input.Detail); break;
            case InputKind.UserDataUpdate: OnUserDataUpdate(input.Agent, input.Call, (UserData)input.Reference!); break;
            case InputKind.DesktopRequest: OnDesktopRequest((DesktopRequest)input.Reference!); break;
            case InputKind.AgentAssigned: OnAgentAssigned(input.Agent, input.Detail); break;
            case InputKind.MakeCall: OnMakeCall((MakeCallRequest)input.Reference!); break;
            case InputKind.ChainTaken: OnChainTaken((ChainFetch)input.Reference!); break;
            case InputKind.RecordLookup: OnRecordLookup((RecordLookup)input.Reference!); break;
            case InputKind.Validated: OnValidated(input.Number, (PreDialVerdict)input.Detail, input.Reference as PreDialRefusal); break;
            case InputKind.DialingSuspended: _suspended = input.Detail != 0; break;
            case InputKind.AgentEngaged: OnAgentEngaged(input.Agent, input.Number); break;
            case InputKind.AgentDisengaged: OnAgentDisengaged(input.Agent, input.Number); break;
            case InputKind.AgentLeaving: OnAgentLeaving(input.Agent, input.Detail != 0); break;
            case InputKind.RecordSearch: OnRecordSearch((RecordSearch)input.Reference!); break;
            case InputKind.Reconfigure: OnReconfigure((GroupReconfiguration)input.Reference!); break;
            case InputKind.ListChange: OnListChange((ListChange)input.Reference!); break;
            case InputKind.Snapshot: OnSnapshot((SnapshotRequest)input.Reference!); break;
            default: throw new UnreachableException();
        }

        ServeCallbacks();
        PushPreviews();
        SeizeAgents();
        MatchPersonsAndAgents();
        ServeAssured();
        Pace();
        AdvanceUnload();
        AcknowledgeLeavers();
        Invariant.That(_pendingCalls >= 0);
        Invariant.That(_openCalls >= 0);
        Invariant.That(_listening >= 0 && _listening <= _pendingCalls);
        return _effects.AsSpan(0, _effectCount);
    }

    private ref Effect Emit(EffectKind kind)
    {
        Invariant.That(_effectCount < _effects.Length);
        ref var effect = ref _effects[_effectCount++];
        effect = default;
        effect.Kind = kind;
        return ref effect;
    }

    private void EmitCall(EffectKind kind, CallSession session, int detail = 0)
    {
        ref var effect = ref Emit(kind);
        effect.Call = session.Handle;
        effect.Agent = session.Agent;
        effect.Detail = detail;
    }
}
