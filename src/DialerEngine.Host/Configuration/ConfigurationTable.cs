namespace DialerEngine.Host.Configuration;

/// <summary>
/// Every key of the configuration file: reading, <c>check</c>, the JSON schema and the manual's tables are made from here and from nowhere else.
/// </summary>
internal static class ConfigurationTable
{
    /// <summary>Names of things: what an operator types, so nothing that shells, addresses or the form campaign@group would misread.</summary>
    internal const string NamePattern = @"[^@/\\\x00-\x20\x7F](?:[^@/\\\x00-\x1F\x7F]*[^@/\\\x00-\x20\x7F])?";

    internal const string NameWords = "a name without @, / or \\ and without blanks at its ends";

    /// <summary>Where lists and attempts are kept.</summary>
    public static readonly ConfigurationSection Storage = new("storage", "Where calling lists and attempts are kept.",
    [
        new("sqlite", KeyKind.Path, "Database file of the embedded storage. Made on first use.") { Required = true },
    ]);

    /// <summary>Admin API and dashboard.</summary>
    public static readonly ConfigurationSection Admin = new("admin", "Admin API, metrics and dashboard.",
    [
        new("listen", KeyKind.EndPoint, "Address and port. Where it must be reached from other machines, give a certificate, or put a proxy with TLS before it.")
        {
            Default = "127.0.0.1:8480",
        },
        new("certificate", KeyKind.Path, "Certificate for TLS (https): PEM with its chain, or PKCS #12. Read again when the file changes.") { DefaultNote = "none: plain http" },
        new("certificateKey", KeyKind.Path, "Private key of the certificate, PEM.") { DefaultNote = "the key stands in the certificate's file" },
        new("certificatePassword", KeyKind.Secret, "Password of the private key or of the PKCS #12 file: env:NAME, or file:PATH of a file that only its owner may read.")
        {
            DefaultNote = "none",
        },
        new("tokenFile", KeyKind.Path, "File with the hash of the bearer token. Made on first start, when the token itself is printed once; remove the file to get a new token.")
        {
            Default = "admin.token",
        },
    ]);

    /// <summary>The CTI WebSocket.</summary>
    public static readonly ConfigurationSection Cti = new("cti", "The CTI WebSocket for agents' desktops.",
    [
        new("listen", KeyKind.EndPoint, "Address and port.") { Default = "127.0.0.1:8481" },
        new("certificate", KeyKind.Path, "Certificate for TLS (wss, and https for the desktop page): PEM with its chain, or PKCS #12. Read again when the file changes.")
        {
            DefaultNote = "none: plain ws and http",
        },
        new("certificateKey", KeyKind.Path, "Private key of the certificate, PEM.") { DefaultNote = "the key stands in the certificate's file" },
        new("certificatePassword", KeyKind.Secret, "Password of the private key or of the PKCS #12 file: env:NAME, or file:PATH of a file that only its owner may read.")
        {
            DefaultNote = "none",
        },
        new("origins", KeyKind.Texts, "Origins of web pages that may connect beside the engine's own desktop page, e.g. https://crm.example.com; * lets every page in.")
        {
            DefaultNote = "none: only pages that come from this address", MaxItems = 100,
        },
        new("loginsWithoutPassword", KeyKind.Choice, "From where agents who have no password may log in.")
        {
            Choices = [.. Enum.GetNames<DialerEngine.Adapters.TServer.OpenLogins>()], Default = nameof(DialerEngine.Adapters.TServer.OpenLogins.FromThisMachine),
        },
        new("reconnectSeconds", KeyKind.Integer, "Time that an agent whose connection broke stays logged in with call and records, so that the desktop may come back to them; 0 logs the agent out at once.")
        {
            Min = 0, Max = 300, Default = 15, Unit = "s",
        },
    ]);

    /// <summary>The engine's own SIP side.</summary>
    public static readonly ConfigurationSection Sip = new("sip", "The engine's own SIP address and media ports.",
    [
        new("listen", KeyKind.EndPoint, "Address and UDP port for SIP.") { Default = "0.0.0.0:5060" },
        new("mediaPortFirst", KeyKind.Integer, "First port for RTP, even; 0 takes any free ports.") { Min = 0, Max = 65_534, Default = 0 },
        new("mediaPortLast", KeyKind.Integer, "Last port for RTP and RTCP; 0 together with mediaPortFirst 0. A call with its agent takes four ports.")
        {
            Min = 0, Max = 65_535, Default = 0,
        },
        new("advertisedAddress", KeyKind.Address, "Address written into Contact and SDP where the engine stands behind a fixed address translation.")
        {
            DefaultNote = "the local address towards each destination",
        },
    ]);

