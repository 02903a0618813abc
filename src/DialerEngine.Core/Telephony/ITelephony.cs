namespace DialerEngine.Core.Telephony;

/// <summary>A call to be placed. The call handle names it in everything that follows.</summary>
public struct DialRequest
{
    public CallHandle Call;

    /// <summary>Index of the trunk in the engine's trunk table.</summary>
    public int Trunk;

    /// <summary>Number to dial, as the record has it.</summary>
    public string Number;

    /// <summary>Caller id; null leaves the trunk's own.</summary>
    public string? CallerId;

    /// <summary>Name shown beside the caller id (CPNDisplayName); null for none.</summary>
    public string? CallerName;

    /// <summary>True: the network knows the caller id and does not show it (CPNPresentation restricted; RFC 3323, RFC 3325).</summary>
    public bool CallerIdRestricted;

    /// <summary>Ring time, ms, from the INVITE's sending.</summary>
    public int RingTimeoutMs;

    /// <summary>Identity of the attempt, for logs and traces.</summary>
    public AttemptId Attempt;

    /// <summary>True: the call is listened to as <see cref="Analysis"/> says, and its answer is followed by a verdict.</summary>
    public bool Listen;

    /// <summary>True: nothing is listened to before the answer.</summary>
    public bool ListenOnConnect;

    /// <summary>How the call is listened to; the adapter adds the trunk's profile.</summary>
    public CallAnalysisRequest Analysis;

    /// <summary>
    /// The agent who dialled and whose phone stands: they hear what comes before the answer (ringing tone and announcements of the far end; a ringing tone of the
    /// engine's own where the far end only says that it rings). None where nobody listens in.
    /// </summary>
    public AgentId Hears;
}

/// <summary>
/// The network as a group sees it. Commands do not wait; what becomes of them comes back through <see cref="ITelephonyEvents"/>. Every placed
/// call ends with exactly one <see cref="ITelephonyEvents.Ended"/>, whatever happens.
/// </summary>
public interface ITelephony
{
    /// <summary>Places the customer leg.</summary>
    void Place(in DialRequest request);

    /// <summary>Ends the customer leg: CANCEL before the answer, BYE after it. <see cref="ITelephonyEvents.Ended"/> follows.</summary>
    void Release(CallHandle call);

    /// <summary>Brings an answered call to an agent: rings the phone, or puts it on the nailed-up line; bridges on answer.</summary>
    void Deliver(CallHandle call, AgentId agent);

    /// <summary>Answers a delivered call on the agent's behalf (nailed-up line without auto-answer).</summary>
    void AnswerAtAgent(CallHandle call, AgentId agent);

    /// <summary>Gives up a delivery that the agent has not answered; no event follows for it.</summary>
    void WithdrawDelivery(CallHandle call, AgentId agent);

    /// <summary>
    /// Calls an agent before there is a customer (engaging call); the agent hears silence. <see cref="ITelephonyEvents.AgentEngaged"/> or
    /// <see cref="ITelephonyEvents.AgentDisengaged"/> follows, also when the engaged agent hangs up later.
    /// </summary>
    void Engage(AgentId agent, in Engagement engagement);

    /// <summary>Ends an engaging call that no customer has joined; no event follows for it.</summary>
    void Disengage(AgentId agent, in Engagement engagement);

    /// <summary>
    /// Joins an answered call and an engaged agent (or one on a nailed-up line) at once: nothing rings, nobody answers. The engaging call becomes the
    /// agent's leg of this call and ends with it.
    /// </summary>
    /// <param name="call">The customer.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="beep">True: the agent, and nobody else, hears a short beep before the customer's sound; the customer hears the agent's line at once.</param>
    void Merge(CallHandle call, AgentId agent, bool beep);

    /// <summary>Plays the safe-harbour announcement of the group to the customer; <see cref="ITelephonyEvents.AnnouncementEnded"/> follows unless the call ends.</summary>
    void Announce(CallHandle call, string announcement);

    /// <summary>
    /// Sends an answered call to a destination. <see cref="ITelephonyEvents.Transferred"/> follows where the two are put through here; where the network
    /// takes the call over it ends; where the destination does not take it, <see cref="ITelephonyEvents.RouteFailed"/> follows and the customer is still there.
    /// </summary>
    void Transfer(in TransferRequest request);

    /// <summary>Puts the customer on hold (silence both ways) or takes the customer back.</summary>
    void SetHold(CallHandle call, bool held);

    /// <summary>The agent logged in: a nailed-up line is brought up. <see cref="ITelephonyEvents.AgentLine"/> follows.</summary>
    void OpenAgentLine(AgentId agent);

    /// <summary>The agent logged out: its line is released.</summary>
    void CloseAgentLine(AgentId agent);
}

/// <summary>Names one engaging call: words about an earlier one of the same agent are stale.</summary>
/// <param name="Group">The campaign group that has the agent called.</param>
/// <param name="Number">Counts the group's engaging calls, from 1; 0 names none.</param>
public readonly record struct Engagement(GroupId Group, long Number)
{
    public static Engagement None => default;

    public bool IsNone => Number == 0;
}

