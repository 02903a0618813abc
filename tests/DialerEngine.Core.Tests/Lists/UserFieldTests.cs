using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Tests.Lists;

/// <summary>User-defined fields: what their columns hold and which default a record without a value gets (CfgDataType; desktop protocol, Custom Data Formats).</summary>
public sealed class UserFieldTests
{
    [Theory]
    [InlineData(UserFieldType.Int, ListColumnKind.Integer, "7", 7L)]
    [InlineData(UserFieldType.Int, ListColumnKind.Integer, "-3", -3L)]
    [InlineData(UserFieldType.Int, ListColumnKind.Integer, "seven", null)]
    [InlineData(UserFieldType.Int, ListColumnKind.Integer, "1.5", null)]
    [InlineData(UserFieldType.Float, ListColumnKind.Real, "12.5", 12.5)]
    [InlineData(UserFieldType.Float, ListColumnKind.Real, "3", 3.0)]
    [InlineData(UserFieldType.Float, ListColumnKind.Real, "NaN", null)]
    [InlineData(UserFieldType.Float, ListColumnKind.Real, "12,5", null)]
    [InlineData(UserFieldType.Char, ListColumnKind.Text, "A", "A")]
    [InlineData(UserFieldType.Varchar, ListColumnKind.Text, "Zoë's", "Zoë's")]
    [InlineData(UserFieldType.Varchar, ListColumnKind.Text, "", "")]
    [InlineData(UserFieldType.DateTime, ListColumnKind.Text, "2024-05-01 10:00:00", "2024-05-01 10:00:00")]
    [InlineData(UserFieldType.Int, ListColumnKind.Integer, null, null)]
    [InlineData(UserFieldType.Varchar, ListColumnKind.Text, null, null)]
    public void A_field_becomes_a_column_of_its_kind_with_its_default(UserFieldType type, ListColumnKind kind, string? text, object? value)
    {
        var column = ListColumn.OfUserField(new UserFieldDefinition("f", type, DefaultValue: text));
        Assert.Equal((kind, value, true), (column.Kind, column.Default, column.IsUpdatable));
    }

    [Theory]
    [InlineData(UserFieldType.Int, 5L, 5L)]
    [InlineData(UserFieldType.Int, "5", 5L)]
    [InlineData(UserFieldType.Int, "five", null)]
    [InlineData(UserFieldType.Int, 5.5, null)]
    [InlineData(UserFieldType.Float, "5.5", 5.5)]
    [InlineData(UserFieldType.Float, 5L, 5.0)]
    [InlineData(UserFieldType.Float, "Infinity", null)]
    [InlineData(UserFieldType.Varchar, 5L, "5")]
    [InlineData(UserFieldType.DateTime, "tomorrow", "tomorrow")]
    public void A_value_from_outside_is_made_to_fit_or_refused(UserFieldType type, object value, object? fitted)
    {
        var fits = ListValue.TryFit(ListColumn.OfUserField(new UserFieldDefinition("f", type)), value, out var found);
        Assert.Equal((fitted is not null, fitted), (fits, found));
    }

    [Fact]
    public void A_text_longer_than_the_column_is_refused_and_null_is_no_value()
    {
        var column = ListColumn.OfUserField(new UserFieldDefinition("f", UserFieldType.Varchar));
        Assert.False(ListValue.TryFit(column, new string('x', column.MaxLength + 1), out _));
        Assert.True(ListValue.TryFit(column, new string('x', column.MaxLength), out _));
        Assert.True(ListValue.TryFit(column, null, out var none));
        Assert.Null(none);
    }
}
