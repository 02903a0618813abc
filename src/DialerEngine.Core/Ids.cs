using System.Globalization;

namespace DialerEngine.Core;

/// <summary>Number of a campaign group in this engine's configuration (its DBID), 1 to 65,535.</summary>
public readonly record struct GroupId(int Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Number of a calling list in this engine's configuration (its DBID), from 1.</summary>
public readonly record struct ListId(int Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Number of an agent in this engine's configuration (its DBID), from 1.</summary>
public readonly record struct AgentId(int Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary><c>record_id</c> of a record: unique within its calling list.</summary>
public readonly record struct RecordId(long Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Globally unique identity of one call attempt (<c>GSW_CALL_ATTEMPT_GUID</c>).</summary>
public readonly record struct AttemptId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <summary>
/// Names one call session of one campaign group. A session slot is used again for later calls; the generation tells them
/// apart, so a message about a call that is over finds nothing instead of the wrong call.
/// </summary>
/// <param name="Value">Group in bits 48-63, slot index in bits 24-47, generation in bits 0-23. Zero names no call.</param>
public readonly record struct CallHandle(ulong Value)
{
    public const int MaxIndex = (1 << 24) - 1;
    public const int MaxGeneration = (1 << 24) - 1;

    public CallHandle(GroupId group, int index, int generation)
        : this(((ulong)(ushort)group.Value << 48) | ((ulong)(uint)index << 24) | (uint)generation)
    {
        Invariant.That(group.Value is > 0 and <= ushort.MaxValue);
        Invariant.That(index is >= 0 and <= MaxIndex);
        Invariant.That(generation is > 0 and <= MaxGeneration);
    }

    public static CallHandle None => default;

    public bool IsNone => Value == 0;

    public GroupId Group => new((int)(Value >> 48));

    public int Index => (int)((Value >> 24) & MaxIndex);

    public int Generation => (int)(Value & MaxGeneration);

    /// <summary>The form used on the CTI wire (<c>connId</c>): 16 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CallHandle handle)
    {
        if (text.Length is > 0 and <= 16 && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            handle = new CallHandle(value);
            return true;
        }

        handle = default;
        return false;
    }
}
