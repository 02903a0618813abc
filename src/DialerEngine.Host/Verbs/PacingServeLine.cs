using System.Text.Json;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Host.Verbs;

/// <summary>What a line of <c>pacing serve</c> is about.</summary>
internal enum ServeLineKind : byte
{
    None,
    Configure,
    Agent,
    Call,
    ReadyTime,
    Tick,
}

/// <summary>
/// One parsed line of <c>pacing serve</c>; an object that is used again for every line. Reads nothing it does not need: keys
/// that it does not know are passed over. Identities may be strings or numbers, of 128 characters at most.
/// </summary>
internal sealed class PacingServeLine
{
    /// <summary>Most estimates taken from <c>next</c>; those behind say nothing about the dials of this moment.</summary>
    public const int MaxNext = 8192;

    private const int MaxId = 128;
    private const double MaxSeconds = 1e9;
    private readonly char[] _id = new char[MaxId];
    private readonly char[] _agent = new char[MaxId];
    private readonly float[] _next = new float[MaxNext];
    private int _idLength;
    private int _agentLength;
    private int _nextCount;

    public ServeLineKind Kind { get; private set; }

    public double Time { get; private set; }

    /// <summary>Where in the line the text of <c>t</c> stands.</summary>
    public Range TimeText { get; private set; }

    public ReadOnlySpan<char> Id => _id.AsSpan(0, _idLength);

    public ReadOnlySpan<char> Agent => _agent.AsSpan(0, _agentLength);

    public PacingEventKind? State { get; private set; }

    public int Result { get; private set; }

    public double Seconds { get; private set; }

    public float AnswerChance { get; private set; }

    public ReadOnlyMemory<float> Next => _next.AsMemory(0, _nextCount);

    /// <summary>Parses a line. Returns null when all is well, else what is wrong with it.</summary>
    public string? Read(ReadOnlySpan<byte> line)
    {
        Kind = ServeLineKind.None;
        Time = double.NaN;
        TimeText = default;
        _idLength = 0;
        _agentLength = 0;
        _nextCount = 0;
        State = null;
        Result = 0;
        Seconds = 0;
        AnswerChance = 0;
        try
        {
            var reader = new Utf8JsonReader(line);
            var fault = ReadObject(ref reader);
            if (fault is null && reader.Read())
            {
                fault = "there is more than one JSON object";
            }

            return fault ?? Complete();
        }
        catch (JsonException fault)
        {
            return $"this is not JSON (byte {fault.BytePositionInLine ?? 0})";
        }
        catch (InvalidOperationException)
        {
            return "a text holds characters that are not UTF-8";
        }
    }

    private string? Complete()
    {
        if (Kind == ServeLineKind.None)
        {
            return "\"type\" is missing: configure, agent, call, readyTime or tick";
        }

        if (!(Time >= 0 && Time <= MaxSeconds))
        {
            return "\"t\" must be a number of seconds, 0 to 1000000000";
        }

        return null;
    }