/// <summary>How a call ended, with the network's own words kept beside the mapped result.</summary>
public struct CallOutcome
{
    /// <summary>The mapped result. <see cref="CallResult.Ok"/> after an answer: the group decides by what had become of the call.</summary>
    public CallResult Result;

    public CallEndedBy EndedBy;

    /// <summary>True when the far end had answered.</summary>
    public bool Answered;

    /// <summary>True when the fault is the trunk's or the engine's (authentication, congestion, no response), not the callee's.</summary>
    public bool TrunkFault;

    /// <summary>SIP status of the final answer; 0 where none came.</summary>
    public int NetworkCode;

    /// <summary>Q.850 cause from a Reason header; 0 where none came.</summary>
    public int Q850Cause;

    public string? NetworkPhrase;

    /// <summary>Raw Reason header values, one a line.</summary>
    public string? NetworkReasons;

    /// <summary>Milliseconds from Retry-After; 0 where none came.</summary>
    public int RetryAfterMs;
}

/// <summary>What the network tells the groups. Thread-safe; never waits; nothing is dropped.</summary>
public interface ITelephonyEvents
{
    /// <summary>The INVITE left.</summary>
    void Dialing(CallHandle call);

    /// <summary>180, or 183 with media: the far end alerts.</summary>
    void Ringing(CallHandle call);

    /// <summary>
    /// The far end answered and media flows. Where the call is listened to, <see cref="Classified"/> follows, from the detector or, where it has no room
    /// for the call, at once.
    /// </summary>
    void Answered(CallHandle call);

    /// <summary>The customer leg is over. Exactly once per placed call, and nothing about the call after it.</summary>
    void Ended(CallHandle call, in CallOutcome outcome);

    /// <summary>The agent's phone rings for the call.</summary>
    void AgentRinging(CallHandle call, AgentId agent);

    /// <summary>Customer and agent hear each other.</summary>
    void AgentConnected(CallHandle call, AgentId agent);

    /// <summary>The delivery failed: the phone was busy, refused or unreachable.</summary>
    void AgentFailed(CallHandle call, AgentId agent);

    /// <summary>The agent hung up; the customer leg is still there.</summary>
    void AgentReleased(CallHandle call, AgentId agent);

    /// <summary>
    /// The agent's side attached data to the call: the headers <c>X-Genesys-KEY</c> of the BYE of an IVR port. Before <see cref="AgentReleased"/>.
    /// </summary>
    void AgentData(CallHandle call, AgentId agent, Desktop.UserData data)
    {
    }

    /// <summary>The announcement has been played to its end.</summary>
    void AnnouncementEnded(CallHandle call);

    /// <summary>The destination of <see cref="ITelephony.Transfer"/> did not take the call; the customer is still there.</summary>
    void RouteFailed(CallHandle call);

    /// <summary>The destination of a <see cref="TransferKind.TwoStep"/> transfer answered: customer and destination hear each other until one of them hangs up.</summary>
    void Transferred(CallHandle call);

    /// <summary>
    /// The answered call was found to be a person, a machine, a fax, silence. In place of <see cref="Answered"/> where the verdict comes with the answer, or
    /// after it.
    /// </summary>
    void Classified(CallHandle call, CallResult result);

    /// <summary>A nailed-up line came up or went down.</summary>
    void AgentLine(AgentId agent, bool up);

    /// <summary>The agent answered the engaging call.</summary>
    void AgentEngaged(AgentId agent, in Engagement engagement);

    /// <summary>The engaging call failed, or its agent hung up before a customer joined.</summary>
    void AgentDisengaged(AgentId agent, in Engagement engagement);
}

/// <summary>
/// Limits of trunks, shared by all groups: calls in progress and calls per second. A grant is taken before an attempt is made and given
/// back when the call is over.
/// </summary>
public interface ITrunkGate
{
    /// <summary>
    /// Says how many calls the group would start now if it could, and how many agents wait for them. Where lines or starts are short, shares follow
    /// these needs. A need that is not told again is forgotten after a quarter of a second.
    /// </summary>
    void Want(GroupId group, ReadOnlySpan<int> trunks, int calls, int agentsWaiting, in Moment now);

    /// <summary>Takes a line and a start from the first of the trunks that has both; the trunk's index, or -1 with the reason.</summary>
    int TryTake(GroupId group, ReadOnlySpan<int> trunks, in Moment now, out TrunkRefusal refusal);

    /// <summary>Gives a line back.</summary>
    void Release(GroupId group, int trunk);

    /// <summary>
    /// Tells how a call over the trunk went. Trunk faults in a row, or an explicit Retry-After, pause the trunk for a while, so that a dead trunk
    /// does not use up the calling list.
    /// </summary>
    void Report(int trunk, bool fault, int retryAfterMs, in Moment now);

    /// <summary>Lines that could be taken now, over all of the trunks, not looking at calls per second.</summary>
    int FreeLines(ReadOnlySpan<int> trunks);
}

/// <summary>Why no trunk could be taken.</summary>
public enum TrunkRefusal : byte
{
    None,
    NoLine,
    Rate,
    Down,

    /// <summary>What is left belongs to other groups that have less than their share.</summary>
    Share,
}
