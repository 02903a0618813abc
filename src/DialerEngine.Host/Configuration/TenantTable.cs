using DialerEngine.Core;
using DialerEngine.Core.Filters;

namespace DialerEngine.Host.Configuration;

/// <summary>Tenants and what they have.</summary>
internal static class TenantTable
{
    /// <summary>Dial modes that a campaign group may be given, as desktops name them.</summary>
    public static readonly IReadOnlyDictionary<string, DialMode> DialModes =
        new[] { DialMode.Progress, DialMode.Predict }.Union(Enum.GetValues<DialMode>().Where(m => m != DialMode.NoDialMode))
            .ToDictionary(m => m.DesktopName(), StringComparer.Ordinal);

    /// <summary>Field types by name (CfgDataType).</summary>
    public static readonly IReadOnlyDictionary<string, UserFieldType> FieldTypes = new Dictionary<string, UserFieldType>(StringComparer.Ordinal)
    {
        ["int"] = UserFieldType.Int,
        ["float"] = UserFieldType.Float,
        ["char"] = UserFieldType.Char,
        ["varchar"] = UserFieldType.Varchar,
        ["datetime"] = UserFieldType.DateTime,
    };

    public static readonly ConfigurationSection Field = new("field", "A column of a calling list beside the mandatory ones.",
    [
        new("name", KeyKind.Text, "Name of the column.")
        {
            Required = true, Pattern = "[A-Za-z][A-Za-z0-9_]*", PatternWords = "a letter, then letters, digits or underscores", MaxLength = 63,
        },
        new("type", KeyKind.Choice, "Type of the column. An int is sent to desktops as an integer, everything else as a string.")
        {
            Choices = [.. FieldTypes.Keys], Default = "varchar",
        },
        new("send_attribute", KeyKind.Text, "Key under which the value is attached to calls and events.")
        {
            DefaultNote = "the value is not attached", Aliases = ["sendAttribute"],
        },
        new("default", KeyKind.Text, "Value of a record that brings none.") { DefaultNote = "none" },
    ]);

    public static readonly ConfigurationSection CallingList = new("callingList", "A calling list: one table with the mandatory columns and the fields named here.",
    [
        new("id", KeyKind.Integer, "Number (DBID) of the list, unique.") { Required = true, Min = 1, Max = int.MaxValue },
        new("name", KeyKind.Text, "Name of the list, unique.") { Required = true, Pattern = ConfigurationTable.NamePattern, PatternWords = ConfigurationTable.NameWords },
        new("fields", KeyKind.Objects, "Columns beside the mandatory ones, in table order.") { Section = Field, MaxItems = 200 },
        new("timeFrom", KeyKind.TimeOfDay, "Earliest time of a call, on the customer's clock, for records without daily_from.") { Default = "08:00" },
        new("timeTo", KeyKind.TimeOfDay, "Latest time of a call, on the customer's clock, for records without daily_till.") { Default = "18:00" },
        new("treatments", KeyKind.Objects, "Treatments of the list. For a result that has any here, those of the campaign are not looked at.")
        {
            Section = TreatmentTable.Treatment, MaxItems = 500,
        },
        new("call_answer_type_recognition", KeyKind.Choice, "How calls of the list are listened to.")
        {
            Choices = AnswerTypeRecognitions.AllNames, DefaultNote = "as the campaign group's options have it",
        },
        new("maxAttempts", KeyKind.Integer, "Attempts after which no treatment dials a record again; 0 for no limit.") { Min = 0, Max = 1_000, Default = 0 },
        new("scriptId", KeyKind.Integer, "Number (DBID) of the script attached as GSW_SCRIPT_ID; 0 takes the campaign's.") { Min = 0, Max = int.MaxValue, Default = 0 },
        new("defaultCountry", KeyKind.Text, "Country of numbers without country code, ISO 3166, two letters.")
        {
            Default = "US", Pattern = "[A-Z]{2}", PatternWords = "two capital letters, e.g. US or ES", MaxLength = 2,
        },
        new("callerId", KeyKind.Object, "As whom to call.") { Section = ComplianceTable.CallerId },
    ]);

    public static readonly ConfigurationSection CampaignList = new("campaignList", "A calling list within a campaign.",
    [
        new("list", KeyKind.Text, "Name of the calling list.") { Required = true },
        new("weight", KeyKind.Integer, "Records taken from this list in one round of all lists.") { Min = 1, Max = 1_000, Default = 1, Unit = "records" },
        new("active", KeyKind.Flag, "false: the list stays with the campaign and nothing is taken from it. Can be changed while the engine runs.") { Default = true },
        new("filter", KeyKind.Text, "Only records that match are dialled, e.g. \"state = 'CA' and attempt < 3\". Can be changed while the engine runs.")
        {
            DefaultNote = "all records", MaxLength = RecordFilter.MaxLength, Aliases = ["criteria", "where"],
        },
        new("order", KeyKind.Text, "Order of fresh records, e.g. \"balance desc, name\"; equal ones go by record_id. Its index is built when the engine starts.")
        {
            DefaultNote = "record_id", MaxLength = RecordFilter.MaxLength, Aliases = ["orderBy", "order_by"],
        },
    ]);

