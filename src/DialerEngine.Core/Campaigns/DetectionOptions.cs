namespace DialerEngine.Core.Campaigns;

/// <summary>How a campaign group's calls are listened to, and what becomes of machines. Names in configuration files are the field's own.</summary>
public sealed record DetectionOptions
{
    /// <summary><c>call_answer_type_recognition</c>. Without a configuration file nothing is listened to; in one the default is <c>telephony_preset</c>.</summary>
    public AnswerTypeRecognition Recognition { get; init; } = AnswerTypeRecognition.NoProgressDetection;

    /// <summary><c>cpd-on-connect</c>: true does not listen before the answer. Default false.</summary>
    public bool OnConnect { get; init; }

    /// <summary>
    /// <c>call_timeguard_timeout</c>: an answered call without a verdict after this long is taken for a person, ms, 0 to 60,000; 0 waits for the
    /// detector's own limit. Default 0.
    /// </summary>
    public int TimeguardMs { get; init; }

    /// <summary>An answered call about which the detector says nothing at all is taken for a person after this long, ms: above the limits of all profiles.</summary>
    public int LimitMs { get; init; } = 20_000;

    /// <summary>
    /// What passes from the end of a person's greeting to the verdict, ms, as pacing is to reckon with it: a person waits from the end of the greeting on.
    /// Null takes what the pause of the preset comes to.
    /// </summary>
    public int? VerdictLagMs { get; init; }

    /// <summary><c>am-beep-detection</c>: a message for a machine waits for its beep. Default true.</summary>
    public bool BeepDetection { get; init; } = true;

    /// <summary><c>am_beep_timeout</c>: a message that has waited for a beep this long begins without one, ms, 1,000 to 120,000. Default 30,000.</summary>
    public int BeepTimeoutMs { get; init; } = 30_000;

    /// <summary><c>asm_drop_am_announcement_data</c>: WAV file played to machines for which no treatment says anything else; null drops them.</summary>
    public string? MachineAnnouncement { get; init; }

    /// <summary><c>am-detection-map</c>: field of the calling list with the record's own <c>call_answer_type_recognition</c> (name or number); null for none.</summary>
    public string? RecognitionField { get; init; }

    /// <summary><c>am-drop-field</c>: field of the calling list that says <c>connect</c> or <c>drop</c> for a record whose call reaches a machine; null for none.</summary>
    public string? DropField { get; init; }

    /// <summary><c>cpd_test_calls</c>: share of verdicts that agents check (<c>GSW_CALL_RESULT_FEEDBACK</c>), 0 to 1: such machines go to agents. Default 0.</summary>
    public double TestShare { get; init; }

    /// <summary><c>cpd-recording</c>: the audio behind the decisions may be kept where the engine has a folder for it. Default false.</summary>
    public bool Recording { get; init; }
}
