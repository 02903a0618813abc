using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Client;

/// <summary>The desktop's side of the wire: writes requests, reads events.</summary>
internal static class CtiClientJson
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The request's bytes.</summary>
    public static ReadOnlyMemory<byte> Write(CtiRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, WriterOptions);
        json.WriteStartObject();
        json.WriteString("message"u8, CtiNames.Of(request.Kind));
        if (request.ReferenceId is { } reference)
        {
            json.WriteNumber("referenceId"u8, reference);
        }

        WriteText(json, "thisDN", request.ThisDn);
        WriteText(json, "agentId", request.AgentId);
        WriteText(json, "password", request.Password);
        WriteText(json, "connId", request.ConnId);
        WriteText(json, "otherDN", request.OtherDn);
        WriteText(json, "workMode", request.WorkMode);
        if (request.UserData is { } data)
        {
            json.WritePropertyName("userData"u8);
            UserDataJson.Write(json, data);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Reads a message; null where the bytes are none.</summary>
    public static CtiMessage? Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? ReadObject(ref reader) : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static CtiMessage? ReadObject(ref Utf8JsonReader reader)
    {
        var message = new CtiMessage { Kind = CtiEventKind.None, Name = "" };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "message":
                    var kind = reader.GetString() ?? "";
                    message = message with { Name = kind, Kind = CtiNames.EventKind(kind) };
                    break;
                case "referenceId":
                    message = message with { ReferenceId = reader.GetInt32() };
                    break;
                case "applicationId":
                    message = message with { ApplicationId = reader.GetInt32() };
                    break;
                case "errorCode":
                    message = message with { ErrorCode = reader.GetInt32() };
                    break;
                case "connId" when CallHandle.TryParse(reader.GetString(), out var call):
                    message = message with { Call = call };
                    break;
                case "userData" when reader.TokenType == JsonTokenType.StartObject:
                    message = message with { UserData = UserDataJson.Read(ref reader) ?? new UserData() };
                    break;
                default:
                    message = WithText(message, name, ref reader);
                    break;
            }
        }

        return message.Name.Length > 0 ? message : null;
    }

    private static CtiMessage WithText(CtiMessage message, string? name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return message;
        }

        var text = reader.GetString();
        return name switch
        {
            "thisDN" => message with { ThisDn = text },
            "agentId" => message with { AgentId = text },
            "workMode" => message with { WorkMode = text },
            "errorMessage" => message with { ErrorMessage = text },
            _ => message,
        };
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
