namespace DialerEngine.Host.Admin;

/// <summary>A share that was measured.</summary>
/// <param name="Hits">What was counted.</param>
/// <param name="Of">Out of how many.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">Lower bound of the 95 % interval (Wilson).</param>
/// <param name="High">Upper bound.</param>
internal sealed record ShareView(long Hits, long Of, double Share, double Low, double High);

/// <summary>A rate over all calls, estimated from those that were checked.</summary>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">Lower bound; the true rate lies between the bounds with at least 95 %.</param>
/// <param name="High">Upper bound; 1 where nothing was checked.</param>
internal sealed record EstimateView(double Share, double Low, double High);

/// <summary>What agents said of the test calls of one list of one campaign group, since the engine's start.</summary>
/// <param name="Group">The campaign group.</param>
/// <param name="List">The calling list; absent for lists beyond the bound of those counted apart.</param>
/// <param name="CalledPeople">Calls that the detector called a person.</param>
/// <param name="CalledMachines">Calls that it called a machine.</param>
/// <param name="FalseMachines">Of the test calls called a machine: people.</param>
/// <param name="MissedMachines">Of the test calls called a person: machines.</param>
/// <param name="PeopleLost">Estimate over all calls: people called machines, of all people.</param>
/// <param name="MachinesConnected">Estimate over all calls: machines called people, of all machines.</param>
/// <param name="Unanswered">Test calls of the group that agents had and said nothing about.</param>
internal sealed record FeedbackView(
    string Group, string? List, long CalledPeople, long CalledMachines, ShareView FalseMachines, ShareView MissedMachines, EstimateView PeopleLost, EstimateView MachinesConnected,
    long Unanswered);

/// <summary>The reports of all lists.</summary>
/// <param name="Lists">One entry for each list of each group that makes test calls.</param>
internal sealed record FeedbackListView(IReadOnlyList<FeedbackView> Lists);

/// <summary>What the detector did since the engine's start.</summary>
/// <param name="Active">Calls listened to now.</param>
/// <param name="Opened">Calls listened to.</param>
/// <param name="Refused">Calls that found no room: taken for people.</param>
/// <param name="Failed">Analyses given up because of a fault: taken for people.</param>
/// <param name="Results">Results before and after answers.</param>
/// <param name="Corrections">Beeps after a verdict of a person.</param>
/// <param name="Frames">Frames of audio.</param>
/// <param name="FramesOverrun">Frames left out because 640 ms of their call waited for analysis.</param>
/// <param name="RecordingsDropped">Recordings of decisions that found no room.</param>
/// <param name="RecordingsFailed">Recordings of decisions that could not be written.</param>
/// <param name="Profiles">Profiles configured beside the built-in ones.</param>
internal sealed record DetectionView(
    long Active, long Opened, long Refused, long Failed, long Results, long Corrections, long Frames, long FramesOverrun, long RecordingsDropped, long RecordingsFailed,
    int Profiles);

/// <summary>A detection profile in force.</summary>
/// <param name="Name">What trunks and the command line call it.</param>
/// <param name="Country">ISO 3166 code of the country whose tones are listened for; null for those of every country.</param>
/// <param name="CallAnswerTypeRecognition">How people and machines are told apart where the call says telephony_preset.</param>
/// <param name="InitialSilence">Seconds of silence from the answer on after which the result is Silence.</param>
/// <param name="MaxAnalysis">Seconds from the answer on after which a result is given whatever was heard.</param>
/// <param name="MaxPreConnect">Seconds of early media with nothing in it after which the result is NoProgress.</param>
/// <param name="MaxBeepWait">Seconds from the answer on for which a beep is listened for.</param>
/// <param name="CongestionResult">Result of a congestion tone.</param>
/// <param name="PlainTripleResult">Result of the special information tone that names no reason.</param>
/// <param name="OperatingPoint">Where it settles the trade between people lost, machines connected and time.</param>
internal sealed record ProfileView(
    string Name, string? Country, string CallAnswerTypeRecognition, double InitialSilence, double MaxAnalysis, double MaxPreConnect, double MaxBeepWait,
    string CongestionResult, string PlainTripleResult, OperatingPointView OperatingPoint);

/// <summary>An operating point; keys as in the configuration, times in seconds.</summary>
/// <param name="PersonBelow">A person is called in the shortest pause when the probability of a machine is at most this.</param>
/// <param name="PersonBelowLong">The same from longPause on.</param>
/// <param name="PersonBelowSettled">The same from settledPause on.</param>
/// <param name="PersonBelowTalking">The same from minTalking on, whether they pause or not.</param>
/// <param name="MachineAbove">A machine is called when its probability is at least this.</param>
/// <param name="ForcedAbove">Where a verdict is forced, a machine when its probability is at least this.</param>
/// <param name="MinPause">Shortest pause in which a person is called.</param>
/// <param name="LongPause">Pause in which those who were not sure at first are mostly machines.</param>
/// <param name="SettledPause">Pause as hardly any greeting has within it; left out where there is no such bar.</param>
/// <param name="ForcedPause">Pause in which a verdict is forced.</param>
/// <param name="MinTalking">From so long after the first word on a person is called in the middle of a greeting; left out where never.</param>
/// <param name="MinMachine">A machine is not called sooner after the first word.</param>
/// <param name="Latest">A verdict is given at the latest so long after the first word.</param>
internal sealed record OperatingPointView(
    double PersonBelow, double PersonBelowLong, double PersonBelowSettled, double PersonBelowTalking, double MachineAbove, double ForcedAbove, double MinPause, double LongPause,
    double? SettledPause, double ForcedPause, double? MinTalking, double MinMachine, double Latest);

/// <summary>The profiles in force.</summary>
/// <param name="Profiles">By name; empty where no call is listened to.</param>
internal sealed record ProfileListView(IReadOnlyList<ProfileView> Profiles);
