using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using DialerEngine.Host.Verbs;

namespace DialerEngine.Host.Simulation;

/// <summary>Learns the laws of a log, line by line, and writes them as a scenario: what was, to be rehearsed under other settings.</summary>
internal sealed class LogFit
{
    private const int Cells = 40;
    private const int LeastSamples = 10;
    private const int MostSamples = 500_000;
    private const double HitStep = 3_600;
    private const double AgentStep = 900;
    private const int LeastDials = 100;
    private readonly Dictionary<string, Call> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Agent> _agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<double>> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _ends = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, (long Dials, long Persons)> _hits = [];
    private readonly SortedDictionary<int, int> _mostAgents = [];
    private int _loggedIn;
    private double _now;

    private sealed class Call
    {
        public double Dialled { get; init; }

        public double? Answered { get; set; }

        public double? Person { get; set; }

        public double? Connected { get; set; }

        public string Agent { get; set; } = "";
    }

    private sealed class Agent
    {
        public PacingEventKind State { get; set; } = PacingEventKind.AgentLoggedOut;

        public double Since { get; set; }

        public string Call { get; set; } = "";
    }

    /// <summary>Takes a line that the session took without fault.</summary>
    public void Take(PacingServeLine line)
    {
        _now = Math.Max(_now, line.Time);
        if (line.Kind == ServeLineKind.Call && line.State is { } state)
        {
            TakeCall(line, line.Id.ToString(), state);
        }
        else if (line.Kind == ServeLineKind.Agent && line.State is { } agentState)
        {
            TakeAgent(line.Id.ToString(), agentState, line.Time);
        }

        var slot = (int)(line.Time / AgentStep);
        _mostAgents[slot] = Math.Max(_mostAgents.GetValueOrDefault(slot), _loggedIn);
    }

    /// <summary>The scenario, or null and a sentence about what the log lacks.</summary>
    public string? TryWrite(string name, out string? fault)
    {
        fault = Count("talk") < LeastSamples ? $"has {Count("talk")} talks; a scenario needs {LeastSamples}" : _mostAgents.Values.Max() == 0 ? "has no agent logged in" : null;
        if (fault is not null)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteNumber("hours", Math.Clamp(Math.Ceiling(_now / 360) / 10, 0.1, 240));
            writer.WriteStartArray("teams");
            writer.WriteStartObject();
            writer.WriteString("name", "team");
            writer.WriteNumber("agents", Math.Min(ScenarioTable.MostAgents, _mostAgents.First().Value));
            WriteLaw(writer, "talk", "talk");
            WriteLaw(writer, "wrap", "wrap");
            writer.WriteEndObject();
            writer.WriteEndArray();
            WriteList(writer);
            WriteNetwork(writer);
            WriteGroup(writer);
            WriteChanges(writer);
            writer.WriteEndObject();
        }

        return "// Fitted to a log of calls; laws are histograms of what was seen.\n" + Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private int Count(string law) => _samples.TryGetValue(law, out var values) ? values.Count : 0;

    private void Sample(string law, double seconds)
    {
        if (!_samples.TryGetValue(law, out var values))
        {
            _samples.Add(law, values = []);
        }

        if (values.Count < MostSamples && seconds is >= 0 and <= ScenarioTable.LongestSeconds)
        {
            values.Add(seconds);
        }
    }

    private void TakeCall(PacingServeLine line, string id, PacingEventKind state)
    {
        if (state == PacingEventKind.CallDialing)
        {
            _calls[id] = new Call { Dialled = line.Time };
            Hit(line.Time, persons: 0, dials: 1);
            return;
        }

        if (!_calls.TryGetValue(id, out var call))
        {
            return;
        }

        switch (state)
        {
            case PacingEventKind.CallAnswered: call.Answered = line.Time; break;
            case PacingEventKind.CallPerson:
                call.Person = line.Time;
                Sample("personAnswer", (call.Answered ?? line.Time) - call.Dialled);
                Sample("personDetection", line.Time - (call.Answered ?? line.Time));
                Hit(call.Dialled, persons: 1, dials: 0);
                break;
            case PacingEventKind.CallConnected:
                call.Connected = line.Time;
                Connect(id, call, line.Agent.ToString(), line.Time);
                break;
            case PacingEventKind.CallFailed:
                Failed(call, (CallResult)line.Result, line.Time);
                _calls.Remove(id);
                break;
            default:
                EndTalk(id, call, line.Time);
                break;
        }
    }

    private void Connect(string id, Call call, string agent, double at)
    {
        call.Agent = agent;
        if (_agents.TryGetValue(agent, out var who))
        {
            who.Call = id;
            who.State = PacingEventKind.AgentBusy;
            who.Since = at;
        }
    }

    private void EndTalk(string id, Call call, double at)
    {
        if (call.Connected is { } since)
        {
            Sample("talk", at - since);
        }

        _calls.Remove(id);
    }

