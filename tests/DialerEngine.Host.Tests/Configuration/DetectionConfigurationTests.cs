using DialerEngine.Core;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Tests.Configuration;

/// <summary>Profiles, trunks' profiles and the options of detection: what is read, and what is refused with which words.</summary>
public sealed class DetectionConfigurationTests
{
    internal static string Text(string root = "", string trunk = "", string list = "", string options = "\"number_of_channels\": 10") => $$"""
        {
          "storage": { "sqlite": "dialer.db" }, {{root}}
          "trunks": [{ "name": "carrier", "host": "192.0.2.1" {{trunk}} }],
          "tenants": [{
            "name": "Environment",
            "callingLists": [{ "id": 1, "name": "customers", "fields": [{ "name": "amd" }] {{list}} }],
            "campaigns": [{ "id": 1, "name": "welcome", "callingLists": [{ "list": "customers" }] }],
            "agents": [{ "id": 1, "loginId": "1001", "phone": { "uri": "sip:7001@192.0.2.21" } }],
            "agentGroups": [{ "name": "sales", "agents": ["1001"] }],
            "campaignGroups": [{ "id": 1, "campaign": "welcome", "agentGroup": "sales", "trunks": ["carrier"], "options": { {{options}} } }]
          }]
        }
        """;

    private static EngineConfiguration Read(string text)
    {
        var result = ConfigurationCases.ReadText(text);
        Assert.True(result.Configuration is not null, string.Join('\n', result.Faults));
        return result.Configuration;
    }

    [Fact]
    public void A_profile_comes_out_as_written_and_its_trunks_groups_wait_for_it()
    {
        var read = Read(Text(
            """
            "cpd": { "maxChannels": 70, "recording": { "folder": "calls", "everyCalls": 3, "maxSeconds": 9, "maxFiles": 8 } },
            "cpdProfiles": [{ "name": "line", "country": "DE", "call_answer_type_recognition": "no_am_detection", "initialSilence": 3.5, "maxAnalysis": 30,
              "maxPreConnect": 20, "maxBeepWait": 40, "congestionResult": "Busy", "plainTripleResult": "SitVacant" }],
            """,
            """, "cpdProfile": "line" """));
        var profile = Assert.Single(read.Cpd.Profiles);
        Assert.Equal(("line", "de", CpdPreset.NoAmDetection), (profile.Name, profile.Country, profile.CallAnswerTypeRecognition));
        Assert.Equal((3_500, 30_000, 20_000, 40_000), (profile.InitialSilenceMs, profile.MaxAnalysisMs, profile.MaxPreConnectMs, profile.MaxBeepWaitMs));
        Assert.Equal((CpdOutcome.Busy, CpdOutcome.SitVacant), (profile.CongestionResult, profile.PlainTripleResult));
        Assert.Equal(("line", 70), (read.Trunks[0].CpdProfile, read.Cpd.MaxChannels));
        Assert.Equal((3, 9, 8), (read.Cpd.Recording!.EveryCalls, read.Cpd.Recording.MaxSeconds, read.Cpd.Recording.MaxFiles));
        Assert.Equal(35_500, read.Groups[0].Options.Detection.LimitMs);
    }

    [Fact]
    public void An_operating_point_differs_from_its_presets_where_it_says_so()
    {
        var read = Read(Text(
            """
            "cpdProfiles": [{ "name": "line", "call_answer_type_recognition": "accurate_positive_am_detection",
              "operatingPoint": { "personBelow": 0.03, "personBelowTalking": 0.01, "minTalking": 3.5, "forcedPause": 1.6, "machineAbove": 0.97 } }, { "name": "plain" }],
            """));
        var preset = CpdPresets.PointOf(CpdPreset.AccuratePositiveAmDetection);
        Assert.Equal(
            preset with { PersonBelow = 0.03f, PersonBelowTalking = 0.01f, MinTalkingMs = 3_500, ForcedPauseMs = 1_600, MachineAbove = 0.97f },
            read.Cpd.Profiles[0].EffectivePoint);
        Assert.Equal(CpdPresets.PointOf(CpdPreset.FullPositiveAmDetection), read.Cpd.Profiles[1].EffectivePoint);
        Assert.Null(read.Cpd.Profiles[1].Point);
    }

    [Fact]
    public void Every_number_of_an_operating_point_can_be_given()
    {
        var read = Read(Text(
            """
            "cpdProfiles": [{ "name": "line",
              "operatingPoint": { "personBelow": 0.11, "personBelowLong": 0.012, "personBelowSettled": 0.13, "personBelowTalking": 0.014, "machineAbove": 0.915, "forcedAbove": 0.46,
                "minPause": 0.42, "longPause": 0.64, "settledPause": 1.02, "forcedPause": 1.58, "minTalking": 2.2, "minMachine": 3.4, "latest": 8.6 } }],
            """));
        Assert.Equal(
            new OperatingPoint(
                PersonBelow: 0.11f, PersonBelowLong: 0.012f, MachineAbove: 0.915f, MinPauseMs: 420, LongPauseMs: 640, ForcedPauseMs: 1_580, MinMachineMs: 3_400, LimitMs: 8_600,
                ForcedAbove: 0.46f, SettledPauseMs: 1_020, PersonBelowSettled: 0.13f, MinTalkingMs: 2_200, PersonBelowTalking: 0.014f),
            read.Cpd.Profiles[0].EffectivePoint);
    }

    [Theory]
    [InlineData("\"minPause\": 0.9", "pauses must grow: minPause 900, longPause")]
    [InlineData("\"forcedPause\": 1.0", "forcedPause 1000 ms")]
    [InlineData("\"settledPause\": 0.3", "settledPause 300")]
    [InlineData("\"personBelow\": 1.2", "must be")]
    [InlineData("\"minPause\": 0.1", "must be")]
    public void An_operating_point_that_makes_no_sense_is_refused(string written, string words)
    {
        var result = ConfigurationCases.ReadText(Text($"\"cpdProfiles\": [{{ \"name\": \"line\", \"operatingPoint\": {{ {written} }} }}],"));
        Assert.Null(result.Configuration);
        Assert.Contains(result.Faults, f => f.Rule.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Fields_of_records_and_lists_are_taken()
    {
        var read = Read(Text(list: """, "call_answer_type_recognition": "no_am_detection" """, options: """ "am-detection-map": "amd", "am-drop-field": "AMD", "cpd_test_calls": 2.5 """));
        var detection = read.Groups[0].Options.Detection;
        Assert.Equal(("amd", "AMD", 0.025), (detection.RecognitionField, detection.DropField, detection.TestShare));
        Assert.Equal(AnswerTypeRecognition.NoAmDetection, read.Lists[0].Recognition);
    }

    [Theory]
    [InlineData("options", "\"am-detection-map\": \"amb\"", "no calling list of the campaign has a field of this name; did you mean amd?")]
    [InlineData("options", "\"call_answer_type_recognition\": \"positive\"", "must be one of no_progress_detection, no_am_detection")]
    [InlineData("options", "\"call_timeguard_timeout\": 70000", "must be")]
    [InlineData("trunk", ", \"cpdProfile\": \"uss\"", "there is no CPD profile of this name")]
    public void What_cannot_be_is_refused(string place, string written, string words)
    {
        var result = ConfigurationCases.ReadText(place == "options" ? Text(options: written) : Text(trunk: written));
        Assert.Null(result.Configuration);
        Assert.Contains(result.Faults, f => f.Rule.Contains(words, StringComparison.Ordinal));
    }
}
