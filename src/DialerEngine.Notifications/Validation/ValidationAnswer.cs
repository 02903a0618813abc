using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Notifications.Http;

namespace DialerEngine.Notifications.Validation;

/// <summary>What an answer to a pre-dial validation means: 200 allows, 409 refuses, all else is no verdict.</summary>
internal static class ValidationAnswer
{
    /// <summary>Longest name of a rule that is carried on.</summary>
    private const int MaxRule = 1_024;

    /// <summary>Allowed, Refused with the reason, or null for no verdict.</summary>
    public static PreDialVerdict? Read(HttpAnswer answer, CallResult refusedResult, out PreDialRefusal? refusal)
    {
        refusal = null;
        if (answer is { Fault: HttpFault.None, Status: 200 })
        {
            return PreDialVerdict.Allowed;
        }

        if (answer is not { Fault: HttpFault.None, Status: 409 })
        {
            return null;
        }

        refusal = ReadRefusal(answer.Body.Span, refusedResult);
        return PreDialVerdict.Refused;
    }

    /// <summary>Reads what it can: a refusal without a readable body is a refusal.</summary>
    private static PreDialRefusal ReadRefusal(ReadOnlySpan<byte> body, CallResult result)
    {
        string? rule = null;
        long? kind = null;
        try
        {
            var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 8, AllowTrailingCommas = true });
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return new PreDialRefusal(result, null, null);
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString();
                json.Read();
                switch (name)
                {
                    case "GSW_CALL_RESULT" when Number(ref json) is >= 0 and <= int.MaxValue and var number:
                        result = (CallResult)number;
                        break;
                    case "GSW_BLOCKING_RULE" when json.TokenType == JsonTokenType.String && json.GetString() is { Length: <= MaxRule } text:
                        rule = text;
                        break;
                    case "GSW_BLOCKING_RULE_TYPE":
                        kind = Number(ref json) ?? kind;
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
        }
        catch (Exception garbage) when (garbage is JsonException or InvalidOperationException)
        {
            // What was readable before stands.
        }

        return new PreDialRefusal(result, rule, kind);
    }

    private static long? Number(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.Number when json.TryGetInt64(out var number) => number,
        JsonTokenType.String when long.TryParse(json.GetString(), System.Globalization.CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
