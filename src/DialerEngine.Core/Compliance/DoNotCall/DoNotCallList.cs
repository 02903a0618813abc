using System.Collections.Concurrent;

namespace DialerEngine.Core.Compliance;

/// <summary>What became of an entry of a do-not-call list.</summary>
/// <param name="Number">The number, packed (<see cref="NumberKey"/>); 0 where the entry names a customer.</param>
/// <param name="CustomerId">The customer; null where the entry names a number.</param>
/// <param name="Added">True: must not be called from now on; false: may be called again.</param>
public readonly record struct DoNotCallChange(ulong Number, string? CustomerId, bool Added);

/// <summary>
/// A tenant's do-not-call list in memory: numbers and customer ids. Safe from any thread; reading never waits. Customer ids are kept exactly, as
/// text, at some 120 octets each: at most <see cref="MaxCustomers"/>.
/// </summary>
/// <param name="tenant">Name of the tenant.</param>
public sealed class DoNotCallList(string tenant)
{
    /// <summary>Most customer ids; further ones are refused, and the refusal is told.</summary>
    public const int MaxCustomers = 10_000_000;

    /// <summary>Longest customer id (ocs: varchar(64)).</summary>
    public const int LongestCustomerId = 64;

    private readonly ConcurrentDictionary<string, uint> _customers = new(StringComparer.Ordinal);
    private long _customerCount;

    public string Tenant => tenant;

    public DoNotCallNumbers Numbers { get; } = new();

    public long CustomerCount => Interlocked.Read(ref _customerCount);

    /// <summary>Hears every change right after it counts. Called on the changing thread: listeners only post.</summary>
    public event Action<DoNotCallChange>? Changed;

    /// <summary>Whether a customer must not be called at this time.</summary>
    public bool ContainsCustomer(string? customerId, long unixSeconds) =>
        !string.IsNullOrEmpty(customerId) && _customers.TryGetValue(customerId, out var ends) && ends > unixSeconds;

    /// <summary>Adds a number; 0 for an entry without an end. False where it is none or the list is full.</summary>
    public bool AddNumber(ulong number, long expiresUnixSeconds)
    {
        if (!Numbers.Add(number, expiresUnixSeconds))
        {
            return false;
        }

        Changed?.Invoke(new DoNotCallChange(number, null, Added: true));
        return true;
    }

    public void RemoveNumber(ulong number)
    {
        Numbers.Remove(number);
        Changed?.Invoke(new DoNotCallChange(number, null, Added: false));
    }

    /// <summary>Adds a customer; 0 for an entry without an end. False where the id is empty or too long, or the list is full.</summary>
    public bool AddCustomer(string customerId, long expiresUnixSeconds)
    {
        if (string.IsNullOrEmpty(customerId) || customerId.Length > LongestCustomerId)
        {
            return false;
        }

        var ends = expiresUnixSeconds <= 0 ? uint.MaxValue : (uint)Math.Clamp(expiresUnixSeconds, 1, uint.MaxValue - 1);
        if (_customers.TryGetValue(customerId, out _))
        {
            _customers[customerId] = ends;
        }
        else
        {
            if (CustomerCount >= MaxCustomers)
            {
                return false;
            }

            if (_customers.TryAdd(customerId, ends))
            {
                Interlocked.Increment(ref _customerCount);
            }
        }

        Changed?.Invoke(new DoNotCallChange(0, customerId, Added: true));
        return true;
    }

    public void RemoveCustomer(string customerId)
    {
        if (_customers.TryRemove(customerId, out _))
        {
            Interlocked.Decrement(ref _customerCount);
            Changed?.Invoke(new DoNotCallChange(0, customerId, Added: false));
        }
    }
}
