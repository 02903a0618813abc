using DialerEngine.Core;
using DialerEngine.Core.Campaigns;

namespace DialerEngine.Host.Configuration;

/// <summary>Options of a campaign group about detection: keys and what they make.</summary>
internal static class DetectionBuilder
{
    /// <summary>The keys, for the table of options.</summary>
    public static readonly ConfigurationKey[] Keys =
    [
        new("call_answer_type_recognition", KeyKind.Choice, "How calls are listened to: no_progress_detection not at all (every answer is a person), no_am_detection for tones, fax and special information tones, the others for machines too, from quick to accurate; telephony_preset as the trunk's cpdProfile has it.")
        {
            Choices = AnswerTypeRecognitions.AllNames, Default = "telephony_preset",
        },
        new("call_timeguard_timeout", KeyKind.Integer, "An answered call without a verdict after this long is taken for a person; 0 waits for the detector.")
        {
            Min = 0, Max = 60_000, Default = 0, Unit = "ms",
        },
        new("cpd-on-connect", KeyKind.Flag, "true: nothing is listened to before the answer.") { Default = false },
        new("cpd-recording", KeyKind.Flag, "true: decisions about the group's calls are recorded where cpd.recording names a folder.") { Default = false },
        new("cpd_test_calls", KeyKind.Number, "Share of the verdicts that agents check (GSW_CALL_RESULT_FEEDBACK): such machines go to agents.")
        {
            Min = 0, Max = 100, Default = 0.0, Unit = "percent",
        },
        new("am-beep-detection", KeyKind.Flag, "A message for a machine waits for its beep.") { Default = true },
        new("am_beep_timeout", KeyKind.Number, "A message that has waited for a beep this long begins without one.") { Min = 1, Max = 120, Default = 30.0, Unit = "s" },
        new("am-detection-map", KeyKind.Text, "Field of the calling lists with a record's own call_answer_type_recognition: a name, or 0 no_progress_detection, 1 no_am_detection, 2 positive_am_detection, 3 full_positive_am_detection, 4 telephony_preset, 5 accurate_positive_am_detection.")
        {
            DefaultNote = "none", MaxLength = 63,
        },
        new("am-drop-field", KeyKind.Text, "Field of the calling lists that says connect or drop for a record whose call reaches a machine. It outranks treatments.")
        {
            DefaultNote = "none", MaxLength = 63,
        },
        new("asm_drop_am_announcement_data", KeyKind.Path, "WAV file played to machines for which no treatment says anything else.") { DefaultNote = "none: they are released" },
    ];

    public static DetectionOptions Build(SectionValues values, FaultList faults)
    {
        var recognition = AnswerTypeRecognitions.TryParse(values.Text("call_answer_type_recognition"), out var named) ? named : default;
        var options = new DetectionOptions
        {
            Recognition = recognition,
            TimeguardMs = values.Integer("call_timeguard_timeout"),
            OnConnect = values.Flag("cpd-on-connect"),
            Recording = values.Flag("cpd-recording"),
            TestShare = values.Number("cpd_test_calls") / 100,
            BeepDetection = values.Flag("am-beep-detection"),
            BeepTimeoutMs = values.SecondsAsMs("am_beep_timeout"),
            RecognitionField = values.TextOrNull("am-detection-map"),
            DropField = values.TextOrNull("am-drop-field"),
            MachineAnnouncement = values.TextOrNull("asm_drop_am_announcement_data"),
        };
        if (options.MachineAnnouncement is { } file && WavFile.Fault(file) is { } fault)
        {
            faults.Error(values, "asm_drop_am_announcement_data", fault);
        }

        return options;
    }

    /// <summary>Fields that options name must be fields of the campaign's lists.</summary>
    public static void CheckFields(SectionValues options, CampaignDefinition campaign, FaultList faults)
    {
        foreach (var key in (string[])["am-detection-map", "am-drop-field", "assured-connect-field"])
        {
            if (options.TextOrNull(key) is not { } name)
            {
                continue;
            }

            var without = campaign.Lists.Where(l => !l.List.UserFields.Any(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))).Select(l => l.List.Name).ToArray();
            if (without.Length == campaign.Lists.Count)
            {
                var known = campaign.Lists.SelectMany(l => l.List.UserFields).Select(f => f.Name).Distinct(StringComparer.Ordinal);
                faults.Error(options, key, $"no calling list of the campaign has a field of this name{DidYouMean.Ask(name, [.. known])}");
            }
            else if (without.Length > 0)
            {
                faults.Warning(options, key, $"calling list {without[0]} has no field of this name: its records follow the list's and the group's options");
            }
        }
    }
}
