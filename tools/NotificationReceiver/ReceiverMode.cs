using System.Globalization;

namespace NotificationReceiver;

/// <summary>How the receiver answers.</summary>
public enum ReceiverKind
{
    /// <summary>As it should: stores, then answers 200.</summary>
    Good,

    /// <summary>Answers a status and stores nothing.</summary>
    Status,

    /// <summary>Stores, and answers after a delay.</summary>
    Slow,

    /// <summary>Breaks the connection, without storing.</summary>
    Reset,

    /// <summary>Stores, and answers 200 with a body that is no JSON.</summary>
    Garbage,

    /// <summary>Stores, then breaks the connection: the sender cannot know.</summary>
    Lose,
}

/// <summary>A way to answer, as it is written on the command line or posted to <c>/mode</c>.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Number">Status, or delay in ms.</param>
/// <param name="Share">Share of requests that are answered so, 0 to 1; the others are answered as they should be.</param>
public readonly record struct ReceiverMode(ReceiverKind Kind, int Number, double Share)
{
    public static ReceiverMode Good => new(ReceiverKind.Good, 0, 1);

    /// <summary>As it is written.</summary>
    public override string ToString()
    {
        var text = Kind switch
        {
            ReceiverKind.Status => Number.ToString(CultureInfo.InvariantCulture),
            ReceiverKind.Slow => string.Create(CultureInfo.InvariantCulture, $"slow:{Number}"),
            ReceiverKind.Good => "good",
            ReceiverKind.Reset => "reset",
            ReceiverKind.Garbage => "garbage",
            _ => "lose",
        };
        return Share < 1 ? string.Create(CultureInfo.InvariantCulture, $"{text}%{Share * 100:0.###}") : text;
    }

    /// <summary>Reads <c>good</c>, <c>409</c> (any status), <c>slow:MS</c>, <c>reset</c>, <c>garbage</c> or <c>lose</c>, each with <c>%SHARE</c> behind it if wanted, e.g. <c>409%30</c>.</summary>
    public static bool TryParse(string text, out ReceiverMode mode)
    {
        mode = Good;
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Trim().Split('%');
        var share = 100.0;
        if (parts.Length > 2 || (parts.Length == 2 && (!double.TryParse(parts[1], CultureInfo.InvariantCulture, out share) || share is not (>= 0 and <= 100))))
        {
            return false;
        }

        share /= 100;
        if (int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 200 and <= 599)
        {
            mode = new ReceiverMode(ReceiverKind.Status, status, share);
            return true;
        }

        if (parts[0].StartsWith("slow:", StringComparison.Ordinal) && int.TryParse(parts[0].AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var delay) && delay <= 3_600_000)
        {
            mode = new ReceiverMode(ReceiverKind.Slow, delay, share);
            return true;
        }

        ReceiverKind? kind = parts[0] switch
        {
            "good" => ReceiverKind.Good,
            "reset" => ReceiverKind.Reset,
            "garbage" => ReceiverKind.Garbage,
            "lose" => ReceiverKind.Lose,
            _ => null,
        };
        mode = new ReceiverMode(kind ?? ReceiverKind.Good, 0, share);
        return kind is not null;
    }
}