    public static readonly ConfigurationSection Campaign = new("campaign", "A campaign: which lists are dialled.",
    [
        new("id", KeyKind.Integer, "Number (DBID) of the campaign, unique.") { Required = true, Min = 1, Max = int.MaxValue },
        new("name", KeyKind.Text, "Name of the campaign, unique.") { Required = true, Pattern = ConfigurationTable.NamePattern, PatternWords = ConfigurationTable.NameWords },
        new("description", KeyKind.Text, "For people.") { Default = "" },
        new("scriptId", KeyKind.Integer, "Number (DBID) of the script attached as GSW_SCRIPT_ID where the calling list has none; 0 takes the campaign group's.")
        {
            Min = 0, Max = int.MaxValue, Default = 0,
        },
        new("templateName", KeyKind.Text, "Name of the campaign template (GSW_CAMPAIGN_TEMPLATE_NAME).") { DefaultNote = "none" },
        new("treatments", KeyKind.Objects, "Treatments for results for which a calling list has none of its own.") { Section = TreatmentTable.Treatment, MaxItems = 500 },
        new("callingLists", KeyKind.Objects, "The campaign's calling lists.") { Required = true, Section = CampaignList, MinItems = 1, MaxItems = 100 },
        new("cpnDigits", KeyKind.Text, "Caller id: user part of From, attached as GSW_CPN_DIGITS.")
        {
            DefaultNote = "the trunk's callerId", Pattern = @"\+?[0-9*#]+", PatternWords = "digits, with or without a plus sign", MaxLength = 32,
            Aliases = ["CPNDigits"],
        },
        new("callerId", KeyKind.Object, "As whom to call.") { Section = ComplianceTable.CallerId },
        new("dailyFrom", KeyKind.TimeOfDay, "Earliest time of a call of this campaign, on the customer's clock; the record's window holds too.") { Default = "00:00" },
        new("dailyTill", KeyKind.TimeOfDay, "Latest time of a call of this campaign, on the customer's clock. Before dailyFrom: over midnight.") { Default = "24:00" },
        new("days", KeyKind.Texts, "Weekdays of the campaign on the customer's clock: monday, tuesday, ...") { DefaultNote = "every day", MinItems = 1, MaxItems = 7 },
    ]);

    public static readonly ConfigurationSection Phone = new("phone", "How the engine reaches an agent's ears.",
    [
        new("uri", KeyKind.Text, "SIP URI of the phone.")
        {
            Required = true, Pattern = @"sip:[^\s<>@""]+(?:@[^\s<>@""]+)?", PatternWords = "a SIP URI, e.g. sip:7001@10.0.0.5:5060",
        },
        new("nailedUp", KeyKind.Flag, "true: one call is kept up for the shift and every customer is put on it. false: the phone rings for every customer.")
        {
            Default = true,
        },
        new("autoAnswer", KeyKind.Flag, "With nailedUp. true: a customer is put through at once. false: the desktop must answer.") { Default = true },
    ]);

    public static readonly ConfigurationSection Agent = new("agent", "An agent.",
    [
        new("id", KeyKind.Integer, "Number (DBID) of the agent, unique.") { Required = true, Min = 1, Max = int.MaxValue },
        new("loginId", KeyKind.Text, "Login id that the desktop gives (agentId), unique.")
        {
            Required = true, Pattern = @"[^\s\x00-\x1F\x7F]+", PatternWords = "a text without blanks", MaxLength = 32,
        },
        new("password", KeyKind.Secret, "Password that the desktop must give: env:NAME, or file:PATH of a file that only its owner may read.")
        {
            DefaultNote = "none is asked for; see cti.loginsWithoutPassword",
        },
        new("passwordHash", KeyKind.Text, "The same as a hash, so that the password itself stands nowhere: made by dialer agent hash-password.")
        {
            DefaultNote = "none", MaxLength = 300,
        },
        new("phone", KeyKind.Object, "How the engine reaches the agent's phone.") { Required = true, Section = Phone },
    ]);

    public static readonly ConfigurationSection Ivr = new("ivr", "Ports of an IVR as virtual agents: always ready, one call each, ready again as soon as a call is over.",
    [
        new("uri", KeyKind.Text, "SIP URI of the IVR, called for each customer.")
        {
            Required = true, Pattern = @"sip:[^\s<>@""]+(?:@[^\s<>@""]+)?", PatternWords = "a SIP URI, e.g. sip:notify@10.0.0.6:5060",
        },
        new("ports", KeyKind.Integer, "Calls that the IVR takes at one time.") { Required = true, Min = 1, Max = 5_000, Unit = "ports" },
    ]);

