using System.Diagnostics;

namespace DialerEngine.Sip.Transactions;

/// <summary>Slots of all transactions, in pages of 1,024 that are added as needed up to the bound; a freed slot is used again with a new generation.</summary>
internal sealed class TransactionTable
{
    private const int PageBits = 10;
    private const int PageSize = 1 << PageBits;
    private readonly Transaction[]?[] _pages;
    private readonly int _capacity;
    private int[] _free = new int[PageSize];
    private int _freeCount;
    private int _allocated;

    public TransactionTable(int capacity)
    {
        _capacity = capacity;
        _pages = new Transaction[]?[(capacity + PageSize - 1) >> PageBits];
    }

    /// <summary>Transactions and tombstones alive.</summary>
    public int Count { get; private set; }

    /// <summary>True if no slot is left.</summary>
    public bool IsFull => _freeCount == 0 && _allocated >= _capacity;

    /// <summary>How many slots are left.</summary>
    public int Left => _capacity - Count;

    public ref Transaction this[int index] => ref _pages[index >> PageBits]![index & (PageSize - 1)];

    /// <summary>True if the handle names a transaction that still lives.</summary>
    public bool IsAlive(TransactionHandle handle) =>
        (uint)handle.Index < (uint)_allocated && this[handle.Index].Generation == handle.Generation
        && this[handle.Index].State != TransactionState.Terminated;

    public TransactionHandle HandleOf(int index) => new(index, this[index].Generation);

    /// <summary>Takes a slot; false if the table is full.</summary>
    public bool TryTake(out int index)
    {
        if (_freeCount > 0)
        {
            index = _free[--_freeCount];
        }
        else if (_allocated < _capacity)
        {
            index = _allocated++;
            _pages[index >> PageBits] ??= new Transaction[PageSize];
        }
        else
        {
            index = -1;
            return false;
        }

        ref var transaction = ref this[index];
        var generation = transaction.Generation + 1;
        transaction = default;
        transaction.Generation = generation;
        transaction.Timer = Timers.TimerHandle.None;
        transaction.Linked = TransactionHandle.None;
        Count++;
        return true;
    }

    /// <summary>Gives a slot back.</summary>
    public void Release(int index)
    {
        ref var transaction = ref this[index];
        transaction.State = TransactionState.Terminated;
        transaction.Generation++;
        if (_freeCount == _free.Length)
        {
            Array.Resize(ref _free, _free.Length * 2);
        }

        _free[_freeCount++] = index;
        Count--;
        Debug.Assert(Count >= 0, "a transaction was released twice");
    }
}
