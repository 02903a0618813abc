using System.Globalization;
using System.Text.Json;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Adapters.TServer.Wire;

/// <summary>Outcome of reading a request: either <see cref="Request"/>, or an error with what could be made out of the reference id.</summary>
internal readonly record struct CtiRequestResult(CtiRequest? Request, CtiError Error, string? Message, int? ReferenceId);

/// <summary>
/// Reads requests from JSON. Never throws: every malformed, too deep or wrongly typed message gives an error value. Fields come in any
/// order, unknown ones are passed over, integers may come as strings and strings as integers.
/// </summary>
internal static class CtiRequestReader
{
    /// <summary>Depth of nesting at most: the message, its userData and six levels within.</summary>
    public const int MaxDepth = 8;

    private const int MaxFieldLength = 256;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>Reads one message.</summary>
    public static CtiRequestResult Read(ReadOnlySpan<byte> utf8)
    {
        var fields = default(Fields);
        try
        {
            var reader = new Utf8JsonReader(utf8, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return Fault(fields, "the message is no JSON object");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadField(ref reader, ref fields);
            }

            // One object, and nothing after it.
            reader.Read();
        }
        catch (JsonException)
        {
            return Fault(fields, "the message is no well-formed JSON object of depth 8 at most");
        }
        catch (InvalidOperationException)
        {
            // The reader's word for a string that is no Unicode text.
            return Fault(fields, "a string of the message is no Unicode text");
        }

        return fields.BadField is { } bad ? Fault(fields, bad + " has a wrong type or is too long") : Complete(fields);
    }

    private static CtiRequestResult Fault(in Fields fields, string message) => new(null, CtiError.InvalidAttribute, message, fields.ReferenceId);

    private static CtiRequestResult Complete(in Fields fields)
    {
        if (fields.Message is null)
        {
            return Fault(fields, "message is missing");
        }

        var kind = CtiNames.RequestKind(fields.Message);
        if (kind == CtiRequestKind.None)
        {
            return new CtiRequestResult(null, CtiError.UnsupportedOperation, "message names no request", fields.ReferenceId);
        }

        var request = new CtiRequest
        {
            Kind = kind,
            ReferenceId = fields.ReferenceId,
            ThisDn = fields.ThisDn,
            AgentId = fields.AgentId,
            Password = fields.Password,
            ConnId = fields.ConnId,
            OtherDn = fields.OtherDn,
            WorkMode = fields.WorkMode,
            UserData = fields.UserData,
        };
        return new CtiRequestResult(request, CtiError.None, null, fields.ReferenceId);
    }

    private static void ReadField(ref Utf8JsonReader reader, ref Fields fields)
    {
        var name = reader.ValueTextEquals("message"u8) ? "message"
            : reader.ValueTextEquals("referenceId"u8) ? "referenceId"
            : reader.ValueTextEquals("thisDN"u8) ? "thisDN"
            : reader.ValueTextEquals("agentId"u8) ? "agentId"
            : reader.ValueTextEquals("password"u8) ? "password"
            : reader.ValueTextEquals("connId"u8) ? "connId"
            : reader.ValueTextEquals("otherDN"u8) ? "otherDN"
            : reader.ValueTextEquals("workMode"u8) ? "workMode"
            : reader.ValueTextEquals("userData"u8) ? "userData"
            : "";
        reader.Read();
        switch (name)
        {
            case "":
                reader.Skip();
                return;
            case "referenceId":
                fields.ReferenceId = ReadInteger(ref reader);
                fields.Check(fields.ReferenceId is not null, name);
                return;
            case "userData":
                fields.UserData = ReadUserData(ref reader);
                fields.Check(fields.UserData is not null, name);
                return;
        }

        var text = ReadText(ref reader);
        fields.Check(text is not null, name);
        fields.Set(name, text);
    }

    private static UserData? ReadUserData(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return UserDataJson.Read(ref reader);
        }

        reader.Skip();
        return null;
    }

    private static int? ReadInteger(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt32(out var number):
                return number;
            case JsonTokenType.String when int.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return number;
            default:
                reader.Skip();
                return null;
        }
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String when reader.GetString() is { Length: <= MaxFieldLength } text:
                return text;
            case JsonTokenType.Number when reader.TryGetInt64(out var number):
                return number.ToString(CultureInfo.InvariantCulture);
            default:
                reader.Skip();
                return null;
        }
    }

    private struct Fields
    {
        public string? Message;
        public int? ReferenceId;
        public string? ThisDn;
        public string? AgentId;
        public string? Password;
        public string? ConnId;
        public string? OtherDn;
        public string? WorkMode;
        public UserData? UserData;
        public string? BadField;

        public void Check(bool good, string name)
        {
            if (!good)
            {
                BadField ??= name;
            }
        }

        public void Set(string name, string? value)
        {
            switch (name)
            {
                case "message":
                    Message = value;
                    break;
                case "thisDN":
                    ThisDn = value;
                    break;
                case "agentId":
                    AgentId = value;
                    break;
                case "password":
                    Password = value;
                    break;
                case "connId":
                    ConnId = value;
                    break;
                case "otherDN":
                    OtherDn = value;
                    break;
                case "workMode":
                    WorkMode = value;
                    break;
            }
        }
    }
}
