namespace DialerEngine.Adapters.Sqlite.Schema;

/// <summary>
/// Which records were taken from their lists, fetch by fetch. A row is a whole fetch of up to some hundred records: a row and an index entry for each
/// record would cost a page each where the records lie scattered, which is most of what such a fetch would write. Who asks for one record's history
/// reads the log of its list; that is rare.
/// </summary>
internal static class FetchLog
{
    /// <summary>Records in the log at most, over all lists; the oldest fetches make room. Two to ten octets each.</summary>
    public const int MaxRecords = 2_000_000;

    /// <summary>Columns: <c>upto</c> counts the records of all fetches up to and with this one; <c>records</c> is written by <see cref="Append"/>.</summary>
    public const string Create = """
        CREATE TABLE record_fetch (
            fetch_id INTEGER PRIMARY KEY,
            list_key INTEGER NOT NULL,
            at INTEGER NOT NULL,
            group_id INTEGER NOT NULL,
            upto INTEGER NOT NULL,
            first_record INTEGER NOT NULL,
            last_record INTEGER NOT NULL,
            records BLOB NOT NULL)
        """;

    public const string CreateListIndex = "CREATE INDEX record_fetch_by_list ON record_fetch (list_key, first_record, last_record)";

    /// <summary>Fetches that may have taken a record, in no order: ?1 list, ?2 record.</summary>
    public const string SelectSql = """
        SELECT at, group_id, records FROM record_fetch INDEXED BY record_fetch_by_list
        WHERE list_key = ?1 AND first_record <= ?2 AND last_record >= ?2
        """;

    /// <summary>?1 list, ?2 at, ?3 group, ?4 how many, ?5 lowest record, ?6 highest record, ?7 records.</summary>
    public const string InsertSql = """
        INSERT INTO record_fetch (list_key, at, group_id, upto, first_record, last_record, records)
        VALUES (?1, ?2, ?3, ?4 + coalesce((SELECT upto FROM record_fetch ORDER BY fetch_id DESC LIMIT 1), 0), ?5, ?6, ?7)
        """;

    /// <summary>Deletes what is beyond the bound, some rows for each that is written: ?1 records that stay.</summary>
    public const string PruneSql = """
        DELETE FROM record_fetch WHERE fetch_id IN (SELECT fetch_id FROM record_fetch ORDER BY fetch_id LIMIT 16)
          AND upto <= (SELECT upto FROM record_fetch ORDER BY fetch_id DESC LIMIT 1) - ?1
        """;

    /// <summary>Most octets of one record.</summary>
    public const int MaxOctets = 10;

    /// <summary>Adds a record: its distance from the one before (from 0 for the first) as a zigzag number in groups of seven bits, lowest first.</summary>
    /// <returns>Octets written.</returns>
    public static int Append(Span<byte> into, long before, long record)
    {
        var distance = unchecked(record - before);
        var rest = (ulong)((distance << 1) ^ (distance >> 63));
        var length = 0;
        while (rest > 0x7F)
        {
            into[length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        into[length++] = (byte)rest;
        return length;
    }

    /// <summary>True where the records of a fetch have one among them. Octets that are no such records end the looking.</summary>
    public static bool Contains(ReadOnlySpan<byte> records, long wanted)
    {
        var record = 0L;
        var value = 0UL;
        var shift = 0;
        foreach (var octet in records)
        {
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet > 0x7F)
            {
                shift += 7;
                if (shift >= 64)
                {
                    return false;
                }

                continue;
            }

            record = unchecked(record + ((long)(value >> 1) ^ -(long)(value & 1)));
            if (record == wanted)
            {
                return true;
            }

            (value, shift) = (0, 0);
        }

        return false;
    }
}