    public static readonly ConfigurationSection AgentGroup = new("agentGroup", "An agent group: who works together.",
    [
        new("name", KeyKind.Text, "Name of the group, unique.") { Required = true, Pattern = ConfigurationTable.NamePattern, PatternWords = ConfigurationTable.NameWords },
        new("agents", KeyKind.Texts, "Login ids of its agents.") { DefaultNote = "none; a group with ivr has none", MaxItems = 10_000 },
        new("ivr", KeyKind.Object, "Makes the group an IVR group (ivr_group): instead of people, ports of an IVR take the calls, for the GVP modes and for dialling for an IVR.")
        {
            DefaultNote = "none: people work in the group", Section = Ivr, Aliases = ["ivr_group"],
        },
    ]);

    public static readonly ConfigurationSection CampaignGroup = new("campaignGroup", "A campaign group: a campaign worked by an agent group, known as campaign@group.",
    [
        new("id", KeyKind.Integer, "Number (DBID) of the campaign group, unique.") { Required = true, Min = 1, Max = 65_535 },
        new("guid", KeyKind.Guid, "Globally unique identity (GSW_CAMPAIGN_GROUP_GUID).") { DefaultNote = "made from tenant, campaign and group: the same at every start" },
        new("campaign", KeyKind.Text, "Name of the campaign.") { Required = true },
        new("agentGroup", KeyKind.Text, "Name of the agent group.") { Required = true, Aliases = ["group"] },
        new("description", KeyKind.Text, "For people.") { Default = "" },
        new("scriptId", KeyKind.Integer, "Number (DBID) of the script attached as GSW_SCRIPT_ID where neither list nor campaign has one; 0 for none.")
        {
            Min = 0, Max = int.MaxValue, Default = 0,
        },
        new("switch_dbid", KeyKind.Integer, "Number (DBID) of the switch of the agents' phones, told to desktops as GSW_SWITCH_DBID where a record names none.")
        {
            Min = 1, Max = int.MaxValue, Default = 1,
        },
        new("dialMode", KeyKind.Choice, "Dial mode when the group is loaded.") { Choices = [.. DialModes.Keys], Default = "Progressive" },
        new("optimizeBy", KeyKind.Choice, "What Predictive dialling optimises.")
        {
            Choices = [.. Enum.GetNames<OptimizeBy>().Skip(1)], DefaultNote = "none; Predictive needs one", Aliases = ["optMethod"],
        },
        new("optimizeGoal", KeyKind.Integer, "Goal: percent for OverdialRate (1 to 50) and BusyFactor (10 to 99), seconds for WaitTime and DistributionTime (1 to 3,600), for MaximumGain the connected calls that one overdialled call costs (1 to 10,000).")
        {
            Min = 1, Max = 10_000, DefaultNote = "none; optimizeBy needs one", Aliases = ["optMethodValue"],
        },
        new("trunks", KeyKind.Texts, "Names of the trunks that carry the group's calls, in order of preference.") { Required = true, MinItems = 1, MaxItems = 64 },
        new("callerId", KeyKind.Object, "As whom to call.") { Section = ComplianceTable.CallerId },
        new("options", KeyKind.Object, "Options of the campaign group.") { Section = OptionTable.Options },
    ]);

    public static readonly ConfigurationSection Tenant = new("tenant", "A tenant.",
    [
        new("name", KeyKind.Text, "Name of the tenant, unique (GSW_TENANT_NAME).") { Required = true, Pattern = ConfigurationTable.NamePattern, PatternWords = ConfigurationTable.NameWords },
        new("id", KeyKind.Integer, "Number (DBID) of the tenant, in the do-not-call table.") { Min = 1, Max = int.MaxValue, DefaultNote = "made from its name: the same at every start" },
        new("ccid", KeyKind.Text, "Contact centre id of the tenant (GSW_TENANT_CCID).") { Default = "undefined" },
        new("compliance", KeyKind.Object, "Whom to call, when and how often.") { Section = ComplianceTable.Compliance },
        new("callerIdSets", KeyKind.Objects, "Caller id sets.") { Section = ComplianceTable.Set, MaxItems = 1_000 },
        new("callingLists", KeyKind.Objects, "Calling lists.") { Required = true, Section = CallingList, MaxItems = 1_000 },
        new("campaigns", KeyKind.Objects, "Campaigns.") { Required = true, Section = Campaign, MaxItems = 1_000 },
        new("agents", KeyKind.Objects, "Agents.") { Required = true, Section = Agent, MaxItems = 10_000 },
        new("agentGroups", KeyKind.Objects, "Agent groups.") { Required = true, Section = AgentGroup, MaxItems = 1_000 },
        new("campaignGroups", KeyKind.Objects, "Campaign groups.") { Required = true, Section = CampaignGroup, MaxItems = 500 },
    ]);
}
