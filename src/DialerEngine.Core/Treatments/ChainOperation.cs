namespace DialerEngine.Core.Treatments;

/// <summary>What happens to the rest of a record's chain: its other records that are Ready. Applied by the store in the transaction of the record's own new state.</summary>
public enum ChainOperation : byte
{
    /// <summary>The rest stays as it is.</summary>
    None = 0,

    /// <summary>The rest is Chain Updated (7): the person is done with.</summary>
    Complete = 1,

    /// <summary>The rest is Updated (3) with the record's result.</summary>
    UpdateAll = 2,

    /// <summary>The next record of the chain (the lowest <c>chain_n</c>) is Campaign Rescheduled for the operation's time.</summary>
    Next = 3,

    /// <summary>The rest is Canceled (5) with result Cancel Record (52).</summary>
    CancelAll = 4,

    /// <summary>The rest is No Call (record type 7), Canceled, with result Do Not Call (51).</summary>
    DoNotCallAll = 5,

    /// <summary>The rest is General and Ready without appointment (a rejected record).</summary>
    MakeReady = 6,
}
