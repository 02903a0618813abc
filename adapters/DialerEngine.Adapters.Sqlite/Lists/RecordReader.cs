using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Lists;
using SQLitePCL;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>Fills a record from a row that gives all columns of its list in table order.</summary>
internal static class RecordReader
{
    public static void Fill(CallRecord record, SqliteStatement row, ListTable table, ListId list)
    {
        record.List = list;
        record.Id = new RecordId(row.Integer(0));
        record.ContactInfo = row.Text(1);
        record.PhoneType = (PhoneType)row.Int(2);
        record.RecordType = (RecordType)row.Int(3);
        record.RecordStatus = (RecordStatus)row.Int(4);
        record.CallResult = (CallResult)row.Int(5);
        record.Attempts = row.Int(6);
        record.DialScheduledTime = row.Integer(7);
        record.CallTime = row.Integer(8);
        record.DailyFrom = row.Int(9);
        record.DailyTill = row.Int(10);
        record.TimeZoneDbid = row.Int(11);
        record.CampaignId = row.Int(12);
        record.AgentLoginId = row.Text(13);
        record.ChainId = row.Int(14);
        record.ChainN = row.Int(15);
        record.GroupId = row.Int(16);
        record.ApplicationId = row.Int(17);
        record.Treatments = row.Text(18);
        record.MediaReference = row.Int(19);
        record.EmailSubject = row.Text(20);
        record.EmailTemplateId = row.Int(21);
        record.SwitchId = row.Int(22);

        var own = table.Columns.Count - ListColumn.MandatoryCount;
        if (record.UserFields.Length != own)
        {
            record.UserFields = new object?[own];
        }

        for (var i = 0; i < own; i++)
        {
            record.UserFields[i] = Value(row, ListColumn.MandatoryCount + i);
        }
    }

    /// <summary>A value as the record holds it: a site may have written anything into its own columns, so the stored type decides.</summary>
    public static object? Value(SqliteStatement row, int column) => row.TypeOf(column) switch
    {
        raw.SQLITE_INTEGER => row.Integer(column),
        raw.SQLITE_FLOAT => row.Real(column),
        raw.SQLITE_NULL => null,
        _ => row.Text(column),
    };
}