    /// <summary>A SIP trunk.</summary>
    public static readonly ConfigurationSection Trunk = new("trunk", "A SIP trunk.",
    [
        new("name", KeyKind.Text, "Name of the trunk, unique.") { Required = true, Pattern = NamePattern, PatternWords = NameWords, MaxLength = 64 },
        new("host", KeyKind.Text, "Host name or IP address of the far end.")
        {
            Required = true, Pattern = @"[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]+\]?",
            PatternWords = "a host name or an IP address without port (the port has its own key)",
        },
        new("port", KeyKind.Integer, "UDP port of the far end.") { Min = 1, Max = 65_535, Default = 5_060 },
        new("maxCalls", KeyKind.Integer, "Calls in progress at most.") { Min = 1, Max = 10_000, Default = 30, Unit = "calls" },
        new("maxCallsPerSecond", KeyKind.Number, "Call starts at most.") { Min = 0.1, Max = 1_000, Default = 10.0, Unit = "calls/s", Aliases = ["cps"] },
        new("user", KeyKind.Text, "User name for digest authentication.") { DefaultNote = "none: the trunk asks for no password" },
        new("password", KeyKind.Secret, "Password for digest authentication: env:NAME, or file:PATH of a file that only its owner may read."),
        new("callerId", KeyKind.Text, "User part of From where a campaign has no cpnDigits.")
        {
            Default = "anonymous", Pattern = "[A-Za-z0-9+*#_.!~'()-]+", PatternWords = "digits, letters or one of + * # _ . ! ~ ' ( ) -", MaxLength = 64,
        },
        new("prefix", KeyKind.Text, "Put before every number.") { Default = "", Pattern = "[0-9*#+]*", PatternWords = "digits, *, # or +", MaxLength = 32 },
        new("stripPlus", KeyKind.Flag, "Takes the plus sign off numbers before the prefix is put before them.") { Default = false },
        new("optionsSeconds", KeyKind.Integer, "Time between the OPTIONS requests that watch the trunk; 0 does not watch it.")
        {
            Min = 0, Max = 3_600, Default = 30, Unit = "s",
        },
        new("cpdProfile", KeyKind.Text, "Detection profile of calls over the trunk: one of cpdProfiles, or a built-in one: default, a country (us, gb, de ...), a value of call_answer_type_recognition.")
        {
            DefaultNote = "default", MaxLength = 64,
        },
        new("results", KeyKind.Results, "Deviations from the standard mapping of SIP answers: status 300 to 699, or q850: and a cause 1 to 127, to the name of a call result."),
    ]);

    /// <summary>The whole file.</summary>
    public static readonly ConfigurationSection Root = new("configuration", "Configuration of the engine.",
    [
        new("$schema", KeyKind.Text, "Address of the JSON schema, for editors.") { MaxLength = 1_000 },
        new("db-stat-recalc-interval", KeyKind.Integer, "How often it is counted what holds records back; less often where counting takes long, so that it takes no more than a twentieth of the time.")
        {
            Min = 10, Max = 86_400, Default = 300, Unit = "s",
        },
        new("applicationId", KeyKind.Integer, "Number (DBID) under which desktops know this engine (GSW_APPLICATION_ID).") { Min = 101, Max = 32_767, Default = 101 },
        new("log-level", KeyKind.Choice, "Least level of log messages; --log-level of serve goes before it.")
        {
            Choices = ["Trace", "Debug", "Information", "Warning", "Error", "Critical", "None"], Default = "Information",
        },
        new("stopLimitSeconds", KeyKind.Integer, "Time that calls in progress get to finish when the engine is stopped; then they are released.")
        {
            Min = 0, Max = 3_600, Default = 30, Unit = "s",
        },
        new("storage", KeyKind.Object, "Where calling lists and attempts are kept.") { Required = true, Section = Storage },
        new("admin", KeyKind.Object, "Admin API, metrics and dashboard.") { Section = Admin },
        new("cti", KeyKind.Object, "The CTI WebSocket for agents' desktops.") { Section = Cti },
        new("sip", KeyKind.Object, "The engine's own SIP address and media ports.") { Section = Sip },
        new("notifications", KeyKind.Object, "HTTP notifiers: campaign group states, call attempt records, pre-dial validation.") { Section = Notifications.NotificationTable.Notifications },
        new("cpd", KeyKind.Object, "The detector of people, machines and tones.") { Section = CpdTable.Cpd },
        new("cpdProfiles", KeyKind.Objects, "Detection profiles beside the built-in ones, or in their place.") { Section = CpdTable.Profile, MaxItems = 200 },
        new("trunks", KeyKind.Objects, "SIP trunks.") { Required = true, Section = Trunk, MinItems = 1, MaxItems = 64 },
        new("tenants", KeyKind.Objects, "Tenants with their lists, campaigns and agents.") { Required = true, Section = TenantTable.Tenant, MinItems = 1, MaxItems = 100 },
    ]);

    /// <summary>All sections in the order of the manual.</summary>
    public static IReadOnlyList<ConfigurationSection> Sections =>
    [
        Root, Storage, Admin, Cti, Sip, Notifications.NotificationTable.Notifications, CpdTable.Cpd, CpdTable.Recording, CpdTable.Profile, CpdTable.OperatingPoint, Trunk, TenantTable.Tenant, TenantTable.CallingList, TreatmentTable.Treatment,
        TenantTable.Field, TenantTable.Campaign,
        TenantTable.CampaignList, TenantTable.Agent, TenantTable.Phone, TenantTable.AgentGroup, TenantTable.Ivr, TenantTable.CampaignGroup, OptionTable.Options,
        ComplianceTable.Compliance,
        ComplianceTable.Zone, ComplianceTable.Holiday, ComplianceTable.Set, ComplianceTable.SetNumber, ComplianceTable.CallerId,
    ];
}
