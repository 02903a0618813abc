namespace DialerEngine.Core.Compliance;

/// <summary>
/// The attempts of a tenant's people as far back as a limit looks, by number and by customer: shared by all campaign groups. Striped locks held for
/// a few loads; exact for numbers, customers by a 63-bit hash. Attempts that no limit looks at any more make room for new ones.
/// </summary>
public sealed class AttemptHistory
{
    private const int Stripes = 64;
    private readonly AttemptStripe[] _stripes;
    private volatile FrequencyLimits _limits;

    /// <param name="limits">The tenant's limits.</param>
    /// <param name="capacity">Attempts kept at most, 1,024 to 100,000,000, at 12 octets each and 12 for each person. When it is reached, new attempts are refused.</param>
    public AttemptHistory(FrequencyLimits limits, int capacity = 20_000_000)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1_024);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 100_000_000);
        _limits = limits;
        HorizonSeconds = limits.HorizonSeconds;
        _stripes = new AttemptStripe[Stripes];
        for (var i = 0; i < Stripes; i++)
        {
            _stripes[i] = new AttemptStripe(limits, capacity / Stripes);
        }
    }

    public FrequencyLimits Limits => _limits;

    /// <summary>How far back the book goes, seconds: as far as the limits looked that it was made for.</summary>
    public long HorizonSeconds { get; }

    /// <summary>Other limits from now on.</summary>
    /// <exception cref="ArgumentException">They look further back than the book goes.</exception>
    public void SetLimits(FrequencyLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (limits.HorizonSeconds > HorizonSeconds)
        {
            throw new ArgumentException($"limits look back {limits.HorizonSeconds} s, the book {HorizonSeconds} s", nameof(limits));
        }

        _limits = limits;
        foreach (var stripe in _stripes)
        {
            stripe.SetLimits(limits);
        }
    }

    /// <summary>Attempts in memory, for figures.</summary>
    public long Count => _stripes.Sum(s => (long)s.Count);

    /// <summary>A customer id as a key that no number has.</summary>
    public static ulong KeyOfCustomer(string customerId)
    {
        // FNV-1a over UTF-16 units, then the finaliser of splitmix64 (Vigna, public domain) for even bits.
        var hash = 14695981039346656037UL;
        foreach (var unit in customerId)
        {
            hash = (hash ^ unit) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return (hash ^ (hash >> 31)) | (1UL << 63);
    }

    /// <summary>What the limits say about an attempt now. 0 for a key that is not known.</summary>
    public RuleVerdict Check(ulong number, ulong customer, long unixSeconds)
    {
        var verdict = number == 0 ? RuleVerdict.Dial : Of(number).Check(number, unixSeconds);
        return verdict.Outcome != RuleOutcome.Dial || customer == 0 ? verdict : Of(customer).Check(customer, unixSeconds);
    }

    /// <summary>Books an attempt where the limits allow it: looking and booking are one step.</summary>
    public RuleVerdict TryOpen(ulong number, ulong customer, long unixSeconds)
    {
        if (number != 0)
        {
            var verdict = Of(number).TryOpen(number, unixSeconds);
            if (verdict.Outcome != RuleOutcome.Dial)
            {
                return verdict;
            }
        }

        if (customer != 0)
        {
            var verdict = Of(customer).TryOpen(customer, unixSeconds);
            if (verdict.Outcome != RuleOutcome.Dial)
            {
                if (number != 0)
                {
                    Of(number).Remove(number, unixSeconds);
                }

                return verdict;
            }
        }

        return RuleVerdict.Dial;
    }

    /// <summary>An attempt that was booked did not leave.</summary>
    public void Withdraw(in AttemptTicket ticket)
    {
        if (ticket.Number != 0)
        {
            Of(ticket.Number).Remove(ticket.Number, ticket.At);
        }

        if (ticket.Customer != 0)
        {
            Of(ticket.Customer).Remove(ticket.Customer, ticket.At);
        }
    }

    /// <summary>An attempt is over.</summary>
    public void Close(in AttemptTicket ticket, bool abandoned)
    {
        if (ticket.Number != 0)
        {
            Of(ticket.Number).Close(ticket.Number, ticket.At, abandoned);
        }

        if (ticket.Customer != 0)
        {
            Of(ticket.Customer).Close(ticket.Customer, ticket.At, abandoned);
        }
    }

    /// <summary>Enters an attempt of before this engine's start. False when the book is full.</summary>
    public bool Load(ulong key, long unixSeconds, bool abandoned) => key == 0 || Of(key).Load(key, unixSeconds, abandoned);

    private AttemptStripe Of(ulong key) => _stripes[(key * 0x9E3779B97F4A7C15UL) >> 58];
}
