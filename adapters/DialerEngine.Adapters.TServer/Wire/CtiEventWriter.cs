using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Wire;

/// <summary>Writes events as JSON. One writer serves one connection; it keeps its buffers.</summary>
internal sealed class CtiEventWriter : IDisposable
{
    /// <summary>Letters of every script as they are: the text goes to a WebSocket, never into a page.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(4_096);
    private readonly Utf8JsonWriter _json;

    public CtiEventWriter() => _json = new Utf8JsonWriter(_buffer, Options);

    /// <summary>The event's bytes; good until the next call.</summary>
    public ReadOnlyMemory<byte> Write(CtiEvent message, int? referenceId, string? thisDn)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString("message"u8, CtiNames.Of(message.Kind));
        if (referenceId is { } reference)
        {
            _json.WriteNumber("referenceId"u8, reference);
        }

        if (thisDn is not null)
        {
            _json.WriteString("thisDN"u8, thisDn);
        }

        if (!message.Call.IsNone)
        {
            Span<char> digits = stackalloc char[16];
            message.Call.Value.TryFormat(digits, out var written, "x16", CultureInfo.InvariantCulture);
            _json.WriteString("connId"u8, digits[..written]);
        }

        WriteOwnFields(message);
        if (message.UserData is { } data)
        {
            _json.WritePropertyName("userData"u8);
            UserDataJson.Write(_json, data);
        }

        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenMemory;
    }

    public void Dispose() => _json.Dispose();

    private void WriteOwnFields(CtiEvent message)
    {
        switch (message.Kind)
        {
            case CtiEventKind.LinkConnected:
                _json.WriteNumber("applicationId"u8, message.ApplicationId);
                break;
            case CtiEventKind.AgentLogin when message.AgentLoginId is { } agentId:
                _json.WriteString("agentId"u8, agentId);
                break;
            case CtiEventKind.AgentNotReady when message.AfterCallWork:
                _json.WriteString("workMode"u8, CtiNames.AfterCallWork);
                break;
            case CtiEventKind.AgentNotReady when message.InboundCall:
                _json.WriteString("workMode"u8, CtiNames.InboundCall);
                break;
            case CtiEventKind.Error:
                _json.WriteNumber("errorCode"u8, message.ErrorCode);
                _json.WriteString("errorMessage"u8, message.ErrorMessage);
                break;
        }
    }
}
