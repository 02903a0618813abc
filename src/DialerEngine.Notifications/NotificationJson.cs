using System.Text.Encodings.Web;
using System.Text.Json;

namespace DialerEngine.Notifications;

/// <summary>How bodies are written.</summary>
internal static class NotificationJson
{
    /// <summary>
    /// Only what JSON itself wants escaped is (RFC 8259): bodies are no part of a web page, and a number must be found in them as it stands, with
    /// its plus sign.
    /// </summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
}
