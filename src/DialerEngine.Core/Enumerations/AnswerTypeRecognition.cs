namespace DialerEngine.Core;

/// <summary>
/// How hard a call is listened to: the values of option <c>call_answer_type_recognition</c> with the numbers that a record may carry in the
/// field of <c>am-detection-map</c> (outbound contact reference 1.10).
/// </summary>
public enum AnswerTypeRecognition : byte
{
    /// <summary><c>no_progress_detection</c>: nothing is listened to; every answer is a person.</summary>
    NoProgressDetection = 0,

    /// <summary><c>no_am_detection</c>: tones, fax and special information tones; whoever speaks is a person.</summary>
    NoAmDetection = 1,

    /// <summary><c>positive_am_detection</c>: quick; a person when in doubt.</summary>
    PositiveAmDetection = 2,

    /// <summary><c>full_positive_am_detection</c>: listens longer before it calls anyone a person.</summary>
    FullPositiveAmDetection = 3,

    /// <summary><c>telephony_preset</c>: as the trunk's profile has it.</summary>
    TelephonyPreset = 4,

    /// <summary><c>accurate_positive_am_detection</c>: the fewest errors, whatever time it takes.</summary>
    AccuratePositiveAmDetection = 5,
}

/// <summary>Names of the values in configuration and in records.</summary>
public static class AnswerTypeRecognitions
{
    private static readonly string[] Names =
    [
        "no_progress_detection", "no_am_detection", "positive_am_detection", "full_positive_am_detection", "telephony_preset",
        "accurate_positive_am_detection",
    ];

    /// <summary>The names, in the order of the numbers.</summary>
    public static IReadOnlyList<string> AllNames => Names;

    /// <summary>The value as configuration writes it.</summary>
    public static string OptionName(this AnswerTypeRecognition value) => Names[(int)value];

    /// <summary>Reads a name (whatever its case; <c>accurate_am_detection</c> is known too) or a number 0 to 5.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AnswerTypeRecognition value)
    {
        text = text.Trim();
        for (var i = 0; i < Names.Length; i++)
        {
            if (text.Equals(Names[i], StringComparison.OrdinalIgnoreCase) || (text.Length == 1 && text[0] == '0' + i))
            {
                value = (AnswerTypeRecognition)i;
                return true;
            }
        }

        value = AnswerTypeRecognition.AccuratePositiveAmDetection;
        return text.Equals("accurate_am_detection", StringComparison.OrdinalIgnoreCase);
    }
}
