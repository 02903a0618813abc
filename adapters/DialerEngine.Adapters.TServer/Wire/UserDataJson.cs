using System.Text.Json;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Adapters.TServer.Wire;

/// <summary>Key-value lists as JSON objects: strings, integers of 64 bits and nested objects; nothing else.</summary>
internal static class UserDataJson
{
    /// <summary>Writes a list as an object, the pairs in their order.</summary>
    public static void Write(Utf8JsonWriter writer, UserData data)
    {
        writer.WriteStartObject();
        for (var i = 0; i < data.Count; i++)
        {
            var pair = data.Pairs[i];
            switch (pair.Value)
            {
                case string text:
                    writer.WriteString(pair.Key, text);
                    break;
                case long number:
                    writer.WriteNumber(pair.Key, number);
                    break;
                case UserData nested:
                    writer.WritePropertyName(pair.Key);
                    Write(writer, nested);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// Reads the object that the reader stands on and leaves it at the object's end. Null when a value is of another kind or there are
    /// too many pairs. Depth is bounded by the reader's own limit.
    /// </summary>
    /// <exception cref="JsonException">The text is no JSON; the caller turns it into an error value.</exception>
    public static UserData? Read(ref Utf8JsonReader reader)
    {
        var data = new UserData();
        var good = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString() ?? "";
            reader.Read();
            object? value = null;
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    value = reader.GetString();
                    break;
                case JsonTokenType.Number when reader.TryGetInt64(out var number):
                    value = number;
                    break;
                case JsonTokenType.StartObject:
                    value = Read(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }

            good = value is not null && data.TrySet(key, value) && good;
        }

        return good ? data : null;
    }

    /// <summary>Bytes that the list takes on the wire, about; escapes are not counted.</summary>
    public static int EstimateBytes(UserData data)
    {
        var bytes = 2;
        for (var i = 0; i < data.Count; i++)
        {
            var pair = data.Pairs[i];
            bytes += pair.Key.Length + 4 + pair.Value switch
            {
                string text => System.Text.Encoding.UTF8.GetByteCount(text) + 2,
                UserData nested => EstimateBytes(nested),
                _ => 20,
            };
        }

        return bytes;
    }
}