    private string? ReadObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return "a line must be a JSON object";
        }

        string? fault = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = ReadProperty(ref reader);
            fault ??= found;
        }

        return fault;
    }

    private string? ReadProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("t"u8))
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number)
            {
                Time = reader.GetDouble();
                TimeText = new Range((int)reader.TokenStartIndex, (int)reader.TokenStartIndex + reader.ValueSpan.Length);
                return null;
            }

            reader.TrySkip();
            return "\"t\" must be a number of seconds";
        }

        if (reader.ValueTextEquals("type"u8))
        {
            reader.Read();
            Kind = KindOf(ref reader);
            return Kind == ServeLineKind.None ? Skip(ref reader, "\"type\" must be configure, agent, call, readyTime or tick") : null;
        }

        if (reader.ValueTextEquals("state"u8))
        {
            reader.Read();
            State = StateOf(ref reader);
            return State is null ? Skip(ref reader, "this \"state\" is not known") : null;
        }

        if (reader.ValueTextEquals("id"u8))
        {
            reader.Read();
            return ReadId(ref reader, _id, out _idLength) ? null : Skip(ref reader, "\"id\" must be a text of 1 to 128 characters");
        }

        if (reader.ValueTextEquals("agent"u8))
        {
            reader.Read();
            return ReadId(ref reader, _agent, out _agentLength) ? null : Skip(ref reader, "\"agent\" must be a text of 1 to 128 characters");
        }

        return ReadNumbers(ref reader);
    }

    private string? ReadNumbers(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("result"u8))
        {
            reader.Read();
            Result = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var result) ? result : -1;
            return Result < 0 ? Skip(ref reader, "\"result\" must be a CALL_RESULT number") : null;
        }

        if (reader.ValueTextEquals("seconds"u8))
        {
            reader.Read();
            Seconds = reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : 0;
            return Seconds is > 0 and <= 86_400 ? null : Skip(ref reader, "\"seconds\" must lie above 0 and not above 86400");
        }

        if (reader.ValueTextEquals("answerChance"u8))
        {
            reader.Read();
            var chance = reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : -1;
            AnswerChance = chance is >= 0 and <= 1 ? (float)chance : 0;
            return chance is >= 0 and <= 1 ? null : Skip(ref reader, "\"answerChance\" must lie between 0 and 1");
        }

        if (reader.ValueTextEquals("next"u8))
        {
            reader.Read();
            return reader.TokenType == JsonTokenType.StartArray ? ReadNext(ref reader) : Skip(ref reader, "\"next\" must be an array of numbers between 0 and 1");
        }

        reader.Read();
        reader.TrySkip();
        return null;
    }

    private string? ReadNext(ref Utf8JsonReader reader)
    {
        string? fault = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var chance = reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : -1;
            if (chance is not (>= 0 and <= 1))
            {
                fault = Skip(ref reader, "\"next\" must be an array of numbers between 0 and 1");
                chance = 0;
            }

            if (_nextCount < MaxNext)
            {
                _next[_nextCount++] = (float)chance;
            }
        }

        return fault;
    }

    private static string Skip(ref Utf8JsonReader reader, string fault)
    {
        reader.TrySkip();
        return fault;
    }

    private static bool ReadId(ref Utf8JsonReader reader, char[] into, out int length)
    {
        length = 0;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number) || reader.ValueSpan.Length is 0 or > MaxId)
        {
            return false;
        }

        length = reader.TokenType == JsonTokenType.String
            ? reader.CopyString(into)
            : System.Text.Encoding.UTF8.GetChars(reader.ValueSpan, into);
        return length > 0;
    }

    private static ServeLineKind KindOf(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? ServeLineKind.None
        : reader.ValueTextEquals("tick"u8) ? ServeLineKind.Tick
        : reader.ValueTextEquals("call"u8) ? ServeLineKind.Call
        : reader.ValueTextEquals("agent"u8) ? ServeLineKind.Agent
        : reader.ValueTextEquals("readyTime"u8) ? ServeLineKind.ReadyTime
        : reader.ValueTextEquals("configure"u8) ? ServeLineKind.Configure
        : ServeLineKind.None;

    private static PacingEventKind? StateOf(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? null
        : reader.ValueTextEquals("Dialing"u8) ? PacingEventKind.CallDialing
        : reader.ValueTextEquals("Answered"u8) ? PacingEventKind.CallAnswered
        : reader.ValueTextEquals("Person"u8) ? PacingEventKind.CallPerson
        : reader.ValueTextEquals("Connected"u8) ? PacingEventKind.CallConnected
        : reader.ValueTextEquals("Abandoned"u8) ? PacingEventKind.CallAbandoned
        : reader.ValueTextEquals("Failed"u8) ? PacingEventKind.CallFailed
        : reader.ValueTextEquals("Released"u8) ? PacingEventKind.CallReleased
        : reader.ValueTextEquals("Ready"u8) ? PacingEventKind.AgentReady
        : reader.ValueTextEquals("Busy"u8) ? PacingEventKind.AgentBusy
        : reader.ValueTextEquals("AfterCallWork"u8) ? PacingEventKind.AgentAfterCallWork
        : reader.ValueTextEquals("NotReady"u8) ? PacingEventKind.AgentNotReady
        : reader.ValueTextEquals("LoggedOut"u8) ? PacingEventKind.AgentLoggedOut
        : null;
}
