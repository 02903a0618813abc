using DialerEngine.Host.Configuration;
using ConfigurationSection = DialerEngine.Host.Configuration.ConfigurationSection;

namespace DialerEngine.Host.Notifications;

/// <summary>Keys of the HTTP notifiers: the field's names in the field's units.</summary>
internal static class NotificationTable
{
    private const string UriPattern = @"https?://[^\s@<>""\\]+";
    private const string UriWords = "an http or https address without user name, e.g. https://crm.example.com/attempts";

    public static readonly ConfigurationSection Notifications = new("notifications", "HTTP notifiers: campaign group states, call attempt records, pre-dial validation.",
    [
        new("send-campaigngroup-states", KeyKind.Flag, "Posts changes of campaign groups' states, and at an interval the state of active groups.") { Default = false },
        new("campaigngroup-states-uri", KeyKind.Text, "Where campaign group states are posted.") { Pattern = UriPattern, PatternWords = UriWords, MaxLength = 2_000 },
        new("campaigngroup-states-interval", KeyKind.Integer, "Time between periodic posts about an active group; 0 posts changes only.")
        {
            Min = 0, Max = 3_600, Default = 10, Unit = "s",
        },
        new("send-history", KeyKind.Flag, "Posts a record of every call attempt: when it is dialled and when it is complete.") { Default = false },
        new("history-uri", KeyKind.Text, "Where call attempt records are posted.") { Pattern = UriPattern, PatternWords = UriWords, MaxLength = 2_000 },
        new("history-http-response-timeout", KeyKind.Number, "An attempt record that is not answered for this long counts as answered with 408.")
        {
            Min = 0.1, Max = 300, Unit = "s", DefaultNote = "http-response-timeout",
        },
        new("history-wait-recovery-timeout", KeyKind.Number, "An attempt record that was not saved is sent again after this long.") { Min = 0.1, Max = 86_400, Default = 60.0, Unit = "s" },
        new("history-wait-condition-threshold", KeyKind.Integer, "More attempt records of a group than this to be sent again suspend its dialling.")
        {
            Min = 0, Max = 10_000_000, Default = 1_000, Unit = "records",
        },
        new("pre-dial-validation", KeyKind.Flag, "Asks a server about every record before it is dialled.") { Default = false },
        new("validation-uri", KeyKind.Text, "Where records are validated.") { Pattern = UriPattern, PatternWords = UriWords, MaxLength = 2_000 },
        new("validation-timeout-call-result", KeyKind.Integer, "Call result of a record about which no verdict came.") { Min = 0, Max = 65_535, Default = 3 },
        new("validation-race-condition-call-result", KeyKind.Integer, "Call result of a record whose contact has an attempt record that is not saved yet.")
        {
            Min = 0, Max = 65_535, Default = 3,
        },
        new("on-no-verdict", KeyKind.Choice, "What is done with a record about which no verdict came.") { Choices = ["DoNotDial", "Dial"], Default = "DoNotDial" },
        new("validation-max-age", KeyKind.Number, "A positive answer is good for this long; then the record is asked about again.") { Min = 1, Max = 3_600, Default = 30.0, Unit = "s" },
        new("http-response-timeout", KeyKind.Number, "Time for an answer to a validation or a state.") { Min = 0.1, Max = 300, Default = 30.0, Unit = "s" },
        new("http-connection-pool-size", KeyKind.Integer, "Connections, and so posts at the same time, of each of the three kinds.") { Min = 1, Max = 1_000, Default = 10, Unit = "connections" },
        new("bearer-token", KeyKind.Secret, "Token sent as Authorization: Bearer: env:NAME, or file:PATH of a file that only its owner may read.") { DefaultNote = "none" },
        new("user", KeyKind.Text, "User name sent as Authorization: Basic, with password.") { DefaultNote = "none", Pattern = "[^:\\x00-\\x1F]+", PatternWords = "a name without a colon" },
        new("password", KeyKind.Secret, "Password that belongs to user: env:NAME, or file:PATH of a file that only its owner may read.") { DefaultNote = "none" },
        new("client-certificate", KeyKind.Path, "PEM file with the certificate for servers that ask for one.") { DefaultNote = "none" },
        new("client-key", KeyKind.Secret, "Private key (PEM) of client-certificate: file:PATH of a file that only its owner may read.") { DefaultNote = "none" },
        new("trusted-certificates", KeyKind.Path, "PEM file with the certificates of the authorities that are trusted instead of the system's.") { DefaultNote = "the system's" },
        new("allowed-hosts", KeyKind.Texts, "Host names, addresses and networks (10.1.0.0/16) that may be reached although they are private.")
        {
            MaxItems = 100, DefaultNote = "none: only public addresses are reached",
        },
        new("allow-plain-http", KeyKind.Flag, "Takes http addresses: phone numbers and credentials are then to be read on the way.") { Default = false },
        new("compress-requests", KeyKind.Flag, "Compresses what is posted (Content-Encoding: gzip).") { Default = false },
    ]);
}
