using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Host.Verbs;

/// <summary>
/// <c>sip parse [--json] FILE...</c>: one SIP message per file, as it came from the wire, and one line per file on standard output. A datagram
/// is assumed: octets behind Content-Length are dropped. Exit code 0 whatever the messages are, 2 for wrong use or a file that cannot be read.
/// </summary>
internal static class SipParseVerb
{
    /// <summary>More than the parser takes, so that a message that is too large is told from one that fits.</summary>
    private const int MaxFileBytes = SipParser.MaxMessageBytes + 1;

    private static readonly JsonWriterOptions Compact = new() { Indented = false };

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files with one raw SIP message each.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = new Option<bool>("--json") { Description = "One JSON object a line instead of text." };
        var command = new Command("parse", "Parses one SIP message per file and says whether it is valid.") { files, json };
        command.SetAction(result => Run(
            result.GetValue(files) ?? [], result.GetValue(json), result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string[] files, bool json, TextWriter output, TextWriter error)
    {
        var message = new SipMessage();
        var buffer = new byte[MaxFileBytes];
        var exitCode = 0;
        foreach (var file in files)
        {
            if (!TryRead(file, buffer, out var length, out var reason))
            {
                error.WriteLine($"{file}: cannot be read: {reason}");
                exitCode = 2;
                continue;
            }

            SipParser.TryParse(buffer, 0, length, message);
            var fault = SipValidator.Check(message);
            output.WriteLine(json ? Json(file, message, fault) : Line(file, message, fault));
        }

        return exitCode;
    }

    private static bool TryRead(string file, byte[] buffer, out int length, out string reason)
    {
        length = 0;
        reason = string.Empty;
        try
        {
            using var stream = File.OpenRead(file);
            length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            reason = fault.Message;
            return false;
        }
    }

    private static string Json(string file, SipMessage message, SipParseError fault)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            writer.WriteStartObject();
            writer.WriteString("file", file);
            writer.WriteBoolean("valid", fault == SipParseError.None);
            WriteText(writer, "error", fault == SipParseError.None ? null : fault.ToString());
            WriteText(writer, "kind", Kind(message));
            WriteText(writer, "method", Method(message));
            if (message.StatusCode > 0)
            {
                writer.WriteNumber("status", message.StatusCode);
            }
            else
            {
                writer.WriteNull("status");
            }

            WriteText(writer, "callId", Text(message.CallId));
            if (message.CSeqMethodToken.IsEmpty)
            {
                writer.WriteNull("cseq");
            }
            else
            {
                writer.WriteNumber("cseq", message.CSeq);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Line(string file, SipMessage message, SipParseError fault)
    {
        var what = message.IsResponse ? $"response {message.StatusCode}"
            : message.IsRequest ? $"request {Method(message)}" : "not a SIP message";
        var verdict = fault == SipParseError.None ? "valid" : $"invalid: {fault}";
        var place = message.Error == SipParseError.None ? string.Empty : $" at octet {message.ErrorOffset}";
        var cseq = message.CSeqMethodToken.IsEmpty ? "unknown" : message.CSeq.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return $"{file}: {verdict}{place}, {what}, Call-ID {Text(message.CallId) ?? "unknown"}, CSeq {cseq}";
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is null)
        {
            writer.WriteNull(name);
        }
        else
        {
            writer.WriteString(name, text);
        }
    }

    private static string? Kind(SipMessage message) => message.IsRequest ? "request" : message.IsResponse ? "response" : null;

    /// <summary>Of the request, or of the CSeq of a response.</summary>
    private static string? Method(SipMessage message) => Text(message.IsRequest ? message.MethodToken : message.CSeqMethodToken);

    /// <summary>Octets that are no UTF-8 come out as replacement characters, so that the line stays JSON.</summary>
    private static string? Text(ReadOnlySpan<byte> octets) => octets.IsEmpty ? null : Encoding.UTF8.GetString(octets);
}
