namespace DialerEngine.Core.Lists;

/// <summary>How a column of a calling list is stored.</summary>
public enum ListColumnKind : byte
{
    Integer,
    Real,
    Text,
}

/// <summary>A column of a calling list's table.</summary>
/// <param name="Name">Column name.</param>
/// <param name="Kind">How it is stored.</param>
/// <param name="MaxLength">Text: most characters. 0 for numbers.</param>
/// <param name="Min">Integer: smallest value.</param>
/// <param name="Max">Integer: largest value.</param>
/// <param name="Default">Value of a record that brings none: <see cref="long"/>, <see cref="double"/>, <see cref="string"/> or null.</param>
/// <param name="IsUpdatable">True where a desktop or a treatment may change the value by name. The others belong to the life cycle.</param>
public sealed record ListColumn(string Name, ListColumnKind Kind, int MaxLength, long Min, long Max, object? Default, bool IsUpdatable)
{
    /// <summary>Longest value of a user-defined text column, in characters.</summary>
    public const int MaxUserTextLength = 65_535;

    /// <summary>
    /// The mandatory columns in table order, as every calling list of the field's standard dialer has them: names, types and
    /// sizes of its default calling list format, values of a new record (record_type 2, record_status 1, call_result 28).
    /// </summary>
    public static IReadOnlyList<ListColumn> Mandatory { get; } =
    [
        Integer("record_id", 1, long.MaxValue, null),
        Text("contact_info", 128, updatable: true),
        Integer("contact_info_type", 0, 11, (long)PhoneType.DirectBusinessPhone, updatable: true),
        Integer("record_type", 0, 7, (long)RecordType.General),
        Integer("record_status", 0, 9, (long)RecordStatus.Ready),
        Integer("call_result", 0, int.MaxValue, (long)CallResult.Unknown),
        Integer("attempt", 0, int.MaxValue, 0L),
        Integer("dial_sched_time", 0, MaxUnixSeconds, 0L),
        Integer("call_time", 0, MaxUnixSeconds, 0L),
        Integer("daily_from", 0, 86_400, null, updatable: true),
        Integer("daily_till", 0, 86_400, null, updatable: true),
        Integer("tz_dbid", 0, int.MaxValue, 0L, updatable: true),
        Integer("campaign_id", 0, int.MaxValue, 0L),
        Text("agent_id", 32),
        Integer("chain_id", 1, int.MaxValue, null),
        Integer("chain_n", 0, int.MaxValue, 0L),
        Integer("group_id", 0, int.MaxValue, 0L),
        Integer("app_id", 0, int.MaxValue, 0L),
        Text("treatments", 255, updatable: true),
        Integer("media_ref", 0, int.MaxValue, 0L, updatable: true),
        Text("email_subject", 255, updatable: true),
        Integer("email_template_id", 0, int.MaxValue, 0L, updatable: true),
        Integer("switch_id", 0, int.MaxValue, 0L, updatable: true),
    ];

    /// <summary>Number of mandatory columns.</summary>
    public const int MandatoryCount = 23;

    // 9999-12-31T23:59:59Z, the last second that DateTimeOffset can name.
    private const long MaxUnixSeconds = 253_402_300_799;

    /// <summary>All columns of a list in table order: the mandatory ones with the list's own calling window as default, then its own.</summary>
    public static IReadOnlyList<ListColumn> Of(CallingListDefinition list)
    {
        var columns = new List<ListColumn>(MandatoryCount + list.UserFields.Count);
        foreach (var column in Mandatory)
        {
            columns.Add(column.Name switch
            {
                "daily_from" => column with { Default = (long)list.DailyFrom },
                "daily_till" => column with { Default = (long)list.DailyTill },
                _ => column,
            });
        }

        foreach (var field in list.UserFields)
        {
            columns.Add(OfUserField(field));
        }

        Invariant.That(columns[MandatoryCount - 1].Name == "switch_id");
        return columns;
    }

    /// <summary>The table column of a user-defined field.</summary>
    public static ListColumn OfUserField(UserFieldDefinition field)
    {
        var kind = field.Type switch
        {
            UserFieldType.Int => ListColumnKind.Integer,
            UserFieldType.Float => ListColumnKind.Real,
            _ => ListColumnKind.Text,
        };
        return new ListColumn(
            field.Name,
            kind,
            kind == ListColumnKind.Text ? MaxUserTextLength : 0,
            long.MinValue,
            long.MaxValue,
            ListValue.FromText(field.DefaultValue, kind),
            IsUpdatable: true);
    }

    private static ListColumn Integer(string name, long min, long max, object? initial, bool updatable = false) =>
        new(name, ListColumnKind.Integer, 0, min, max, initial, updatable);

    private static ListColumn Text(string name, int maxLength, bool updatable = false) =>
        new(name, ListColumnKind.Text, maxLength, 0, 0, "", updatable);
}
