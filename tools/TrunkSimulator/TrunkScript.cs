using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkSimulator;

/// <summary>
/// Who lives behind the trunk: shares of the scripts, numbers whose script is fixed, and times in seconds before scaling. The names are
/// those of the JSON file, in camel case.
/// </summary>
public sealed record TrunkScript
{
    /// <summary>Shares of the scripts; any positive numbers, they are divided by their sum.</summary>
    public IReadOnlyDictionary<CalleeScript, double> Mix { get; set; } = new Dictionary<CalleeScript, double>
    {
        [CalleeScript.Person] = 0.36,
        [CalleeScript.Machine] = 0.22,
        [CalleeScript.NoAnswer] = 0.16,
        [CalleeScript.Busy] = 0.06,
        [CalleeScript.NotFound] = 0.03,
        [CalleeScript.VacantEarlyMedia] = 0.03,
        [CalleeScript.BusyEarlyMedia] = 0.02,
        [CalleeScript.Unavailable] = 0.02,
        [CalleeScript.UnavailableAfterRinging] = 0.02,
        [CalleeScript.ServiceUnavailable] = 0.01,
        [CalleeScript.Declined] = 0.01,
        [CalleeScript.ServerError] = 0.01,
        [CalleeScript.Fax] = 0.01,
        [CalleeScript.LateAnswer] = 0.01,
        [CalleeScript.EarlyHangUp] = 0.01,
        [CalleeScript.AnswersTwice] = 0.005,
        [CalleeScript.NeverTrying] = 0.005,
        [CalleeScript.FirstInviteLost] = 0.005,
    };

    /// <summary>Scripts of numbers that end in the key; the longest that fits wins.</summary>
    public IReadOnlyDictionary<string, CalleeScript> Suffixes { get; set; } = new Dictionary<string, CalleeScript>();

    /// <summary>Shortest time of ringing, in seconds.</summary>
    public double RingMinSeconds { get; set; } = 3;

    /// <summary>Longest time of ringing of those who answer in time, in seconds.</summary>
    public double RingMaxSeconds { get; set; } = 14;

    /// <summary>Time of ringing of <see cref="CalleeScript.LateAnswer"/>, in seconds: just below the caller's ring timeout.</summary>
    public double LateAnswerSeconds { get; set; } = 28;

    /// <summary>Mean length of a talk in seconds; drawn from an exponential distribution, at most eight times the mean.</summary>
    public double TalkMeanSeconds { get; set; } = 60;

    /// <summary>Share of the people who end the call themselves, 0..1; the others wait for the caller.</summary>
    public double HangUpShare { get; set; } = 0.5;

    /// <summary>How long a machine records, and a fax machine or a listener to a busy tone waits, in seconds.</summary>
    public double MachineSeconds { get; set; } = 30;

    /// <summary>
    /// Time in seconds, not scaled, for whoever listens: so long a person waits after the hello before the talk time begins, and tones, fax machines and
    /// silent callees stay at least. Callers with call progress detection need some 4 s of it.
    /// </summary>
    public double ListenSeconds { get; set; }

    /// <summary>Retry-After of <see cref="CalleeScript.ServiceUnavailable"/>, in seconds; not scaled.</summary>
    public int RetryAfterSeconds { get; set; } = 10;

    /// <summary>Reads a file's text; the error is one sentence naming the mend, null when all is well.</summary>
    public static string? TryParse(string json, out TrunkScript script)
    {
        script = new TrunkScript();
        try
        {
            script = JsonSerializer.Deserialize(json, TrunkJson.Default.TrunkScript) ?? script;
        }
        catch (JsonException e)
        {
            return $"line {e.LineNumber + 1}: {e.Message}";
        }

        return script.Fault();
    }

    /// <summary>What is wrong with the values; null when nothing is.</summary>
    public string? Fault()
    {
        if (Mix.Count == 0 || Mix.Values.Any(share => !(share >= 0)) || !(Mix.Values.Sum() is > 0 and < double.PositiveInfinity))
        {
            return "mix: the shares must not be negative and at least one must be above 0";
        }

        if (Suffixes.Keys.Any(key => key.Length == 0 || !key.All(char.IsAsciiDigit)))
        {
            return "suffixes: each key must be digits only";
        }

        if (!(RingMinSeconds >= 0) || !(RingMaxSeconds >= RingMinSeconds) || RingMaxSeconds > 600 || LateAnswerSeconds is < 0 or > 600)
        {
            return "ring times: 0 <= ringMinSeconds <= ringMaxSeconds <= 600 and 0 <= lateAnswerSeconds <= 600 must hold";
        }

        return TalkMeanSeconds is < 0 or > 7200 || MachineSeconds is < 0 or > 7200 || HangUpShare is < 0 or > 1 || RetryAfterSeconds is < 0 or > 86400
            || !(ListenSeconds is >= 0 and <= 600)
            ? "talk times: talkMeanSeconds and machineSeconds must be 0..7200, listenSeconds 0..600, hangUpShare 0..1, retryAfterSeconds 0..86400"
            : null;
    }
}

/// <summary>Source-generated JSON of the script file and the ledger.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TrunkScript))]
[JsonSerializable(typeof(LedgerEntry))]
internal sealed partial class TrunkJson : JsonSerializerContext;
