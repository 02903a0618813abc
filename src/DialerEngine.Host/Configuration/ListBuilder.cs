using DialerEngine.Core;

namespace DialerEngine.Host.Configuration;

/// <summary>Makes calling lists from what the file says.</summary>
internal static class ListBuilder
{
    /// <summary>Columns that every calling list has.</summary>
    internal static readonly IReadOnlyList<string> MandatoryColumns =
    [
        "record_id", "contact_info", "contact_info_type", "record_type", "record_status", "call_result", "attempt", "dial_sched_time", "call_time",
        "daily_from", "daily_till", "tz_dbid", "campaign_id", "agent_id", "chain_id", "chain_n", "group_id", "app_id", "treatments", "media_ref",
        "email_subject", "email_template_id", "switch_id",
    ];

    public static CallingListDefinition Build(SectionValues values, FaultList faults)
    {
        var from = values.TimeOfDay("timeFrom");
        var to = values.TimeOfDay("timeTo");
        if (from >= to)
        {
            faults.Error(values, values.Has("timeTo") ? "timeTo" : "timeFrom", "timeTo must be later than timeFrom");
        }

        return new CallingListDefinition
        {
            Id = new ListId(values.Integer("id")),
            Name = values.Text("name"),
            UserFields = BuildFields(values, faults),
            DailyFrom = from,
            DailyTill = to,
            Treatments = TreatmentBuilder.Build(values, faults),
            MaxAttempts = values.Integer("maxAttempts"),
            Recognition = values.Has("call_answer_type_recognition") && AnswerTypeRecognitions.TryParse(values.Text("call_answer_type_recognition"), out var recognition)
                ? recognition : null,
            ScriptId = values.Integer("scriptId"),
            DefaultCountry = values.Text("defaultCountry"),
        };
    }

    private static List<UserFieldDefinition> BuildFields(SectionValues values, FaultList faults)
    {
        var fields = new List<UserFieldDefinition>();
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in values.Objects("fields"))
        {
            var name = field.Text("name");
            if (MandatoryColumns.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                faults.Error(field, "name", "every calling list has this column already; take another name");
            }
            else if (field.Has("name") && !names.TryAdd(name, field.Path))
            {
                faults.Error(field, "name", $"{names[name]} has this name already; columns differ in more than capitals");
            }

            var attribute = field.TextOrNull("send_attribute");
            if (attribute is not null)
            {
                CheckAttribute(field, attribute, attributes, faults);
            }

            fields.Add(new UserFieldDefinition(name, TenantTable.FieldTypes[field.Text("type")], attribute, field.TextOrNull("default")));
            CheckDefault(field, faults);
        }

        return fields;
    }

    private static void CheckAttribute(SectionValues field, string attribute, Dictionary<string, string> taken, FaultList faults)
    {
        if (attribute.Length == 0)
        {
            faults.Error(field, "send_attribute", "must not be empty; leave the key out where the value is not to be attached");
        }
        else if (attribute.StartsWith("GSW_", StringComparison.OrdinalIgnoreCase))
        {
            faults.Error(field, "send_attribute", "keys that begin with GSW_ are the protocol's own; take another name");
        }
        else if (!taken.TryAdd(attribute, field.Path))
        {
            faults.Error(field, "send_attribute", $"{taken[attribute]} is attached under this key already; take another name");
        }
    }

    private static void CheckDefault(SectionValues field, FaultList faults)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        if (field.TextOrNull("default") is not { } text)
        {
            return;
        }

        if (field.Text("type") == "int" && !int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, culture, out _))
        {
            faults.Error(field, "default", "must be a whole number in quotes: the field is an int");
        }
        else if (field.Text("type") == "float" && !double.TryParse(text, System.Globalization.NumberStyles.Float, culture, out _))
        {
            faults.Error(field, "default", "must be a number in quotes: the field is a float");
        }
    }
}
