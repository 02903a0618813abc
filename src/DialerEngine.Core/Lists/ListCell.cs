namespace DialerEngine.Core.Lists;

/// <summary>What a cell holds.</summary>
public enum ListCellKind : byte
{
    /// <summary>No value: the column's default.</summary>
    Default,
    Integer,
    Real,
    Text,
}

/// <summary>One value of a row on its way into a list: a number, or a range of UTF-8 in the block that carries the row.</summary>
public struct ListCell
{
    public ListCellKind Kind;

    /// <summary>Text: first octet.</summary>
    public int Offset;

    /// <summary>Text: octets.</summary>
    public int Length;

    /// <summary>Integer: the value. Real: its bits.</summary>
    public long Bits;

    public readonly double Real => BitConverter.Int64BitsToDouble(Bits);

    public static ListCell OfInteger(long value) => new() { Kind = ListCellKind.Integer, Bits = value };

    public static ListCell OfReal(double value) => new() { Kind = ListCellKind.Real, Bits = BitConverter.DoubleToInt64Bits(value) };

    public static ListCell OfText(int offset, int length) => new() { Kind = ListCellKind.Text, Offset = offset, Length = length };
}