    private void Failed(Call call, CallResult result, double at)
    {
        var kind = result switch
        {
            CallResult.Busy => "busy",
            CallResult.NoAnswer => "noAnswer",
            CallResult.AllTrunksBusy => "congestion",
            _ when call.Answered is not null || result == CallResult.AnsweringMachine => "machine",
            _ => "sit",
        };
        _ends[kind] = _ends.GetValueOrDefault(kind) + 1;
        Sample(kind == "machine" ? "machineAnswer" : kind, (kind == "machine" ? call.Answered ?? at : at) - call.Dialled);
        if (kind == "machine")
        {
            Sample("machineDetection", at - (call.Answered ?? at));
        }
    }

    private void TakeAgent(string id, PacingEventKind state, double at)
    {
        if (!_agents.TryGetValue(id, out var agent))
        {
            _agents.Add(id, agent = new Agent());
        }

        _loggedIn += (state == PacingEventKind.AgentLoggedOut ? 0 : 1) - (agent.State == PacingEventKind.AgentLoggedOut ? 0 : 1);
        if (state != PacingEventKind.AgentBusy && agent.Call.Length > 0 && _calls.TryGetValue(agent.Call, out var call))
        {
            EndTalk(agent.Call, call, at);
        }

        if (agent.State == PacingEventKind.AgentAfterCallWork && state != PacingEventKind.AgentAfterCallWork)
        {
            Sample("wrap", at - agent.Since);
        }

        agent.Call = state == PacingEventKind.AgentBusy ? agent.Call : "";
        agent.Since = agent.State == state ? agent.Since : at;
        agent.State = state;
    }

    private void Hit(double at, int persons, int dials)
    {
        var slot = (int)(at / HitStep);
        var known = _hits.GetValueOrDefault(slot);
        _hits[slot] = (known.Dials + dials, known.Persons + persons);
    }

    private void WriteList(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("lists");
        writer.WriteStartObject();
        writer.WriteString("name", "list");
        writer.WriteNumber("answerChance", Share(_hits.Values.Sum(h => h.Persons), _hits.Values.Sum(h => h.Dials)));
        if (_ends.Values.Sum() > 0)
        {
            writer.WriteStartObject("mix");
            foreach (var kind in (ReadOnlySpan<string>)["machine", "noAnswer", "busy", "sit", "congestion"])
            {
                writer.WriteNumber(kind, _ends.GetValueOrDefault(kind));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private void WriteNetwork(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("network");
        foreach (var law in (ReadOnlySpan<string>)["personAnswer", "machineAnswer", "personDetection", "machineDetection", "busy", "sit", "congestion"])
        {
            if (Count(law) >= LeastSamples)
            {
                WriteLaw(writer, law, law);
            }
        }

        writer.WriteEndObject();
    }

    private void WriteGroup(Utf8JsonWriter writer)
    {
        // Whoever answered last was still ringing then, and whoever did not was given up: the ring time is the median of those.
        var ring = Count("noAnswer") >= LeastSamples ? Quantile([.. _samples["noAnswer"].Order()], 0.5) : 28;
        writer.WriteStartArray("groups");
        writer.WriteStartObject();
        writer.WriteString("name", "group");
        writer.WriteStartObject("options");
        writer.WriteNumber("call_wait_connected_timeout", Math.Clamp(Math.Round(ring, 1), 15, 300));
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private void WriteChanges(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("changes");
        foreach (var (slot, (dials, persons)) in _hits)
        {
            if (dials >= LeastDials)
            {
                WriteChange(writer, slot * HitStep / 3_600, () => writer.WriteNumber("answerChance", Share(persons, dials)));
            }
        }

        var before = _mostAgents.First().Value;
        foreach (var (slot, agents) in _mostAgents.Skip(1))
        {
            if (agents != before)
            {
                WriteChange(writer, slot * AgentStep / 3_600, () => writer.WriteNumber("agents", Math.Min(ScenarioTable.MostAgents, agents)));
                before = agents;
            }
        }

        writer.WriteEndArray();
    }

    private void WriteChange(Utf8JsonWriter writer, double hours, Action write)
    {
        if (hours * 3_600 > _now)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("atHours", hours);
        write();
        writer.WriteEndObject();
    }

    private void WriteLaw(Utf8JsonWriter writer, string key, string law)
    {
        if (Count(law) < LeastSamples)
        {
            writer.WriteNumber(key, 0);
            return;
        }

        double[] sorted = [.. _samples[law].Order()];
        writer.WriteStartObject(key);
        writer.WriteString("law", "histogram");
        writer.WriteStartArray("values");
        for (var i = 0; i <= Cells; i++)
        {
            writer.WriteNumberValue(Math.Round(Quantile(sorted, (double)i / Cells), 3));
        }

        writer.WriteEndArray();
        writer.WriteStartArray("weights");
        for (var i = 0; i < Cells; i++)
        {
            writer.WriteNumberValue(1);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static double Share(long of, long all) => Math.Clamp(Math.Round((double)of / Math.Max(1, all), 4), 0.0001, 0.9999);

    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 < sorted.Length ? sorted[low] + ((at - low) * (sorted[low + 1] - sorted[low])) : sorted[low];
    }
}
