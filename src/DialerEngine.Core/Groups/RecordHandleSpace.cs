namespace DialerEngine.Core.Groups;

/// <summary>
/// Numbers for <c>GSW_RECORD_HANDLE</c>: a handle names its group as well as its record, so that a request without a campaign's name, or with that of a
/// campaign of several groups, finds the right one (desktop protocol, AddRecord, footnote b).
/// </summary>
/// <param name="Slots">Places for records, a power of two above the sessions of the largest group.</param>
/// <param name="Groups">Groups that share the numbers.</param>
/// <param name="Group">This group's place among them, from 0.</param>
public readonly record struct RecordHandleSpace(int Slots, int Groups, int Group)
{
    /// <summary>A space for one group alone.</summary>
    public static RecordHandleSpace ForSessions(int sessions) => new(SlotsFor(sessions), 1, 0);

    /// <summary>Places for a number of sessions.</summary>
    public static int SlotsFor(int sessions) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)sessions + 1);

    /// <summary>The handle of a session's record, 1 to 2,147,483,647; used again only after all others of the slot.</summary>
    public int HandleOf(int index, int generation)
    {
        var rounds = (uint)(0x8000_0000 / (uint)Slots / (uint)Groups);
        return (int)(((((uint)generation % rounds) * (uint)Groups) + (uint)Group) * (uint)Slots) | (index + 1);
    }

    /// <summary>The session that a handle means; -1 where it is none of this space.</summary>
    public int IndexOf(int handle) => handle > 0 ? (handle & (Slots - 1)) - 1 : -1;

    /// <summary>Place of the group that a handle belongs to.</summary>
    public int GroupOf(int handle) => handle / Slots % Groups;
}
