using System.Text.Json;
using System.Text.Json.Serialization;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Host.Reload;

namespace DialerEngine.Host.Admin;

/// <summary>All campaign groups.</summary>
/// <param name="Groups">The groups in the order of the configuration.</param>
/// <param name="Failed">Names of groups that have failed and give no counts; the log says why.</param>
internal sealed record GroupsView(IReadOnlyList<GroupSnapshot> Groups, IReadOnlyList<string> Failed);

/// <summary>Wanted dial mode.</summary>
/// <param name="DialMode">As in configuration files, e.g. <c>Progressive</c>.</param>
internal sealed record DialModeRequest(string? DialMode);

/// <summary>Health: <c>live</c>, <c>ready</c> or <c>not ready</c>.</summary>
internal sealed record HealthView(string Status, string? Reason = null);

/// <summary>What runs here.</summary>
/// <param name="Name">The program.</param>
/// <param name="Version">Its version.</param>
/// <param name="Runtime">The .NET runtime under it.</param>
internal sealed record VersionView(string Name, string Version, string Runtime);

/// <summary>A DBID as a plain number.</summary>
internal sealed class GroupIdConverter : JsonConverter<GroupId>
{
    public override GroupId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, GroupId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

/// <summary>The reasons that hold a group back as an array of their names.</summary>
internal sealed class HoldBackConverter : JsonConverter<HoldBack>
{
    private static readonly HoldBack[] Flags = [.. Enum.GetValues<HoldBack>().Where(f => f != HoldBack.None)];

    public override HoldBack Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = HoldBack.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            value |= Enum.TryParse<HoldBack>(reader.GetString(), out var flag) ? flag : HoldBack.None;
        }

        return value;
    }

    public override void Write(Utf8JsonWriter writer, HoldBack value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var flag in Flags)
        {
            if ((value & flag) != 0)
            {
                writer.WriteStringValue(flag.ToString());
            }
        }

        writer.WriteEndArray();
    }
}

/// <summary>JSON of the admin API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(GroupIdConverter), typeof(HoldBackConverter)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GroupSnapshot))]
[JsonSerializable(typeof(GroupsView))]
[JsonSerializable(typeof(DialModeRequest))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(VersionView))]
[JsonSerializable(typeof(ProblemView))]
[JsonSerializable(typeof(ListChangeRequest))]
[JsonSerializable(typeof(HeldView))]
[JsonSerializable(typeof(RecordHistoryView))]
[JsonSerializable(typeof(RecordCancelRequest))]
[JsonSerializable(typeof(AgentAssignmentView))]
[JsonSerializable(typeof(AgentAssignmentRequest))]
[JsonSerializable(typeof(RecordCancelView))]
[JsonSerializable(typeof(NewRecordRequest))]
[JsonSerializable(typeof(NewRecordView))]
[JsonSerializable(typeof(DoNotCallRequest))]
[JsonSerializable(typeof(DoNotCallView))]
[JsonSerializable(typeof(DetectionView))]
[JsonSerializable(typeof(FeedbackListView))]
[JsonSerializable(typeof(ProfileListView))]
[JsonSerializable(typeof(ConfigurationView))]
[JsonSerializable(typeof(ReloadView))]
[JsonSerializable(typeof(ConfigurationProblemView))]
internal sealed partial class AdminJson : JsonSerializerContext;
