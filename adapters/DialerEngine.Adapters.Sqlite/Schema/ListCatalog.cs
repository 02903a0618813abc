using System.Collections.Concurrent;
using System.Globalization;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Core;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Schema;

/// <summary>
/// Which calling lists the file holds, and which of them the configuration's numbers mean. A list's table is made or widened here.
/// Safe to read from any thread.
/// </summary>
internal sealed class ListCatalog(string path)
{
    private readonly ConcurrentDictionary<ListId, ListTable> _tables = new();

    public bool TryFind(ListId list, out ListTable table) => _tables.TryGetValue(list, out table!);

    /// <summary>The list's table.</summary>
    /// <exception cref="StorageFaultException">Schema: the list was never ensured.</exception>
    public ListTable Find(ListId list) => TryFind(list, out var table)
        ? table
        : throw new StorageFaultException(StorageFault.Schema, $"{path}: there is no calling list number {list}; the configuration must name it before it is used.");

    /// <summary>The number under which the configuration knows the list with this key; null where it does not.</summary>
    public ListId? NumberOf(long key)
    {
        foreach (var (number, table) in _tables)
        {
            if (table.Key == key)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>Uses a list under the number that it has in the file.</summary>
    public void Use(ListTable table) => _tables[table.Definition.Id] = table;

    /// <summary>Makes the list's table, or adds the columns that it lacks. Columns that the definition no longer names stay.</summary>
    public ListTable Ensure(SqliteConnection connection, CallingListDefinition definition)
    {
        Validate(definition);
        var phase = $"preparing calling list {definition.Name}";
        connection.Begin(phase);
        try
        {
            var existing = Read(connection, definition.Name);
            var table = existing is null ? Create(connection, definition, phase) : Widen(connection, existing, definition, phase);
            EnsureIndexes(connection, table, phase);
            connection.Commit(phase);
            _tables[definition.Id] = table;
            return table;
        }
        catch
        {
            connection.Rollback();
            throw;
        }
    }

    /// <summary>Makes the indexes that a table of an earlier version lacks, and drops what is not used any more.</summary>
    public static void EnsureIndexes(SqliteConnection connection, ListTable table, string phase)
    {
        connection.Execute(table.CreateDueIndex(), phase);
        connection.Execute(table.CreateFreshIndex(), phase);
        connection.Execute(table.CreateClosedIndex(), phase);
        connection.Execute(table.DropReadyIndex(), phase);
    }

    /// <summary>
    /// Makes the indexes of the orders that a list is dialled in, and drops those of orders that are no longer used. Building one reads the
    /// list once: some ten seconds for ten million records. Returns how many were built.
    /// </summary>
    public static int EnsureOrders(SqliteConnection connection, ListTable table, IReadOnlyCollection<RecordOrder> orders)
    {
        var phase = $"building the order of calling list {table.Definition.Name}";
        var prefix = table.OrderIndexPrefix;
        var known = new List<string>();
        var names = connection.Prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND substr(name, 1, ?1) = ?2", phase);
        names.Bind(1, prefix.Length).Bind(2, prefix);
        while (names.Step())
        {
            known.Add(SqlName.Quote(names.Text(0)));
        }

        var wanted = orders.ToLookup(table.OrderIndexName);
        foreach (var name in known.Where(n => !wanted.Contains(n)))
        {
            connection.Execute($"DROP INDEX {name}", phase);
        }

        var missing = wanted.Where(o => !known.Contains(o.Key)).Select(o => o.First()).ToList();
        foreach (var order in missing)
        {
            connection.Execute(table.CreateOrderIndex(order), phase);
        }

        return missing.Count;
    }

    /// <summary>A list as the file knows it, numbered by its key; null where the file has no such list.</summary>
    public static ListTable? Read(SqliteConnection connection, string name)
    {
        var lists = connection.Prepare(
            "SELECT list_key, name, daily_from, daily_till, default_country FROM calling_list WHERE name = ?1", "reading the calling lists");
        lists.Bind(1, name);
        if (!lists.Step())
        {
            return null;
        }

        var key = lists.Integer(0);
        var definition = new CallingListDefinition
        {
            Id = new ListId((int)key),
            Name = lists.Text(1),
            DailyFrom = lists.Int(2),
            DailyTill = lists.Int(3),
            DefaultCountry = lists.Text(4),
        };
        lists.Reset();
        return new ListTable(key, definition with { UserFields = ReadFields(connection, key) });
    }

    /// <summary>All lists of the file.</summary>
    public static IReadOnlyList<ListTable> ReadAll(SqliteConnection connection)
    {
        var names = new List<string>();
        var statement = connection.Prepare("SELECT name FROM calling_list ORDER BY list_key", "reading the calling lists");
        while (statement.Step())
        {
            names.Add(statement.Text(0));
        }

        return names.ConvertAll(name => Read(connection, name)!);
    }

    private static List<UserFieldDefinition> ReadFields(SqliteConnection connection, long key)
    {
        var statement = connection.Prepare(
            "SELECT name, type, send_attribute, default_value FROM calling_list_field WHERE list_key = ?1 ORDER BY position",
            "reading the calling lists");
        statement.Bind(1, key);
        var fields = new List<UserFieldDefinition>();
        while (statement.Step())
        {
            fields.Add(new UserFieldDefinition(statement.Text(0), (UserFieldType)statement.Int(1), statement.TextOrNull(2), statement.TextOrNull(3)));
        }

        return fields;
    }

    private static ListTable Create(SqliteConnection connection, CallingListDefinition definition, string phase)
    {
        var insert = connection.Prepare(
            "INSERT INTO calling_list (name, table_name, daily_from, daily_till, default_country) VALUES (?1, ?2, ?3, ?4, ?5)", phase);
        insert.Bind(1, definition.Name).Bind(2, ListTable.TableNameOf(definition.Name)).Bind(3, definition.DailyFrom)
            .Bind(4, definition.DailyTill).Bind(5, definition.DefaultCountry).Run();
        var table = new ListTable(connection.QueryInteger("SELECT last_insert_rowid()", phase), definition);
        WriteFields(connection, table.Key, definition.UserFields, phase);
        connection.Execute(table.CreateTable(), phase);
        connection.Execute(table.CreateChainIndex(), phase);
        connection.Execute(table.CreateContactIndex(), phase);
        connection.Execute(table.CreateCallbackIndex(), phase);
        return table;
    }

    private ListTable Widen(SqliteConnection connection, ListTable existing, CallingListDefinition wanted, string phase)
    {
        var fields = existing.Definition.UserFields.ToList();
        foreach (var field in wanted.UserFields)
        {
            var known = fields.FindIndex(f => string.Equals(f.Name, field.Name, StringComparison.OrdinalIgnoreCase));
            if (known < 0)
            {
                connection.Execute(existing.AddColumn(ListColumn.OfUserField(field)), phase);
                fields.Add(field);
                continue;
            }

            if (ListColumn.OfUserField(fields[known]).Kind != ListColumn.OfUserField(field).Kind)
            {
                throw new StorageFaultException(
                    StorageFault.Schema,
                    $"{path}: column {field.Name} of calling list {wanted.Name} is stored as {fields[known].Type} and is now defined as {field.Type}. "
                    + "Keep the type, or give the new column another name.");
            }

            fields[known] = field;
        }

        connection.Execute(existing.CreateCallbackIndex(), phase);
        connection.Prepare("UPDATE calling_list SET daily_from = ?2, daily_till = ?3, default_country = ?4 WHERE list_key = ?1", phase)
            .Bind(1, existing.Key).Bind(2, wanted.DailyFrom).Bind(3, wanted.DailyTill).Bind(4, wanted.DefaultCountry).Run();
        connection.Prepare("DELETE FROM calling_list_field WHERE list_key = ?1", phase).Bind(1, existing.Key).Run();
        WriteFields(connection, existing.Key, fields, phase);

        // The name keeps the spelling of the table; the definition keeps its own order of fields, which is what records are filled in.
        return new ListTable(existing.Key, wanted with { Name = existing.Definition.Name });
    }

    private static void WriteFields(SqliteConnection connection, long key, IReadOnlyList<UserFieldDefinition> fields, string phase)
    {
        var insert = connection.Prepare(
            "INSERT INTO calling_list_field (list_key, position, name, type, send_attribute, default_value) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", phase);
        for (var i = 0; i < fields.Count; i++)
        {
            insert.Bind(1, key).Bind(2, i).Bind(3, fields[i].Name).Bind(4, (int)fields[i].Type).Bind(5, fields[i].SendAttribute)
                .Bind(6, fields[i].DefaultValue).Run();
        }
    }

    private void Validate(CallingListDefinition definition)
    {
        if (!SqlName.IsListName(definition.Name))
        {
            throw Bad($"\"{definition.Name}\" is no name for a calling list: 1 to {SqlName.MaxLength} letters, digits, blanks, '_', '-' or '.', "
                + "beginning with a letter or digit.");
        }

        var names = new HashSet<string>(ListColumn.Mandatory.Select(c => c.Name), StringComparer.OrdinalIgnoreCase);
        foreach (var field in definition.UserFields)
        {
            if (!SqlName.IsColumnName(field.Name))
            {
                throw Bad($"\"{field.Name}\" is no name for a column of calling list {definition.Name}: a letter, then letters, digits or "
                    + $"underscores, at most {SqlName.MaxLength}.");
            }

            if (!names.Add(field.Name))
            {
                throw Bad($"calling list {definition.Name} has two columns named {field.Name} (the mandatory columns count).");
            }
        }

        const int MostUserFields = 1_000;
        if (definition.UserFields.Count > MostUserFields)
        {
            throw Bad(string.Create(CultureInfo.InvariantCulture, $"calling list {definition.Name} has more than {MostUserFields} columns of its own."));
        }
    }

    private StorageFaultException Bad(string message) => new(StorageFault.Schema, $"{path}: {message}");
}
